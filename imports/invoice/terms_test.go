package invoice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
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

func TestNoTermsMakeAnInvoiceDueBeforeItIsIssued(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		issued := calendar.NewDate(2020, time.January, 1).AddDays(rapid.IntRange(0, 10_000).Draw(t, "issued"))
		terms := invoice.Terms{
			Days:           rapid.IntRange(0, 366).Draw(t, "days"),
			Months:         rapid.IntRange(0, 24).Draw(t, "months"),
			EndOfMonth:     rapid.Bool().Draw(t, "end of month"),
			FromEndOfMonth: rapid.Bool().Draw(t, "from end of month"),
			DayOfMonth:     rapid.IntRange(0, 31).Draw(t, "day"),
		}
		due := terms.DueDate(issued)
		require.GreaterOrEqual(t, due, issued)
		if terms.EndOfMonth && terms.DayOfMonth == 0 {
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
		issued := calendar.NewDate(2024, time.January, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "issued"))
		terms := invoice.Terms{
			Days:       rapid.IntRange(0, 300).Draw(t, "days"),
			EndOfMonth: rapid.Bool().Draw(t, "end of month"),
			DayOfMonth: rapid.IntRange(0, 31).Draw(t, "day"),
		}
		longer := terms
		longer.Days += rapid.IntRange(1, 60).Draw(t, "more")
		require.LessOrEqual(t, terms.DueDate(issued), longer.DueDate(issued))
	})
}
