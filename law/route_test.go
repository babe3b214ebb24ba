package law_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/law"
	"relance/money"
)

// routesOf tells the French routes of a claim: whether each is open.
func routesOf(t *testing.T, debtor law.Debtor, claimed, on string) map[string]law.RouteVerdict {
	t.Helper()
	amount, currency, _ := strings.Cut(claimed, " ")
	sum, err := money.Parse(amount, money.Currency(currency))
	require.NoError(t, err)
	verdicts := map[string]law.RouteVerdict{}
	for _, verdict := range builtIn(t).Routes("FR", debtor, sum, day(on)) {
		verdicts[verdict.Route.Key] = verdict
	}
	return verdicts
}

// Since 25 April 2026 an invoice between merchants has a procedure of its own and
// the one for small claims is closed to it.
func TestAnInvoiceBetweenMerchantsIsNoSmallClaimAnyMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		debtor                 law.Debtor
		claimed, on            string
		smallClaim, undisputed bool
	}{
		{law.Business, "4900.00 EUR", "2026-04-24", true, false},
		{law.Business, "4900.00 EUR", "2026-04-25", false, true},
		{law.Business, "80000.00 EUR", "2026-04-25", false, true},
		{law.Business, "5000.01 EUR", "2026-04-24", false, false},
		{law.Consumer, "5000.00 EUR", "2026-04-25", true, false},
		{law.Consumer, "5000.01 EUR", "2026-04-25", false, false},
		{law.Consumer, "300.00 USD", "2026-04-25", false, false},
	} {
		routes := routesOf(t, c.debtor, c.claimed, c.on)
		require.Equal(t, c.smallClaim, routes["small-claims"].IsOpen(), "%v", c)
		undisputed, found := routes["undisputed-commercial-claim"]
		require.Equal(t, c.undisputed, found && undisputed.IsOpen(), "%v", c)
	}
}

func TestAClosedRouteSaysWhy(t *testing.T) {
	t.Parallel()
	require.Equal(t, law.Words{
		EN: "not against a debtor of the kind business", FR: "pas contre un débiteur de la catégorie professionnel",
	}, routesOf(t, law.Business, "100.00 EUR", "2026-05-01")["small-claims"].Closed)
	require.Equal(t, law.Words{
		EN: "the claim of 5000.01 EUR is above 5000.00 EUR", FR: "la créance de 5000,01 € dépasse 5000,00 €",
	}, routesOf(t, law.Consumer, "5000.01 EUR", "2026-05-01")["small-claims"].Closed)
	require.Equal(t, law.Words{
		EN: "its limit is 5000.00 EUR, and the claim is in USD", FR: "sa limite est de 5000,00 € et la créance est en USD",
	}, routesOf(t, law.Consumer, "1.00 USD", "2026-05-01")["conciliator"].Closed)
	require.Empty(t, builtIn(t).Routes("LU", law.Business, money.Amount{}, day("2026-05-01")), "a country without routes in the tables")
}

func TestARouteInErrorIsRefused(t *testing.T) {
	t.Parallel()
	const header = "key,country,title_en,title_fr,debtors,most,before_en,before_fr,terms_en,terms_fr," +
		"valid_from,valid_to,article,source,confidence,checked_on,next_change\n"
	const good = "court,FR,Court,Tribunal,business,100.00,a judge,un juge,fee,frais,,,Article 1,a source,H,2026-11-22,\n"
	_, err := law.Load(folder(map[string]string{"recovery_routes.csv": header + good}))
	require.NoError(t, err)
	for _, c := range []struct{ from, to, reason string }{
		{",business,", ",merchant,", `recovery_routes.csv:2: debtors: "merchant" is not a kind of debtor`},
		{",business,", ",business business,", "recovery_routes.csv:2: debtors: business is given twice"},
		{",100.00,", ",-1.00,", "recovery_routes.csv:2: most: -1.00 EUR is less than nothing"},
		{",100.00,", ",much,", "recovery_routes.csv:2: most: "},
		{",fee,", ",,", "recovery_routes.csv:2: terms_en: is empty"},
	} {
		_, err := law.Load(folder(map[string]string{"recovery_routes.csv": header + strings.Replace(good, c.from, c.to, 1)}))
		require.ErrorContains(t, err, c.reason)
	}
}
