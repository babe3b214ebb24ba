package intake_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/cases/intake"
	"relance/collection"
	"relance/imports/invoice"
	"relance/ledger"
	"relance/money"
	"relance/stack/stacktest"
	"relance/workflows"
)

// importing is an intake that imports into a case file of its own, for a creditor of
// its own, because all tests share a Temporal.
func importing(t *testing.T) (made *intake.Intake, dsn string) {
	t.Helper()
	dsn = casefiletest.Database(t)
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	quiet := slog.New(slog.DiscardHandler)
	temporal, err := client.DialContext(t.Context(), client.Options{
		HostPort: stacktest.Temporal(t, workflows.SearchAttributeTypes()), Logger: sdklog.NewStructuredLogger(quiet),
	})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	like := dry(t)
	creditor := like.Creditors[0]
	creditor.ID = "acme-" + strings.ToLower(rand.Text()[:8])
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{ID: creditor.ID, Name: "Acme", Address: casefile.Address{Country: "FR"}}))
	clock, err := calendar.Accelerated(time.Now(), casefiletest.Opened, 1)
	require.NoError(t, err)
	return &intake.Intake{
		Cases:      &cases.Service{Store: store, Temporal: temporal, Clock: func() calendar.Clock { return clock }, Log: quiet},
		Strategies: like.Strategies, Creditors: []intake.Creditor{creditor}, DefaultCreditor: creditor.ID,
	}, dsn
}

// told is what was said of one document, in the words of an import.
type told struct {
	intake.Result
	Error string
}

func takeAll(t *testing.T, taking *intake.Intake, documents []invoice.Document) []told {
	t.Helper()
	var all []told
	for _, document := range documents {
		result, err := taking.Take(t.Context(), document)
		one := told{Result: result}
		if one.Outcome == intake.WouldOpen {
			one.Outcome = intake.Opened
		}
		if err != nil {
			one.Error = err.Error()
		}
		if one.FirstStep == "" {
			one.FirstAt = time.Time{} // the moment itself, which goes on
		}
		all = append(all, one)
	}
	return all
}

func billed(number string, change ...func(*invoice.Document)) invoice.Document {
	document := bill(change...)
	document.Number, document.Creditor = number, ""
	return document
}

func credited(number, lowers string, cents int64) invoice.Document {
	return billed(number, func(d *invoice.Document) {
		total := money.FromMinor(cents, money.EUR)
		d.Kind, d.Total, d.AmountDue, d.References = invoice.CreditNote, total, total, []invoice.Reference{{Number: lowers}}
	})
}

func TestADryRunTellsWhatTheImportThenDoes(t *testing.T) {
	t.Parallel()
	made, dsn := importing(t)
	dearer := func(d *invoice.Document) { d.Total = money.FromMinor(130_00, money.EUR); d.AmountDue = d.Total }
	documents := []invoice.Document{
		billed("F-1"),
		billed("F-1"),
		billed("F-1", dearer),
		credited("A-1", "F-1", 20_00),
		credited("A-2", "F-9", 20_00),
		credited("A-2", "F-9", 20_00),
		credited("A-2", "F-9", 30_00),
		credited("A-3", "F-3", 20_00),
		billed("F-3"),
		credited("A-3", "F-3", 20_00),
		billed("F-2", func(d *invoice.Document) {
			d.Issued, d.Due = calendar.NewDate(2013, time.March, 1), calendar.NewDate(2013, time.March, 31)
		}),
		billed("F-1-bis", func(d *invoice.Document) { d.TypeCode, d.References = "384", []invoice.Reference{{Number: "F-1"}} }),
		billed("F-4", func(d *invoice.Document) { d.Strategy = "stricct" }),
		billed("F-5", func(d *invoice.Document) { d.AmountDue = d.Total.Zero() }),
		billed("F-6", func(d *invoice.Document) { d.Original = []byte("no PDF") }),
	}
	before := rows(t, dsn)
	first := takeAll(t, made.DryRun(), documents)
	require.Equal(t, before, rows(t, dsn), "nothing was changed")
	said := map[intake.Outcome]int{}
	for _, one := range first {
		said[one.Outcome]++
	}
	require.Equal(t, map[intake.Outcome]int{
		intake.Opened: 4, intake.Known: 2, intake.Credited: 1, intake.Kept: 3, intake.NothingDue: 1, "": 4,
	}, said)
	require.Equal(t, alike(takeAll(t, made, documents)), alike(first))

	// The case posts its credit note once it hears of it.
	creditor := made.DefaultCreditor
	_, err := made.Cases.Store.PostEntry(t.Context(), casefile.Posting{
		Creditor: creditor, Invoice: "F-1", Source: "signal", At: casefiletest.Opened,
		Entry: ledger.Entry{Kind: ledger.EntryCreditNote, ID: "A-1", Amount: money.FromMinor(20_00, money.EUR), ValueDate: documents[3].Issued},
	})
	require.NoError(t, err)
	documents = append(documents, credited("A-1", "F-1", 25_00), credited("A-1", "F-2", 20_00))
	before = rows(t, dsn)
	again := takeAll(t, made.DryRun(), documents)
	require.Equal(t, before, rows(t, dsn))
	require.Equal(t, intake.Known, again[0].Outcome)
	require.Contains(t, again[2].Error, "is already recorded with the total")
	require.Equal(t, intake.Known, again[3].Outcome)
	require.Contains(t, again[len(again)-2].Error, "is already recorded as")
	require.Contains(t, again[len(again)-1].Error, "is already recorded for invoice F-1")
	require.Equal(t, alike(takeAll(t, made, documents)), alike(again))
}

