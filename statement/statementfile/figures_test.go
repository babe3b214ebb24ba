package statementfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/carlos7ags/folio/reader"
	"github.com/stretchr/testify/require"

	"relance/money"
	"relance/statement"
	"relance/statement/statementfile"
)

// figures are the amounts of a file that are something, in the order in which a
// reader meets them, and the rates of the interest.
type figures struct {
	amounts []string
	rates   []string
	// totals is where the totals begin among the amounts.
	totals int
}

func (f *figures) add(t *testing.T, amounts ...money.Amount) {
	t.Helper()
	for _, amount := range amounts {
		if !amount.IsZero() {
			f.amounts = append(f.amounts, amount.String())
		}
	}
}

// ofJSON reads the figures back from JSON.
func ofJSON(t *testing.T, content []byte) figures {
	t.Helper()
	var s statement.Statement
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&s))
	var f figures
	lines := func(lines []statement.Line) {
		for _, l := range lines {
			f.add(t, l.Arisen, l.Paid, l.Credited, l.Waived, l.Tolerated, l.NotClaimed, l.Open)
		}
	}
	for _, c := range s.Cases {
		f.add(t, c.Total)
		for _, r := range c.Receipts {
			f.add(t, r.Amount, r.Pays.Principal, r.Pays.Interest, r.Pays.Indemnity, r.Pays.Costs, r.Pays.Credit)
		}
		for _, s := range c.Segments {
			f.add(t, s.Base, s.Amount)
			f.rates = append(f.rates, s.Rate.String())
		}
		for _, cost := range c.Costs {
			f.add(t, cost.Amount)
		}
		for _, waiver := range c.Waivers {
			f.add(t, waiver.Amount)
		}
		lines(c.Lines)
		f.add(t, c.Overpaid)
		f.add(t, c.Due...)
		f.add(t, c.PerDay.Amount)
	}
	f.totals = len(f.amounts)
	for _, total := range s.Totals {
		lines(total.Lines)
		f.add(t, total.Overpaid, total.GivenUp, total.Due, total.PerDay.Amount)
	}
	return f
}

