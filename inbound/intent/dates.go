package intent

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
)

// direction is where a day without a year lies.
type direction int

const (
	ahead  direction = 1
	behind direction = -1
)

const (
	monthNames = `janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|` +
		`january|february|march|april|may|june|july|august|september|october|november|december|` +
		`janv|fevr|avr|juil|sept|oct|nov|dec|jan|feb|apr|jun|jul|aug|sep`
	dayNames    = `lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	numberWords = `\d{1,3}|un|une|deux|trois|quatre|cinq|six|sept|huit|dix|quinze|one|two|three|four|five|seven|eight|ten|a`
)

var (
	dateISO     = regexp.MustCompile(`\b(20\d\d)-(\d{1,2})-(\d{1,2})\b`)
	dateFull    = regexp.MustCompile(`\b(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d|\d\d)\b`)
	dateShort   = regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})\b`)
	dayMonth    = regexp.MustCompile(`\b(\d{1,2})(?:er|st|nd|rd|th)? (?:of )?(` + monthNames + `)\.?(?: (20\d\d))?\b`)
	monthDay    = regexp.MustCompile(`\b(` + monthNames + `)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (20\d\d))?\b`)
	endOfNext   = regexp.MustCompile(`\b(fin (du |de )?mois prochain|end of next month)\b`)
	endOfMonth  = regexp.MustCompile(`\b(fin (du |de |de ce |ce )?mois|end of (the |this )?month|month[- ]end)\b`)
	endOfNamed  = regexp.MustCompile(`\b(?:fin|end of) (` + monthNames + `)\b`)
	nextMonth   = regexp.MustCompile(`\b(debut (du |de )?mois prochain|beginning of next month|mois prochain|next month)\b`)
	endOfWeek   = regexp.MustCompile(`\b(fin de (la |cette )?semaine|end of (the |this )?week|cette semaine|this week)\b`)
	nextWeek    = regexp.MustCompile(`\b(semaine prochaine|next week)\b`)
	inDays      = regexp.MustCompile(`\b(?:sous|dans|d'ici|within|in)(?: les| the next)? (` + numberWords + `) (jours?|semaines?|mois|days?|weeks?|months?)\b`)
	inEightDays = regexp.MustCompile(`\bhuitaine\b`)
	inFifteen   = regexp.MustCompile(`\bquinzaine\b`)
	afterNext   = regexp.MustCompile(`\b(apres-demain|apres demain|day after tomorrow)\b`)
	tomorrow    = regexp.MustCompile(`\b(demain|tomorrow)\b`)
	today       = regexp.MustCompile(`\b(aujourd'hui|ce jour|today|ce soir|tonight|dans la journee)\b`)
	yesterday   = regexp.MustCompile(`\b(hier|yesterday)\b`)
	weekday     = regexp.MustCompile(`\b(` + dayNames + `)\b`)
	dayOfMonth  = regexp.MustCompile(`\b(?:le|du|au|the|on the) (\d{1,2})(?:er|st|nd|rd|th)?(?:[ .,:)]|$)`)
)

// farthest is how many days from an answer a date can lie that is meant in it.
const farthest = 2 * 365

// dateIn is the first day a sentence names, counted from the day it was received;
// zero when it names none that makes sense.
func dateIn(sentence string, received calendar.Date, way direction) calendar.Date {
	if received.IsZero() {
		return 0
	}
	for _, read := range []func(string, calendar.Date, direction) calendar.Date{writtenDate, spokenDate, roughDate, namedDay} {
		if date := read(sentence, received, way); !date.IsZero() && date > received.AddDays(-farthest) && date < received.AddDays(farthest) {
			return date
		}
	}
	return 0
}

