package api

import (
	"context"
	"net/http"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/handoff"
	"relance/imports/invoice"
	"relance/law"
	"relance/workflows"
)

// handoffStatus is how the last handoff of a case stands.
type handoffStatus struct {
	ID          string        `json:"id"`
	Partner     string        `json:"partner"`
	Route       string        `json:"route" enum:"collection-agency,small-claims,undisputed-commercial-claim,payment-order,european-payment-order,lawyer"`
	Phase       string        `json:"phase" enum:"announced,with-partner,recalling,ended"`
	ApproveFrom calendar.Date `json:"approve_from,omitzero" doc:"The first day on which it may be approved: until then a payment wins."`
	Delivered   calendar.Date `json:"delivered,omitzero" doc:"Since when the partner has the case file."`
	Status      string        `json:"status,omitempty" doc:"What the partner told last."`
	StatusOn    calendar.Date `json:"status_on,omitzero"`
	Limits      []timeLimit   `json:"time_limits" nullable:"false" doc:"The time limits that the partner's reports set running."`
	Remitted    decimal       `json:"remitted,omitempty" doc:"What the partner collected and accounted for, before its fees."`
	End         string        `json:"end,omitempty" enum:"paid,not-approved,declined,collected,recalled,returned,unpaid"`
}

type timeLimit struct {
	Key     string        `json:"key" example:"payment-order-serve"`
	Title   string        `json:"title"`
	TitleFR string        `json:"title_fr"`
	Article string        `json:"article"`
	From    calendar.Date `json:"from"`
	Target  calendar.Date `json:"target" doc:"The day to work towards."`
	Last    calendar.Date `json:"last_day"`
	Waits   bool          `json:"waits,omitempty" doc:"The debtor or a court acts until then."`
}

func newHandoffStatus(s *workflows.HandoffStatus) *handoffStatus {
	if s == nil {
		return nil
	}
	return &handoffStatus{
		ID: s.ID, Partner: s.Partner, Route: string(s.Route), Phase: string(s.Phase), ApproveFrom: s.ApproveFrom, Delivered: s.Delivered,
		Status: string(s.Status), StatusOn: s.StatusOn, Remitted: decimalUnlessZero(s.Remitted), End: string(s.End),
		Limits: each(s.Limits, func(l handoff.TimeLimit) timeLimit {
			return timeLimit{Key: l.Key, Title: l.Title.EN, TitleFR: l.Title.FR, Article: l.Article, From: l.From, Target: l.Target, Last: l.Last, Waits: l.Waits}
		}),
	}
}

// handoffRecord is what is recorded of a handoff.
type handoffRecord struct {
	ID          string          `json:"id"`
	Reference   string          `json:"reference" doc:"The name of the handoff at the partner."`
	Partner     string          `json:"partner"`
	Route       string          `json:"route"`
	Despite     string          `json:"despite,omitempty" doc:"Why it was proposed though a rule of the route says no."`
	ProposedBy  string          `json:"proposed_by,omitempty"`
	ProposedAt  time.Time       `json:"proposed_at"`
	PartnerCase string          `json:"partner_case,omitempty" doc:"The partner's own number of the case."`
	RecalledAt  time.Time       `json:"recalled_at,omitzero"`
	Statuses    []partnerStatus `json:"statuses" nullable:"false" doc:"What the partner told."`
	Remittances []remittance    `json:"remittances" nullable:"false" doc:"What the partner collected and kept."`
}

type partnerStatus struct {
	Event  string        `json:"event"`
	Status string        `json:"status"`
	On     calendar.Date `json:"on"`
	By     string        `json:"by,omitempty"`
	At     time.Time     `json:"at"`
}

type remittance struct {
	ID       string        `json:"id"`
	Gross    decimal       `json:"gross" doc:"What the debtor paid the partner; it pays the invoice."`
	Fees     decimal       `json:"fees" doc:"What the partner kept: the creditor's own cost."`
	Net      decimal       `json:"net" doc:"What reaches the creditor; less than nothing when the fees are more."`
	Currency string        `json:"currency"`
	On       calendar.Date `json:"on"`
	By       string        `json:"by,omitempty"`
}

