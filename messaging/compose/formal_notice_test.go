package compose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging/audience"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
)

// noticeWords is what a reader sees of a mail or a letter, with ordinary spaces.
func noticeWords(made compose.Composed) string {
	words := ""
	switch made.Text.Channel {
	case compose.ChannelEmail:
		words = made.Mail.Subject + " " + made.Mail.Text
	case compose.ChannelLetter:
		words = fmt.Sprintf("%s %+v", made.Letter.Title, *made.Letter)
	}
	return strings.Join(strings.Fields(spaced.Replace(words)), " ")
}

// Whoever reads it, a formal notice is one: what a judge looks for stands in each of them.
func TestEveryFormalNoticeHasWhatAJudgeLooksFor(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	always := map[string][]string{
		"fr": {"mise en demeure au sens de l’article 1344 du code civil", "FA-2026-0117", "en principal", "au plus tard le 1er décembre 2026", "40 €",
			"de plein droit", "vous contestez tout ou partie de la créance", "nous confierons le recouvrement", "FR76 3000 6000 0112 3456 7890 189", "04 78 00 12 34"},
		"en": {"a formal notice (mise en demeure) within the meaning of Article 1344 of the French Civil Code", "FA-2026-0117", "the principal sum of", "by 1 December 2026", "€40",
			"by operation of law", "you dispute all or part of the debt", "we will entrust the recovery", "FR76 3000 6000 0112 3456 7890 189", "04 78 00 12 34"},
	}
	demand := map[string]string{"fr": `[Nn]ous vous mettons (cependant )?en demeure de`, "en": `We (therefore |nevertheless |hereby )?give you formal notice to`}
	title := map[string]string{"fr": "Mise en demeure", "en": "Formal notice"}
	amicable := map[string]string{"fr": `solution amiable|nous entendre avec vous`, "en": `amicable solution|agreement with you`}
	seen := map[audience.Audience]int{}
	for _, text := range templates.Texts() {
		if text.Key != "formal-notice" {
			continue
		}
		seen[text.Audience]++
		article := "L441-10"
		if text.Audience == audience.Public {
			article = "L2192-13"
		}
		f := readBy(text)
		f.NextStep = compose.NextHandoff
		whole, neverReminded := f, f
		whole.Invoices = append([]compose.Invoice{}, f.Invoices...)
		whole.Invoices[0].Paid, whole.Invoices[0].Credited = whole.Invoices[0].Total.Zero(), whole.Invoices[0].Total.Zero()
		whole.Invoices[0].Open, whole.TotalOpen = whole.Invoices[0].Total, whole.Invoices[0].Total
		neverReminded.Previous = nil
		for situation, facts := range map[string]compose.Facts{"part paid": f, "nothing paid": whole, "never reminded": neverReminded, "twelve invoices": lint.Twelve(f)} {
			about := text.File + ", " + situation
			words := noticeWords(composed(t, templates, text, facts))
			require.True(t, strings.HasPrefix(words, title[text.Language]), "%s: %s", about, words)
			for _, want := range append(always[text.Language], article) {
				require.Contains(t, words, want, about)
			}
			require.Regexp(t, demand[text.Language], words, about)
			require.Regexp(t, amicable[text.Language], words, about)
			if situation != "part paid" && situation != "never reminded" {
				continue
			}
			sum := map[string]string{"fr": "la somme de 1 234,56 € en principal", "en": "the principal sum of €1,234.56"}
			require.Contains(t, words, sum[text.Language], about)
		}
	}
	require.Equal(t, map[audience.Audience]int{audience.Anyone: 4, audience.Loyal: 4, audience.Irregular: 4, audience.New: 4, audience.Public: 4}, seen)
}

func TestALetterSaysThatItIsRegisteredOnlyWhenItIs(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	letters := 0
	for _, text := range templates.Texts() {
		if text.Channel != compose.ChannelLetter {
			continue
		}
		letters++
		f := readBy(text)
		f.Registered = true
		registered := composed(t, templates, text, f).Letter
		f.Registered = false
		plain := composed(t, templates, text, f).Letter
		if strings.HasSuffix(text.Key, "formal-notice") {
			require.NotEmpty(t, registered.Sending, text.File)
		}
		require.Empty(t, plain.Sending, text.File)
		require.Empty(t, plain.PostingNumber, text.File)
	}
	require.Positive(t, letters)
}

// The loyal, the irregular and the new read what everybody reads about a step, in other words.
func TestTextsForOneAudienceAreWordedOtherwise(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	for _, key := range []string{"reminder-firm", "reminder-last", "formal-notice"} {
		for _, lang := range languages {
			worded := map[string]string{}
			for _, text := range templates.Texts() {
				if text.Key == key && text.Language == lang && text.Channel == compose.ChannelEmail {
					f := scene(key)
					f.Audience = text.Audience
					if text.Audience == audience.Public {
						f.Debtor.Kind = compose.Public
					}
					mail := prose(composed(t, templates, text, f).Mail.Text)
					require.Empty(t, worded[mail], "%s.%s: %s says the same", key, lang, text.Audience)
					worded[mail] = string(text.Audience) + "!"
				}
			}
			require.Len(t, worded, 5, "%s.%s: everyone, loyal, irregular, new, public", key, lang)
		}
	}
}
