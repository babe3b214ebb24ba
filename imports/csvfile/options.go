package csvfile

import (
	"relance/imports/invoice"
	"relance/money"
)

// DefaultMaxBytes is the largest file read when Options does not say otherwise:
// several million invoices.
const DefaultMaxBytes = 2 << 30

// Options say how to read what a file leaves open. The zero Options find out by
// themselves.
type Options struct {
	Delimiter byte           // ';', ',', '\t' or '|'; 0 finds it from the header
	Numbers   NumberStyle    // NumbersFromFile decides from the amounts of the file
	Dates     DateOrder      // DayFirst, unless the file is American
	Currency  money.Currency // of rows that state none; default EUR
	Creditor  string         // of rows that state none
	MaxBytes  int64          // default DefaultMaxBytes

	// Progress, when set, is told now and then how many bytes of the file have
	// been read, for a progress bar.
	Progress func(read, size int64)

	Rules invoice.Rules
}

// NumberStyle says which mark separates the decimals of an amount.
type NumberStyle int

// The number styles. NumbersFromFile reads every amount that can only mean one
// thing, and lets the whole file decide on those that can mean two ("1,234").
const (
	NumbersFromFile NumberStyle = iota
	DecimalComma
	DecimalPoint
)

// DateOrder says what 03/04/2026 means.
type DateOrder int

// The date orders. A file never decides on it by itself: a wrong guess would
// move due dates by months without anyone noticing.
const (
	DayFirst DateOrder = iota
	MonthFirst
)

func (o Options) withDefaults() Options {
	if o.Currency == "" {
		o.Currency = money.EUR
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	return o
}
