package law

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"relance/calendar"
)

// Addition is the value of a reference rate that somebody adds to the tables of
// an installation.
type Addition struct {
	Rate ReferenceKey
	// First and Last are the half-years it holds for, as a rule the same.
	First, Last HalfYear
	Percent     Percent
	Article     string
	Source      string
	Confidence  Confidence
	CheckedOn   calendar.Date
	NextChange  calendar.Date
}

// AdditionTo is the addition of a rate for a half-year, or for a whole year of a
// rate that is published by the year, with the article that its table cites. It
// returns the name of the file the row belongs in.
func (b Book) AdditionTo(rate ReferenceKey, first, last HalfYear) (Addition, string, error) {
	if _, found := b.ReferenceRate(rate); !found {
		return Addition{}, "", fmt.Errorf("there is no rate %q: the rates are %s", rate, strings.Join(sortedKeys(b.references), ", "))
	}
	missing := b.missing(rate, first)
	return Addition{
		Rate: rate, First: first, Last: last, Article: missing.Article, Confidence: High, NextChange: (last + 1).First(),
	}, missing.File, nil
}

// AppendTo is the content of a file with the row added at its end, in the order
// of the file's own columns. An empty file gets its header first.
func (a Addition) AppendTo(file []byte) ([]byte, error) {
	if len(bytes.TrimSpace(file)) == 0 {
		file = []byte(rateHeader() + "\n")
	}
	header, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).Read()
	if err != nil {
		return nil, fmt.Errorf("reading the header of the table: %w", err)
	}
	if wrong := checkHeader(header, rateColumns()); wrong != "" {
		return nil, fmt.Errorf("the table cannot take a row: %s", wrong)
	}
	values := map[string]string{
		"rate": string(a.Rate), "valid_from": a.First.First().String(), "valid_to": a.Last.Last().String(), "percent": a.Percent.String(),
		"article": a.Article, "source": a.Source, "confidence": string(a.Confidence), "checked_on": a.CheckedOn.String(),
	}
	if !a.NextChange.IsZero() {
		values["next_change"] = a.NextChange.String()
	}
	cells := make([]string, len(header))
	for i, column := range header {
		cells[i] = values[column]
	}
	added := bytes.Clone(file)
	if !bytes.HasSuffix(added, []byte("\n")) {
		added = append(added, '\n')
	}
	return append(added, csvLine(cells...)+"\n"...), nil
}

// rateHeader is the first line of a table of rates, as new files have it.
func rateHeader() string {
	return "rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change"
}

// csvLine is a row of a table, quoted where it must be.
func csvLine(cells ...string) string {
	var line strings.Builder
	w := csv.NewWriter(&line)
	_ = w.Write(cells) // writing into memory does not fail
	w.Flush()
	return strings.TrimSuffix(line.String(), "\n")
}
