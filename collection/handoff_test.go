package collection_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/money"
)

// theCase is a case of 1,000.00 EUR that is due on 1 April 2026.
func theCase() collection.Case {
	return collection.Case{
		Creditor: "acme", Invoice: "F-1", Debtor: "D-1", DueDate: calendar.NewDate(2026, time.April, 1), Open: money.FromMinor(100000, money.EUR),
		Window: calendar.StandardWindow("FR", handoffZone), Round: 1,
		Strategy: collection.Strategy{Name: "s", Version: 1, Steps: []collection.Step{
			{Key: "firm", DueOffset: 5, Channels: []collection.Channel{"email"}, Template: "reminder-firm", Tone: collection.ToneFirm},
			{Key: "final", Spacing: 8, Channels: []collection.Channel{"email"}, Template: "reminder-final", Tone: collection.ToneFinal},
		}},
	}
}

var handoffZone = func() calendar.Zone {
	zone, err := calendar.ParseZone("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

func decideHandoff(t require.TestingT, c collection.Case, command collection.Command) collection.Case {
	events, err := collection.Decide(c, command)
	require.NoError(t, err)
	return collection.ApplyAll(c, events)
}

// handoffLife is what may happen to a case and its partner, in any order.
type handoffLife struct {
	*rapid.T
	state   collection.Case
	today   calendar.Date
	ids     int
	events  []collection.Event
	recalls map[string]int
}

func (l *handoffLife) try(command collection.Command) {
	events, err := collection.Decide(l.state, command)
	if err != nil {
		var refused *collection.Refusal
		require.ErrorAs(l, err, &refused)
		return
	}
	for _, event := range events {
		before := l.state
		l.state = collection.Apply(l.state, event)
		if asked, is := event.(collection.RecallAsked); is {
			l.recalls[asked.ID]++
		}
		for _, h := range before.Handoffs {
			after, known := l.state.Handoff(h.ID)
			require.True(l, known, "a handoff is never forgotten")
			require.False(l, after.Phase.IsBefore(h.Phase), "%s went back from %s to %s by %T", h.ID, h.Phase, after.Phase, event)
		}
	}
	l.events = append(l.events, events...)
}

func (l *handoffLife) id() string {
	return fmt.Sprintf("H%d", rapid.IntRange(1, l.ids+1).Draw(l.T, "id"))
}

func (l *handoffLife) something() {
	id := l.id()
	open := money.FromMinor(rapid.SampledFrom([]int64{0, 0, 40000, 100000}).Draw(l.T, "open"), money.EUR)
	l.today += calendar.Date(rapid.IntRange(0, 6).Draw(l.T, "days"))
	l.try(rapid.SampledFrom([]collection.Command{
		collection.ProposeHandoff{ID: fmt.Sprintf("H%d", l.ids+1), Partner: "lepage", Route: handoff.PaymentOrder, CoolingOffDays: 5, On: l.today},
		collection.ApproveHandoff{ID: id, Amount: l.state.Open, On: l.today},
		collection.ApproveHandoff{ID: id, Amount: money.FromMinor(100000, money.EUR), On: l.today},
		collection.RefuseHandoff{ID: id, Reason: "no", On: l.today},
		collection.ReportHandoff{ID: id, Outcome: collection.HandoffBegun, On: l.today},
		collection.ReportHandoff{ID: id, Outcome: collection.HandoffGiven, On: l.today},
		collection.ReportHandoff{ID: id, Outcome: collection.HandoffWithheld, On: l.today},
		collection.ReportHandoff{ID: id, Outcome: collection.HandoffDeclined, On: l.today},
		collection.ReportHandoff{ID: id, Outcome: collection.HandoffDoubtful, On: l.today},
		collection.TakePartnerStatus{ID: id, Status: rapid.SampledFrom(handoff.Statuses()).Draw(l.T, "status"), On: l.today, Today: l.today},
		collection.TakeRemittance{ID: id, Gross: money.FromMinor(1000, money.EUR), Position: collection.TakePosition{Open: open, On: l.today}},
		collection.TakePosition{Open: open},
		collection.RecallHandoff{ID: id, On: l.today},
		collection.ReportRecalled{ID: id, On: l.today},
		collection.CloseCase{Outcome: rapid.SampledFrom([]collection.Stage{collection.StageHandedOver, collection.StageWrittenOff}).Draw(l.T, "outcome"), Reason: "r"},
		collection.ReportTask{Task: collection.TaskHandoffApproval, At: l.today.Time(handoffZone.Location())},
	}).Draw(l.T, "command"))
	l.ids = len(l.state.Handoffs)
}

func TestAHandoffMovesForwardOnlyIsRecalledOnceAndHoldsTheLadder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l := &handoffLife{T: rt, state: theCase(), today: calendar.NewDate(2026, time.May, 4), recalls: map[string]int{}}
		for range rapid.IntRange(1, 40).Draw(rt, "length") {
			l.something()
			live := 0
			for _, h := range l.state.Handoffs {
				require.LessOrEqual(rt, l.recalls[h.ID], 1, "a recall is asked for once")
				if h.IsLive() {
					live++
				}
			}
			require.LessOrEqual(rt, live, 1)
			next := collection.Next(l.state, l.today.Time(handoffZone.Location()).Add(12*time.Hour))
			if live == 1 {
				require.NotEqual(rt, collection.ActionNotify, next.Kind, "no notice leaves while a partner has the case, or is about to")
			}
			if h, isLive := l.state.LiveHandoff(); isLive && h.Phase == handoff.Recalling && !h.Sending {
				require.Equal(rt, collection.ActionRecall, next.Kind, "a partner that is to stop is told, even of a closed case")
			}
		}
		written, err := json.Marshal(collection.Events(l.events))
		require.NoError(rt, err)
		var read collection.Events
		require.NoError(rt, json.Unmarshal(written, &read))
		require.Equal(rt, l.state, collection.ApplyAll(theCase(), read), "the events of a history say all of it")
	})
}

