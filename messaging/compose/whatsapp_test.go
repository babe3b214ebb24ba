package compose_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/messaging/compose"
)

func TestAWhatsAppMessageFallsBackOnTheSMSAndTheUsualPlaceholders(t *testing.T) {
	t.Parallel()
	templates := builtin(t)
	require.True(t, templates.HasWhatsApp("reminder-firm", "fr"))
	require.False(t, templates.HasWhatsApp("formal-notice", "fr"))
	composed, err := templates.WhatsApp("reminder-firm", "fr-BE", scene("reminder-firm"))
	require.NoError(t, err)
	require.Equal(t, "fr", composed.Lang)
	require.Contains(t, spaced.Replace(composed.Text), "1 234,56 €")
	for i, value := range composed.Variables {
		composed.Variables[i] = spaced.Replace(value)
	}
	require.Equal(t, map[string]string{
		"1": "Ateliers Vauban", "2": "FA-2026-0117", "3": "1 234,56 €", "4": "1er décembre 2026", "5": "FA-2026-0117",
	}, composed.Variables)
	_, err = templates.WhatsApp("formal-notice", "fr", scene("formal-notice"))
	var missing *compose.NoTemplateError
	require.ErrorAs(t, err, &missing)
}

func TestAWhatsAppFileHasPlaceholdersOfItsOwn(t *testing.T) {
	t.Parallel()
	own := func(text string) (*compose.Templates, error) {
		return compose.Load(fstest.MapFS{"templates/reminder-firm/en.whatsapp": {Data: []byte(text)}}, config.Templates)
	}
	templates, err := own(`{{define "1"}}{{.Debtor.Name}}{{end}}{{define "2"}}{{amount .TotalOpen}}{{end}}Hello {{template "1" .}}, {{template "2" .}} is due.`)
	require.NoError(t, err)
	composed, err := templates.WhatsApp("reminder-firm", "en", compose.Example())
	require.NoError(t, err)
	require.Equal(t, "Hello Menuiserie Durand SARL, €1,234.56 is due.", spaced.Replace(composed.Text))
	require.Equal(t, map[string]string{"1": "Menuiserie Durand SARL", "2": "€1,234.56"}, composed.Variables)

	for reason, text := range map[string]string{
		"the file has no text": `{{define "1"}}x{{end}}`,
		"it comes out empty":   `{{define "1"}}{{.Debtor.Account}}{{end}}Hello`,
		"Salary":               `{{.Debtor.Salary}}`,
	} {
		_, err := own(text)
		require.ErrorContains(t, err, reason)
	}
}
