package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

func TestTheDeskPostsWhatWaitsSinceYesterdayAndReportsWhatCameBack(t *testing.T) {
	t.Parallel()
	monday := calendar.NewDate(2026, time.April, 13)
	letter := casefile.Letter{
		Creditor: Creditor, Number: "2026-000001", Kind: casefile.LetterRegistered, State: casefile.LetterQueued,
		Invoices: []string{invoices()[0]}, ComposedAt: monday.Time(time.UTC).Add(9 * time.Hour),
	}
	_, happens := whatHappens(letter, monday)
	require.False(t, happens, "it is posted on the next day")
	report, happens := whatHappens(letter, monday.AddDays(1))
	require.True(t, happens)
	require.Equal(t, casefile.LetterPosted, report.State)
	require.NotEmpty(t, report.PostingNumber)

	letter.State, letter.PostedOn = casefile.LetterPosted, monday.AddDays(1)
	_, happens = whatHappens(letter, monday.AddDays(3))
	require.False(t, happens)
	report, happens = whatHappens(letter, monday.AddDays(4))
	require.True(t, happens)
	require.Equal(t, casefile.LetterDelivered, report.State)

	plain := letter
	plain.Kind = casefile.LetterPlain
	_, happens = whatHappens(plain, monday.AddDays(9))
	require.False(t, happens, "nobody tells what became of a plain letter")
	own := letter
	own.Invoices = append(own.Invoices, "MY-1")
	_, happens = whatHappens(own, monday.AddDays(9))
	require.False(t, happens, "what the user has is left to the user")
}

func TestTheDeskRecordsWhatComesOfAnInvitationToAMediation(t *testing.T) {
	t.Parallel()
	monday := calendar.NewDate(2026, time.April, 13)
	m := collection.Mediation{ID: "mediation-0-0", Kind: collection.MediationCompanies, Proposed: monday, RespondBy: monday.AddDays(15)}
	records := func(day calendar.Date) string {
		name, _, _ := whatComesOf(m, day)
		return name
	}
	require.Empty(t, records(monday))
	require.Equal(t, workflows.CommandMediationAnswered, records(monday.AddDays(debtorAnswers)))
	m.Accepted = monday.AddDays(debtorAnswers)
	require.Empty(t, records(m.Accepted))
	met := m.Accepted.AddDays(partiesMeet)
	require.Equal(t, workflows.CommandMediationSession, records(met))
	m.Sessions = []collection.MediationSession{{On: met, Held: true}}
	require.Empty(t, records(met), "its end is told on the day after")
	require.Equal(t, workflows.CommandMediationEnded, records(met.AddDays(1)))
	m.Ended, m.Outcome = met.AddDays(1), collection.OutcomeFailure
	require.Empty(t, records(met.AddDays(2)))
}
