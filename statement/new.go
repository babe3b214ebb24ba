package statement

import (
	"cmp"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/collection"
	"relance/latefees"
	"relance/ledger"
	"relance/money"
)

// Account is one case of a debtor with what the ledger does not know of it.
type Account struct {
	Invoice string
	// IssuedOn may be missing; OpenedOn is the day its case was opened.
	IssuedOn, OpenedOn calendar.Date
	Ledger             ledger.Account
	// Disputes are what was ever contested of the invoice.
	Disputes []collection.Dispute
	// PaymentReference is what the invoice asks to quote on a transfer.
	PaymentReference string
	// Outcome is how a person closed the case, on ClosedOn.
	Outcome  collection.Stage
	ClosedOn calendar.Date
}

// Facts are what a statement is made of: all cases of a debtor, or one.
type Facts struct {
	Creditor, Debtor Party
	// Invoice is set for a statement about one invoice only.
	Invoice  string
	Accounts []Account
}

// New states the accounts as they stood at the end of a day. Invoices that did not
// exist by then are left out; a statement about one of them is refused.
func New(f Facts, on calendar.Date) (Statement, error) {
	s := Statement{On: on, Creditor: f.Creditor, Debtor: f.Debtor, Invoice: f.Invoice, Cases: []Case{}}
	all := sums{}
	for _, account := range f.Accounts {
		if account.since() > on {
			continue
		}
		made, err := account.state(on)
		if err != nil {
			return Statement{}, fmt.Errorf("stating the invoice %s on %s: %w", account.Invoice, on, err)
		}
		if err := all.take(made.Case, made.perDay); err != nil {
			return Statement{}, fmt.Errorf("adding up the statement of %s: %w", f.Debtor.ID, err)
		}
		s.Cases = append(s.Cases, made.Case)
	}
	if f.Invoice != "" && len(s.Cases) == 0 {
		return Statement{}, collection.Refuse(collection.RefusedInvalid, "the invoice %s did not exist on %s: ask for a later day", f.Invoice, on)
	}
	slices.SortStableFunc(s.Cases, func(x, y Case) int {
		return cmp.Or(cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.Invoice, y.Invoice))
	})
	s.Totals = all.totals()
	return s, nil
}

// since is the day from which the invoice exists.
func (a Account) since() calendar.Date {
	if a.IssuedOn.IsZero() {
		return min(a.OpenedOn, a.Ledger.Claim().Due)
	}
	return a.IssuedOn
}

// stated is a case with the exact sum its daily amount was rounded from.
type stated struct {
	Case
	perDay latefees.Exact
}

func (a Account) state(on calendar.Date) (stated, error) {
	explained, err := a.Ledger.Explain(on)
	if err != nil {
		return stated{}, err
	}
	claim := a.Ledger.Claim()
	c := Case{
		Invoice: a.Invoice, IssuedOn: a.IssuedOn, DueOn: claim.Due, Total: claim.Total, PaymentReference: a.PaymentReference, ClaimedFrom: explained.Position.LateFees.ClaimedFrom,
		Receipts: receipts(explained, claim.Total.Currency()), Segments: segments(explained), Costs: costs(explained), Waivers: waivers(explained),
		Lines: lines(explained), Overpaid: explained.Position.Overpaid,
	}
	if a.Outcome != "" && a.ClosedOn <= on {
		c.Closed, c.ClosedOn = a.Outcome, a.ClosedOn
	}
	if len(c.Segments) > 0 {
		c.InterestExact = explained.Exact.String()
	}
	if !c.IsGivenUp() {
		c.PerDay = daily(explained.PerDay, claim.Total.Currency(), isNextDayUnknown(explained))
	}
	if disputed := collection.DisputedOn(a.Disputes, explained.Position.Open, on); disputed.Sign() > 0 && !c.IsGivenUp() {
		c.Disputed = disputed
	}
	if c.Due, err = c.due(); err != nil {
		return stated{}, err
	}
	c.Notes = append(c.notes(explained), a.offers(c, on)...)
	return stated{Case: c, perDay: explained.PerDay}, nil
}

// offers tell of a discount that can be taken on the day, where all that is open is asked
// for.
func (a Account) offers(c Case, on calendar.Date) []Note {
	offer, found := a.Ledger.OpenDiscount(on)
	if !found || c.IsGivenUp() || c.Disputed.Sign() > 0 || offer.ToPay.Sign() <= 0 {
		return nil
	}
	return []Note{{Code: NoteDiscount, Saved: offer.Amount, ToPay: offer.ToPay, Until: offer.Until}}
}

// IsGivenUp reports whether nothing is asked for any more.
func (c Case) IsGivenUp() bool {
	return c.Closed == collection.StageWrittenOff || c.Closed == collection.StageWithdrawn
}

// Line is a part of what is owed, not found when it never arose.
func (c Case) Line(part ledger.Part) (line Line, found bool) {
	for _, line := range c.Lines {
		if line.Part == part {
			return line, true
		}
	}
	return Line{}, false
}

// due adds up what is asked for: the currency of the invoice first.
func (c Case) due() ([]money.Amount, error) {
	due := []money.Amount{}
	for _, line := range c.Lines {
		open := line.Open
		switch {
		case c.IsGivenUp():
			open = open.Zero()
		case line.Part == ledger.PartPrincipal:
			open = money.FromMinor(open.Minor()-c.Disputed.Minor(), open.Currency())
		}
		at := slices.IndexFunc(due, func(d money.Amount) bool { return d.Currency() == open.Currency() })
		if at < 0 {
			due = append(due, open)
			continue
		}
		sum, err := due[at].Add(open)
		if err != nil {
			return nil, err
		}
		due[at] = sum
	}
	return due, nil
}

// daily is nothing at all where a day costs nothing.
func daily(exact latefees.Exact, currency money.Currency, unknown bool) Daily {
	switch {
	case unknown:
		return Daily{Amount: money.FromMinor(0, currency), Unknown: true}
	case exact.IsZero():
		return Daily{}
	default:
		return Daily{Amount: exact.Rounded(), Exact: exact.String()}
	}
}

func isNextDayUnknown(e ledger.Explanation) bool {
	return e.Missing != nil || slices.ContainsFunc(e.Warnings, func(w latefees.Warning) bool { return w.Code == latefees.NextDayUnknown })
}
