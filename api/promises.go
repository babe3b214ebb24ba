package api

import (
	"context"
	"net/http"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/answers"
	"relance/collection"
	"relance/imports/invoice"
	"relance/workflows"
)

func (a *api) registerPromises() {
	register(a, decision("promise-payment", "promises", "Note that the debtor promised to pay",
		"The ladder rests until the day promised and the grace after it; the days do not count as spacing. What comes meanwhile is counted: the promise is kept, "+
			"kept in part, or broken. A second one is refused unless it replaces the first; one further ahead than the strategy takes needs a reason."), a.promisePayment)
	register(a, decision("withdraw-promise", "promises/{promise}/withdraw", "Take a promise back",
		"It then counts neither as kept nor as broken, and the ladder goes on."), a.withdrawPromise)
	register(a, operation{
		id: "list-promises", method: http.MethodGet, path: "/v1/debtors/{creditor}/{debtor}/promises", group: groupPeople,
		summary: "Show how a debtor keeps its promises", description: "Over all its invoices, with the promises themselves, the newest first.",
		problems: []problemCode{codeUnknownDebtor},
	}, a.listPromises)
	register(a, operation{
		id: "accept-promise", method: http.MethodPost, path: "/v1/answers/{id}/promise", group: groupAnswers,
		summary: "Note the promise that an answer makes",
		description: "On the open cases it is about; with an amount, on the case of the answer only. The day and the amount are those that were recognised unless they are given. " +
			"The answer is dealt with then, and the hold it placed ends: the promise keeps its cases still.",
		problems: []problemCode{codeUnknownAnswer, codeUnknownCase, codeClosed, codeNotNow, codeConflict, codeNoAnswer},
	}, a.acceptPromise)
}

// promise is a payment that was promised.
type promise struct {
	Invoice  string        `json:"invoice"`
	ID       string        `json:"id"`
	MadeOn   calendar.Date `json:"made_on"`
	Date     calendar.Date `json:"date" doc:"The day promised."`
	Until    calendar.Date `json:"until" doc:"The last day of grace."`
	Amount   decimal       `json:"amount"`
	Currency string        `json:"currency"`
	Whole    bool          `json:"whole_claim,omitempty" doc:"All that was open and not disputed was promised."`
	Source   string        `json:"source,omitempty" enum:"staff,reply,api,debtor"`
	Outcome  string        `json:"outcome" enum:"running,kept,kept-in-part,broken,withdrawn,replaced,overtaken" doc:"Overtaken: an instalment plan took its place, all came to be disputed, the case was closed, or insolvency proceedings were opened."`
	EndedOn  calendar.Date `json:"ended_on,omitzero"`
	Came     decimal       `json:"came,omitempty" doc:"What had come of it at its end."`
	GoOnAt   string        `json:"go_on_at,omitempty" doc:"The step a broken promise led to."`
}

func newPromise(number string, p collection.Promise) promise {
	told := promise{
		Invoice: number, ID: p.ID, MadeOn: p.MadeOn, Date: p.Date, Until: p.Until, Amount: decimalOf(p.Amount), Currency: string(p.Amount.Currency()), Whole: p.WholeClaim,
		Source: string(p.Source), Outcome: string(p.Outcome), EndedOn: p.EndedOn, GoOnAt: p.GoOnAt, Came: decimalUnlessZero(p.Came),
	}
	if p.IsRunning() {
		told.Outcome = "running"
	}
	return told
}

// promiseStatus is the promise a case waits for.
type promiseStatus struct {
	ID     string        `json:"id"`
	Date   calendar.Date `json:"date"`
	Until  calendar.Date `json:"until" doc:"The last day of grace."`
	Amount decimal       `json:"amount"`
	Came   decimal       `json:"came,omitempty" doc:"What has come of it."`
}

func newPromiseStatus(p *workflows.PromiseStatus) *promiseStatus {
	if p == nil {
		return nil
	}
	return &promiseStatus{ID: p.ID, Date: p.Date, Until: p.Until, Amount: decimalOf(p.Amount), Came: decimalUnlessZero(p.Came)}
}

