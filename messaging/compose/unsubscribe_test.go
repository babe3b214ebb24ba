package compose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging/compose"
)

func TestAMailSaysWhereToUnsubscribeWhenThereIsAPlace(t *testing.T) {
	t.Parallel()
	templates, err := loadBuiltin()
	require.NoError(t, err)
	facts := compose.Example()
	without, err := templates.Email("reminder-courteous", "fr", facts)
	require.NoError(t, err)
	require.NotContains(t, without.Text, "Ne plus recevoir")
	const link = "https://relance.example/unsubscribe/0d9be4a1-3f0f-8a60-8b0a-5f8e1f8a7c11.abcdefghijklmnopqrstuvwx"
	facts.Unsubscribe = link
	for lang, words := range map[string]string{"fr": "Ne plus recevoir d’e-mails à cette adresse", "en": "Stop e-mails to this address"} {
		mail, err := templates.Email("reminder-courteous", lang, facts)
		require.NoError(t, err)
		require.Contains(t, mail.Text, words+"\n"+link+"\n")
		require.Contains(t, mail.HTML, `href="`+link+`"`)
		require.Contains(t, mail.HTML, words)
	}
	facts.Unsubscribe = "javascript:alert(1)"
	_, err = templates.Email("reminder-courteous", "fr", facts)
	require.ErrorContains(t, err, "the address to unsubscribe at")
}
