package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/messaging"
	"relance/recipients"
)

// BillTo says who receives the messages of a debtor.
type BillTo string

// Who receives the messages of a debtor.
const (
	// BillToDebtor: the debtor itself.
	BillToDebtor BillTo = ""
	// BillToParent: the debtor above it in its group.
	BillToParent BillTo = "parent"
)

// People are all who may take part in the notices about an invoice: the contacts of
// its debtor, or of the parent that receives its messages, what they wish, and the
// colleagues at the creditor.
type People struct {
	// Parent is the debtor that receives the messages; empty: the debtor itself.
	Parent        string
	ParentIsKnown bool
	Contacts      []recipients.Contact
	OptOuts       []recipients.OptOut
	Colleagues    []recipients.Colleague
	// LinkKey signs the links in a message to them.
	LinkKey []byte
}

// Question asks who the notice of a step is written to by a channel on a day.
func (m MessageContext) Question(step string, channel collection.Channel) recipients.Question {
	return question(m.People, m.Creditor, m.Debtor, m.Invoice, m.Case.Strategy, step, channel, m.Case.Window.DateOf(m.At))
}

// Question asks who the notice of a step would be written to by a channel on a day.
func (f File) Question(step string, channel collection.Channel, day calendar.Date) recipients.Question {
	return question(f.People, f.Creditor, f.Debtor, f.Invoice, f.Case.Strategy, step, channel, day)
}

func question(p People, of Creditor, owes Debtor, i Invoice, strategy collection.Strategy, step string, channel collection.Channel, day calendar.Date) recipients.Question {
	contacts := make([]recipients.Contact, len(p.Contacts))
	for n, contact := range p.Contacts {
		contact.TakesSMS = messaging.MayReceiveSMS(contact.Phone)
		contacts[n] = contact
	}
	return recipients.Question{
		People: recipients.People{Contacts: contacts, OptOuts: p.OptOuts, Colleagues: p.Colleagues},
		Debtor: recipients.Debtor{
			ID: owes.ID, HasAddress: owes.Line1 != "" && owes.City != "", Language: owes.Language, Country: owes.Country,
			Parent: p.Parent, ParentIsKnown: p.ParentIsKnown,
		},
		Creditor: recipients.Creditor{Language: of.Language, Country: of.Country},
		Strategy: strategy, Step: step, Channel: channel, Day: day, Marks: []string{i.Number, i.Reference},
	}
}

// stillReach reports whether a message that was composed may still go where it was
// to go. A letter goes to the debtor itself.
func (p People) stillReach(m Message, day calendar.Date) bool {
	if m.Channel.IsPaper() {
		return true
	}
	return recipients.People{Contacts: p.Contacts, OptOuts: p.OptOuts}.StillReaches(m.Channel, m.Recipient, day)
}

// SetParent says which debtor is above a debtor in its group, and who receives its
// messages. The parent need not be known yet; until it is, nobody is written to by
// e-mail or SMS. An unknown debtor is ErrUnknownDebtor.
func (s *Store) SetParent(ctx context.Context, creditor, debtor, parent string, billTo BillTo, author Author) error {
	switch {
	case parent == debtor && parent != "":
		return refuse(collection.RefusedInvalid, "the debtor %s of %s cannot be its own parent", debtor, creditor)
	case billTo != BillToDebtor && billTo != BillToParent:
		return refuse(collection.RefusedInvalid, "%q cannot receive the messages of debtor %s: use parent, or nothing for the debtor itself", billTo, debtor)
	case billTo == BillToParent && parent == "":
		return refuse(collection.RefusedInvalid, "the messages of debtor %s of %s go to a parent that was not named: name it", debtor, creditor)
	}
	return s.changingPeople(ctx, creditor, debtor, "", author, func(tx *transaction) (peopleNote, error) {
		var known found[Debtor]
		var changed found[struct{ ID string }]
		key := named{"creditor": creditor, "debtor": debtor, "parent": parent, "bill_to": billTo}
		var b batch
		one(&b, &known, s.sql.LoadDebtorOfID, key)
		one(&b, &changed, s.sql.SetParent, key)
		if err := b.run(ctx, tx); err != nil {
			return peopleNote{}, fmt.Errorf("setting the parent of debtor %s of %s: %w", debtor, creditor, err)
		}
		if !known.is {
			return peopleNote{}, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
		}
		if !changed.is {
			return peopleNote{}, nil
		}
		note := peopleNote{key: "parent", kind: "parent-changed", summary: "the messages of the debtor go to the debtor itself"}
		if billTo == BillToParent {
			note.summary = "the messages of the debtor go to its parent " + parent
		}
		return note, nil
	})
}

// peopleNote is what the history says of a change; empty when nothing changed.
type peopleNote struct {
	// key names the change together with its instant; exactly has it name it alone.
	key, exactly  string
	kind, summary string
	// letters is why letters to the debtor that lie unposted are not right any more.
	letters string
}

