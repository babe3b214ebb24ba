package api

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"relance/activities"
	"relance/calendar"
	"relance/cases"
	"relance/cases/previews"
	"relance/collection"
	"relance/imports/invoice"
	"relance/money"
	"relance/workflows"
)

func (a *api) registerApprovals() {
	register(a, operation{
		id: "list-approvals", method: http.MethodGet, path: "/v1/approvals", group: groupDecisions,
		summary: "List the steps that wait for an approval",
		description: "In the order they were asked for, each with the claim it is for: name it when you approve (`for`), so that an approval of what has changed " +
			"meanwhile is refused. With `preview` also what would be sent.",
	}, a.listApprovals)
	register(a, operation{
		id: "approve-many", method: http.MethodPost, path: "/v1/approvals/approve", group: groupDecisions,
		summary: "Release many steps, by list or by filter",
		description: "Each is decided on its own, and the answer says what came of each: one that is refused stops no other. " +
			"A filter approves what it lists now, for the claims as they are then.",
	}, a.approveMany)
	register(a, decision("refuse-approval", "steps/{step}/refuse", "Refuse to release a step",
		"The step is skipped, or the case is put on hold and the approval asked for anew afterwards."), a.refuseApproval)
}

// pendingApproval is a step that waits for an approval.
type pendingApproval struct {
	Task      int64        `json:"task" doc:"The task that asks for it."`
	Case      string       `json:"case" example:"case/acme/F-2026-0042"`
	Creditor  string       `json:"creditor"`
	Invoice   string       `json:"invoice"`
	Debtor    string       `json:"debtor" doc:"The debtor's name."`
	Step      string       `json:"step" example:"formal-notice"`
	Channels  []string     `json:"channels" nullable:"false"`
	Open      decimal      `json:"open"`
	Currency  string       `json:"currency"`
	For       string       `json:"for" example:"1200.00 EUR by strict@2" doc:"The claim as it is: name it in the approval."`
	Recipient string       `json:"to" example:"9f2c61d07ab3e154" doc:"Stands for whom it goes to, and names nobody: name it in the approval as well."`
	AskedAt   time.Time    `json:"asked_at"`
	ExpiresAt time.Time    `json:"expires_at,omitzero" doc:"When it is asked for anew; missing when it is not."`
	Deputy    bool         `json:"deputy,omitempty" doc:"A deputy was asked as well."`
	Preview   *wouldBeSent `json:"preview,omitempty" doc:"What would be sent, by the step's first channel; missing unless it is asked for."`
}

// wouldBeSent is a message before it is approved.
type wouldBeSent struct {
	Channel  string `json:"channel,omitempty"`
	To       string `json:"to,omitempty"`
	Subject  string `json:"subject,omitempty"`
	Text     string `json:"text,omitempty"`
	Withheld string `json:"withheld,omitempty" doc:"Why it would not leave now."`
	Problem  string `json:"problem,omitempty" doc:"Why it cannot be composed."`
}

type listApprovalsInput struct {
	Creditor string            `query:"creditor" maxLength:"100" doc:"Only the cases of this creditor."`
	Step     string            `query:"step" maxLength:"60" doc:"Only this step."`
	UpTo     workflows.Decimal `query:"up_to" doc:"Only claims on which at most this is open."`
	Currency string            `query:"currency" maxLength:"3" doc:"The currency of up_to; EUR when it is missing."`
	Preview  bool              `query:"preview" doc:"Also what would be sent."`
	Limit    int               `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many requests to look at."`
	Cursor   string            `query:"cursor" maxLength:"20" pattern:"^[0-9]*$" doc:"next_cursor of the previous answer."`
}

type listApprovalsOutput struct {
	Body struct {
		Approvals  []pendingApproval `json:"approvals" nullable:"false"`
		NextCursor string            `json:"next_cursor,omitempty" doc:"Asks for the approvals after these; missing when there are none."`
	} `nameHint:"ApprovalList"`
}

