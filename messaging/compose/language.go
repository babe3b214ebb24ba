package compose

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bojanz/currency"
	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/fr"

	"relance/calendar"
	"relance/law"
	"relance/money"
)

// language is how one language writes amounts, dates and numbers of things.
type language struct {
	tag      string // of the templates: "fr"
	currency currency.Locale
	dates    locales.Translator
	and      string
	// firstOfMonth replaces the day "1" in a long date.
	firstOfMonth string
	// spacedPunctuation says that : ; ? ! « » and n° take a no-break space.
	spacedPunctuation bool
	// decimalComma says that decimals follow a comma.
	decimalComma bool
}

// languageOf knows the languages templates can be written in. One more language
// is one more case here and one more file per template.
func languageOf(tag string) (language, bool) {
	switch tag {
	case "fr":
		return language{
			tag: tag, currency: currency.NewLocale("fr"), dates: fr.New(), and: "et",
			firstOfMonth: "1er", spacedPunctuation: true, decimalComma: true,
		}, true
	case "en":
		return language{
			tag: tag, currency: currency.NewLocale("en-GB"), dates: en_GB.New(), and: "and", firstOfMonth: "1",
		}, true
	default:
		return language{}, false
	}
}

// baseLanguage is the language of a tag without its region: "fr" of "fr-BE".
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	return base
}

var errDateNotSet = errors.New("the date is not set")

// amount writes "1 234,56 €" (with the no-break spaces French uses) or "€1,234.56".
func (l language) amount(a money.Amount) (string, error) {
	if a.Currency() == "" {
		return "", errors.New("the amount is not set")
	}
	formatted, err := currency.NewAmount(a.Decimal(), string(a.Currency()))
	if err != nil {
		return "", fmt.Errorf("the amount %s cannot be written: %w", a, err)
	}
	return currency.NewFormatter(l.currency).Format(formatted), nil
}

// date writes "1er décembre 2026" or "1 December 2026". The day stays on the line
// of its month.
func (l language) date(d calendar.Date) (string, error) {
	if d.IsZero() {
		return "", errDateNotSet
	}
	day, rest, _ := strings.Cut(l.dates.FmtDateLong(d.Time(time.UTC)), " ")
	if d.Day() == 1 {
		day = l.firstOfMonth
	}
	return day + noBreakSpace + rest, nil
}

// shortDate writes "01/12/2026", or "1 Dec 2026": readers of English disagree on which
// number of a date is the day.
func (l language) shortDate(d calendar.Date) (string, error) {
	if d.IsZero() {
		return "", errDateNotSet
	}
	if l.tag == "en" {
		return l.dates.FmtDateMedium(d.Time(time.UTC)), nil
	}
	return l.dates.FmtDateShort(d.Time(time.UTC)), nil
}

// dateList writes "5 et 13 novembre 2026", the month once when all dates share
// it, and "23 mars, 31 mars et 8 avril 2026", the year once when all share it.
func (l language) dateList(dates []calendar.Date) (string, error) {
	sameYear, sameMonth := true, true
	for _, d := range dates {
		sameYear = sameYear && d.Year() == dates[0].Year()
		sameMonth = sameMonth && sameYear && d.Month() == dates[0].Month()
	}
	items := make([]string, len(dates))
	for i, d := range dates {
		long, err := l.date(d)
		if err != nil {
			return "", err
		}
		items[i] = long
		if i+1 == len(dates) || !sameYear {
			continue
		}
		items[i] = strings.TrimSuffix(long, " "+strconv.Itoa(d.Year()))
		if sameMonth {
			items[i], _, _ = strings.Cut(items[i], noBreakSpace)
		}
	}
	return l.list(items), nil
}

// list writes "A, B et C".
func (l language) list(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		last := len(items) - 1
		return strings.Join(items[:last], ", ") + " " + l.and + " " + items[last]
	}
}

// plural picks the form that goes with a number of things; French counts zero as
// singular, English as plural.
func (l language) plural(n int, one, other string) string {
	if l.dates.CardinalPluralRule(float64(n), 0) == locales.PluralRuleOne {
		return one
	}
	return other
}

// rate is "12,40 %" or "12.40%".
func (l language) rate(p law.Percent) string {
	text := p.String()
	if l.decimalComma {
		text = strings.Replace(text, ".", ",", 1)
	}
	if l.spacedPunctuation {
		return text + noBreakSpace + "%"
	}
	return text + "%"
}

// days writes "1 jour" or "3 jours".
func (l language) days(n int) string {
	switch l.tag {
	case "fr":
		return strconv.Itoa(n) + " " + l.plural(n, "jour", "jours")
	default:
		return strconv.Itoa(n) + " " + l.plural(n, "day", "days")
	}
}

const noBreakSpace = "\u00a0"

// frenchSpacing puts the no-break spaces French typography asks for where the
// writer of a template has typed ordinary ones.
var frenchSpacing = strings.NewReplacer(
	" :", noBreakSpace+":", " ;", noBreakSpace+";", " ?", noBreakSpace+"?", " !", noBreakSpace+"!",
	"« ", "«"+noBreakSpace, " »", noBreakSpace+"»", " €", noBreakSpace+"€", "n° ", "n°"+noBreakSpace, "N° ", "N°"+noBreakSpace,
)

// typeset applies the language's spacing to a finished sentence.
func (l language) typeset(text string) string {
	if l.spacedPunctuation {
		return frenchSpacing.Replace(text)
	}
	return text
}

// noBreak keeps a short text, such as a phone number, on one line.
func noBreak(text string) string { return strings.ReplaceAll(text, " ", noBreakSpace) }

// inThrees groups a SIREN the way it is printed: "732 829 320".
func inThrees(siren string) string {
	siren = strings.ReplaceAll(siren, " ", "")
	if len(siren) != 9 {
		return siren
	}
	return siren[:3] + noBreakSpace + siren[3:6] + noBreakSpace + siren[6:]
}