// changingPeople runs a transaction that changes who may be written to. It holds
// the locks of the open cases concerned, so that no message is composed for the
// people as they were and leaves after it: what was composed is composed anew.
func (s *Store) changingPeople(ctx context.Context, creditor, debtor, address string, author Author, change func(*transaction) (peopleNote, error)) error {
	return s.writing(ctx, func(tx *transaction) error {
		var concerned []struct{ Creditor, Invoice string }
		key := named{"creditor": creditor, "debtor": debtor, "address": address}
		var lock batch
		all(&lock, &concerned, s.sql.LockCasesOfPeople, key)
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("locking the cases of debtor %s of %s: %w", debtor, creditor, err)
		}
		note, err := change(tx)
		if err != nil || note.kind == "" || len(concerned) == 0 {
			return err
		}
		invoices := make([]string, len(concerned))
		for i, c := range concerned {
			invoices[i] = c.Invoice
		}
		at := businessTime(author.At)
		written := note.exactly
		if written == "" {
			written = fmt.Sprintf("people/%s/%d", note.key, at.UnixMicro())
		}
		with := named{"invoices": invoices, "key": written, "kind": note.kind, "actor": authorOf(author.By), "summary": note.summary, "at": at, "reason": note.reason(author, written)}
		var writes batch
		writes.exec(s.sql.NotePeople, key, with)
		writes.exec(s.sql.WithholdForPeople, key, with)
		if note.letters != "" {
			why := because{at: at, actor: author.By, cause: written}
			if err := s.replaceLettersOf(ctx, tx, creditor, invoices, why, note.letters); err != nil {
				return err
			}
			tx.later(&writes) // after the letters are locked
			return nil
		}
		if err := writes.run(ctx, tx); err != nil {
			return fmt.Errorf("noting what changed about the people of debtor %s of %s: %w", debtor, creditor, err)
		}
		return nil
	})
}

// learnOfAddress keeps what news of a message say about the address itself: that
// nothing arrives there, or that whoever reads it wants no more.
func (c *lockedCase) learnOfAddress(m *storedMessage, event DeliveryEvent) {
	address := event.Recipient
	if address == "" {
		address = m.Recipient
	}
	switch {
	case m.Channel.IsPaper():
	case event.Kind == messaging.DeliveryBounced && m.isStrange(address):
	case event.Kind == messaging.DeliveryBounced:
		c.markInvalid(m.Channel, address, "the "+string(m.Channel)+" bounced"+withCode(event.Code), event)
	case event.Kind.IsUnwanted():
		c.writes.exec(c.store.sql.InsertOptOutOfEvent, c.key(), named{
			"address": strings.ToLower(address), "channel": m.Channel, "key": c.cause, "actor": c.actor, "at": c.at, "debtor": c.record.value.Debtor,
			"source": event.Provider + ": " + string(event.Kind), "summary": optedOutSummary(m.Channel, event.Provider),
		}, event)
	}
}

// markInvalid keeps that nothing can arrive at an address by a channel, unless the event
// that says so is known.
func (c *lockedCase) markInvalid(channel collection.Channel, address, why string, event DeliveryEvent) {
	c.writes.exec(c.store.sql.MarkAddressInvalid, c.key(), invalidFor(channel, event.NoSuchNumber), named{
		"address": strings.ToLower(address), "why": why, "key": c.cause, "actor": c.actor, "at": c.at,
		"provider": event.Provider, "event_id": event.EventID,
	})
}

// invalidFor says for which channels an address is not used any more. What one channel
// says of a number says nothing about another, but that there is no such number.
func invalidFor(channel collection.Channel, noSuchNumber bool) named {
	sms, whatsApp := channel == collection.ChannelSMS, channel == collection.ChannelWhatsApp
	by := map[collection.Channel]string{collection.ChannelSMS: "by SMS ", collection.ChannelWhatsApp: "by WhatsApp "}[channel]
	if noSuchNumber && (sms || whatsApp) {
		sms, whatsApp, by = true, true, ""
	}
	return named{"sms": sms, "whatsapp": whatsApp, "by_channel": by}
}

// MarkAddressInvalid records that a provider refused a message because nothing can
// arrive at its address: it is not used by the message's channel until somebody corrects
// it, and by no channel where there is no such number.
func (s *Store) MarkAddressInvalid(ctx context.Context, m Message, noSuchNumber bool, why string, at time.Time) error {
	var b batch
	b.exec(s.sql.MarkAddressInvalid, invalidFor(m.Channel, noSuchNumber), named{
		"creditor": m.Creditor, "invoice": m.Invoice, "address": strings.ToLower(m.Recipient), "why": why, "at": businessTime(at),
		"key": "message/" + m.ID, "actor": "relance", "provider": "", "event_id": "",
	})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("marking the address of message %s as invalid: %w", m.ID, err)
	}
	return nil
}

// copiesIn are the addresses, in lower case, that get a copy of a stored message.
func copiesIn(channel string, stored []byte) []string {
	if channel != string(collection.ChannelEmail) {
		return nil
	}
	email, err := messaging.DecodeEmail(stored)
	if err != nil {
		return nil // what cannot be read has no copies that anybody knows of
	}
	var addresses []string
	for _, copied := range email.CC {
		addresses = append(addresses, strings.ToLower(copied.Email))
	}
	return addresses
}
