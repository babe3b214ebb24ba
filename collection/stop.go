package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
)

// Stop keeps a case still together with others, for a reason that lies outside of
// it. A stop that is wider than one invoice is kept beside the cases, where the last
// check before sending looks; each case in its scope is told of it.
type Stop struct {
	ID    string    `json:"id"`
	Kind  StopKind  `json:"kind"`
	Scope StopScope `json:"scope"`
	// Reason is a word or phrase without personal data.
	Reason string `json:"reason"`
	// At is the business time from which it holds.
	At time.Time `json:"at"`
	// Until is the last day it holds, not set for one that a person lifts.
	Until calendar.Date `json:"until,omitzero"`
	// Lifted is when a person ended it.
	Lifted time.Time `json:"lifted,omitzero"`
}

// StopKind is what a stop stops.
type StopKind string

// The kinds of stops, from the narrowest to the widest.
const (
	// StopHold pauses the ladder of every invoice of a debtor, until a day or until it
	// is lifted. The hold of one invoice is a Hold of its case.
	StopHold StopKind = "hold"
	// StopExclusion takes an invoice or a debtor out of the reminders: a person takes
	// care of it until the exclusion is lifted.
	StopExclusion StopKind = "exclusion"
	// StopBlock lets nothing leave to a debtor by any way.
	StopBlock StopKind = "block"
	// StopKillSwitch lets nothing leave at all, of a creditor or of everybody.
	StopKillSwitch StopKind = "kill-switch"
)

// StopKinds lists the kinds of stops.
func StopKinds() []StopKind {
	return []StopKind{StopHold, StopExclusion, StopBlock, StopKillSwitch}
}

// StopScope is how far a stop reaches.
type StopScope string

// The scopes of stops.
const (
	ScopeInvoice  StopScope = "invoice"
	ScopeDebtor   StopScope = "debtor"
	ScopeCreditor StopScope = "creditor"
	// ScopeEverything is the whole installation.
	ScopeEverything StopScope = "everything"
)

// Scopes lists how far a kind of stop may reach; none when the kind is not known.
func (k StopKind) Scopes() []StopScope {
	switch k {
	case StopHold, StopBlock:
		return []StopScope{ScopeDebtor}
	case StopExclusion:
		return []StopScope{ScopeInvoice, ScopeDebtor}
	case StopKillSwitch:
		return []StopScope{ScopeCreditor, ScopeEverything}
	default:
		return nil
	}
}

// Validate refuses a stop that makes no sense.
func (s Stop) Validate() error {
	if err := CheckID("the stop", s.ID); err != nil {
		return err
	}
	switch {
	case !slices.Contains(StopKinds(), s.Kind):
		return Refuse(RefusedInvalid, "the stop %s is of the kind %q: use %s", s.ID, s.Kind, AnyOf(StopKinds()))
	case !slices.Contains(s.Kind.Scopes(), s.Scope):
		return Refuse(RefusedInvalid, "the %s %s cannot be for the scope %q: it is for %s", s.Kind, s.ID, s.Scope, AnyOf(s.Kind.Scopes()))
	case s.Reason == "" || !IsPlainText(s.Reason):
		return Refuse(RefusedInvalid, "the %s %s needs a reason, of at most %d characters", s.Kind, s.ID, maxText)
	case s.At.IsZero():
		return Refuse(RefusedInvalid, "the %s %s does not say since when", s.Kind, s.ID)
	case s.Kind == StopExclusion && !s.Until.IsZero():
		return Refuse(RefusedInvalid, "the exclusion %s has no last day: it holds until it is lifted (a hold ends by itself)", s.ID)
	case !s.Lifted.IsZero() && s.Lifted.Before(s.At):
		return Refuse(RefusedInvalid, "the %s %s would be lifted before it began", s.Kind, s.ID)
	default:
		return nil
	}
}

