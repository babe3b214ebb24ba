package csvfile

import (
	"strings"
	"time"

	"relance/calendar"
)

const (
	hintDayFirst   = "write it like 2026-03-31 or 31/03/2026"
	hintMonthFirst = "write it like 2026-03-31 or 03/31/2026"
)

func (o DateOrder) hint() string {
	if o == MonthFirst {
		return hintMonthFirst
	}
	return hintDayFirst
}

// parse reads 2026-03-31, 20260331, and 31/03/2026 with "/", "." or "-" in the
// order of the file. A time after the date is passed over: 2026-03-31 00:00:00 is
// how spreadsheets write dates. Two-digit years are refused.
func (o DateOrder) parse(text string) (calendar.Date, bool) {
	text = strings.TrimSpace(text)
	if cut := strings.IndexAny(text, " T"); cut >= 8 {
		if !isTime(text[cut+1:]) {
			return 0, false
		}
		text = text[:cut]
	}
	if len(text) == 8 && allDigits(text) {
		return civil(text[:4], text[4:6], text[6:])
	}
	mark := strings.IndexAny(text, "/.-")
	if mark < 0 {
		return 0, false
	}
	parts := strings.Split(text, text[mark:mark+1])
	switch {
	case len(parts) != 3:
		return 0, false
	case len(parts[0]) == 4:
		return civil(parts[0], parts[1], parts[2])
	case o == MonthFirst:
		return civil(parts[2], parts[0], parts[1])
	default:
		return civil(parts[2], parts[1], parts[0])
	}
}

// civil refuses days that do not exist, such as 31 February.
func civil(year, month, day string) (calendar.Date, bool) {
	if len(year) != 4 || len(month) < 1 || len(month) > 2 || len(day) < 1 || len(day) > 2 ||
		!allDigits(year) || !allDigits(month) || !allDigits(day) {
		return 0, false
	}
	y, m, d := atoi(year), atoi(month), atoi(day)
	date := calendar.NewDate(y, time.Month(m), d)
	if date.Year() != y || date.Month() != time.Month(m) || date.Day() != d {
		return 0, false
	}
	return date, true
}

func isTime(text string) bool {
	return text != "" && strings.Trim(text, "0123456789:.+-Z") == ""
}

func allDigits(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return text != ""
}

// atoi reads a few digits that were checked to be digits.
func atoi(digits string) int {
	n := 0
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}
