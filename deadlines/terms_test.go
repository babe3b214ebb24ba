package deadlines_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/deadlines"
)

func day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func anyDate(t *rapid.T, label string) calendar.Date {
	return calendar.NewDate(2021, time.January, 1).AddDays(rapid.IntRange(0, 5000).Draw(t, label))
}

func anyTerms(t *rapid.T) deadlines.Terms {
	terms := deadlines.Terms{
		Days:       rapid.IntRange(0, 366).Draw(t, "days"),
		Months:     rapid.IntRange(0, 24).Draw(t, "months"),
		EndOfMonth: rapid.Bool().Draw(t, "end of month"),
		DayOfMonth: rapid.IntRange(0, 31).Draw(t, "day"),
	}
	if terms.EndOfMonth {
		terms.Reading = rapid.SampledFrom([]deadlines.Reading{deadlines.ReadingNotStated, deadlines.DaysFirst, deadlines.MonthEndFirst}).Draw(t, "reading")
	}
	return terms
}

// One line per invoice, one column per terms, as they stand in contracts.
func TestPaymentTermsGiveTheseDueDates(t *testing.T) {
	t.Parallel()
	columns := []deadlines.Terms{
		{Days: 60},
		{Days: 45, EndOfMonth: true, Reading: deadlines.DaysFirst},
		{Days: 45, EndOfMonth: true, Reading: deadlines.MonthEndFirst},
		{Days: 45},
		{Days: 30, EndOfMonth: true},
		{Days: 30, EndOfMonth: true, DayOfMonth: 10},
	}
	for _, line := range []struct {
		issued string
		due    [6]string // 60 net, 45 then EOM, EOM then 45, 45 net, 30 EOM, 30 EOM the 10th
	}{
		{"2026-01-15", [6]string{"2026-03-16", "2026-03-31", "2026-03-17", "2026-03-01", "2026-02-28", "2026-03-10"}},
		{"2026-01-31", [6]string{"2026-04-01", "2026-03-31", "2026-03-17", "2026-03-17", "2026-03-31", "2026-04-10"}},
		{"2026-02-01", [6]string{"2026-04-02", "2026-03-31", "2026-04-14", "2026-03-18", "2026-03-31", "2026-04-10"}},
		{"2026-02-28", [6]string{"2026-04-29", "2026-04-30", "2026-04-14", "2026-04-14", "2026-03-31", "2026-04-10"}},
		{"2026-05-20", [6]string{"2026-07-19", "2026-07-31", "2026-07-15", "2026-07-04", "2026-06-30", "2026-07-10"}},
		{"2024-01-16", [6]string{"2024-03-16", "2024-03-31", "2024-03-16", "2024-03-01", "2024-02-29", "2024-03-10"}},
		{"2026-12-17", [6]string{"2027-02-15", "2027-01-31", "2027-02-14", "2027-01-31", "2027-01-31", "2027-02-10"}},
	} {
		for i, terms := range columns {
			require.Equal(t, line.due[i], terms.DueDate(day(line.issued)).String(), "issued %s, %s", line.issued, terms)
		}
	}
}

func TestMonthsKeepTheDayWhereTheMonthHasIt(t *testing.T) {
	t.Parallel()
	monthEndFirst := func(months int) deadlines.Terms {
		return deadlines.Terms{Months: months, EndOfMonth: true, Reading: deadlines.MonthEndFirst}
	}
	for _, c := range []struct {
		issued string
		terms  deadlines.Terms
		due    string
	}{
		{"2026-01-15", deadlines.Terms{Months: 1}, "2026-02-15"},
		{"2026-01-31", deadlines.Terms{Months: 1}, "2026-02-28"},
		{"2028-01-31", deadlines.Terms{Months: 1}, "2028-02-29"},
		{"2026-01-31", deadlines.Terms{Months: 2}, "2026-03-31"},
		{"2026-12-31", deadlines.Terms{Months: 2}, "2027-02-28"},
		{"2026-02-28", deadlines.Terms{Months: 1}, "2026-03-28"},
		{"2026-02-10", monthEndFirst(1), "2026-03-31"},
		{"2026-01-31", deadlines.Terms{Months: 1, Days: 15}, "2026-03-15"},
		{"2026-01-15", deadlines.Terms{DayOfMonth: 31}, "2026-01-31"},
		{"2026-02-15", deadlines.Terms{DayOfMonth: 31}, "2026-02-28"},
		{"2026-03-02", deadlines.Terms{OnReceipt: true}, "2026-03-02"},
	} {
		require.Equal(t, c.due, c.terms.DueDate(day(c.issued)).String(), "issued %s, %s", c.issued, c.terms)
	}
}

