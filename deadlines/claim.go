package deadlines

import (
	"errors"
	"fmt"

	"relance/calendar"
)

// ClaimKind is what decides how long a claim can be brought to court.
type ClaimKind string

// The kinds of claims.
const (
	BetweenProfessionals ClaimKind = "business"
	AgainstConsumer      ClaimKind = "consumer"
	CarriageOfGoods      ClaimKind = "carriage"
)

// Claim is a claim that limitation may end. Dates that are not known are not
// set; one of them must be.
type Claim struct {
	Kind   ClaimKind
	Issued calendar.Date
	Due    calendar.Date
	// Completed is when the work was done or the goods were delivered.
	Completed calendar.Date
	// AgreedYears is the limitation that the contract says instead of the law's;
	// 0 for none. Not with consumers.
	AgreedYears int
}

// Basis is which date of a claim its limitation is counted from.
type Basis string

// The dates limitation is counted from.
const (
	SinceCompletion Basis = "completion"
	SinceInvoice    Basis = "invoice"
	SinceDueDate    Basis = "due-date"
)

// The keys of the time limits that limitation needs.
const (
	keyLongStop       = limitationPrefix + "long-stop"
	keyAgreedShortest = limitationPrefix + "agreed-shortest"
	keyAgreedLongest  = limitationPrefix + "agreed-longest"
	keyLeftAfter      = limitationPrefix + "left-after-mediation"
)

// start is the prudent date: the earliest of completion, invoice and due date,
// because the courts have counted from each of them. Carriage is counted from
// delivery wherever it is known.
func (c Claim) start() (calendar.Date, Basis, error) {
	if c.Kind == CarriageOfGoods && !c.Completed.IsZero() {
		return c.Completed, SinceCompletion, nil
	}
	var start calendar.Date
	var basis Basis
	for _, candidate := range []struct {
		date  calendar.Date
		basis Basis
	}{{c.Due, SinceDueDate}, {c.Issued, SinceInvoice}, {c.Completed, SinceCompletion}} {
		if !candidate.date.IsZero() && (basis == "" || candidate.date < start) {
			start, basis = candidate.date, candidate.basis
		}
	}
	if basis == "" {
		return start, basis, errors.New("the limitation cannot be computed: give the due date, the invoice date or the date of completion")
	}
	return start, basis, nil
}

// limitationRules are the figures that hold for one claim.
type limitationRules struct {
	period    Period
	limit     TimeLimit
	article   string
	longStop  TimeLimit
	leftAfter TimeLimit
}

func (c Claim) rules(limits []TimeLimit, start calendar.Date) (limitationRules, error) {
	var rules limitationRules
	var shortest, longest TimeLimit
	if c.Kind != BetweenProfessionals && c.Kind != AgainstConsumer && c.Kind != CarriageOfGoods {
		return rules, fmt.Errorf("the claim is of the kind %q: use %s, %s or %s", c.Kind, BetweenProfessionals, AgainstConsumer, CarriageOfGoods)
	}
	for _, wanted := range []struct {
		key   string
		limit *TimeLimit
	}{
		{limitationPrefix + string(c.Kind), &rules.limit},
		{keyLongStop, &rules.longStop},
		{keyLeftAfter, &rules.leftAfter},
		{keyAgreedShortest, &shortest},
		{keyAgreedLongest, &longest},
	} {
		found, err := LimitOf(limits, wanted.key, start)
		if err != nil {
			return rules, err
		}
		*wanted.limit = found
	}
	rules.period, rules.article = rules.limit.Period, rules.limit.Article
	switch {
	case c.AgreedYears == 0:
		return rules, nil
	case c.Kind == AgainstConsumer:
		return rules, fmt.Errorf("a limitation of %d years was agreed with a consumer: a contract cannot change it (%s), leave it out", c.AgreedYears, longest.Article)
	case c.AgreedYears < shortest.Period.Years || c.AgreedYears > longest.Period.Years:
		return rules, fmt.Errorf("a limitation of %d years was agreed: a contract can only say %d to %d years (%s)",
			c.AgreedYears, shortest.Period.Years, longest.Period.Years, longest.Article)
	default:
		rules.period, rules.article = Period{Years: c.AgreedYears}, longest.Article
		return rules, nil
	}
}
