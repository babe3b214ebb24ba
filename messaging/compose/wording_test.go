package compose_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging/compose"
	"relance/messaging/compose/lint"
	"relance/money"
)

// What a text says must be true whatever came before it, and wherever it is read.

func TestAnSMSCountsTheRemindersItNames(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	want := map[string][2]string{"fr": {"malgré notre rappel,", "malgré nos rappels,"}, "en": {"despite our reminder,", "despite our reminders,"}}
	seen := 0
	for _, text := range templates.Texts() {
		if text.Key != "reminder-firm" || text.Channel != compose.ChannelSMS {
			continue
		}
		for reminders := range 3 {
			f := readBy(text)
			f.Previous = f.Previous[:1+reminders]
			require.Len(t, f.Reminders(), reminders)
			says := spaced.Replace(composed(t, templates, text, f).SMS)
			for i, words := range want[text.Language] {
				if strings.Contains(text.Source, "despite-reminders-sms") {
					seen++
					require.Equal(t, reminders == i+1, strings.Contains(says, words), "%s after %d: %s", text.File, reminders, says)
				} else {
					require.NotContains(t, says, words)
				}
			}
		}
	}
	require.Equal(t, 8*3*2, seen)
}

func TestALastReminderAfterAnAnswerDoesNotSayThatNobodyAnswered(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		if text.Key != "reminder-last" || text.Channel != compose.ChannelEmail {
			continue
		}
		f := readBy(text)
		f.BrokenPromises = []compose.Promise{{On: f.Today.AddDays(-3)}}
		says := noticeWords(composed(t, templates, text, f))
		require.NotContains(t, says, "unanswered", text.File)
		require.NotContains(t, says, "sans réponse", text.File)
	}
}

func TestAMailSaysThatALetterFollowsWhenOneDoes(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	seen := 0
	for _, text := range templates.Texts() {
		if !strings.HasSuffix(text.Key, "formal-notice") || text.Channel != compose.ChannelEmail {
			continue
		}
		seen++
		for _, posted := range []bool{true, false} {
			f := readBy(text)
			f.AlsoByPost = posted
			says := noticeWords(composed(t, templates, text, f))
			require.Equal(t, posted, strings.Contains(says, map[string]string{"fr": "vous en est adressé par courrier", "en": "is being sent to you by post"}[text.Language]), text.File)
		}
	}
	require.Equal(t, 12, seen)
}

func TestAReceiptDoesNotSettleWhatIsDisputed(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	invoice := &f.Invoices[0]
	f.Payment = &compose.Payment{Amount: invoice.Paid, Date: f.Today}
	invoice.Disputed, invoice.Open = invoice.Open, invoice.Open.Zero()
	f.TotalOpen, f.PaymentCode = invoice.Open, nil
	for _, lang := range languages {
		mail, err := builtin(t).Email("payment-received", lang, f)
		require.NoError(t, err)
		sms, err := builtin(t).SMS("payment-received", lang, f)
		require.NoError(t, err)
		for _, says := range []string{mail.Text, mail.HTML, sms} {
			says = strings.Join(strings.Fields(spaced.Replace(says)), " ")
			require.Contains(t, says, map[string]string{"fr": "hors le montant en litige", "en": "apart from the amount under dispute"}[lang])
			require.NotRegexp(t, `soldé|settled`, says)
		}
	}
}

func TestWhatIsPaidWithTheCodeIsWrittenBesideIt(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.LateFees = &compose.LateFees{
		Interest: money.FromMinor(12_30, money.EUR), Indemnity: money.FromMinor(40_00, money.EUR), Total: money.FromMinor(52_30, money.EUR), AsOf: f.Today,
	}
	for lang, want := range map[string]string{"fr": "Total réclamé 1 286,86 €", "en": "Total claimed €1,286.86"} {
		mail, err := builtin(t).Email("formal-notice", lang, f)
		require.NoError(t, err)
		require.Contains(t, strings.Join(strings.Fields(spaced.Replace(mail.Text)), " "), want)
		require.Contains(t, spaced.Replace(mail.HTML), want[len(want)-8:])
	}
}