func newHandoffRecords(f casefile.File) []handoffRecord {
	return each(f.Handoffs, func(h casefile.HandoffRow) handoffRecord {
		record := handoffRecord{
			ID: h.ID, Reference: h.Reference, Partner: h.Partner, Route: string(h.Route), Despite: h.Despite, ProposedBy: h.ProposedBy, ProposedAt: h.ProposedAt.UTC(),
			PartnerCase: h.PartnerCase, Statuses: []partnerStatus{}, Remittances: []remittance{},
		}
		if !h.RecalledAt.IsZero() {
			record.RecalledAt = h.RecalledAt.UTC()
		}
		for _, told := range f.PartnerStatuses {
			if told.Handoff == h.ID {
				record.Statuses = append(record.Statuses, partnerStatus{Event: told.Event, Status: string(told.Status), On: told.On, By: told.Actor, At: told.At.UTC()})
			}
		}
		for _, r := range f.Remittances {
			if r.Handoff == h.ID {
				record.Remittances = append(record.Remittances, remittance{
					ID: r.ID, Gross: decimalOf(r.Gross), Fees: decimalOf(r.Fees), Net: decimalOf(r.Net), Currency: string(r.Gross.Currency()), On: r.On, By: r.Actor,
				})
			}
		}
		return record
	})
}

// finding is one rule, the data it saw, and what they say to it.
type finding struct {
	Key        string        `json:"key" example:"insolvency"`
	Rule       law.Words     `json:"rule"`
	Saw        law.Words     `json:"saw" doc:"The data the rule was put beside."`
	Satisfied  string        `json:"satisfied" enum:"yes,no,unknown"`
	Article    string        `json:"article,omitempty"`
	Source     string        `json:"source,omitempty"`
	Confidence string        `json:"confidence,omitempty" enum:"H,M,L"`
	ValidFrom  calendar.Date `json:"valid_from,omitzero"`
	CheckedOn  calendar.Date `json:"checked_on,omitzero"`
}

func newFinding(f handoff.Finding) finding {
	return finding{
		Key: f.Key, Rule: f.Rule, Saw: f.Saw, Satisfied: string(f.Verdict), Article: f.Article, Source: f.Source, Confidence: string(f.Confidence),
		ValidFrom: f.ValidFrom, CheckedOn: f.CheckedOn,
	}
}

type routeAssessment struct {
	Route    string    `json:"route"`
	Title    law.Words `json:"title"`
	Before   law.Words `json:"before" doc:"Who works it."`
	Terms    law.Words `json:"terms" doc:"Conditions and costs that a person weighs."`
	Eligible string    `json:"eligible" enum:"yes,no,unknown" doc:"What rules and data say. No advice: a person decides."`
	Findings []finding `json:"findings" nullable:"false"`
}

type handoffCheck struct {
	On         calendar.Date     `json:"on"`
	HandsOver  bool              `json:"hands_over" doc:"Nothing stands against handing the case over; otherwise a proposal is refused."`
	File       []finding         `json:"file" nullable:"false" doc:"The rules that hold whatever the route."`
	Routes     []routeAssessment `json:"routes" nullable:"false"`
	Disclaimer string            `json:"disclaimer"`
}

func (a *api) registerHandoffs() {
	register(a, operation{
		id: "list-partners", method: http.MethodGet, path: "/v1/partners", group: groupHandoffs,
		summary: "List the professionals that cases may be given to", description: "As the configuration has them.",
	}, a.listPartners)
	register(a, operation{
		id: "check-handoff", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/handoff-check", group: groupHandoffs,
		summary:     "Check whether and how a case can be handed over",
		description: "Each rule with its article and date, and the data it saw: what stands against handing the case over at all, and how each route looks.",
		problems:    []problemCode{codeUnknownCase},
	}, a.checkHandoff)
	for _, o := range []struct {
		id, path, summary, description string
		handle                         func(context.Context, *handoffInput) (*decisionOutput, error)
	}{
		{"refuse-handoff", "/refuse", "Do not hand a case over", "It needs a reason. The ladder goes on at its saved step.", a.refuseHandoff},
		{"recall-handoff", "/recall", "Take a case back from its partner", "The partner is told to stop. A case that is paid directly is recalled by itself.", a.recallHandoff},
	} {
		register(a, handoffDecision(o.id, "handoffs/{handoff}"+o.path, o.summary, o.description), o.handle)
	}
	register(a, handoffDecision("propose-handoff", "handoffs", "Announce that a case is handed over",
		"Refused with the whole list while something stands against it. After the cooling-off time, in which a payment wins, a person may approve it."), a.proposeHandoff)
	register(a, handoffDecision("approve-handoff", "handoffs/{handoff}/approve", "Approve an announced handoff",
		"For the principal that is open: another amount is refused, because the claim has changed. The case file is then built and given to the partner."), a.approveHandoff)
	register(a, handoffDecision("partner-status", "handoffs/{handoff}/statuses", "Record what a partner did",
		"A status sets the time limits of its route running. The report's own ID makes it count once."), a.recordPartnerStatus)
	register(a, handoffDecision("remittance", "handoffs/{handoff}/remittances", "Record what a partner collected and kept",
		"The gross amount pays the invoice; the fees are the creditor's own cost. It is taken after the case ended, too."), a.recordRemittance)
}

