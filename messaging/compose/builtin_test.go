package compose_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/config"
	"relance/messaging"
	"relance/messaging/audience"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
	"relance/money"
)

var loadBuiltin = sync.OnceValues(func() (*compose.Templates, error) { return compose.Load(config.Templates) })

func builtin(t testing.TB) *compose.Templates {
	t.Helper()
	templates, err := loadBuiltin()
	require.NoError(t, err)
	return templates
}

var (
	languages    = []string{"fr", "en"}
	courtesyKeys = []string{"courtesy", "gentle-courtesy", "consumer-courtesy"}
	reminderKeys = []string{"reminder-courteous", "reminder-firm", "reminder-last", "gentle-reminder", "consumer-reminder", "consumer-last"}
	formalKeys   = []string{"formal-notice", "consumer-formal-notice"}
	// invitationKeys invite to a mediation.
	invitationKeys = []string{"mediation-invitation", "consumer-mediation-invitation"}
	consumerKeys   = []string{"consumer-courtesy", "consumer-reminder", "consumer-last", "consumer-formal-notice", "consumer-mediation-invitation"}
	statutoryKeys  = []string{"reminder-firm", "reminder-last", "formal-notice"}
)

func allKeys() []string {
	return slices.Concat(courtesyKeys, reminderKeys, formalKeys, invitationKeys, []string{"payment-received"})
}

// spaced turns every kind of space into the ordinary one, for comparing.
var spaced = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\n", " ")

func TestEveryTemplateExistsInBothLanguages(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	require.ElementsMatch(t, slices.Concat(allKeys(), planKeys, []string{compose.StatementKey, compose.CallKey}), templates.Keys())
	require.Equal(t, []string{"en", "fr"}, templates.Languages())
	for _, key := range allKeys() {
		formal := slices.Contains(formalKeys, key) || slices.Contains(invitationKeys, key)
		for _, lang := range languages {
			require.True(t, templates.Has(key, lang, compose.ChannelEmail), key)
			require.Equal(t, !formal, templates.Has(key, lang, compose.ChannelSMS), "%s: neither a formal notice nor an invitation is an SMS", key)
			require.Equal(t, formal, templates.Has(key, lang, compose.ChannelLetter), key)
		}
	}
}

