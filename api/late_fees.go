package api

import (
	"context"
	"net/http"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/imports/invoice"
	"relance/latefees"
	"relance/ledger"
	"relance/workflows"
)

func (a *api) registerLateFees() {
	answers := []answerKind{
		{http.StatusOK, "It counts; this is how the case stands now."},
		{http.StatusAccepted, "It is stored and will count when a worker runs (pending)."},
	}
	problems := []problemCode{codeUnknownCase, codeConflict, codeNoAnswer}
	register(a, operation{
		id: "claim-late-fees", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/late-fees/claims", group: groupMoney,
		summary: "Claim the late fees from a day on",
		description: "Interest and the fixed sum of the law of late payment, beside the principal. Formal notices claim them by themselves where the creditor is configured so. " +
			"From that day on payments pay the interest first, unless the creditor has chosen otherwise; payments before it have paid the principal.",
		answers: answers, problems: problems,
	}, a.claimLateFees)
	register(a, operation{
		id: "waive-late-fees", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/late-fees/waivers", group: groupMoney,
		summary:     "Give up late fees, with a reason",
		description: "All of them, all of a part, or an amount of a part. A case of which only late fees are open closes once they are waived.",
		answers:     answers, problems: problems,
	}, a.waiveLateFees)
	register(a, operation{
		id: "claim-cost", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/costs", group: groupMoney,
		summary:     "Claim a cost of recovery that you can prove",
		description: "Refused for consumers: without an enforceable title such costs stay with the creditor (CPCE L111-8).",
		answers:     answers, problems: problems,
	}, a.claimCost)
	register(a, operation{
		id: "record-legal-event", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/legal-events", group: groupMoney,
		summary:     "Record a day that changes the interest",
		description: "The debtor received a formal notice (interest of consumers runs from the next day), a judgment became enforceable (five points more after two months), insolvency proceedings were opened (interest stops on the eve).",
		answers:     answers, problems: problems,
	}, a.recordLegalEvent)
	register(a, operation{
		id: "get-journal", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/journal", group: groupMoney,
		summary:     "The double-entry journal of a claim",
		description: "Append-only and balanced: what was booked too much is taken back by a later entry. Debits are positive.",
		answers:     []answerKind{{http.StatusOK, "The journal, oldest entry first."}}, problems: []problemCode{codeUnknownCase},
	}, a.getJournal)
}

type lateFeesClaimInput struct {
	CaseKey
	Wait
	Body struct {
		ID        string        `json:"id" minLength:"1" maxLength:"200" example:"CLAIM-2026-0007" doc:"The claim's own ID. It counts once."`
		ClaimedOn calendar.Date `json:"claimed_on,omitzero" doc:"Today when it is missing."`
		By        string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	}
}

type lateFeesWaiverInput struct {
	CaseKey
	Wait
	Body struct {
		ID       string            `json:"id" minLength:"1" maxLength:"200" example:"WAIVER-2026-0003" doc:"The waiver's own ID. It counts once."`
		Part     string            `json:"part,omitempty" enum:"interest,indemnity,costs" doc:"What is given up; all late fees when it is missing."`
		Amount   workflows.Decimal `json:"amount,omitempty" doc:"Exact: text or number; all that is open of the part when it is missing."`
		Currency string            `json:"currency,omitempty" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code, with an amount."`
		Reason   string            `json:"reason" minLength:"1" maxLength:"500" doc:"Why, without personal data."`
		WaivedOn calendar.Date     `json:"waived_on,omitzero" doc:"Today when it is missing."`
		By       string            `json:"by,omitempty" maxLength:"100" doc:"Who gives it up; the name of the key when it is missing."`
	}
}

type costInput struct {
	CaseKey
	Wait
	Body struct {
		ID         string            `json:"id" minLength:"1" maxLength:"200" example:"COST-2026-0002" doc:"The cost's own ID. It counts once."`
		Amount     workflows.Decimal `json:"amount" doc:"Exact: text or number, more than nothing."`
		Currency   string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code: that of the invoice."`
		What       string            `json:"what" minLength:"1" maxLength:"500" example:"summons to pay by a commissaire de justice" doc:"What it was for, without personal data."`
		IncurredOn calendar.Date     `json:"incurred_on,omitzero" doc:"Today when it is missing."`
		By         string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	}
}

type legalEventInput struct {
	CaseKey
	Wait
	Body struct {
		ID    string        `json:"id" minLength:"1" maxLength:"200" example:"RG-2026-01234" doc:"The event's own ID. It counts once."`
		Event string        `json:"event" enum:"formal-notice-received,judgment-enforceable,insolvency-opened"`
		On    calendar.Date `json:"on" doc:"The day: of receipt, of service, of the opening judgment."`
		By    string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	}
}

