package compose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/money"
)

func TestWhatIsDisputedIsToldApartAndNotAskedFor(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, c := range []struct {
		paid, disputed int64
		friendly, firm map[string]string
	}{
		{0, 50_000,
			map[string]string{
				"fr": "Déduction faite de 500,00 € en litige, il reste 1 345,60 € à régler.",
				"en": "After deduction of €500.00 under dispute, €1,345.60 is still to be paid.",
			},
			map[string]string{
				"fr": "reste due pour 1 345,60 €, déduction faite de 500,00 € en litige.",
				"en": "remains unpaid in the amount of €1,345.60, after deduction of €500.00 under dispute.",
			}},
		{60_000, 50_000,
			map[string]string{
				"fr": "déduction faite aussi de 500,00 € en litige, il reste 745,60 € à régler.",
				"en": "after deduction also of €500.00 under dispute, €745.60 is still to be paid.",
			},
			map[string]string{
				"fr": "déduction faite de 600,00 € déjà réglés et de 500,00 € en litige.",
				"en": "after deduction of €600.00 already paid and €500.00 under dispute.",
			}},
	} {
		f := reduced(c.paid, 0)
		invoice := &f.Invoices[0]
		invoice.Disputed = money.FromMinor(c.disputed, money.EUR)
		invoice.Open = money.FromMinor(invoice.Open.Minor()-c.disputed, money.EUR)
		f.TotalOpen = invoice.Open
		for _, lang := range languages {
			for key, want := range map[string]string{"reminder-courteous": c.friendly[lang], "reminder-last": c.firm[lang]} {
				mail, err := templates.Email(key, lang, f)
				require.NoError(t, err)
				require.Contains(t, spaced.Replace(mail.Text), want, "%s/%s", key, lang)
				label := map[string]string{"fr": "Contesté, non réclamé ici", "en": "Disputed, not asked for here"}[lang]
				require.Contains(t, mail.Text, label)
				require.Contains(t, mail.HTML, label)
			}
			letter, err := templates.Letter("formal-notice", lang, f)
			require.NoError(t, err)
			require.Contains(t, letter.Invoices.Headings, map[string]string{"fr": "Réglé, avoirs, contesté", "en": "Paid, credited, disputed"}[lang])
		}
	}
}
