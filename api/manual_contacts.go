package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/calls"
	"relance/collection"
	"relance/imports/invoice"
	"relance/money"
	"relance/workflows"
)

func (a *api) registerManualContacts() {
	register(a, operation{
		id: "record-contact", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/contacts", group: groupTasks,
		summary: "Record a contact with the debtor, and what came of a call",
		description: "A call, a meeting, an e-mail of one's own: it counts as a contact, once under its own ID. A call has an outcome. One that reached the " +
			"debtor completes the task that asked for it, call-back puts the task off to the day, and after any other the task stays open. " +
			"A promise is noted on the case under the ID of the contact, in place of one that is running; a dispute pauses nothing by itself.",
		answers:  []answerKind{{http.StatusOK, "It is recorded, or was already."}},
		problems: []problemCode{codeUnknownCase, codeUnknownTask, codeConflict},
	}, a.recordContact)
	register(a, operation{
		id: "prepare-call", method: http.MethodGet, path: "/v1/cases/{creditor}/{invoice}/call", group: groupTasks,
		summary:     "Prepare a telephone call: numbers, script, promises, and the contacts before it",
		description: "With the amounts of this moment, in the debtor's language.",
		problems:    []problemCode{codeUnknownCase, codeClosed},
	}, a.prepareCall)
}

// manualContact is how a person got in touch with the debtor.
type manualContact struct {
	ID         string        `json:"id"`
	Channel    string        `json:"channel" enum:"call,email,sms,whatsapp,letter,meeting,other"`
	Outcome    string        `json:"outcome,omitempty" enum:"reached,no-answer,voicemail,wrong-number,promised,disputes,refuses,call-back" doc:"What came of a call."`
	Task       int64         `json:"task,omitempty" doc:"The task that asked for the call."`
	On         calendar.Date `json:"on,omitzero" doc:"The day of a promised payment, or to call back."`
	Promised   decimal       `json:"promised,omitempty" doc:"The amount promised."`
	Currency   string        `json:"currency,omitempty"`
	At         time.Time     `json:"at" doc:"Business time."`
	By         string        `json:"by,omitempty"`
	Note       string        `json:"note,omitempty"`
	RecordedAt time.Time     `json:"recorded_at,omitzero"`
}

func newManualContact(c casefile.ManualContact) manualContact {
	return manualContact{
		ID: c.Key, Channel: string(c.Channel), Outcome: string(c.Outcome), Task: c.Task, On: c.On,
		Promised: decimalUnlessZero(c.Promised), Currency: string(c.Promised.Currency()), At: c.At, By: c.By, Note: c.Note, RecordedAt: c.RecordedAt,
	}
}

type recordContactInput struct {
	CaseKey
	Body struct {
		ID       string            `json:"id" minLength:"1" maxLength:"200" example:"call-2026-05-12-0930" doc:"The contact's own ID. It counts once."`
		Channel  string            `json:"channel" enum:"call,email,sms,whatsapp,letter,meeting,other" doc:"How."`
		Outcome  string            `json:"outcome,omitempty" enum:"reached,no-answer,voicemail,wrong-number,promised,disputes,refuses,call-back" doc:"What came of a call; needed with it, and only with it."`
		Task     int64             `json:"task,omitempty" minimum:"1" doc:"The task that asked for the call."`
		On       calendar.Date     `json:"on,omitzero" doc:"The day of a promised payment, or to call back."`
		Amount   workflows.Decimal `json:"amount,omitempty" doc:"The amount promised."`
		Currency string            `json:"currency,omitempty" maxLength:"3" doc:"Its currency; EUR when it is missing."`
		Note     string            `json:"note,omitempty" maxLength:"1000" doc:"What was said. It is kept apart from the history, and can be erased."`
		By       string            `json:"by,omitempty" maxLength:"100" doc:"Who was in touch; the name of the key when it is missing."`
	} `nameHint:"ContactOrder"`
}

type recordContactOutput struct {
	Body struct {
		Contact     manualContact `json:"contact"`
		Recorded    bool          `json:"recorded" doc:"False when it was recorded before."`
		Promised    bool          `json:"promised,omitempty" doc:"The promise is noted on the case, under the ID of the contact."`
		NotPromised string        `json:"not_promised,omitempty" doc:"Why the promise is not noted on the case; sending the same contact again notes it if it can be."`
		Task        *task         `json:"task,omitempty" doc:"The task that asked for the call, as it stands now."`
	} `nameHint:"ContactRecorded"`
}

