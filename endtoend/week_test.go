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
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/money"
	"relance/workflows"
)

// A week of a portfolio with several invoices to a debtor, payments and answers coming
// in, addresses that do not exist and providers on a bad day: at its end every debtor must
// have had the messages that a careful person would have sent, each saying the truth, and
// no other.
func TestAWeekOfAPortfolioIsWorkedAsACarefulPersonWould(t *testing.T) {
	w := beginWeek(t)
	w.until("the week is over", 5*time.Minute, func() bool {
		w.live()
		return w.clock.Now().After(w.ends)
	})
	w.untilNothingIsUnderWay()
	w.read()
	w.requireCareful()
	w.requireNothingLost()
	w.requireTrueWords()
	w.requireAnswersHeeded()
	w.requireLettersQueued()
}

// monday is the first day of the week, on which the portfolio is imported.
var monday = calendar.NewDate(2026, time.March, 9)

// group is what is special about some of the debtors.
type group struct{ from, to int }

func (g group) has(debtor int) bool { return debtor >= g.from && debtor <= g.to }

const weekDebtors = 300

var (
	// Their mails bounce, and of some the short messages too.
	withoutMail = group{200, 209}
	withoutBoth = group{200, 204}
	// They answer STOP to the first short message, or by mail to the first mail.
	stopping  = group{210, 229}
	answering = group{230, 249}
	// They follow the ladder whose first step is a letter.
	byPost = group{250, 264}
)

// posting is a ladder that begins with a formal notice, posted and by mail.
const posting = `name: by-post
version: 1
title: {fr: Lettre, en: Letter}
description: {fr: Pour un essai., en: For a test.}
for: business
steps:
  - {key: formal, title: {fr: Mise en demeure, en: Formal notice}, when: {after_due: 1}, tone: formal, channels: [letter, email], template: formal-notice, deadline: 8}
  - {key: handoff, title: {fr: Suites, en: Handoff}, when: {after_previous: 30}, opens: handoff}
`

// week is the portfolio while it is worked.
type week struct {
	*installation
	claims       []claim
	begins, ends time.Time
	// paying are the claims that are paid and not yet, in order.
	paying []claim
	// seen is the last message of the mailbox that was looked at, answers what debtors answered.
	seen    int64
	answers map[int]debtorAnswer

	// What is known at the end: the case files, by debtor what was sent in the week, and
	// the steps of invoices that left in the next.
	files    map[string]casefile.File
	messages map[int]map[string]casefile.Message
	nextWeek map[string]bool
}

// debtorAnswer is an answer and when it was taken in.
type debtorAnswer struct {
	channel messaging.Channel
	wall    time.Time
	at      time.Time
}

func beginWeek(t *testing.T) *week {
	t.Helper()
	const day = 28 * time.Second
	begins := time.Date(2026, time.March, 9, 5, 30, 0, 0, time.UTC) // 06:30 in Paris
	faults := simulator.Faults{
		LatencyMS: 20, JitterMS: 80, RateLimited: 0.04, RetryAfterS: 1, FailAfter: 0.04, DropAfter: 0.04, LookupsFail: 0.1,
		EventDelayMS: 200, EventJitterMS: 2000, EventDuplicates: 1, EventsShuffled: true, EventsSuppressed: 0.15,
	}
	w := &week{
		installation: install(t, plan{
			begins: begins.Add(-15 * time.Minute), ambiguousAfter: 30 * time.Second, concurrentSends: 8, faults: faults,
			smsFrom: "+33939880000", strategies: map[string]string{"by-post.yaml": posting},
		}),
		claims: portfolio(), begins: begins, ends: begins.AddDate(0, 0, 6), answers: map[int]debtorAnswer{},
	}
	mails, numbers := faults, faults
	mails.BounceMatching, numbers.BounceMatching = "*@client-20?.example", "+3363998020[0-4]"
	require.NoError(t, w.provider.SetSendGridFaults(mails))
	require.NoError(t, w.provider.SetTwilioFaults(numbers))
	w.planPayments()
	w.importLedger(w.claims) // before anybody may be contacted, and before any case sleeps by the slower clock
	w.goOnAt(begins, int64(24*time.Hour/day))
	return w
}

// portfolio are claims on so many debtors, of one to three invoices each, that fall
// due around a week; the debtors follow three strategies.
func portfolio() []claim {
	strategies := []string{"fr-b2b-standard", "strict", "gentle"}
	var claims []claim
	for debtor := range weekDebtors {
		invoices, strategy := 1+debtor%3, strategies[debtor/3%len(strategies)]
		switch {
		case stopping.has(debtor):
			strategy = "strict"
		case byPost.has(debtor):
			invoices, strategy = 1, "by-post"
		}
		for n := range invoices {
			claims = append(claims, claim{
				number: fmt.Sprintf("W-%03d-%d", debtor, n), debtor: debtor, due: monday.AddDays(-8 + (debtor*5+n*4)%16), strategy: strategy,
				cents: int64(10_000 + (debtor*7919+n*104_729)%900_000),
			})
		}
	}
	return claims
}