func (a *api) claimLateFees(ctx context.Context, in *lateFeesClaimInput) (*moneyOutput, error) {
	creditor, number := in.key()
	outcome, err := a.Cases.ClaimLateFees(ctx, creditor, number, workflows.LateFeesClaim{
		ID: invoice.Tidy(in.Body.ID), ClaimedOn: in.Body.ClaimedOn, By: author(ctx, in.Body.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func (a *api) waiveLateFees(ctx context.Context, in *lateFeesWaiverInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	outcome, err := a.Cases.WaiveLateFees(ctx, creditor, number, workflows.LateFeesWaiver{
		ID: invoice.Tidy(given.ID), Part: ledger.Part(given.Part), Amount: given.Amount, Currency: given.Currency,
		Reason: invoice.Tidy(given.Reason), WaivedOn: given.WaivedOn, By: author(ctx, given.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func (a *api) claimCost(ctx context.Context, in *costInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	outcome, err := a.Cases.ClaimCost(ctx, creditor, number, workflows.CostClaim{
		ID: invoice.Tidy(given.ID), Amount: given.Amount, Currency: given.Currency, What: invoice.Tidy(given.What),
		IncurredOn: given.IncurredOn, By: author(ctx, given.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func (a *api) recordLegalEvent(ctx context.Context, in *legalEventInput) (*moneyOutput, error) {
	creditor, number := in.key()
	outcome, err := a.Cases.RecordLegalEvent(ctx, creditor, number, workflows.LegalEvent{
		ID: invoice.Tidy(in.Body.ID), Event: ledger.EntryKind(in.Body.Event), On: in.Body.On, By: author(ctx, in.Body.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

// lateFees are what is due beside the principal, as a case shows them.
type lateFees struct {
	AsOf        calendar.Date `json:"as_of" doc:"The last day that counts."`
	ClaimedFrom calendar.Date `json:"claimed_from,omitzero" doc:"The day from which the debtor is asked for them; missing while they only accrue."`
	Interest    dues          `json:"interest"`
	Indemnity   dues          `json:"indemnity" doc:"The fixed sum for recovery costs, in euros whatever the currency of the invoice."`
	Costs       dues          `json:"costs"`
	Open        decimal       `json:"open" doc:"What is asked for of all of them, in the currency of the invoice."`
	Unknown     string        `json:"unknown,omitempty" doc:"Why no interest is counted: the rate of a half-year that is in no table."`
	Warnings    []string      `json:"warnings" nullable:"false" doc:"What you should know before you claim them: a clause of your contracts below the least the law allows, a source that is uncertain."`
}

type dues struct {
	Arisen decimal `json:"arisen" doc:"What it came to by law, claimed or not."`
	Paid   decimal `json:"paid"`
	Waived decimal `json:"waived"`
	Open   decimal `json:"open" doc:"What is asked for and neither paid nor waived."`
}

func newLateFees(p ledger.Position, warnings []latefees.Warning) *lateFees {
	if p.LateFees.IsZero() {
		return nil
	}
	line := func(d ledger.Dues) dues {
		return dues{Arisen: decimalOf(d.Arisen), Paid: decimalOf(d.Paid), Waived: decimalOf(d.Waived), Open: decimalOf(d.Open)}
	}
	return &lateFees{
		AsOf: p.AsOf, ClaimedFrom: p.LateFees.ClaimedFrom, Unknown: p.LateFees.Unknown,
		Interest: line(p.LateFees.Interest), Indemnity: line(p.LateFees.Indemnity), Costs: line(p.LateFees.Costs),
		Open:     decimalOf(p.LateFees.Open(p.Total.Currency())),
		Warnings: each(warnings, func(w latefees.Warning) string { return w.Message.EN }),
	}
}

type journalOutput struct{ Body journal }

// journal is the double-entry journal of a claim.
type journal struct {
	Case    string         `json:"case"`
	Entries []journalEntry `json:"entries" nullable:"false"`
}

type journalEntry struct {
	ID        int64         `json:"id"`
	Key       string        `json:"key" example:"entry/payment/BNP-2026-11-20-0031" doc:"What was booked."`
	ValueDate calendar.Date `json:"value_date"`
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at" doc:"Business time."`
	Legs      []journalLeg  `json:"legs" nullable:"false" doc:"They sum to nothing in every currency."`
}

type journalLeg struct {
	Account  string  `json:"account" example:"receivable-principal"`
	Amount   decimal `json:"amount" doc:"Debits are positive."`
	Currency string  `json:"currency"`
}

func (a *api) getJournal(ctx context.Context, in *CaseKey) (*journalOutput, error) {
	creditor, number := in.key()
	if _, err := a.Cases.Store.LoadCase(ctx, creditor, number); err != nil {
		return nil, err
	}
	booked, err := a.Cases.Store.Journal(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	return &journalOutput{Body: journal{Case: creditor + "/" + number, Entries: each(booked, func(e casefile.JournalEntry) journalEntry {
		return journalEntry{ID: e.ID, Key: e.Key, ValueDate: e.ValueDate, By: e.Actor, At: e.At, Legs: each(e.Legs, func(leg ledger.Leg) journalLeg {
			return journalLeg{Account: string(leg.Account), Amount: decimalOf(leg.Amount), Currency: string(leg.Amount.Currency())}
		})}
	})}}, nil
}
