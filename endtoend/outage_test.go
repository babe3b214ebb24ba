package endtoend_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/messaging/simulator"
)

// No worker is there for ten and a half days, in which a step of every case falls due.
// After it each debtor is at its turn on one of the working days that follow, with one
// message for its three invoices; no level is skipped or doubled.
func TestAfterTenDaysWithoutAWorkerEachDebtorGetsOneMessageInItsTurn(t *testing.T) {
	t.Parallel()
	const day, debtors = 7 * time.Second, 30
	begins := time.Date(2026, time.March, 8, 22, 0, 0, 0, time.UTC) // Sunday evening
	i := install(t, plan{
		begins: begins, speed: int64(24 * time.Hour / day), ambiguousAfter: time.Minute, strategies: map[string]string{"quick.yaml": quickLadder},
		creditorYAML: "    contact_from: \"00:30\"\n    contact_until: \"23:30\"\n", // time enough in a day of some seconds
	})
	claims := unpaid(debtors, calendar.NewDate(2026, time.March, 9))
	i.importLedger(claims)
	i.startWorker()
	i.until("the third that was due is reminded", time.Minute, func() bool {
		return i.hasSettled(func(c claim) bool { return c.debtor%3 != 0 || i.stepsDone(c.number) == 1 }, claims)
	})
	require.NoError(t, i.worker.Stop(t.Context()))
	stopped := i.clock.Now()
	before := map[string]int{}
	for _, c := range claims {
		before[c.number] = i.stepsDone(c.number)
	}
	sent := len(i.provider.Messages(0))
	// An accelerated clock forgives its timers a minute.
	forgiven := time.Duration(i.clock.Speed) * 65 * time.Second
	i.until("ten and a half days without a worker", 3*time.Minute, func() bool {
		now := i.clock.Now()
		return now.Sub(stopped) > 252*time.Hour && !slices.ContainsFunc(i.rows(), func(row casefile.CaseRow) bool { return now.Sub(row.NextAt) < forgiven })
	})
	require.Len(t, i.provider.Messages(0), sent, "nobody was there to send")
	i.startWorker()
	restarted := i.today()

	i.until("three weeks more", 3*time.Minute, func() bool { return i.today() > restarted.AddDays(18) })
	require.NoError(t, i.worker.Stop(t.Context()))
	i.requireOneTurnEach(claims, before, restarted)
	i.requireOneADay(i.provider.Messages(0))
}

// unpaid are three claims on each of so many debtors. A third of them is to be reminded
// on the given Monday, the others from Tuesday on.
func unpaid(debtors int, monday calendar.Date) []claim {
	var claims []claim
	for debtor := range debtors {
		due := monday.AddDays(-4)
		if debtor%3 != 0 {
			due = monday.AddDays(debtor % 2)
		}
		for n := range 3 {
			claims = append(claims, claim{number: fmt.Sprintf("F-%03d-%d", debtor, n), debtor: debtor, due: due, strategy: "quick"})
		}
	}
	return claims
}

// requireOneTurnEach: what each debtor gets first after an outage is one message about all
// it owes, in the days after the restart, spread over them.
func (i *installation) requireOneTurnEach(claims []claim, before map[string]int, restarted calendar.Date) {
	i.t.Helper()
	first, turns := map[int]casefile.Message{}, map[calendar.Date]int{}
	for _, c := range claims {
		file := i.caseFile(c.number)
		requireInOrder(i.t, file)
		steps := stepsOf(file)
		require.Greater(i.t, len(steps), before[c.number], "%s owes a step", c.number)
		message := steps[before[c.number]]
		known, found := first[c.debtor]
		if !found {
			first[c.debtor] = message
			turns[i.dayOf(message.BusinessAt)]++
		}
		require.True(i.t, !found || known.ID == message.ID, "%s is in the message of its debtor", c.number)
		require.Len(i.t, message.Invoices, 3, c.number)
		require.Greater(i.t, i.dayOf(message.BusinessAt), restarted, "%s waits for the day after the restart", c.number)
		require.LessOrEqual(i.t, i.dayOf(message.BusinessAt), restarted.AddDays(14), "%s: ten working days", c.number)
	}
	for day, debtors := range turns {
		require.LessOrEqual(i.t, debtors, len(first)/3, "%s is not the day of too many", day)
	}
	require.GreaterOrEqual(i.t, len(turns), 5, "they leave in turn: %v", turns)
}

// stepsOf are the first messages of the steps of a case, in order.
func stepsOf(file casefile.File) []casefile.Message {
	var steps []casefile.Message
	for _, m := range file.Messages {
		if (m.State == casefile.MessageAccepted || m.State == casefile.MessageDelivered) && (len(steps) == 0 || steps[len(steps)-1].Step != m.Step) {
			steps = append(steps, m)
		}
	}
	return steps
}

// requireOneADay counts at the providers what each address and number got in a day.
func (i *installation) requireOneADay(messages []simulator.Message) {
	i.t.Helper()
	got := map[string]int{}
	for _, m := range messages {
		key := fmt.Sprint(m.To, " ", i.dayOf(m.At))
		got[key]++
		require.Equal(i.t, 1, got[key], "messages to %s", key)
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