func TestADirectPaymentRecallsAndARemittanceDoesNot(t *testing.T) {
	t.Parallel()
	with := decideHandoff(t, theCase(), collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder, CoolingOffDays: 5, On: calendar.NewDate(2026, time.May, 4)})
	with = decideHandoff(t, with, collection.ApproveHandoff{ID: "H1", Amount: with.Open, On: calendar.NewDate(2026, time.May, 9)})
	with = decideHandoff(t, with, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffBegun})
	with = decideHandoff(t, with, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffGiven, On: calendar.NewDate(2026, time.May, 9)})
	nothing := with.Open.Zero()
	paid := decideHandoff(t, with, collection.TakePosition{Open: nothing})
	require.True(t, paid.IsClosed())
	require.True(t, paid.OwesPartner())
	require.Equal(t, collection.StagePaid, paid.Stage(time.Time{}))
	collected := decideHandoff(t, with, collection.TakeRemittance{ID: "H1", Gross: with.Open, Position: collection.TakePosition{Open: nothing, On: calendar.NewDate(2026, time.June, 1)}})
	require.True(t, collected.IsClosed())
	require.False(t, collected.OwesPartner())
	require.Equal(t, "1000.00 EUR", collected.Handoffs[0].Remitted.String())

}

func TestApprovingAHandoffThatIsOverIsRefusedWithWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	proposedOn, approvedOn, endedOn := calendar.NewDate(2026, time.May, 4), calendar.NewDate(2026, time.May, 9), calendar.NewDate(2026, time.May, 20)
	proposed := decideHandoff(t, theCase(), collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.Lawyer, CoolingOffDays: 5, On: proposedOn})
	approved := decideHandoff(t, proposed, collection.ApproveHandoff{ID: "H1", Amount: proposed.Open, On: approvedOn})
	begun := decideHandoff(t, approved, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffBegun})
	given := decideHandoff(t, begun, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffGiven, On: approvedOn})
	recalling := decideHandoff(t, given, collection.RecallHandoff{ID: "H1", On: endedOn})
	told := func(status handoff.Status) collection.Case {
		return decideHandoff(t, given, collection.TakePartnerStatus{ID: "H1", Status: status, On: endedOn, Today: endedOn})
	}
	for _, ended := range []struct {
		what string
		c    collection.Case
		says string
	}{
		{"paid", decideHandoff(t, approved, collection.TakePosition{Open: approved.Open.Zero(), On: endedOn}), "because the debtor paid before lepage had the file"},
		{"refused by a person", decideHandoff(t, approved, collection.RefuseHandoff{ID: "H1", Reason: "no", On: endedOn}), "it ended on 2026-05-20 without being approved"},
		{"declined by the partner", decideHandoff(t, begun, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffDeclined, On: endedOn}), "it ended on 2026-05-20 because lepage did not take it"},
		{"on its way back", recalling, "it is being taken back from lepage (a person decided so)"},
		{"recalled", decideHandoff(t, recalling, collection.ReportRecalled{ID: "H1", On: endedOn}), "it ended on 2026-05-20 taken back from lepage (a person decided so)"},
		{"returned", told(handoff.Returned), "it ended on 2026-05-20 because lepage gave it back"},
		{"closed unpaid", told(handoff.ClosedUnpaid), "it ended on 2026-05-20 because lepage closed its file without payment"},
	} {
		t.Run(ended.what, func(t *testing.T) {
			t.Parallel()
			_, err := collection.Decide(ended.c, collection.ApproveHandoff{ID: "H1", Amount: approved.Open, On: endedOn})
			var refused *collection.Refusal
			require.ErrorAs(t, err, &refused)
			require.Equal(t, collection.RefusedNotNow, refused.Code)
			require.ErrorContains(t, err, "the handoff H1 of case/acme/F-1 cannot be approved: ")
			require.ErrorContains(t, err, ended.says)
		})
	}
	events, err := collection.Decide(given, collection.ApproveHandoff{ID: "H1", Amount: approved.Open, On: endedOn})
	require.NoError(t, err)
	require.Empty(t, events, "an approval told twice while the partner has the case changes nothing")
}