func (s Stop) equal(o Stop) bool {
	return s.ID == o.ID && s.Kind == o.Kind && s.Scope == o.Scope && s.Reason == o.Reason && s.Until == o.Until &&
		s.At.Equal(o.At) && s.Lifted.Equal(o.Lifted)
}

// IsWide reports whether the stop reaches beyond one debtor, so that many resume at
// once when it ends.
func (s Stop) IsWide() bool { return s.Scope == ScopeCreditor || s.Scope == ScopeEverything }

// isActive reports whether the stop holds at an instant, in a debtor's calendar.
func (s Stop) isActive(window calendar.Window, now time.Time) bool {
	return s.Lifted.IsZero() && (s.Until.IsZero() || window.DateOf(now) <= s.Until)
}

// end is the first day after the stop, or the given day while it holds.
func (s Stop) end(window calendar.Window, day calendar.Date) calendar.Date {
	if !s.Until.IsZero() {
		day = min(day, s.Until.AddDays(1))
	}
	if !s.Lifted.IsZero() {
		day = min(day, window.DateOf(s.Lifted))
	}
	return day
}

// TakeStop tells a case of a stop in whose scope it is: that it holds, or that it was
// lifted.
type TakeStop struct{ Stop Stop }

func (TakeStop) command() {}

// StopTaken: the case knows of a stop, as it stands now.
type StopTaken struct{ Stop Stop }

func (c Case) takeStop(command TakeStop) ([]Event, error) {
	stop := command.Stop
	if err := stop.Validate(); err != nil {
		return nil, err
	}
	if known, found := c.stop(stop.ID); found {
		if known.equal(stop) || !known.Lifted.IsZero() && stop.Lifted.IsZero() {
			return nil, nil // told before, or news of the past
		}
	}
	return []Event{StopTaken{Stop: stop}}, nil
}

func (c Case) stop(id string) (Stop, bool) {
	for _, stop := range c.Stops {
		if stop.ID == id {
			return stop, true
		}
	}
	return Stop{}, false
}

func (e StopTaken) apply(c Case) Case {
	stops := make([]Stop, 0, len(c.Stops)+1)
	known := false
	for _, stop := range c.Stops {
		if stop.ID == e.Stop.ID {
			known, stop = true, e.Stop
		}
		stops = append(stops, stop)
	}
	if !known {
		stops = append(stops, e.Stop)
	}
	c.Stops = stops
	return c
}

// StoppedBy is the strictest stop in force at an instant: a kill switch before a
// block before an exclusion before a hold, and of one kind the one that lasts longest.
func (c Case) StoppedBy(now time.Time) (Stop, bool) {
	var strictest Stop
	found := false
	for _, stop := range c.Stops {
		if stop.isActive(c.Window, now) && (!found || compareStops(stop, strictest) > 0) {
			strictest, found = stop, true
		}
	}
	return strictest, found
}

func compareStops(a, b Stop) int {
	lasts := func(s Stop) calendar.Date {
		if s.Until.IsZero() {
			return calendar.Date(1 << 30)
		}
		return s.Until
	}
	return cmp.Or(cmp.Compare(slices.Index(StopKinds(), a.Kind), slices.Index(StopKinds(), b.Kind)), cmp.Compare(lasts(a), lasts(b)))
}

// whileStopped waits for the end of the last stop in force, if all have one.
func (c Case) whileStopped(now time.Time) (Action, bool) {
	strictest, found := c.StoppedBy(now)
	if !found {
		return Action{}, false
	}
	why := Reason{Code: becauseStopped, Stop: strictest.Kind, Scope: strictest.Scope, Date: strictest.Until, Text: strictest.Reason}
	last := strictest.Until
	for _, stop := range c.Stops {
		if !stop.isActive(c.Window, now) {
			continue
		}
		if stop.Until.IsZero() {
			return Action{Kind: ActionIdle, Because: why}, true
		}
		last = max(last, stop.Until)
	}
	return Action{Kind: ActionWait, At: c.Window.Instant(last.AddDays(1), c.Debtor), Because: why}, true
}
