package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/directdebit"
	"relance/identifiers"
)

// ErrUnknownMandate: the creditor has no mandate of that ID.
var ErrUnknownMandate = errors.New("there is no such mandate")

// Mandate is a mandate for direct debit as it is recorded.
type Mandate struct {
	Creditor string
	Debtor   string
	ID       string
	Scheme   directdebit.Scheme
	SignedOn calendar.Date
	// The holder of the account, whose address must have a town and a country.
	Name     string
	Street   string
	Postcode string
	Town     string
	Country  string
	IBAN     string
	BIC      string
	// RevokedOn is the day it was revoked, LastUsedOn that of its last collection.
	RevokedOn  calendar.Date
	LastUsedOn calendar.Date
}

// Given is the mandate as a collection names it.
func (m Mandate) Given() directdebit.Mandate {
	return directdebit.Mandate{ID: m.ID, SignedOn: m.SignedOn, Scheme: m.Scheme, Debtor: directdebit.Party{
		Name: m.Name, Street: m.Street, Postcode: m.Postcode, Town: m.Town, Country: m.Country, IBAN: m.IBAN, BIC: m.BIC,
	}}
}

// SaveMandate records a mandate that a debtor signed. The same mandate again changes
// nothing; another under a known ID is a *collection.Refusal, because a mandate is
// never changed: revoke it and have a new one signed.
func (s *Store) SaveMandate(ctx context.Context, m Mandate, actor string, at time.Time) error {
	m.IBAN, m.BIC = identifiers.Compact(m.IBAN), identifiers.Compact(m.BIC)
	if err := collection.CheckID("the mandate", m.ID); err != nil {
		return err
	}
	if m.SignedOn > calendar.DateOf(at) {
		return refuse(collection.RefusedInvalid, "the mandate %s was signed on %s, which is to come", m.ID, m.SignedOn)
	}
	if err := m.Given().Check(); err != nil {
		return refuse(collection.RefusedInvalid, "the mandate %s cannot be used: %s", m.ID, err)
	}
	if err := s.refuseSchemeOf(ctx, m); err != nil {
		return err
	}
	var b batch
	var kept found[Mandate]
	b.exec(s.sql.InsertMandate, named{"actor": actor, "at": businessTime(at)}, m)
	one(&b, &kept, s.sql.LoadMandate, named{"creditor": m.Creditor, "id": m.ID})
	switch err := b.run(ctx, s.pool); {
	case isViolation(err, foreignKeyViolation):
		return fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, m.Debtor, m.Creditor)
	case err != nil:
		return fmt.Errorf("recording the mandate %s of %s: %w", m.ID, m.Creditor, err)
	}
	m.RevokedOn, m.LastUsedOn = kept.value.RevokedOn, kept.value.LastUsedOn
	if kept.value != m {
		return refuse(collection.RefusedConflict, "the mandate %s is recorded already, with other data: revoke it and have a new one signed", m.ID)
	}
	return nil
}

// refuseSchemeOf refuses a mandate of the B2B scheme that a consumer signed: it takes the
// refund away that the law gives a consumer (EPC222-07, SEPA Direct Debit B2B rulebook).
func (s *Store) refuseSchemeOf(ctx context.Context, m Mandate) error {
	if m.Scheme != directdebit.B2B {
		return nil
	}
	var debtor found[Debtor]
	var b batch
	one(&b, &debtor, s.sql.LoadDebtorOfID, named{"creditor": m.Creditor, "debtor": m.Debtor})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("reading the debtor %s of %s: %w", m.Debtor, m.Creditor, err)
	}
	if debtor.is && debtor.value.ActsAs() == DebtorConsumer {
		return refuse(collection.RefusedInvalid, "the mandate %s is of the B2B scheme, and %s is a consumer: have one of the CORE scheme signed", m.ID, m.Debtor)
	}
	return nil
}

// Mandate reads a mandate; an unknown one is ErrUnknownMandate.
func (s *Store) Mandate(ctx context.Context, creditor, id string) (Mandate, error) {
	var kept found[Mandate]
	var b batch
	one(&b, &kept, s.sql.LoadMandate, named{"creditor": creditor, "id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return Mandate{}, fmt.Errorf("reading the mandate %s of %s: %w", id, creditor, err)
	}
	if !kept.is {
		return Mandate{}, fmt.Errorf("%w: %s of %s", ErrUnknownMandate, id, creditor)
	}
	return kept.value, nil
}

// RevokeMandate records that a mandate may not be used any more.
func (s *Store) RevokeMandate(ctx context.Context, creditor, id string, on calendar.Date) error {
	kept, err := s.Mandate(ctx, creditor, id)
	if err != nil {
		return err
	}
	if on < kept.SignedOn {
		return refuse(collection.RefusedInvalid, "the mandate %s was signed on %s: it cannot have been revoked on %s", id, kept.SignedOn, on)
	}
	var b batch
	b.exec(s.sql.RevokeMandate, named{"creditor": creditor, "id": id, "on": on})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("revoking the mandate %s of %s: %w", id, creditor, err)
	}
	return nil
}

// MandateFilter selects mandates; empty fields select all.
type MandateFilter struct {
	Creditor string
	Debtor   string
	// Limit is 100 unless given.
	Limit int
}

// Mandates lists mandates, those signed last first.
func (s *Store) Mandates(ctx context.Context, filter MandateFilter) ([]Mandate, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var mandates []Mandate
	var b batch
	all(&b, &mandates, s.sql.LoadMandates, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing mandates: %w", err)
	}
	return mandates, nil
}
