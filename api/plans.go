package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/agreements"
	"relance/collection"
	"relance/imports/invoice"
	"relance/law"
	"relance/workflows"
)

// planCommand describes a command of a plan.
func planCommand(id, path, summary, description string) operation {
	return operation{
		id: id, method: http.MethodPost, path: "/v1/plans/{creditor}/{plan}/" + path, group: groupPlans,
		summary: summary, description: description,
		answers:  []answerKind{{http.StatusOK, "It is carried out; this is how the plan stands now."}},
		problems: []problemCode{codeUnknownPlan, codeClosed, codeNotNow, codeConflict, codeNoAnswer},
	}
}

const groupPlans = "Plans"

func (a *api) registerPlans() {
	register(a, operation{
		id: "propose-plan", method: http.MethodPost, path: "/v1/plans/{creditor}", group: groupPlans, status: http.StatusCreated,
		summary: "Propose an instalment plan",
		description: "Over one or many invoices of one debtor in one currency. Their cases rest from now on. Beyond what the role may grant the plan waits for approval; " +
			"else it is offered to the debtor, who can accept it for some days. The same id again answers with the plan that is recorded.",
		problems: []problemCode{codeUnknownCase, codeUnknownCreditor, codeConflict, codeClosed, codeNotNow},
	}, a.proposePlan)
	register(a, operation{
		id: "list-plans", method: http.MethodGet, path: "/v1/plans", group: groupPlans, summary: "List instalment plans",
		description: "Those proposed last first.",
	}, a.listPlans)
	register(a, operation{
		id: "get-plan", method: http.MethodGet, path: "/v1/plans/{creditor}/{plan}", group: groupPlans,
		summary:     "Show an instalment plan: its schedule, what was paid, what comes next and why",
		description: "Also the statement of each instalment.", problems: []problemCode{codeUnknownPlan},
	}, a.getPlan)
	register(a, planCommand("approve-plan", "approve", "Release a plan beyond what its proposer may grant", ""), a.approvePlan)
	register(a, planCommand("accept-plan", "accept", "Record that the debtor accepted",
		"It acknowledges the debt with it: an event of the limitation is recorded on each case (C. civ. 2240)."), a.acceptPlan)
	register(a, planCommand("settle-plan", "settlement", "Let the debtor end the plan early, for less",
		"By paying what is owed on that day less the reduction. Interest of days to come is not owed."), a.settlePlan)
	register(a, planCommand("reschedule-plan", "reschedule", "Replace the schedule by one of what is still owed", "The earlier schedules are kept."), a.reschedulePlan)
	register(a, planCommand("cancel-plan", "cancel", "End a plan by a decision", "Its cases go on at the step they had."), a.cancelPlan)
	register(a, planCommand("return-debit", "debits/{debit}/return", "Record that a direct debit came back",
		"By the bank's reason: a lack of money is tried again once, anything else asks a person. The payment itself is taken back on its invoice, before or after: "+
			"that opens the instalment again, and has a plan go on again that had been kept. The same debit again changes nothing."), a.returnDebit)
	register(a, operation{
		id: "get-plan-agreement", method: http.MethodGet, path: "/v1/plans/{creditor}/{plan}/agreement", group: groupPlans,
		summary: "The agreement to sign, as PDF", description: "With the acknowledgement of the debt in figures and in words. What was printed once is kept as it is.",
		contentTypes: []string{contentTypePDF}, problems: []problemCode{codeUnknownPlan, codeNotNow},
	}, a.getPlanAgreement)
}

// PlanKey names the plan of a request.
type PlanKey struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Plan     string `path:"plan" maxLength:"200" example:"P-12" doc:"The plan's ID."`
}