func TestEveryMailSaysWhatIsOwedAndHowToPay(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	want := map[string][]string{
		"fr": {"FA-2026-0117", "1er octobre 2026", "31 octobre 2026", "1 845,60 €", "600,00 €", "11,04 €", "1 234,56 €", "BC-5521",
			"FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "Ateliers Vauban", "04 78 00 12 34", "compta@ateliers-vauban.example", "M-7K4Q2"},
		"en": {"FA-2026-0117", "1 October 2026", "31 October 2026", "€1,845.60", "€600.00", "€11.04", "€1,234.56", "BC-5521",
			"FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "Ateliers Vauban", "04 78 00 12 34", "compta@ateliers-vauban.example", "M-7K4Q2"},
	}
	deadline := map[string]string{"fr": "1er décembre 2026", "en": "1 December 2026"}
	forgiving := map[string]*regexp.Regexp{
		"fr": regexp.MustCompile(`ne tenez pas compte de ce message`),
		"en": regexp.MustCompile(`please disregard this message`),
	}
	for _, key := range slices.Concat(courtesyKeys, reminderKeys, formalKeys) {
		for _, lang := range languages {
			mail, err := templates.Email(key, lang, compose.Example())
			require.NoError(t, err)
			for part, content := range map[string]string{"text": mail.Text, "html": mail.HTML} {
				content = spaced.Replace(content)
				for _, fact := range want[lang] {
					require.Contains(t, content, fact, "%s/%s %s", key, lang, part)
				}
				if !slices.Contains(courtesyKeys, key) {
					require.Contains(t, content, deadline[lang], "%s/%s %s", key, lang, part)
				}
				require.Regexp(t, forgiving[lang], content, "%s/%s %s", key, lang, part)
			}
		}
	}
}

func TestTextAndHTMLSayTheSame(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		if text.Channel != compose.ChannelEmail || slices.Contains(planKeys, text.Key) {
			continue
		}
		mail := composed(t, templates, text, readBy(text)).Mail
		page := strings.Join(strings.Fields(spaced.Replace(readable(mail.HTML))), " ")
		for paragraph := range strings.SplitSeq(strings.TrimSpace(mail.Text), "\n\n") {
			if paragraph = spaced.Replace(paragraph); !strings.Contains(paragraph, "  ") { // tables are laid out differently
				require.Contains(t, page, paragraph, text.File)
			}
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// readable is the text of a page.
func readable(page string) string {
	_, body, _ := strings.Cut(page, "<body")
	text := tags.ReplaceAllString(strings.ReplaceAll(body, "<br>", " "), " ")
	return strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`, "&#43;", "+", " .", ".").Replace(text)
}

// A message that names the invoice's total says what came off it before it asks
// for less.
func TestWhatCameOffTheTotalIsSaid(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	keys := slices.Concat(courtesyKeys, reminderKeys, formalKeys)
	for _, key := range keys {
		demanding := slices.Contains(statutoryKeys, key) || key == "consumer-formal-notice"
		for _, c := range []struct {
			name           string
			paid, credited int64
			friendly, firm map[string]string
		}{
			{"a payment", 60_000, 0,
				map[string]string{
					"fr": "Nous avons bien reçu 600,00 € à valoir sur cette facture et vous en remercions ; il reste 1 245,60 € à régler.",
					"en": "We have received €600.00 towards this invoice, thank you; €1,245.60 is still to be paid.",
				},
				map[string]string{
					"fr": "reste due pour 1 245,60 €, déduction faite de 600,00 € déjà réglés.",
					"en": "remains unpaid in the amount of €1,245.60, after deduction of €600.00 already paid.",
				}},
			{"a credit note", 0, 1_104,
				map[string]string{
					"fr": "Déduction faite de 11,04 € d’avoir, il reste 1 834,56 € à régler.",
					"en": "After deduction of €11.04 in credit notes, €1,834.56 is still to be paid.",
				},
				map[string]string{
					"fr": "reste due pour 1 834,56 €, déduction faite de 11,04 € d’avoir.",
					"en": "remains unpaid in the amount of €1,834.56, after deduction of €11.04 in credit notes.",
				}},
			{"both", 60_000, 1_104,
				map[string]string{
					"fr": "il reste 1 234,56 € à régler.",
					"en": "after deduction also of €11.04 in credit notes, €1,234.56 is still to be paid.",
				},
				map[string]string{
					"fr": "reste due pour 1 234,56 €, déduction faite de 600,00 € déjà réglés et de 11,04 € d’avoir.",
					"en": "remains unpaid in the amount of €1,234.56, after deduction of €600.00 already paid and €11.04 in credit notes.",
				}},
		} {
			f := reduced(c.paid, c.credited)
			for _, lang := range languages {
				want := c.friendly[lang]
				if demanding {
					want = c.firm[lang]
				}
				mail, err := templates.Email(key, lang, f)
				require.NoError(t, err)
				require.Contains(t, spaced.Replace(mail.Text), want, "%s/%s after %s", key, lang, c.name)
				if templates.Has(key, lang, compose.ChannelLetter) {
					letter, err := templates.Letter(key, lang, f)
					require.NoError(t, err)
					require.Contains(t, spaced.Replace(strings.Join(letter.Opening, " ")), want, "%s/%s after %s", key, lang, c.name)
				}
			}
		}
	}
}

func TestNothingIsDeductedFromAWholeInvoice(t *testing.T) {
	t.Parallel()
	for _, key := range slices.Concat(courtesyKeys, reminderKeys, formalKeys) {
		for _, lang := range languages {
			mail, err := builtin(t).Email(key, lang, reduced(0, 0))
			require.NoError(t, err)
			require.NotRegexp(t, `(?i)bien reçu|déduction|avoir|déjà réglé  |deduction|we have received €|already paid  |credit note`,
				spaced.Replace(mail.Text), "%s/%s", key, lang)
		}
	}
}

// reduced is the worked example after payments and credit notes of so many cents.
func reduced(paid, credited int64) compose.Facts {
	f := compose.Example()
	invoice := &f.Invoices[0]
	invoice.Paid, invoice.Credited = money.FromMinor(paid, money.EUR), money.FromMinor(credited, money.EUR)
	invoice.Open = money.FromMinor(invoice.Total.Minor()-paid-credited, money.EUR)
	f.TotalOpen = invoice.Open
	return f
}

func TestADepartmentIsGreetedWithoutItsName(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	firstLine := func(key, lang string, f compose.Facts) string {
		mail, err := templates.Email(key, lang, f)
		require.NoError(t, err)
		line, _, _ := strings.Cut(mail.Text, "\n")
		return line
	}
	f := compose.Example()
	require.Equal(t, "Bonjour Claire Martin,", firstLine("reminder-firm", "fr", f))
	require.Equal(t, "Dear Claire Martin,", firstLine("reminder-firm", "en", f))
	f.Contact.Name = "Service fournisseurs"
	require.Equal(t, "Bonjour,", firstLine("reminder-firm", "fr", f))
	require.Equal(t, "Dear Sir or Madam,", firstLine("reminder-firm", "en", f))
	require.Equal(t, "Hello,", firstLine("reminder-courteous", "en", f))
	letter, err := templates.Letter("formal-notice", "fr", f)
	require.NoError(t, err)
	require.Equal(t, "Service fournisseurs", letter.Recipient[1], "no \"À l’attention de Service fournisseurs\"")
	f.Contact, f.Debtor.Kind, f.Debtor.Name = compose.Contact{}, compose.Consumer, "Camille Petit"
	require.Equal(t, "Dear Camille Petit,", firstLine("consumer-reminder", "en", f))
}

// A letter often goes without the contact its mail is addressed to; both must
// still open alike.
func TestTheFormalNoticeOpensAlikeByMailAndByPost(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	anonymous := compose.Example()
	anonymous.Contact = compose.Contact{}
	for lang, salutation := range map[string]string{"fr": "Madame, Monsieur,", "en": "Dear Sir or Madam,"} {
		for _, key := range formalKeys {
			mail, err := templates.Email(key, lang, compose.Example())
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(mail.Text, salutation+"\n"), mail.Text)
			letter, err := templates.Letter(key, lang, anonymous)
			require.NoError(t, err)
			require.Equal(t, salutation, letter.Salutation)
		}
	}
}

func TestConsumersAreToldTheMediatorWhenThereIsOne(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	f := compose.Example()
	f.Debtor.Kind = compose.Consumer
	without := f
	without.Creditor.ConsumerMediator = ""
	for lang, word := range map[string]string{"fr": "médiateur de la consommation", "en": "consumer mediator"} {
		letter, err := templates.Letter("consumer-formal-notice", lang, f)
		require.NoError(t, err)
		require.Contains(t, letter.Request[len(letter.Request)-1], word)
		require.Contains(t, letter.Request[len(letter.Request)-1], "Médiation Exemple, 1 rue de la Paix, 75002 Paris")
		unnamed, err := templates.Letter("consumer-formal-notice", lang, without)
		require.NoError(t, err)
		require.Equal(t, letter.Request[:len(letter.Request)-1], unnamed.Request, "nothing else changes")
		for _, key := range []string{"consumer-last", "consumer-formal-notice"} {
			mail, err := templates.Email(key, lang, f)
			require.NoError(t, err)
			require.Contains(t, spaced.Replace(mail.Text), word, key)
		}
	}
}

func TestLateFeesAreMentionedOnlyFromTheFirmReminderOn(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range allKeys() {
		mail, err := templates.Email(key, "fr", compose.Example())
		require.NoError(t, err)
		mentions := strings.Contains(spaced.Replace(mail.Text), "L441-10 du code de commerce")
		require.Equal(t, slices.Contains(statutoryKeys, key), mentions, key)
	}
}

func TestLateFeesShowTheirAmountsWhenGiven(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.LateFees = &compose.LateFees{
		Interest: money.FromMinor(963, money.EUR), Indemnity: money.FromMinor(4000, money.EUR),
		Total: money.FromMinor(4963, money.EUR), AsOf: f.Today,
	}
	mail, err := builtin(t).Email("reminder-firm", "fr", f)
	require.NoError(t, err)
	for _, content := range []string{mail.Text, mail.HTML} {
		content = spaced.Replace(content)
		for _, want := range []string{"Pénalités de retard", "9,63 €", "Indemnité forfaitaire", "40,00 €", "49,63 €"} {
			require.Contains(t, content, want)
		}
	}
}

// Nothing beyond the debt may be asked from a consumer before a court has ruled
// (CPCE L111-8), even when a strategy picks a template meant for businesses.
func TestConsumersAreNeverChargedNorThreatened(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	f := compose.Example()
	f.Debtor.Kind = compose.Consumer
	forbidden := regexp.MustCompile(`(?i)indemnité|pénalité|40,00|40 €|€40|L441|late-payment|fixed sum|huissier|tribunal|saisie|poursuite|bailiff|seiz|prosecut`)
	for _, next := range []compose.NextStep{compose.NextReminder, compose.NextFormalNotice, compose.NextMediation, compose.NextHandoff} {
		f.NextStep = next
		for _, key := range allKeys() {
			for _, lang := range languages {
				mail, err := templates.Email(key, lang, f)
				require.NoError(t, err)
				require.NotRegexp(t, forbidden, spaced.Replace(mail.Text), "%s/%s", key, lang)
				require.NotRegexp(t, forbidden, spaced.Replace(readable(mail.HTML)), "%s/%s", key, lang)
				if templates.Has(key, lang, compose.ChannelLetter) {
					letter, err := templates.Letter(key, lang, f)
					require.NoError(t, err)
					require.NotRegexp(t, forbidden, strings.Join(slices.Concat(letter.Opening, letter.Request, letter.Closing), " "))
				}
			}
		}
	}
	for _, key := range []string{"consumer-reminder", "consumer-last", "consumer-formal-notice"} {
		mail, err := templates.Email(key, "fr", f)
		require.NoError(t, err)
		require.Regexp(t, `ne vous est pas facturé|Aucuns frais`, spaced.Replace(mail.Text), key)
	}
}

func TestPublicBodiesAreToldTheirOwnLaw(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.Debtor.Kind = compose.Public
	for _, key := range statutoryKeys {
		mail, err := builtin(t).Email(key, "fr", f)
		require.NoError(t, err)
		require.Contains(t, spaced.Replace(mail.Text), "L2192-13 et D2192-35 du code de la commande publique", key)
		require.NotContains(t, mail.Text, "L441-10", key)
	}
}

func TestTheLastReminderNamesWhatFollows(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for next, want := range map[compose.NextStep]string{
		compose.NextFormalNotice: "nous vous adresserons une mise en demeure",
		compose.NextMediation:    "nous vous proposerons une médiation",
		compose.NextHandoff:      "nous confierons le recouvrement de cette créance",
	} {
		f := compose.Example()
		f.NextStep = next
		mail, err := templates.Email("reminder-last", "fr", f)
		require.NoError(t, err)
		require.Contains(t, spaced.Replace(mail.Text), "Sans règlement ni réponse de votre part à cette date, "+want)
		require.Equal(t, next == compose.NextFormalNotice, strings.Contains(mail.Subject, "avant mise en demeure"))
	}
}

func TestNoReminderIsInvented(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	f := compose.Example()
	f.Previous = nil
	for _, key := range slices.Concat(reminderKeys, formalKeys) {
		mail, err := templates.Email(key, "fr", f)
		require.NoError(t, err)
		require.NotRegexp(t, `(?i)nos relances|notre relance|malgré`, mail.Text, key)
	}
	text, err := templates.SMS("reminder-firm", "fr", f)
	require.NoError(t, err)
	require.NotContains(t, text, "malgré")
}

func TestAReceiptOfTheLastPaymentAsksForNothing(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.Invoices[0].Paid = money.FromMinor(183_456, money.EUR)
	f.Invoices[0].Open, f.TotalOpen = money.FromMinor(0, money.EUR), money.FromMinor(0, money.EUR)
	f.Payment = &compose.Payment{Amount: money.FromMinor(123_456, money.EUR), Date: calendar.NewDate(2026, time.November, 20)}
	f.Deadline = 0
	mail, err := builtin(t).Email("payment-received", "fr", f)
	require.NoError(t, err)
	text := spaced.Replace(mail.Text)
	require.Contains(t, text, "Votre règlement de 1 234,56 € pour notre facture n° FA-2026-0117 nous est bien parvenu le 20 novembre 2026")
	require.Contains(t, text, "désormais soldée")
	require.NotContains(t, text, "IBAN")
}

func TestSMSStayWithinTwoSegmentsOfTheSMSAlphabet(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	tight := compose.Example()
	tight.Creditor.Name = "Établissements Çelik & Fils" // 27 characters, two of them foreign to the alphabet
	tight.Invoices[0].Number, tight.PaymentReference = "FA-2026-000117", "FA-2026-000117"
	for _, text := range templates.Texts() {
		if text.Channel != compose.ChannelSMS || slices.Contains(planKeys, text.Key) {
			continue
		}
		for _, f := range []compose.Facts{compose.Example(), tight} {
			f.Audience = text.Audience
			switch text.Audience {
			case audience.Public:
				f.Debtor.Kind = compose.Public
			case audience.Consumer:
				f.Debtor.Kind = compose.Consumer
			default: // a business
			}
			said := composed(t, templates, text, f).SMS
			require.LessOrEqual(t, messaging.Segments(said), 2, "%s: %s", text.File, said)
			require.LessOrEqual(t, len([]rune(said)), 306, "in the SMS alphabet")
			require.Contains(t, said, f.Invoices[0].Number)
		}
	}
}

func TestLanguagesFallBackAndNeverToNothing(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	f := compose.Example()
	for asked, got := range map[string]string{"fr": "fr", "fr-BE": "fr", "fr_CH": "fr", "EN-us": "en", "nl": "fr", "": "fr"} {
		mail, err := templates.Email("courtesy", asked, f)
		require.NoError(t, err, asked)
		require.Equal(t, got, mail.Lang, asked)
	}
	f.Creditor.Language = "en-GB"
	mail, err := templates.Email("courtesy", "nl-BE", f)
	require.NoError(t, err)
	require.Equal(t, "en", mail.Lang)

	f.Creditor.Language = ""
	_, err = templates.Email("courtesy", "nl", f)
	var missing *compose.NoTemplateError
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, `no template "courtesy" for email in the language "nl", and the creditor's language is not set`)
	_, err = templates.SMS("formal-notice", "fr", compose.Example())
	require.ErrorAs(t, err, &missing)
	_, err = templates.Email("no-such-key", "fr", compose.Example())
	require.ErrorAs(t, err, &missing)
}

func TestFactsATemplateNeedsAreAskedFor(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.Deadline = 0
	_, err := builtin(t).Email("reminder-firm", "fr", f)
	require.ErrorContains(t, err, "templates/reminder-firm/fr.mail")
	require.ErrorContains(t, err, "the date is not set")
	f.Invoices = nil
	_, err = builtin(t).Email("reminder-firm", "fr", f)
	require.ErrorContains(t, err, `the facts for template "reminder-firm" cannot be sent`)
}

func TestSameFactsGiveTheSameBytesFromManyGoroutines(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	want, err := templates.Email("reminder-last", "fr", compose.Example())
	require.NoError(t, err)
	var group sync.WaitGroup
	mails := make([]compose.Mail, 16)
	for i := range mails {
		group.Go(func() { mails[i], _ = templates.Email("reminder-last", "fr", compose.Example()) })
	}
	group.Wait()
	for _, mail := range mails {
		require.Equal(t, want, mail)
	}
}

// Whatever stands in the names and references that come from outside, a mail
// keeps its structure: one subject line, the same tags, nothing executable.
func TestTextsFromOutsideCannotChangeAMail(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	structure := func(page string) []string { return tags.FindAllString(page, -1) }
	harmless := hostile("x")
	reference, err := templates.Email("reminder-firm", "fr", harmless)
	require.NoError(t, err)
	nasty := []string{
		"<script>alert(1)</script>", "\r\nBcc: everyone@example.org", `" onmouseover="x`, "{{.Creditor.IBAN}}", "</title><h1>", "<!--", "&lt;b&gt;",
		"\u202e", "javascript:alert(1)", "'", "Société d’Évry", "\x00\x1b[31m", "]]>", "`${x}`",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := "x" + strings.Join(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(nasty), rapid.String())).Draw(t, "text"), "")
		mail, err := templates.Email("reminder-firm", "fr", hostile(text))
		require.NoError(t, err)
		require.NotRegexp(t, `[\x00-\x1f\x7f\x{2028}\x{2029}]`, mail.Subject)
		require.Equal(t, structure(reference.HTML), structure(mail.HTML))
		require.NotContains(t, mail.HTML, "ZgotmplZ")
		require.NotRegexp(t, `[\x00-\x09\x0b-\x1f\x7f]`, mail.Text)
		sms, err := templates.SMS("reminder-firm", "fr", hostile(text))
		require.NoError(t, err)
		require.NotRegexp(t, `[\x00-\x1f\x7f]`, sms)
	})
}

func hostile(text string) compose.Facts {
	f := compose.Example()
	f.Debtor.Name, f.Contact.Name, f.MessageRef, f.PaymentReference = text, text, text, text
	f.Invoices[0].Number = text
	f.Invoices[0].References = []string{text, text}
	f.Creditor.Name, f.Creditor.Phone = text, text
	return f
}

func TestAMailLinksOnlyToTheCreditor(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	without := compose.Example()
	without.Creditor.Website = ""
	for _, key := range allKeys() {
		mail, err := templates.Email(key, "en", compose.Example())
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(mail.HTML, "href="), key)
		require.Contains(t, mail.HTML, `href="https://www.ateliers-vauban.example"`)
		mail, err = templates.Email(key, "en", without)
		require.NoError(t, err)
		require.NotRegexp(t, `(?i)href=|src=|url\(|<img|<script|<link|@import|http`, mail.HTML, key)
	}
}

