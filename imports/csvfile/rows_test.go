package csvfile

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type readRow struct {
	line  int
	cells []string
	fault string
}

func readAll(t require.TestingT, text string, delimiter byte) []readRow {
	reader := newRowReader(strings.NewReader(text), delimiter)
	var rows []readRow
	for {
		cells, line, err := reader.next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		var broken *brokenRow
		if err != nil {
			require.ErrorAs(t, err, &broken)
			rows = append(rows, readRow{line: line, fault: broken.reason})
			continue
		}
		rows = append(rows, readRow{line: line, cells: cells})
	}
}

func TestRowsAreSplitIntoCells(t *testing.T) {
	t.Parallel()
	require.Equal(t, []readRow{
		{line: 1, cells: []string{"a", "b", ""}},
		{line: 2, cells: []string{"x;y", `say "hi"`, "z"}},
		{line: 3, cells: []string{"first\nsecond", "2"}},
		{line: 5, cells: []string{""}},
		{line: 6, cells: []string{`12" pipe`, "ok"}},
		{line: 7, cells: []string{"end", ""}},
	}, readAll(t, "a;b;\r\n\"x;y\";\"say \"\"hi\"\"\" ;z\n\"first\nsecond\";2\n\n12\" pipe;ok\nend;", ';'))
}

func TestAnUnclosedQuotationMarkCostsOneRow(t *testing.T) {
	t.Parallel()
	rows := readAll(t, "1;ok\n2;\"broken\n3;ok\n4;\"also ok\"\n5;ok\n", ';')
	require.Equal(t, []int{1, 2, 3, 4, 5}, []int{rows[0].line, rows[1].line, rows[2].line, rows[3].line, rows[4].line})
	require.NotEmpty(t, rows[1].fault)
	require.Equal(t, []string{"3", "ok"}, rows[2].cells)
	require.Equal(t, []string{"4", "also ok"}, rows[3].cells)
	require.Len(t, rows, 5)
}

func TestAQuotationMarkThatNeverEndsDoesNotSwallowTheFile(t *testing.T) {
	t.Parallel()
	rows := readAll(t, "\"open\n"+strings.Repeat("row\n", 10_000), ';')
	require.Len(t, rows, 10_001)
	require.NotEmpty(t, rows[0].fault)
	for i, row := range rows[1:] {
		require.Equal(t, i+2, row.line)
		require.Empty(t, row.fault)
	}
}

func TestATooLongLineCostsOneRow(t *testing.T) {
	t.Parallel()
	rows := readAll(t, "1;a\n"+strings.Repeat("x", 3*longestLine)+"\n3;c\n", ';')
	require.Len(t, rows, 3)
	require.Contains(t, rows[1].fault, "longer than")
	require.Equal(t, readRow{line: 3, cells: []string{"3", "c"}}, rows[2])
}

func TestATooLongLineInsideAQuotedCellCostsBothRows(t *testing.T) {
	t.Parallel()
	rows := readAll(t, "\"1;a\n"+strings.Repeat("x", 2*longestLine)+"\n3;c\n", ';')
	require.Len(t, rows, 3)
	require.NotEmpty(t, rows[0].fault)
	require.NotEmpty(t, rows[1].fault)
	require.Equal(t, readRow{line: 3, cells: []string{"3", "c"}}, rows[2])
}

func TestABinaryRowIsRefused(t *testing.T) {
	t.Parallel()
	rows := readAll(t, "a;b\x00\nc;d\n", ';')
	require.Contains(t, rows[0].fault, "NUL")
	require.Equal(t, []string{"c", "d"}, rows[1].cells)
}

func TestWhatASpreadsheetWritesReadsBackTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-zé";, \n0-9]{0,12}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 5), 1, 8).Draw(t, "rows")
		delimiter := rapid.SampledFrom([]rune{';', ',', '\t'}).Draw(t, "delimiter")
		var text strings.Builder
		writer := csv.NewWriter(&text)
		writer.Comma = delimiter
		require.NoError(t, writer.WriteAll(rows))
		back := readAll(t, text.String(), byte(delimiter))
		require.Len(t, back, len(rows))
		for i := range rows {
			require.Empty(t, back[i].fault)
			require.Equal(t, rows[i], back[i].cells)
		}
	})
}
