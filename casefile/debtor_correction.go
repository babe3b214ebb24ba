package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
)

// CorrectDebtor changes what is known of a debtor itself: its name, kind, address, language
// and identifiers. What was composed and has not left is composed anew; letters in other
// words or to the address as it was, and that were not posted, are cancelled and leave in
// others. Where another law holds for it by now, or it is at another place, CasesToTell lists
// its open cases: once they take its standing (TakeStanding), their claims have the
// limitation of that law, and their next dates are on the days and at the hours of that
// place. correct may be called more than once; an error from it is returned, and changes
// nothing. An unknown debtor is ErrUnknownDebtor.
func (s *Store) CorrectDebtor(ctx context.Context, creditor, id string, author Author, correct func(*Debtor) error) (Debtor, error) {
	var corrected Debtor
	err := s.changingPeople(ctx, creditor, id, "", author, func(tx *transaction) (peopleNote, error) {
		var known found[Debtor]
		var read batch
		one(&read, &known, s.sql.LoadDebtorOfID, named{"creditor": creditor, "debtor": id})
		if err := read.run(ctx, tx); err != nil {
			return peopleNote{}, fmt.Errorf("reading the debtor %s of %s: %w", id, creditor, err)
		}
		if !known.is {
			return peopleNote{}, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, id, creditor)
		}
		corrected = known.value
		if err := correct(&corrected); err != nil {
			return peopleNote{}, err
		}
		note := corrected.noteOn(known.value)
		if note.kind == "" {
			return note, nil
		}
		var write batch
		place := corrected.place()
		moved := place != known.value.place()
		if moved && place.Zone != "" {
			corrected.Zone = place.Zone
		}
		write.exec(s.sql.CorrectDebtor, corrected, named{"to_tell": moved || corrected.ActsAs() != known.value.ActsAs()})
		return note, write.run(ctx, tx)
	})
	return corrected, err
}

// place is where the debtor is, as far as its address says.
func (d Debtor) place() collection.Place { return collection.PlaceOf(d.Country, d.Postcode) }

// takePlace has a locked case take where its debtor is by now, and tells its history. The
// calendar of a case that knows the place by an earlier name stays: it is part of its state.
func (c *lockedCase) takePlace(debtor Debtor) {
	before, place := c.now.Window, debtor.place()
	if calendar.IsSamePlace(place.Holidays, before.Country) {
		place.Holidays = ""
	}
	c.report(collection.TakePlace{Place: place})
	if c.now.Window != before {
		c.noteAs("place/"+c.at.Format(time.RFC3339Nano), "contact-hours", fmt.Sprintf("the debtor is at another place: what is to come follows the days and hours of %s (%s), and no longer those of %s (%s)",
			c.now.Window.Country, c.now.Window.Zone, before.Country, before.Zone))
	}
}

// noteOn is what the histories say of a correction: what was corrected, and not into what.
func (d Debtor) noteOn(before Debtor) peopleNote {
	var parts []string
	if d.Name != before.Name {
		parts = append(parts, "name")
	}
	if d.Address != before.Address {
		parts = append(parts, "address")
	}
	if d.Kind != before.Kind {
		parts = append(parts, "kind")
	}
	note := peopleNote{key: "debtor"}
	if len(parts) > 0 {
		note.letters = "the debtor's " + strings.Join(parts, " and ") + " changed"
	}
	if d.Language != before.Language {
		parts = append(parts, "language")
	}
	if d.SIREN != before.SIREN || d.SIRET != before.SIRET || d.VATID != before.VATID {
		parts = append(parts, "identifiers")
	}
	if len(parts) > 0 {
		note.kind, note.summary = "debtor-corrected", "corrected of the debtor: "+strings.Join(parts, ", ")
	}
	return note
}
