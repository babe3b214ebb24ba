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
	if creditor.Mediators == nil {
		creditor.Mediators = []Mediator{}
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
