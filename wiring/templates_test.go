package wiring_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/messaging/compose"
	"relance/wiring"
)

const ownSMS = "{{.Creditor.Name}} : {{if .Single}}facture {{.Oldest.Number}}{{else}}{{len .Invoices}} factures{{end}}, " +
	"{{amount .TotalOpen}} à régler d’ici au {{shortdate .Deadline}}.{{with .Creditor.Phone}} Question : {{.}}.{{end}}"

// installation has a folder of templates with these files, and the creditors acme
// and globex.
func installation(t *testing.T, files map[string]string) config.Config {
	t.Helper()
	c := config.Default()
	c.TemplatesDir = t.TempDir()
	c.Creditors = []config.Creditor{{ID: "acme"}, {ID: "globex"}}
	for name, content := range files {
		write(t, c, name, content)
	}
	return c
}

func write(t *testing.T, c config.Config, name, content string) {
	t.Helper()
	file := filepath.Join(c.TemplatesDir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
}

func origin(t *testing.T, templates *compose.Templates, creditor string) compose.Origin {
	t.Helper()
	f := compose.Example()
	f.Creditor.ID = creditor
	text, err := templates.Text("reminder-firm", "fr", compose.ChannelSMS, f)
	require.NoError(t, err)
	return text.Origin
}

func TestACreditorsFolderGoesBeforeTheGeneralOneAndThatBeforeWhatIsBuiltIn(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"", "templates"} { // in the folder itself, or in a folder templates of it
		c := installation(t, map[string]string{filepath.Join(root, "acme/reminder-firm/fr.sms"): ownSMS})
		loaded, err := wiring.UsableTemplates(c)
		require.NoError(t, err)
		require.Equal(t, compose.CreditorsOwn, origin(t, loaded, "acme"))
		require.Equal(t, compose.BuiltIn, origin(t, loaded, "globex"))

		write(t, c, filepath.Join(root, "reminder-firm/fr.sms"), ownSMS)
		loaded, err = wiring.UsableTemplates(c)
		require.NoError(t, err)
		require.Equal(t, compose.CreditorsOwn, origin(t, loaded, "acme"))
		require.Equal(t, compose.General, origin(t, loaded, "globex"))
	}
}

func TestAFolderOfNoCreditorIsRefused(t *testing.T) {
	t.Parallel()
	c := installation(t, map[string]string{"acmee/reminder-firm/fr.sms": ownSMS})
	_, err := wiring.Templates(c)
	require.ErrorContains(t, err, `no creditor of the configuration is called "acmee"`)
}

func TestATextThatMustNotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	c := installation(t, map[string]string{"acme/reminder-firm/fr.sms": ownSMS + "\nSinon, le tribunal."})
	_, err := wiring.UsableTemplates(c)
	require.ErrorContains(t, err, filepath.Join(c.TemplatesDir, "acme/reminder-firm/fr.sms")+":2: error: court-papers: “tribunal”")

	templates, err := wiring.Templates(c)
	require.NoError(t, err)
	set, err := wiring.Strategies(c, templates)
	require.NoError(t, err)
	write(t, c, "acme/reminder-firm/fr.sms", ownSMS+"\nMERCI.")
	templates, err = wiring.Templates(c)
	require.NoError(t, err)
	findings, err := wiring.Lint(templates, set)
	require.NoError(t, err, "a warning does not keep a text from being used")
	require.Len(t, findings, 1)
	require.Equal(t, "capitals", findings[0].Rule)
}

func TestChangedTextsCountWithoutARestartAndFaultyOnesNever(t *testing.T) {
	t.Parallel()
	c := installation(t, nil)
	inUse, err := wiring.UsableTemplates(c)
	require.NoError(t, err)
	keeper := wiring.NewTemplateKeeper(c, inUse, slog.New(slog.DiscardHandler))
	keeper.Look()
	require.Equal(t, compose.BuiltIn, origin(t, inUse, "acme"))

	write(t, c, "acme/reminder-firm/fr.sms", ownSMS)
	keeper.Look()
	require.NoError(t, keeper.Fault())
	require.Equal(t, compose.CreditorsOwn, origin(t, inUse, "acme"))

	for _, faulty := range []string{"{{.Nom}}", ownSMS + " Dernière chance."} {
		write(t, c, "acme/reminder-firm/fr.sms", faulty)
		keeper.Look()
		require.ErrorContains(t, keeper.Fault(), "acme/reminder-firm/fr.sms:1")
		require.Equal(t, compose.CreditorsOwn, origin(t, inUse, "acme"), "the last good one stays")
	}

	require.NoError(t, os.RemoveAll(filepath.Join(c.TemplatesDir, "acme")))
	keeper.Look()
	require.NoError(t, keeper.Fault())
	require.Equal(t, compose.BuiltIn, origin(t, inUse, "acme"))
}
