package deadlines_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/deadlines"
	"relance/law"
)

func timeLimit(t require.TestingT, key string, on calendar.Date) deadlines.TimeLimit {
	limit, err := deadlines.LimitOf(timeLimits(t), key, on)
	require.NoError(t, err)
	return limit
}

// Each line is an event, the date to work towards and the last day.
func TestProceduralPeriodsEndOnTheseDays(t *testing.T) {
	t.Parallel()
	const france, alsace = "FR", calendar.AlsaceMoselle
	for _, c := range []struct{ key, holidays, from, target, last string }{
		// Claims in an insolvency.
		{"insolvency-declare", france, "2026-03-15", "2026-05-15", "2026-05-15"},
		{"insolvency-declare", france, "2026-03-08", "2026-05-08", "2026-05-11"}, // 8 May, then a weekend
		{"insolvency-declare", france, "2026-06-30", "2026-08-30", "2026-08-31"}, // Sunday
		{"insolvency-declare", france, "2025-12-31", "2026-02-28", "2026-03-02"}, // no 31 February; Saturday
		{"insolvency-declare", france, "2026-11-14", "2027-01-14", "2027-01-14"},
		{"insolvency-declare-from-abroad", france, "2026-03-15", "2026-07-15", "2026-07-15"},
		{"insolvency-answer-challenge", france, "2026-11-13", "2026-12-13", "2026-12-13"}, // Sunday, not extended
		// Serving a payment order: six months, and three from 1 September 2026.
		{"payment-order-serve", france, "2026-08-31", "2027-02-28", "2027-03-01"},
		{"payment-order-serve", france, "2026-09-01", "2026-12-01", "2026-12-01"},
		{"payment-order-serve", france, "2026-11-30", "2027-02-28", "2027-03-01"},
		// Good Friday and 26 December: granted to the debtor, not counted on by the creditor.
		{"payment-order-opposition", france, "2027-02-26", "2027-03-26", "2027-03-26"},
		{"payment-order-opposition", alsace, "2027-02-26", "2027-03-26", "2027-03-30"}, // to Tuesday after Easter
		{"insolvency-declare", alsace, "2027-01-26", "2027-03-26", "2027-03-26"},
		{"payment-order-opposition", alsace, "2028-11-26", "2028-12-26", "2028-12-27"},
		{"payment-order-opposition", alsace, "2026-11-25", "2026-12-25", "2026-12-28"},
		{"insolvency-declare", alsace, "2026-10-25", "2026-12-25", "2026-12-28"}, // a holiday everywhere
		// A French limit is extended by French holidays; those of a debtor abroad are
		// granted to it, and not counted on by the creditor.
		{"insolvency-declare", "LU-NAT", "2027-04-23", "2027-06-23", "2027-06-23"},
		{"payment-order-opposition", "LU-NAT", "2027-05-23", "2027-06-23", "2027-06-24"},
		{"insolvency-declare", "LU-NAT", "2027-05-14", "2027-07-14", "2027-07-15"},
		{"payment-order-opposition", "LU-NAT", "2027-06-14", "2027-07-14", "2027-07-15"},
		{"payment-order-opposition", "FR-NC", "2027-08-24", "2027-09-24", "2027-09-27"},
		// Days: that of the letter does not count.
		{"payment-order-deposit", france, "2026-11-24", "2026-12-09", "2026-12-09"},
		{"judgment-by-default-notify", france, "2026-08-31", "2027-02-28", "2027-03-01"},
	} {
		deadline, err := timeLimit(t, c.key, day(c.from)).Deadline(day(c.from), c.holidays)
		require.NoError(t, err)
		require.Equal(t, c.target, deadline.Target.String(), c)
		require.Equal(t, c.last, deadline.Last.String(), c)
	}
}

