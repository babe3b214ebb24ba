package lint_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
)

func TestEveryBuiltInTextIsFitToBeSent(t *testing.T) {
	t.Parallel()
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	for _, finding := range lint.Check(templates, nil) {
		t.Error(finding)
	}
}

// found are the findings about files of an installation, beside what is built in.
func found(t *testing.T, uses map[string]lint.Use, files map[string]string) []lint.Finding {
	t.Helper()
	layer, base := fstest.MapFS{}, fstest.MapFS{}
	for name, content := range files {
		layer["templates/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	for _, name := range []string{"layout.txt", "layout.html", "words/fr.tmpl", "words/en.tmpl"} {
		content, err := fs.ReadFile(config.Templates, "templates/"+name)
		require.NoError(t, err)
		base["templates/"+name] = &fstest.MapFile{Data: content}
	}
	templates, err := compose.Load(layer, base)
	require.NoError(t, err)
	return lint.Check(templates, uses)
}

// mail is a good mail with a sentence more on its eighth line.
func mail(lang, sentence string) string {
	subject, pay := "Rappel", "Merci de régler {{amount .TotalOpen}} au plus tard le {{date .Deadline}}."
	if lang == "en" {
		subject, pay = "Reminder", "Please pay {{amount .TotalOpen}} by {{date .Deadline}}."
	}
	return `{{define "subject"}}` + subject + ` : {{template "subject-invoices" .}}{{end}}
{{define "opening"}}
{{template "described" .}}.
{{end}}
{{define "request"}}
` + pay + `

` + sentence + `
{{end}}
{{define "closing"}}
{{template "contact" .}}
{{end}}`
}

// formal is the same as a formal notice.
func formal(sentence string) string {
	return strings.NewReplacer(`"subject"}}Rappel`, `"subject"}}Mise en demeure`, "Merci de régler", "Nous vous mettons en demeure de régler").Replace(mail("fr", sentence))
}

const goodSMS = "{{.Creditor.Name}} : {{if .Single}}facture {{.Oldest.Number}}{{else}}{{len .Invoices}} factures{{end}}, " +
	"{{amount .TotalOpen}} à régler d’ici au {{shortdate .Deadline}}.{{with .Creditor.Phone}} Question : {{.}}.{{end}}"

func TestEachRuleFindsWhatItForbidsOrMisses(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, c := range []struct {
		rule, file, content, want string
		line                      int
	}{
		{"consumer-costs", "consumer-x/fr.mail", mail("fr", "Des frais de dossier vous seront facturés."), "“frais de dossier”", 8},
		{"consumer-costs", "consumer-x/en.mail", mail("en", "Collection costs are added."), "“Collection costs”", 8},
		{"consumer-business-fees", "consumer-x/fr.mail", mail("fr", "L’indemnité forfaitaire de 40 € est due."), "“indemnité forfaitaire”", 8},
		{"consumer-business-fees", "consumer-x/en.mail", mail("en", "The fixed sum of €40 is due."), "“fixed sum”", 8},
		{"court-papers", "reminder-x/fr.mail", mail("fr", "Un huissier viendra."), "“huissier”", 8},
		{"court-papers", "reminder-x/en.mail", mail("en", "We will see you in\ncourt."), "“court”", 9},
		{"consumer-court-threat", "consumer-formal-notice-x/fr.mail", formal("{{template \"consumer-mediator\" .}} Le tribunal tranchera."), "“tribunal”", 8},
		{"look-alike-court-paper", "formal-notice-x/fr.mail", formal("Ceci est une sommation de\npayer."), "“sommation de payer”", 8},
		{"threat", "formal-notice-x/fr.mail", formal("Nous déposerons plainte."), "“plainte”", 8},
		{"threat", "reminder-x/en.mail", mail("en", "We will tell your employer."), "“your employer”", 8},
		{"threat", "words/fr.tmpl", words(t, "fr") + "\n{{define \"more\"}}Votre réputation en souffrira.{{end}}", "“Votre réputation”", strings.Count(words(t, "fr"), "\n") + 2},
		{"aggressive-words", "reminder-x/fr.mail", mail("fr", "{{if eq .Creditor.Name \"x\"}}C’est inadmissible.{{end}}"), "“inadmissible”", 8},
		{"aggressive-words", "reminder-x/en.mail", mail("en", "We demand payment."), "“We demand”", 8},
		{"false-urgency", "reminder-x/fr.sms", goodSMS + " Urgent.", "“Urgent”", 1},
		{"false-urgency", "reminder-x/en.mail", mail("en", "Act now."), "“Act now”", 8},
		{"effect-of-a-formal-notice", "reminder-x/fr.mail", mail("fr", "Le présent message vaut mise en demeure."), "“vaut mise en demeure”", 8},
		{"effect-of-a-formal-notice", "reminder-x/en.mail", mail("en", "We hereby give you formal notice."), "“give you formal notice”", 8},
		{"title-of-a-formal-notice", "reminder-x/fr.mail", strings.Replace(mail("fr", ""), "Rappel", "Mise en demeure", 1), "that of a formal notice", 1},
		{"interrupts-limitation", "formal-notice-x/fr.mail", formal("Cette lettre interrompt la prescription."), "“interrompt la prescription”", 8},
		{"unsubscribing", "courtesy-x/fr.mail", mail("fr", "Pour ne plus recevoir ces messages, écrivez-nous."), "“ne plus recevoir”", 8},
		{"links", "reminder-x/fr.sms", goodSMS + " bit.ly/payer", "“bit.ly/payer”", 1},
		{"links", "reminder-x/fr.mail", mail("fr", "Voir https://payer.example.org/x ici."), "“https://payer.example.org/x”", 8},
		{"capitals", "reminder-x/fr.mail", mail("fr", "DERNIER rappel, par IBAN ou SEPA."), "“DERNIER”", 8},
		{"exclamation", "reminder-x/fr.mail", mail("fr", "Merci de payer !!"), "“!!”", 8},
		{"creditor", "reminder-x/fr.sms", strings.Replace(goodSMS, "{{.Creditor.Name}} : ", "", 1), "the creditor's name", 1},
		{"invoice", "reminder-x/fr.sms", strings.Replace(goodSMS, "{{.Oldest.Number}}", "", 1), "the invoice", 1},
		{"amount", "reminder-x/fr.sms", strings.Replace(goodSMS, "{{amount .TotalOpen}}", "la facture", 1), "the amount", 1},
		{"contact", "reminder-x/fr.sms", strings.Replace(goodSMS, "Question : {{.}}.", "", 1), "neither a phone number", 1},
		{"deadline", "reminder-x/fr.mail", strings.Replace(mail("fr", ""), " au plus tard le {{date .Deadline}}", "", 1), "do not name the deadline", 1},
		{"consumer-instalment-demanded", "instalment-missed/fr.mail", strings.Replace(mail("fr", ""), `{{template "described" .}}`, `{{with .Plan}}{{.ID}}{{end}} {{template "plan-invoices" .}}`, 1), "no sentence demands the instalment", 1},
		{"formal-notice-says-so", "formal-notice-x/fr.mail", strings.Replace(formal(""), "Nous vous mettons en demeure de régler", "Merci de régler", 1), "no sentence says", 1},
		{"formal-notice-says-so", "formal-notice-x/fr.mail", strings.Replace(formal(""), `"subject"}}Mise en demeure`, `"subject"}}Suite`, 1), "its title", 1},
		{"formal-notice-sum", "formal-notice-x/fr.mail", strings.Replace(formal(""), "{{amount .TotalOpen}}", "votre dette", 1), "no sentence asks for the sum", 1},
		{"mediator", "consumer-last-x/fr.mail", mail("fr", ""), "the consumer mediator", 1},
		{"sms-length", "reminder-x/fr.sms", goodSMS + strings.Repeat(" Nous vous remercions.", 12), "segments", 1},
	} {
		tested[c.rule] = true
		files := map[string]string{c.file: c.content}
		if c.file == "words/fr.tmpl" {
			files["reminder-x/fr.mail"] = mail("fr", "")
		}
		findings := found(t, nil, files)
		require.NotEmpty(t, findings, "%s: %s", c.rule, c.content)
		for _, finding := range findings {
			require.Equal(t, c.rule, finding.Rule, "nothing else is wrong: %s", finding)
		}
		require.Equal(t, "templates/"+c.file, findings[0].File)
		require.Equal(t, c.line, findings[0].Line, findings[0].String())
		require.Contains(t, findings[0].Found, c.want)
		require.NotEmpty(t, findings[0].Article)
		require.NotEmpty(t, findings[0].Advice)
	}
	// What the frame of mails and letters gives is only missing with another frame.
	bare := map[string]string{"layout.txt": "{{range paragraphs \"request\" .}}{{.}}{{end}} {{.Creditor.Name}}", "reminder-x/fr.mail": mail("fr", "")}
	var missing []string
	for _, finding := range found(t, nil, bare) {
		missing = append(missing, finding.Rule)
		tested[finding.Rule] = true
	}
	require.Equal(t, []string{"how-to-pay", "invoices"}, missing)
	for _, rule := range lint.Rules() {
		require.True(t, tested[rule.Name], "the rule %s has a failing example", rule.Name)
	}
}

func words(t *testing.T, lang string) string {
	t.Helper()
	content, err := fs.ReadFile(config.Templates, "templates/words/"+lang+".tmpl")
	require.NoError(t, err)
	return string(content)
}

func TestGoodTextsAreLeftAlone(t *testing.T) {
	t.Parallel()
	for file, content := range map[string]string{
		"reminder-x/fr.mail":      mail("fr", "Sans règlement, nous vous adresserons une mise en demeure."),
		"reminder-x/en.mail":      mail("en", "Without payment, we will send you a formal notice."),
		"reminder-x/fr.sms":       goodSMS,
		"consumer-x/fr.mail":      mail("fr", "Aucuns frais de recouvrement ne vous sont réclamés, ni aucune indemnité forfaitaire."),
		"consumer-x/en.mail":      mail("en", "You are not charged any recovery costs."),
		"formal-notice-x/fr.mail": formal("À défaut, nous saisirons le tribunal compétent."),
	} {
		require.Empty(t, found(t, nil, map[string]string{file: content}), content)
	}
}

func TestATextIsReadForTheMildestStepItIsUsedFor(t *testing.T) {
	t.Parallel()
	files := map[string]string{"final/fr.mail": formal("")}
	formally := map[string]lint.Use{"final": {Purposes: []lint.Purpose{lint.FormalNotice}}}
	require.Empty(t, found(t, formally, files))
	early := map[string]lint.Use{"final": {Purposes: []lint.Purpose{lint.FormalNotice, lint.Reminder}}}
	require.Equal(t, "title-of-a-formal-notice", found(t, early, files)[0].Rule)

	costs := map[string]string{"any/fr.mail": mail("fr", "Des frais de relance sont dus.")}
	require.Empty(t, found(t, map[string]lint.Use{"any": {Purposes: []lint.Purpose{lint.Reminder}}}, costs))
	reached := map[string]lint.Use{"any": {Purposes: []lint.Purpose{lint.Reminder}, Consumers: true}}
	require.Equal(t, "consumer-costs", found(t, reached, costs)[0].Rule)
	both := map[string]string{"any/fr.mail": mail("fr", "{{template \"statutory\" .}}")}
	require.Empty(t, found(t, reached, both), "it says to each what the law of each says")
	costs["any/fr.consumer.mail"] = mail("fr", "")
	require.Empty(t, found(t, reached, costs), "consumers read their own text")
}

func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../../../docs/templates.md")
	require.NoError(t, err)
	for _, rule := range lint.Rules() {
		require.Contains(t, string(manual), "`"+rule.Name+"`")
		require.NotEmpty(t, rule.Article, rule.Name)
		require.NotEmpty(t, rule.Advice, rule.Name)
	}
}