// handoffDecision is a decision in the group of handoffs.
func handoffDecision(id, path, summary, description string) operation {
	o := decision(id, path, summary, description)
	o.group = groupHandoffs
	return o
}

type partnersOutput struct {
	Body struct {
		Partners []partnerShown `json:"partners" nullable:"false"`
	}
}

type partnerShown struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind" enum:"agency,commissaire-de-justice,lawyer,court"`
	Name     string   `json:"name"`
	Delivery string   `json:"delivery" enum:"email,api"`
	Fees     string   `json:"fees,omitempty"`
	Routes   []string `json:"routes" nullable:"false" doc:"The routes it can work."`
}

func (a *api) listPartners(ctx context.Context, _ *struct{}) (*partnersOutput, error) {
	partners, err := a.Cases.Store.Partners(ctx)
	if err != nil {
		return nil, err
	}
	out := &partnersOutput{}
	out.Body.Partners = each(partners, func(p casefile.Partner) partnerShown {
		shown := partnerShown{ID: p.ID, Kind: string(p.Kind), Name: p.Name, Delivery: p.Delivery, Fees: p.Fees, Routes: []string{}}
		for _, route := range handoff.Routes() {
			if p.Kind.Works(route) {
				shown.Routes = append(shown.Routes, string(route))
			}
		}
		return shown
	})
	return out, nil
}

type handoffCheckOutput struct{ Body handoffCheck }