// A judgment is recorded in the second in which the case begins to be handed over: the
// books, which do not know of that yet, end the handoff, and so must the case when the
// last check withholds the file. Else it would ask for the approval of a handoff that is
// over, for ever.
func TestAHandoffThatAJudgmentWithholdsIsOverInTheCaseAsInTheBooks(t *testing.T) {
	t.Parallel()
	on := calendar.NewDate(2026, time.May, 9)
	judged := collection.TakeStanding{Standing: collection.Standing{Insolvency: collection.Insolvency{
		Proceeding: "RJ-1", Kind: collection.Receivership, Judgment: on, From: on,
	}}}
	approved := decideHandoff(t, theCase(), collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder, CoolingOffDays: 5, On: on.AddDays(-5)})
	approved = decideHandoff(t, approved, collection.ApproveHandoff{ID: "H1", Amount: approved.Open, On: on})
	books := decideHandoff(t, approved, judged)
	require.Equal(t, handoff.EndNotApproved, books.Handoffs[0].End)

	inWorkflow := decideHandoff(t, approved, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffBegun})
	inWorkflow = decideHandoff(t, inWorkflow, judged)
	inWorkflow = decideHandoff(t, inWorkflow, collection.ReportHandoff{ID: "H1", Outcome: collection.HandoffWithheld, On: on})
	require.Equal(t, books.Handoffs, inWorkflow.Handoffs)
}

// The payment that ended the handoff is taken back: the ladder stood still from the
// proposal until the payment, and goes on afterwards.
func TestTheDaysUntilAPaymentEndedAHandoffDoNotCountAsSpacing(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	c := collection.Apply(theCase(), collection.StepAttempted{Step: "firm", Attempt: collection.Attempt{Channel: "email"}, At: sent})
	c = decideHandoff(t, c, collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.Lawyer, On: calendar.NewDate(2026, time.May, 6)})
	open := c.Open
	for _, paid := range []struct {
		what   string
		taken  collection.TakePosition
		before string
	}{
		{"on 26 May", collection.TakePosition{Open: open.Zero(), On: calendar.NewDate(2026, time.May, 26)}, "2026-06-01"},
		{"as the histories of before have it", collection.TakePosition{Open: open.Zero(), On: calendar.NewDate(2026, time.May, 26), Undated: true}, "2026-05-27"},
	} {
		again := decideHandoff(t, decideHandoff(t, c, paid.taken), collection.TakePosition{Open: open, On: calendar.NewDate(2026, time.May, 27)})
		require.Equal(t, handoff.EndPaid, again.Handoffs[0].End)
		next := collection.Next(again, time.Date(2026, time.May, 27, 9, 0, 0, 0, time.UTC))
		require.Equal(t, "final", next.Step.Key, paid.what)
		require.Equal(t, paid.before, again.Window.DateOf(next.At).String(), paid.what)
	}
}

func TestTheDaysWithAPartnerDoNotCountAsSpacing(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	c := collection.Apply(theCase(), collection.StepAttempted{Step: "firm", Attempt: collection.Attempt{Channel: "email"}, At: sent})
	c = decideHandoff(t, c, collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.Lawyer, On: calendar.NewDate(2026, time.May, 6)})
	c = decideHandoff(t, c, collection.RefuseHandoff{ID: "H1", Reason: "no", On: calendar.NewDate(2026, time.May, 26)})
	next := collection.Next(c, time.Date(2026, time.May, 27, 9, 0, 0, 0, time.UTC))
	require.Equal(t, "final", next.Step.Key)
	require.Equal(t, "2026-06-01", c.Window.DateOf(next.At).String(), "8 days after 4 May, and 20 away")
}
