package law

import "relance/calendar"

// Words are what people read, in English and in French.
type Words struct {
	EN string `json:"en"`
	FR string `json:"fr"`
}

// Confidence says how well a value is established.
type Confidence string

// The degrees of confidence, as they stand in the tables.
const (
	// High: the text of the law, an official page, or two independent sources.
	High Confidence = "H"
	// Medium: one secondary source, or memory of a stable text.
	Medium Confidence = "M"
	// Low: uncertain, to be checked before it is used.
	Low Confidence = "L"
)

// Dated is what every row of the tables says of itself.
type Dated struct {
	// Rates have both ValidFrom and ValidTo; a rule without ValidFrom is older than
	// the tables, one without ValidTo has no known end.
	ValidFrom  calendar.Date `json:"valid_from,omitzero" doc:"The first day the row holds; missing when that is older than the tables."`
	ValidTo    calendar.Date `json:"valid_to,omitzero" doc:"The last day the row holds; missing when no end is known."`
	Article    string        `json:"article" doc:"The text of the law."`
	Source     string        `json:"source" doc:"Where the value was read."`
	Confidence Confidence    `json:"confidence" enum:"H,M,L" doc:"H: the text of the law, an official page or two sources; M: one source; L: uncertain."`
	CheckedOn  calendar.Date `json:"checked_on" doc:"The day somebody last compared the row with its source."`
	NextChange calendar.Date `json:"next_change,omitzero" doc:"The day a new value is expected; missing when none is."`
	File       string        `json:"file" doc:"The table; one of the built-in ones stands in law/."`
	Line       int           `json:"line"`

	layer int
}

// Covers reports whether the row holds on a date.
func (d Dated) Covers(on calendar.Date) bool {
	return (d.ValidFrom.IsZero() || d.ValidFrom <= on) && (d.ValidTo.IsZero() || on <= d.ValidTo)
}

// validity is the time a row covers, for people who compare rows.
func (d Dated) validity() string {
	switch {
	case d.ValidFrom.IsZero() && d.ValidTo.IsZero():
		return "all the time"
	case d.ValidFrom.IsZero():
		return "the time until " + d.ValidTo.String()
	case d.ValidTo.IsZero():
		return "the time from " + d.ValidFrom.String() + " on"
	default:
		return d.ValidFrom.String() + " to " + d.ValidTo.String()
	}
}

// fact is a row of a table: a value under a key, for a time.
type fact[T any] interface {
	// key names what the row is about; rows of one key must not overlap.
	key() string
	dated() Dated
	// bare is the row without its origin: rows with the same bare value and
	// validity say the same.
	bare() T
}
