package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// Remittance is how a partner accounts for what it collected: the gross amount pays the
// invoice, the fees are the creditor's own cost and never the debtor's, and the net
// amount is what reaches the creditor's account: less than nothing when the fees are
// more.
type Remittance struct {
	Handoff string
	Invoice string
	ID      string
	Gross   money.Amount
	Fees    money.Amount
	Net     money.Amount
	On      calendar.Date
	Actor   string
	At      time.Time
}

// Validate refuses a remittance whose amounts do not add up.
func (r Remittance) Validate() error {
	if err := collection.CheckID("the remittance", r.ID); err != nil {
		return err
	}
	net, err := r.Gross.Sub(r.Fees)
	switch {
	case err != nil:
		return refuse(collection.RefusedInvalid, "the amounts of the remittance %s are not in one currency", r.ID)
	case r.Gross.Sign() < 0 || r.Fees.Sign() < 0 || r.Gross.Sign() == 0 && r.Fees.Sign() == 0:
		return refuse(collection.RefusedInvalid, "the remittance %s is of %s with fees of %s: neither may be negative, and one must be more than nothing", r.ID, r.Gross, r.Fees)
	case net != r.Net:
		return refuse(collection.RefusedInvalid, "the remittance %s does not add up: %s less fees of %s is %s, not %s", r.ID, r.Gross, r.Fees, net, r.Net)
	case r.On.IsZero():
		return refuse(collection.RefusedInvalid, "the remittance %s does not say on which day", r.ID)
	default:
		return nil
	}
}

// sameFact compares what makes two remittances the same.
func (r Remittance) sameFact(other Remittance) bool {
	return r.Invoice == other.Invoice && r.Handoff == other.Handoff && r.Gross == other.Gross && r.Fees == other.Fees
}

// Remitted is what became of a remittance.
type Remitted struct {
	Outcome  ledger.EntryOutcome
	Open     money.Amount
	LateFees money.Amount
	Settled  collection.Settled
}

// RecordRemittance records what a partner accounts for: the gross amount as a payment
// "remittance/<id>" of the invoice, the fees as a cost of the creditor in the journal, in one
// transaction. The same
// remittance again is a duplicate; another one under its ID is a *collection.Refusal.
func (s *Store) RecordRemittance(ctx context.Context, creditor string, r Remittance) (Remitted, error) {
	if err := r.Validate(); err != nil {
		return Remitted{}, err
	}
	var remitted Remitted
	var known found[Remittance]
	key := HandoffKey{Creditor: creditor, Invoice: r.Invoice, ID: r.Handoff}
	why := because{at: r.At, actor: r.Actor, cause: "remittance/" + r.ID}
	err := s.changing(ctx, creditor, r.Invoice, why, func(b *batch) {
		one(b, &known, s.sql.LoadRemittance, named{"creditor": creditor, "remittance": r.ID})
	}, func(c *lockedCase) error {
		var err error
		remitted, err = c.remit(key, r, known)
		return err
	})
	if errors.Is(err, errEntryElsewhere) {
		err = refuse(collection.RefusedConflict, "the payment remittance/%s is recorded for another invoice already", r.ID)
	}
	return remitted, err
}

func (c *lockedCase) remit(key HandoffKey, r Remittance, known found[Remittance]) (Remitted, error) {
	stands := func(outcome ledger.EntryOutcome) Remitted {
		return Remitted{Outcome: outcome, Open: c.position.Open, LateFees: c.now.LateFees, Settled: settled(c.position)}
	}
	h, found := c.now.Handoff(key.ID)
	switch {
	case known.is && known.value.sameFact(r):
		return stands(ledger.EntryDuplicate), nil
	case known.is:
		return Remitted{}, refuse(collection.RefusedConflict, "the remittance %s is recorded as %s with fees of %s for the handoff %s of invoice %s already",
			r.ID, known.value.Gross, known.value.Fees, known.value.Handoff, known.value.Invoice)
	case !found:
		return Remitted{}, refuse(collection.RefusedInvalid, "the case %s has no handoff %q", c.now.ID(), key.ID)
	case h.DeliveredOn.IsZero():
		return Remitted{}, refuse(collection.RefusedNotNow, "the partner of the handoff %s never had the case %s: it cannot have collected anything", key.ID, c.now.ID())
	case r.Gross.Currency() != c.position.Total.Currency():
		return Remitted{}, refuse(collection.RefusedInvalid, "the case %s is kept in %s, not in %s", c.now.ID(), c.position.Total.Currency(), r.Gross.Currency())
	}
	c.writes.exec(c.store.sql.InsertRemittance, named{
		"creditor": key.Creditor, "remittance": r.ID, "reference": key.Reference(), "currency": string(r.Gross.Currency()), "at": c.at,
	}, r)
	c.partnerFees, c.valueDate = ledger.PartnerFees(r.Fees), r.On
	c.note("", "remittance", fmt.Sprintf("the partner of the handoff %s remits %s: %s collected, less fees of %s", key.ID, r.Net, r.Gross, r.Fees))
	if r.Gross.Sign() <= 0 {
		return stands(ledger.EntryApplied), nil
	}
	posted, err := c.postAs(Posting{
		Creditor: key.Creditor, Invoice: key.Invoice, Source: "partner", Actor: r.Actor, At: r.At,
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "remittance/" + r.ID, Amount: r.Gross, ValueDate: r.On},
	}, "/payment", func(position collection.TakePosition) collection.Command {
		return collection.TakeRemittance{ID: key.ID, Gross: r.Gross, Position: position}
	})
	return Remitted{Outcome: posted.Outcome, Open: posted.Position.Open, LateFees: posted.LateFees, Settled: posted.Settled}, err
}