// PlanTerms are the terms of a plan.
type PlanTerms struct {
	Months        int                 `json:"months,omitempty" minimum:"1" maximum:"120" example:"6" doc:"Number of monthly instalments; may be left out with amounts."`
	FirstOn       calendar.Date       `json:"first_on" doc:"Date of the first one; the others follow on the same day of the month, moved to a working day."`
	DownPayment   workflows.Decimal   `json:"down_payment,omitempty" doc:"Paid first, exact: text or number."`
	DownPaymentOn calendar.Date       `json:"down_payment_on,omitzero" doc:"When the down payment is due."`
	Amounts       []workflows.Decimal `json:"amounts,omitempty" maxItems:"120" doc:"What each month pays of what is owed, in place of an even split, whose odd cents the last one takes. The interest of the plan comes on top."`
	Interest      string              `json:"interest,omitempty" enum:"none,late-payment,agreed" doc:"Whether the remaining balance bears interest: none when it is missing; late-payment agrees on the statutory rate of the day for the whole plan."`
	Rate          string              `json:"rate,omitempty" maxLength:"10" example:"4.5" doc:"Percent per year, with agreed interest."`
	GraceDays     int                 `json:"grace_days,omitempty" minimum:"0" maximum:"60" doc:"For how many days an instalment may be late before the whole balance is due."`
	// CollectionNoticeDays is of plans with a mandate.
	CollectionNoticeDays int `json:"collection_notice_days,omitempty" minimum:"0" maximum:"30" doc:"How many days before a direct debit the debtor is told of it, where others than 14 were agreed."`

	RemindDays int    `json:"remind_days,omitempty" minimum:"0" maximum:"30" doc:"How many days before an instalment the debtor is reminded of it; 0 is not."`
	Mandate    string `json:"mandate,omitempty" maxLength:"35" doc:"ID of the SEPA mandate under which the instalments are collected."`
}

func (t PlanTerms) order() (workflows.PlanTerms, error) {
	made := workflows.PlanTerms{
		Months: t.Months, FirstOn: t.FirstOn, DownPayment: t.DownPayment, DownPaymentOn: t.DownPaymentOn, Amounts: t.Amounts,
		Interest: arrangements.InterestClause{Kind: arrangements.InterestKind(t.Interest)}, GraceDays: t.GraceDays, RemindDays: t.RemindDays, CollectionNoticeDays: t.CollectionNoticeDays,
		Mandate: invoice.Tidy(t.Mandate),
	}
	if t.Rate != "" {
		rate, err := law.ParsePercent(t.Rate)
		if err != nil {
			return made, invalid("body.rate", t.Rate, err.Error())
		}
		made.Interest.Rate = rate
	}
	return made, nil
}

type proposePlanInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme" doc:"The creditor's ID."`
	Body     struct {
		PlanTerms
		ID        string   `json:"id" minLength:"1" maxLength:"200" example:"P-12" doc:"The plan's own ID, without slashes and spaces. It counts once."`
		Invoices  []string `json:"invoices,omitempty" maxItems:"200" doc:"The invoices it is over; all open ones of the debtor when they are missing."`
		Debtor    string   `json:"debtor,omitempty" maxLength:"100" doc:"The debtor, in place of invoices."`
		Role      string   `json:"role" enum:"salesperson,accountant,manager,owner" doc:"What the person who proposes is at the creditor."`
		OfferDays int      `json:"offer_days,omitempty" minimum:"1" maximum:"180" doc:"For how many days the debtor can accept; 30 when it is missing."`
		By        string   `json:"by,omitempty" maxLength:"100" doc:"Who proposes; the name of the key when it is missing."`
	} `nameHint:"PlanProposal"`
}

type planOutput struct{ Body planShown }

func (a *api) proposePlan(ctx context.Context, in *proposePlanInput) (*planOutput, error) {
	given := in.Body
	terms, err := given.order()
	if err != nil {
		return nil, err
	}
	plan, err := a.Cases.ProposePlan(ctx, cases.PlanProposal{
		Creditor: invoice.Tidy(in.Creditor), ID: invoice.Tidy(given.ID), Invoices: each(given.Invoices, invoice.Tidy), Debtor: invoice.Tidy(given.Debtor),
		Terms: terms, Role: collection.Role(given.Role), OfferDays: given.OfferDays, By: author(ctx, given.By),
	})
	if err != nil {
		return nil, err
	}
	return &planOutput{Body: newPlanShown(plan, workflows.NewPlanStatus(plan, a.Cases.Clock().Now()))}, nil
}