func TestAnInvitationIsAnsweredByADayAndNotPaidByIt(t *testing.T) {
	t.Parallel()
	for _, key := range invitationKeys {
		for _, lang := range languages {
			letter, err := builtin(t).Letter(key, lang, scene(key))
			require.NoError(t, err)
			for _, line := range letter.Payment {
				require.NotContains(t, line.Value, "2026 ", line.Label)
				require.NotContains(t, []string{"Au plus tard le", "To be paid by"}, line.Label)
			}
			mail, err := builtin(t).Email(key, lang, scene(key))
			require.NoError(t, err)
			heading := map[string]string{"fr": "Pour régler", "en": "How to pay"}[lang]
			_, pay, _ := strings.Cut(mail.Text, heading)
			require.NotContains(t, pay, map[string]string{"fr": "1er décembre 2026", "en": "1 December 2026"}[lang])
		}
	}
}

func TestWhoPaidAnInstalmentIsAskedToSaySoBeforeItIsCollectedAgain(t *testing.T) {
	t.Parallel()
	f := compose.PlanExampleOf("instalment-missed")
	f.Deadline, f.PaymentCode = 0, nil
	f.Plan.Collection = &compose.Collection{On: f.Plan.DueOn.AddDays(10), Mandate: "M-1", CreditorIdentifier: "FR72ZZZ123456"}
	f.Plan.Grace = f.Plan.DueOn.AddDays(18)
	for lang, want := range map[string]string{"fr": "révenez-nous avant le 15", "en": "ell us before 15"} {
		for _, text := range builtin(t).Texts() {
			if text.Key != "instalment-missed" || text.Language != lang {
				continue
			}
			made := composed(t, builtin(t), text, f)
			says := noticeWords(made) + spaced.Replace(made.SMS)
			require.Contains(t, says, want, text.File)
			require.NotRegexp(t, `ne tenez pas compte|Ignorez|disregard|Ignore`, says, text.File)
		}
	}
}

func TestABrokenPlanNamesTheDayToPayItsBalanceBy(t *testing.T) {
	t.Parallel()
	f := compose.PlanExampleOf("plan-default")
	mail, err := builtin(t).Email("plan-default", "fr", f)
	require.NoError(t, err)
	says := strings.Join(strings.Fields(spaced.Replace(mail.Text)), " ")
	require.Contains(t, says, "régler cette somme au plus tard le 24 février 2027")
	require.Contains(t, says, "Elle ne l’a pas été dans le délai supplémentaire, qui a pris fin le 13 février 2027.")
	require.Contains(t, says, "308,64 € exigible")

	undated := f
	undated.Deadline = 0
	_, err = builtin(t).Email("plan-default", "fr", undated)
	require.ErrorContains(t, err, "until when the balance can be paid")

	f.Plan.Grace = f.Plan.DueOn
	f.Plan.Schedule[2].Paid = money.FromMinor(8_64, money.EUR)
	f.Plan.Schedule[2].Open = money.FromMinor(300_00, money.EUR)
	mail, err = builtin(t).Email("plan-default", "fr", f)
	require.NoError(t, err)
	says = strings.Join(strings.Fields(spaced.Replace(mail.Text)), " ")
	require.Contains(t, says, "Elle ne l’a pas été entièrement. L’échéancier a donc pris fin", "an instalment without grace had none that ended")
}

func TestAPartOfAnInstalmentIsNotTheWhole(t *testing.T) {
	t.Parallel()
	f := compose.PlanExampleOf("instalment-missed")
	f.Plan.Schedule[2].Paid, f.Plan.Schedule[2].Open = money.FromMinor(8_64, money.EUR), money.FromMinor(300_00, money.EUR)
	f.TotalOpen, f.PaymentCode = f.Plan.Schedule[2].Open, nil
	for lang, want := range map[string]string{"fr": "partiellement impayée", "en": "partly unpaid"} {
		mail, err := builtin(t).Email("instalment-missed", lang, f)
		require.NoError(t, err)
		require.Contains(t, mail.Subject, want)
		sms, err := builtin(t).SMS("instalment-missed", lang, f)
		require.NoError(t, err)
		require.Contains(t, sms, want)
	}
}

