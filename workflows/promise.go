package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// PromiseOrder says that the debtor promised to pay on a day: Amount, or all that is
// open and not disputed. The ladder rests until the day and the grace after it.
type PromiseOrder struct {
	// ID is the promise's own: it counts once.
	ID       string        `json:"id"`
	Date     calendar.Date `json:"date"`
	Amount   Decimal       `json:"amount,omitempty"`
	Currency string        `json:"currency,omitempty"`
	// GraceDays are the calendar days after Date on which the payment may still come;
	// the strategy's when it is missing.
	GraceDays *int `json:"grace_days,omitempty"`
	// Source is staff, reply, api or debtor; api when it is missing.
	Source collection.PromiseSource `json:"source,omitempty"`
	// Replaces is the ID of the running promise that this one takes the place of.
	Replaces string `json:"replaces,omitempty"`
	// Reason is needed for a promise further ahead than the strategy takes; without
	// personal data.
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// PromiseWithdrawal ends a promise that was taken back or noted by mistake.
type PromiseWithdrawal struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

func (PromiseOrder) name() string      { return CommandPromise }
func (PromiseWithdrawal) name() string { return CommandWithdrawPromise }

func (o PromiseOrder) author() string      { return o.By }
func (o PromiseWithdrawal) author() string { return o.By }

func (o PromiseOrder) note() string {
	words := "promise " + o.ID + " for " + o.Date.String()
	if o.Amount != "" {
		words += ", " + string(o.Amount) + " " + o.Currency
	}
	if o.Reason != "" {
		words += ": " + o.Reason
	}
	return words
}

func (o PromiseWithdrawal) note() string { return "promise " + o.ID + ": " + o.Reason }

// check refuses an amount that cannot be read.
func (o PromiseOrder) check() error {
	_, err := optionalAmount("promise "+o.ID, o.Amount, o.Currency)
	return err
}

func (o PromiseOrder) command(_ time.Time, today calendar.Date) collection.Command {
	promised, _ := optionalAmount("", o.Amount, o.Currency) // checked before
	source := o.Source
	if source == "" {
		source = collection.PromiseByAPI
	}
	return collection.MakePromise{
		ID: o.ID, On: today, Date: o.Date, Amount: promised, Grace: o.GraceDays, Source: source, Replaces: o.Replaces, Reason: o.Reason, Author: o.By,
	}
}

func (o PromiseWithdrawal) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.WithdrawPromise{ID: o.ID, On: today, Reason: o.Reason, Author: o.By}
}

// optionalAmount is an amount that may be left out; what is given must be more than
// nothing.
func optionalAmount(of string, given Decimal, currency string) (money.Amount, error) {
	if given == "" {
		return money.Amount{}, nil
	}
	parsed, err := amount(given, currency)
	switch {
	case err != nil:
		return money.Amount{}, collection.Refuse(collection.RefusedInvalid, "%s: %s", of, err)
	case parsed.Sign() <= 0:
		return money.Amount{}, collection.Refuse(collection.RefusedInvalid, "%s: the amount is %s: leave it out for all that is open", of, parsed)
	default:
		return parsed, nil
	}
}

// conclude records how a promise ended whose grace is over.
func (r *caseRun) conclude(ctx workflow.Context, action collection.Action) error {
	events, err := collection.Decide(r.state, collection.ConcludePromise{ID: action.Promise, At: action.At})
	if err != nil || len(events) == 0 {
		return err
	}
	after := collection.ApplyAll(r.state, events)
	promise, _ := after.Promise(action.Promise)
	err = recordDecision(ctx, activities.DecisionOrder{
		CaseKey: r.key(), Key: "promise-concluded/" + promise.ID, Kind: "promise-" + string(promise.Outcome), At: action.At, Events: events,
		Note: promise.Conclusion(),
	})
	if err != nil {
		return err
	}
	r.state = after
	r.changes++
	return nil
}

// PromiseStatus is the promise a case waits for.
type PromiseStatus struct {
	ID     string        `json:"id"`
	Date   calendar.Date `json:"date"`
	Until  calendar.Date `json:"until"`
	Amount money.Amount  `json:"amount"`
	// Came is what has been received of it.
	Came money.Amount `json:"came,omitzero"`
}

// newPromiseStatus is the running promise of a case; nil without one.
func newPromiseStatus(c collection.Case) *PromiseStatus {
	promise, running := c.RunningPromise()
	if !running {
		return nil
	}
	return &PromiseStatus{ID: promise.ID, Date: promise.Date, Until: promise.Until, Amount: promise.Amount, Came: c.Came(promise)}
}
