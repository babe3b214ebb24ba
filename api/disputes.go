package api

import (
	"context"
	"fmt"
	"net/http"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
	"relance/workflows"
)

func (a *api) registerDisputes() {
	register(a, decision("dispute-claim", "disputes", "Note that the claim is contested, all or a part",
		"What is disputed is not asked for while the dispute lasts; the rest goes on. A task asks the owner to answer within the days of the strategy, then a supervisor. "+
			"The text is kept in the case file only."), a.disputeClaim)
	register(a, decision("resolve-dispute", "disputes/{dispute}/resolve", "Answer a dispute",
		"With a credit note for all of it, a split (a credit note for a part), a rejection with its reason, or as withdrawn by the debtor. The credit note may be posted in the same "+
			"go; without its number the amount is not asked for until it is reported."), a.resolveDispute)
	register(a, decision("assign-dispute", "disputes/{dispute}/assign", "Give a dispute to another owner", ""), a.assignDispute)
	register(a, operation{
		id: "list-disputes", method: http.MethodGet, path: "/v1/disputes", group: groupTasks,
		summary: "List the disputes of a creditor", description: "By the day they are to be answered; those that wait for an answer unless all are asked for.",
		problems: []problemCode{codeUnknownCreditor},
	}, a.listDisputes)
	register(a, operation{
		id: "dispute-causes", method: http.MethodGet, path: "/v1/disputes/causes", group: groupPortfolio,
		summary:     "Count disputes by root cause",
		description: "Those raised in a period: how many, how much, how they were answered, and in how many days, at the median.",
		problems:    []problemCode{codeUnknownCreditor},
	}, a.disputeCauses)
}

// Dispute is what a debtor contests. It is exported, as all that is embedded in a body: other fields are unknown to
// the schema.
type Dispute struct {
	ID         string        `json:"id"`
	Reason     string        `json:"reason" enum:"quality,delivery,price,quantity,not-ordered,already-paid,wrong-debtor,other"`
	Amount     decimal       `json:"amount"`
	Currency   string        `json:"currency"`
	Whole      bool          `json:"whole_claim,omitempty" doc:"All that was open."`
	RaisedBy   string        `json:"raised_by" enum:"debtor,staff"`
	RaisedOn   calendar.Date `json:"raised_on"`
	Owner      string        `json:"owner,omitempty"`
	RespondBy  calendar.Date `json:"respond_by"`
	EscalateOn calendar.Date `json:"escalate_on" doc:"When a supervisor is asked."`
	Escalated  bool          `json:"escalated,omitempty"`
	Outcome    string        `json:"outcome" enum:"open,credit-note,rejected,split,withdrawn"`
	ResolvedOn calendar.Date `json:"resolved_on,omitzero"`
	Accepted   decimal       `json:"accepted,omitempty" doc:"What was given up."`
	Awaited    decimal       `json:"awaited,omitempty" doc:"What of it a credit note has yet to take off."`
}

func newDispute(d collection.Dispute) Dispute {
	told := Dispute{
		ID: d.ID, Reason: string(d.Reason), Amount: decimalOf(d.Amount), Currency: string(d.Amount.Currency()), Whole: d.WholeClaim, RaisedBy: string(d.RaisedBy), RaisedOn: d.RaisedOn,
		Owner: d.Owner, RespondBy: d.RespondBy, EscalateOn: d.EscalateOn, Escalated: d.Escalated, Outcome: string(d.Outcome), ResolvedOn: d.ResolvedOn,
		Accepted: decimalUnlessZero(d.Accepted), Awaited: decimalUnlessZero(d.Awaited),
	}
	if d.IsOpen() {
		told.Outcome = "open"
	}
	return told
}

// disputeStatus is a dispute that keeps a part of the claim back.
type disputeStatus struct {
	ID        string        `json:"id"`
	Reason    string        `json:"reason"`
	Amount    decimal       `json:"amount"`
	Owner     string        `json:"owner,omitempty"`
	RespondBy calendar.Date `json:"respond_by"`
	Outcome   string        `json:"outcome,omitempty" doc:"How it was answered, while its credit note is waited for."`
	Awaited   decimal       `json:"awaited,omitempty"`
}

func newDisputeStatuses(disputes []workflows.DisputeStatus) []disputeStatus {
	if len(disputes) == 0 {
		return nil
	}
	return each(disputes, func(d workflows.DisputeStatus) disputeStatus {
		return disputeStatus{
			ID: d.ID, Reason: string(d.Reason), Amount: decimalOf(d.Amount), Owner: d.Owner, RespondBy: d.RespondBy, Outcome: string(d.Outcome), Awaited: decimalUnlessZero(d.Awaited),
		}
	})
}