func TestSeveralDiscountsAreAList(t *testing.T) {
	t.Parallel()
	f := lint.Twelve(compose.Example())
	for _, i := range []int{1, 2} {
		f.Discounts = append(f.Discounts, compose.Discount{
			Invoice: f.Invoices[i].Number, Saved: money.FromMinor(10_00, money.EUR), ToPay: money.FromMinor(f.Invoices[i].Open.Minor()-10_00, money.EUR), Until: f.Today.AddDays(7),
		})
	}
	for lang, want := range map[string]string{
		"fr": "nous vous proposons les remises suivantes : 10,00 € sur la facture n° FA-2026-0118, si 90,00 € nous parviennent au plus tard le 30 novembre 2026 ; 10,00 € sur la facture n° FA-2026-0119, si 107,50 € nous parviennent au plus tard le 30 novembre 2026. Passé ces dates, la totalité reste due.",
		"en": "we offer you the following discounts: €10.00 on invoice FA-2026-0118, if €90.00 reaches us by 30 November 2026; €10.00 on invoice FA-2026-0119, if €107.50 reaches us by 30 November 2026. After those dates the full amounts remain due.",
	} {
		mail, err := builtin(t).Email("reminder-courteous", lang, f)
		require.NoError(t, err)
		require.Contains(t, strings.Join(strings.Fields(spaced.Replace(mail.Text)), " "), want)
	}
}

func TestNobodyIsAskedToCallANumberThatIsNotGiven(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		if text.Channel == compose.ChannelStatement || text.Channel == compose.ChannelCall {
			continue
		}
		f := lint.Scene(text, readBy(text).Debtor.Kind)
		if text.Key == "instalment-collection" || strings.HasSuffix(text.Key, "mediation-invitation") {
			continue
		}
		f.Creditor.Phone, f.Creditor.Email = "", ""
		made := composed(t, templates, text, f)
		says := noticeWords(made) + spaced.Replace(made.SMS)
		require.NotRegexp(t, `[Aa]ppelez-nous|[Cc]all us`, says, text.File)
		if text.Channel == compose.ChannelLetter {
			require.NotRegexp(t, `ce message|this message`, says, text.File)
			require.Contains(t, says, map[string]string{"fr": "à l’adresse figurant en tête de cette lettre", "en": "at the address at the head of this letter"}[text.Language], text.File)
		}
	}
}

func TestAnSMSQuotesAReferenceOrNone(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		f := lint.Scene(text, readBy(text).Debtor.Kind)
		if text.Channel != compose.ChannelSMS || f.Plan != nil {
			continue
		}
		f = lint.Twelve(f)
		f.PaymentCode, f.Debtor.Account = nil, ""
		require.NotRegexp(t, `réf\.|ref\.`, spaced.Replace(composed(t, templates, text, f).SMS), text.File)
		f.Debtor.Account = "C00042"
		if strings.Contains(text.Source, "reference") {
			require.Regexp(t, `r[ée]f\. (Compte client|Account) C00042`, spaced.Replace(composed(t, templates, text, f).SMS), text.File)
		}
	}
}

func TestAMissedInstalmentOfAConsumerIsDemandedInWriting(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		if text.Key != "instalment-missed" || text.Channel == compose.ChannelSMS {
			continue
		}
		for _, kind := range []compose.DebtorKind{compose.Consumer, compose.Business} {
			f := compose.PlanExampleOf(text.Key)
			f.Debtor.Kind = kind
			says := noticeWords(composed(t, templates, text, f))
			require.Equal(t, kind == compose.Consumer, strings.Contains(says, "mise en demeure"), text.File)
		}
	}
}