// sheetOf reads the rows of a CSV file by the places of the columns, which are the
// same in every language.
func sheetOf(t *testing.T, content []byte) [][]string {
	t.Helper()
	require.True(t, bytes.HasPrefix(content, []byte("\xef\xbb\xbf")), "Excel needs the mark")
	table := csv.NewReader(bytes.NewReader(content[3:]))
	table.Comma = ';'
	rows, err := table.ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

const (
	columnRate, firstAmount, lastAmount, columnCurrency, columnExact = 8, 10, 23, 24, 25
)

// ofCSV reads the figures back from CSV.
func ofCSV(t *testing.T, content []byte, decimalMark string) figures {
	t.Helper()
	var f figures
	number := func(cell string) string { return strings.Replace(cell, decimalMark, ".", 1) }
	for _, row := range sheetOf(t, content) {
		if strings.HasPrefix(row[0], "total-") && f.totals == 0 {
			f.totals = len(f.amounts)
		}
		if row[0] == "segment" {
			f.rates = append(f.rates, number(row[columnRate]))
		}
		for _, cell := range row[firstAmount : lastAmount+1] {
			if cell != "" {
				amount, err := money.Parse(number(cell), money.Currency(row[columnCurrency]))
				require.NoError(t, err, row)
				f.add(t, amount)
			}
		}
	}
	return f
}

var (
	frenchAmount  = regexp.MustCompile("(-?[0-9\u202f]+(?:,[0-9]+)?)\u00a0(€|\\$US|¥|JPY)")
	englishAmount = regexp.MustCompile(`(-?)(€|US\$|¥|JP¥)([0-9,]+(?:\.[0-9]+)?)`)
	rate          = regexp.MustCompile("([0-9]+[.,][0-9]+)\u00a0?%")
	currencies    = map[string]money.Currency{"€": "EUR", "$US": "USD", "US$": "USD", "¥": "JPY", "JPY": "JPY", "JP¥": "JPY"}
)

// ofPDF reads the figures back from the text of the pages, between the first
// heading and the panel for paying.
func ofPDF(t *testing.T, text, lang string) figures {
	t.Helper()
	first, last := "Facture FA", "Pour régler"
	if lang == "en" {
		first, last = "Invoice FA", "How to pay"
	}
	_, text, found := strings.Cut(text, first)
	require.True(t, found, text)
	text, _, _ = strings.Cut(text, last)
	var f figures
	take := func(number, symbol string) {
		amount, err := money.Parse(number, currencies[symbol])
		require.NoError(t, err)
		f.add(t, amount)
	}
	if lang == "fr" {
		for _, match := range frenchAmount.FindAllStringSubmatch(text, -1) {
			take(strings.NewReplacer("\u202f", "", ",", ".").Replace(match[1]), match[2])
		}
	} else {
		for _, match := range englishAmount.FindAllStringSubmatch(text, -1) {
			take(match[1]+strings.ReplaceAll(match[3], ",", ""), match[2])
		}
	}
	for _, match := range rate.FindAllStringSubmatch(text, -1) {
		f.rates = append(f.rates, strings.Replace(match[1], ",", ".", 1))
	}
	return f
}

// textOf is the text of the pages in the order it was set.
func textOf(t *testing.T, content []byte) string {
	t.Helper()
	document, err := reader.Parse(content)
	require.NoError(t, err)
	var all strings.Builder
	for i := range document.PageCount() {
		page, err := document.Page(i)
		require.NoError(t, err)
		text, err := page.ExtractText()
		require.NoError(t, err)
		all.WriteString(text + "\n")
	}
	return all.String()
}

// The same figures in the same order, to the last cent, whatever the form.
func TestTheFiguresReadBackFromAllFormsAreTheSame(t *testing.T) {
	t.Parallel()
	for name, accounts := range map[string][]statement.Account{"one invoice": {workedExample(t)}, "all": everything(t)} {
		for _, on := range []string{"2026-04-15", "2026-06-22", "2026-09-03", "2026-12-31", "2027-02-01"} {
			for lang, mark := range map[string]string{"fr": ",", "en": "."} {
				s := state(t, on, accounts...)
				f := parties()
				f.Creditor.Legal = "" // it names the capital
				file := func(format statementfile.Format) []byte {
					made, err := writer(t).Write(s, f, lang, format)
					require.NoError(t, err)
					return made.Content
				}
				inJSON, inCSV := ofJSON(t, file(statementfile.JSON)), ofCSV(t, file(statementfile.CSV), mark)
				require.NotEmpty(t, inJSON.amounts)
				require.Equal(t, inJSON, inCSV, "%s on %s in %s", name, on, lang)

				if len(accounts) == 1 { // the totals are those of the invoice
					inJSON.amounts = inJSON.amounts[:inJSON.totals]
				}
				inPDF := ofPDF(t, textOf(t, file(statementfile.PDF)), lang)
				require.Equal(t, inJSON.amounts, inPDF.amounts, "%s on %s in %s", name, on, lang)
				require.Equal(t, inJSON.rates, inPDF.rates)
			}
		}
	}
}

func TestTheExactInterestIsInJSONAndCSV(t *testing.T) {
	t.Parallel()
	s := state(t, "2026-09-03", everything(t)...)
	var exact []string
	for _, c := range s.Cases {
		for _, segment := range c.Segments {
			exact = append(exact, segment.Exact)
		}
	}
	var inCSV []string
	for _, row := range sheetOf(t, write(t, s, "en", statementfile.CSV).Content) {
		if row[0] == "segment" {
			inCSV = append(inCSV, row[columnExact]+" "+row[columnCurrency])
		}
	}
	require.Equal(t, exact, inCSV)
	require.Contains(t, exact, "134.87112416 EUR")
}

func TestPDFsAreReadByOtherProgramsToo(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed")
	}
	s := state(t, "2026-09-03", workedExample(t))
	for lang, wanted := range map[string][]string{
		"fr": {
			"Relevé de compte", "Situation au 3 septembre 2026", "Total à régler : 6 377,99 €", "Facture FA-2026-0117 du 01/04/2026, échéance le 01/05/2026",
			"Règlement BNP-0031", "02/07/2026", "12,40 % / 365", "C. com. L441-10 II", "134,87 €", "Chaque jour après le 3 septembre 2026 ajoute 2,11 € d’intérêts.",
			"Pour régler", "FR76 3000 6000 0112 3456 7890 189", "Scannez pour payer",
		},
		"en": {"Statement of account", "As at 3 September 2026", "Total to be paid: €6,377.99", "12.40% / 365", "Late-payment interest", "€134.87", "Scan to pay"},
	} {
		file := filepath.Join(t.TempDir(), "statement.pdf")
		require.NoError(t, os.WriteFile(file, write(t, s, lang, statementfile.PDF).Content, 0o600))
		output, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").CombinedOutput()
		require.NoError(t, err, string(output))
		text := strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(output))), " ")
		for _, want := range wanted {
			require.Contains(t, text, want)
		}
	}
}

func TestTextsFromOutsideAreNoFormulas(t *testing.T) {
	t.Parallel()
	rows := sheetOf(t, write(t, state(t, "2026-09-03", everything(t)...), "fr", statementfile.CSV).Content)
	require.True(t, slices.ContainsFunc(rows, func(row []string) bool { return row[len(row)-1] == "'=geste commercial" }))
	for _, row := range rows {
		for _, cell := range []int{1, 2, 3, len(row) - 1} {
			require.NotRegexp(t, `^[=+@-]`, row[cell])
		}
	}
}

// The guide names every type of row and every column.
func TestTheGuideKnowsEveryRowAndColumn(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/statement.md")
	require.NoError(t, err)
	content := write(t, state(t, "2026-09-03", everything(t)...), "en", statementfile.CSV).Content
	for _, row := range sheetOf(t, content) {
		require.Contains(t, string(guide), "`"+row[0]+"`")
	}
	headings, _, _ := strings.Cut(strings.TrimPrefix(string(content), "\ufeff"), "\r\n")
	_, listed, found := strings.Cut(string(guide), "The columns, in their order: ")
	require.True(t, found)
	listed, _, _ = strings.Cut(listed, ".")
	require.Equal(t, strings.ToLower(strings.ReplaceAll(headings, ";", ", ")), strings.Join(strings.Fields(strings.ToLower(listed)), " "))
	for _, code := range statement.NoteCodes() {
		require.Contains(t, string(guide), "`"+string(code)+"`")
	}
}
