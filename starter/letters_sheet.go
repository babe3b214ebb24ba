package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"relance/casefile"
)

// letterSheetName is the table that goes to the print shop with the letters.
const letterSheetName = "letters.csv"

// addressColumns is how many lines of an address the table has, as many as show in the
// window of an envelope.
const addressColumns = 7

// letterSheet is the table of the letters of a folder: UTF-8 for Excel, semicolons.
type letterSheet struct {
	content bytes.Buffer
	rows    *csv.Writer
}

func newLetterSheet() *letterSheet {
	s := &letterSheet{}
	s.content.WriteString("\ufeff")
	s.rows = csv.NewWriter(&s.content)
	s.rows.Comma = ';'
	headings := []string{"creditor", "number", "kind", "file", "sha256", "invoices", "composed_on"}
	for line := range addressColumns {
		headings = append(headings, "address_"+strconv.Itoa(line+1))
	}
	_ = s.rows.Write(headings) // kept by the writer, told by bytes
	return s
}

func (s *letterSheet) add(l casefile.Letter, file string) {
	cells := []string{l.Creditor, l.Number, string(l.Kind), file, l.SHA256, strings.Join(l.Invoices, " "), l.ComposedAt.Format("2006-01-02")}
	lines := strings.Split(l.Recipient, "\n")
	for line := range addressColumns {
		if line < len(lines) {
			cells = append(cells, lines[line])
		} else {
			cells = append(cells, "")
		}
	}
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	_ = s.rows.Write(cells) // kept by the writer, told by bytes
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}

func (s *letterSheet) bytes() ([]byte, error) {
	s.rows.Flush()
	if err := s.rows.Error(); err != nil {
		return nil, fmt.Errorf("the table of the letters cannot be written: %w", err)
	}
	return s.content.Bytes(), nil
}
