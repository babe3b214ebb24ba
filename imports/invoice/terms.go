package invoice

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"relance/deadlines"
)

const longestTermsText = 2000

// ParseTerms understands payment terms in French, English, German and Dutch:
// "30 jours", "45 jours fin de mois", "30 days net", "Net 60", "à réception",
// "30 Tage netto". It understands a sentence only as a whole: one word it does
// not know, a percentage or a working day makes it refuse, because "2 % discount
// if paid within 2 days" says nothing about when the rest is due. In a text of
// several sentences those it does not understand are passed over, and the others
// must agree. "45 jours fin de mois" leaves the reading open; "fin de mois 45
// jours" and "30 days end of month" say that the month ends first.
func ParseTerms(text string) (deadlines.Terms, bool) {
	if len(text) > longestTermsText {
		return deadlines.Terms{}, false
	}
	whole := Fold(text)
	if days, err := strconv.Atoi(whole); err == nil { // a column of plain numbers of days
		return inDays(days)
	}
	if terms, ok := parseSentence(whole); ok {
		return terms, true
	}
	var found []deadlines.Terms
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".;!\n\r", r) }) {
		if terms, ok := parseSentence(Fold(sentence)); ok && !slices.Contains(found, terms) {
			found = append(found, terms)
		}
	}
	if len(found) != 1 {
		return deadlines.Terms{}, false
	}
	return found[0], true
}

func inDays(days int) (deadlines.Terms, bool) {
	switch {
	case days == 0:
		return deadlines.Terms{OnReceipt: true}, true
	case days > 0 && days <= deadlines.LongestTermDays:
		return deadlines.Terms{Days: days}, true
	default:
		return deadlines.Terms{}, false
	}
}

// meaning is what a word contributes to payment terms.
type meaning int

const (
	meansNothing meaning = iota
	meansNumber
	meansDays
	meansMonths
	meansEndOfMonth      // the days end at the month's end
	meansEndOfMonthFirst // the days begin at the month's end
	meansNet
	meansOnThe // "le 10", "on the 10"
	meansReceipt
)

// parseSentence turns folded text into the sequence of its meanings and numbers,
// and matches that.
func parseSentence(folded string) (deadlines.Terms, bool) {
	for _, phrase := range phrases {
		folded = strings.ReplaceAll(folded, phrase.text, phrase.replacement)
	}
	var shape []meaning
	var numbers []int
	for _, token := range tokens(folded) {
		if number, err := strconv.Atoi(token); err == nil {
			shape, numbers = append(shape, meansNumber), append(numbers, number)
			continue
		}
		m, known := meaningOf(token)
		if !known {
			return deadlines.Terms{}, false
		}
		if m != meansNothing {
			shape = append(shape, m)
		}
	}
	return matchShape(shape, numbers)
}

// tokens splits at everything but letters, digits and "%", and between a digit
// and a letter: "30jfdm" is two tokens.
func tokens(folded string) []string {
	var list []string
	start := -1
	var previous rune
	for i, r := range folded {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%'
		if start >= 0 && (!inside || unicode.IsDigit(r) != unicode.IsDigit(previous)) {
			list = append(list, folded[start:i])
			start = -1
		}
		if inside && start < 0 {
			start = i
		}
		previous = r
	}
	if start >= 0 {
		list = append(list, folded[start:])
	}
	return list
}

// matchShape recognises the order of the words.
func matchShape(shape []meaning, numbers []int) (deadlines.Terms, bool) {
	var terms deadlines.Terms
	shape, numbers, terms.DayOfMonth = takeDayOfMonth(shape, numbers)
	net := slices.Contains(shape, meansNet)
	shape = slices.Compact(slices.DeleteFunc(shape, func(m meaning) bool { return m == meansNet || m == meansOnThe }))
	if len(numbers) > 1 || len(numbers) == 1 && numbers[0] > deadlines.LongestTermDays || terms.DayOfMonth > 31 {
		return deadlines.Terms{}, false
	}
	is := func(wanted ...meaning) bool { return slices.Equal(shape, wanted) }
	switch {
	case is(meansNumber, meansDays), is(meansDays, meansNumber), is(meansNumber) && net:
		terms.Days = numbers[0]
	case is(meansNumber, meansMonths) && numbers[0] <= deadlines.LongestTermMonths:
		terms.Months = numbers[0]
	case is(meansNumber, meansDays, meansEndOfMonth), is(meansNumber, meansEndOfMonth), is(meansDays, meansNumber, meansEndOfMonth):
		terms.Days, terms.EndOfMonth = numbers[0], true
	case is(meansEndOfMonth, meansNumber, meansDays), is(meansNumber, meansDays, meansEndOfMonthFirst), is(meansNumber, meansEndOfMonthFirst):
		terms.Days, terms.EndOfMonth, terms.Reading = numbers[0], true, deadlines.MonthEndFirst
	case is(meansEndOfMonth), is(meansEndOfMonthFirst):
		terms.EndOfMonth = true
	case is(meansReceipt):
		terms.OnReceipt = true
	default:
		return deadlines.Terms{}, false
	}
	if terms == (deadlines.Terms{}) {
		return inDays(0)
	}
	return terms, true
}

// takeDayOfMonth splits off a closing "le 10", or the bare "10" of "fin de mois
// 10". The day is 0 when there is none.
func takeDayOfMonth(shape []meaning, numbers []int) ([]meaning, []int, int) {
	n := len(shape)
	if n < 3 || shape[n-1] != meansNumber || (shape[n-2] != meansOnThe && shape[n-2] != meansEndOfMonth) {
		return shape, numbers, 0
	}
	last := len(numbers) - 1
	return shape[:n-1], numbers[:last], numbers[last]
}