func TestTheTextPartIsWrappedForReading(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range allKeys() {
		for _, lang := range languages {
			mail, err := templates.Email(key, lang, compose.Example())
			require.NoError(t, err)
			for line := range strings.SplitSeq(mail.Text, "\n") {
				require.LessOrEqual(t, len([]rune(line)), 76, "%s/%s: %s", key, lang, line)
			}
			require.NotContains(t, mail.Text, "\n\n\n")
		}
	}
}

// A text for some readers promises and threatens no more than the one for all.
func TestTextsForSomeReadersKeepTheHabitsOfTheOthers(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	forgiving := map[string]string{"fr": `ne tenez pas compte de ce message|Ignorez ce SMS|Rien à faire|cette lettre est sans objet`,
		"en": `please disregard this (message|letter)|Ignore this SMS|Nothing to do`}
	law := regexp.MustCompile(`L441-10|L2192-13`)
	readers := map[string][]audience.Audience{}
	for _, text := range templates.Texts() {
		if text.Audience == audience.Anyone {
			continue
		}
		readers[text.Key] = append(readers[text.Key], text.Audience)
		made := composed(t, templates, text, readBy(text))
		words := spaced.Replace(made.Words())
		require.Regexp(t, forgiving[text.Language], words, text.File)
		if text.Channel != compose.ChannelSMS {
			require.Equal(t, slices.Contains(statutoryKeys, text.Key), law.MatchString(words), text.File)
			require.Equal(t, text.Audience == audience.Public && law.MatchString(words), strings.Contains(words, "L2192-13"), text.File)
		}
		if text.Audience == audience.Public {
			require.NotContains(t, words, "L441-10", text.File)
		}
		other := text
		other.Language = map[string]string{"fr": "en", "en": "fr"}[text.Language]
		_, err := templates.Compose(other, readBy(text))
		require.NoError(t, err, "%s is written in both languages", text.File)
	}
	for key, want := range map[string][]audience.Audience{
		"courtesy":           {audience.Loyal, audience.Irregular, audience.New, audience.Public},
		"reminder-courteous": {audience.Loyal, audience.Irregular, audience.New, audience.Public},
		"reminder-firm":      {audience.Loyal, audience.Irregular, audience.New, audience.Public},
		"reminder-last":      {audience.Loyal, audience.Irregular, audience.Public},
		"formal-notice":      {audience.Public},
		"gentle-courtesy":    {audience.Consumer, audience.Public},
		"gentle-reminder":    {audience.Consumer, audience.Public},
	} {
		require.Subset(t, readers[key], want, key)
	}
}

func TestShortMessagesForSomeReadersStayWithinTwoSegments(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, text := range templates.Texts() {
		if text.Channel != compose.ChannelSMS {
			continue
		}
		f := readBy(text)
		f.Creditor.Name = "Établissements Çelik & Fils"
		f.Invoices[0].Number, f.PaymentReference = "FA-2026-000117", "FA-2026-000117"
		for _, facts := range []compose.Facts{f, lint.Twelve(f)} {
			said := composed(t, templates, text, facts).SMS
			require.LessOrEqual(t, messaging.Segments(said), 2, "%s: %s", text.File, said)
		}
	}
}
