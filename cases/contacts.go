package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/imports/invoice"
	"relance/messaging/audience"
)

// ContactFacts are facts of a contact as people write them. A fact that is nil
// stays as it is.
type ContactFacts struct {
	Name, Role, Language, Scope *string
	// Email is a plain address; Phone is written as in the debtor's country, or with
	// an international prefix.
	Email, Phone     *string
	Preferred        *bool
	Channels         *[]string
	PreferredChannel *string
	ValidFrom        *calendar.Date
	ValidUntil       *calendar.Date
	// Works: a person knows that the address and the number work, whatever a provider
	// found before.
	Works bool
}

// AddContact adds a contact to a debtor; one with the same e-mail and phone is
// corrected. Errors are those of casefile.Store.ChangeContact.
func (s *Service) AddContact(ctx context.Context, creditor, debtor string, facts ContactFacts, by string) (casefile.Contact, error) {
	return s.changeContact(ctx, casefile.Contact{Creditor: creditor, Debtor: debtor}, facts, by)
}

// CorrectContact corrects what facts say of a contact. An unknown contact is
// casefile.ErrUnknownContact.
func (s *Service) CorrectContact(ctx context.Context, creditor, debtor string, id int64, facts ContactFacts, by string) (casefile.Contact, error) {
	known, err := s.contact(ctx, creditor, debtor, id)
	if err != nil {
		return casefile.Contact{}, err
	}
	return s.changeContact(ctx, known, facts, by)
}

// RetireContact records that a contact has left. Without a last day it was
// yesterday, so that it is not written to any more.
func (s *Service) RetireContact(ctx context.Context, creditor, debtor string, id int64, lastDay calendar.Date, by string) (casefile.Contact, error) {
	if lastDay.IsZero() {
		of, err := s.Store.Creditor(ctx, creditor)
		if err != nil {
			return casefile.Contact{}, err
		}
		zone, err := calendar.ParseZone(cmp.Or(of.Zone, "Europe/Paris"))
		if err != nil {
			return casefile.Contact{}, err
		}
		lastDay = calendar.DateOf(s.now().In(zone.Location())).AddDays(-1)
	}
	if err := s.Store.RetireContact(ctx, creditor, debtor, id, lastDay, s.author(by)); err != nil {
		return casefile.Contact{}, err
	}
	return s.contact(ctx, creditor, debtor, id)
}

func (s *Service) author(by string) casefile.Author { return casefile.Author{By: by, At: s.now()} }

func (s *Service) contact(ctx context.Context, creditor, debtor string, id int64) (casefile.Contact, error) {
	contacts, err := s.Store.Contacts(ctx, creditor, debtor)
	if err != nil {
		return casefile.Contact{}, err
	}
	for _, contact := range contacts {
		if contact.ID == id {
			return contact, nil
		}
	}
	return casefile.Contact{}, fmt.Errorf("%w: debtor %s of %s has no contact %d", casefile.ErrUnknownContact, debtor, creditor, id)
}

func (s *Service) changeContact(ctx context.Context, contact casefile.Contact, facts ContactFacts, by string) (casefile.Contact, error) {
	debtor, err := s.Store.Debtor(ctx, contact.Creditor, contact.Debtor)
	if err != nil {
		return casefile.Contact{}, err
	}
	changed, err := facts.of(contact, debtor.Country)
	if err != nil {
		return casefile.Contact{}, err
	}
	id, err := s.Store.ChangeContact(ctx, changed, s.author(by))
	if err != nil {
		return casefile.Contact{}, err
	}
	return s.contact(ctx, contact.Creditor, contact.Debtor, id)
}

