package endtoend_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/simulator"
	"relance/workflows"
)

// A week of a portfolio with several invoices to a debtor, payments coming in and
// providers on a bad day: at its end every debtor must have had the messages that a
// careful person would have sent, and no other.
func TestAWeekOfAPortfolioIsWorkedAsACarefulPersonWould(t *testing.T) {
	const debtors = 300
	const day = 22 * time.Second
	begins := time.Date(2026, time.March, 9, 5, 0, 0, 0, time.UTC) // Monday, 06:00 in Paris
	i := install(t, plan{begins: begins, speed: int64(24 * time.Hour / day), ambiguousAfter: 30 * time.Second, concurrentSends: 8, faults: simulator.Faults{
		LatencyMS: 20, JitterMS: 80, RateLimited: 0.04, RetryAfterS: 1, FailAfter: 0.04, DropAfter: 0.04, LookupsFail: 0.1,
		EventDelayMS: 200, EventJitterMS: 2000, EventDuplicates: 1, EventsShuffled: true,
	}})
	claims := portfolio(debtors)
	i.importLedger(claims)
	i.startWorker()

	// Every fifth invoice is paid at some moment of the week.
	chance := rand.New(rand.NewPCG(3, 9))
	ends := begins.AddDate(0, 0, 6)
	var paying []claim
	for n, c := range claims {
		if n%5 == 0 {
			c.paidAt = begins.Add(time.Duration(chance.Int64N(int64(ends.Sub(begins)))))
			paying = append(paying, c)
		}
	}
	slices.SortFunc(paying, func(a, b claim) int { return a.paidAt.Compare(b.paidAt) })
	for _, c := range paying {
		i.until("the moment of a payment", 5*time.Minute, func() bool { return i.clock.Now().After(c.paidAt) })
		require.NoError(t, i.client.SignalWorkflow(t.Context(), collection.WorkflowID(creditor, c.number), "", workflows.CommandPaymentReceived,
			workflows.PaymentReceived{ID: "week-" + c.number, Amount: "1200.00", Currency: "EUR"}))
	}
	i.until("the week is over", 5*time.Minute, func() bool { return i.clock.Now().After(ends) })
	i.until("what was begun has ended", 2*time.Minute, func() bool {
		for _, row := range i.rows() {
			if !row.NextAt.IsZero() && row.NextAt.Before(ends) {
				return false
			}
		}
		return true
	})
	i.requireCareful(claims, ends)
}

// portfolio are claims on so many debtors, of one to three invoices each, that fall
// due around a week; the debtors follow three strategies.
func portfolio(debtors int) []claim {
	monday := calendar.NewDate(2026, time.March, 9)
	strategies := []string{"fr-b2b-standard", "strict", "gentle"}
	var claims []claim
	for debtor := range debtors {
		for n := range 1 + debtor%3 {
			claims = append(claims, claim{
				number: fmt.Sprintf("W-%03d-%d", debtor, n), debtor: debtor, due: monday.AddDays(-8 + (debtor*5+n*4)%16), strategy: strategies[debtor%len(strategies)],
			})
		}
	}
	return claims
}

// requireCareful looks at each debtor as its credit controller would, at what was
// sent until the week ended; the next week has begun by the time it looks.
func (i *installation) requireCareful(claims []claim, ends time.Time) {
	i.t.Helper()
	taken := i.provider.AcceptedByID()
	messages := map[int]map[string]casefile.Message{}
	carrying := map[string][]casefile.Message{}
	paid := map[string]time.Time{}
	resent := 0
	for _, c := range claims {
		file := i.caseFile(c.number)
		if messages[c.debtor] == nil {
			messages[c.debtor] = map[string]casefile.Message{}
		}
		notices := map[string]int{}
		for _, m := range file.Messages {
			if m.State == casefile.MessageWithheld || m.State == casefile.MessageComposed || !m.BusinessAt.Before(ends) {
				continue
			}
			require.Contains(i.t, []casefile.MessageState{casefile.MessageAccepted, casefile.MessageDelivered}, m.State, "%s: %s", c.number, m.Reason)
			messages[c.debtor][m.ID] = m
			carrying[m.ID] = append(carrying[m.ID], m)
			notices[m.Step+" "+string(m.Channel)]++
			if m.Unproven {
				resent++ // the policy decided to send it once more, and the file says so
			} else if m.Channel == collection.ChannelEmail || m.Channel == collection.ChannelSMS {
				require.Equal(i.t, 1, taken[m.ID], "%s of %s", m.Channel, c.number)
			}
			require.True(i.t, file.Case.Window.Contains(m.BusinessAt), "%s left at %s, outside the contact hours", c.number, m.BusinessAt)
		}
		for notice, times := range notices {
			require.Equal(i.t, 1, times, "%s of %s", notice, c.number)
		}
		for _, entry := range file.Entries {
			if entry.Kind == ledger.EntryPayment {
				paid[c.number] = entry.At
			}
		}
		require.NotEmpty(i.t, file.Row.Why, c.number)
		requireInLadderOrder(i.t, file)
	}
	for debtor, sent := range messages {
		i.requireContactPolicy(debtor, slices.Collect(maps.Values(sent)))
	}
	for id, notices := range carrying {
		for _, m := range notices {
			if at, isPaid := paid[m.Invoice]; isPaid {
				require.False(i.t, m.BusinessAt.After(at), "message %s asks for %s, which was paid at %s", id, m.Invoice, at)
			}
		}
	}
	require.LessOrEqual(i.t, resent, len(messages)/20, "messages sent once more without proof")
	i.t.Logf("%d messages to %d debtors for %d invoices, %d paid meanwhile, %d resent without proof", len(carrying), len(messages), len(claims), len(paid), resent)
}

// requireContactPolicy: one message a channel and day, never on two days in a row, on
// at most two days in seven.
func (i *installation) requireContactPolicy(debtor int, messages []casefile.Message) {
	i.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(i.t, err)
	slices.SortFunc(messages, func(a, b casefile.Message) int { return a.BusinessAt.Compare(b.BusinessAt) })
	perDay := map[string]int{}
	var days []calendar.Date
	for n, m := range messages {
		day := calendar.DateOf(m.BusinessAt.In(paris))
		perDay[day.String()+" "+string(m.Channel)]++
		goesOn := slices.ContainsFunc(messages[:n], func(before casefile.Message) bool { // a notice that was begun, over its next channel
			return before.Step == m.Step && before.Channel != m.Channel && slices.ContainsFunc(m.Invoices, func(i string) bool { return slices.Contains(before.Invoices, i) })
		})
		if !goesOn && (len(days) == 0 || days[len(days)-1] != day) {
			days = append(days, day)
		}
	}
	for when, n := range perDay {
		require.Equal(i.t, 1, n, "debtor %d, %s", debtor, when)
	}
	for n, day := range days {
		if n > 0 {
			require.GreaterOrEqual(i.t, int(day-days[n-1]), 2, "debtor %d is contacted on %s and %s", debtor, days[n-1], day)
		}
		if n > 1 {
			require.GreaterOrEqual(i.t, int(day-days[n-2]), 7, "debtor %d is contacted on three days of a week, to %s", debtor, day)
		}
	}
}

// requireInLadderOrder: no step before the one below it.
func requireInLadderOrder(t *testing.T, file casefile.File) {
	t.Helper()
	last := -1
	for _, record := range file.Case.Steps {
		at := slices.IndexFunc(file.Case.Strategy.Steps, func(s collection.Step) bool { return s.Key == record.Key })
		require.Greater(t, at, last, "%s: step %s", file.Case.Invoice, record.Key)
		last = at
	}
}