// planPayments has every fifth invoice paid at some moment of the week, some of them by half.
func (w *week) planPayments() {
	chance := rand.New(rand.NewPCG(3, 9))
	for n := range w.claims {
		if n%5 != 0 {
			continue
		}
		c := &w.claims[n]
		c.paidAt, c.paid = w.begins.Add(time.Duration(chance.Int64N(int64(w.ends.Sub(w.begins))))), c.cents
		if n%20 == 0 {
			c.paid /= 2
		}
		w.paying = append(w.paying, *c)
	}
	slices.SortFunc(w.paying, func(a, b claim) int { return a.paidAt.Compare(b.paidAt) })
}

// live lets happen what is due by now: payments arrive and debtors answer.
func (w *week) live() {
	w.t.Helper()
	now := w.clock.Now()
	for len(w.paying) > 0 && now.After(w.paying[0].paidAt) {
		c := w.paying[0]
		w.paying = w.paying[1:]
		require.NoError(w.t, w.client.SignalWorkflow(w.t.Context(), collection.WorkflowID(creditor, c.number), "", workflows.CommandPaymentReceived,
			workflows.PaymentReceived{ID: "week-" + c.number, Amount: workflows.Decimal(money.FromMinor(c.paid, money.EUR).Decimal()), Currency: "EUR"}))
	}
	w.answer()
}

// untilNothingIsUnderWay waits for what was begun in the week.
func (w *week) untilNothingIsUnderWay() {
	w.t.Helper()
	var underWay []string
	defer func() {
		for _, number := range underWay {
			file := w.caseFile(number)
			w.t.Logf("%s is under way: %s, next %s at %s, because %s\n%+v", number, file.Row.Stage, file.Row.NextStep, file.Row.NextAt, file.Row.Why, file.Messages)
		}
	}()
	w.until("what was begun has ended", 2*time.Minute, func() bool {
		underWay = nil
		for _, row := range w.rows() {
			if !row.NextAt.IsZero() && row.NextAt.Before(w.ends) {
				underWay = append(underWay, row.Invoice)
			}
		}
		return len(underWay) == 0
	})
}

// read looks at all case files once, and at what was sent until the week ended; the next
// week has begun by then.
func (w *week) read() {
	w.t.Helper()
	w.files, w.messages, w.nextWeek = map[string]casefile.File{}, map[int]map[string]casefile.Message{}, map[string]bool{}
	for _, c := range w.claims {
		file := w.caseFile(c.number)
		for _, m := range file.Messages {
			if m.State.IsSettled() && !m.BusinessAt.Before(w.ends) {
				w.nextWeek[c.number+" "+m.Step] = true
			}
		}
		file.Messages = slices.DeleteFunc(file.Messages, func(m casefile.Message) bool {
			return m.State == casefile.MessageWithheld || m.State == casefile.MessageComposed || !m.BusinessAt.Before(w.ends)
		})
		posted := false
		file.Messages = slices.DeleteFunc(file.Messages, func(m casefile.Message) bool {
			isReplacement := m.Channel.IsPaper() && posted // in place of one that lies in the print queue
			posted = posted || m.Channel.IsPaper()
			return isReplacement
		})
		w.files[c.number] = file
		if w.messages[c.debtor] == nil {
			w.messages[c.debtor] = map[string]casefile.Message{}
		}
		for _, m := range file.Messages {
			w.messages[c.debtor][m.ID] = m
		}
	}
}

