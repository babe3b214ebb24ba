package invoice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/deadlines"
	"relance/imports/invoice"
)

func date(t require.TestingT, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func TestPaymentTermsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, issued, due string }{
		{"30 jours", "2026-01-31", "2026-03-02"},
		{"PAIEMENT 30 JOURS NET", "2026-01-31", "2026-03-02"},
		{"30 days net", "2026-03-02", "2026-04-01"},
		{"Net 30", "2026-03-02", "2026-04-01"},
		{"60 days", "2026-03-02", "2026-05-01"},
		{"30 Tage netto", "2026-03-02", "2026-04-01"},
		{"Zahlbar innerhalb von 14 Tagen", "2026-03-02", "2026-03-16"},
		{"Betalingstermijn: 14 dagen netto", "2026-03-02", "2026-03-16"},
		{"30", "2026-03-02", "2026-04-01"},
		{"30J", "2026-03-02", "2026-04-01"},
		{"à 45 jours fin de mois", "2026-03-02", "2026-04-30"},
		{"45 JOURS FIN DE MOIS", "2026-01-10", "2026-02-28"},
		{"30JFDM", "2026-01-10", "2026-02-28"},
		{"fin de mois 45 jours", "2026-01-10", "2026-03-17"},
		{"30 days end of month", "2026-01-10", "2026-03-02"},
		{"Fin de mois", "2026-02-03", "2026-02-28"},
		{"30 jours fin de mois le 10", "2026-01-10", "2026-03-10"},
		{"30 jours fin de mois, le 10 du mois suivant", "2026-01-10", "2026-03-10"},
		{"30 jours le 15", "2026-01-10", "2026-02-15"},
		{"1 mois", "2026-01-31", "2026-02-28"},
		{"à réception", "2026-03-02", "2026-03-02"},
		{"Paiement comptant à réception de facture", "2026-03-02", "2026-03-02"},
		{"Due on receipt", "2026-03-02", "2026-03-02"},
		{"0 jours", "2026-03-02", "2026-03-02"},
		{"30 jours date de facture, sans escompte", "2026-03-02", "2026-04-01"},
		{"Paiement à 30 jours. Pénalités de retard : 12,15 % l'an.", "2026-03-02", "2026-04-01"},
		{"30 jours à compter de la date d'émission de la facture", "2026-03-02", "2026-04-01"},
	} {
		terms, ok := invoice.ParseTerms(c.text)
		require.True(t, ok, c.text)
		require.Equal(t, c.due, terms.DueDate(date(t, c.issued)).String(), "%s = %s", c.text, terms)
	}
}

func TestTermsThatMayMeanSomethingElseAreNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"",
		"2 % discount if paid within 2 days\nPenalty percentage 10% from due date",
		"50% prepaid, 50% within one month",
		"30 jours ouvrés",
		"30 working days",
		"30 jours ou 60 jours",
		"30 jours. 60 jours.",
		"Acompte 30 %, solde à 60 jours",
		"selon conditions générales",
		"400 jours",
		"-30",
		"Facture 45",
		"30 jours fin de mois le 32",
		"99999999999999999999 jours",
	} {
		terms, ok := invoice.ParseTerms(text)
		require.False(t, ok, "%q was read as %s", text, terms)
	}
}

func TestTheReadingOfAnEndOfMonthIsTakenFromTheText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]deadlines.Terms{
		"45 jours fin de mois":    {Days: 45, EndOfMonth: true},
		"fin de mois 45 jours":    {Days: 45, EndOfMonth: true, Reading: deadlines.MonthEndFirst},
		"45 days end of month":    {Days: 45, EndOfMonth: true, Reading: deadlines.MonthEndFirst},
		"30 jours fin de mois 10": {Days: 30, EndOfMonth: true, DayOfMonth: 10},
		"fin de mois":             {EndOfMonth: true},
	} {
		terms, ok := invoice.ParseTerms(text)
		require.True(t, ok, text)
		require.Equal(t, want, terms, text)
		require.NoError(t, terms.Validate(), text)
	}
}
