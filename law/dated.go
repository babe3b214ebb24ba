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
	// ValidFrom and ValidTo are the first and the last day the row holds. Rates
	// have both; a rule without ValidFrom is older than the tables, one without
	// ValidTo has no known end.
	ValidFrom calendar.Date `json:"valid_from,omitzero"`
	ValidTo   calendar.Date `json:"valid_to,omitzero"`
	// Article is the text of the law.
	Article string `json:"article"`
	// Source is where the value was read.
	Source     string     `json:"source"`
	Confidence Confidence `json:"confidence"`
	// CheckedOn is the day somebody last compared the row with its source.
	CheckedOn calendar.Date `json:"checked_on"`
	// NextChange is the day a new value is expected, not set when none is.
	NextChange calendar.Date `json:"next_change,omitzero"`
	// File and Line are where the row stands.
	File string `json:"file"`
	Line int    `json:"line"`

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
