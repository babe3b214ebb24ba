package compose_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/epcqr"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/money"
)

// planKeys are the texts about an instalment plan.
var planKeys = []string{"instalment-due", "instalment-collection", "instalment-missed", "plan-default"}

func TestTheWordingOfNoticesOfAPlan(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	var texts strings.Builder
	for _, key := range planKeys {
		for _, lang := range languages {
			mail, err := templates.Email(key, lang, compose.PlanExampleOf(key))
			require.NoError(t, err)
			golden(t).Assert(t, key+"."+lang+".txt", []byte("Subject: "+mail.Subject+"\n\n"+mail.Text))
			letter, err := templates.Letter(key, lang, compose.PlanExampleOf(key))
			require.NoError(t, err)
			var page strings.Builder
			encoder := json.NewEncoder(&page)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			require.NoError(t, encoder.Encode(letter))
			golden(t).Assert(t, key+"."+lang+".letter.json", []byte(page.String()))
			if key == "plan-default" {
				require.False(t, templates.Has(key, lang, compose.ChannelSMS), "nobody is told by SMS that all is due")
				continue
			}
			text, err := templates.SMS(key, lang, compose.PlanExampleOf(key))
			require.NoError(t, err)
			fmt.Fprintf(&texts, "%s/%s (%d characters, %d segments)\n%s\n\n", key, lang, len([]rune(text)), messaging.Segments(text), text)
		}
	}
	golden(t).Assert(t, "plan.sms.txt", []byte(texts.String()))
	mail, err := templates.Email("instalment-due", "fr", compose.PlanExampleOf("instalment-due"))
	require.NoError(t, err)
	golden(t).Assert(t, "instalment-due.fr.html", []byte(mail.HTML))
	require.Len(t, mail.Inline, 1, "the code pays the instalment")
}

func TestADirectDebitIsAnnouncedAndNotAskedFor(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		mail, err := builtin(t).Email("instalment-collection", lang, compose.PlanExampleOf("instalment-collection"))
		require.NoError(t, err)
		for _, shown := range []string{mail.Text, mail.HTML} {
			for _, said := range []string{"RUM-2026-0042", "FR72ZZZ123456", "…0189", "2027"} {
				require.Contains(t, shown, said)
			}
			require.NotContains(t, shown, "FR76 3000 6000", "nothing is to be transferred")
		}
	}
}

func TestADebitThatCameBackIsAnnouncedAgainWithTheDayAllWouldBeDue(t *testing.T) {
	t.Parallel()
	f := compose.PlanExampleOf("instalment-missed")
	f.Deadline, f.PaymentCode = 0, nil
	f.Plan.Collection = &compose.Collection{On: f.Plan.DueOn.AddDays(10), Mandate: "M-1", CreditorIdentifier: "FR72ZZZ123456"}
	f.Plan.Grace = f.Plan.DueOn.AddDays(18)
	mail, err := builtin(t).Email("instalment-missed", "fr", f)
	require.NoError(t, err)
	text := spaced.Replace(mail.Text)
	require.Contains(t, text, "nous est revenu impayé")
	require.Contains(t, text, "présenté de nouveau à votre banque le 15 février 2027")
	require.Contains(t, text, "Sans paiement au plus tard le 23 février 2027")
}

func TestFactsOfAPlanThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*compose.Facts){
		"asks for 999.99 EUR of instalment 3": func(f *compose.Facts) { f.TotalOpen, f.PaymentCode = money.FromMinor(999_99, money.EUR), nil },
		"with 1.00 EUR still to pay":          func(f *compose.Facts) { f.Plan.Schedule[3].Open = money.FromMinor(1_00, money.EUR) },
		"until when it can be paid":           func(f *compose.Facts) { f.Plan.Missed = true },
		"lacks its day":                       func(f *compose.Facts) { f.Plan.Collection = &compose.Collection{Mandate: "M-1"} },
		"offers no discount": func(f *compose.Facts) {
			f.Discounts = []compose.Discount{{Invoice: f.Invoices[0].Number, Saved: money.FromMinor(1_00, money.EUR), ToPay: f.TotalOpen, Until: f.Today}}
		},
	} {
		f := compose.PlanExampleOf("instalment-due")
		f.Plan.Schedule = slices.Clone(f.Plan.Schedule)
		spoil(&f)
		_, err := builtin(t).Email("instalment-due", "en", f)
		require.ErrorContains(t, err, want)
	}
}

