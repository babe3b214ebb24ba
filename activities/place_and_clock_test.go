package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

func zoneOf(t *testing.T, name string) calendar.Zone {
	t.Helper()
	zone, err := calendar.ParseZone(name)
	require.NoError(t, err)
	return zone
}

// on is an instant of a wall clock: "2026-03-30 09:30" in a zone.
func on(t *testing.T, zone calendar.Zone, text string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02 15:04", text, zone.Location())
	require.NoError(t, err)
	return instant.UTC()
}

// duty is the order that the case of F-1 would give for the step it waits for, at
// the moment it waits for.
func (o *postOffice) duty(from time.Time) activities.NoticeOrder {
	o.t.Helper()
	next := collection.Next(o.file().Case, from)
	if next.Kind == collection.ActionWait {
		next = collection.Next(o.file().Case, next.At)
	}
	require.Equal(o.t, collection.ActionNotify, next.Kind, next.Because.String())
	return activities.NoticeOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: next.Step.Key, Channel: next.Channel,
		Template: next.Step.Template, Tone: next.Step.Tone, At: next.At, Deadline: next.Deadline,
	}
}

func (o *postOffice) keepsContactPolicy() {
	o.t.Helper()
	creditor, err := o.store.Creditor(o.t.Context(), casefiletest.Creditor)
	require.NoError(o.t, err)
	creditor.ContactPolicy = collection.ContactPolicies{ContactPolicy: collection.StandardContactPolicy()}
	require.NoError(o.t, o.store.SaveCreditor(o.t.Context(), creditor))
}

// Summer time begins on Sunday 29 March and ends on Sunday 25 October 2026. What waited
// over the weekend keeps the contact hours of the Monday, as its clocks show them.
func TestANoticeThatWaitedOverAChangeOfClocksKeepsTheHoursOfTheWall(t *testing.T) {
	t.Parallel()
	paris := zoneOf(t, "Europe/Paris")
	for _, c := range []struct{ friday, worker, leaves string }{
		{"2026-03-27 17:00", "2026-03-30 08:30", "2026-03-30"}, // 7:30 of the time before: not yet
		{"2026-03-27 17:00", "2026-03-30 09:30", "2026-03-30"},
		{"2026-10-23 17:00", "2026-10-26 08:30", "2026-10-26"}, // 9:30 of the time before: not yet
		{"2026-10-23 17:45", "2026-10-26 17:30", "2026-10-26"}, // 18:30 of the time before: still open
	} {
		o := open(t)
		now := on(t, paris, c.worker)
		o.at(now)
		order := o.order("firm", collection.ChannelEmail)
		order.At, order.Deadline = on(t, paris, c.friday), calendar.DateOf(now).AddDays(8)
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryWithheld, delivery.Outcome, "it names the deadline of another day")
		window := o.file().Case.Window
		require.True(t, window.Contains(delivery.Until), "%s: %s", c.worker, delivery.Until)
		require.Equal(t, c.leaves, window.DateOf(delivery.Until).String())

		o.at(delivery.Until)
		order = o.duty(delivery.Until)
		order.Step, order.Template, order.Tone = "firm", "reminder-firm", collection.ToneFirm
		delivery, err = o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		require.Equal(t, 1, o.accepted())
	}
}

