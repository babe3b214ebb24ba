package latefees_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

func TestEveryCountryHasItsRateAndItsFixedSum(t *testing.T) {
	t.Parallel()
	for country, wanted := range map[string]struct{ before, after string }{
		"FR": {"12.15", "12.40"},
		"DE": {"10.27", "10.52"},
		"BE": {"10.50", "10.50"},
		"ES": {"10.15", "10.40"},
		"IT": {"10.15", "10.40"},
		"NL": {"10.15", "10.40"},
		"IE": {"10.15", "10.40"},
		"AT": {"10.73", "10.73"},
	} {
		s := statement(t, tariff(t, law.Regime{Country: country, Debtor: law.Business}, latefees.Terms{}), claim("10000", "2026-06-15"), "2026-08-14")
		require.Equal(t, []string{wanted.before, wanted.after}, rates(s), country)
		require.Equal(t, euros("40"), s.Indemnity().Amount, country)
		require.NotEmpty(t, s.Indemnity().Article, country)
		require.Equal(t, "late-interest/"+country+"/business", s.Segments()[0].Rule)
		require.Equal(t, country == "AT", len(s.Warnings()) == 1 && s.Warnings()[0].Code == latefees.Uncertain, country)
	}
	for country, rate := range map[string]string{"DE": "6.52", "BE": "4.50"} {
		c := claim("10000", "2026-06-15")
		c.NoticeReceived = day("2026-07-20")
		s := statement(t, tariff(t, law.Regime{Country: country, Debtor: law.Consumer}, latefees.Terms{}), c, "2026-08-14")
		require.Equal(t, []string{rate}, rates(s), country)
		require.True(t, s.Indemnity().Amount.IsZero(), country)
	}
}

// In Spain and the Netherlands the last operation before the half-year counts,
// in France and Italy the first day: they part when the rate moves in between.
func TestTheLastOperationBeforeTheHalfYearCountsInSpain(t *testing.T) {
	t.Parallel()
	data, err := config.Law.ReadFile("law/ecb_main_refinancing_rate.csv")
	require.NoError(t, err)
	moved := strings.Replace(string(data), "ecb-last-operation,2026-07-01,2026-12-31,2.40", "ecb-last-operation,2026-07-01,2026-12-31,2.15", 1)
	rest := fstest.MapFS{"ecb_main_refinancing_rate.csv": {Data: []byte(moved)}}
	for _, name := range []string{"reference_rates.csv", "late_interest.csv", "fr_legal_rate.csv"} {
		table, err := config.Law.ReadFile("law/" + name)
		require.NoError(t, err)
		rest[name] = &fstest.MapFile{Data: table}
	}
	book, err := law.Load(rest)
	require.NoError(t, err)
	for country, rate := range map[string]string{"ES": "10.15", "NL": "10.15", "IT": "10.40", "FR": "12.40"} {
		prepared, err := latefees.NewTariff(book, law.Regime{Country: country, Debtor: law.Business}, latefees.Terms{})
		require.NoError(t, err)
		require.Equal(t, []string{rate}, rates(statement(t, prepared, claim("10000", "2026-06-30"), "2026-08-14")), country)
	}
}

func TestCurrenciesKeepTheirDecimalsAndTheFixedSumItsEuros(t *testing.T) {
	t.Parallel()
	prepared := tariff(t, frenchBusiness(), latefees.Terms{})
	for currency, wanted := range map[money.Currency]struct{ principal, interest, exact string }{
		"JPY": {"1000000", "3397", "3397.260273 JPY"},
		"TND": {"1000", "3.397", "3.397260273 TND"},
		"USD": {"1000", "3.40", "3.39726027 USD"},
	} {
		c := latefees.Claim{Principal: amount(wanted.principal, currency), Due: day("2026-06-30")}
		s := statement(t, prepared, c, "2026-07-10")
		require.Equal(t, amount(wanted.interest, currency), s.Interest())
		require.Equal(t, wanted.exact, s.Exact().String())
		require.Equal(t, euros("40"), s.Owed().Indemnity)
		require.Equal(t, currency, s.PerDay().Rounded().Currency())
	}
}

