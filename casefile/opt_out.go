package casefile

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"relance/collection"
	"relance/messaging"
)

// OptOut is the wish not to be written to by a channel.
type OptOut struct {
	Creditor string
	// Debtor is whose wish it is; empty when only the address is known.
	Debtor  string
	Channel collection.Channel
	// Address is the e-mail address or the number it is for; empty: every one of the
	// debtor. One that is for an address holds for it at every debtor of the creditor.
	Address string
	// Source is how it became known: "sms-stop", "unsubscribe-link".
	Source string
	At     time.Time
	// By is who recorded it; empty: the product itself.
	By string
}

// OptOutRecord is an opt-out with what became of it.
type OptOutRecord struct {
	ID int64
	OptOut
	// WithdrawnAt is not set while it holds.
	WithdrawnAt  time.Time
	WithdrawnBy  string
	WithdrawnWhy string
}

// Holds reports whether the opt-out was not withdrawn.
func (o OptOutRecord) Holds() bool { return o.WithdrawnAt.IsZero() }

// RecordOptOut records an opt-out. From then on nothing leaves for the address by
// the channel, whatever its tone: what was composed and has not left is composed
// anew, for somebody else or another channel. The open cases of the debtor have it
// in their history. The same wish again changes nothing.
//
// A letter cannot be refused (*collection.Refusal): the law asks for a notice that
// reaches the debtor (Code civil, art. 1344), by no channel in particular, so that
// the letter is what remains. An unknown creditor is ErrUnknownCreditor, an unknown
// debtor ErrUnknownDebtor.
func (s *Store) RecordOptOut(ctx context.Context, o OptOut) error {
	return s.recordOptOut(ctx, o, false)
}

// RecordStop records the opt-out of whoever wrote an answer, its Source (StopOfAnswer). It
// counts once: brought about again, it does not undo a withdrawal since.
func (s *Store) RecordStop(ctx context.Context, o OptOut) error { return s.recordOptOut(ctx, o, true) }

// StopOfAnswer is the source of an opt-out that an answer asks for.
func StopOfAnswer(id string) string { return "answer/" + id }

func (s *Store) recordOptOut(ctx context.Context, o OptOut, once bool) error {
	o = o.tidied()
	if err := o.validate(); err != nil {
		return err
	}
	author := Author{By: cmp.Or(o.By, "relance"), At: o.At}
	o.By = author.By
	return s.changingPeople(ctx, o.Creditor, o.Debtor, o.Address, author, func(tx *transaction) (peopleNote, error) {
		if err := s.checkDebtor(ctx, tx, o.Creditor, o.Debtor); err != nil {
			return peopleNote{}, err
		}
		var recorded found[struct{ ID int64 }]
		var b batch
		if !isAutomatic(o.By) {
			b.exec(s.sql.SupersedeStop, named{"keeper": keeper}, o)
		}
		one(&b, &recorded, s.sql.InsertOptOut, named{"once": once}, o)
		err := b.run(ctx, tx)
		switch {
		case isViolation(err, foreignKeyViolation):
			return peopleNote{}, fmt.Errorf("%w: %s", ErrUnknownCreditor, o.Creditor)
		case err != nil:
			return peopleNote{}, fmt.Errorf("recording an opt-out of debtor %s of %s: %w", o.Debtor, o.Creditor, err)
		case !recorded.is:
			return peopleNote{}, nil
		}
		return peopleNote{exactly: fmt.Sprintf("opt-out/%d", recorded.value.ID), kind: "opted-out", summary: optedOutSummary(o.Channel, o.Source)}, nil
	})
}

// WithdrawOptOut ends the opt-outs from a channel: of an address, or without one of
// the debtor as a whole. Source and By say why and by whom. Where none holds,
// nothing changes.
func (s *Store) WithdrawOptOut(ctx context.Context, o OptOut) error {
	return s.withdrawOptOut(ctx, o, false)
}

// RefusedAsOptedOut is the source of an opt-out that a provider knew of first, and refused a
// message for.
const RefusedAsOptedOut = "the provider refused: opted out"