func offered() compose.Facts {
	f := compose.Example()
	f.Discounts = []compose.Discount{{Invoice: f.Invoices[0].Number, Saved: money.FromMinor(34_56, money.EUR), ToPay: money.FromMinor(1_200_00, money.EUR), Until: calendar.NewDate(2026, time.November, 30)}}
	return f
}

func TestAnOpenDiscountIsNamedWithBothAmountsAndItsLastDay(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range slices.Concat(courtesyKeys, reminderKeys, formalKeys) {
		mail, err := templates.Email(key, "fr", offered())
		require.NoError(t, err)
		text := spaced.Replace(mail.Text)
		require.Contains(t, text, "une remise de 34,56 € : si 1 200,00 € nous parviennent au plus tard le 30 novembre 2026", key)
		require.Contains(t, text, "1 234,56 €", key)
		if templates.Has(key, "fr", compose.ChannelSMS) {
			sms, err := templates.SMS(key, "fr", offered())
			require.NoError(t, err)
			require.Contains(t, spaced.Replace(sms), "si 1 200,00 €", key)
		}
	}
}

func TestTheCodeOfALetterPaysTheReducedAmountByTheLastDayOfTheOffer(t *testing.T) {
	t.Parallel()
	f := offered()
	f.PaymentCode = payingCode(t, f, f.Discounts[0].ToPay)
	letter, err := builtin(t).Letter("formal-notice", "fr", f)
	require.NoError(t, err)
	require.Contains(t, letter.Payment, compose.Line{Label: "Montant", Value: "1\u202f200,00\u00a0€"})
	require.Contains(t, letter.Payment, compose.Line{Label: "Au plus tard le", Value: "30\u00a0novembre 2026"})

	f.PaymentCode = payingCode(t, f, money.FromMinor(1, money.EUR))
	_, err = builtin(t).Letter("formal-notice", "fr", f)
	require.ErrorContains(t, err, "the payment code pays 0.01 EUR")
}

func payingCode(t *testing.T, f compose.Facts, amount money.Amount) *compose.PaymentCode {
	t.Helper()
	code, err := epcqr.New(epcqr.Transfer{Payee: f.Creditor.Name, IBAN: f.Creditor.IBAN, BIC: f.Creditor.BIC, Amount: amount, Text: f.Invoices[0].Number})
	require.NoError(t, err)
	return &compose.PaymentCode{Code: code}
}

func TestADiscountThatHasEndedIsNeverOffered(t *testing.T) {
	t.Parallel()
	f := offered()
	f.Discounts[0].Until = f.Today.AddDays(-1)
	_, err := builtin(t).Email("reminder-firm", "fr", f)
	require.ErrorContains(t, err, "ended on 2026-11-22")
}

func TestABrokenPromiseIsNamedOnceAndCourteously(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.BrokenPromises = []compose.Promise{{On: calendar.NewDate(2026, time.November, 20), Amount: money.FromMinor(500_00, money.EUR)}}
	said := map[string]string{
		"fr": "Le règlement de 500,00 € que vous nous aviez annoncé pour le 20 novembre 2026 ne nous est pas parvenu.",
		"en": "The payment of €500.00 that you announced for 20 November 2026 has not reached us.",
	}
	for _, key := range []string{"reminder-firm", "reminder-last", "consumer-last", "formal-notice", "consumer-formal-notice"} {
		for _, lang := range languages {
			mail, err := builtin(t).Email(key, lang, f)
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(spaced.Replace(mail.Text), said[lang]), "%s/%s", key, lang)
		}
	}
}
