package endtoend_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
)

func TestAfterTenDaysWithoutAWorkerEachCaseSendsOneNoticeAndKeepsItsOrder(t *testing.T) {
	t.Parallel()
	// Seven seconds are a day, so that ten days are more than the lateness that an
	// accelerated clock forgives its timers.
	const day = 7 * time.Second
	begins := time.Date(2026, time.March, 9, 7, 0, 0, 0, time.UTC) // a Monday, an hour before the contact hours
	i := install(t, plan{begins: begins, speed: int64(24 * time.Hour / day), ambiguousAfter: time.Minute})
	monday := calendar.NewDate(2026, time.March, 9)
	var claims []claim
	for n := range 30 {
		// A third was due before, and is reminded on Monday; the others fall due from
		// Tuesday on, all in time for their second step to be missed too.
		due := monday.AddDays(-5)
		if n%3 != 0 {
			due = monday.AddDays(-2 + n%2)
		}
		claims = append(claims, claim{number: fmt.Sprintf("F-%04d", n), debtor: n, due: due, strategy: "fr-b2b-standard"})
	}
	i.startWorker()
	i.importLedger(claims)
	i.until("the third that was due is reminded", time.Minute, func() bool {
		return i.hasSettled(func(c claim) bool { return c.due > monday.AddDays(-5) || i.stepsDone(c.number) == 1 }, claims)
	})
	require.NoError(t, i.worker.Stop(t.Context()))
	stopped := i.clock.Now()
	before := map[string]int{}
	for _, c := range claims {
		before[c.number] = i.stepsDone(c.number)
	}

	i.until("ten and a half days without a worker", 2*time.Minute, func() bool { return i.clock.Now().Sub(stopped) > 252*time.Hour })
	for _, c := range claims {
		require.Equal(t, before[c.number], i.stepsDone(c.number), "nobody was there to send")
	}
	i.startWorker()
	restarted := i.clock.Now()
	i.until("each case sends what it owes", time.Minute, func() bool {
		return i.hasSettled(func(c claim) bool { return i.stepsDone(c.number) > before[c.number] }, claims)
	})
	i.until("three more days", time.Minute, func() bool { return i.clock.Now().Sub(restarted) > 72*time.Hour })
	for _, c := range claims {
		require.Equal(t, before[c.number]+1, i.stepsDone(c.number), "%s: one notice, not all that were missed", c.number)
		requireInOrder(t, i.caseFile(c.number))
	}
}

func (i *installation) hasSettled(settled func(claim) bool, claims []claim) bool {
	return !slices.ContainsFunc(claims, func(c claim) bool { return !settled(c) })
}

// stepsDone counts the steps of a case of which a provider took a message.
func (i *installation) stepsDone(invoice string) int {
	i.t.Helper()
	steps := map[string]bool{}
	for _, message := range i.caseFile(invoice).Messages {
		if message.State == casefile.MessageAccepted || message.State == casefile.MessageDelivered {
			steps[message.Step] = true
		}
	}
	return len(steps)
}

// requireInOrder checks what left against the ladder: no step before the one
// below it, none twice, each with its spacing and in the debtor's contact hours.
func requireInOrder(t *testing.T, file casefile.File) {
	t.Helper()
	ladder := map[string]int{}
	for n, step := range file.Case.Strategy.Steps {
		ladder[step.Key] = n
	}
	var last casefile.Message
	for n, message := range file.Messages {
		require.True(t, file.Case.Window.Contains(message.BusinessAt), "%s of %s left at %s, outside the contact hours",
			message.Step, message.Invoice, message.BusinessAt)
		if n > 0 && message.Step != last.Step {
			require.Equal(t, ladder[last.Step]+1, ladder[message.Step], "%s: %s follows %s", message.Invoice, message.Step, last.Step)
			apart := file.Case.Window.DateOf(message.BusinessAt) - file.Case.Window.DateOf(last.BusinessAt)
			require.GreaterOrEqual(t, int(apart), file.Case.Strategy.Steps[ladder[message.Step]].Spacing, "%s: days between %s and %s", message.Invoice, last.Step, message.Step)
		}
		last = message
	}
}
