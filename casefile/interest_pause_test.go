package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

// consumerClaim is an invoice of 36,500.00 EUR on a consumer, due on 31 March 2026, whose
// interest is claimed from 2 April on and runs since the formal notice of 1 April.
func consumerClaim(number string, change ...func(*casefile.Opening)) casefile.Opening {
	opening := casefiletest.Opening(number)
	opening.Debtor.Kind, opening.Invoice.Total = casefile.DebtorConsumer, money.FromMinor(36_500_00, money.EUR)
	for _, apply := range change {
		apply(&opening)
	}
	return opening
}

func openConsumerClaim(t testing.TB, store *casefile.Store, opening casefile.Opening) {
	t.Helper()
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	number := opening.Invoice.Number
	for _, entry := range []ledger.Entry{
		{Kind: ledger.EntryNoticeReceived, ID: "notice/" + number, ValueDate: date(t, "2026-04-01")},
		{Kind: ledger.EntryClaim, ID: "claim/" + number, ValueDate: date(t, "2026-04-02")},
	} {
		_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: number, Entry: entry, Source: "test", At: judged})
		require.NoError(t, err)
	}
}

func overIndebted(t testing.TB, at time.Time, change ...func(*casefile.HardshipFlag)) casefile.HardshipFlag {
	t.Helper()
	flag := casefile.HardshipFlag{
		Creditor: acme, Debtor: casefiletest.Debtor, ID: "BDF-1", Kind: collection.OverIndebtedness, Reason: collection.HardshipAdmissible,
		From: date(t, "2026-04-21"), Actor: "claire", At: at,
	}
	for _, apply := range change {
		apply(&flag)
	}
	return flag
}

func flag(t testing.TB, store *casefile.Store, flag casefile.HardshipFlag) {
	t.Helper()
	_, err := store.FlagHardship(t.Context(), flag)
	require.NoError(t, err)
}

// interestDays are the days that bear interest up to a date.
func interestDays(t testing.TB, store *casefile.Store, number, until string) int {
	t.Helper()
	day := date(t, until)
	file := readFile(t, store, number)
	explained, err := file.Account.Explain(day)
	require.NoError(t, err)
	days := 0
	for _, segment := range explained.Segments {
		days += segment.Days
	}
	return days
}

// flaggedAt is five weeks after the decision of 21 April.
var flaggedAt = time.Date(2026, time.May, 26, 9, 0, 0, 0, time.UTC)

func TestFromTheDecisionOnTheDebtsOfAnOverIndebtedConsumerBearNoInterest(t *testing.T) {
	t.Parallel()
	for _, told := range []struct {
		what  string
		flags []func(*casefile.HardshipFlag)
		days  int // from 2 April to 30 June, of 90
	}{
		{"no flag", nil, 90},
		{"admissible, told weeks later", []func(*casefile.HardshipFlag){func(*casefile.HardshipFlag) {}}, 19},
		{"the day of the decision is corrected", []func(*casefile.HardshipFlag){
			func(*casefile.HardshipFlag) {}, func(f *casefile.HardshipFlag) { f.From = date(t, "2026-04-12") },
		}, 10},
		{"the measures apply from 1 June on", []func(*casefile.HardshipFlag){
			func(*casefile.HardshipFlag) {}, func(f *casefile.HardshipFlag) { f.Ended = date(t, "2026-06-01") },
		}, 19 + 30},
		{"until 31 May", []func(*casefile.HardshipFlag){func(f *casefile.HardshipFlag) { f.Until = date(t, "2026-05-31") }}, 19 + 30},
		{"withdrawn", []func(*casefile.HardshipFlag){
			func(*casefile.HardshipFlag) {}, func(f *casefile.HardshipFlag) { f.Withdrawn = true },
		}, 90},
		{"ended, and then withdrawn after all", []func(*casefile.HardshipFlag){
			func(*casefile.HardshipFlag) {}, func(f *casefile.HardshipFlag) { f.Ended = date(t, "2026-06-01") },
			func(f *casefile.HardshipFlag) { f.Withdrawn = true },
		}, 90},
		{"only brought to the commission", []func(*casefile.HardshipFlag){func(f *casefile.HardshipFlag) { f.Reason = collection.HardshipFiled }}, 90},
		{"brought to the commission, then admissible", []func(*casefile.HardshipFlag){
			func(f *casefile.HardshipFlag) { f.Reason = collection.HardshipFiled },
			func(*casefile.HardshipFlag) {},
		}, 19},
		{"in hardship", []func(*casefile.HardshipFlag){func(f *casefile.HardshipFlag) { f.Kind, f.Reason = collection.SoftHardship, collection.HardshipIncome }}, 90},
	} {
		t.Run(told.what, func(t *testing.T) {
			t.Parallel()
			store := withLateFees(t, casefiletest.OpenWithLaw(t))
			openConsumerClaim(t, store, consumerClaim("F-1"))
			for i, change := range told.flags {
				at := flaggedAt.AddDate(0, 0, i)
				flag(t, store, overIndebted(t, at, change))
				flag(t, store, overIndebted(t, at.Add(time.Hour), change)) // told twice
			}
			require.Equal(t, told.days, interestDays(t, store, "F-1", "2026-06-30"))
			for _, entry := range readFile(t, store, "F-1").Entries {
				if entry.Kind == ledger.EntryInterestPaused {
					require.Equal(t, "C. conso. L722-14", entry.Note)
				}
			}
		})
	}
}

