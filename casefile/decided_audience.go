package casefile

import (
	"context"
	"fmt"
	"slices"

	"relance/collection"
	"relance/messaging/audience"
)

// DecidableAudiences are what a person may decide that a debtor is. Whom the law
// protects follows from its kind.
func DecidableAudiences() []audience.Audience {
	return []audience.Audience{audience.Loyal, audience.Irregular, audience.New}
}

// SetAudience says what kind of payer a debtor is, whatever its past invoices show;
// audience.Anyone leaves it to them again. What was composed and has not left is
// composed anew. An unknown debtor is ErrUnknownDebtor.
func (s *Store) SetAudience(ctx context.Context, creditor, debtor string, reader audience.Audience, author Author) error {
	if reader != audience.Anyone && !slices.Contains(DecidableAudiences(), reader) {
		return refuse(collection.RefusedInvalid, "the debtor %s cannot be decided to be %q: use loyal, irregular or new, or nothing to leave it to its past", debtor, reader)
	}
	return s.changingPeople(ctx, creditor, debtor, "", author, func(tx *transaction) (peopleNote, error) {
		if err := s.checkDebtor(ctx, tx, creditor, debtor); err != nil {
			return peopleNote{}, err
		}
		var changed found[struct{ ID string }]
		var b batch
		one(&b, &changed, s.sql.SetAudience, named{"creditor": creditor, "debtor": debtor, "audience": string(reader)})
		if err := b.run(ctx, tx); err != nil {
			return peopleNote{}, fmt.Errorf("setting the audience of debtor %s of %s: %w", debtor, creditor, err)
		}
		if !changed.is {
			return peopleNote{}, nil
		}
		note := peopleNote{key: "audience", kind: "audience-decided", summary: "the debtor is written to as its past invoices show"}
		if reader != audience.Anyone {
			note.summary = "the debtor is written to as " + reader.String() + ", a person decided"
		}
		return note, nil
	})
}