// planShown is a plan with its schedule.
type planShown struct {
	PlanStatus
	Debtor       string          `json:"debtor"`
	Invoices     []planClaim     `json:"invoices" nullable:"false" doc:"The oldest first."`
	Schedule     []planPayment   `json:"schedule" nullable:"false"`
	Past         []planPast      `json:"past,omitempty" doc:"Schedules that were replaced."`
	ProposedOn   calendar.Date   `json:"proposed_on"`
	OfferEnds    calendar.Date   `json:"offer_ends,omitzero"`
	AcceptedOn   calendar.Date   `json:"accepted_on,omitzero"`
	AcceptedBy   string          `json:"accepted_by,omitempty" enum:"signed-document,mail,portal"`
	Document     string          `json:"document,omitempty"`
	InterestKind string          `json:"interest_kind,omitempty" enum:"none,late-payment,agreed"`
	Rate         string          `json:"rate,omitempty"`
	Mandate      string          `json:"mandate,omitempty"`
	Reopened     []calendar.Date `json:"reopened,omitempty" doc:"Days on which it went on again after it had been kept, because money was taken back."`
	EndedOn      calendar.Date   `json:"ended_on,omitzero"`
	EndReason    string          `json:"end_reason,omitempty"`
	GraceDays    int             `json:"grace_days"`
}

// PlanStatus is how a plan stands, what it does next, and why.
type PlanStatus struct {
	Plan        string    `json:"plan" example:"plan/acme/P-12"`
	State       string    `json:"state" enum:"proposed,offered,running,completed,settled-early,defaulted,cancelled"`
	Version     int       `json:"version" doc:"Of the schedule, from 1."`
	Currency    string    `json:"currency" example:"EUR"`
	Total       decimal   `json:"total" doc:"What the schedule asks for, interest included."`
	Interest    decimal   `json:"interest" doc:"Of this version of the schedule."`
	Earlier     decimal   `json:"earlier_interest,omitempty" doc:"What of the total was interest already when the schedule was made: late interest of the invoices, or that of the schedule before. It is owed and bears none (C. civ. 1343-2)."`
	Received    decimal   `json:"received" doc:"Money and credit notes on the invoices since the plan was proposed."`
	Outstanding decimal   `json:"outstanding" doc:"What the schedule still asks for."`
	SettledBy   decimal   `json:"settled_by" doc:"What would settle all of it today."`
	NextAt      time.Time `json:"next_at,omitzero"`

	Next *nextInstalment `json:"next_instalment,omitempty" doc:"The first instalment that is not wholly paid; missing when the plan is over."`

	Why    string   `json:"why"`
	WhyFR  string   `json:"why_fr"`
	Beyond []string `json:"beyond,omitempty" doc:"What waits for approval."`
}

// nextInstalment is an instalment that is to be paid.
type nextInstalment struct {
	Number int           `json:"number"`
	DueOn  calendar.Date `json:"due_on"`
	Amount decimal       `json:"amount" doc:"What is still due of it."`
	Until  calendar.Date `json:"until,omitzero" doc:"The last day to pay it before the whole balance is due; not given when you are to collect it."`
}

func newNextInstalment(next *workflows.InstalmentStatus) *nextInstalment {
	if next == nil {
		return nil
	}
	return &nextInstalment{Number: next.Number, DueOn: next.DueOn, Amount: decimalOf(next.Amount), Until: next.Until}
}

