package endtoend_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// quickLadder has three steps that all fall due within three working days.
const quickLadder = `name: quick
version: 1
title: {fr: Rapide, en: Quick}
description: {fr: Trois relances rapprochées., en: Three reminders close together.}
for: business
steps:
  - key: first
    title: {fr: Première relance, en: First reminder}
    when: {after_due: 1}
    tone: courteous
    channels: [email]
    template: reminder-courteous
    deadline: 1
  - key: second
    title: {fr: Deuxième relance, en: Second reminder}
    when: {after_due: 2, after_previous: 2}
    tone: firm
    channels: [email]
    template: reminder-firm
    deadline: 1
  - key: third
    title: {fr: Troisième relance, en: Third reminder}
    when: {after_due: 3, after_previous: 2}
    tone: final
    channels: [email]
    template: reminder-last
    deadline: 1
`

// gathering are claims on so many debtors of three invoices each, due on Wednesday
// 4 March 2026.
func gathering(from, debtors int) []claim {
	var claims []claim
	for debtor := from; debtor < from+debtors; debtor++ {
		for n := range 3 {
			claims = append(claims, claim{number: fmt.Sprintf("G-%03d-%d", debtor, n), debtor: debtor, due: calendar.NewDate(2026, time.March, 4), strategy: "quick"})
		}
	}
	return claims
}

// A kill switch is on from Thursday to Monday, while three steps of every case fall due.
// After the lift each debtor is at its turn on one of as many working days that follow,
// with one message for its three invoices, and the steps that were missed are not made up for.
func TestWhatGatheredOfManyDebtorsUnderAKillSwitchLeavesInTurnAndInOneMessageEach(t *testing.T) {
	const debtors, daySeconds = 90, 10
	thursday := time.Date(2026, time.March, 5, 7, 0, 0, 0, time.UTC)
	i := install(t, plan{
		begins: thursday, concurrentSends: 8, ambiguousAfter: 30 * time.Second, strategies: map[string]string{"quick.yaml": quickLadder},
		creditorYAML: "    contact_from: \"00:30\"\n    contact_until: \"23:30\"\n", // time enough in a day of some seconds
	})
	claims := gathering(0, debtors)
	known, born := claims[:len(claims)/3], claims[len(claims)/3:]
	i.importLedger(known)
	i.relance("stop", "kill-switch", "--creditor", creditor, "--id", "K-1", "--reason", "wrong bank account")
	i.importLedger(born) // they are born stopped
	i.startWorker()
	i.until("every case says that it rests", time.Minute, func() bool {
		return !slices.ContainsFunc(i.rows(), func(row casefile.CaseRow) bool { return row.Stage != collection.StageOnHold })
	})

	monday := time.Date(2026, time.March, 8, 23, 5, 0, 0, time.UTC) // 00:05 in Paris
	i.goOnAt(monday, int64(24*time.Hour/(daySeconds*time.Second)))
	i.until("it is Monday", time.Minute, func() bool { return !i.clock.Now().Before(monday) })
	require.Zero(t, i.provider.sendsBegun(), "nothing leaves under a kill switch")
	i.relance("lift", "K-1")

	thursdayEvening := time.Date(2026, time.March, 12, 22, 45, 0, 0, time.UTC)
	i.until("the three days are over and each has its reminder", time.Minute, func() bool {
		waits := func(row casefile.CaseRow) bool { return row.NextStep == "first" } // the second reminders count no less than the first
		return i.clock.Now().After(thursdayEvening) && !slices.ContainsFunc(i.rows(), waits)
	})
	require.NoError(t, i.worker.Stop(t.Context()))
	i.requireInTurn(claims)
}

