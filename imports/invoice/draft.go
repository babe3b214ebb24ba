package invoice

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"relance/calendar"
	"relance/money"
)

// Cell is a value as the source states it, and where it stands.
type Cell struct {
	Field string // the column as the file names it, or the business term
	Value string
	Line  int
}

// Empty reports whether the cell states nothing.
func (c Cell) Empty() bool { return strings.TrimFunc(c.Value, isBlank) == "" }

// Draft is a document being read. Readers fill the embedded Document, directly
// where the value needs no check, and finish with Complete.
type Draft struct {
	Document
	rules  Rules
	faults []*RowError
}

// NewDraft starts a document.
func NewDraft(source Source, rules Rules) *Draft {
	return &Draft{Document: Document{Source: source, Kind: Invoice}, rules: rules.withDefaults()}
}

// Refuse records a reason why the document cannot be accepted.
func (d *Draft) Refuse(cell Cell, reason string) {
	if cell.Line == 0 {
		cell.Line = d.Source.Line
	}
	d.faults = append(d.faults, &RowError{
		File: d.Source.File, Line: cell.Line, Field: cell.Field, Value: shorten(cell.Value), Reason: reason,
	})
}

// Warn records something to look at in a document that is accepted all the same,
// once however often the document repeats it.
func (d *Draft) Warn(about About, cell Cell, reason string) {
	if cell.Line == 0 {
		cell.Line = d.Source.Line
	}
	warning := Warning{About: about, Line: cell.Line, Field: cell.Field, Value: shorten(cell.Value), Reason: reason}
	same := func(w Warning) bool {
		return w.Field == warning.Field && w.Value == warning.Value && w.Reason == reason
	}
	if !slices.ContainsFunc(d.Warnings, same) {
		d.Warnings = append(d.Warnings, warning)
	}
}

const longestNumber = 100

// SetNumber records the document number (BT-1).
func (d *Draft) SetNumber(cell Cell) {
	number := Tidy(cell.Value)
	switch {
	case number == "":
		d.Refuse(cell, "the invoice number is missing")
	case len(number) > longestNumber:
		d.Refuse(cell, fmt.Sprintf("the invoice number is longer than %d characters", longestNumber))
	case strings.ContainsFunc(strings.TrimFunc(cell.Value, isBlank), unicode.IsControl):
		d.Refuse(cell, "the invoice number contains control characters")
	default:
		d.Number = number
	}
}

// SetCurrency records the currency of all amounts (BT-5). Set it before them.
func (d *Draft) SetCurrency(cell Cell) {
	currency, err := money.ParseCurrency(strings.ToUpper(Tidy(cell.Value)))
	if err != nil {
		d.Refuse(cell, "not a currency; use an ISO 4217 code such as EUR")
		return
	}
	d.Currency = currency
}

// Amount reads a plain decimal ("1234.56") in the document's currency. What is no
// amount, has more decimals than the currency, or is absurdly large is refused,
// and the zero Amount returned. The cell is what the error will show.
func (d *Draft) Amount(cell Cell, decimal string) money.Amount {
	if d.Currency == "" {
		return money.Amount{} // already refused: without a currency no amount can be read
	}
	amount, err := money.Parse(strings.TrimSpace(decimal), d.Currency)
	if err != nil {
		d.Refuse(cell, fmt.Sprintf("not an amount in %s; write it like %s", d.Currency, money.FromMinor(123450, d.Currency).Decimal()))
		return money.Amount{}
	}
	if amount.Minor() > d.rules.MaxMinor || amount.Minor() < -d.rules.MaxMinor {
		d.Refuse(cell, fmt.Sprintf("beyond %s, the largest amount accepted; check for a typing error",
			money.FromMinor(d.rules.MaxMinor, d.Currency)))
		return money.Amount{}
	}
	return amount
}

// The years a document can plausibly bear: late enough for any debt that can
// still be claimed, early enough to catch 2206 and 0026.
const (
	firstYear = 1990
	lastYear  = 2099
)

// Date checks a date that a reader understood. ok is false when the reader did
// not understand the cell; hint then says how to write it.
func (d *Draft) Date(cell Cell, date calendar.Date, ok bool, hint string) calendar.Date {
	switch {
	case !ok:
		d.Refuse(cell, "not a date; "+hint)
		return 0
	case date.Year() < firstYear || date.Year() > lastYear:
		d.Refuse(cell, fmt.Sprintf("the year is not between %d and %d", firstYear, lastYear))
		return 0
	default:
		return date
	}
}

// AddMention records an invoice note.
func (d *Draft) AddMention(code, text string) {
	if text = strings.TrimFunc(text, isBlank); text != "" {
		d.Mentions = append(d.Mentions, Mention{Code: Tidy(code), Text: text})
	}
}

// AddReference records an earlier invoice that this document is about.
func (d *Draft) AddReference(number string, issued calendar.Date) {
	if number = Tidy(number); number != "" {
		d.References = append(d.References, Reference{Number: number, Issued: issued})
	}
}

// SetTerms records the payment terms (BT-20) and tries to understand them.
func (d *Draft) SetTerms(cell Cell) {
	d.TermsText = strings.TrimFunc(cell.Value, isBlank)
	if terms, ok := ParseTerms(d.TermsText); ok {
		d.Terms = terms
	}
}