// followedPlan is the instalment plan that a case follows.
type followedPlan struct {
	ID         string        `json:"id" example:"P-12"`
	Accepted   bool          `json:"accepted" doc:"The debtor agreed; before that it is an offer."`
	NextOn     calendar.Date `json:"next_on,omitzero" doc:"The day of the next instalment of the whole plan."`
	NextAmount decimal       `json:"next_amount,omitempty" doc:"What is still due of it."`
}

func newFollowedPlan(p *workflows.FollowedPlanStatus) *followedPlan {
	if p == nil {
		return nil
	}
	return &followedPlan{ID: p.ID, Accepted: p.Accepted, NextOn: p.NextOn, NextAmount: decimalUnlessZero(p.NextAmount)}
}

type planClaim struct {
	Invoice string        `json:"invoice"`
	DueOn   calendar.Date `json:"due_on"`
	Amount  decimal       `json:"amount" doc:"What was open when the plan was proposed."`
	Late    decimal       `json:"late_interest,omitempty" doc:"What of it was late interest, which bears none in the plan."`
}

type planPayment struct {
	Number    int           `json:"number"`
	DueOn     calendar.Date `json:"due_on"`
	Principal decimal       `json:"principal"`
	Earlier   decimal       `json:"earlier_interest,omitempty" doc:"Interest that was owed when the schedule was made. It bears none."`
	Interest  decimal       `json:"interest" doc:"Of this version of the schedule."`
	Paid      decimal       `json:"paid"`
	Announced calendar.Date `json:"announced,omitzero" doc:"When the debtor was reminded of it."`
	Missed    calendar.Date `json:"missed,omitzero" doc:"When the debtor was told that it was missed."`
	Debits    []planDebit   `json:"debits,omitempty"`
}

type planDebit struct {
	ID       string        `json:"id"`
	On       calendar.Date `json:"on"`
	Returned calendar.Date `json:"returned,omitzero"`
	Reason   string        `json:"reason,omitempty" example:"AM04"`
	RetryOn  calendar.Date `json:"retry_on,omitzero"`
}

type planPast struct {
	Version    int           `json:"version"`
	ReplacedOn calendar.Date `json:"replaced_on"`
	Counted    decimal       `json:"counted" doc:"What had been received by then."`
	Schedule   []planPayment `json:"schedule" nullable:"false"`
}

func newPlanStatus(p arrangements.Plan, s workflows.PlanStatus) PlanStatus {
	return PlanStatus{
		Plan: s.Plan, State: string(s.State), Version: s.Version, Currency: string(p.Currency()), Total: decimalOf(s.Total), Interest: decimalOf(s.Interest), Earlier: decimalUnlessZero(s.EarlierInterest),
		Received: decimalOf(s.Received), Outstanding: decimalOf(s.Outstanding), SettledBy: decimalOf(s.SettledBy), NextAt: s.NextAt,
		Why: s.Why, WhyFR: s.WhyFR, Beyond: s.Beyond, Next: newNextInstalment(s.Next),
	}
}

func newPlanShown(p arrangements.Plan, s workflows.PlanStatus) planShown {
	shown := planShown{
		PlanStatus: newPlanStatus(p, s), Debtor: p.Debtor, ProposedOn: p.ProposedOn, OfferEnds: p.OfferEnds, GraceDays: p.Terms.GraceDays,
		AcceptedOn: p.Acceptance.On, AcceptedBy: string(p.Acceptance.How), Document: p.Acceptance.Document,
		InterestKind: string(p.Terms.Interest.Kind), Mandate: p.Terms.Mandate, Reopened: p.Reopened, EndedOn: p.EndedOn, EndReason: p.EndReason,
		Invoices: each(p.Claims, func(c arrangements.Claim) planClaim {
			return planClaim{Invoice: c.Invoice, DueOn: c.DueDate, Amount: decimalOf(c.Amount), Late: decimalUnlessZero(c.Interest)}
		}),
		Schedule: make([]planPayment, 0, len(p.Schedule)),
	}
	if p.Terms.Interest.Rate != 0 {
		shown.Rate = p.Terms.Interest.Rate.String()
	}
	paid := p.Paid()
	for i, instalment := range p.Schedule {
		payment := newPlanPayment(instalment)
		payment.Paid = decimalOf(paid[i])
		shown.Schedule = append(shown.Schedule, payment)
	}
	for _, past := range p.Past {
		shown.Past = append(shown.Past, planPast{
			Version: past.Version, ReplacedOn: past.ReplacedOn, Counted: decimalOf(past.Counted), Schedule: each(past.Schedule, newPlanPayment),
		})
	}
	return shown
}

