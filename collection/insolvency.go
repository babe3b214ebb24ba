package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
	"relance/deadlines"
)

// InsolvencyKind is the kind of insolvency proceedings, by its name in French law.
type InsolvencyKind string

// The kinds of proceedings (C. com. L620-1, L631-1, L640-1).
const (
	Safeguard    InsolvencyKind = "sauvegarde"
	Receivership InsolvencyKind = "redressement"
	Liquidation  InsolvencyKind = "liquidation"
)

// InsolvencyKinds lists the kinds of proceedings.
func InsolvencyKinds() []InsolvencyKind {
	return []InsolvencyKind{Safeguard, Receivership, Liquidation}
}

// InsolvencyEnd is how proceedings ended for a creditor.
type InsolvencyEnd string

// How proceedings end.
const (
	// InsolvencyLifted: the judgment was annulled or reversed, the notice was
	// mistaken, or all debts were paid: cases go on where they stood.
	InsolvencyLifted InsolvencyEnd = "lifted"
	// InsolvencyPlan: the court adopted a plan. What is owed is paid as the plan
	// says, so that cases stay frozen.
	InsolvencyPlan InsolvencyEnd = "plan-adopted"
	// InsolvencyWithoutAssets: closed, because the assets do not suffice. Nothing
	// will be paid any more: cases are written off.
	InsolvencyWithoutAssets InsolvencyEnd = "insufficient-assets"
)

// InsolvencyEnds lists how proceedings end.
func InsolvencyEnds() []InsolvencyEnd {
	return []InsolvencyEnd{InsolvencyLifted, InsolvencyPlan, InsolvencyWithoutAssets}
}

// Insolvency is what a case knows of the insolvency proceedings of its debtor. It
// is a plain value; the zero Insolvency is none.
type Insolvency struct {
	// Proceeding is the ID of the proceedings in the books.
	Proceeding string         `json:"proceeding,omitempty"`
	Kind       InsolvencyKind `json:"kind,omitempty"`
	Simplified bool           `json:"simplified,omitempty"`
	// Judgment is the day of the opening judgment, From the day it was recorded.
	Judgment calendar.Date `json:"judgment,omitzero"`
	From     calendar.Date `json:"from,omitzero"`
	// DeclareBy is the day to work towards for the declaration of the claim, LastDay
	// the last on which it can be posted, and Relief the last to ask for relief after
	// that. They are not set until the publication is known.
	DeclareBy calendar.Date `json:"declareBy,omitzero"`
	LastDay   calendar.Date `json:"lastDay,omitzero"`
	Relief    calendar.Date `json:"relief,omitzero"`
	// Declared is the day the claim was declared.
	Declared calendar.Date `json:"declared,omitzero"`
	// End is how the proceedings ended, on EndedOn.
	End     InsolvencyEnd `json:"end,omitempty"`
	EndedOn calendar.Date `json:"endedOn,omitzero"`
	// Told is the last day of the declaration of which a person was told.
	Told calendar.Date `json:"told,omitzero"`
}

// IsKnown reports whether there are, or were, proceedings.
func (i Insolvency) IsKnown() bool { return i.Proceeding != "" }

// Freezes reports whether the claim must be left alone: payment of debts born
// before the judgment is forbidden, and so is suing for them (C. com. L622-7,
// L622-21).
func (i Insolvency) Freezes() bool { return i.IsKnown() && i.End != InsolvencyLifted }

// ConcernsClaim reports whether a claim was born before the judgment. What counts
// is the day of the fact it comes from: that of the delivery or the service where it
// is known, else that of the invoice, else the due date. A claim born on the day of
// the judgment counts as born before, because that is the safe reading.
func (i Insolvency) ConcernsClaim(completed, issued, due calendar.Date) bool {
	return i.IsKnown() && wasBornBy(i.Judgment, completed, issued, due)
}

func wasBornBy(day, completed, issued, due calendar.Date) bool {
	born := cmp.Or(completed, issued, due)
	return !born.IsZero() && born <= day
}

