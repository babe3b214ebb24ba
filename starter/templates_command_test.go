package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTextsOfAnInstallationAreListedCheckedAndShown(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	own := filepath.Join(folder, "templates", "acme", "reminder-firm")
	require.NoError(t, os.MkdirAll(own, 0o750))
	settings := filepath.Join(folder, "relance.yaml")
	require.NoError(t, os.WriteFile(settings, []byte(`creditors:
  - id: acme
    name: Acme
    address: {line1: 1 rue de la Paix, postcode: "75002", city: Paris, country: FR}
    sender_email: compta@acme.example
templates_dir: templates
`), 0o600))
	text := filepath.Join(own, "fr.loyal.sms")
	write := func(words string) { require.NoError(t, os.WriteFile(text, []byte(words), 0o600)) }
	good := "{{.Creditor.Name}} : {{if .Single}}facture {{.Oldest.Number}}{{else}}{{len .Invoices}} factures{{end}}, " +
		"{{amount .TotalOpen}} à régler d’ici au {{shortdate .Deadline}}.{{with .Creditor.Phone}} Question : {{.}}.{{end}}"
	relance := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"--config", settings, "--data", filepath.Join(folder, "data")}, args...), &out, &out)
		return out.String(), err
	}

	write(good + " MERCI")
	out, err := relance("check")
	require.NoError(t, err, out)
	require.Contains(t, out, "fr.loyal.sms:1: warning: capitals: “MERCI”")
	out, err = relance("templates", "--creditor", "acme")
	require.NoError(t, err, out)
	require.Contains(t, out, "creditor acme")
	require.Contains(t, out, "warning: capitals")
	out, err = relance("templates", "preview", "--output", filepath.Join(folder, "gallery"))
	require.NoError(t, err, out)
	require.Contains(t, out, "2 previews in")
	require.FileExists(t, filepath.Join(folder, "gallery", "index.html"))

	write(good + " Sinon, plainte.")
	_, err = relance("check")
	require.ErrorContains(t, err, "fr.loyal.sms:1: error: threat: “plainte”")
	out, err = relance("templates")
	require.Error(t, err)
	require.Contains(t, out, "error: threat", "the list shows what is wrong")
}
