package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/arrangements"
	"relance/collection"
)

// tellDebtor tells the debtor of an instalment, over the first channel that takes the
// notice; a person is asked where none does. A notice that may not leave now waits.
func (r *planRun) tellDebtor(ctx workflow.Context, action arrangements.Action) error {
	kind, said := collection.InstalmentDue, "instalment-announced"
	if action.Kind != arrangements.ActionRemind {
		kind, said = collection.InstalmentMissed, "instalment-missed"
	}
	notice, err := planNotice(ctx, r.noticeOrder(action.Instalment, kind, action.At))
	switch {
	case err != nil:
		return err
	case notice.Nothing:
		return r.postponeNotice(ctx, time.Time{})
	}
	isAsked := notice.ForPerson || action.Kind == arrangements.ActionAsk
	for _, channel := range notice.Channels {
		if isAsked {
			break
		}
		delivery, err := r.deliver(ctx, notice.Order, channel, action)
		switch {
		case temporal.IsCanceledError(err) && ctx.Err() == nil:
			return nil // what came meanwhile has made it needless
		case err != nil:
			return r.afterFailedNotice(ctx, err)
		case delivery.Outcome == activities.DeliveryWithheld:
			return r.postponeNotice(ctx, delivery.Until)
		case delivery.Outcome == activities.DeliveryAccepted:
			return r.noteTold(ctx, action, kind, said, false)
		}
	}
	last := action.Because.Date
	if action.Kind == arrangements.ActionAsk {
		last = 0 // the plan waits
	}
	err = tellInstalment(ctx, activities.InstalmentOrder{
		Creditor: r.state.Creditor, Plan: r.state.ID, Version: r.state.Version, Invoices: r.invoices(), Instalment: action.Instalment.Number,
		DueOn: action.Instalment.DueOn, Amount: action.Amount, Missed: kind == collection.InstalmentMissed, Grace: last, At: action.At,
		Step: notice.Order.Step, Uncollected: isAsked, Unresolved: notice.Unresolved, Consumer: r.state.Consumer,
	})
	if err != nil {
		return err
	}
	return r.noteTold(ctx, action, kind, said, isAsked)
}

func (r *planRun) noteTold(ctx workflow.Context, action arrangements.Action, kind collection.InstalmentNotice, said string, isAsked bool) error {
	told := arrangements.ReportTold{Instalment: action.Instalment.Number, Missed: kind == collection.InstalmentMissed, Asked: isAsked, On: r.today(ctx)}
	return r.decide(ctx, told, "plan", said, "")
}

func (r *planRun) noticeOrder(about arrangements.Instalment, kind collection.InstalmentNotice, at time.Time) activities.PlanNoticeOrder {
	return activities.PlanNoticeOrder{
		Creditor: r.state.Creditor, Plan: r.state.ID, Version: r.state.Version, Invoices: r.invoices(), Instalment: about.Number, Kind: kind, Again: about.Demands, At: at,
	}
}

// noticePatience is how long (wall) a notice of a plan is tried without asking anew
// whether it is still the right one.
const noticePatience = 24 * time.Hour

// deliver sends a notice over a channel. Commands are answered meanwhile, and one after
// which it is not wanted any more calls it back, unless it has already left.
func (r *planRun) deliver(ctx workflow.Context, order activities.NoticeOrder, channel collection.Channel, action arrangements.Action) (delivery activities.Delivery, err error) {
	callable, callBack := workflow.WithCancel(ctx)
	defer callBack()
	order.Channel = channel
	delivering := deliverPlanNotice(callable, order, noticePatience)
	for !delivering.IsReady() {
		if err := workflow.Await(ctx, func() bool { return delivering.IsReady() || r.inbox.hasCommands() }); err != nil {
			return delivery, err
		}
		if err := r.answerCommands(ctx); err != nil {
			return delivery, err
		}
		if next := arrangements.Next(r.state, action.At); next.Kind != action.Kind || next.Instalment.Number != action.Instalment.Number {
			callBack()
		}
	}
	err = delivering.Get(ctx, &delivery)
	return delivery, err
}

// afterFailedNotice has a notice wait a day that failed in a way trying again does not
// cure, or that no provider took for so long.
func (r *planRun) afterFailedNotice(ctx workflow.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	workflow.GetLogger(ctx).Error("A notice of the plan could not be sent and is postponed by a day", "plan", r.state.ID, "error", err)
	return r.postponeNotice(ctx, r.now(ctx).AddDate(0, 0, 1))
}

func (r *planRun) postponeNotice(ctx workflow.Context, until time.Time) error {
	if earliest := r.now(ctx).Add(leastPostponement); until.Before(earliest) {
		until = earliest
	}
	return r.decide(ctx, arrangements.PostponeNotice{Until: until}, "plan", "instalment-postponed", "")
}

// defaultPatience is how long (wall) the cases wait for the notice that all is due to
// leave before them.
const defaultPatience = 15 * time.Minute

// tellDefault tells the debtor that the plan is broken, and says what came of it. Its
// cases go on whatever that was.
func (r *planRun) tellDefault(ctx workflow.Context) string {
	const byPerson = "No message told the debtor: tell it."
	missed, found := r.state.NextInstalment()
	if !found {
		return byPerson
	}
	notice, err := planNotice(ctx, r.noticeOrder(missed, collection.PlanDefault, r.now(ctx)))
	if err != nil || notice.Nothing {
		return byPerson
	}
	for _, channel := range notice.Channels {
		order := notice.Order
		order.Channel = channel
		var delivery activities.Delivery
		err := deliverPlanNotice(ctx, order, defaultPatience).Get(ctx, &delivery)
		switch {
		case err != nil:
			workflow.GetLogger(ctx).Error("The notice of default could not be sent", "plan", r.state.ID, "channel", channel, "error", err)
			return "The notice by " + string(channel) + " may not have left: find out (relance show), and tell the debtor."
		case delivery.Outcome == activities.DeliveryAccepted:
			return "The debtor was told by " + string(channel) + "."
		case delivery.Outcome == activities.DeliveryWithheld:
			return "The notice was withheld: " + delivery.Reason + "."
		}
	}
	return byPerson
}