func TestThePauseOfTheInterestConcernsTheDebtsThatWereBornByTheDecision(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openConsumerClaim(t, store, consumerClaim("F-1"))
	openConsumerClaim(t, store, consumerClaim("F-2", func(o *casefile.Opening) { o.Invoice.CompletedOn = date(t, "2026-04-22") }))
	flag(t, store, overIndebted(t, flaggedAt))
	openConsumerClaim(t, store, consumerClaim("F-3")) // imported late
	openConsumerClaim(t, store, consumerClaim("F-4", func(o *casefile.Opening) { o.Invoice.CompletedOn = date(t, "2026-04-22") }))
	require.Equal(t, 19, interestDays(t, store, "F-1", "2026-06-30"))
	require.Equal(t, 90, interestDays(t, store, "F-2", "2026-06-30"), "delivered after the decision")
	require.Equal(t, 19, interestDays(t, store, "F-3", "2026-06-30"))
	require.Equal(t, 90, interestDays(t, store, "F-4", "2026-06-30"))
	flag(t, store, overIndebted(t, flaggedAt.AddDate(0, 0, 1), func(f *casefile.HardshipFlag) { f.Withdrawn = true }))
	require.Equal(t, 90, interestDays(t, store, "F-3", "2026-06-30"))
	for _, number := range []string{"F-1", "F-3"} {
		verified, err := store.VerifyCase(t.Context(), acme, number)
		require.NoError(t, err)
		require.True(t, verified.Holds(), "each entry is told of in the history")
		require.Empty(t, verified.Unexplained)
	}
}

func TestWhatWasPaidOfInterestThatDidNotRunPaysThePrincipal(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openConsumerClaim(t, store, consumerClaim("F-1"))
	pay := ledger.Entry{Kind: ledger.EntryPayment, ID: "P1", Amount: money.FromMinor(10_000_00, money.EUR), ValueDate: date(t, "2026-05-20")}
	_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: "F-1", Entry: pay, Source: "test", At: flaggedAt})
	require.NoError(t, err)
	open := func() string { return readFile(t, store, "F-1").Case.Open.String() }
	running := open()
	flag(t, store, overIndebted(t, flaggedAt, func(f *casefile.HardshipFlag) { f.From = date(t, "2026-04-02") }))
	require.Equal(t, "26500.00 EUR", open(), "no interest ran at all, and the payment paid the principal")
	require.NotEqual(t, running, open())
	flag(t, store, overIndebted(t, flaggedAt.AddDate(0, 0, 1), func(f *casefile.HardshipFlag) { f.Withdrawn = true }))
	require.Equal(t, running, open(), "what a mistake took away is back")
	known, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, running, known.Open.String())
}

func TestTheStatementSaysSinceWhenNoInterestRunsAndByWhichLaw(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openConsumerClaim(t, store, consumerClaim("F-1"))
	flag(t, store, overIndebted(t, flaggedAt))
	warned := func(day calendar.Date) []string {
		explained, err := readFile(t, store, "F-1").Account.Explain(day)
		require.NoError(t, err)
		var says []string
		for _, warning := range explained.Warnings {
			says = append(says, warning.Message.EN, warning.Message.FR)
		}
		return says
	}
	require.Empty(t, warned(date(t, "2026-04-20")))
	require.Contains(t, warned(date(t, "2026-05-30")), "No interest runs from 2026-04-21 on (C. conso. L722-14).")
	require.Contains(t, warned(date(t, "2026-05-30")), "Aucun intérêt ne court à partir du 21/04/2026 (C. conso. L722-14).")
	require.Contains(t, readFile(t, store, "F-1").Row.Why, "bears no interest")
	flag(t, store, overIndebted(t, flaggedAt, func(f *casefile.HardshipFlag) { f.Ended = date(t, "2026-05-25") }))
	require.Contains(t, warned(date(t, "2026-05-30")), "No interest ran from 2026-04-21 to 2026-05-24 (C. conso. L722-14).")
}

func TestAConsumerWhoIsOverIndebtedIsNotHandedOver(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openConsumerClaim(t, store, consumerClaim("F-1"))
	missing := func(at time.Time) string {
		check, err := store.CheckHandoff(t.Context(), acme, "F-1", at)
		require.NoError(t, err)
		return handoff.List(check.Missing())
	}
	flag(t, store, overIndebted(t, flaggedAt))
	require.Contains(t, missing(flaggedAt), "C. conso. L722-2")
	flag(t, store, overIndebted(t, flaggedAt, func(f *casefile.HardshipFlag) { f.Ended = date(t, "2026-05-26") }))
	require.NotContains(t, missing(flaggedAt), "C. conso. L722-2")
}
