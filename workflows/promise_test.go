package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// promiseOn has the debtor promise, on a day, to pay on another.
func (b *bench) promiseOn(day, id, date string, changes ...func(*workflows.PromiseOrder)) {
	b.t.Helper()
	on, err := calendar.ParseDate(date)
	require.NoError(b.t, err)
	order := workflows.PromiseOrder{ID: id, Date: on, Source: collection.PromiseByReply, By: "sophie"}
	for _, change := range changes {
		change(&order)
	}
	b.signalOn(day, workflows.CommandPromise, order)
}

func (d *desk) kinds() []string {
	var kinds []string
	for _, decision := range d.decisions {
		kinds = append(kinds, decision.Kind)
	}
	return kinds
}

func (d *desk) decided(kind string) activities.DecisionOrder {
	i := slices.IndexFunc(d.decisions, func(o activities.DecisionOrder) bool { return o.Kind == kind })
	if i < 0 {
		return activities.DecisionOrder{}
	}
	return d.decisions[i]
}

func TestAPromiseIsKeptAndNothingWasSentMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	b.on("2026-04-20", func() {
		status := b.status()
		require.Equal(t, collection.StagePromised, status.Stage)
		require.Equal(t, "2026-04-24", status.Promise.Date.String())
		require.Equal(t, "2026-04-27", status.Promise.Until.String())
		require.Contains(t, status.Why, "the debtor promised 1000.00 EUR for 2026-04-24")
	})
	b.payOn("2026-04-24", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"2026-03-25", "2026-04-07"}, dates(b.desk.noticedAt))
	require.Equal(t, []string{"promise"}, b.desk.kinds(), "the payment tells of the promise")
}

func TestAPaymentInTheGraceKeepsThePromise(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-24", func(o *workflows.PromiseOrder) { o.Amount, o.Currency = "400.00", "EUR" })
	b.payOn("2026-04-27", "P1", "400.00")
	b.on("2026-04-28", func() {
		require.Nil(t, b.status().Promise)
		require.Equal(t, "firm", b.status().NextStep)
	})
	b.payOn("2026-05-20", "P2", "600.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-04", "2026-05-04", "2026-05-15"}, dates(b.desk.noticedAt),
		"one day of spacing before the promise and seven after it: the firm reminder comes on 4 May, not on 15 April")
	require.NotContains(t, b.desk.kinds(), "promise-broken")
}

func TestAPromiseKeptInPartReturnsTheRestToItsStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start.Case.Strategy.BrokenPromise.GoOnAt = "formal"
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	b.payOn("2026-04-20", "P1", "300.00")
	b.on("2026-04-29", func() { require.Equal(t, "firm", b.status().NextStep) })
	b.payOn("2026-05-10", "P2", "700.00")
	b.result()
	concluded := b.desk.decided("promise-kept-in-part")
	require.Equal(t, "promise-concluded/P", concluded.Key)
	require.Equal(t, "300.00 EUR of 1000.00 EUR promised for 2026-04-24 came: the promise was kept in part", concluded.Note)
	require.Equal(t, "2026-04-28", concluded.At.In(paris.Location()).Format(time.DateOnly))
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
}

func TestABrokenPromiseEscalatesAndALatePaymentEndsTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start.Case.Strategy.BrokenPromise.GoOnAt = "formal"
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	b.payOn("2026-05-02", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email", "courteous/email", "formal/email"}, b.desk.steps())
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-28"}, dates(b.desk.noticedAt), "on the day the promise is judged")
	require.Equal(t, []string{"promise", "promise-broken"}, b.desk.kinds())
}

func TestAPromiseIsWithdrawnOnceAndOnlyWithAReason(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	var silent, withdrawn, again updateAnswer
	b.on("2026-04-10", func() {
		b.UpdateWorkflow(workflows.CommandWithdrawPromise, "u0", &silent, workflows.PromiseWithdrawal{ID: "P"})
		b.UpdateWorkflow(workflows.CommandWithdrawPromise, "u1", &withdrawn, workflows.PromiseWithdrawal{ID: "P", Reason: "it was another invoice", By: "sophie"})
	})
	b.on("2026-04-11", func() {
		b.UpdateWorkflow(workflows.CommandWithdrawPromise, "u2", &again, workflows.PromiseWithdrawal{ID: "P", Reason: "it was another invoice"})
	})
	b.payOn("2026-04-20", "P1", "1000.00")
	b.result()
	require.ErrorContains(t, silent.rejection, "needs a reason")
	require.NoError(t, withdrawn.err)
	require.NoError(t, again.err)
	require.Nil(t, withdrawn.status.Promise)
	require.Equal(t, []string{"promise", "withdraw-promise"}, b.desk.kinds())
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-17", "2026-04-17"}, dates(b.desk.noticedAt), "two days of promise move the 15th to the 17th")
}

func TestAPromiseThatCannotBeIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := map[string]*updateAnswer{}
	b.on("2026-04-08", func() {
		for words, order := range map[string]workflows.PromiseOrder{
			"which is past":         {ID: "P", Date: calendar.NewDate(2026, time.April, 7)},
			"at most 30 days":       {ID: "P", Date: calendar.NewDate(2026, time.June, 7)},
			"amount":                {ID: "P", Date: calendar.NewDate(2026, time.April, 9), Amount: "many", Currency: "EUR"},
			"leave it out for all":  {ID: "P", Date: calendar.NewDate(2026, time.April, 9), Amount: "0.00", Currency: "EUR"},
			"is no source":          {ID: "P", Date: calendar.NewDate(2026, time.April, 9), Source: "gossip"},
			"does not say for whic": {ID: "P"},
		} {
			answers[words] = &updateAnswer{}
			b.UpdateWorkflow(workflows.CommandPromise, words, answers[words], order)
		}
		b.SignalWorkflow(workflows.CommandPromise, workflows.PromiseOrder{ID: "P", Date: calendar.NewDate(2026, time.April, 9), Amount: "many", Currency: "EUR"})
	})
	b.payOn("2026-04-09", "P1", "1000.00")
	b.result()
	for words, answer := range answers {
		require.ErrorContains(t, answer.rejection, words)
	}
	require.Equal(t, []string{"refused"}, b.desk.kinds(), "what nobody waited for stands in the history")
}

func TestAPromiseIsJudgedBehindAHoldAndEndsNoHold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-10")
	b.signalOn("2026-04-09", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Until: calendar.NewDate(2026, time.May, 20)})
	b.payOn("2026-06-30", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"promise", "hold", "promise-broken", "hold-ended"}, b.desk.kinds())
}

func TestAReversalWhileAPromiseRunsIsCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	b.payOn("2026-04-10", "P1", "300.00")
	b.signalOn("2026-04-14", workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
	b.payOn("2026-05-10", "P2", "1000.00")
	b.result()
	require.Equal(t, "nothing of 1000.00 EUR promised for 2026-04-24 came: the promise was broken", b.desk.decided("promise-broken").Note)
}