func TestADeadlineSaysWhy(t *testing.T) {
	t.Parallel()
	from := day("2026-03-08")
	deadline, err := timeLimit(t, "insolvency-declare", from).Deadline(from, "FR")
	require.NoError(t, err)
	require.Equal(t, "2 months from 2026-03-08 end on 2026-05-08, a public holiday, and run until 2026-05-11, the next working day "+
		"(C. com. R622-24; CPC 641, 642)", deadline.Because.String())
	require.Equal(t, "2 mois à compter du 08/03/2026 expirent le 08/05/2026, un jour férié, et courent jusqu’au 11/05/2026, premier jour ouvrable suivant "+
		"(C. com. R622-24; CPC 641, 642)", deadline.Because.French())
	deadline, err = timeLimit(t, "insolvency-declare", day("2026-03-15")).Deadline(day("2026-03-15"), "FR")
	require.NoError(t, err)
	require.Equal(t, "2 months from 2026-03-15 end on 2026-05-15 (C. com. R622-24; CPC 641)", deadline.Because.String())
}

func TestADeadlineInAYearWithoutHolidaysNeedsAPerson(t *testing.T) {
	t.Parallel()
	limit := timeLimit(t, "insolvency-declare", day("2026-03-15"))
	for holidays, from := range map[string]string{"FR": "2045-11-10", "US": "2026-03-15", "": "2026-03-15", "LU": "2026-03-15"} {
		_, err := limit.Deadline(day(from), holidays)
		require.ErrorContains(t, err, "needs a person")
	}
	_, err := deadlines.LimitOf(timeLimits(t), "payment-order-serve", day("2021-03-15"))
	require.EqualError(t, err, "no time limit payment-order-serve is known for 2021-03-15: add the row to the table of time limits")
}

func TestPeriodsAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1 year and 2 months", deadlines.Period{Years: 1, Months: 2}.String())
	require.Equal(t, "1 an et 2 mois", deadlines.Period{Years: 1, Months: 2}.French())
	require.Equal(t, "2028-03-04", deadlines.Period{Months: 1, Days: 4}.End(day("2028-01-31")).String(), "months before days")
}

func TestAnExtendedDeadlineNeverEndsOnADayOff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := deadlines.TimeLimit{
			Key: "any", Extends: true, Acts: rapid.SampledFrom([]law.Actor{law.CreditorActs, law.DebtorActs}).Draw(t, "acts"),
			Period: deadlines.Period{Months: rapid.IntRange(0, 8).Draw(t, "months"), Days: rapid.IntRange(1, 40).Draw(t, "days")},
		}
		holidays, from := rapid.SampledFrom([]string{"FR", calendar.AlsaceMoselle}).Draw(t, "holidays"), anyDate(t, "from")
		deadline, err := limit.Deadline(from, holidays)
		require.NoError(t, err)
		last := deadline.Last
		require.NotContains(t, []time.Weekday{time.Saturday, time.Sunday}, last.Weekday())
		require.False(t, calendar.IsPublicHoliday("FR", last))
		if limit.Acts != law.CreditorActs {
			require.False(t, calendar.IsPublicHoliday(holidays, last))
		}
		require.GreaterOrEqual(t, last, deadline.Target)
		require.LessOrEqual(t, int(last-deadline.Target), 5)
		require.Greater(t, deadline.Target, from)
	})
}

func TestTheCreditorNeverCountsOnALocalHoliday(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := deadlines.TimeLimit{Key: "any", Extends: true, Acts: law.CreditorActs, Period: deadlines.Period{Days: rapid.IntRange(1, 400).Draw(t, "days")}}
		from := anyDate(t, "from")
		inFrance, err := limit.Deadline(from, "FR")
		require.NoError(t, err)
		inAlsace, err := limit.Deadline(from, calendar.AlsaceMoselle)
		require.NoError(t, err)
		require.Equal(t, inFrance, inAlsace)
		limit.Acts = law.DebtorActs
		granted, err := limit.Deadline(from, calendar.AlsaceMoselle)
		require.NoError(t, err)
		require.GreaterOrEqual(t, granted.Last, inFrance.Last)
	})
}
