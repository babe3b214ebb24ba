package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/law"
)

// Routes are the ways that the law of the debtor's country has to recover the
// principal and interest due in a case, each with the verdict on it at an instant.
// There are none for a country whose routes are not in the tables.
func (s *Store) Routes(ctx context.Context, creditor, invoice string, at time.Time) ([]law.RouteVerdict, error) {
	tariffs := s.tariffs.Load()
	if tariffs == nil {
		return nil, nil
	}
	file, err := s.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return nil, err
	}
	position, err := file.Today(at)
	if err != nil {
		return nil, err
	}
	claimed, err := position.Open.Add(position.LateFees.Interest.Open)
	if err != nil {
		return nil, fmt.Errorf("adding what is due in %s of %s: %w", invoice, creditor, err)
	}
	return tariffs.book.Routes(file.Debtor.Country, inLaw(file.Debtor.ActsAs()), claimed, file.Case.Window.DateOf(at)), nil
}
