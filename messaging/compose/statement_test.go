package compose_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/config"
	"relance/law"
	"relance/messaging/compose"
	"relance/money"
)

func TestAStatementIsWordedInTheLanguageOfItsReader(t *testing.T) {
	t.Parallel()
	f := compose.Example()
	f.Invoices, f.TotalOpen = nil, money.Amount{}
	french, err := builtin(t).Statement("fr-BE", f)
	require.NoError(t, err)
	require.Equal(t, "fr", french.Lang())
	require.Equal(t, "Relevé de compte", french.Letter.Title)
	require.Equal(t, "Menuiserie Durand SARL", french.Letter.Recipient[0])
	require.Equal(t, "Total à régler : 6 203,12 €", spaced.Replace(french.Words("total-due", "amount", french.Amount(money.FromMinor(620_312, money.EUR)))))
	require.Equal(t, "12,40 %", spaced.Replace(french.Rate(12*law.OnePercent+4_000)))
	require.Equal(t, "6203,12", french.Decimal("6203.12"))
	require.Equal(t, "1er décembre 2026", spaced.Replace(french.Date(calendar.NewDate(2026, time.December, 1))))

	english, err := builtin(t).Statement("en", f)
	require.NoError(t, err)
	require.Equal(t, "12.40%", english.Rate(12*law.OnePercent+4_000))
	require.Equal(t, "Invoice {due}, due on x y", english.Words("case.due", "invoice", "{due}", "due", "x\ny"), "what is filled in is not filled in again")
	require.Empty(t, english.Words("no such words"))
}

func TestACreditorWordsItsStatementsItself(t *testing.T) {
	t.Parallel()
	text, err := config.Templates.ReadFile("templates/statement/en.statement")
	require.NoError(t, err)
	mine := strings.Replace(string(text), `{{define "title"}}Statement of account`, `{{define "title"}}Your account`, 1)
	own := fstest.MapFS{"templates/statement/en.statement": {Data: []byte(mine)}}
	templates, err := compose.Load(own, config.Templates)
	require.NoError(t, err)
	worded, err := templates.Statement("en", compose.Example())
	require.NoError(t, err)
	require.Equal(t, "Your account", worded.Letter.Title)

	own["templates/statement/en.statement"] = &fstest.MapFile{Data: []byte(`{{define "title"}}Your account{{end}}`)}
	_, err = compose.Load(own, config.Templates)
	require.ErrorContains(t, err, `templates/statement/en.statement: the block {{define "part.principal"}}…{{end}} is missing`)
	_, err = compose.Load(fstest.MapFS{"templates/reminder-firm/en.statement": {Data: text}}, config.Templates)
	require.ErrorContains(t, err, "not a template")
}

func TestAStatementNeedsItsParties(t *testing.T) {
	t.Parallel()
	_, err := builtin(t).Statement("fr", compose.Facts{})
	require.ErrorContains(t, err, "the creditor has no name")
	require.ErrorContains(t, err, "the day the statement is written is not set")
}
