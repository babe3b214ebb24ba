package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

// The other letter is printed as well when it turns out that the first one has left.
func TestALetterInPlaceOfOneThatWasPostedAllTheSameIsTakenOutOfThePost(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	q.pay("F-2")
	require.Equal(t, 1, q.replace())
	report := casefile.LetterReport{Creditor: casefiletest.Creditor, Number: "2026-000002", State: casefile.LetterPrinted, On: calendar.DateOf(moment).AddDays(1), Actor: "anne", At: moment}
	_, err := q.store.ReportLetter(t.Context(), report)
	require.NoError(t, err)
	report.Number, report.State = "2026-000001", casefile.LetterPosted
	for range 2 {
		_, err = q.store.ReportLetter(t.Context(), report)
		require.NoError(t, err)
	}
	tasks, err := q.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskPullLetter, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Contains(t, tasks[0].Title, "Do not post the letter 2026-000002: invoice F-1: the letter 2026-000001, in whose place it was, was posted on 2026-03-24 all the same")

	// Posted all the same as well, both have left: the register says so, and no third one follows.
	report.Number = "2026-000002"
	second, err := q.store.ReportLetter(t.Context(), report)
	require.NoError(t, err)
	require.Contains(t, second.Warning(), "the letter 2026-000001, in whose place it was")
	require.Zero(t, q.replace())
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterPosted, "2026-000002": casefile.LetterPosted}, q.register())
}

// A letter that lies there unposted goes to where the debtor is, once somebody knows.
func TestALetterIsWrittenAnewToACorrectedAddress(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	correct := func(change func(*casefile.Debtor)) {
		_, err := q.store.CorrectDebtor(t.Context(), casefiletest.Creditor, casefiletest.Debtor, casefile.Author{By: "anne", At: moment}, func(d *casefile.Debtor) error {
			change(d)
			return nil
		})
		require.NoError(t, err)
	}
	correct(func(d *casefile.Debtor) { d.Language = "en" })
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterQueued}, q.register(), "that is right as it is")
	correct(func(d *casefile.Debtor) { d.Line1, d.Postcode, d.City = "12 rue des Lilas", "69003", "Lyon" })
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
	require.Equal(t, 1, q.replace())
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
	require.Equal(t, []string{"F-1", "F-2", "F-3"}, q.rows(1))
	require.Contains(t, strings.Join(q.printed[1].Recipient, "\n"), "12 rue des Lilas")
	require.Zero(t, q.replace(), "once")

	_, err := q.store.ReportLetter(t.Context(), casefile.LetterReport{
		Creditor: casefiletest.Creditor, Number: "2026-000001", State: casefile.LetterPosted, On: calendar.DateOf(moment).AddDays(1), Actor: "anne", At: moment,
	})
	require.NoError(t, err)
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterPosted, "2026-000002": casefile.LetterQueued}, q.register(),
		"it went to where the debtor is not")
	require.Len(t, q.toPost(), 1)
	require.Zero(t, q.replace())
}

// Who takes a letter out of the post that was cancelled says so: its step has not failed.
func TestALetterThatWasReplacedHasNotFailedWhenAPersonCancelsItToo(t *testing.T) {
	t.Parallel()
	q := lettered(t)
	q.pay("F-2")
	require.Equal(t, 1, q.replace())
	letter, err := q.store.ReportLetter(t.Context(), casefile.LetterReport{
		Creditor: casefiletest.Creditor, Number: "2026-000001", State: casefile.LetterCancelled, Reason: "taken out", Actor: "anne", At: moment,
	})
	require.NoError(t, err)
	_, tells := letter.DeliveryEvent(moment)
	require.False(t, tells)

	own := casefile.LetterReport{Creditor: casefiletest.Creditor, Number: "2026-000002", State: casefile.LetterCancelled, Reason: "we wait", Actor: "anne", At: moment}
	for range 2 {
		letter, err = q.store.ReportLetter(t.Context(), own)
		require.NoError(t, err)
		event, tells := letter.DeliveryEvent(moment)
		require.True(t, tells, "a person decided that it does not leave, also where that was said before")
		require.Equal(t, messaging.DeliveryFailed, event.Kind)
	}
}
