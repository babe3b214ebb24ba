package casefile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/money"
)

// portfolio is nine cases of two debtors, a third of them paid.
func portfolio(t *testing.T) *casefile.Store {
	t.Helper()
	store := casefiletest.Open(t)
	for i := range 9 {
		opening := casefiletest.Opening(fmt.Sprintf("F-%d", i))
		opening.Invoice.DueDate += calendar.Date(i % 4)
		if i%2 == 1 {
			opening.Debtor.ID, opening.Debtor.Name = "durand", "Durand & fils"
			opening.Contacts[0].Email = "d@durand.example"
		}
		if i == 8 {
			opening.Invoice.Total = money.FromMinor(9900, "USD")
		}
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		if i%3 == 0 {
			post(t, store, opening.Invoice.Number, payment(fmt.Sprintf("P-%d", i), 12000))
		}
	}
	return store
}

func numbers(t *testing.T, store *casefile.Store, filter casefile.CaseFilter) []string {
	t.Helper()
	rows, err := store.Cases(t.Context(), filter)
	require.NoError(t, err)
	var list []string
	for _, row := range rows {
		list = append(list, row.Invoice)
	}
	return list
}

func TestCasesAreFilteredAndListedByDueDate(t *testing.T) {
	t.Parallel()
	store := portfolio(t)
	require.Equal(t, []string{"F-0", "F-4", "F-8", "F-1", "F-5", "F-2", "F-6", "F-3", "F-7"}, numbers(t, store, casefile.CaseFilter{}))
	require.Equal(t, []string{"F-1", "F-5", "F-3", "F-7"}, numbers(t, store, casefile.CaseFilter{Debtor: "durand"}))
	require.Equal(t, []string{"F-0", "F-6", "F-3"}, numbers(t, store, casefile.CaseFilter{Stage: collection.StagePaid}))
	require.Equal(t, []string{"F-1", "F-5", "F-7"}, numbers(t, store, casefile.CaseFilter{Text: "DURAND & f", OpenOnly: true}))
	require.Equal(t, []string{"F-7"}, numbers(t, store, casefile.CaseFilter{Text: "f-7"}))
	require.Empty(t, numbers(t, store, casefile.CaseFilter{Text: "%"}), "a wildcard is a character like any other")
	require.Empty(t, numbers(t, store, casefile.CaseFilter{Creditor: "nobody"}))
}

func TestPagesOfCasesFollowOneAnother(t *testing.T) {
	t.Parallel()
	store := portfolio(t)
	var seen []string
	filter := casefile.CaseFilter{Limit: 2}
	for {
		rows, err := store.Cases(t.Context(), filter)
		require.NoError(t, err)
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			seen = append(seen, row.Invoice)
			filter.After = row.Cursor()
		}
	}
	require.Equal(t, numbers(t, store, casefile.CaseFilter{}), seen)
}

func TestTheSummaryCountsByStageAndCurrency(t *testing.T) {
	t.Parallel()
	store := portfolio(t)
	reserve(t, store, reminder("F-1"))
	order(t, store, collection.TaskCall, "call")
	summary, err := store.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, casefile.Summary{
		Cases: []casefile.StageCount{
			{Stage: collection.StageOpen, Cases: 5, Open: euros(60000)},
			{Stage: collection.StageOpen, Cases: 1, Open: money.FromMinor(9900, "USD")},
			{Stage: collection.StagePaid, Cases: 3, Open: euros(0)},
		},
		Messages: []casefile.MessageCount{{State: casefile.MessageComposed, Channel: collection.ChannelEmail, Messages: 1}},
		Tasks:    []casefile.TaskCount{{Kind: collection.TaskCall, Tasks: 1}},
	}, summary)
}

func TestThePartiesAreSavedAndCorrected(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	saved, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	require.Equal(t, "fr", saved.Language)
	require.Equal(t, "Europe/Paris", saved.Zone)
	saved.VATID, saved.SMSSender, saved.Country = "FR40303265045", "ACME", "BE"
	saved.ConsumerMediator = "Médiation Exemple, 1 rue de la Paix, 75002 Paris"
	require.NoError(t, store.SaveCreditor(t.Context(), saved))
	again, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	require.Equal(t, saved, again)
	_, err = store.Creditor(t.Context(), "nobody")
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	for _, wrong := range []casefile.Creditor{{ID: "a/b", Name: "x"}, {ID: "", Name: "x"}, {ID: "x"}, {ID: "x", Name: "x", Zone: "Mars"}} {
		var refusal *collection.Refusal
		require.ErrorAs(t, store.SaveCreditor(t.Context(), wrong), &refusal)
	}

	file := readFile(t, store, "F-1")
	jeanne := file.Contacts[0]
	jeanne.Email = "j.martin@martin.example"
	id, err := store.SaveContact(t.Context(), jeanne)
	require.NoError(t, err)
	require.Equal(t, jeanne.ID, id)
	paul := casefile.Contact{Creditor: acme, Debtor: martin, Name: "Paul", Email: "paul@martin.example"}
	paul.ID, err = store.SaveContact(t.Context(), paul)
	require.NoError(t, err)
	after := readFile(t, store, "F-1")
	require.Equal(t, []casefile.Contact{jeanne, paul}, after.Contacts)

	paul.Email, paul.Phone = jeanne.Email, jeanne.Phone
	_, err = store.SaveContact(t.Context(), paul)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	_, err = store.SaveContact(t.Context(), casefile.Contact{Creditor: acme, Debtor: "nobody", Email: "a@b.example"})
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
}

func TestTheNewestEntryOfTheHistoryTellsWhenSomethingWasDoneLast(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	latest, err := store.LastRecordedAt(t.Context())
	require.NoError(t, err)
	require.Zero(t, latest)
	openCase(t, store, "F-1")
	latest, err = store.LastRecordedAt(t.Context())
	require.NoError(t, err)
	history := readFile(t, store, "F-1").History
	require.Equal(t, history[len(history)-1].RecordedAt, latest)
}

func TestTheClockIsKept(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, found, err := store.Clock(t.Context())
	require.NoError(t, err)
	require.False(t, found)
	fast, err := calendar.Accelerated(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), casefiletest.Opened, 86400)
	require.NoError(t, err)
	for _, clock := range []calendar.Clock{fast, {}} {
		require.NoError(t, store.SaveClock(t.Context(), clock))
		kept, found, err := store.Clock(t.Context())
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, clock, kept)
	}
}