func TestClausesFixTheirOwnRate(t *testing.T) {
	t.Parallel()
	c := claim("10000", "2026-06-15")
	for _, wanted := range []struct {
		clause latefees.Clause
		rates  []string
	}{
		{latefees.FixedRate(percent("9.5")), []string{"9.50", "9.50"}},
		{latefees.FixedRate(0), []string{"0.00", "0.00"}},
		{latefees.TimesLegalRate(300), []string{"7.86", "8.25"}},
		{latefees.TimesLegalRate(450), []string{"11.79", "12.375"}},
		{latefees.ECBPlus(percent("12")), []string{"14.15", "14.40"}},
	} {
		s := statement(t, tariff(t, frenchBusiness(), latefees.Terms{Clause: wanted.clause}), c, "2026-08-14")
		require.Equal(t, wanted.rates, rates(s))
	}
	german := law.Regime{Country: "DE", Debtor: law.Business}
	for reason, bad := range map[string]latefees.Clause{
		"the clause has a rate of -1.00 %": latefees.FixedRate(percent("-1")),
		"no multiple of the legal rate":    latefees.TimesLegalRate(0),
		"is no kind of clause":             {Kind: "usury"},
	} {
		_, err := latefees.NewTariff(builtIn(t), frenchBusiness(), latefees.Terms{Clause: bad})
		require.ErrorContains(t, err, reason)
	}
	_, err := latefees.NewTariff(builtIn(t), german, latefees.Terms{Clause: latefees.TimesLegalRate(300)})
	require.EqualError(t, err, "the clause refers to the French legal rate, which is no reference for DE/business")
	_, err = latefees.NewTariff(builtIn(t), law.Regime{Country: "US", Debtor: law.Business}, latefees.Terms{})
	require.ErrorContains(t, err, "the late interest of US/business is not in the law tables")
	_, err = latefees.NewTariff(builtIn(t), german, latefees.Terms{Conventions: latefees.Conventions{DayCount: "30/360"}})
	require.EqualError(t, err, `"30/360" is no day count: it is ACT/365F or ACT/ACT`)
}

// The options that the law table offers are those the package knows, and the
// defaults are the same.
func TestTheConventionsAreTheContestedPointsOfTheLawTables(t *testing.T) {
	t.Parallel()
	known := map[string][]string{
		"day-count":    {string(latefees.Actual365), string(latefees.ActualActual)},
		"part-payment": {string(latefees.InterestFirst), string(latefees.PrincipalFirst)},
		"credit-note":  {string(latefees.FromTheirDate), string(latefees.Retroactive)},
		"payment-day":  {string(latefees.PaymentDayCounted), string(latefees.PaymentDayNotCounted)},
	}
	found := map[string][]string{}
	for _, point := range builtIn(t).Contested() {
		for _, option := range point.Options {
			if option.Offered && known[point.Point] != nil {
				found[point.Point] = append(found[point.Point], option.Option)
			}
		}
	}
	require.Equal(t, known, found)
	c := claim("6000", "2023-12-31", creditNote("A1", "2024-03-20", "1200"), payment("P1", "2024-07-01", "2000"))
	defaults := latefees.Conventions{
		DayCount: latefees.Actual365, PartPayment: latefees.InterestFirst, CreditNotes: latefees.FromTheirDate, PaymentDay: latefees.PaymentDayCounted,
	}
	unsaid := statement(t, tariff(t, frenchBusiness(), latefees.Terms{}), c, "2025-02-01")
	said := statement(t, tariff(t, frenchBusiness(), latefees.Terms{Conventions: defaults}), c, "2025-02-01")
	require.Equal(t, unsaid.Exact(), said.Exact())
	require.Equal(t, unsaid.Owed(), said.Owed())
}

func TestTheDayCountOfLeapYears(t *testing.T) {
	t.Parallel()
	terms := latefees.Terms{Conventions: latefees.Conventions{DayCount: latefees.ActualActual}}
	s := statement(t, tariff(t, frenchBusiness(), terms), claim("12000", "2023-12-21"), "2024-03-31")
	segments := s.Segments()
	require.Equal(t, []any{10, 365, 91, 366}, []any{segments[0].Days, segments[0].Base, segments[1].Days, segments[1].Base})
	require.Equal(t, euros("46.03"), segments[0].Shown) // 12,000 x 14 % x 10/365
	require.Equal(t, euros("432.62"), segments[1].Shown, "12,000 x 14.5 % x 91/366; 433.81 over 365")
	require.Equal(t, euros("478.65"), s.Interest())
}

func TestTheDayOfPaymentCanBeLeftOut(t *testing.T) {
	t.Parallel()
	terms := latefees.Terms{Conventions: latefees.Conventions{PaymentDay: latefees.PaymentDayNotCounted}}
	prepared := tariff(t, frenchBusiness(), terms)
	c := claim("10000", "2026-06-20", payment("P1", "2026-07-10", "10000"))
	s := statement(t, prepared, c, "2026-07-10")
	segments := s.Segments()
	require.Equal(t, []any{day("2026-06-20"), 11, day("2026-07-01"), 9, day("2026-07-09")},
		[]any{segments[0].From, segments[0].Days, segments[1].From, segments[1].Days, segments[1].To})
	onTime := claim("10000", "2026-06-20", payment("P1", "2026-06-20", "10000"))
	require.True(t, statement(t, prepared, onTime, "2026-07-10").Interest().IsZero())
	require.True(t, statement(t, prepared, onTime, "2026-07-10").Indemnity().Amount.IsZero())
}
