package law_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/law"
)

func watchedOn(t *testing.T, today string) map[string]law.WatchedRule {
	t.Helper()
	rules := map[string]law.WatchedRule{}
	for _, rule := range builtIn(t).Watch(day(today)).Rules {
		if !rule.Announced {
			require.NotContains(t, rules, rule.Key)
			rules[rule.Key] = rule
		}
	}
	return rules
}

func TestTheWatchShowsEveryRuleInWords(t *testing.T) {
	t.Parallel()
	rules := watchedOn(t, "2026-11-22")
	require.Equal(t, 7+12+16+9+28+8+26, len(rules), "rates, late interest, terms, limitations, deadlines, routes, plain rules") //nolint:testifylint // Len would print all of them
	for key, value := range map[string]law.Words{
		"reference-rate/ecb-first-day": {EN: "2.40 %", FR: "2,40 %"},
		"late-interest/FR/business": {
			EN: "2.40 % + 10 points = 12.40 %; EUR 40.00 for each late invoice", FR: "2,40 % + 10 points = 12,40 % ; 40,00 € par facture en retard"},
		"late-interest/FR/consumer": {EN: "2.75 %; no fixed sum", FR: "2,75 % ; pas d’indemnité"},
		"late-interest/FR/public": {
			EN: "2.40 % + 8 points = 10.40 %, frozen when interest begins; EUR 40.00 for each late invoice",
			FR: "2,40 % + 8 points = 10,40 %, figé quand les intérêts commencent ; 40,00 € par facture en retard"},
		"late-interest/BE/business": {
			EN: "2.40 % + 8 points = 10.50 % (up to the next half point); EUR 40.00 for each late invoice",
			FR: "2,40 % + 8 points = 10,50 % (au demi-point supérieur) ; 40,00 € par facture en retard"},
		"late-interest/AT/business": {
			EN: "1.53 % + 9.2 points = 10.73 %; EUR 40.00 for each late invoice", FR: "1,53 % + 9,2 points = 10,73 % ; 40,00 € par facture en retard"},
		"payment-term/FR/agreed-end-of-month": {
			EN: "45 days to the end of the month from the issue of the invoice", FR: "45 jours fin de mois depuis l’émission de la facture"},
		"deadline/FR/payment-order-serve": {EN: "3 months from: the date of the order", FR: "3 mois depuis : la date de l’ordonnance"},
		"limitation/FR/carriage":          {EN: "1 year from: the day of delivery", FR: "1 an depuis : le jour de la livraison"},
	} {
		require.Equal(t, value, rules[key].Value, key)
	}
	for key, rule := range rules {
		require.NotEmpty(t, rule.Title.EN, key)
		require.NotEmpty(t, rule.Title.FR, key)
		require.NotEmpty(t, rule.Article, key)
		require.NotEmpty(t, rule.Source, key)
		require.GreaterOrEqual(t, rule.CheckedOn, day("2026-11-22"), "%s: a row that was added later was checked later", key)
		require.False(t, rule.Missing, key)
	}
	require.Equal(t, day("2027-01-01"), rules["late-interest/FR/business"].NextChange)
	require.NotEmpty(t, rules["late-interest/FR/business"].Note.FR)
	require.Equal(t, law.Low, rules["late-interest/AT/business"].Confidence)
}

func TestTheWatchSaysWhatIsMissingAndWhatIsAnnounced(t *testing.T) {
	t.Parallel()
	rules := watchedOn(t, "2027-01-01")
	ecb := rules["reference-rate/ecb-first-day"]
	require.True(t, ecb.Missing)
	require.Equal(t, law.Words{EN: "not known", FR: "inconnu"}, ecb.Value)
	require.Equal(t, day("2026-12-31"), ecb.ValidTo, "the last row there was")
	require.Contains(t, rules["late-interest/FR/business"].Value.EN, "reference rate not known")

	var announced []string
	for _, rule := range builtIn(t).Watch(day("2026-08-31")).Rules {
		if rule.Announced {
			announced = append(announced, rule.Key)
		}
	}
	require.Equal(t, []string{
		"deadline/FR/payment-order-enforceable", "deadline/FR/payment-order-opposition-notice", "deadline/FR/payment-order-serve",
	}, announced)
}

func TestContestedPointsHaveOptionsReasonsAndADefault(t *testing.T) {
	t.Parallel()
	defaults := map[string]string{}
	for _, point := range builtIn(t).Watch(day("2026-11-22")).Contested {
		require.GreaterOrEqual(t, len(point.Options), 2, point.Point)
		require.True(t, point.Options[0].Default, point.Point)
		defaults[point.Point] = point.Options[0].Option
		for _, option := range point.Options {
			require.Equal(t, point.Question, option.Question, option.Option)
			require.NotEmpty(t, option.Reason.FR, option.Option)
		}
	}
	require.Equal(t, map[string]string{
		"day-count": "ACT/365F", "part-payment": "INTEREST_FIRST", "payment-day": "COUNTED",
		"credit-note": "FROM_ITS_DATE", "fixed-sum": "OWN_LINE", "limitation-start": "EARLIEST",
	}, defaults)
}