func (i Insolvency) validate() error {
	invalid := func(format string, args ...any) error { return Refuse(RefusedInvalid, format, args...) }
	switch {
	case i == Insolvency{}:
		return nil
	case i.Proceeding == "":
		return invalid("the insolvency proceedings have no ID")
	case !slices.Contains(InsolvencyKinds(), i.Kind):
		return invalid("%q is no kind of insolvency proceedings: they are %v", i.Kind, InsolvencyKinds())
	case i.Simplified && i.Kind != Liquidation:
		return invalid("only a liquidation can be simplified, not a %s", i.Kind)
	case i.Judgment.IsZero():
		return invalid("the proceedings %s have no day of the judgment", i.Proceeding)
	case i.End != "" && !slices.Contains(InsolvencyEnds(), i.End):
		return invalid("%q is no way in which proceedings end: they are %v", i.End, InsolvencyEnds())
	case i.DeclareBy > i.LastDay, i.Relief != 0 && i.Relief < i.LastDay:
		return invalid("the days of the declaration in %s are not in order", i.Proceeding)
	default:
		return nil
	}
}

// days are those on which a person is told of the declaration again, in order: the
// warnings, and the first day on which it is too late. Nobody is told once it was
// made, or the proceedings ended.
func (i Insolvency) days() []calendar.Date {
	if i.DeclareBy.IsZero() || !i.Declared.IsZero() || i.End != "" {
		return nil
	}
	return append(deadlines.DeclarationWarnings(i.DeclareBy), i.LastDay.AddDays(1))
}

// toTell is the latest day that has come and of which nobody was told.
func (i Insolvency) toTell(today calendar.Date) (calendar.Date, bool) {
	for _, day := range slices.Backward(i.days()) {
		if day <= today {
			return day, day > i.Told && day > i.From
		}
	}
	return 0, false
}

// IsTooLate reports whether the declaration was missed.
func (i Insolvency) IsTooLate(today calendar.Date) bool {
	return i.Freezes() && i.End == "" && i.Declared.IsZero() && !i.LastDay.IsZero() && today > i.LastDay
}

// whileInsolvent leaves the claim alone and watches its declaration.
func (c Case) whileInsolvent(now time.Time) (Action, bool) {
	if !c.Insolvency.Freezes() {
		return Action{}, false
	}
	today := c.Window.DateOf(now)
	why := Reason{Code: becauseInsolvent, Date: today, Insolvency: c.Insolvency}
	if h, found := c.partnerToTell(); found {
		return Action{
			Kind: ActionOpenTask, Task: TaskInsolvency, Day: c.Insolvency.Judgment, Handoff: h.ID, Partner: h.Partner, At: now, Because: why,
		}, true
	}
	if day, found := c.Insolvency.toTell(today); found {
		return Action{Kind: ActionOpenTask, Task: TaskInsolvency, Day: day, At: now, Because: why}, true
	}
	if day, found := firstAfter(c.Insolvency.days(), max(today, c.Insolvency.Told)); found {
		return Action{Kind: ActionWait, Task: TaskInsolvency, Day: day, At: c.Window.OpeningOf(day), Because: why}, true
	}
	return Action{Kind: ActionIdle, Because: why}, true
}

// InsolvencyTold: a person was told of the declaration of the claim. Day is the day
// of which this was to be told.
type InsolvencyTold struct{ Day calendar.Date }

func (e InsolvencyTold) apply(c Case) Case {
	c.Insolvency.Told = e.Day
	return c
}

func (c Case) reportInsolvencyTask(command ReportTask) []Event {
	if h, found := c.partnerToTell(); found {
		return []Event{PartnerToldOfInsolvency{ID: h.ID, Proceeding: c.Insolvency.Proceeding}}
	}
	if day, found := c.Insolvency.toTell(c.Window.DateOf(command.At)); found {
		return []Event{InsolvencyTold{Day: day}}
	}
	return nil
}

// insolvencyPause is the time in which the proceedings kept the ladder still.
func (c Case) insolvencyPause(until calendar.Date) (pause, bool) {
	i := c.Insolvency
	if !i.IsKnown() || i.From.IsZero() {
		return pause{}, false
	}
	end := until
	if i.End == InsolvencyLifted && !i.EndedOn.IsZero() {
		end = min(until, i.EndedOn)
	}
	return pause{i.From, end}, true
}