func (a *api) listApprovals(ctx context.Context, in *listApprovalsInput) (*listApprovalsOutput, error) {
	upTo, err := limitOf("query", in.UpTo, in.Currency)
	if err != nil {
		return nil, err
	}
	filter := cases.ApprovalFilter{Creditor: invoice.Tidy(in.Creditor), Step: invoice.Tidy(in.Step), UpTo: upTo, Limit: in.Limit}
	if in.Cursor != "" {
		if filter.After, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil {
			return nil, invalid("query.cursor", in.Cursor, "it is none that this API gave out: take next_cursor of the previous answer as it is")
		}
	}
	pending, last, more, err := a.Cases.Approvals(ctx, filter)
	if err != nil {
		return nil, err
	}
	out := &listApprovalsOutput{}
	if more {
		out.Body.NextCursor = strconv.FormatInt(last, 10)
	}
	out.Body.Approvals = each(pending, newPendingApproval)
	if in.Preview {
		for i, approval := range pending {
			out.Body.Approvals[i].Preview = a.wouldBeSent(ctx, approval)
		}
	}
	return out, nil
}

// limitOf is an amount up to which something is asked, not set when none is given.
func limitOf(place string, amount workflows.Decimal, code string) (money.Amount, error) {
	if amount == "" {
		return money.Amount{}, nil
	}
	currency, err := money.ParseCurrency(strings.ToUpper(cmp.Or(code, "EUR")))
	if err != nil {
		return money.Amount{}, invalid(place+".currency", code, err.Error())
	}
	limit, err := money.Parse(string(amount), currency)
	if err != nil {
		return money.Amount{}, invalid(place+".up_to", string(amount), err.Error())
	}
	return limit, nil
}

func newPendingApproval(p cases.PendingApproval) pendingApproval {
	return pendingApproval{
		Task: p.Task.ID, Case: p.Case.ID(), Creditor: p.Case.Creditor, Invoice: p.Case.Invoice, Debtor: p.Debtor.Name, Step: p.Step.Key,
		Channels: each(p.Step.Channels, func(c collection.Channel) string { return string(c) }),
		Open:     decimalOf(p.Case.Open), Currency: string(p.Case.Open.Currency()), For: p.For, Recipient: p.To, AskedAt: p.Task.OpenedAt, ExpiresAt: p.Expires, Deputy: p.Deputy,
	}
}

