package deadlines

import (
	"fmt"
	"time"

	"relance/calendar"
	"relance/law"
)

// Deadline is the end of a procedural time limit.
type Deadline struct {
	// Target is the end before CPC 642 moves it: the date to work towards.
	Target calendar.Date
	// Last is the last day, until midnight.
	Last    calendar.Date
	Because Reason
}

// Deadline is when the limit ends that an event on a date set running, at a
// place with these public holidays (calendar.HolidaysOf). An end on a Saturday,
// Sunday or public holiday moves to the next working day where the limit
// extends. Holidays of a part of France, those of Alsace-Moselle, and of another
// country move it only where somebody else than the creditor has to act: whether
// they count is not settled, and the creditor must be safe in both cases. It is
// an error when the holidays of the year are not known.
func (l TimeLimit) Deadline(from calendar.Date, holidays string) (Deadline, error) {
	target := l.Period.End(from)
	if !l.Extends {
		return Deadline{Target: target, Last: target, Because: l.reason(from, target, target)}, nil
	}
	last := target
	for {
		if !calendar.HasHolidays(holidays, last.Year()) {
			return Deadline{}, fmt.Errorf("the public holidays of %q in %d are not known: the end of %s, %s or later, needs a person", holidays, last.Year(), l.Key, target)
		}
		if isWorkingDay(last, france) && (l.Acts == law.CreditorActs || isWorkingDay(last, holidays)) {
			return Deadline{Target: target, Last: last, Because: l.reason(from, target, last)}, nil
		}
		last = last.AddDays(1)
	}
}

func isWorkingDay(d calendar.Date, holidays string) bool {
	return calendar.Window{Country: holidays}.IsWorkingDay(d)
}

func (l TimeLimit) reason(from, target, last calendar.Date) Reason {
	english := fmt.Sprintf("%s from %s end on %s", l.Period, from, target)
	inFrench := fmt.Sprintf("%s à compter du %s expirent le %s", l.Period.French(), from.French(), target.French())
	article := l.Article
	switch {
	case last != target:
		english += fmt.Sprintf(", %s, and run until %s, the next working day", dayWords(target), last)
		inFrench += fmt.Sprintf(", %s, et courent jusqu’au %s, premier jour ouvrable suivant", dayWordsFrench(target), last.French())
		article += "; CPC 641, 642"
	case l.Extends:
		article += "; CPC 641"
	}
	return because(article, english, inFrench)
}

func dayWords(d calendar.Date) string {
	switch d.Weekday() {
	case time.Saturday, time.Sunday:
		return "a " + d.Weekday().String()
	default:
		return "a public holiday"
	}
}

func dayWordsFrench(d calendar.Date) string {
	switch d.Weekday() {
	case time.Saturday:
		return "un samedi"
	case time.Sunday:
		return "un dimanche"
	default:
		return "un jour férié"
	}
}