type promiseInput struct {
	CaseKey
	Body struct {
		ID        string            `json:"id" minLength:"1" maxLength:"200" example:"call-2026-11-23" doc:"The promise's own ID. It counts once."`
		Date      calendar.Date     `json:"date" doc:"The day promised."`
		Amount    workflows.Decimal `json:"amount,omitempty" doc:"All that is open and not disputed when it is missing."`
		Currency  string            `json:"currency,omitempty" maxLength:"3" example:"EUR"`
		GraceDays *int              `json:"grace_days,omitempty" minimum:"0" maximum:"31" doc:"Calendar days after the day on which the payment may still come; the strategy's when it is missing."`
		Source    string            `json:"source,omitempty" enum:"staff,reply,api,debtor" doc:"How it is known; api when it is missing."`
		Replaces  string            `json:"replaces,omitempty" maxLength:"200" doc:"The ID of the running promise that this one takes the place of."`
		Reason    string            `json:"reason,omitempty" maxLength:"200" doc:"Needed for a promise further ahead than the strategy takes; without personal data."`
		By        string            `json:"by,omitempty" maxLength:"100" doc:"Who noted it; the name of the key when it is missing."`
	} `nameHint:"PromiseOrder"`
}

func (a *api) promisePayment(ctx context.Context, in *promiseInput) (*decisionOutput, error) {
	given := in.Body
	return a.command(ctx, in.CaseKey, workflows.CommandPromise, workflows.PromiseOrder{
		ID: invoice.Tidy(given.ID), Date: given.Date, Amount: given.Amount, Currency: given.Currency, GraceDays: given.GraceDays,
		Source: collection.PromiseSource(given.Source), Replaces: invoice.Tidy(given.Replaces), Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
}

type withdrawPromiseInput struct {
	CaseKey
	Promise string `path:"promise" maxLength:"200" doc:"The promise's ID, URL-escaped."`
	Body    struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" example:"it was about another invoice" doc:"Why, without personal data."`
		By     string `json:"by,omitempty" maxLength:"100" doc:"Who decided; the name of the key when it is missing."`
	} `nameHint:"PromiseWithdrawal"`
}

func (a *api) withdrawPromise(ctx context.Context, in *withdrawPromiseInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandWithdrawPromise, workflows.PromiseWithdrawal{
		ID: invoice.Tidy(in.Promise), Reason: invoice.Tidy(in.Body.Reason), By: author(ctx, in.Body.By),
	})
}

type listPromisesInput struct {
	Creditor string `path:"creditor" maxLength:"100" example:"acme"`
	Debtor   string `path:"debtor" maxLength:"100" example:"C-1007"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many of the promises at most."`
}

type listPromisesOutput struct {
	Body struct {
		Made       int       `json:"made" doc:"How many promises there were."`
		Running    int       `json:"running"`
		Kept       int       `json:"kept"`
		KeptInPart int       `json:"kept_in_part"`
		Broken     int       `json:"broken"`
		NotCounted int       `json:"not_counted" doc:"Withdrawn, replaced or overtaken."`
		Promises   []promise `json:"promises" nullable:"false"`
	} `nameHint:"PromiseRecord"`
}

func (a *api) listPromises(ctx context.Context, in *listPromisesInput) (*listPromisesOutput, error) {
	record, promises, err := a.Cases.Store.PromisesOfDebtor(ctx, invoice.Tidy(in.Creditor), invoice.Tidy(in.Debtor), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listPromisesOutput{}
	out.Body.Made, out.Body.Running, out.Body.NotCounted = record.Promises, record.Running, record.NotCounted
	out.Body.Kept, out.Body.KeptInPart, out.Body.Broken = record.Kept, record.KeptInPart, record.Broken
	out.Body.Promises = each(promises, func(p casefile.DebtorPromise) promise { return newPromise(p.Invoice, p.Promise) })
	return out, nil
}

type acceptPromise struct {
	Date     calendar.Date     `json:"date,omitzero" doc:"The day promised; the one that was recognised when it is missing."`
	Amount   workflows.Decimal `json:"amount,omitempty" doc:"What was promised; what was recognised when it is missing, else all."`
	Currency string            `json:"currency,omitempty" maxLength:"3" example:"EUR"`
	Reason   string            `json:"reason,omitempty" maxLength:"200" doc:"Needed for a promise further ahead than the strategy takes; without personal data."`
	By       string            `json:"by,omitempty" maxLength:"100" doc:"Who accepts it; the name of the key when it is missing."`
}

type acceptPromiseInput struct {
	AnswerKey
	Body *acceptPromise
}

func (a *api) acceptPromise(ctx context.Context, in *acceptPromiseInput) (*answerOutput, error) {
	given := orZero(in.Body)
	answer, err := a.Answers.AcceptPromise(ctx, in.ID, answers.PromiseTerms{
		Date: given.Date, Amount: given.Amount, Currency: given.Currency, Reason: invoice.Tidy(given.Reason), By: author(ctx, given.By),
	})
	return a.shown(ctx, answer, err)
}
