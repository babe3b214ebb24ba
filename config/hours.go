package config

import (
	"cmp"
	"fmt"
	"time"
)

const (
	defaultContactFrom  = "09:00"
	defaultContactUntil = "18:00"
)

// ContactHours are the hours of working days in which the debtors of a country are
// contacted, in minutes after midnight; "" are those of all countries that have none of
// their own. A checked configuration has no error.
func (c Creditor) ContactHours(country string) (opens, closes int, err error) {
	from, until := cmp.Or(c.ContactFrom, defaultContactFrom), cmp.Or(c.ContactUntil, defaultContactUntil)
	for _, own := range c.Contact.Countries {
		if own.Country == country {
			from, until = cmp.Or(own.From, from), cmp.Or(own.Until, until)
		}
	}
	if opens, err = parseHour(from); err != nil {
		return 0, 0, fmt.Errorf("contact hours: %w", err)
	}
	if closes, err = parseHour(until); err != nil {
		return 0, 0, fmt.Errorf("contact hours: %w", err)
	}
	return opens, closes, nil
}

// parseHour reads "09:00" as minutes after midnight; "24:00" is the end of the day.
func parseHour(text string) (minutes int, err error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is not an hour: write it like 09:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