func newPlanPayment(i arrangements.Instalment) planPayment {
	return planPayment{
		Number: i.Number, DueOn: i.DueOn, Principal: decimalOf(i.Principal), Earlier: decimalUnlessZero(i.EarlierInterest), Interest: decimalOf(i.Interest), Paid: decimalOf(i.Principal.Zero()),
		Announced: i.Announced, Missed: i.Missed,
		Debits: each(i.Debits, func(d arrangements.Debit) planDebit {
			return planDebit{ID: d.ID, On: d.On, Returned: d.Returned, Reason: d.Reason, RetryOn: d.RetryOn}
		}),
	}
}

type listPlansInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only those of this creditor."`
	Debtor   string `query:"debtor" maxLength:"100" doc:"Only those of this debtor."`
	Invoice  string `query:"invoice" maxLength:"100" doc:"Only those over this invoice."`
	State    string `query:"state" enum:"proposed,offered,running,completed,settled-early,defaulted,cancelled"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type listPlansOutput struct {
	Body struct {
		Plans []planShown `json:"plans" nullable:"false"`
	} `nameHint:"PlanList"`
}

func (a *api) listPlans(ctx context.Context, in *listPlansInput) (*listPlansOutput, error) {
	plans, err := a.Cases.Store.Plans(ctx, casefile.PlanFilter{
		Creditor: invoice.Tidy(in.Creditor), Debtor: invoice.Tidy(in.Debtor), Invoice: invoice.Tidy(in.Invoice), State: arrangements.State(in.State), Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	var out listPlansOutput
	now := a.Cases.Clock().Now()
	out.Body.Plans = each(plans, func(s casefile.StoredPlan) planShown {
		return newPlanShown(s.Plan, workflows.NewPlanStatus(s.Plan, now))
	})
	return &out, nil
}

func (a *api) getPlan(ctx context.Context, in *PlanKey) (*planOutput, error) {
	plan, status, err := a.Cases.PlanStatus(ctx, invoice.Tidy(in.Creditor), invoice.Tidy(in.Plan))
	if err != nil {
		return nil, err
	}
	return &planOutput{Body: newPlanShown(plan, status)}, nil
}

// planOrder gives a plan a command and answers with how it stands then.
func (a *api) planOrder(ctx context.Context, key PlanKey, command string, order any) (*planOutput, error) {
	if _, err := a.Cases.PlanCommand(ctx, invoice.Tidy(key.Creditor), invoice.Tidy(key.Plan), command, order); err != nil {
		return nil, err
	}
	return a.getPlan(ctx, &key)
}

type approvePlanInput struct {
	PlanKey
	Body struct {
		Role string `json:"role" enum:"salesperson,accountant,manager,owner" doc:"What the person who approves is at the creditor."`
		By   string `json:"by,omitempty" maxLength:"100" doc:"Who approves; the name of the key when it is missing."`
	} `nameHint:"PlanApproval"`
}

func (a *api) approvePlan(ctx context.Context, in *approvePlanInput) (*planOutput, error) {
	return a.planOrder(ctx, in.PlanKey, workflows.CommandApprovePlan, workflows.PlanApproval{Role: collection.Role(in.Body.Role), By: author(ctx, in.Body.By)})
}

type acceptPlanInput struct {
	PlanKey
	Body struct {
		On       calendar.Date `json:"on,omitzero" doc:"When the debtor accepted; today when it is missing."`
		How      string        `json:"how" enum:"signed-document,mail,portal"`
		Document string        `json:"document,omitempty" maxLength:"200" doc:"Names the proof in your files, without personal data."`
		By       string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"PlanAcceptance"`
}

