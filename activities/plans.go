package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/money"
)

// The registered names of the activities of instalment plans.
const (
	NameRecordPlan     = "record-plan"
	NamePlanMoney      = "plan-money"
	NamePlanNotice     = "plan-notice"
	NameTellInstalment = "tell-instalment"
	NameOpenPlanTask   = "open-plan-task"
)

// PlanOrder asks to write a plan, and what its cases must know of it.
type PlanOrder struct {
	Plan     arrangements.Plan `json:"plan"`
	Revision int               `json:"revision"`
	// Kind is what happened, Note the sentence for the history of each case; without it
	// the cases are not told.
	Kind string    `json:"kind"`
	Note string    `json:"note,omitempty"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// PlanRecorded says as which revision a plan is written: a later one than was asked for
// where that was taken. Earlier versions said nothing.
type PlanRecorded struct {
	Revision int `json:"revision"`
}

// PlanMoneyOrder asks what came on the claims of a plan until a day.
type PlanMoneyOrder struct {
	Creditor string        `json:"creditor"`
	Plan     string        `json:"plan"`
	Today    calendar.Date `json:"today"`
}

// PlanMoney is what the ledger says of the claims of a plan.
type PlanMoney struct {
	Received money.Amount  `json:"received"`
	Open     money.Amount  `json:"open"`
	PaidOn   calendar.Date `json:"paid_on"`
	// Principal is what is open of the principal, by invoice.
	Principal map[string]money.Amount `json:"principal,omitempty"`
	// Rests are what a debtor who has kept the plan need not pay any more, by invoice.
	Rests map[string]money.Amount `json:"rests,omitempty"`
}

// InstalmentOrder asks a person to tell the debtor of an instalment: before it is due, or
// after it was missed.
type InstalmentOrder struct {
	Creditor string `json:"creditor"`
	Plan     string `json:"plan"`
	Version  int    `json:"version"`
	// Invoices are those of the plan, the oldest first.
	Invoices   []string      `json:"invoices"`
	Instalment int           `json:"instalment"`
	DueOn      calendar.Date `json:"due_on"`
	Amount     money.Amount  `json:"amount"`
	Missed     bool          `json:"missed,omitempty"`
	// Step is the key of the notice that could not leave.
	Step string `json:"step"`
	// Uncollected: it was to be collected by direct debit, and was not.
	Uncollected bool `json:"uncollected,omitempty"`
	// Unresolved: its direct debit has neither brought money nor come back.
	Unresolved bool `json:"unresolved,omitempty"`
	// Consumer: the debtor is one, to whom the missed instalment must be demanded in writing.
	Consumer bool `json:"consumer,omitempty"`
	// Grace is the last day to pay a missed instalment; not set when the plan waits.
	Grace calendar.Date `json:"grace,omitzero"`
	At    time.Time     `json:"at"`
}

// PlanNoticeOrder asks how the debtor is told of an instalment.
type PlanNoticeOrder struct {
	Creditor   string                      `json:"creditor"`
	Plan       string                      `json:"plan"`
	Version    int                         `json:"version"`
	Invoices   []string                    `json:"invoices"`
	Instalment int                         `json:"instalment"`
	Kind       collection.InstalmentNotice `json:"kind"`
	// Again is how many times the same was told before and is over.
	Again int       `json:"again,omitempty"`
	At    time.Time `json:"at"`
}

// PlanNotice is how a debtor is told of an instalment: the notice is one of the plan's
// lead case, and goes over the first of the channels that takes it.
type PlanNotice struct {
	Order    NoticeOrder          `json:"order"`
	Channels []collection.Channel `json:"channels,omitempty"`
	// Nothing: there is nothing to tell any more. ForPerson: no message says it.
	Nothing   bool `json:"nothing,omitempty"`
	ForPerson bool `json:"for_person,omitempty"`
	// Unresolved says why it is for a person: a direct debit neither brought money nor came
	// back.
	Unresolved bool `json:"unresolved,omitempty"`
}

// PlanTaskOrder asks a person to decide something about a plan.
type PlanTaskOrder struct {
	Creditor string    `json:"creditor"`
	Plan     string    `json:"plan"`
	Invoices []string  `json:"invoices"`
	Revision int       `json:"revision"`
	Title    string    `json:"title"`
	Detail   string    `json:"detail"`
	At       time.Time `json:"at"`
}

func (f *CaseFile) registerPlans(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(f.RecordPlan, activity.RegisterOptions{Name: NameRecordPlan})
	registry.RegisterActivityWithOptions(f.PlanMoney, activity.RegisterOptions{Name: NamePlanMoney})
	registry.RegisterActivityWithOptions(f.PlanNotice, activity.RegisterOptions{Name: NamePlanNotice})
	registry.RegisterActivityWithOptions(f.TellInstalment, activity.RegisterOptions{Name: NameTellInstalment})
	registry.RegisterActivityWithOptions(f.OpenPlanTask, activity.RegisterOptions{Name: NameOpenPlanTask})
}

// RecordPlan writes a plan and what its cases must know of it.
func (f *CaseFile) RecordPlan(ctx context.Context, order PlanOrder) (PlanRecorded, error) {
	revision, err := f.Store.RecordDecidedPlan(ctx, casefile.PlanWriting{
		StoredPlan: casefile.StoredPlan{Plan: order.Plan, Revision: order.Revision},
		Kind:       order.Kind, Note: plainText(order.Note), Actor: plainText(order.By), At: order.At,
	})
	return PlanRecorded{Revision: revision}, refusedForGood(err)
}

// PlanMoney reads what came on the claims of a plan.
func (f *CaseFile) PlanMoney(ctx context.Context, order PlanMoneyOrder) (PlanMoney, error) {
	sum, err := f.Store.PlanMoney(ctx, order.Creditor, order.Plan, order.Today)
	return PlanMoney(sum), err
}

// PlanNotice says how a debtor is told of an instalment, and of which case's file the
// notice is.
func (f *CaseFile) PlanNotice(ctx context.Context, order PlanNoticeOrder) (PlanNotice, error) {
	lead, err := f.lead(ctx, order.Creditor, order.Invoices)
	if err != nil {
		return PlanNotice{}, err
	}
	step := collection.InstalmentStepAgain(collection.InstalmentStep(order.Plan, order.Version, order.Instalment, order.Kind), order.Again)
	told, due, err := f.Store.PlanNotice(ctx, order.Creditor, step, lead.Window.DateOf(order.At))
	if err != nil || !due {
		return PlanNotice{Nothing: true}, err
	}
	return PlanNotice{
		Order: NoticeOrder{
			CaseKey: CaseKey{Creditor: lead.Creditor, Invoice: lead.Invoice}, Round: lead.Round, Step: told.Step.Key,
			Template: told.Step.Template, Tone: told.Step.Tone, Deadline: told.Deadline, At: order.At,
		},
		Channels: slices.Concat(told.Step.Channels, told.Step.Fallbacks), ForPerson: told.ForPerson, Unresolved: told.Unresolved,
	}, nil
}

// TellInstalment has a person tell the debtor of an instalment.
func (f *CaseFile) TellInstalment(ctx context.Context, order InstalmentOrder) error {
	key := order.Step // what a person has to tell, and to collect or find out, are tasks apart
	title := fmt.Sprintf("Remind the debtor of instalment %d of the plan %s: %s on %s", order.Instalment, order.Plan, order.Amount, order.DueOn)
	detail := "The instalment is about to be due, and no message could be sent. relance plan show shows what was paid and what comes."
	if order.Missed {
		title = fmt.Sprintf("Instalment %d of the plan %s was missed: %s was due on %s", order.Instalment, order.Plan, order.Amount, order.DueOn)
		detail = fmt.Sprintf("No message could be sent. Tell the debtor that the whole balance is due at once if it is not paid by %s.", order.Grace)
		if order.Consumer {
			detail = "No message could be sent. The debtor is a consumer: send it a formal notice (mise en demeure) to pay this instalment, in writing, and tick this off that day. The plan is not broken before, nor in the thirty days after it."
		}
	}
	if order.Uncollected {
		key = order.Step + "/uncollected/" + calendar.DateOf(order.At).String()
		title = fmt.Sprintf("Instalment %d of the plan %s was not collected: %s was due on %s", order.Instalment, order.Plan, order.Amount, order.DueOn)
		detail = "Its direct debit stood in no file for the bank, so that the debtor was not told of it. Collect it (relance debit file), or agree on another way to pay."
	}
	if order.Unresolved {
		key = order.Step + "/unresolved/" + calendar.DateOf(order.At).String()
		title = fmt.Sprintf("Find out what became of the direct debit of instalment %d of the plan %s: %s was due on %s", order.Instalment, order.Plan, order.Amount, order.DueOn)
		detail = fmt.Sprintf("It has neither brought its money nor come back. Book the payment, or tell the plan that it came back (relance plan returned): else the plan is broken after %s.", order.Grace)
		if order.Grace.IsZero() {
			detail = "It has neither brought its money nor come back. Book the payment, or tell the plan that it came back (relance plan returned): the plan waits for it, and the debtor is told nothing."
		}
	}
	return f.openOnLead(ctx, order.Creditor, order.Invoices, casefile.TaskOrder{
		Kind: collection.TaskInstalment, Key: key,
		Title: title, Detail: detail, DueOn: order.DueOn, At: order.At,
	})
}

// OpenPlanTask asks a person to decide something about a plan.
func (f *CaseFile) OpenPlanTask(ctx context.Context, order PlanTaskOrder) error {
	return f.openOnLead(ctx, order.Creditor, order.Invoices, casefile.TaskOrder{
		Kind: collection.TaskPlan, Key: fmt.Sprintf("plan/%s/%d", order.Plan, order.Revision),
		Title: order.Title, Detail: order.Detail, DueOn: calendar.DateOf(order.At).AddDays(taskDays), At: order.At,
	})
}

// openOnLead opens a task on the first case of a plan that is open.
func (f *CaseFile) openOnLead(ctx context.Context, creditor string, invoices []string, task casefile.TaskOrder) error {
	lead, err := f.lead(ctx, creditor, invoices)
	if err != nil {
		return err
	}
	task.Creditor, task.Invoice = creditor, lead.Invoice
	_, _, err = f.Store.OpenTask(ctx, task)
	return err
}

// lead is the case of a plan that what is about the whole plan is kept with: the oldest
// that is open and not wholly disputed, else the oldest that is open, else the oldest.
func (f *CaseFile) lead(ctx context.Context, creditor string, invoices []string) (lead collection.Case, err error) {
	rank := -1
	for _, invoice := range invoices {
		c, err := f.Store.LoadCase(ctx, creditor, invoice)
		if err != nil {
			return lead, err
		}
		of := 0
		switch {
		case !c.IsClosed() && c.Claimable().Sign() > 0:
			return c, nil
		case !c.IsClosed():
			of = 1
		}
		if of > rank {
			lead, rank = c, of
		}
	}
	return lead, nil
}
