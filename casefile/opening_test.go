package casefile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

const (
	acme   = casefiletest.Creditor
	martin = casefiletest.Debtor
)

func euros(cents int64) money.Amount { return money.FromMinor(cents, money.EUR) }

func payment(id string, cents int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(cents), ValueDate: calendar.NewDate(2026, time.March, 20)}
}

// requireSameCase compares two cases as a workflow stores them.
func requireSameCase(t require.TestingT, want, got collection.Case) {
	wanted, err := json.Marshal(want)
	require.NoError(t, err)
	is, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, string(wanted), string(is))
}

func TestAnOpenedCaseIsReadBackAsItWasOpened(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)

	opened, result, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	require.True(t, result.Created)
	require.Equal(t, euros(12000), result.Position.Open)
	require.Equal(t, casefiletest.Ladder(), opened.Strategy)
	require.Equal(t, "Europe/Paris", opened.Window.Zone.String())

	loaded, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	requireSameCase(t, opened, loaded)

	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, "Martin SAS", file.Debtor.Name)
	require.Equal(t, "Lyon", file.Debtor.City)
	require.Equal(t, "Acme SARL", file.Creditor.Name)
	require.Equal(t, "jeanne@martin.example", file.Contacts[0].Email)
	require.Equal(t, collection.StageOpen, file.Row.Stage)
	require.Equal(t, "courtesy", file.Row.NextStep)
	next := collection.Next(opened, casefiletest.Opened)
	require.Equal(t, next.At, file.Row.NextAt)
	require.Equal(t, next.Because.String(), file.Row.Why)
	require.Len(t, file.History, 1)
	require.Equal(t, "case-opened", file.History[0].Kind)
	require.Equal(t, casefiletest.Opened, file.History[0].At)
}

func TestTheSameInvoiceAgainChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	before := dump(t, dsn)

	again := casefiletest.Opening("F-1")
	again.At = again.At.Add(time.Hour)
	_, result, err := store.OpenCase(t.Context(), again)
	require.NoError(t, err)
	require.False(t, result.Created)
	require.Equal(t, before, dump(t, dsn))
}

func TestAnInvoiceWithOtherFactsIsAConflictAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	before := dump(t, dsn)

	for field, change := range map[string]func(*casefile.Opening){
		"total":          func(o *casefile.Opening) { o.Invoice.Total = euros(13000) },
		"debtor":         func(o *casefile.Opening) { o.Debtor.ID = "durand" },
		"due date":       func(o *casefile.Opening) { o.Invoice.DueDate++ },
		"issue date":     func(o *casefile.Opening) { o.Invoice.IssueDate-- },
		"prepaid amount": func(o *casefile.Opening) { o.Invoice.Prepaid = euros(100) },
	} {
		opening := casefiletest.Opening("F-1")
		change(&opening)
		_, _, err := store.OpenCase(t.Context(), opening)
		var conflict *casefile.ConflictError
		require.ErrorAs(t, err, &conflict, field)
		require.Equal(t, field, conflict.Field)
		require.NotEqual(t, conflict.Known, conflict.Given)
	}
	inDollars := casefiletest.Opening("F-1")
	inDollars.Invoice.Total = money.FromMinor(12000, "USD")
	_, _, err = store.OpenCase(t.Context(), inDollars)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "120.00 USD", conflict.Given)
	require.Equal(t, before, dump(t, dsn))
}

func TestAnOpeningThatCannotBeIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	before := dump(t, dsn)
	for what, change := range map[string]func(*casefile.Opening){
		"no number":          func(o *casefile.Opening) { o.Invoice.Number = "" },
		"no debtor":          func(o *casefile.Opening) { o.Debtor.ID = "" },
		"nothing owed":       func(o *casefile.Opening) { o.Invoice.Total = euros(0) },
		"no currency":        func(o *casefile.Opening) { o.Invoice.Total = money.Amount{} },
		"prepaid in dollars": func(o *casefile.Opening) { o.Invoice.Prepaid = money.FromMinor(1, "USD") },
		"no due date":        func(o *casefile.Opening) { o.Invoice.DueDate = 0 },
		"due before issued":  func(o *casefile.Opening) { o.Invoice.DueDate = o.Invoice.IssueDate - 1 },
		"no strategy":        func(o *casefile.Opening) { o.Strategy = collection.Strategy{} },
		"no contact hours":   func(o *casefile.Opening) { o.Window.Closes = o.Window.Opens },
	} {
		opening := casefiletest.Opening("F-1")
		change(&opening)
		_, _, err := store.OpenCase(t.Context(), opening)
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal, what)
	}
	unknown := casefiletest.Opening("F-1")
	unknown.Debtor.Creditor = "nobody"
	_, _, err := store.OpenCase(t.Context(), unknown)
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	require.Equal(t, before, dump(t, dsn))
}

func TestAStrategyVersionIsTheSameForEveryCase(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)

	edited := casefiletest.Opening("F-2")
	edited.Strategy.Steps[0].DueOffset = -7
	_, _, err = store.OpenCase(t.Context(), edited)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "step 1", conflict.Field)
	require.Contains(t, conflict.Given, "-7")
	_, err = store.LoadCase(t.Context(), acme, "F-2")
	require.ErrorIs(t, err, casefile.ErrUnknownCase)

	edited.Strategy.Version = 2
	_, _, err = store.OpenCase(t.Context(), edited)
	require.NoError(t, err)
	first, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefiletest.Ladder(), first.Strategy, "the open case keeps its version")
}

func TestWhatAnInvoiceSaysWasPrepaidIsAPayment(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	opening.Invoice.Prepaid = euros(2000)
	opened, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	require.Equal(t, euros(10000), opened.Open)

	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, "prepaid/F-1", file.Entries[0].ID)
	require.Equal(t, euros(2000), file.Position.Paid)
	require.Equal(t, []ledger.Allocation{{Kind: ledger.EntryPayment, ID: "prepaid/F-1", Part: ledger.PartPrincipal, Amount: euros(2000)}}, file.Allocations)

	paid := casefiletest.Opening("F-2")
	paid.Invoice.Prepaid = paid.Invoice.Total
	_, _, err = store.OpenCase(t.Context(), paid)
	require.NoError(t, err)
	file, err = store.CaseFile(t.Context(), acme, "F-2")
	require.NoError(t, err)
	require.Equal(t, collection.StagePaid, file.Row.Stage)
	require.Equal(t, opening.At, file.Row.ClosedAt)
}

func TestAPaymentThatCameBeforeItsInvoiceCountsOnceItArrives(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	posted, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: "F-1", Entry: payment("P-1", 12000), At: casefiletest.Opened})
	require.NoError(t, err)
	require.False(t, posted.KnownInvoice)
	require.Equal(t, ledger.EntryUnmatched, posted.Outcome)
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskMatchPayment, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Len(t, tasks, 1)

	opened, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	require.True(t, opened.IsClosed())
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	require.Len(t, file.Allocations, 1)
	require.Equal(t, collection.StagePaid, file.Row.Stage)
}

func TestAPaymentRacingTheOpeningOfItsCaseIsNeverLost(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i := range 30 {
		number := fmt.Sprintf("F-%d", i)
		var both sync.WaitGroup
		both.Go(func() {
			_, err := store.PostEntry(t.Context(), casefile.Posting{
				Creditor: acme, Invoice: number, Entry: payment("P-"+number, 12000), At: casefiletest.Opened,
			})
			require.NoError(t, err)
		})
		both.Go(func() {
			_, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
			require.NoError(t, err)
		})
		both.Wait()
		file, err := store.CaseFile(t.Context(), acme, number)
		require.NoError(t, err)
		require.Equal(t, collection.StagePaid, file.Row.Stage)
		require.Zero(t, file.Row.Open.Minor())
		require.Len(t, file.Allocations, 1)
		for _, task := range file.Tasks {
			require.Equal(t, casefile.TaskDone, task.State)
		}
	}
}

