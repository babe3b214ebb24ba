package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
	"relance/ledger"
)

func correctKind(t *testing.T, store *casefile.Store, kind casefile.DebtorKind) {
	t.Helper()
	_, err := store.CorrectDebtor(t.Context(), acme, martin, casefile.Author{By: "anne", At: sendingDay}, func(d *casefile.Debtor) error {
		d.Kind = kind
		return nil
	})
	require.NoError(t, err)
}

func TestTheClaimsOnADebtorOfAnotherKindHaveItsLimitation(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	post(t, store, "F-2", payment("P-2", 12000))
	require.Equal(t, "2031-03-01", readFile(t, store, "F-1").Case.Limitation.LastDay.String())

	correctKind(t, store, casefile.DebtorBusiness)
	waiting, err := store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, waiting, "it was one")
	correctKind(t, store, casefile.DebtorConsumer)
	waiting, err = store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1, "the other one is closed")
	require.Equal(t, "F-1", waiting[0].Invoice)

	for range 2 { // its workflow asks again where the answer was lost
		taken, err := store.TakeStanding(t.Context(), acme, "F-1", sendingDay)
		require.NoError(t, err)
		require.Equal(t, deadlines.AgainstConsumer, taken.Limitation.Kind)
		require.Equal(t, "2028-03-01", taken.Limitation.LastDay.String())
		require.Equal(t, 2, taken.Limitation.Reckonings)
		file := readFile(t, store, "F-1")
		require.Equal(t, taken.Limitation, file.Case.Limitation)
		told := summaries(file, "limitation-reckoned")
		require.Len(t, told, 2)
		require.Contains(t, told[1], "the debtor is of another kind: ")
		require.Contains(t, told[1], "last day 2028-03-01")
		require.Equal(t, []string{"corrected of the debtor: kind"}, summaries(file, "debtor-corrected"))
	}
}

// Of a debtor of unknown kind the number of a business says that it is one.
func TestANumberOfABusinessMakesADebtorOfUnknownKindOne(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	opening := casefiletest.Opening("F-1")
	opening.Debtor.Kind = casefile.DebtorUnknown
	opened, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	require.Equal(t, deadlines.AgainstConsumer, opened.Limitation.Kind)
	_, err = store.CorrectDebtor(t.Context(), acme, martin, casefile.Author{By: "anne", At: sendingDay}, func(d *casefile.Debtor) error {
		d.SIREN = "732829320"
		return nil
	})
	require.NoError(t, err)
	waiting, err := store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	taken, err := store.TakeStanding(t.Context(), acme, "F-1", sendingDay)
	require.NoError(t, err)
	require.Equal(t, deadlines.BetweenProfessionals, taken.Limitation.Kind)
}

// A consumer owes no fixed sum and no interest before a notice reached it: what it has paid
// as a business counts for the principal, and nothing is left.
func TestWhatAConsumerPaidOnLateFeesCountsForThePrincipal(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryClaim, ID: "C-1", ValueDate: date(t, "2026-06-02")})
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: euros(12000), ValueDate: date(t, "2026-06-10")})
	file := readFile(t, store, "F-1")
	require.Positive(t, file.Position.Open.Minor(), "late fees were paid first")
	require.True(t, file.Row.ClosedAt.IsZero())
	call, _ := order(t, store, collection.TaskCall, "call")

	correctKind(t, store, casefile.DebtorConsumer)
	taken, err := store.TakeStanding(t.Context(), acme, "F-1", sendingDay)
	require.NoError(t, err)
	require.Zero(t, taken.Open.Minor())
	require.Zero(t, taken.LateFees.Minor())
	file = readFile(t, store, "F-1")
	require.Equal(t, collection.StagePaid, file.Row.Stage)
	require.False(t, file.Row.ClosedAt.IsZero())
	require.Len(t, summaries(file, "case-closed"), 1)
	for _, task := range file.Tasks {
		if task.ID == call.ID {
			require.Equal(t, casefile.TaskCancelled, task.State, "nobody calls for nothing")
		}
	}
}