// writtenDate reads dates in digits: day before month, as Europe writes.
func writtenDate(s string, received calendar.Date, way direction) calendar.Date {
	if m := dateISO.FindStringSubmatch(s); m != nil {
		return dayOf(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := dateFull.FindStringSubmatch(s); m != nil {
		year := number(m[3])
		if year < 100 {
			year += 2000
		}
		return dayOf(year, number(m[2]), number(m[1]))
	}
	if m := dateShort.FindStringSubmatch(s); m != nil {
		return nearest(number(m[2]), number(m[1]), received, way)
	}
	return 0
}

// spokenDate reads dates with the name of a month.
func spokenDate(s string, received calendar.Date, way direction) calendar.Date {
	day, month, year := "", "", ""
	if m := dayMonth.FindStringSubmatch(s); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := monthDay.FindStringSubmatch(s); m != nil {
		day, month, year = m[2], m[1], m[3]
	}
	switch {
	case day == "":
		return 0
	case year != "":
		return dayOf(number(year), monthOf(month), number(day))
	default:
		return nearest(monthOf(month), number(day), received, way)
	}
}

// roughDate reads "end of month", "within 8 days", "tomorrow".
func roughDate(s string, received calendar.Date, way direction) calendar.Date {
	firstOfNext := received.EndOfMonth().AddDays(1)
	friday := received.AddDays((int(time.Friday) - int(received.Weekday()) + 7) % 7)
	switch {
	case endOfNext.MatchString(s):
		return firstOfNext.EndOfMonth()
	case endOfMonth.MatchString(s):
		return received.EndOfMonth()
	case endOfNamed.MatchString(s):
		return nearest(monthOf(endOfNamed.FindStringSubmatch(s)[1]), 1, received.AddDays(-received.Day()+1), way).EndOfMonth()
	case nextMonth.MatchString(s):
		return firstOfNext
	case nextWeek.MatchString(s):
		return received.AddDays(7 - (int(received.Weekday())+6)%7 + 4)
	case endOfWeek.MatchString(s):
		return friday
	case inDays.MatchString(s):
		m := inDays.FindStringSubmatch(s)
		return later(received, number(m[1]), m[2])
	case inEightDays.MatchString(s):
		return received.AddDays(8)
	case inFifteen.MatchString(s):
		return received.AddDays(15)
	case afterNext.MatchString(s):
		return received.AddDays(2)
	case tomorrow.MatchString(s):
		return received.AddDays(1)
	case today.MatchString(s):
		return received
	case yesterday.MatchString(s):
		return received.AddDays(-1)
	default:
		return 0
	}
}

func later(received calendar.Date, n int, unit string) calendar.Date {
	switch {
	case strings.HasPrefix(unit, "semaine"), strings.HasPrefix(unit, "week"):
		return received.AddDays(7 * n)
	case unit == "mois", strings.HasPrefix(unit, "month"):
		return calendar.NewDate(received.Year(), received.Month()+time.Month(n), received.Day())
	default:
		return received.AddDays(n)
	}
}

// namedDay reads "Friday" and "the 15th".
func namedDay(s string, received calendar.Date, way direction) calendar.Date {
	if m := weekday.FindString(s); m != "" {
		apart := (int(weekdays[m]) - int(received.Weekday()) + 7) % 7
		switch {
		case way == behind && apart == 0:
			return received.AddDays(-7)
		case way == behind:
			return received.AddDays(apart - 7)
		case apart == 0:
			return received.AddDays(7)
		default:
			return received.AddDays(apart)
		}
	}
	m := dayOfMonth.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	day := number(m[1])
	for months := range 3 {
		month := received.Month() + time.Month(months*int(way))
		date := dayOf(received.Year(), int(month), day)
		if !date.IsZero() && (way == ahead && date >= received || way == behind && date <= received) {
			return date
		}
	}
	return 0
}

// nearest is the day of a month in the year in which it lies on the right side.
func nearest(month, day int, received calendar.Date, way direction) calendar.Date {
	for _, year := range []int{received.Year(), received.Year() + int(way)} {
		date := dayOf(year, month, day)
		if !date.IsZero() && (way == ahead && date >= received || way == behind && date <= received) {
			return date
		}
	}
	return 0
}

// dayOf is a date, zero when there is no such day. The month may be beyond its
// year; day and month are turned when they can only be meant so.
func dayOf(year, month, day int) calendar.Date {
	if month > 12 && day <= 12 && month <= 31 {
		month, day = day, month
	}
	if day < 1 || day > 31 || year < 2000 || year > 2100 {
		return 0
	}
	date := calendar.NewDate(year, time.Month(month), day)
	if date.Day() != day {
		return 0
	}
	return date
}

var weekdays = map[string]time.Weekday{
	"lundi": time.Monday, "mardi": time.Tuesday, "mercredi": time.Wednesday, "jeudi": time.Thursday, "vendredi": time.Friday,
	"samedi": time.Saturday, "dimanche": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
	"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
}

// monthBegins tell the months apart by how their names begin, in both languages.
var monthBegins = []struct {
	begins string
	month  int
}{
	{"jan", 1}, {"fev", 2}, {"feb", 2}, {"mar", 3}, {"av", 4}, {"ap", 4}, {"mai", 5}, {"may", 5}, {"juin", 6}, {"jun", 6},
	{"juil", 7}, {"jul", 7}, {"ao", 8}, {"au", 8}, {"s", 9}, {"o", 10}, {"n", 11}, {"d", 12},
}

func monthOf(name string) int {
	for _, known := range monthBegins {
		if strings.HasPrefix(name, known.begins) {
			return known.month
		}
	}
	return 0
}

func number(text string) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	words := map[string]int{
		"un": 1, "une": 1, "one": 1, "a": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6,
		"sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10, "quinze": 15,
	}
	return words[text]
}
