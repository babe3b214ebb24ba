package deadlines

import "relance/calendar"

// Provision is where a figure of the law stands and when it holds.
type Provision struct {
	// Article is the text that gives the figure; Source is where it was read.
	Article string
	Source  string
	// Confidence in the figure: H (the text itself), M (one other source), L (do
	// not use without a check).
	Confidence string
	// ValidFrom and ValidTo are the first and the last day in force; not set where
	// the table knows of none.
	ValidFrom calendar.Date
	ValidTo   calendar.Date
	// CheckedOn is when the figure was last compared with its source; NextChange
	// is when the text is known to change.
	CheckedOn  calendar.Date
	NextChange calendar.Date
}

// InForce reports whether the figure holds on a date.
func (p Provision) InForce(on calendar.Date) bool {
	return (p.ValidFrom.IsZero() || on >= p.ValidFrom) && (p.ValidTo.IsZero() || on <= p.ValidTo)
}
