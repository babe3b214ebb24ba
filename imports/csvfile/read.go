// Package csvfile reads ledgers of invoices exported as CSV: any order of
// columns, headers in French or English, comma, semicolon or tab, French and
// English numbers and dates, UTF-8, Windows-1252 or UTF-16. What is understood
// and what is refused is documented in docs/import.md.
//
// A file is streamed: memory does not grow with it. It is read once for its hash
// and encoding, once for its rows, and once more, only where an amount can mean
// two things, for how the whole file writes its amounts.
package csvfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"relance/imports/invoice"
)

// Read yields every row of a file in order: a document, or the *invoice.Refusal of
// the row. Rows after a refused one still come. A file that cannot be read at all
// yields one refusal, which wraps an error of package invoice, and nothing else;
// a cancelled context yields its error.
func Read(ctx context.Context, file invoice.File, options Options) iter.Seq2[invoice.Document, error] {
	return func(yield func(invoice.Document, error) bool) {
		options = options.withDefaults()
		t, err := open(ctx, file, options)
		if err != nil {
			yield(invoice.Document{}, refuseFile(file, err))
			return
		}
		for {
			if err := ctx.Err(); err != nil {
				yield(invoice.Document{}, err)
				return
			}
			document, err := t.nextDocument(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if broken := new(readFailure); errors.As(err, &broken) {
				yield(invoice.Document{}, refuseFile(file, broken.cause))
				return
			}
			if !yield(document, err) {
				return
			}
		}
	}
}

// Layout is how a file is built, for a person to check before importing it.
type Layout struct {
	Encoding  Encoding
	Delimiter byte
	Columns   map[Column]string // how the file calls each column that is understood
	Ignored   []string          // headers that are not understood, and whose columns are passed over
}

// Inspect reads the layout of a file. The error is a *invoice.Refusal.
func Inspect(ctx context.Context, file invoice.File, options Options) (Layout, error) {
	t, err := open(ctx, file, options.withDefaults())
	if err != nil {
		return Layout{}, refuseFile(file, err)
	}
	return Layout{Encoding: t.probe.encoding, Delimiter: t.rows.delimiter, Columns: t.header.name, Ignored: t.header.ignored}, nil
}

// table is an open file after its header.
type table struct {
	file    invoice.File
	options Options
	probe   probe
	rows    *rowReader
	header  header
	style   NumberStyle
	decided bool // whether the whole file was asked for its style
}

// readFailure is a failure of reading, as opposed to a fault in a row.
type readFailure struct{ cause error }

func (e *readFailure) Error() string { return e.cause.Error() }
func (e *readFailure) Unwrap() error { return e.cause }

func open(ctx context.Context, file invoice.File, options Options) (*table, error) {
	if file.Size > options.MaxBytes {
		return nil, &tooLarge{size: file.Size, limit: options.MaxBytes}
	}
	found, err := examine(ctx, file)
	if err != nil {
		return nil, err
	}
	t := &table{file: file, options: options, probe: found, style: options.Numbers, decided: options.Numbers != NumbersFromFile}
	t.rows, t.header, err = ofInvoices.openRows(found.text(file, options.Progress), options.Delimiter)
	return t, err
}

// openRows reads up to the end of the header. Blank lines above it, and the line
// "sep=;" by which spreadsheets announce the delimiter, are passed over.
func (v vocabulary) openRows(text io.Reader, delimiter byte) (*rowReader, header, error) {
	rows := newRowReader(text, delimiter)
	for {
		line, err := rows.readLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil, header{}, &unreadable{"the file is empty"}
		case err != nil:
			return nil, header{}, &unreadable{"the header cannot be read: " + err.Error()}
		}
		title := strings.TrimSpace(string(line))
		if announced, ok := strings.CutPrefix(title, "sep="); ok && len(announced) == 1 {
			if delimiter == 0 {
				rows.delimiter = announced[0]
			}
			continue
		}
		if strings.Trim(title, ";,\t |") == "" {
			continue
		}
		if rows.delimiter == 0 {
			rows.delimiter = v.findDelimiter(line)
		}
		rows.returned = []returnedLine{{text: bytes.Clone(line)}}
		rows.line--
		break
	}
	cells, _, err := rows.next()
	if err != nil {
		return nil, header{}, &unreadable{"the header cannot be read: " + err.Error()}
	}
	h, err := v.readHeader(cells)
	return rows, h, err
}

// nextDocument reads the next row that is not blank.
func (t *table) nextDocument(ctx context.Context) (invoice.Document, error) {
	for {
		cells, line, err := t.rows.next()
		source := invoice.Source{File: t.file.Name, Line: line, Format: invoice.FormatCSV, SHA256: t.probe.sha256}
		var broken *brokenRow
		switch {
		case errors.Is(err, io.EOF):
			return invoice.Document{}, io.EOF
		case errors.As(err, &broken):
			return invoice.Document{}, refuseRow(source, broken.reason)
		case err != nil:
			return invoice.Document{}, &readFailure{err}
		}
		if isBlank(cells) {
			continue
		}
		r := &row{table: t, cells: cells, draft: invoice.NewDraft(source, t.options.Rules)}
		if reason := r.fault(); reason != "" {
			return invoice.Document{}, refuseRow(source, reason)
		}
		return r.read(ctx)
	}
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// fault is why no cell of the row can be trusted, or nothing.
func (r *row) fault() string {
	if extra := len(r.cells) - r.table.header.width; extra > 0 && !isBlank(r.cells[r.table.header.width:]) {
		return fmt.Sprintf("the row has %d cells and the header %d; a cell that contains the delimiter needs quotation marks",
			len(r.cells), r.table.header.width)
	}
	for _, cell := range r.cells {
		if !utf8.ValidString(cell) {
			return "the row contains characters that are not UTF-8, as the rest of the file is; it is damaged"
		}
	}
	return ""
}

func refuseRow(source invoice.Source, reason string) *invoice.Refusal {
	return &invoice.Refusal{Source: source, Faults: []*invoice.RowError{{File: source.File, Line: source.Line, Reason: reason}}}
}

type tooLarge struct{ size, limit int64 }

func (e *tooLarge) Error() string {
	return fmt.Sprintf("the file has %d bytes, more than the %d allowed; split it", e.size, e.limit)
}
func (e *tooLarge) Unwrap() error { return invoice.ErrTooLarge }

// refuseFile is the refusal of the whole file, or the context's error as it is.
func refuseFile(file invoice.File, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if !errors.Is(err, invoice.ErrTooLarge) && !errors.Is(err, invoice.ErrUnreadable) {
		err = fmt.Errorf("%w: %w", invoice.ErrUnreadable, err)
	}
	return invoice.RefuseFile(invoice.Source{File: file.Name, Format: invoice.FormatCSV}, 0, err, err.Error())
}
