package endtoend_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
)

// owed is what a case owes its debtor in the week: a step on a day, reckoned from the
// ladder as it is written down and the calendar on the wall.
type owed struct {
	step     string
	channels []collection.Channel
	day      calendar.Date
	// before is the day from which it makes no sense any more; not set: it never ends.
	before calendar.Date
}

// The first rungs of the ladders, in days from the due date. A second reminder comes eight
// days after the first at the soonest, which is in the next week.
var rungs = map[string][]struct {
	step     string
	days     int
	channels []collection.Channel
}{
	"fr-b2b-standard": {{"courtesy", -7, []collection.Channel{"email"}}, {"reminder-courteous", 3, []collection.Channel{"email"}}},
	"strict":          {{"reminder-firm", 1, []collection.Channel{"email", "sms"}}},
	"gentle":          {{"courtesy", -7, []collection.Channel{"email"}}, {"reminder", 8, []collection.Channel{"email"}}},
	"by-post":         {{"formal", 1, []collection.Channel{"letter", "email"}}},
}

var friday = monday.AddDays(4)

func owes(c claim) []owed {
	var all []owed
	for _, rung := range rungs[c.strategy] {
		o := owed{step: rung.step, channels: rung.channels, day: workingDay(max(c.due.AddDays(rung.days), monday))}
		if rung.days < 0 {
			o.before = c.due
		}
		if o.day <= friday && (o.before.IsZero() || o.day < o.before) {
			all = append(all, o)
		}
	}
	return all
}

// requireNothingLost: what was owed in the week left on its day, or later for a reason that
// a person would accept for every day it waited; and what reached nobody is not dropped.
func (w *week) requireNothingLost() {
	w.t.Helper()
	count, onTime, late := 0, 0, 0
	reasons := map[string]int{}
	for _, c := range w.claims {
		for _, o := range owes(c) {
			count++
			left, isLate := w.requireOwed(c, o, reasons)
			if left && !isLate {
				onTime++
			}
			if isLate {
				late++
			}
		}
	}
	require.Greater(w.t, count, 300, "the week asks for something")
	require.Greater(w.t, onTime, count/3, "most of it leaves on its day")
	w.t.Logf("%d steps were owed, %d left on their day, %d later; days that something waited: %v", count, onTime, late, reasons)
	require.LessOrEqual(w.t, reasons[excuseLate], count/5, "days that something waited because the providers were slow")
}

// requireOwed follows one step of one case through the week.
func (w *week) requireOwed(c claim, o owed, reasons map[string]int) (left, isLate bool) {
	w.t.Helper()
	file := w.files[c.number]
	sent := w.firstDay(file, o)
	last := friday
	if !o.before.IsZero() {
		last = min(last, o.before.AddDays(-1))
	}
	waited := 0
	for day := o.day; day <= last && (sent.IsZero() || day < sent); day = workingDay(day.AddDays(1)) {
		why := w.excuse(c, o, day)
		require.NotEmpty(w.t, why, "%s of %s was owed on %s, left on %s, and nothing explains %s:\n%s", o.step, c.number, o.day, sent, day, w.told(c.debtor))
		reasons[why]++
		waited++
	}
	switch {
	case !sent.IsZero():
		w.requireCarriedOut(c, o, file)
	case isSettled(file), isWithPerson(file), w.nextWeek[c.number+" "+o.step], !o.before.IsZero() && o.before <= friday:
	default:
		if file.Row.Stage == collection.StageOnHold { // which names no step: it wakes when the hold is over, and plans then
			ends := func(hold collection.Hold) bool { return hold.Until < w.dayOf(file.Row.NextAt) }
			require.True(w.t, slices.ContainsFunc(file.Case.Holds, ends), "%s wakes after its hold:\n%s", c.number, w.told(c.debtor))
		} else {
			require.Equal(w.t, o.step, file.Row.NextStep, "%s is still to come:\n%s", c.number, w.told(c.debtor))
		}
		require.False(w.t, file.Row.NextAt.IsZero(), "%s has a day:\n%s", c.number, w.told(c.debtor))
	}
	return !sent.IsZero(), waited > 0
}

// firstDay is the day a step left first over any channel in the week.
func (w *week) firstDay(file casefile.File, o owed) calendar.Date {
	var first calendar.Date
	for _, m := range file.Messages {
		if day := w.dayOf(m.BusinessAt); m.Step == o.step && (first.IsZero() || day < first) {
			first = day
		}
	}
	return first
}

// The reasons for which a notice may wait a day.
const (
	excusePaid    = "paid"
	excuseHeld    = "held"
	excuseContact = "the debtor was contacted"
	excuseWeek    = "twice a week is enough"
	excuseDue     = "what is due goes first"
	excuseLate    = "late"
	excusePerson  = "a person is to reach the debtor"
)