// of is the contact with the facts, or a *collection.Refusal of all that cannot be
// read.
func (f ContactFacts) of(contact casefile.Contact, country string) (casefile.Contact, error) {
	var faults []error
	text := func(given *string, into *string) {
		if given != nil {
			*into = invoice.Tidy(*given)
		}
	}
	text(f.Name, &contact.Name)
	text(f.Role, &contact.Role)
	text(f.Scope, &contact.Scope)
	read := func(field string, given *string, into *string, parse func(string) (string, error)) {
		if given == nil {
			return
		}
		*into = ""
		if invoice.Tidy(*given) == "" {
			return
		}
		value, err := parse(*given)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %q: %w", field, *given, err))
		}
		*into = value
	}
	read("email", f.Email, &contact.Email, invoice.ParseEmail)
	read("phone", f.Phone, &contact.Phone, func(text string) (string, error) { return invoice.ParsePhone(text, country) })
	read("language", f.Language, &contact.Language, parseLanguage)
	if f.Preferred != nil {
		contact.Preferred = *f.Preferred
	}
	if f.Channels != nil {
		contact.Channels = nil
		for _, channel := range *f.Channels {
			contact.Channels = append(contact.Channels, collection.Channel(invoice.Tidy(channel)))
		}
		slices.Sort(contact.Channels)
		contact.Channels = slices.Compact(contact.Channels)
	}
	if f.PreferredChannel != nil {
		contact.PreferredChannel = collection.Channel(invoice.Tidy(*f.PreferredChannel))
	}
	if f.ValidFrom != nil {
		contact.ValidFrom = *f.ValidFrom
	}
	if f.ValidUntil != nil {
		contact.ValidUntil = *f.ValidUntil
	}
	if f.Works {
		contact.EmailInvalidAt, contact.EmailInvalidWhy = time.Time{}, ""
		contact.PhoneInvalidAt, contact.PhoneInvalidWhy = time.Time{}, ""
		contact.WhatsAppInvalidAt, contact.WhatsAppInvalidWhy = time.Time{}, ""
	}
	if len(faults) > 0 {
		return contact, &collection.Refusal{Code: collection.RefusedInvalid, Message: strings.ReplaceAll(errors.Join(faults...).Error(), "\n", "; ")}
	}
	return contact, nil
}

func parseLanguage(text string) (string, error) {
	tag, ok := invoice.ParseLanguage(text)
	if !ok {
		return "", errors.New("is not a language: use a code such as fr or en")
	}
	return tag, nil
}

// SetParent says which debtor is above another in its group, and whether it receives
// its messages. The errors are those of casefile.Store.SetParent.
func (s *Service) SetParent(ctx context.Context, creditor, debtor, parent string, billTo casefile.BillTo, by string) error {
	return s.Store.SetParent(ctx, creditor, debtor, parent, billTo, s.author(by))
}

// SetAudience says what kind of payer a debtor is, by the name of an audience; empty
// leaves it to its past. The errors are those of casefile.Store.SetAudience.
func (s *Service) SetAudience(ctx context.Context, creditor, debtor, reader, by string) error {
	return s.Store.SetAudience(ctx, creditor, debtor, audience.Audience(reader), s.author(by))
}

// OptOut records an opt-out that a person heard of, and WithdrawOptOut its end. An
// address is tidied as a contact's is.
func (s *Service) OptOut(ctx context.Context, o casefile.OptOut) error {
	o, err := s.optOut(ctx, o)
	if err != nil {
		return err
	}
	return s.Store.RecordOptOut(ctx, o)
}

// WithdrawOptOut ends the opt-outs from a channel.
func (s *Service) WithdrawOptOut(ctx context.Context, o casefile.OptOut) error {
	o, err := s.optOut(ctx, o)
	if err != nil {
		return err
	}
	return s.Store.WithdrawOptOut(ctx, o)
}

func (s *Service) optOut(ctx context.Context, o casefile.OptOut) (casefile.OptOut, error) {
	o.At, o.Address = s.now(), invoice.Tidy(o.Address)
	if !slices.Contains(collection.Channels(), o.Channel) {
		return o, collection.Refuse(collection.RefusedInvalid, "%q is not a channel: use email, sms or whatsapp", o.Channel)
	}
	if o.Address == "" {
		return o, nil
	}
	debtor, err := s.Store.Debtor(ctx, o.Creditor, o.Debtor)
	if err != nil {
		return o, err
	}
	switch o.Channel {
	case collection.ChannelEmail:
		o.Address, err = invoice.ParseEmail(o.Address)
	case collection.ChannelSMS, collection.ChannelWhatsApp:
		o.Address, err = invoice.ParsePhone(o.Address, debtor.Country)
	default:
	}
	if err != nil {
		return o, collection.Refuse(collection.RefusedInvalid, "the address %s", err)
	}
	return o, nil
}