func (a *api) checkHandoff(ctx context.Context, in *CaseKey) (*handoffCheckOutput, error) {
	creditor, number := in.key()
	check, err := a.Cases.CheckHandoff(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	return &handoffCheckOutput{Body: handoffCheck{
		On: check.On, HandsOver: len(check.Missing()) == 0, File: each(check.File, newFinding),
		Routes: each(check.Routes, func(r handoff.Assessment) routeAssessment {
			return routeAssessment{Route: string(r.Route), Title: r.Title, Before: r.Before, Terms: r.Terms, Eligible: string(r.Verdict), Findings: each(r.Findings, newFinding)}
		}),
		Disclaimer: "Rules and data, no legal advice: a person decides.",
	}}, nil
}

type proposeHandoffInput struct {
	CaseKey
	Body struct {
		ID      string `json:"id" minLength:"1" maxLength:"200" example:"H-2027-14" doc:"The handoff's own ID. It counts once."`
		Partner string `json:"partner" minLength:"1" maxLength:"60" example:"etude-lepage" doc:"A partner of the configuration."`
		Route   string `json:"route" enum:"collection-agency,small-claims,undisputed-commercial-claim,payment-order,european-payment-order,lawyer"`
		Despite string `json:"despite,omitempty" maxLength:"200" doc:"Why, though a rule of the route says no; without personal data."`
		By      string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"HandoffProposal"`
}

func (a *api) proposeHandoff(ctx context.Context, in *proposeHandoffInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandProposeHandoff, workflows.HandoffProposal{
		ID: invoice.Tidy(in.Body.ID), Partner: invoice.Tidy(in.Body.Partner), Route: handoff.Route(in.Body.Route), Despite: invoice.Tidy(in.Body.Despite), By: author(ctx, in.Body.By),
	})
}

// HandoffKey is embedded in what concerns one handoff of a case.
type HandoffKey struct {
	Handoff string `path:"handoff" maxLength:"200" example:"H-2027-14" doc:"The handoff's own ID, URL-escaped."`
}

type approveHandoffInput struct {
	CaseKey
	HandoffKey
	Body struct {
		Amount   workflows.Decimal `json:"amount" doc:"The principal that you saw open: text or number."`
		Currency string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR"`
		By       string            `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"HandoffApproval"`
}

func (a *api) approveHandoff(ctx context.Context, in *approveHandoffInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandApproveHandoff, workflows.HandoffApproval{
		ID: invoice.Tidy(in.Handoff), Amount: in.Body.Amount, Currency: in.Body.Currency, By: author(ctx, in.Body.By),
	})
}

type handoffReason struct {
	Reason string `json:"reason,omitempty" maxLength:"200" doc:"Why, without personal data."`
	By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
}

type handoffInput struct {
	CaseKey
	HandoffKey
	Body *handoffReason
}

func (a *api) refuseHandoff(ctx context.Context, in *handoffInput) (*decisionOutput, error) {
	given := orZero(in.Body)
	return a.command(ctx, in.CaseKey, workflows.CommandRefuseHandoff, workflows.HandoffRefusal{
		ID: invoice.Tidy(in.Handoff), Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
}

func (a *api) recallHandoff(ctx context.Context, in *handoffInput) (*decisionOutput, error) {
	given := orZero(in.Body)
	return a.command(ctx, in.CaseKey, workflows.CommandRecallHandoff, workflows.HandoffRecall{
		ID: invoice.Tidy(in.Handoff), Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
}

type partnerStatusInput struct {
	CaseKey
	HandoffKey
	Body struct {
		Status string        `json:"status" enum:"received,accepted,refused,in-progress,order-obtained,served,opposed,enforced,collected,closed-unpaid,returned" doc:"What the partner did."`
		On     calendar.Date `json:"on,omitzero" doc:"The day; today when it is missing. Time limits run from it."`
		Event  string        `json:"event,omitempty" maxLength:"200" doc:"The report's own ID; made of status and day when it is missing."`
		By     string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"PartnerStatusReport"`
}

func (a *api) recordPartnerStatus(ctx context.Context, in *partnerStatusInput) (*decisionOutput, error) {
	creditor, number := in.key()
	status, err := a.Cases.HearPartner(ctx, creditor, number, workflows.PartnerStatus{
		Handoff: invoice.Tidy(in.Handoff), Event: invoice.Tidy(in.Body.Event), Status: handoff.Status(in.Body.Status), On: in.Body.On, By: author(ctx, in.Body.By),
	})
	if err != nil {
		return nil, err
	}
	return &decisionOutput{Body: newStatus(creditor, number, status)}, nil
}

type remittanceInput struct {
	CaseKey
	HandoffKey
	Body struct {
		ID       string            `json:"id" minLength:"1" maxLength:"200" example:"LEP-2027-031" doc:"The account's own ID. It counts once."`
		Gross    workflows.Decimal `json:"gross" doc:"What the debtor paid the partner; 0 for an account of fees only."`
		Fees     workflows.Decimal `json:"fees,omitempty" doc:"What the partner kept; none when it is missing."`
		Net      workflows.Decimal `json:"net,omitempty" doc:"Gross less fees; refused when it is given and does not add up."`
		Currency string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR"`
		On       calendar.Date     `json:"on,omitzero" doc:"The day of the account; today when it is missing."`
		By       string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"RemittanceReport"`
}

func (a *api) recordRemittance(ctx context.Context, in *remittanceInput) (*decisionOutput, error) {
	creditor, number := in.key()
	status, err := a.Cases.Remit(ctx, creditor, number, workflows.Remittance{
		ID: invoice.Tidy(in.Body.ID), Handoff: invoice.Tidy(in.Handoff), Gross: in.Body.Gross, Fees: in.Body.Fees, Net: in.Body.Net,
		Currency: in.Body.Currency, On: in.Body.On, By: author(ctx, in.Body.By),
	})
	if err != nil {
		return nil, err
	}
	return &decisionOutput{Body: newStatus(creditor, number, status)}, nil
}