func TestADryRunOfACreditorThatIsNotSavedRefusesAsTheImportDoes(t *testing.T) {
	t.Parallel()
	made, _ := importing(t)
	made.Creditors[0].ID, made.DefaultCreditor = "unsaved", "unsaved"
	_, dryErr := made.DryRun().Take(t.Context(), billed("F-1"))
	_, err := made.Take(t.Context(), billed("F-1"))
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	require.EqualError(t, dryErr, err.Error())
}

func TestAPreviewIsTheCaseThatTheImportOpens(t *testing.T) {
	t.Parallel()
	made, _ := importing(t)
	require.Equal(t, intake.Opened, takeAll(t, made, []invoice.Document{billed("F-0")})[0].Outcome)
	old := billed("F-1", func(d *invoice.Document) {
		d.Issued, d.Due = calendar.NewDate(2013, time.March, 1), calendar.NewDate(2013, time.March, 31)
		d.Buyer.Name = "Another"
	})
	now := made.Cases.Clock().Now()
	same := func(document invoice.Document) collection.Case {
		opening, err := made.Opening(document)
		require.NoError(t, err)
		previewed, err := made.Preview(t.Context(), opening)
		require.NoError(t, err)
		require.Equal(t, intake.Opened, takeAll(t, made, []invoice.Document{document})[0].Outcome)
		opened, err := made.Cases.Store.LoadCase(t.Context(), made.DefaultCreditor, document.Number)
		require.NoError(t, err)
		require.Equal(t, collection.Next(opened, now), collection.Next(previewed, now))
		require.Equal(t, collection.Forecast(opened, now, now.AddDate(0, 0, 90)), collection.Forecast(previewed, now, now.AddDate(0, 0, 90)))
		return previewed
	}
	require.NotEmpty(t, collection.Forecast(same(billed("F-2")), now, now.AddDate(0, 0, 90)))
	aged := same(old)
	for _, planned := range collection.Forecast(aged, now, now.AddDate(0, 0, 90)) {
		require.Empty(t, planned.Channel, "the limitation has passed: nothing leaves")
	}
	require.True(t, aged.Limitation.LastDay < calendar.DateOf(now) && !aged.Limitation.LastDay.IsZero(), "%+v %+v", aged.Limitation, collection.Next(aged, now))

	opening, err := made.Opening(billed("F-3"))
	require.NoError(t, err)
	_, _, err = made.Cases.Store.SetStop(t.Context(), casefile.Stop{
		Stop:     collection.Stop{ID: "S-1", Scope: collection.ScopeDebtor, Kind: collection.StopBlock, Reason: "in talks", At: now},
		Creditor: made.DefaultCreditor, Debtor: opening.Debtor.ID, Author: "sophie",
	})
	require.NoError(t, err)
	blocked := same(billed("F-3"))
	require.Len(t, blocked.Stops, 1)
	require.Empty(t, collection.Forecast(blocked, now, now.AddDate(0, 0, 90)), "the debtor is blocked")
}

// alike evens out the words of a conflict between two credit notes, which in a dry run
// is one within the run and not with the record.
func alike(all []told) []told {
	var rest []told
	for _, one := range all {
		if strings.HasPrefix(one.Error, "the credit") {
			one.Error = "conflict"
		}
		rest = append(rest, one)
	}
	return rest
}

// rows counts the rows of every table.
func rows(t *testing.T, dsn string) map[string]int {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { _ = connection.Close(context.WithoutCancel(t.Context())) }()
	found, err := connection.Query(t.Context(), "select table_name from information_schema.tables where table_schema = 'public'")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	require.NoError(t, err)
	require.Contains(t, tables, "strategy")
	counts := map[string]int{}
	for _, table := range tables {
		var count int
		require.NoError(t, connection.QueryRow(t.Context(), "select count(*) from "+pgx.Identifier{table}.Sanitize()).Scan(&count))
		counts[table] = count
	}
	return counts
}
