package law_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/config"
	"relance/law"
)

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func builtIn(t *testing.T) law.Book {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	return book
}

func percent(t *testing.T, text string) law.Percent {
	t.Helper()
	p, err := law.ParsePercent(text)
	require.NoError(t, err)
	return p
}

// rateOn is the rate of late interest as the law gives it on a day.
func rateOn(t *testing.T, book law.Book, regime law.Regime, on string) string {
	t.Helper()
	versions, err := book.LateInterest(regime)
	require.NoError(t, err)
	value, err := book.RateValue(versions[0].Reference, law.HalfYearOf(day(on)))
	require.NoError(t, err)
	return versions[0].Rate(value.Percent).String()
}

func TestTheBuiltInTablesGiveThePublishedRates(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	for _, c := range []struct {
		regime   law.Regime
		on, rate string
	}{
		{law.Regime{Country: "FR", Debtor: law.Business}, "2015-01-01", "10.05"},
		{law.Regime{Country: "FR", Debtor: law.Business}, "2023-07-01", "14.00"},
		{law.Regime{Country: "FR", Debtor: law.Business}, "2024-06-30", "14.50"},
		{law.Regime{Country: "FR", Debtor: law.Business}, "2025-04-30", "13.15"}, // the ECB rate moved in April, the half-year did not
		{law.Regime{Country: "FR", Debtor: law.Business}, "2026-06-30", "12.15"},
		{law.Regime{Country: "FR", Debtor: law.Business}, "2026-12-31", "12.40"},
		{law.Regime{Country: "FR", Debtor: law.Public}, "2026-01-01", "10.15"},
		{law.Regime{Country: "FR", Debtor: law.Consumer}, "2026-07-01", "2.75"},
		{law.Regime{Country: "DE", Debtor: law.Business}, "2016-07-01", "8.12"},
		{law.Regime{Country: "DE", Debtor: law.Business}, "2026-01-01", "10.27"},
		{law.Regime{Country: "DE", Debtor: law.Business}, "2026-07-01", "10.52"},
		{law.Regime{Country: "DE", Debtor: law.Consumer}, "2026-07-01", "6.52"},
		{law.Regime{Country: "BE", Debtor: law.Business}, "2024-01-01", "12.50"},
		{law.Regime{Country: "BE", Debtor: law.Business}, "2026-01-01", "10.50"},
		{law.Regime{Country: "BE", Debtor: law.Business}, "2026-07-01", "10.50"},
		{law.Regime{Country: "BE", Debtor: law.Consumer}, "2026-07-01", "4.50"},
		{law.Regime{Country: "ES", Debtor: law.Business}, "2026-01-01", "10.15"},
		{law.Regime{Country: "IT", Debtor: law.Business}, "2026-07-01", "10.40"},
		{law.Regime{Country: "NL", Debtor: law.Business}, "2024-07-01", "12.25"},
		{law.Regime{Country: "IE", Debtor: law.Business}, "2024-07-01", "12.25"},
		{law.Regime{Country: "AT", Debtor: law.Business}, "2026-07-01", "10.73"},
	} {
		require.Equal(t, c.rate, rateOn(t, book, c.regime, c.on), "%s on %s", c.regime, c.on)
	}
}

func TestEveryRegimeOfTheTablesHasItsRateToday(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	require.Len(t, book.Regimes(), 12)
	for _, regime := range book.Regimes() {
		rateOn(t, book, regime, "2026-11-22")
	}
	_, err := book.LateInterest(law.Regime{Country: "US", Debtor: law.Business})
	require.EqualError(t, err, "the late interest of US/business is not in the law tables, which know AT/business, BE/business, "+
		"BE/consumer, DE/business, DE/consumer, ES/business, FR/business, FR/consumer, FR/public, IE/business, IT/business, NL/business")
}