// In Cairo the clocks change on working days: on Friday 24 April 2026 there is no hour
// after midnight, and on Thursday 29 October the last hour of the day comes twice.
func TestANoticePlannedForTheHourThatIsMissingOrComesTwiceLeavesOnce(t *testing.T) {
	t.Parallel()
	cairo := zoneOf(t, "Africa/Cairo")
	for name, c := range map[string]struct {
		window calendar.Window
		due    string
		from   string
		again  time.Duration
	}{
		"missing": {calendar.Window{Zone: cairo, Opens: 0, Closes: 30}, "2026-04-23", "2026-04-23 12:00", 0},
		"twice":   {calendar.Window{Zone: cairo, Opens: 23 * 60, Closes: 24 * 60}, "2026-10-28", "2026-10-29 12:00", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dueDate, err := calendar.ParseDate(c.due)
			require.NoError(t, err)
			o := open(t, func(opening *casefile.Opening) {
				opening.Window, opening.Invoice.DueDate, opening.Invoice.IssueDate = c.window, dueDate, dueDate.AddDays(-30)
				opening.Strategy.Steps[0].DueOffset = 1
			})
			order := o.duty(on(t, cairo, c.from))
			require.Equal(t, dueDate.AddDays(1), c.window.DateOf(order.At))
			for _, later := range []time.Duration{0, c.again} {
				o.at(order.At.Add(later))
				delivery, err := o.Deliver(t.Context(), order)
				require.NoError(t, err)
				require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
			}
			require.Equal(t, 1, o.accepted())
		})
	}
}

// A call on Sunday at 22:30 UTC is on Monday on the wall of a debtor in Paris, because
// the clocks were put forward that morning: two days from then is Wednesday.
func TestSpacingIsCountedInDaysOfTheWallOverAChangeOfClocks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		called, planned time.Time
		earliest        string
	}{
		{time.Date(2026, time.March, 29, 22, 30, 0, 0, time.UTC), time.Date(2026, time.March, 31, 9, 0, 0, 0, time.UTC), "2026-04-01"},
		{time.Date(2026, time.October, 25, 22, 30, 0, 0, time.UTC), time.Date(2026, time.October, 26, 9, 0, 0, 0, time.UTC), "2026-10-27"},
	} {
		o := open(t)
		o.keepsContactPolicy()
		_, err := o.store.RecordContact(t.Context(), casefile.ManualContact{
			Creditor: casefiletest.Creditor, Invoice: "F-1", Debtor: casefiletest.Debtor, Key: "call", Channel: collection.ContactCall, Outcome: collection.CallReached, At: c.called, By: "anna",
		})
		require.NoError(t, err)
		o.at(c.planned)
		order := o.order("firm", collection.ChannelEmail)
		order.At, order.Deadline = c.planned, calendar.DateOf(c.planned).AddDays(8)
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, collection.PostponedForSpacing, delivery.For)
		window := o.file().Case.Window
		require.Equal(t, c.earliest, window.DateOf(delivery.Until).String())
		require.True(t, window.Contains(delivery.Until))
	}
}

// The debtor's own hours and holidays: Guadeloupe keeps 27 May, and its mornings are
// afternoons in Paris.
func TestADebtorInGuadeloupeIsWrittenToInItsHoursAndNotOnItsHolidays(t *testing.T) {
	t.Parallel()
	guadeloupe, known := calendar.ZoneOf("FR", "97110")
	require.True(t, known)
	o := open(t, func(opening *casefile.Opening) {
		opening.Debtor.Address.Postcode, opening.Debtor.Address.City = "97110", "Pointe-à-Pitre"
		opening.Window = calendar.StandardWindow(calendar.HolidaysOf("FR", "97110"), guadeloupe)
		opening.Invoice.DueDate = calendar.NewDate(2026, time.May, 26)
		opening.Strategy.Steps[0].DueOffset = 1 // a Wednesday, on which nobody works there
	})
	order := o.duty(on(t, guadeloupe, "2026-05-26 18:00"))
	require.Equal(t, "2026-05-28", calendar.DateOf(order.At.In(guadeloupe.Location())).String())

	// Its worker is late, and it is morning in Paris: night in Guadeloupe.
	o.at(on(t, zoneOf(t, "Europe/Paris"), "2026-05-29 10:00"))
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.Zero(t, o.accepted())
	require.True(t, o.file().Case.Window.Contains(delivery.Until))
	require.Equal(t, "2026-05-29", calendar.DateOf(delivery.Until.In(guadeloupe.Location())).String())

	o.at(delivery.Until)
	order.At, order.Deadline = delivery.Until, calendar.NewDate(2026, time.June, 8)
	delivery, err = o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	require.Contains(t, o.text(0), "8\u00a0juin 2026")
}
