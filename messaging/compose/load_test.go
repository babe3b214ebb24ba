package compose_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/messaging/compose"
)

// overridden is a part of the built-in folder with some files replaced or added.
func overridden(t *testing.T, files map[string]string) (*compose.Templates, error) {
	t.Helper()
	layer, base := fstest.MapFS{}, fstest.MapFS{}
	for name, content := range files {
		layer[name] = &fstest.MapFile{Data: []byte(content)}
	}
	for _, pattern := range []string{"templates/layout.*", "templates/words/*", "templates/reminder-firm/*", "templates/formal-notice/fr.letter"} {
		names, err := fs.Glob(config.Templates, pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			content, err := fs.ReadFile(config.Templates, name)
			require.NoError(t, err)
			base[name] = &fstest.MapFile{Data: content}
		}
	}
	return compose.Load(layer, base)
}

const goodMail = `{{define "subject"}}S{{end}}{{define "opening"}}O{{end}}{{define "request"}}R{{end}}{{define "closing"}}C{{end}}`

func TestFaultyTemplatesAreRefusedAtLoadWithFileAndLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, content, want string }{
		{
			"an unknown field", "templates/extra/fr.sms", "Bonjour\n{{.Nom}}",
			`templates/extra/fr.sms:2:2: .Nom: Facts has no field "Nom"`,
		},
		{
			"an unknown field in a branch no example takes", "templates/extra/fr.sms", "Bonjour {{if eq .Creditor.Name \"x\"}}{{.Creditor.Nome}}{{end}}",
			`Creditor has no field "Nome"`,
		},
		{
			"an unknown field in an else", "templates/extra/fr.sms", "{{if .Creditor.Name}}a{{else}}{{.Nom}}{{end}}",
			`Facts has no field "Nom"`,
		},
		{
			"an unknown field for want of an optional fact", "templates/extra/fr.sms", "{{with .Creditor}}a{{else}}{{.Nom}}{{end}}",
			`Facts has no field "Nom"`,
		},
		{
			"an unknown field for an empty list", "templates/extra/fr.sms", "{{range .Invoices}}a{{else}}{{.Nom}}{{end}}",
			`Facts has no field "Nom"`,
		},
		{
			"a list that is none", "templates/extra/fr.sms", "{{range .Creditor}}a{{end}}",
			".Creditor is not a list to range over",
		},
		{
			"an unknown field inside a range", "templates/extra/fr.sms", "{{range .Invoices}}{{.Numero}}{{end}}",
			`Invoice has no field "Numero"`,
		},
		{
			"an unknown field of a variable", "templates/extra/fr.sms", "{{range $i, $x := .Invoices}}{{$x.Numero}}{{end}}",
			`Invoice has no field "Numero"`,
		},
		{
			"an unknown field of what a function picks", "templates/extra/fr.sms", "{{(index .Invoices 0).Numero}}",
			`Invoice has no field "Numero"`,
		},
		{
			"an unknown field behind an optional fact", "templates/extra/fr.sms", "x{{with .LateFees}}{{.Sum}}{{end}}",
			`LateFees has no field "Sum"`,
		},
		{
			"a field that exists elsewhere", "templates/extra/fr.sms", "{{with .Creditor}}{{.Deadline}}{{end}}",
			`Creditor has no field "Deadline"`,
		},
		{
			"a function that does not exist", "templates/extra/fr.sms", "\n\n{{montant .TotalOpen}}",
			`templates/extra/fr.sms:3: function "montant" not defined`,
		},
		{
			"a date where an amount belongs", "templates/extra/fr.sms", "{{if .Payment}}{{amount .Deadline}}{{end}}x",
			"amount needs a value of type money.Amount where calendar.Date is given",
		},
		{
			"a value too many", "templates/extra/fr.sms", "{{amount .TotalOpen 2}}",
			"amount takes 1 values, not 2",
		},
		{
			"a kind of debtor that does not exist", "templates/extra/fr.sms", `x{{if eq .Debtor.Kind "bussiness"}}y{{end}}`,
			`DebtorKind is never "bussiness"`,
		},
		{
			"a block that does not exist", "templates/extra/fr.sms", `{{template "if-payed" .}}`,
			`there is no block "if-payed"`,
		},
		{
			"an optional fact taken for granted", "templates/extra/fr.sms", "{{amount .Payment.Amount}}",
			"nil pointer evaluating",
		},
		{
			"an optional date taken for granted", "templates/extra/fr.sms", "{{date .Oldest.IssueDate}}",
			"the date is not set",
		},
		{
			"a text that can come out empty", "templates/extra/fr.sms", "{{.MessageRef}}",
			"templates/extra/fr.sms: it comes out empty",
		},
		{
			"an empty file", "templates/extra/fr.sms", " \n",
			"templates/extra/fr.sms: the file has no text",
		},
		{
			"a broken action", "templates/extra/fr.sms", "Bonjour {{.Debtor.Name",
			"templates/extra/fr.sms:1: unclosed action",
		},
		{
			"a mail without a block", "templates/extra/fr.mail", strings.Replace(goodMail, "request", "requset", 1),
			`templates/extra/fr.mail: the block {{define "request"}}…{{end}} is missing`,
		},
		{
			"a mail with a block that can come out empty", "templates/extra/fr.mail",
			strings.Replace(goodMail, "R", "{{.MessageRef}}", 1), `block "request": it comes out empty`,
		},
		{
			"text outside of the blocks", "templates/extra/fr.mail", "Bonjour\n" + goodMail,
			"text outside of the blocks",
		},
		{
			"a slip in a block nothing uses", "templates/extra/fr.mail", goodMail + `{{define "spare"}}{{.Nom}}{{end}}`,
			`Facts has no field "Nom"`,
		},
		{
			"a slip in the shared words, said once", "templates/words/fr.tmpl", "{{define \"greeting\"}}\n{{.Nom}}{{end}}",
			`templates/words/fr.tmpl:2:2: .Nom: Facts has no field "Nom"`,
		},
		{
			"a slip in the layout", "templates/layout.txt", "\n{{words \"salutations\" .}}",
			`templates/layout.txt:2:2: there is no block "salutations"`,
		},
		{
			"a layout that hands the wrong thing to a block", "templates/layout.html", `{{range .Invoices}}{{words "greeting" .}}{{end}}`,
			"words needs a value of type compose.Facts where compose.Invoice is given",
		},
		{
			"an unknown language", "templates/extra/de.sms", "Guten Tag",
			`templates/extra/de.sms: "de" is not a language templates can be written in`,
		},
		{
			"a file that is no template", "templates/extra/fr.html", "<p>",
			"templates/extra/fr.html: not a template",
		},
		{
			"a stray file", "templates/readme.md", "x",
			"templates/readme.md: not a template",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := overridden(t, map[string]string{c.file: c.content})
			require.ErrorContains(t, err, c.want)
			require.Equal(t, 1, strings.Count(err.Error(), c.want), "each problem is said once:\n%s", err)
		})
	}
}

func TestAllFaultyTemplatesAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := overridden(t, map[string]string{
		"templates/a/fr.sms":  "{{.Nom}}",
		"templates/b/en.sms":  "{{.Name}} {{.Surname}}",
		"templates/c/fr.mail": goodMail + "{{",
		"templates/d/nl.sms":  "x",
	})
	for _, want := range []string{"templates/a/fr.sms:1", `"Name"`, `"Surname"`, "templates/c/fr.mail:1", "templates/d/nl.sms"} {
		require.ErrorContains(t, err, want)
	}
}

func TestACreditorsOwnFilesGoFirst(t *testing.T) {
	t.Parallel()
	own, err := overridden(t, map[string]string{
		"templates/reminder-firm/fr.sms": "{{.Creditor.Name}} : merci de payer {{amount .TotalOpen}}.",
		"templates/birthday/fr.sms":      "Bon anniversaire, {{.Debtor.Name}} !",
	})
	require.NoError(t, err)
	text, err := own.SMS("reminder-firm", "fr", compose.Example())
	require.NoError(t, err)
	require.Equal(t, "Ateliers Vauban : merci de payer 1 234,56 €.", text)
	english, err := own.SMS("reminder-firm", "en", compose.Example())
	require.NoError(t, err)
	require.Contains(t, english, "remains partly unpaid", "what is not overridden stays built in")
	require.True(t, own.Has("birthday", "fr", compose.ChannelSMS))
}

func TestFilesOfEditorsAreLeftAlone(t *testing.T) {
	t.Parallel()
	_, err := overridden(t, map[string]string{"templates/extra/.fr.sms.swp": "\x00"})
	require.NoError(t, err)
}

func TestThereMustBeTemplates(t *testing.T) {
	t.Parallel()
	_, err := compose.Load(fstest.MapFS{})
	require.ErrorContains(t, err, "there is no folder templates/")

	_, err = compose.Load(fstest.MapFS{"templates/a/fr.sms": {Data: []byte("x")}})
	require.ErrorContains(t, err, "templates/layout.txt: the file is missing")
	require.ErrorContains(t, err, "its language has no templates/words/fr.tmpl")
}

func TestAFolderThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	_, err := compose.Load(unreadable{config.Templates})
	require.ErrorContains(t, err, "the templates cannot be read")
	require.ErrorIs(t, err, fs.ErrPermission)
}

type unreadable struct{ fs.FS }

func (u unreadable) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".mail") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.FS.Open(name)
}