type disputeInput struct {
	CaseKey
	Body struct {
		ID       string            `json:"id" minLength:"1" maxLength:"200" example:"L-2026-031" doc:"The dispute's own ID. It counts once."`
		Reason   string            `json:"reason" enum:"quality,delivery,price,quantity,not-ordered,already-paid,wrong-debtor,other" doc:"The root cause."`
		Amount   workflows.Decimal `json:"amount,omitempty" doc:"The part that is contested; all that is open when it is missing."`
		Currency string            `json:"currency,omitempty" maxLength:"3" example:"EUR"`
		RaisedBy string            `json:"raised_by,omitempty" enum:"debtor,staff" doc:"The debtor when it is missing."`
		Owner    string            `json:"owner,omitempty" maxLength:"100" doc:"The ID of the user who is to answer it."`
		On       calendar.Date     `json:"on,omitzero" doc:"The day it was raised; today when it is missing."`
		Text     string            `json:"text,omitempty" maxLength:"10000" doc:"What the debtor says. It may name people: it is kept in the case file only."`
		By       string            `json:"by,omitempty" maxLength:"100" doc:"Who noted it; the name of the key when it is missing."`
	} `nameHint:"DisputeOrder"`
}

func (a *api) disputeClaim(ctx context.Context, in *disputeInput) (*decisionOutput, error) {
	creditor, number := in.key()
	given := in.Body
	after, err := a.Cases.RaiseDispute(ctx, creditor, number, workflows.DisputeOrder{
		ID: invoice.Tidy(given.ID), Reason: collection.DisputeReason(given.Reason), Amount: given.Amount, Currency: given.Currency,
		RaisedBy: collection.DisputeParty(given.RaisedBy), Owner: invoice.Tidy(given.Owner), On: given.On, By: author(ctx, given.By),
	}, given.Text)
	if err != nil {
		return nil, err
	}
	return &decisionOutput{Body: newStatus(creditor, number, after)}, nil
}

// DisputeKey is embedded in what concerns one dispute of a case.
type DisputeKey struct {
	CaseKey
	Dispute string `path:"dispute" maxLength:"200" doc:"The dispute's ID, URL-escaped."`
}

