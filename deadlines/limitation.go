package deadlines

import (
	"slices"

	"relance/calendar"
)

// Limitation is until when a claim can be brought to court, reckoned with
// prudence: it is shown to warn early, not to prove that a claim is lost.
type Limitation struct {
	Kind ClaimKind
	// Start is the prudent date, the day itself not counted; Basis is which of
	// the claim's dates it is.
	Start calendar.Date
	Basis Basis
	// LastDay is the last day to act, a working day or not: CPC 642 is not applied
	// to limitation.
	LastDay calendar.Date
	// Stopped: something that stops the limitation goes on. LastDay is then the
	// earliest it can be, as if that had ended at once.
	Stopped bool
	// Because is how LastDay was found.
	Because Reason
	// Effects say what each event does, in the order of their dates.
	Effects []Effect
	// Possible are later last days that a court may accept. They never move
	// LastDay or a warning.
	Possible []PossibleDay
	// Doubts are what a person should look at.
	Doubts []Reason

	claim      Claim
	warnMonths []int
	restart    calendar.Date
}

// Effect is what an event does to the limitation.
type Effect struct {
	Event   LimitationEvent
	Kind    EffectKind
	Because Reason
}

// PossibleDay is a last day that holds only if a court takes the event for an
// interruption.
type PossibleDay struct {
	Event   LimitationEvent
	LastDay calendar.Date
	Because Reason
}

// LimitationOf is the limitation of a claim after what happened to it, by the
// time limits that hold on the day it is counted from.
func LimitationOf(claim Claim, happened []LimitationEvent, limits []TimeLimit) (Limitation, error) {
	start, basis, err := claim.start()
	if err != nil {
		return Limitation{}, err
	}
	rules, err := claim.rules(limits, start)
	if err != nil {
		return Limitation{}, err
	}
	events, err := inOrder(happened)
	if err != nil {
		return Limitation{}, err
	}
	c := follow(rules, start, events, func(int) bool { return false })
	l := Limitation{
		Kind: claim.Kind, Start: start, Basis: basis, LastDay: c.last, Stopped: c.open,
		claim: claim, warnMonths: rules.limit.WarnMonths, restart: c.restart,
	}
	l.Because = l.reason(c)
	for n, event := range events {
		l.Effects = append(l.Effects, Effect{Event: event, Kind: c.outcomes[n].effect, Because: effectReason(event, c.outcomes[n], rules)})
		if c.outcomes[n].effect != PossiblyExtends {
			continue
		}
		counted := follow(rules, start, events, func(i int) bool { return i == n })
		if counted.last > c.last {
			l.Possible = append(l.Possible, PossibleDay{Event: event, LastDay: counted.last, Because: possibleReason(event, counted.last)})
		}
	}
	l.Doubts = l.doubts(events, c)
	return l, nil
}

func inOrder(happened []LimitationEvent) ([]LimitationEvent, error) {
	for _, event := range happened {
		if err := event.Validate(); err != nil {
			return nil, err
		}
	}
	events := slices.Clone(happened)
	slices.SortStableFunc(events, func(a, b LimitationEvent) int { return int(a.On) - int(b.On) })
	return events, nil
}

// Passed reports whether the last day is over and nothing stops the limitation.
func (l Limitation) Passed(today calendar.Date) bool { return !l.Stopped && today > l.LastDay }

// LimitationWarning tells a person that a claim is about to be lost.
type LimitationWarning struct {
	// MonthsBefore is how long before the last day the warning is due.
	MonthsBefore int
	On           calendar.Date
	LastDay      calendar.Date
	Because      Reason
}

// Warnings are those due by today, the longest notice first. Once the last day
// is over there are none: Passed says so.
func (l Limitation) Warnings(today calendar.Date) []LimitationWarning {
	var due []LimitationWarning
	for _, warning := range l.planned() {
		if warning.On <= today && today <= l.LastDay {
			due = append(due, warning)
		}
	}
	return due
}

// NextWarning is the first warning that is not due by today; found is false when
// none is left.
func (l Limitation) NextWarning(today calendar.Date) (next LimitationWarning, found bool) {
	for _, warning := range l.planned() {
		if warning.On > today {
			return warning, true
		}
	}
	return LimitationWarning{}, false
}

func (l Limitation) planned() []LimitationWarning {
	var planned []LimitationWarning
	for _, months := range l.warnMonths {
		on := addMonths(l.LastDay, -months)
		if on > l.restart { // a period shorter than the notice has no such warning
			planned = append(planned, LimitationWarning{MonthsBefore: months, On: on, LastDay: l.LastDay, Because: l.warningReason(months)})
		}
	}
	slices.SortStableFunc(planned, func(a, b LimitationWarning) int { return b.MonthsBefore - a.MonthsBefore })
	return planned
}
