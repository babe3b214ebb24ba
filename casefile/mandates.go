package casefile

import (
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
	if _, err := s.Mandate(ctx, creditor, id); err != nil {
		return err
	}
	var b batch
	b.exec(s.sql.RevokeMandate, named{"creditor": creditor, "id": id, "on": on})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("revoking the mandate %s of %s: %w", id, creditor, err)
	}
	return nil
}