// A company takes the rate of professional creditors, also against a consumer.
func TestTheLegalRateDependsOnTheCreditor(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	versions, err := book.LateInterest(law.Regime{Country: "FR", Debtor: law.Consumer})
	require.NoError(t, err)
	require.Equal(t, law.FrenchLegalRate, versions[0].Reference)
	individual, err := book.RateValue("fr-legal-individual", law.HalfYearOf(day("2026-11-22")))
	require.NoError(t, err)
	require.Equal(t, "6.84", individual.Percent.String())
	require.Equal(t, law.Medium, individual.Confidence, "one source only")
}

// Before September 2026 six months, from then on three.
func TestADeadlineIsThatOfItsDay(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	for on, months := range map[string]int{"2026-08-31": 6, "2026-09-01": 3} {
		deadline, found := book.Deadline("FR", "payment-order-serve", day(on))
		require.True(t, found)
		require.Equal(t, months, deadline.Count, on)
		require.Equal(t, law.PlanWithout, deadline.Extension)
	}
	_, found := book.Deadline("FR", "payment-order-serve", day("2022-02-28"))
	require.False(t, found)
	declare, found := book.Deadline("FR", "insolvency-declare", day("2026-11-22"))
	require.True(t, found)
	require.Contains(t, declare.StartsFrom.EN, "BODACC", "not from the judgment")
}

func TestTermsAndLimitationsAreThere(t *testing.T) {
	t.Parallel()
	book, today := builtIn(t), day("2026-11-22")
	for key, days := range map[string]int{"default": 30, "agreed": 60, "agreed-end-of-month": 45, "cattle-and-fresh-meat": 20, "public-hospital": 50} {
		term, found := book.PaymentTerm("FR", key, today)
		require.True(t, found, key)
		require.Equal(t, days, term.Days, key)
	}
	for key, years := range map[string]int{"business": 5, "consumer": 2, "carriage": 1} {
		period, found := book.Limitation("FR", key, today)
		require.True(t, found, key)
		require.Equal(t, years, period.Count, key)
	}
	rule, found := book.PlainRule("FR", "interest-insolvency", today)
	require.True(t, found)
	require.Equal(t, "C. com. L622-28; L641-3", rule.Article)
}

func TestAMissingHalfYearIsNamedAndNeverExtrapolated(t *testing.T) {
	t.Parallel()
	_, err := builtIn(t).RateValue(law.ECBOnTheFirstDay, law.HalfYearOf(day("2027-01-01")))
	require.EqualError(t, err, "the ECB main refinancing rate in force on the first day of the first half of 2027 is not known: "+
		"add it with this row in ecb_main_refinancing_rate.csv of your own law tables: "+
		"ecb-first-day,2027-01-01,2027-06-30,PERCENT,Directive 2011/7/EU art. 2,SOURCE,CONFIDENCE,CHECKED_ON,2027-07-01")
	var missing *law.MissingRateError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, law.ECBOnTheFirstDay, missing.Rate)
	require.Equal(t, "2027 H1", missing.HalfYear.String())
	_, err = builtIn(t).RateValue(law.ECBOnTheFirstDay, law.HalfYearOf(day("2014-12-31")))
	require.ErrorContains(t, err, "the second half of 2014 is not known")
	_, err = builtIn(t).RateValue("mars-base", law.HalfYearOf(day("2026-12-31")))
	require.ErrorContains(t, err, "the rate mars-base of the second half of 2026 is not known")
}

func TestTablesThatRunOutAreTold(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	require.Empty(t, book.Expiring(day("2026-12-10"), law.WarningDays))
	expiring := book.Expiring(day("2026-12-11"), law.WarningDays)
	var keys []string
	for _, e := range expiring {
		keys = append(keys, e.Key)
		require.Equal(t, day("2026-12-31"), e.LastDay)
		require.Equal(t, 20, e.DaysLeft)
		require.Equal(t, "2027 H1", e.Missing.HalfYear.String())
	}
	require.Equal(t, []string{
		"reference-rate/at-base", "reference-rate/be-civil", "reference-rate/de-base", "reference-rate/ecb-first-day",
		"reference-rate/ecb-last-operation", "reference-rate/fr-legal-individual", "reference-rate/fr-legal-professional",
	}, keys)
	require.Equal(t, -9, book.Expiring(day("2027-01-09"), law.WarningDays)[0].DaysLeft)
}
