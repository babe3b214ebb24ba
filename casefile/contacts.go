package casefile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/messaging"
)

// Contact is a person or a mailbox at the debtor. A contact with the same
// e-mail and phone is the same contact.
type Contact struct {
	ID       int64
	Creditor string
	Debtor   string
	Name     string
	// Role is what the contact does (collection.ContactRoles); empty: nobody said.
	Role  string
	Email string
	// Phone is in E.164 form.
	Phone    string
	Language string // empty: the language of the debtor
	// Preferred is the one to write to among those of its role.
	Preferred bool
	// Channels are those it may be written to by; nil: all.
	Channels []collection.Channel
	// PreferredChannel is the one it would rather be written to by.
	PreferredChannel collection.Channel
	// Scope is the order, contract or invoice it alone speaks for; empty: for all.
	Scope string
	// ValidFrom and ValidUntil are its first and its last day; not set: no bound.
	ValidFrom  calendar.Date
	ValidUntil calendar.Date
	// EmailInvalidAt, PhoneInvalidAt and WhatsAppInvalidAt are since when (business time) a
	// provider knows that nothing arrives there by e-mail, by SMS and by WhatsApp, and why;
	// correcting the address ends it.
	EmailInvalidAt     time.Time
	EmailInvalidWhy    string
	PhoneInvalidAt     time.Time
	PhoneInvalidWhy    string
	WhatsAppInvalidAt  time.Time
	WhatsAppInvalidWhy string
}

// Author is who changes something, and when (business time).
type Author struct {
	By string
	At time.Time
}

// Contacts lists the contacts of a debtor, those that have left too. An unknown
// debtor is ErrUnknownDebtor.
func (s *Store) Contacts(ctx context.Context, creditor, debtor string) ([]Contact, error) {
	var known found[Debtor]
	var contacts []Contact
	key := named{"creditor": creditor, "debtor": debtor}
	var b batch
	one(&b, &known, s.sql.LoadDebtorOfID, key)
	all(&b, &contacts, s.sql.LoadContactsOfDebtor, key)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the contacts of debtor %s of %s: %w", debtor, creditor, err)
	}
	if !known.is {
		return nil, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
	}
	return contacts, nil
}

// SaveContact is ChangeContact by the product itself, at the time of the wall.
func (s *Store) SaveContact(ctx context.Context, contact Contact) (int64, error) {
	return s.ChangeContact(ctx, contact, Author{By: "relance", At: time.Now()})
}

// ChangeContact adds a contact (ID 0; one with the same e-mail and phone is
// corrected) or corrects the contact of an ID, and returns the ID. A preferred
// contact takes the place of the one preferred before it for the same role and
// scope. The open cases of the debtor have the change in their history, and what
// was composed and has not left is composed anew.
//
// An unknown debtor is ErrUnknownDebtor; an e-mail and phone that another contact
// of the debtor has is a *ConflictError; facts that make no sense are a
// *collection.Refusal that names them all.
func (s *Store) ChangeContact(ctx context.Context, contact Contact, author Author) (int64, error) {
	if err := contact.validate(); err != nil {
		return 0, err
	}
	var id int64
	err := s.changingPeople(ctx, contact.Creditor, contact.Debtor, "", author, func(tx *transaction) (peopleNote, error) {
		before, err := s.contact(ctx, tx, contact)
		if err != nil {
			return peopleNote{}, err
		}
		if id, err = s.writeContact(ctx, tx, contact); err != nil {
			return peopleNote{}, err
		}
		if contact.Preferred {
			var b batch
			b.exec(s.sql.PreferContact, named{"id": id}, contact)
			if err := b.run(ctx, tx); err != nil {
				return peopleNote{}, err
			}
		}
		contact.ID = id
		after, err := s.contact(ctx, tx, contact)
		switch {
		case err != nil || before.is && reflect.DeepEqual(before.value, after.value):
			return peopleNote{}, err
		case before.is:
			return peopleNote{key: fmt.Sprintf("contact/%d/corrected", id), kind: "contact-corrected", summary: after.value.describe() + " was corrected"}, nil
		default:
			return peopleNote{key: fmt.Sprintf("contact/%d/added", id), kind: "contact-added", summary: after.value.describe() + " was added"}, nil
		}
	})
	return id, err
}

// contact reads a contact by its ID, or by its e-mail and phone.
func (s *Store) contact(ctx context.Context, tx *transaction, wanted Contact) (found[Contact], error) {
	var contacts []Contact
	var b batch
	all(&b, &contacts, s.sql.LoadContactsOfDebtor, wanted)
	if err := b.run(ctx, tx); err != nil {
		return found[Contact]{}, fmt.Errorf("reading the contacts of debtor %s of %s: %w", wanted.Debtor, wanted.Creditor, err)
	}
	i := slices.IndexFunc(contacts, func(c Contact) bool {
		return c.ID == wanted.ID || wanted.ID == 0 && c.Email == wanted.Email && c.Phone == wanted.Phone
	})
	if i < 0 {
		return found[Contact]{}, nil
	}
	return found[Contact]{value: contacts[i], is: true}, nil
}

