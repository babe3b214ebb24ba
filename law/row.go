package law

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"relance/calendar"
	"relance/config/strictyaml"
	"relance/money"
)

// Problem is one mistake in a table: its Field is the column.
type Problem = strictyaml.Problem

// Problems are all the mistakes in the tables, as one error.
type Problems = strictyaml.Problems

// row is one line of a file while it is read. What is wrong with it is added to
// the problems, and an empty value stands for what could not be read.
type row struct {
	file     string
	line     int
	layer    int
	cells    map[string]string
	problems *Problems
}

// rowsOf reads a CSV file whose header must be the columns, in any order.
func rowsOf(file string, layer int, data []byte, columns []string, problems *Problems) []row {
	if !utf8.Valid(data) {
		*problems = append(*problems, Problem{File: file, Reason: "the text is not in UTF-8: save the file as CSV UTF-8"})
		return nil
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		*problems = append(*problems, Problem{File: file, Line: 1, Reason: "the file has no header: its columns are " + strings.Join(columns, ",")})
		return nil
	}
	if wrong := checkHeader(header, columns); wrong != "" {
		*problems = append(*problems, Problem{File: file, Line: 1, Reason: wrong})
		return nil
	}
	var rows []row
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			*problems = append(*problems, syntaxProblem(file, err))
			return rows
		}
		line, _ := reader.FieldPos(0)
		if len(cells) != len(header) {
			*problems = append(*problems, Problem{File: file, Line: line, Reason: fmt.Sprintf(
				"the row has %d values for %d columns: put values with a comma in double quotes", len(cells), len(header))})
			continue
		}
		r := row{file: file, line: line, layer: layer, cells: make(map[string]string, len(cells)), problems: problems}
		for i, cell := range cells {
			r.cells[header[i]] = strings.TrimSpace(cell)
		}
		rows = append(rows, r)
	}
}

func syntaxProblem(file string, err error) Problem {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return Problem{File: file, Line: syntax.Line, Reason: "this is not CSV: " + syntax.Err.Error()}
	}
	return Problem{File: file, Reason: "this is not CSV: " + err.Error()}
}

func checkHeader(header, columns []string) string {
	if len(header) == 1 && strings.Contains(header[0], ";") {
		return "the columns are separated by semicolons: save the file as CSV with commas"
	}
	for i, name := range header {
		if !slices.Contains(columns, name) {
			if near := strictyaml.Nearest(name, columns); near != "" {
				return fmt.Sprintf("there is no column %q: did you mean %s?", name, near)
			}
			return fmt.Sprintf("there is no column %q: the columns are %s", name, strings.Join(columns, ","))
		}
		if slices.Contains(header[:i], name) {
			return fmt.Sprintf("the column %s stands twice in the header", name)
		}
	}
	for _, name := range columns {
		if !slices.Contains(header, name) {
			return fmt.Sprintf("the column %s is missing: the columns are %s", name, strings.Join(columns, ","))
		}
	}
	return ""
}

func (r row) refuse(column, format string, args ...any) {
	*r.problems = append(*r.problems, Problem{File: r.file, Line: r.line, Field: column, Reason: fmt.Sprintf(format, args...)})
}

func (r row) optional(column string) string { return r.cells[column] }

func (r row) text(column string) string {
	if r.cells[column] == "" {
		r.refuse(column, "is empty: every row needs it")
	}
	return r.cells[column]
}

// words are the columns name_en and name_fr.
func (r row) words(name string) Words {
	return Words{EN: r.text(name + "_en"), FR: r.text(name + "_fr")}
}

// optionalWords are in both languages or in none.
func (r row) optionalWords(name string) Words {
	if r.optional(name+"_en") == "" && r.optional(name+"_fr") == "" {
		return Words{}
	}
	return r.words(name)
}

func (r row) date(column string) calendar.Date {
	if r.text(column) == "" {
		return 0
	}
	return r.optionalDate(column)
}

func (r row) optionalDate(column string) calendar.Date {
	if r.optional(column) == "" {
		return 0
	}
	date, err := calendar.ParseDate(r.optional(column))
	if err != nil {
		r.refuse(column, "%v", err)
	}
	return date
}

func (r row) percent(column string) Percent {
	if r.text(column) == "" {
		return 0
	}
	percent, err := ParsePercent(r.optional(column))
	if err != nil {
		r.refuse(column, "%v", err)
	}
	return percent
}

// euros is an amount that is not negative; zero when none is given.
func (r row) euros(column string) money.Amount {
	if r.optional(column) == "" {
		return money.Amount{}
	}
	amount, err := money.Parse(r.optional(column), money.EUR)
	switch {
	case err != nil:
		r.refuse(column, "%v", err)
	case amount.Sign() < 0:
		r.refuse(column, "%s is less than nothing", amount)
	}
	return amount
}

// count is a whole number of at least 1.
func (r row) count(column string, most int) int {
	text := r.text(column)
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 1 || n > most) {
		r.refuse(column, "%q is not a whole number from 1 to %d", text, most)
		return 0
	}
	return n
}

func (r row) country() string {
	code := r.text("country")
	if code != "" && (len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		r.refuse("country", "%q is not a country: write two capitals such as FR", code)
	}
	return code
}

// choice is one of the known words of a column.
func choice[T ~string](r row, column string, known ...T) T {
	given := T(r.text(column))
	if given == "" || slices.Contains(known, given) {
		return given
	}
	words := make([]string, len(known))
	for i, word := range known {
		words[i] = string(word)
	}
	r.refuse(column, "%q is none of %s", given, strings.Join(words, ", "))
	return given
}

// origin are the columns that every table has.
func (r row) origin() Dated {
	d := Dated{
		ValidFrom: r.optionalDate("valid_from"), ValidTo: r.optionalDate("valid_to"),
		Article: r.text("article"), Source: r.text("source"),
		Confidence: choice(r, "confidence", High, Medium, Low),
		CheckedOn:  r.date("checked_on"), NextChange: r.optionalDate("next_change"),
		File: r.file, Line: r.line, layer: r.layer,
	}
	if !d.ValidFrom.IsZero() && !d.ValidTo.IsZero() && d.ValidTo < d.ValidFrom {
		r.refuse("valid_to", "%s is before valid_from, %s", d.ValidTo, d.ValidFrom)
	}
	return d
}