func TestACaseIsOpenedOnceByManyImports(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	created := make(chan bool, 20)
	var all sync.WaitGroup
	for range cap(created) {
		all.Go(func() {
			_, result, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
			require.NoError(t, err)
			created <- result.Created
		})
	}
	all.Wait()
	close(created)
	count := 0
	for is := range created {
		if is {
			count++
		}
	}
	require.Equal(t, 1, count)
}

func TestAKnownDebtorKeepsItsFactsAndOnlyBlanksAreFilled(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	first := casefiletest.Opening("F-1")
	first.Debtor.Kind = casefile.DebtorUnknown
	first.Debtor.Address = casefile.Address{}
	_, _, err := store.OpenCase(t.Context(), first)
	require.NoError(t, err)

	second := casefiletest.Opening("F-2")
	second.Debtor.Name, second.Debtor.SIREN = "Another name", "732829320"
	second.Debtor.SIRET, second.Debtor.VATID = "73282932000074", "FR44732829320"
	second.Debtor.Language, second.Debtor.Zone = "fr", "Indian/Reunion"
	second.Debtor.Line2 = "3e étage"
	second.Contacts = append(second.Contacts, casefile.Contact{Name: "Paul", Email: "paul@martin.example"})
	_, _, err = store.OpenCase(t.Context(), second)
	require.NoError(t, err)

	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, "Martin SAS", file.Debtor.Name)
	require.Equal(t, casefile.DebtorBusiness, file.Debtor.Kind)
	require.Equal(t, second.Debtor.Address, file.Debtor.Address)
	filled, given := file.Debtor, second.Debtor
	require.Equal(t, []string{given.SIREN, given.SIRET, given.VATID, given.Language, given.Zone},
		[]string{filled.SIREN, filled.SIRET, filled.VATID, filled.Language, filled.Zone})
	require.Len(t, file.Contacts, 2)

	third := casefiletest.Opening("F-3")
	third.Debtor = second.Debtor
	third.Debtor.SIREN, third.Debtor.SIRET, third.Debtor.VATID = "552100554", "55210055400021", "FR12552100554"
	third.Debtor.Language, third.Debtor.Zone, third.Debtor.City = "en", "Europe/Paris", "Paris"
	_, _, err = store.OpenCase(t.Context(), third)
	require.NoError(t, err)
	file, err = store.CaseFile(t.Context(), acme, "F-3")
	require.NoError(t, err)
	require.Equal(t, filled, file.Debtor, "nothing is left to fill")
}

func TestCasesOfADebtorAreOpenedSideBySide(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)

	other, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close(context.WithoutCancel(t.Context()))) }()
	tx, err := other.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "select from debtor where creditor = $1 and id = $2 for no key update", acme, martin)
	require.NoError(t, err)

	opening, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	second := casefiletest.Opening("F-2")
	_, _, err = store.OpenCase(opening, second)
	require.NoError(t, err, "what is being done to a debtor keeps no opening waiting")
	require.NoError(t, tx.Rollback(t.Context()))
}

func TestCasesWaitForTheirWorkflowUntilItsStartIsConfirmed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		_, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
		require.NoError(t, err)
	}
	waiting, err := store.CasesToStart(t.Context(), 2)
	require.NoError(t, err)
	require.Len(t, waiting, 2)
	require.Equal(t, "F-1", waiting[0].Invoice)

	first := casefile.StartedCase{Creditor: acme, Invoice: "F-1"}
	require.NoError(t, store.MarkStarted(t.Context(), first))
	require.NoError(t, store.MarkStarted(t.Context(), first, casefile.StartedCase{Creditor: acme, Invoice: "F-2"}))
	waiting, err = store.CasesToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, "F-3", waiting[0].Invoice)
	unknown := casefile.StartedCase{Creditor: acme, Invoice: "F-9"}
	require.ErrorIs(t, store.MarkStarted(t.Context(), unknown), casefile.ErrUnknownCase)
	err = store.MarkStarted(t.Context(), unknown, casefile.StartedCase{Creditor: acme, Invoice: "F-3"})
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
	waiting, err = store.CasesToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, waiting, "those that are known are confirmed")
}
