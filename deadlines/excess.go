package deadlines

import (
	"fmt"

	"relance/calendar"
)

// Agreed is when an invoice is to be paid, as the parties said: a date, or terms
// that give one. A date goes before terms.
type Agreed struct {
	Terms Terms
	Due   calendar.Date
}

// DueDate is the agreed date of an invoice issued on a date; not set when
// nothing was agreed.
func (a Agreed) DueDate(issued calendar.Date) calendar.Date {
	if !a.Due.IsZero() || a.Terms == (Terms{}) || issued.IsZero() {
		return a.Due
	}
	return a.Terms.DueDate(issued)
}

// Excess is a warning that an agreed date is later than the law allows. The
// agreed date stays what the debtor agreed to.
type Excess struct {
	Category TermCategory
	Due      calendar.Date
	// Latest is the last date allowed; Days is how much later the agreed one is.
	Latest calendar.Date
	Days   int
	// OnlyIfAgreed: the date is lawful after all if the contract expressly says
	// so many days end of month, which the caller's terms do not show.
	OnlyIfAgreed bool
	Because      Reason
}

// Exceeds warns of an agreed date that is later than the limits allow, one
// warning for each category among them. Within a category the most favourable
// row decides. The limits are those LimitsOf found; the agreed date is never
// changed.
func Exceeds(agreed Agreed, invoiced Invoiced, limits []TermLimit) []Excess {
	due := agreed.DueDate(invoiced.Issued)
	if due.IsZero() || invoiced.Issued.IsZero() {
		return nil
	}
	var found []Excess
	for _, category := range categoriesOf(limits) {
		if excess, exceeds := exceedsCategory(due, agreed.Terms, invoiced, category, limits); exceeds {
			found = append(found, excess)
		}
	}
	return found
}

func categoriesOf(limits []TermLimit) []TermCategory {
	var categories []TermCategory
	seen := map[TermCategory]bool{}
	for _, limit := range limits {
		if !seen[limit.Category] {
			seen[limit.Category] = true
			categories = append(categories, limit.Category)
		}
	}
	return categories
}

// bound is a limit and the date it gives for one invoice.
type bound struct {
	limit   TermLimit
	latest  calendar.Date
	assumed bool
}

func exceedsCategory(due calendar.Date, terms Terms, invoiced Invoiced, category TermCategory, limits []TermLimit) (Excess, bool) {
	var plain, best, onlyIf bound
	for _, limit := range limits {
		if limit.Category != category {
			continue
		}
		b := bound{limit: limit}
		b.latest, b.assumed = limit.Latest(invoiced, terms.Reading)
		best = later(best, b)
		if limit.EndOfMonth && !terms.EndOfMonth {
			onlyIf = later(onlyIf, b)
		} else {
			plain = later(plain, b)
		}
	}
	if plain == (bound{}) {
		plain = onlyIf
	}
	switch {
	case due <= plain.latest:
		return Excess{}, false
	case due <= onlyIf.latest:
		return lawfulOnlyIf(due, plain, onlyIf), true
	default:
		return tooLate(due, best), true
	}
}

func later(a, b bound) bound {
	if b.latest > a.latest {
		return b
	}
	return a
}

func tooLate(due calendar.Date, b bound) Excess {
	days := int(due - b.latest)
	english, inFrench := b.limit.standIn(b.assumed)
	return Excess{
		Category: b.limit.Category, Due: due, Latest: b.latest, Days: days,
		Because: because(b.limit.Article,
			fmt.Sprintf("the invoice falls due on %s, %s after %s, the latest date allowed for %s: %s%s",
				due, counted(days, "day", "days"), b.latest, b.limit.Category, b.limit, english),
			fmt.Sprintf("l’échéance du %s dépasse de %s le %s, date limite pour %s : %s%s",
				due.French(), counted(days, "jour", "jours"), b.latest.French(), b.limit.Category.French(), b.limit.French(), inFrench)),
	}
}

// lawfulOnlyIf is the warning about a date that only an end of month would allow.
func lawfulOnlyIf(due calendar.Date, plain, onlyIf bound) Excess {
	return Excess{
		Category: onlyIf.limit.Category, Due: due, Latest: plain.latest, Days: int(due - plain.latest), OnlyIfAgreed: true,
		Because: because(onlyIf.limit.Article,
			fmt.Sprintf("the invoice falls due on %s, beyond %s (%s); this is lawful for %s only if the contract expressly says %s",
				due, plain.limit, plain.latest, onlyIf.limit.Category, onlyIf.limit),
			fmt.Sprintf("l’échéance du %s dépasse le délai de %s (%s) ; elle n’est licite pour %s que si le contrat prévoit expressément %s",
				due.French(), plain.limit.French(), plain.latest.French(), onlyIf.limit.Category.French(), onlyIf.limit.French())),
	}
}
