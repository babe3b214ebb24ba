package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"relance/calendar"
	"relance/collection"
)

// SaveCreditor adds a creditor or replaces what is known of it.
func (s *Store) SaveCreditor(ctx context.Context, creditor Creditor) error {
	creditor.Language = cmp.Or(creditor.Language, "fr")
	creditor.Zone = cmp.Or(creditor.Zone, "Europe/Paris")
	if creditor.ID == "" || strings.ContainsAny(creditor.ID, "/ \t\n") {
		return refuse(collection.RefusedInvalid, "%q cannot be the ID of a creditor: use letters, digits and dashes", creditor.ID)
	}
	if creditor.Name == "" {
		return refuse(collection.RefusedInvalid, "the creditor %s has no name", creditor.ID)
	}
	if _, err := calendar.ParseZone(creditor.Zone); err != nil {
		return refuse(collection.RefusedInvalid, "the creditor %s: %s", creditor.ID, err)
	}
	var b batch
	b.exec(s.sql.SaveCreditor, creditor)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("saving the creditor %s: %w", creditor.ID, err)
	}
	return nil
}

// Creditor reads a creditor; an unknown one is ErrUnknownCreditor.
func (s *Store) Creditor(ctx context.Context, id string) (Creditor, error) {
	var creditor found[Creditor]
	var b batch
	one(&b, &creditor, s.sql.LoadCreditor, named{"creditor": id})
	if err := b.run(ctx, s.pool); err != nil {
		return Creditor{}, fmt.Errorf("reading the creditor %s: %w", id, err)
	}
	if !creditor.is {
		return Creditor{}, fmt.Errorf("%w: %s", ErrUnknownCreditor, id)
	}
	return creditor.value, nil
}

// SaveDebtor adds a debtor or replaces what is known of it: for corrections. An
// unknown creditor is ErrUnknownCreditor.
func (s *Store) SaveDebtor(ctx context.Context, debtor Debtor) error {
	debtor = debtor.withDefaults()
	var b batch
	b.exec(s.sql.SaveDebtor, debtor)
	err := b.run(ctx, s.pool)
	if isViolation(err, foreignKeyViolation) {
		return fmt.Errorf("%w: %s", ErrUnknownCreditor, debtor.Creditor)
	}
	if err != nil {
		return fmt.Errorf("saving the debtor %s of %s: %w", debtor.ID, debtor.Creditor, err)
	}
	return nil
}

// SaveContact adds a contact (ID 0; one with the same e-mail and phone is
// corrected) or corrects the contact of an ID, and returns the ID. An unknown
// debtor is ErrUnknownDebtor; an e-mail and phone that another contact of the
// debtor has is a *ConflictError.
func (s *Store) SaveContact(ctx context.Context, contact Contact) (int64, error) {
	statement := s.sql.SaveContact
	if contact.ID != 0 {
		statement = s.sql.CorrectContact
	}
	var saved found[struct{ ID int64 }]
	var b batch
	one(&b, &saved, statement, contact)
	err := b.run(ctx, s.pool)
	switch {
	case isViolation(err, foreignKeyViolation):
		return 0, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, contact.Debtor, contact.Creditor)
	case isViolation(err, uniqueViolation):
		return 0, &ConflictError{
			Subject: fmt.Sprintf("another contact of debtor %s of %s", contact.Debtor, contact.Creditor),
			Field:   "e-mail and phone", Known: contact.Email + " " + contact.Phone, Given: "the same",
		}
	case err != nil:
		return 0, fmt.Errorf("saving a contact of debtor %s of %s: %w", contact.Debtor, contact.Creditor, err)
	case !saved.is:
		return 0, refuse(collection.RefusedInvalid, "debtor %s of %s has no contact %d", contact.Debtor, contact.Creditor, contact.ID)
	}
	return saved.value.ID, nil
}

func (d Debtor) withDefaults() Debtor {
	d.Kind = cmp.Or(d.Kind, DebtorUnknown)
	return d
}

// Codes of PostgreSQL (appendix A of its manual) that a caller can act on.
const (
	foreignKeyViolation = "23503"
	uniqueViolation     = "23505"
)

func isViolation(err error, code string) bool {
	var violation *pgconn.PgError
	return errors.As(err, &violation) && violation.Code == code
}