func TestAnEndOfMonthWithoutAReadingIsTakenAsDaysFirst(t *testing.T) {
	t.Parallel()
	open := deadlines.Terms{Days: 45, EndOfMonth: true}
	require.True(t, open.IsReadingOpen())
	require.False(t, deadlines.Terms{EndOfMonth: true}.IsReadingOpen(), "both readings give the same date")
	stated := open
	stated.Reading = deadlines.DaysFirst
	require.False(t, stated.IsReadingOpen())
	rapid.Check(t, func(t *rapid.T) {
		issued := anyDate(t, "issued")
		require.Equal(t, stated.DueDate(issued), open.DueDate(issued))
	})
}

func TestTermsAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		terms           deadlines.Terms
		english, french string
	}{
		{deadlines.Terms{}, "", ""},
		{deadlines.Terms{OnReceipt: true}, "on receipt", "à réception"},
		{deadlines.Terms{Days: 1}, "1 day", "1 jour"},
		{deadlines.Terms{Months: 2, Days: 15}, "2 months, 15 days", "2 mois, 15 jours"},
		{deadlines.Terms{Days: 45, EndOfMonth: true}, "45 days, to the end of the month", "45 jours, jusqu’à la fin du mois"},
		{
			deadlines.Terms{Days: 45, EndOfMonth: true, Reading: deadlines.MonthEndFirst},
			"from the end of the month, 45 days", "à compter de la fin du mois, 45 jours",
		},
		{
			deadlines.Terms{Days: 30, EndOfMonth: true, DayOfMonth: 10},
			"30 days, to the end of the month, then the next day 10", "30 jours, jusqu’à la fin du mois, puis le 10 suivant",
		},
	} {
		require.Equal(t, c.english, c.terms.String())
		require.Equal(t, c.french, c.terms.French())
	}
}

func TestTermsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for _, terms := range []deadlines.Terms{
		{Days: -1},
		{Days: 400},
		{Months: 25},
		{DayOfMonth: 32},
		{Days: 45, EndOfMonth: true, Reading: "both"},
		{Days: 45, Reading: deadlines.MonthEndFirst},
		{OnReceipt: true, Days: 30},
	} {
		require.Error(t, terms.Validate(), "%+v", terms)
	}
}

func TestNoTermsMakeAnInvoiceDueBeforeItIsIssued(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		issued, terms := anyDate(t, "issued"), anyTerms(t)
		require.NoError(t, terms.Validate())
		due := terms.DueDate(issued)
		require.GreaterOrEqual(t, due, issued)
		if terms.EndOfMonth && terms.Reading != deadlines.MonthEndFirst && terms.DayOfMonth == 0 {
			require.Equal(t, due.EndOfMonth(), due)
		}
		if terms.DayOfMonth > 0 && due != due.EndOfMonth() {
			require.Equal(t, terms.DayOfMonth, due.Day())
		}
	})
}

func TestLongerTermsAreNeverDueEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		issued, terms := anyDate(t, "issued"), anyTerms(t)
		longer := terms
		longer.Days += rapid.IntRange(0, 60).Draw(t, "more days")
		longer.Months += rapid.IntRange(0, 6).Draw(t, "more months")
		require.LessOrEqual(t, terms.DueDate(issued), longer.DueDate(issued))
	})
}

func TestAnInvoiceIssuedLaterIsNeverDueEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		issued, terms := anyDate(t, "issued"), anyTerms(t)
		later := issued.AddDays(rapid.IntRange(0, 400).Draw(t, "later"))
		require.LessOrEqual(t, terms.DueDate(issued), terms.DueDate(later))
	})
}