type resolveDisputeInput struct {
	DisputeKey
	Body struct {
		Outcome    string            `json:"outcome" enum:"credit-note,rejected,split,withdrawn" doc:"How it is answered."`
		Amount     workflows.Decimal `json:"amount,omitempty" doc:"What is given up; needed for a split."`
		Currency   string            `json:"currency,omitempty" maxLength:"3" example:"EUR"`
		CreditNote string            `json:"credit_note,omitempty" maxLength:"200" doc:"The number of the credit note of that amount, to post it in the same go."`
		Reason     string            `json:"reason,omitempty" maxLength:"200" doc:"Why, without personal data; needed to reject."`
		By         string            `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"DisputeAnswer"`
}

func (a *api) resolveDispute(ctx context.Context, in *resolveDisputeInput) (*decisionOutput, error) {
	given := in.Body
	return a.command(ctx, in.CaseKey, workflows.CommandResolveDispute, workflows.DisputeAnswer{
		ID: invoice.Tidy(in.Dispute), Outcome: collection.DisputeOutcome(given.Outcome), Amount: given.Amount, Currency: given.Currency,
		CreditNote: invoice.Tidy(given.CreditNote), Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
}

type assignDisputeInput struct {
	DisputeKey
	Body struct {
		Owner string `json:"owner" minLength:"1" maxLength:"100" doc:"The ID of the user who is to answer it."`
		By    string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"DisputeAssignment"`
}

func (a *api) assignDispute(ctx context.Context, in *assignDisputeInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandAssignDispute, workflows.DisputeAssignment{
		ID: invoice.Tidy(in.Dispute), Owner: invoice.Tidy(in.Body.Owner), By: author(ctx, in.Body.By),
	})
}

type listDisputesInput struct {
	Creditor string `query:"creditor" required:"true" maxLength:"100" example:"acme"`
	Owner    string `query:"owner" maxLength:"100" doc:"Only those of this owner."`
	Reason   string `query:"reason" enum:"quality,delivery,price,quantity,not-ordered,already-paid,wrong-debtor,other" doc:"Only those of this root cause."`
	All      bool   `query:"all" doc:"Those that were answered too, or whose case is closed."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
}

type disputeListed struct {
	Case       string  `json:"case"`
	Invoice    string  `json:"invoice"`
	Debtor     string  `json:"debtor"`
	DebtorName string  `json:"debtor_name"`
	CaseOpen   decimal `json:"case_open" doc:"What is open of the invoice."`
	Dispute
}

type listDisputesOutput struct {
	Body struct {
		Disputes []disputeListed `json:"disputes" nullable:"false"`
	} `nameHint:"DisputeList"`
}

func (a *api) listDisputes(ctx context.Context, in *listDisputesInput) (*listDisputesOutput, error) {
	creditor, err := a.Cases.Store.Creditor(ctx, invoice.Tidy(in.Creditor))
	if err != nil {
		return nil, err
	}
	rows, err := a.Cases.Store.Disputes(ctx, casefile.DisputeFilter{
		Creditor: creditor.ID, Owner: invoice.Tidy(in.Owner), Reason: collection.DisputeReason(in.Reason), OpenOnly: !in.All, Limit: in.Limit,
	})
	out := &listDisputesOutput{}
	out.Body.Disputes = each(rows, func(row casefile.DisputeRow) disputeListed {
		return disputeListed{
			Case: collection.WorkflowID(creditor.ID, row.Invoice), Invoice: row.Invoice, Debtor: row.Debtor, DebtorName: row.DebtorName,
			CaseOpen: decimalOf(row.CaseOpen), Dispute: newDispute(row.Dispute),
		}
	})
	return out, err
}

type disputeCausesInput struct {
	Creditor string `query:"creditor" required:"true" maxLength:"100" example:"acme"`
	From     string `query:"from" format:"date" doc:"Only those raised on this day or later."`
	Until    string `query:"until" format:"date" doc:"Only those raised on this day or earlier."`
}

type disputeCause struct {
	Reason         string         `json:"reason" enum:"quality,delivery,price,quantity,not-ordered,already-paid,wrong-debtor,other"`
	Currency       string         `json:"currency"`
	Disputes       int            `json:"disputes"`
	Amount         decimal        `json:"amount" doc:"What was contested."`
	Open           int            `json:"open" doc:"Those that wait for an answer."`
	ClosedWithCase int            `json:"closed_with_case" doc:"Those that were never answered, because the case was paid or closed."`
	Outcomes       []outcomeShare `json:"outcomes" nullable:"false" doc:"How the others were answered."`
	GivenUp        decimal        `json:"given_up" doc:"What was accepted of the amount."`
	MedianDays     string         `json:"median_days_to_resolve,omitempty" example:"4.5" doc:"From raising to answering; missing when none was answered."`
}

type outcomeShare struct {
	Outcome string `json:"outcome" enum:"credit-note,split,rejected,withdrawn"`
	Count   int    `json:"count"`
	Percent string `json:"percent" example:"33.3" doc:"Of those that were answered."`
}

type disputeCausesOutput struct {
	Body struct {
		Causes []disputeCause `json:"causes" nullable:"false"`
	} `nameHint:"DisputeCauses"`
}

func (a *api) disputeCauses(ctx context.Context, in *disputeCausesInput) (*disputeCausesOutput, error) {
	creditor, err := a.Cases.Store.Creditor(ctx, invoice.Tidy(in.Creditor))
	if err != nil {
		return nil, err
	}
	var period [2]calendar.Date
	for i, day := range []struct{ name, text string }{{"from", in.From}, {"until", in.Until}} {
		if day.text == "" {
			continue
		}
		if period[i], err = calendar.ParseDate(day.text); err != nil {
			return nil, invalid("query."+day.name, day.text, "write a day as 2026-11-23")
		}
	}
	causes, err := a.Cases.Store.DisputeCauses(ctx, creditor.ID, period[0], period[1])
	out := &disputeCausesOutput{}
	out.Body.Causes = each(causes, newDisputeCause)
	return out, err
}

func newDisputeCause(c casefile.DisputeCause) disputeCause {
	told := disputeCause{
		Reason: string(c.Reason), Currency: string(c.Currency), Disputes: c.Disputes, Amount: decimalOf(c.Amount), Open: c.Open, ClosedWithCase: c.ClosedWithCase,
		GivenUp: decimalOf(c.GivenUp), MedianDays: c.MedianDays(), Outcomes: []outcomeShare{},
	}
	for _, share := range []struct {
		outcome collection.DisputeOutcome
		count   int
	}{{collection.DisputeCreditNote, c.Credited}, {collection.DisputeSplit, c.Split}, {collection.DisputeRejected, c.Rejected}, {collection.DisputeWithdrawn, c.Withdrawn}} {
		if share.count > 0 {
			told.Outcomes = append(told.Outcomes, outcomeShare{Outcome: string(share.outcome), Count: share.count, Percent: percent(share.count, c.Resolved())})
		}
	}
	return told
}

// percent is a share in percent, to one decimal.
func percent(part, whole int) string {
	tenths := (part*2000 + whole) / (2 * whole)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}