func (a *api) recordContact(ctx context.Context, in *recordContactInput) (*recordContactOutput, error) {
	creditor, number := in.key()
	given := in.Body
	contact := casefile.ManualContact{
		Creditor: creditor, Invoice: number, Key: invoice.Tidy(given.ID), Channel: collection.ContactWay(given.Channel),
		Outcome: collection.CallOutcome(given.Outcome), Task: given.Task, On: given.On,
		At: a.Cases.Clock().Now(), By: author(ctx, given.By), Note: strings.TrimSpace(given.Note),
	}
	if given.Amount != "" {
		currency, err := money.ParseCurrency(strings.ToUpper(cmp.Or(given.Currency, "EUR")))
		if err != nil {
			return nil, invalid("body.currency", given.Currency, err.Error())
		}
		if contact.Promised, err = money.Parse(string(given.Amount), currency); err != nil {
			return nil, invalid("body.amount", string(given.Amount), err.Error())
		}
	}
	recorded, err := a.Cases.RecordContact(ctx, contact)
	if err != nil {
		return nil, err
	}
	out := &recordContactOutput{}
	out.Body.Contact, out.Body.Recorded = newManualContact(recorded.Contact), recorded.Fresh
	if recorded.Task.ID != 0 {
		told := newTask(recorded.Task)
		out.Body.Task = &told
	}
	out.Body.Promised = recorded.Status != nil
	if recorded.NotNoted != nil {
		out.Body.NotPromised = recorded.NotNoted.Error()
	}
	return out, nil
}

type prepareCallOutput struct {
	Body callSheet
}

// callSheet is what the person who calls has before them.
type callSheet struct {
	Debtor   string          `json:"debtor" doc:"The debtor's name."`
	Open     decimal         `json:"open" doc:"What the debtor is asked for: without what is contested."`
	Currency string          `json:"currency"`
	Tasks    []task          `json:"tasks" nullable:"false" doc:"The open tasks that ask for the call."`
	Numbers  []callNumber    `json:"numbers" nullable:"false" doc:"Those who pay the invoices first."`
	Script   callScript      `json:"script"`
	Promises []manualContact `json:"promises" nullable:"false" doc:"Payments promised for a day that has not passed."`
	Contacts []madeContact   `json:"contacts" nullable:"false" doc:"Messages that left, and how people got in touch; newest first."`
}

type callNumber struct {
	Name    string `json:"name,omitempty"`
	Role    string `json:"role,omitempty"`
	Number  string `json:"number" example:"+33612345678"`
	Printed string `json:"printed" example:"06 12 34 56 78" doc:"As it is dialled from the creditor's country."`
}

type callScript struct {
	Language string   `json:"language"`
	Opening  []string `json:"opening" nullable:"false" doc:"Asks for the right person."`
	Request  []string `json:"request" nullable:"false" doc:"What the call is about."`
	Answers  []string `json:"answers" nullable:"false" doc:"How to go on."`
	Closing  []string `json:"closing" nullable:"false"`
}

type madeContact struct {
	At   time.Time `json:"at"`
	How  string    `json:"how" example:"email"`
	What string    `json:"what,omitempty" example:"reminder-firm" doc:"The step of a message, or the outcome of a call."`
	By   string    `json:"by,omitempty"`
	Note string    `json:"note,omitempty"`
}

func (a *api) prepareCall(ctx context.Context, in *CaseKey) (*prepareCallOutput, error) {
	creditor, number := in.key()
	desk := calls.Desk{Store: a.Cases.Store, Templates: a.Templates, Clock: a.Cases.Clock}
	sheet, err := desk.Sheet(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	return &prepareCallOutput{Body: callSheet{
		Debtor: sheet.Debtor.Name, Open: decimalOf(sheet.Open), Currency: string(sheet.Open.Currency()),
		Tasks: each(sheet.Tasks, newTask), Promises: each(sheet.Promises, newManualContact),
		Numbers: each(sheet.Numbers, func(n calls.Number) callNumber {
			return callNumber{Name: n.Name, Role: n.Role, Number: n.E164, Printed: n.Printed}
		}),
		Contacts: each(sheet.Contacts, func(c calls.Contact) madeContact {
			return madeContact{At: c.At, How: c.How, What: c.What, By: c.By, Note: c.Note}
		}),
		Script: callScript{
			Language: sheet.Script.Lang, Opening: sheet.Script.Opening, Request: sheet.Script.Request, Answers: sheet.Script.Answers, Closing: sheet.Script.Closing,
		},
	}}, nil
}
