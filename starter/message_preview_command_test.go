package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/cases/previews"
	"relance/collection"
)

func TestAPreviewIsShownOnTheTerminalOrWrittenToAFile(t *testing.T) {
	t.Parallel()
	mail := previews.MessagePreview{
		Step: "reminder-firm", Channel: collection.ChannelEmail, To: "compta@durand.example", Language: "fr", Subject: "Relance", Text: "Bonjour,\n",
		HTML: "<p>Bonjour,</p>", Withheld: "the case is on hold",
		Wording: previews.Wording{Template: "reminder-firm", Reader: "loyal", Why: "paid well", Origin: "built-in", File: "templates/reminder-firm/fr.loyal.mail"},
	}
	var out, told bytes.Buffer
	p := &program{out: &out, errOut: &told}
	show := func(message previews.MessagePreview, output string) error {
		return (&previewMessageCmd{Output: output}).show(p, message)
	}
	require.NoError(t, show(mail, ""))
	for _, want := range []string{
		"PREVIEW: nothing is stored, nothing is sent", "reminder-firm, email", "loyal: paid well", "templates/reminder-firm/fr.loyal.mail, built-in",
		"the case is on hold", "\nBonjour,\n",
	} {
		require.Contains(t, out.String(), want)
	}
	folder := t.TempDir()
	require.NoError(t, show(mail, filepath.Join(folder, "mail.html")))
	page, err := os.ReadFile(filepath.Join(folder, "mail.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "ni enregistré ni envoyé")
	require.Contains(t, told.String(), "nothing was stored or sent")
	require.EqualError(t, show(mail, filepath.Join(folder, "mail.pdf")), "this message has no letter: name a file that ends in .html")
	require.ErrorContains(t, show(mail, filepath.Join(folder, "mail.txt")), "name a file that ends in .html or .pdf")

	mail.Letter, mail.Wording = []byte("%PDF-1.7"), previews.Wording{}
	out.Reset()
	require.NoError(t, show(mail, ""))
	require.NotContains(t, out.String(), "reader", "a letter is worded for everybody")
	require.Contains(t, out.String(), "--output letter.pdf shows it")
	require.NoError(t, show(mail, filepath.Join(folder, "letter.pdf")))
	letter, err := os.ReadFile(filepath.Join(folder, "letter.pdf"))
	require.NoError(t, err)
	require.Equal(t, mail.Letter, letter)
}
