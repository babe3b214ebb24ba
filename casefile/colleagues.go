package casefile

import (
	"context"
	"fmt"
	"slices"

	"relance/collection"
	"relance/messaging"
)

// Colleague is a person at the creditor, for copies and as a sender.
type Colleague struct {
	ID       int64
	Creditor string
	// Debtor is whom it looks after; empty: all debtors.
	Debtor string
	Role   collection.Role
	Name   string
	Email  string
	// Configured: it stands in the configuration.
	Configured bool
}

// SaveColleague adds a colleague, or changes the name of the one with the same
// debtor, role and e-mail, and returns its ID.
func (s *Store) SaveColleague(ctx context.Context, colleague Colleague) (int64, error) {
	if err := colleague.validate(); err != nil {
		return 0, err
	}
	var id int64
	err := s.writing(ctx, func(tx *transaction) error {
		if err := s.checkDebtor(ctx, tx, colleague.Creditor, colleague.Debtor); err != nil {
			return err
		}
		var err error
		id, err = s.writeColleague(ctx, tx, colleague)
		return err
	})
	return id, err
}

// ConfigureColleagues makes the colleagues that the configuration names those of a
// creditor; the others stay.
func (s *Store) ConfigureColleagues(ctx context.Context, creditor string, colleagues []Colleague) error {
	return s.writing(ctx, func(tx *transaction) error {
		var b batch
		b.exec(s.sql.RemoveConfiguredColleagues, named{"creditor": creditor})
		if err := b.run(ctx, tx); err != nil {
			return fmt.Errorf("replacing the configured colleagues of %s: %w", creditor, err)
		}
		for _, colleague := range colleagues {
			colleague.Creditor, colleague.Configured = creditor, true
			if err := colleague.validate(); err != nil {
				return err
			}
			if _, err := s.writeColleague(ctx, tx, colleague); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveColleague removes a colleague that does not stand in the configuration.
func (s *Store) RemoveColleague(ctx context.Context, creditor string, id int64) error {
	var removed found[struct{ ID int64 }]
	var b batch
	one(&b, &removed, s.sql.RemoveColleague, named{"creditor": creditor, "id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("removing the colleague %d of %s: %w", id, creditor, err)
	}
	if !removed.is {
		return refuse(collection.RefusedInvalid, "%s has no colleague %d that can be removed here: those of the configuration are removed there", creditor, id)
	}
	return nil
}

// Colleagues lists the colleagues of a creditor: all, or those who look after a
// debtor.
func (s *Store) Colleagues(ctx context.Context, creditor, debtor string) ([]Colleague, error) {
	var colleagues []Colleague
	var b batch
	all(&b, &colleagues, s.sql.LoadColleagues, named{"creditor": creditor, "debtor": debtor})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the colleagues of %s: %w", creditor, err)
	}
	return colleagues, nil
}

func (s *Store) writeColleague(ctx context.Context, tx *transaction, colleague Colleague) (int64, error) {
	var saved found[struct{ ID int64 }]
	var b batch
	one(&b, &saved, s.sql.SaveColleague, colleague)
	err := b.run(ctx, tx)
	if isViolation(err, foreignKeyViolation) {
		return 0, fmt.Errorf("%w: %s", ErrUnknownCreditor, colleague.Creditor)
	}
	if err != nil {
		return 0, fmt.Errorf("saving a colleague of %s: %w", colleague.Creditor, err)
	}
	return saved.value.ID, nil
}

func (c Colleague) validate() error {
	if !slices.Contains(collection.ColleagueRoles(), c.Role) {
		return refuse(collection.RefusedInvalid, "%q is not a role at the creditor: use %s", c.Role, listed(collection.ColleagueRoles()))
	}
	address, err := messaging.ValidateEmailAddress(c.Email)
	if err != nil || address.Email != c.Email {
		return refuse(collection.RefusedInvalid, "%q is not a plain e-mail address: write it like name@example.com", c.Email)
	}
	return nil
}
