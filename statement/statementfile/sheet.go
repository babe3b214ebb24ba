package statementfile

import (
	"bytes"
	"strconv"
	"strings"

	"relance/calendar"
	"relance/messaging/compose"
	"relance/money"
	"relance/statement"
)

// The types of the rows of a table, the same in every language.
const (
	rowStatement = "statement"
	rowInvoice   = "invoice"
	rowSegment   = "segment"
	rowCost      = "cost"
	rowWaiver    = "waiver"
	rowPart      = "part"
	rowOverpaid  = "overpaid"
	rowDisputed  = "disputed"
	rowDue       = "due"
	rowPerDay    = "per-day"
	rowNote      = "note"
	// The totals of a currency. Receipts have the kinds of their entries.
	rowTotalPart     = "total-part"
	rowTotalOverpaid = "total-overpaid"
	rowTotalGivenUp  = "total-given-up"
	rowTotalDisputed = "total-disputed"
	rowTotalDue      = "total-due"
	rowTotalPerDay   = "total-per-day"
)

// byteOrderMark lets Excel read UTF-8.
const byteOrderMark = "\ufeff"

// row is one row; cells that do not apply are empty.
type row struct {
	kind, label, invoice, id, part                     string
	from, to                                           calendar.Date
	days, yearDays                                     int
	rate                                               string
	base, amount                                       money.Amount
	principal, interest, indemnity, costs, credit      money.Amount
	arisen, paid, credited, waived, tolerated, claimed money.Amount
	open                                               money.Amount
	currency                                           money.Currency
	exact, article, text                               string
}

// columns are the headings, named in the words of the statement.
func columns() []string {
	return []string{
		"csv.type", "csv.label", "csv.invoice", "csv.id", "csv.part", "csv.from", "csv.to", "csv.days", "csv.rate", "csv.year-days", "csv.base",
		"column.amount", "column.principal", "column.interest", "column.indemnity", "column.costs", "column.credit",
		"column.arisen", "column.paid", "column.credited", "column.waived", "column.tolerated", "column.not-claimed", "column.open",
		"csv.currency", "csv.exact", "csv.article", "csv.text",
	}
}

// cells are the texts of the row, in the order of the columns.
func (r row) cells(words compose.StatementWording) []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return itoa(n)
	}
	cells := []string{
		r.kind, safe(r.label), safe(r.invoice), safe(r.id), r.part, r.from.String(), r.to.String(), number(r.days), words.Decimal(r.rate), number(r.yearDays),
	}
	currency := r.currency
	for _, amount := range []money.Amount{
		r.base, r.amount, r.principal, r.interest, r.indemnity, r.costs, r.credit,
		r.arisen, r.paid, r.credited, r.waived, r.tolerated, r.claimed, r.open,
	} {
		if amount.Currency() == "" {
			cells = append(cells, "")
			continue
		}
		currency = amount.Currency()
		cells = append(cells, words.Decimal(amount.Decimal()))
	}
	exact, _, _ := strings.Cut(r.exact, " ") // its currency has a column
	return append(cells, string(currency), words.Decimal(exact), safe(r.article), safe(r.text))
}

// safe keeps a spreadsheet from taking a text from outside for a formula.
func safe(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
		return "'" + text
	}
	return text
}

// sheet is the statement as CSV: semicolons, the decimal mark of the language, a
// byte order mark, one row for each figure of the page.
func sheet(s statement.Statement, words compose.StatementWording) []byte {
	var out bytes.Buffer
	out.WriteString(byteOrderMark)
	headings := make([]string, 0, len(columns()))
	for _, name := range columns() {
		headings = append(headings, words.Words(name))
	}
	writeRow(&out, headings)
	for _, r := range rows(s, pager{words}) {
		writeRow(&out, r.cells(words))
	}
	return out.Bytes()
}

// writeRow writes cells as RFC 4180 has them, with semicolons.
func writeRow(out *bytes.Buffer, cells []string) {
	for i, cell := range cells {
		if i > 0 {
			out.WriteByte(';')
		}
		if strings.ContainsAny(cell, "\";\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out.WriteString(cell)
	}
	out.WriteString("\r\n")
}

func itoa(n int) string { return strconv.Itoa(n) }