func (s *Store) writeContact(ctx context.Context, tx *transaction, contact Contact) (int64, error) {
	statement := s.sql.SaveContact
	if contact.ID != 0 {
		statement = s.sql.CorrectContact
	}
	var saved found[struct{ ID int64 }]
	var b batch
	one(&b, &saved, statement, contact)
	err := b.run(ctx, tx)
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
		return 0, unknownContact(contact.Creditor, contact.Debtor, contact.ID)
	}
	return saved.value.ID, nil
}

func unknownContact(creditor, debtor string, id int64) error {
	return fmt.Errorf("%w: debtor %s of %s has no contact %d", ErrUnknownContact, debtor, creditor, id)
}

// RetireContact records that a contact has left: lastDay is the last day on which
// it may be written to. A contact that left before stays as it is. An unknown
// contact is ErrUnknownContact.
func (s *Store) RetireContact(ctx context.Context, creditor, debtor string, id int64, lastDay calendar.Date, author Author) error {
	return s.changingPeople(ctx, creditor, debtor, "", author, func(tx *transaction) (peopleNote, error) {
		contact, err := s.contact(ctx, tx, Contact{ID: id, Creditor: creditor, Debtor: debtor})
		switch {
		case err != nil:
			return peopleNote{}, err
		case !contact.is:
			return peopleNote{}, unknownContact(creditor, debtor, id)
		case lastDay.IsZero(), lastDay < contact.value.ValidFrom:
			return peopleNote{}, refuse(collection.RefusedInvalid, "contact %d cannot have its last day on %q: it begins on %s", id, lastDay, orNothing(contact.value.ValidFrom.String()))
		}
		var retired found[struct{ ID int64 }]
		var b batch
		one(&b, &retired, s.sql.RetireContact, named{"id": id, "creditor": creditor, "debtor": debtor, "valid_until": lastDay})
		if err := b.run(ctx, tx); err != nil || !retired.is {
			return peopleNote{}, err
		}
		return peopleNote{
			key: fmt.Sprintf("contact/%d/retired", id), kind: "contact-retired",
			summary: fmt.Sprintf("%s is not written to after %s", contact.value.describe(), lastDay),
		}, nil
	})
}

// describe names the contact without personal data.
func (c Contact) describe() string {
	if c.Role == "" {
		return fmt.Sprintf("contact %d", c.ID)
	}
	return fmt.Sprintf("contact %d (%s)", c.ID, c.Role)
}

// validate names everything that is wrong with a contact.
func (c Contact) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.Name+c.Email+c.Phone == "" {
		fault("it has no name, no e-mail address and no phone: give at least one")
	}
	if c.Role != "" && !slices.Contains(collection.ContactRoles(), collection.Role(c.Role)) {
		fault("%q is not a role: use %s", c.Role, listed(collection.ContactRoles()))
	}
	if c.Email != "" {
		if address, err := messaging.ValidateEmailAddress(c.Email); err != nil {
			faults = append(faults, err)
		} else if address.Email != c.Email {
			fault("%q is not a plain e-mail address: write %q", c.Email, address.Email)
		}
	}
	if c.Phone != "" {
		if number, err := messaging.ParsePhone(c.Phone, ""); err != nil {
			faults = append(faults, err)
		} else if number != c.Phone {
			fault("%q is not in international form: write %q", c.Phone, number)
		}
	}
	for _, channel := range c.Channels {
		if !slices.Contains(collection.Channels(), channel) {
			fault("%q is not a channel: use %s", channel, listed(collection.Channels()))
		}
	}
	if c.PreferredChannel != "" && !slices.Contains(collection.Channels(), c.PreferredChannel) {
		fault("%q is not a channel to prefer: use %s", c.PreferredChannel, listed(collection.Channels()))
	}
	if !c.ValidUntil.IsZero() && c.ValidUntil < c.ValidFrom {
		fault("its last day %s is before its first day %s", c.ValidUntil, c.ValidFrom)
	}
	if len(faults) == 0 {
		return nil
	}
	return refuse(collection.RefusedInvalid, "the contact of debtor %s of %s cannot be kept: %s", c.Debtor, c.Creditor,
		strings.ReplaceAll(errors.Join(faults...).Error(), "\n", "; "))
}

func listed[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// Debtor reads a debtor. An unknown one is ErrUnknownDebtor.
func (s *Store) Debtor(ctx context.Context, creditor, debtor string) (Debtor, error) {
	var known found[Debtor]
	var b batch
	one(&b, &known, s.sql.LoadDebtorOfID, named{"creditor": creditor, "debtor": debtor})
	if err := b.run(ctx, s.pool); err != nil {
		return Debtor{}, fmt.Errorf("reading the debtor %s of %s: %w", debtor, creditor, err)
	}
	if !known.is {
		return Debtor{}, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
	}
	return known.value, nil
}
