package law

import (
	"fmt"
	"path"
)

// MissingRateError is a half-year whose reference rate is in no table. Nothing
// is computed in its place.
type MissingRateError struct {
	Rate     ReferenceKey
	Title    Words
	HalfYear HalfYear
	// File is the table that lacks the row, Article what the row would cite.
	File, Article string
}

// Error names the half-year and the row to add.
func (e *MissingRateError) Error() string {
	return fmt.Sprintf("the %s of %s is not known: add it with this row in %s of your own law tables: %s",
		e.Title.EN, e.HalfYear.Words().EN, e.File, e.Row())
}

// Row is the row to add, with words in capitals for what must be filled in.
func (e *MissingRateError) Row() string {
	return fmt.Sprintf("%s,%s,%s,PERCENT,%s,SOURCE,CONFIDENCE,CHECKED_ON,%s",
		e.Rate, e.HalfYear.First(), e.HalfYear.Last(), e.Article, (e.HalfYear + 1).First())
}

func (b Book) missing(key ReferenceKey, half HalfYear) *MissingRateError {
	missing := &MissingRateError{Rate: key, HalfYear: half, Title: Words{EN: "rate " + string(key), FR: "taux " + string(key)}, File: rateSuffix}
	if described, found := b.ReferenceRate(key); found {
		missing.Title, missing.Article = described.Title, described.Article
	}
	if values := b.values[string(key)]; len(values) > 0 {
		missing.File, missing.Article = path.Base(values[0].File), values[0].Article
	}
	return missing
}