// refusalsOfStop are the sources, as patterns, of opt-outs that only a provider's refusal
// told of. Of a number they are its own STOP, which the provider has read as well.
var refusalsOfStop = []string{RefusedAsOptedOut, "%: " + string(messaging.DeliverySuppressed)}

// TakeStopBack ends the opt-outs that whoever has an address asked for in its answers up to
// a time (RecordStop), and those of a number that a provider refused until then because of
// its STOP. One that a person recorded, or that became known otherwise, stays.
func (s *Store) TakeStopBack(ctx context.Context, o OptOut) error {
	return s.withdrawOptOut(ctx, o, true)
}

func (s *Store) withdrawOptOut(ctx context.Context, o OptOut, own bool) error {
	o = o.tidied()
	if err := o.validate(); err != nil {
		return err
	}
	author := Author{By: cmp.Or(o.By, "relance"), At: o.At}
	return s.changingPeople(ctx, o.Creditor, o.Debtor, o.Address, author, func(tx *transaction) (peopleNote, error) {
		if err := s.checkDebtor(ctx, tx, o.Creditor, o.Debtor); err != nil {
			return peopleNote{}, err
		}
		var withdrawn []struct{ ID int64 }
		var b batch
		all(&b, &withdrawn, s.sql.WithdrawOptOut, named{"by": author.By, "why": o.Source, "own": own, "refusals": refusalsOfStop}, o)
		if err := b.run(ctx, tx); err != nil {
			return peopleNote{}, fmt.Errorf("withdrawing an opt-out of debtor %s of %s: %w", o.Debtor, o.Creditor, err)
		}
		if len(withdrawn) == 0 {
			return peopleNote{}, nil
		}
		return peopleNote{
			exactly: fmt.Sprintf("opt-out/%d/withdrawn", withdrawn[0].ID), kind: "opt-out-withdrawn",
			summary: fmt.Sprintf("the wish not to be written to by %s is withdrawn (%s)", o.Channel, o.Source),
		}, nil
	})
}

// OptOuts lists the opt-outs of a debtor and of the addresses of its contacts,
// those that were withdrawn too, oldest first.
func (s *Store) OptOuts(ctx context.Context, creditor, debtor string) ([]OptOutRecord, error) {
	var records []OptOutRecord
	var b batch
	all(&b, &records, s.sql.LoadOptOuts, named{"creditor": creditor, "debtor": debtor})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the opt-outs of debtor %s of %s: %w", debtor, creditor, err)
	}
	return records, nil
}

func (s *Store) checkDebtor(ctx context.Context, tx *transaction, creditor, debtor string) error {
	if debtor == "" {
		return nil
	}
	var known found[Debtor]
	var b batch
	one(&b, &known, s.sql.LoadDebtorOfID, named{"creditor": creditor, "debtor": debtor})
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("reading the debtor %s of %s: %w", debtor, creditor, err)
	}
	if !known.is {
		return fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
	}
	return nil
}

func (o OptOut) tidied() OptOut {
	o.Address, o.Source, o.At = strings.ToLower(strings.TrimSpace(o.Address)), strings.TrimSpace(o.Source), businessTime(o.At)
	return o
}

func (o OptOut) validate() error {
	switch {
	case o.Channel.IsPaper():
		return refuse(collection.RefusedInvalid, "a letter cannot be refused: it is the way that remains to put a debtor on notice")
	case o.Channel == "":
		return refuse(collection.RefusedInvalid, "an opt-out is from a channel: say which, email or sms")
	case o.Source == "":
		return refuse(collection.RefusedInvalid, "an opt-out needs its source: how did it become known?")
	case o.Debtor == "" && o.Address == "":
		return refuse(collection.RefusedInvalid, "an opt-out is of a debtor or for an address: give one of them")
	default:
		return nil
	}
}

func optedOutSummary(channel collection.Channel, source string) string {
	return fmt.Sprintf("the debtor asked not to be written to by %s (%s)", channel, source)
}