// excuse says why a step of a case did not leave on a day.
func (w *week) excuse(c claim, o owed, day calendar.Date) string {
	file := w.files[c.number]
	if at, isPaid := w.settledAt(c); isPaid && w.dayOf(at) <= day {
		return excusePaid
	}
	for _, hold := range file.Case.Holds {
		until := hold.Until
		if slices.Contains(w.contactDays(c.debtor), hold.From) { // the day of the contact counts as one of the pause: a day more passes
			until = workingDay(until.AddDays(1))
		}
		if hold.From <= day && day <= until {
			return excuseHeld
		}
	}
	if isWithPerson(file) {
		return excusePerson
	}
	contacts := w.contactDays(c.debtor)
	others := slices.DeleteFunc(slices.Clone(contacts), func(d calendar.Date) bool { return d > day || d < day.AddDays(-6) })
	wait := w.waited(file, o.step, day)
	switch {
	case slices.Contains(contacts, day), slices.Contains(contacts, day.AddDays(-1)):
		return ifTold(wait, excuseContact)
	case len(others) >= 2:
		return ifTold(wait, excuseWeek)
	case !o.before.IsZero() && strings.Contains(wait, "an invoice that is due leaves that day"):
		return excuseDue
	case strings.Contains(wait, "late"):
		return excuseLate
	default:
		return ""
	}
}

// isWithPerson reports whether the ladder waits for a person who was asked to help.
func isWithPerson(file casefile.File) bool {
	return file.Row.Stage == collection.StageUnreachable && slices.ContainsFunc(file.Case.Steps, func(r collection.StepRecord) bool { return asksPerson(file, r.Key) })
}

// ifTold is an excuse that the case file tells of.
func ifTold(wait, excuse string) string {
	if wait == "" {
		return ""
	}
	return excuse
}

// waited is what the case file says of a step that waited on a day: when it was put off, and
// that this was not over before the day was.
func (w *week) waited(file casefile.File, step string, day calendar.Date) string {
	told := ""
	for _, entry := range file.History {
		if entry.Kind != "notice-postponed" || !strings.Contains(entry.Summary, step+" ") {
			continue
		}
		// What was late on a day is found out on it, or when the next one opens.
		if on := w.dayOf(entry.At); on <= workingDay(day.AddDays(1)) {
			told += entry.Summary + "\n"
		}
	}
	return told
}

// contactDays are the days on which a debtor heard of its creditor.
func (w *week) contactDays(debtor int) []calendar.Date {
	var days []calendar.Date
	for _, m := range w.messages[debtor] {
		days = append(days, w.dayOf(m.BusinessAt))
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// requireCarriedOut: a step that was begun went over all its channels, or is still at it,
// and what reached nobody by any is with a person; a notice before the due date ends there.
func (w *week) requireCarriedOut(c claim, o owed, file casefile.File) {
	w.t.Helper()
	var attempts []collection.Attempt
	for _, record := range file.Case.Steps {
		if record.Key == o.step {
			attempts = record.Attempts
		}
	}
	isOver := isSettled(file) || !o.before.IsZero() && o.before <= friday
	goesOn := file.Row.NextStep == o.step && !file.Row.NextAt.IsZero()
	for _, channel := range o.channels {
		tried := slices.ContainsFunc(attempts, func(a collection.Attempt) bool { return a.Channel == channel })
		require.True(w.t, tried || goesOn || isOver, "%s of %s was not tried by %s:\n%s", o.step, c.number, channel, w.told(c.debtor))
	}
	reached := slices.ContainsFunc(attempts, func(a collection.Attempt) bool { return !a.Failed })
	require.True(w.t, reached || goesOn || isOver || asksPerson(file, o.step), "%s of %s reached nobody, and nobody is asked:\n%s", o.step, c.number, w.told(c.debtor))
	if withoutBoth.has(c.debtor) && !reached && !goesOn && !isOver {
		require.Equal(w.t, collection.StageUnreachable, file.Row.Stage, c.number)
	}
}

// paidAt is when a claim was paid, all of it or a part, by its ledger.
func (w *week) paidAt(c claim) (time.Time, bool) {
	for _, entry := range w.files[c.number].Entries {
		if entry.Kind == ledger.EntryPayment {
			return entry.At, true
		}
	}
	return time.Time{}, false
}

// settledAt is when nothing was left of a claim. A payment that comes after the formal
// notice pays the late fees first, so that a little is left.
func (w *week) settledAt(c claim) (time.Time, bool) {
	at, isPaid := w.paidAt(c)
	return at, isPaid && c.paid == c.total().Minor() && w.files[c.number].Case.Open.Sign() <= 0
}

// told is what the files of a debtor say, for whoever reads a failure.
func (w *week) told(debtor int) string {
	var text strings.Builder
	for _, number := range slices.Sorted(maps.Keys(w.files)) {
		file := w.files[number]
		if !strings.HasPrefix(number, fmt.Sprintf("W-%03d-", debtor)) {
			continue
		}
		fmt.Fprintf(&text, "%s, due %s: %s, next %s at %s, because %s\n", number, file.Case.DueDate, file.Row.Stage, file.Row.NextStep, file.Row.NextAt, file.Row.Why)
		for _, entry := range file.History {
			fmt.Fprintf(&text, "   %s %s: %s\n", entry.At.Format("Mon 2 15:04"), entry.Kind, entry.Summary)
		}
	}
	return text.String()
}
