// Package statementfile writes a statement of account for its readers: as a PDF
// for the debtor, as CSV for spreadsheets, as JSON for programs. All three show
// the figures of the statement and none of their own.
package statementfile

import (
	"encoding/json"
	"fmt"
	"strings"

	"relance/collection"
	"relance/latefees"
	"relance/letters"
	"relance/messaging/compose"
	"relance/statement"
)

// Format is a form a statement is written in.
type Format string

// The formats.
const (
	PDF  Format = "pdf"
	CSV  Format = "csv"
	JSON Format = "json"
)

// ContentType is the media type of a format.
func (f Format) ContentType() string {
	switch f {
	case PDF:
		return "application/pdf"
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	default:
		return "application/json"
	}
}

// File is a statement as it is handed over.
type File struct {
	// Name is "statement-of-account-F-2026-001-2026-09-03.pdf".
	Name        string
	ContentType string
	Language    string
	Content     []byte
}

// Writer writes statements in the words of a set of templates. It is safe for
// concurrent use.
type Writer struct {
	templates *compose.Templates
}

// NewWriter makes a Writer.
func NewWriter(templates *compose.Templates) *Writer { return &Writer{templates: templates} }

// Write writes a statement in a language, which falls back as for mails. Of the
// facts it takes the parties and the day it is written; how to pay follows from
// the statement.
func (w *Writer) Write(s statement.Statement, f compose.Facts, lang string, format Format) (File, error) {
	words, err := w.templates.Statement(lang, payable(s, f))
	if err != nil {
		return File{}, err
	}
	s = told(s, words)
	file := File{Name: fileName(s, words, format), ContentType: format.ContentType(), Language: words.Lang()}
	switch format {
	case PDF:
		file.Content, err = printed(page(s, words))
	case CSV:
		file.Content = sheet(s, words)
	case JSON:
		file.Content, err = json.MarshalIndent(s, "", "  ")
		file.Content = append(file.Content, '\n')
	default:
		err = fmt.Errorf("%q is no format of a statement: they are %s, %s and %s", format, PDF, CSV, JSON)
	}
	if err != nil {
		return File{}, fmt.Errorf("writing the statement of %s: %w", s.Debtor.ID, err)
	}
	return file, nil
}

// printed is the PDF. What the page has no room or no letters for is refused: the
// other formats have.
func printed(page letters.Statement) ([]byte, error) {
	content, err := letters.PrintStatement(page)
	if err != nil {
		return nil, collection.Refuse(collection.RefusedInvalid, "the statement cannot be printed: %s. Ask for it as CSV or JSON", err)
	}
	return content, nil
}

// Page is the statement with every text as it is printed, for a terminal.
func (w *Writer) Page(s statement.Statement, f compose.Facts, lang string) (letters.Statement, error) {
	words, err := w.templates.Statement(lang, payable(s, f))
	if err != nil {
		return letters.Statement{}, err
	}
	return page(told(s, words), words), nil
}

// told is the statement with its notes in words.
func told(s statement.Statement, words compose.StatementWording) statement.Statement {
	s.Language = words.Lang()
	cases := make([]statement.Case, len(s.Cases))
	for i, c := range s.Cases {
		notes := make([]statement.Note, len(c.Notes))
		for j, note := range c.Notes {
			filled := []string{"rate", words.In(note.Rate), "half", words.In(note.HalfYear.Words())}
			if note.Code == statement.NoteDiscount {
				filled = []string{"saved", words.Amount(note.Saved), "amount", words.Amount(note.ToPay), "until", words.Date(note.Until)}
			}
			if note.Pause != (latefees.Span{}) {
				filled = []string{"from", words.Date(note.Pause.From), "to", words.Date(note.Pause.To), "article", note.Pause.Article}
			}
			note.Text = words.Words("note."+string(note.Code), filled...)
			notes[j] = note
		}
		c.Notes = notes
		cases[i] = c
	}
	s.Cases = cases
	return s
}

func fileName(s statement.Statement, words compose.StatementWording, format Format) string {
	about := s.Debtor.ID
	if s.Invoice != "" {
		about = s.Invoice
	}
	about = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, about)
	return fmt.Sprintf("%s-%s-%s.%s", words.Words("file-name"), about, s.On, format)
}
