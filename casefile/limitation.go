package casefile

import (
	"errors"
	"fmt"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
)

// claimDates are the dates a limitation may be counted from.
type claimDates struct {
	IssueDate calendar.Date
	DueDate   calendar.Date
	// CompletedOn is not set where the source does not say.
	CompletedOn calendar.Date
}

// limitationColumns are the limitation of a case as its row has it.
type limitationColumns struct {
	LimitationKind     deadlines.ClaimKind
	LimitationLastDay  calendar.Date
	LimitationStopped  bool
	LimitationWarnings []calendar.Date
	LimitationTold     calendar.Date
	// LimitationReckonings counts how often it was reckoned anew.
	LimitationReckonings int
}

func columnsOf(l collection.Limitation) limitationColumns {
	columns := limitationColumns{
		LimitationKind: l.Kind, LimitationLastDay: l.LastDay, LimitationStopped: l.Stopped, LimitationWarnings: l.Warnings, LimitationTold: l.Told,
		LimitationReckonings: l.Reckonings,
	}
	if columns.LimitationWarnings == nil {
		columns.LimitationWarnings = []calendar.Date{}
	}
	return columns
}

func (c limitationColumns) limitation() collection.Limitation {
	l := collection.Limitation{Kind: c.LimitationKind, LastDay: c.LimitationLastDay, Stopped: c.LimitationStopped, Told: c.LimitationTold, Reckonings: c.LimitationReckonings}
	if len(c.LimitationWarnings) > 0 {
		l.Warnings = c.LimitationWarnings
	}
	return l
}

// claimKind is what decides how long the claim can be brought to court.
func (l liability) claimKind() deadlines.ClaimKind {
	switch actsAs(l.DebtorKind, l.DebtorHasNumber) {
	case DebtorConsumer:
		return deadlines.AgainstConsumer
	case DebtorPublic:
		return deadlines.AgainstPublicBody
	default:
		return deadlines.BetweenProfessionals
	}
}

// errNoLaw: the store reckons nothing, because it was given no law.
var errNoLaw = errors.New("no law tables are loaded")

// limitationCountry is whose law of limitation the tables hold.
const limitationCountry = "FR"

// limitationOf reckons the limitation of a claim after its events. Carriage is
// carriage whoever the debtor is.
func (t *tariffs) limitationOf(l liability, kind deadlines.ClaimKind, dates claimDates, events []LimitationEvent) (deadlines.Limitation, error) {
	if !t.isSet {
		return deadlines.Limitation{}, errNoLaw
	}
	if country := l.regime().Country; country != limitationCountry {
		return deadlines.Limitation{}, fmt.Errorf("the tables hold the limitation of %s, not that of %q", limitationCountry, country)
	}
	if kind != deadlines.CarriageOfGoods {
		kind = l.claimKind()
	}
	happened := make([]deadlines.LimitationEvent, 0, len(events))
	for _, event := range events {
		happened = append(happened, event.LimitationEvent)
	}
	claim := deadlines.Claim{Kind: kind, Issued: dates.IssueDate, Due: dates.DueDate, Completed: dates.CompletedOn}
	return deadlines.LimitationOf(claim, happened, t.limits)
}

// beginLimitation has a new case know until when its claim can be brought to
// court. It returns the words for the history, which also say why it is not known.
func (c *lockedCase) beginLimitation(o Opening, owner Creditor, known found[knownDebtor]) string {
	dates := claimDates{IssueDate: o.Invoice.IssueDate, DueDate: o.Invoice.DueDate, CompletedOn: o.Invoice.CompletedOn}
	reckoned, err := c.store.tariffs.Load().limitationOf(o.knowing(known).liability(owner), o.Claim, dates, nil)
	switch {
	case errors.Is(err, errNoLaw):
		return ""
	case err != nil:
		return "the limitation of the claim is not watched: " + err.Error()
	default:
		c.report(collection.TakeLimitation{Limitation: collection.NewLimitation(reckoned)})
		return reckoned.Because.String()
	}
}

// knowing is the opening with what was known of its debtor before, which stays.
func (o Opening) knowing(known found[knownDebtor]) Opening {
	if !known.is {
		return o
	}
	if known.value.Kind != DebtorUnknown {
		o.Debtor.Kind = known.value.Kind
	}
	if known.value.Country != "" {
		o.Debtor.Country = known.value.Country
	}
	if o.Debtor.VATID == "" {
		o.Debtor.VATID = known.value.SIREN + known.value.SIRET + known.value.VATID
	}
	return o
}
