package letters_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/letters"
	"relance/messaging/compose"
)

func longStatement(t *testing.T, rows int, amount string) letters.Statement {
	t.Helper()
	templates, err := loadBuiltin()
	require.NoError(t, err)
	worded, err := templates.Statement("fr", compose.Example())
	require.NoError(t, err)
	table := letters.Table{Columns: []letters.Column{{Heading: "Date"}, {Heading: "Libellé"}}}
	for range 7 {
		table.Columns = append(table.Columns, letters.Column{Heading: "Montant", IsNumber: true})
	}
	for i := range rows {
		row := []string{"01/07/2026", fmt.Sprintf("Règlement R-%d", i)}
		for range 7 {
			row = append(row, amount)
		}
		table.Rows = append(table.Rows, row)
	}
	return letters.Statement{Letter: worded.Letter, Summary: []string{"Total"}, Sections: []letters.Section{
		{Heading: "Facture 1", Lines: []compose.Line{{Label: "Montant", Value: "1,00"}}, Blocks: []letters.Block{{}, {Title: "Règlements", Table: table, Remarks: []string{"Remarque"}}}},
	}}
}

func TestALongStatementLosesNoRow(t *testing.T) {
	t.Parallel()
	file, err := letters.PrintStatement(longStatement(t, 300, "1,00"))
	require.NoError(t, err)
	text := textOf(t, file)
	require.Greater(t, open(t, file).PageCount(), 5)
	for i := range 300 {
		require.Equal(t, 1, strings.Count(text, fmt.Sprintf("Règlement R-%d ", i)))
	}
	require.Contains(t, text, "Remarque")
	require.Equal(t, open(t, file).PageCount(), strings.Count(text, "Libellé"), "the headings are on every page")
}

func TestLongNumbersAreNeverBroken(t *testing.T) {
	t.Parallel()
	file, err := letters.PrintStatement(longStatement(t, 2, "987654321,12"))
	require.NoError(t, err)
	require.Equal(t, 14, strings.Count(textOf(t, file), "987654321,12"))
}

func TestAStatementWithACharacterTheFontLacksIsRefused(t *testing.T) {
	t.Parallel()
	_, err := letters.PrintStatement(longStatement(t, 1, "漢"))
	require.ErrorContains(t, err, "the font has no character")
}