// goOnAt stops the programs and starts them at a later moment, on a faster clock.
func (i *installation) goOnAt(business time.Time, speed int64) {
	i.t.Helper()
	if i.worker != nil {
		require.NoError(i.t, i.worker.Stop(i.t.Context()))
	}
	i.server.stop(time.Minute)
	const starting = 4 * time.Second // what the programs take to be there
	var err error
	i.clock, err = calendar.Accelerated(time.Now().Add(starting), business, speed)
	require.NoError(i.t, err)
	require.NoError(i.t, i.store.SaveClock(i.t.Context(), i.clock))
	i.startServer()
	i.startWorker()
}

// turnOf is the moment that a case named at the lift for its next message.
func (i *installation) turnOf(file casefile.File) time.Time {
	i.t.Helper()
	atLift := file.Case
	atLift.Steps, atLift.NotBefore, atLift.PostponedFor = nil, time.Time{}, ""
	require.Len(i.t, atLift.Stops, 1, "%s was told", file.Case.Invoice)
	next := collection.Next(atLift, atLift.Stops[0].Lifted)
	require.Equal(i.t, collection.ActionWait, next.Kind)
	require.Equal(i.t, "first", next.Step.Key, "the steps that were missed are not jumped to")
	return next.At
}

// requireInTurn compares what was sent with the turns.
func (i *installation) requireInTurn(claims []claim) {
	i.t.Helper()
	turns, inTurn := map[int]time.Time{}, map[calendar.Date]int{}
	var lifted calendar.Date
	taken := i.provider.AcceptedByID()
	sent := map[int]map[string]casefile.Message{}
	late := 0
	for _, c := range claims {
		file := i.caseFile(c.number)
		turn := i.turnOf(file)
		lifted = i.dayOf(file.Case.Stops[0].Lifted)
		if known, found := turns[c.debtor]; found {
			require.Equal(i.t, known, turn, "the invoices of debtor %d have one turn", c.debtor)
		} else {
			turns[c.debtor] = turn
			inTurn[i.dayOf(turn)]++
		}
		steps := map[string]int{}
		for _, m := range file.Messages {
			if m.State == casefile.MessageWithheld || m.State == casefile.MessageComposed {
				continue
			}
			require.Equal(i.t, 1, taken[m.ID], "%s of %s", m.Step, c.number)
			require.Len(i.t, m.Invoices, 3, "all that the debtor of %s owes leaves together", c.number)
			require.True(i.t, file.Case.Window.Contains(m.BusinessAt), "%s left at %s", c.number, m.BusinessAt)
			steps[m.Step]++
			if sent[c.debtor] == nil {
				sent[c.debtor] = map[string]casefile.Message{}
			}
			sent[c.debtor][m.ID] = m
			if m.Step == "first" {
				require.False(i.t, m.BusinessAt.Before(turn), "%s left at %s, before its turn at %s", c.number, m.BusinessAt, turn)
				if i.dayOf(m.BusinessAt) != i.dayOf(turn) {
					late++
				}
			}
		}
		require.Equal(i.t, 1, steps["first"], "%s is reminded, once", c.number)
		for step, times := range steps {
			require.Equal(i.t, 1, times, "step %s of %s", step, c.number)
		}
		requireInLadderOrder(i.t, file)
	}
	lasted := 0 // a slow machine lifts on Tuesday
	for day := calendar.NewDate(2026, time.March, 5); day <= lifted; day = day.AddDays(1) {
		if weekday := day.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			lasted++
		}
	}
	require.Len(i.t, inTurn, lasted, "as many working days as the kill switch lasted: %v", inTurn)
	for day, n := range inTurn {
		require.Greater(i.t, day, lifted, "not on the day of the lift")
		require.InDelta(i.t, len(turns)/lasted, n, float64(len(turns))/6, "about as many debtors a day: %v", inTurn)
	}
	for debtor, messages := range sent {
		days := map[calendar.Date]int{}
		for _, m := range messages {
			days[i.dayOf(m.BusinessAt)]++
		}
		for day, n := range days {
			require.Equal(i.t, 1, n, "debtor %d on %s", debtor, day)
		}
	}
	require.LessOrEqual(i.t, late, len(claims)/10, "reminders that left on a later day than their turn")
}
