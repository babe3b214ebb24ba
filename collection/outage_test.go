package collection_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// tenDays is from Friday evening, after the contact hours, to Tuesday at eleven: six days
// of contact hours and two hours more are lost.
func tenDays(c collection.Case) collection.Outage {
	return collection.Outage{Began: at(c, "2026-09-04 19:00"), Ended: at(c, "2026-09-15 11:00")}
}

func TestWhatGatheredInAnOutageLeavesOverAsManyDaysAsWereLost(t *testing.T) {
	t.Parallel()
	c := newCase() // its courteous reminder was due on Thursday the 10th
	outage := tenDays(c)
	days := map[calendar.Date]int{}
	const debtors = 800
	for n := range debtors {
		c.Debtor = fmt.Sprintf("D-%d", n)
		turn, waits := c.TurnAfter(outage, "courteous", outage.Ended)
		require.True(t, waits)
		require.True(t, c.Window.Contains(turn))
		require.Equal(t, c.Window.Instant(c.Window.DateOf(turn), c.Debtor), turn, "at the debtor's own moment")
		days[c.Window.DateOf(turn)]++
	}
	lost := []string{"2026-09-16", "2026-09-17", "2026-09-18", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24"}
	require.Len(t, days, len(lost), "six days and a bit are lost")
	for _, text := range lost {
		require.InDelta(t, debtors/len(lost), days[day(text)], 40, text)
	}
}

func TestAnOutageThatEndsBeforeTheContactHoursIsWorkedOffFromThatDay(t *testing.T) {
	t.Parallel()
	c := newCase()
	outage := collection.Outage{Began: at(c, "2026-09-10 07:00"), Ended: at(c, "2026-09-11 07:00")}
	turn, waits := c.TurnAfter(outage, "courteous", outage.Ended)
	require.True(t, waits)
	require.Equal(t, day("2026-09-11"), c.Window.DateOf(turn))
}

func TestWhatAnOutageDoesNotPutOff(t *testing.T) {
	t.Parallel()
	c := newCase()
	outage := tenDays(c)
	last := c.Window.Instant(day("2026-09-25"), c.Debtor)
	begun := newCase(func(c *collection.Case) { c.DueDate = day("2026-08-31") })
	begun = after(t, begun, failed(begun, "courteous", collection.ChannelEmail, "2026-09-04 15:00"))
	for what, none := range map[string]struct {
		c      collection.Case
		outage collection.Outage
		step   string
		now    time.Time
	}{
		"a moment after it":          {newCase(func(c *collection.Case) { c.DueDate = day("2026-09-14") }), outage, "courteous", at(c, "2026-09-17 18:00")},
		"a moment before it":         {newCase(func(c *collection.Case) { c.DueDate = day("2026-08-24") }), outage, "courteous", outage.Ended},
		"what has begun":             {begun, collection.Outage{Began: at(c, "2026-09-04 14:00"), Ended: outage.Ended}, "courteous", outage.Ended},
		"a step the case is not at":  {c, outage, "firm", outage.Ended},
		"a case whose turn has come": {c, outage, "courteous", last},
		"a night":                    {c, collection.Outage{Began: at(c, "2026-09-10 08:00"), Ended: at(c, "2026-09-10 17:30")}, "courteous", at(c, "2026-09-10 17:30")},
		"a case put off until later": {after(t, c, collection.Postpone{Until: at(c, "2026-09-15 14:00")}), outage, "courteous", at(c, "2026-09-15 14:00")},
	} {
		_, waits := none.c.TurnAfter(none.outage, none.step, none.now)
		require.False(t, waits, what)
	}
}

func TestAllInvoicesOfADebtorHaveOneTurnAfterAnOutageAndItComesOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		began := rapid.Int64Range(0, 30*24*60).Draw(t, "began")
		lasted := rapid.Int64Range(24*60, 40*24*60).Draw(t, "lasted")
		c := newCase()
		c.Debtor = rapid.StringMatching("[a-z]{1,8}").Draw(t, "debtor")
		var outage collection.Outage
		outage.Began = at(c, "2026-09-01 00:00").Add(time.Duration(began) * time.Minute)
		outage.Ended = outage.Began.Add(time.Duration(lasted) * time.Minute)
		var common time.Time
		for range 4 {
			c.DueDate = day("2026-08-20").AddDays(rapid.IntRange(0, 60).Draw(t, "due"))
			step := collection.Next(c, outage.Ended).Step.Key
			turn, waits := c.TurnAfter(outage, step, outage.Ended)
			if !waits {
				continue
			}
			require.True(t, common.IsZero() || common.Equal(turn))
			common = turn
			require.True(t, turn.After(outage.Ended))
			require.True(t, c.Window.Contains(turn))
			put := after(t, c, collection.Postpone{Until: turn, For: collection.PostponedForOutage})
			next := collection.Next(put, outage.Ended)
			require.Equal(t, collection.ActionWait, next.Kind)
			require.True(t, next.At.Equal(turn) || next.At.Before(turn) && step == "courtesy", "a courtesy notice is passed over on the due date")
			_, again := put.TurnAfter(outage, step, turn)
			require.False(t, again, "its turn has come")
		}
	})
}

func TestACaseSaysThatItWaitsForItsTurnAfterAnOutage(t *testing.T) {
	t.Parallel()
	c := newCase()
	turn, _ := c.TurnAfter(tenDays(c), "courteous", tenDays(c).Ended)
	because := collection.Next(after(t, c, collection.Postpone{Until: turn, For: collection.PostponedForOutage}), tenDays(c).Ended).Because
	require.Equal(t, "step courteous waits for its turn: what gathered while Relance was away leaves over several days", because.String())
	require.Equal(t, "l’étape courteous attend son tour : ce qui s’est accumulé pendant l’arrêt de Relance part sur plusieurs jours", because.French())
}