func (a *api) acceptPlan(ctx context.Context, in *acceptPlanInput) (*planOutput, error) {
	return a.planOrder(ctx, in.PlanKey, workflows.CommandAcceptPlan, workflows.PlanAcceptance{
		On: in.Body.On, How: arrangements.AcceptedBy(in.Body.How), Document: invoice.Tidy(in.Body.Document), By: author(ctx, in.Body.By),
	})
}

type settlePlanInput struct {
	PlanKey
	Body struct {
		Reduction workflows.Decimal `json:"reduction,omitempty" doc:"What is given up of what is owed, exact: text or number."`
		Until     calendar.Date     `json:"until" doc:"The last value date of the payment."`
		Role      string            `json:"role" enum:"salesperson,accountant,manager,owner"`
		By        string            `json:"by,omitempty" maxLength:"100" doc:"Who offers it; the name of the key when it is missing."`
	} `nameHint:"PlanSettlement"`
}

func (a *api) settlePlan(ctx context.Context, in *settlePlanInput) (*planOutput, error) {
	return a.planOrder(ctx, in.PlanKey, workflows.CommandSettlePlan, workflows.PlanSettlement{
		Reduction: in.Body.Reduction, Until: in.Body.Until, Role: collection.Role(in.Body.Role), By: author(ctx, in.Body.By),
	})
}

type reschedulePlanInput struct {
	PlanKey
	Body struct {
		PlanTerms
		Role string `json:"role" enum:"salesperson,accountant,manager,owner"`
		By   string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"PlanRescheduling"`
}

func (a *api) reschedulePlan(ctx context.Context, in *reschedulePlanInput) (*planOutput, error) {
	terms, err := in.Body.order()
	if err != nil {
		return nil, err
	}
	return a.planOrder(ctx, in.PlanKey, workflows.CommandReschedulePlan, workflows.PlanRescheduling{
		Terms: terms, Role: collection.Role(in.Body.Role), By: author(ctx, in.Body.By),
	})
}

type cancelPlanInput struct {
	PlanKey
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"Why, without personal data."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"PlanCancellation"`
}

func (a *api) cancelPlan(ctx context.Context, in *cancelPlanInput) (*planOutput, error) {
	return a.planOrder(ctx, in.PlanKey, workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: invoice.Tidy(in.Body.Reason), By: author(ctx, in.Body.By)})
}

type returnDebitInput struct {
	PlanKey
	Debit string `path:"debit" maxLength:"35" doc:"The end-to-end ID of the collection."`
	Body  struct {
		Reason string        `json:"reason" minLength:"4" maxLength:"4" example:"AM04" doc:"The bank's reason."`
		On     calendar.Date `json:"on,omitzero" doc:"Today when it is missing."`
		By     string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"DebitReturn"`
}

func (a *api) returnDebit(ctx context.Context, in *returnDebitInput) (*planOutput, error) {
	return a.planOrder(ctx, in.PlanKey, workflows.CommandDebitReturned, workflows.DebitReturned{
		ID: invoice.Tidy(in.Debit), Reason: in.Body.Reason, On: in.Body.On, By: author(ctx, in.Body.By),
	})
}

type agreementInput struct {
	PlanKey
	Language string `query:"language" enum:"fr,en" doc:"The debtor's language when it is missing."`
}

func (a *api) getPlanAgreement(ctx context.Context, in *agreementInput) (*huma.StreamResponse, error) {
	maker := &agreements.Maker{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	file, name, err := maker.Document(ctx, invoice.Tidy(in.Creditor), invoice.Tidy(in.Plan), in.Language)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		r, w := humago.Unwrap(answer)
		w.Header().Set("Content-Type", contentTypePDF)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
		w.Header().Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	}}, nil
}