// wouldBeSent composes what an approval would release. What cannot be composed is told
// beside the others.
func (a *api) wouldBeSent(ctx context.Context, p cases.PendingApproval) *wouldBeSent {
	if len(p.Step.Channels) == 0 {
		return nil
	}
	maker := &previews.Maker{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	message, err := maker.Message(ctx, activities.PreviewOrder{
		CaseKey: activities.CaseKey{Creditor: p.Case.Creditor, Invoice: p.Case.Invoice}, Step: p.Step.Key,
	})
	if err != nil {
		return &wouldBeSent{Problem: problemOf(err).Detail}
	}
	return &wouldBeSent{Channel: string(message.Channel), To: message.To, Subject: message.Subject, Text: message.Text, Withheld: message.Withheld}
}

type approveManyInput struct {
	Body struct {
		Approvals []approvalOfMany `json:"approvals,omitempty" maxItems:"500" nullable:"false" doc:"The steps to release."`
		Filter    *approvalFilter  `json:"filter,omitempty" doc:"In place of a list: all that wait and fit, at most 500."`
		Reason    string           `json:"reason,omitempty" maxLength:"200" doc:"A comment, without personal data."`
		By        string           `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"ApprovalOrders"`
}

type approvalOfMany struct {
	Creditor string `json:"creditor" minLength:"1" maxLength:"100"`
	Invoice  string `json:"invoice" minLength:"1" maxLength:"100"`
	Step     string `json:"step" minLength:"1" maxLength:"60"`
	For      string `json:"for,omitempty" maxLength:"200" doc:"The claim you looked at; the one there is when it is missing."`
	To       string `json:"to,omitempty" maxLength:"64" doc:"Whom you saw it goes to, as the list of approvals tells it; whoever it is when it is missing."`
}

type approvalFilter struct {
	Creditor string            `json:"creditor,omitempty" maxLength:"100"`
	Step     string            `json:"step,omitempty" maxLength:"60"`
	UpTo     workflows.Decimal `json:"up_to,omitempty" doc:"Only claims on which at most this is open."`
	Currency string            `json:"currency,omitempty" maxLength:"3" doc:"The currency of up_to; EUR when it is missing."`
}

type approveManyOutput struct {
	Body struct {
		Approved int             `json:"approved" doc:"How many were released."`
		Refused  int             `json:"refused" doc:"How many were not."`
		Results  []approvalGiven `json:"results" nullable:"false"`
	} `nameHint:"ApprovalResults"`
}

// approvalGiven is what came of one approval of many.
type approvalGiven struct {
	Case     string `json:"case"`
	Step     string `json:"step"`
	Approved bool   `json:"approved"`
	Code     string `json:"code,omitempty" doc:"Why not: the code of the problem."`
	Why      string `json:"why,omitempty" doc:"Why not."`
	Next     string `json:"next,omitempty" doc:"What the case does next."`
}

// mostApprovals is how many approvals are given at once.
const mostApprovals = 500

func (a *api) approveMany(ctx context.Context, in *approveManyInput) (*approveManyOutput, error) {
	by, reason := author(ctx, in.Body.By), invoice.Tidy(in.Body.Reason)
	var orders []cases.ApprovalOfMany
	switch {
	case (in.Body.Filter == nil) == (len(in.Body.Approvals) == 0):
		return nil, invalid("body", "", "give either approvals, a list, or a filter (empty for all that wait)")
	case in.Body.Filter != nil:
		upTo, err := limitOf("body.filter", in.Body.Filter.UpTo, in.Body.Filter.Currency)
		if err != nil {
			return nil, err
		}
		pending, err := a.Cases.ApprovalsThatFit(ctx, cases.ApprovalFilter{
			Creditor: invoice.Tidy(in.Body.Filter.Creditor), Step: invoice.Tidy(in.Body.Filter.Step), UpTo: upTo, Limit: mostApprovals,
		}, mostApprovals)
		if err != nil {
			return nil, err
		}
		orders = cases.ToApprove(pending, by, reason)
	default:
		orders = each(in.Body.Approvals, func(o approvalOfMany) cases.ApprovalOfMany {
			return cases.ApprovalOfMany{
				Creditor: invoice.Tidy(o.Creditor), Invoice: invoice.Tidy(o.Invoice),
				StepOrder: workflows.StepOrder{Step: invoice.Tidy(o.Step), For: o.For, To: o.To, Reason: reason, By: by},
			}
		})
	}
	out := &approveManyOutput{}
	out.Body.Results = each(a.Cases.ApproveMany(ctx, orders), func(given cases.ApprovalGiven) approvalGiven {
		told := approvalGiven{Case: collection.WorkflowID(given.Creditor, given.Invoice), Step: given.Step, Approved: given.Err == nil, Next: given.Status.Why}
		if given.Err != nil {
			why := problemOf(given.Err)
			told.Code, told.Why = why.Code, why.Detail
			out.Body.Refused++
			return told
		}
		out.Body.Approved++
		return told
	})
	return out, nil
}

type approveInput struct {
	CaseKey
	StepKey
	Body *struct {
		To     string `json:"to,omitempty" maxLength:"64" example:"9f2c61d07ab3e154" doc:"Whom you saw it goes to, as the list of approvals tells it; whoever it is when it is missing. If that is another by the time it leaves, it is asked for anew."`
		For    string `json:"for,omitempty" maxLength:"200" example:"1200.00 EUR by strict@2" doc:"The claim you looked at, as the list of approvals tells it; the one there is when it is missing."`
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"Why, without personal data."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"ApprovalOrder"`
}

func (a *api) approveStep(ctx context.Context, in *approveInput) (*decisionOutput, error) {
	given := orZero(in.Body)
	creditor, number := in.key()
	after, err := a.Cases.Approve(ctx, creditor, number, workflows.StepOrder{
		Step: invoice.Tidy(in.Step), For: given.For, To: given.To, Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
	if err != nil {
		return nil, err
	}
	return &decisionOutput{Body: newStatus(creditor, number, after)}, nil
}

type refuseApprovalInput struct {
	CaseKey
	StepKey
	Body struct {
		Reason string        `json:"reason" minLength:"1" maxLength:"200" example:"a key account" doc:"Why, without personal data."`
		Then   string        `json:"then,omitempty" enum:"skip,hold" default:"skip" doc:"The step is skipped, or the case is put on hold and the approval asked for anew afterwards."`
		Until  calendar.Date `json:"until,omitzero" doc:"The last day of the hold; until it is resumed when it is missing."`
		For    string        `json:"for,omitempty" maxLength:"200" doc:"The claim you looked at; whatever it is when it is missing."`
		By     string        `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"ApprovalRefusal"`
}

func (a *api) refuseApproval(ctx context.Context, in *refuseApprovalInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandRefuseApproval, workflows.ApprovalRefusal{
		Step: invoice.Tidy(in.Step), Reason: invoice.Tidy(in.Body.Reason), Then: collection.AfterRefusal(in.Body.Then), Until: in.Body.Until,
		For: in.Body.For, By: author(ctx, in.Body.By),
	})
}