// requireCareful holds against each debtor's messages what no credit controller would do:
// send twice, at night, too often, out of order, for what is paid.
func (w *week) requireCareful() {
	w.t.Helper()
	taken := w.provider.AcceptedByID()
	for id, times := range taken {
		require.Equal(w.t, 1, times, "the provider took the message %s more than once", id)
	}
	doubtful, bounced := 0, 0
	for _, c := range w.claims {
		file := w.files[c.number]
		notices := map[string]int{}
		for _, m := range file.Messages {
			what := fmt.Sprintf("%s by %s of %s, message %s", m.Step, m.Channel, c.number, m.ID)
			switch {
			case m.State == casefile.MessageAccepted, m.State == casefile.MessageDelivered:
			case m.State == casefile.MessageBounced:
				require.True(w.t, withoutMail.has(c.debtor), what)
				bounced++
			default:
				require.True(w.t, m.IsDoubtful(), "%s is %s: %s", what, m.State, m.Reason)
				require.True(w.t, isTakenOver(file, m) || asksPerson(file, m.Step) || file.Row.NextStep == m.Step && !file.Row.NextAt.IsZero() || isSettled(file), "nobody takes over %s", what)
				doubtful++
			}
			if !m.IsDoubtful() && !m.Channel.IsPaper() {
				require.Equal(w.t, 1, taken[m.ID], what)
			}
			notices[m.Step+" "+string(m.Channel)]++
			require.True(w.t, file.Case.Window.Contains(m.BusinessAt), "%s left at %s, outside the contact hours:\n%s", what, m.BusinessAt, w.told(c.debtor))
			if m.Step == "courtesy" {
				require.Less(w.t, w.dayOf(m.BusinessAt), c.due, "%s says that it falls due on %s:\n%s", what, c.due, w.told(c.debtor))
			}
			if at, isPaid := w.settledAt(c); isPaid {
				require.False(w.t, m.BusinessAt.After(at), "%s asks for what was paid at %s:\n%s", what, at, w.told(c.debtor))
			}
		}
		for notice, times := range notices {
			require.Equal(w.t, 1, times, "%s of %s", notice, c.number)
		}
		require.NotEmpty(w.t, file.Row.Why, c.number)
		requireInLadderOrder(w.t, file)
	}
	for debtor, sent := range w.messages {
		w.requireContactPolicy(debtor, slices.Collect(maps.Values(sent)))
	}
	require.Positive(w.t, bounced)
	require.LessOrEqual(w.t, doubtful, len(w.claims)/20, "messages of which nobody knows whether they arrived")
	w.t.Logf("%d invoices, %d bounced and %d of which nobody knows, %d answers", len(w.claims), bounced, doubtful, len(w.answers))
}

// isSettled reports whether nothing is left to ask for.
func isSettled(file casefile.File) bool { return file.Case.IsClosed() || file.Case.Open.Sign() <= 0 }

// stepOf is the step of which a message carries the notice about an invoice; its ID when
// it carries none.
func (w *week) stepOf(number string, message casefile.Message) string {
	for _, m := range w.files[number].Messages {
		if m.ID == message.ID {
			return m.Step
		}
	}
	return message.ID
}

// requireContactPolicy: one message a channel and day, never on two days in a row, on
// at most two days in seven.
func (w *week) requireContactPolicy(debtor int, messages []casefile.Message) {
	w.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(w.t, err)
	slices.SortFunc(messages, func(a, b casefile.Message) int { return a.BusinessAt.Compare(b.BusinessAt) })
	perDay := map[string]int{}
	var days []calendar.Date
	for n, m := range messages {
		day := calendar.DateOf(m.BusinessAt.In(paris))
		perDay[fmt.Sprintf("%s %s", day, m.Channel)]++
		goesOn := slices.ContainsFunc(messages[:n], func(before casefile.Message) bool { // a notice that was begun, over its next channel
			return before.Channel != m.Channel && slices.ContainsFunc(m.Invoices, func(number string) bool { return w.stepOf(number, m) == w.stepOf(number, before) })
		})
		if goesOn {
			w.requireDistance(debtor, m, day, messages[:n])
		} else if len(days) == 0 || days[len(days)-1] != day {
			days = append(days, day)
		}
	}
	for when, n := range perDay {
		require.Equal(w.t, 1, n, "debtor %d, %s:\n%s", debtor, when, w.told(debtor))
	}
	for n, day := range days {
		if n > 0 {
			require.GreaterOrEqual(w.t, int(day-days[n-1]), 2, "debtor %d is contacted on %s and %s", debtor, days[n-1], day)
		}
		if n > 1 {
			require.GreaterOrEqual(w.t, int(day-days[n-2]), 7, "debtor %d is contacted on three days of a week, to %s", debtor, day)
		}
	}
}

// requireDistance: a notice that goes on over its next channel comes on a day of another
// contact, or not on the day after one that was about something else.
func (w *week) requireDistance(debtor int, m casefile.Message, day calendar.Date, earlier []casefile.Message) {
	w.t.Helper()
	isOfOwn := func(before casefile.Message) bool {
		return slices.ContainsFunc(m.Invoices, func(number string) bool { return w.stepOf(number, m) == w.stepOf(number, before) })
	}
	if slices.ContainsFunc(earlier, func(before casefile.Message) bool { return w.dayOf(before.BusinessAt) == day }) {
		return
	}
	for _, before := range earlier {
		if before.State != casefile.MessageBounced && !isOfOwn(before) {
			require.GreaterOrEqual(w.t, int(day-w.dayOf(before.BusinessAt)), 2, "debtor %d is contacted on %s and %s:\n%s", debtor, w.dayOf(before.BusinessAt), day, w.told(debtor))
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
