package cases_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/law/lawtest"
)

// onDay serves cases on a business date, on a real PostgreSQL.
func onDay(t *testing.T, store *casefile.Store, date string) *cases.Service {
	t.Helper()
	day, err := calendar.ParseDate(date)
	require.NoError(t, err)
	clock, err := calendar.Accelerated(time.Now(), day.Time(time.UTC).Add(9*time.Hour), 1)
	require.NoError(t, err)
	return &cases.Service{Store: store, Clock: func() calendar.Clock { return clock }}
}

func openTitles(t *testing.T, store *casefile.Store, creditor string) []string {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: creditor, Kind: collection.TaskLawTable, State: casefile.TaskOpen})
	require.NoError(t, err)
	var titles []string
	for _, task := range tasks {
		titles = append(titles, task.Title)
	}
	return titles
}

func TestEachCreditorIsAskedForTheTablesOfItsCountryTwentyDaysBefore(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{ID: "zuse", Name: "Zuse GmbH"}))
	book, countries := lawtest.BuiltIn(t), map[string]string{casefiletest.Creditor: "FR", "zuse": "DE"}
	keep := func(date string) (opened, done int) {
		opened, done, err := onDay(t, store, date).KeepLawTables(t.Context(), book, countries)
		require.NoError(t, err)
		return opened, done
	}
	opened, _ := keep("2026-12-10")
	require.Zero(t, opened, "21 days before")
	opened, _ = keep("2026-12-11")
	require.Equal(t, 3, opened)
	require.Equal(t, []string{
		"Add the ECB main refinancing rate in force on the first day of 2027 H1 to the law tables",
		"Add the French legal interest rate for professional creditors of 2027 H1 to the law tables",
	}, openTitles(t, store, casefiletest.Creditor))
	require.Equal(t, []string{"Add the German base rate of 2027 H1 to the law tables"}, openTitles(t, store, "zuse"))
	for _, date := range []string{"2026-12-12", "2027-01-01", "2027-06-09"} {
		opened, done := keep(date)
		require.Zero(t, opened+done, "once for each half-year: %s", date)
	}
	opened, _ = keep("2027-06-10")
	require.Equal(t, 3, opened, "the next half-year is another")
}

func TestAHalfYearThatWasAddedCompletesItsTask(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	countries := map[string]string{casefiletest.Creditor: "FR"}
	service := onDay(t, store, "2027-01-02")
	opened, _, err := service.KeepLawTables(t.Context(), lawtest.BuiltIn(t), countries)
	require.NoError(t, err)
	require.Equal(t, 2, opened)

	added, err := law.Load(config.Law, fstest.MapFS{"ecb_main_refinancing_rate.csv": {Data: []byte(
		"rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n" +
			"ecb-first-day,2027-01-01,2027-06-30,2.65,Directive 2011/7/EU art. 2,ecb.europa.eu,H,2027-01-04,2027-07-01\n")}})
	require.NoError(t, err)
	opened, done, err := service.KeepLawTables(t.Context(), added, countries)
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, []int{opened, done})
	require.Len(t, openTitles(t, store, casefiletest.Creditor), 1)
}

func TestARuleThatEndsIsATaskToo(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	table, err := config.Law.ReadFile("law/late_interest.csv")
	require.NoError(t, err)
	header, _, _ := strings.Cut(string(table), "\n")
	ending, err := law.Load(fstest.MapFS{
		"reference_rates.csv": {Data: []byte("rate,country,title_en,title_fr,valid_from,valid_to,article,source,confidence,checked_on,next_change\n" +
			"lu-base,LU,Luxembourg rate,taux,2020-01-01,,a law,a source,M,2026-11-22,\n")},
		"lu_base_rate.csv": {Data: []byte("rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n" +
			"lu-base,2026-01-01,2027-12-31,2.00,a law,a source,M,2026-11-22,\n")},
		"late_interest.csv": {Data: []byte(header + "\nLU,business,Late interest in Luxembourg,Intérêts,lu-base,8,none,each-half-year,after-due,40.00,a law,,,,,,,,2020-01-01,2026-12-05,a law,a source,M,2026-11-22,\n")},
	})
	require.NoError(t, err)
	opened, _, err := onDay(t, store, "2026-11-22").KeepLawTables(t.Context(), ending, map[string]string{casefiletest.Creditor: "LU"})
	require.NoError(t, err)
	require.Equal(t, 1, opened)
	require.Equal(t, []string{`Find the rule that follows "Late interest in Luxembourg" after 2026-12-05`}, openTitles(t, store, casefiletest.Creditor))
}
