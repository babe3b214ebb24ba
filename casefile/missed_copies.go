package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/collection"
	"relance/messaging"
)

// MarkAcceptedWithout is MarkAccepted for a message that the provider took for whom it is
// for, and not for all who get a copy. Who misses one stands in the histories, and an
// address at which nothing can arrive is not used until somebody corrects it.
func (s *Store) MarkAcceptedWithout(ctx context.Context, id, provider, providerID string, refused []messaging.RefusedCopy, at time.Time) (Message, error) {
	var people found[People]
	beside := besideMessage{bytes: true, reads: func(b *batch, owner caseName) { one(b, &people, s.sql.LoadPeople, owner.named()) }}
	var marked Message
	err := s.changingMessage(ctx, id, at, beside, func(m *lockedMessage) error {
		if err := m.take(provider, providerID); err != nil {
			return err
		}
		for _, one := range refused {
			place, _ := m.copyTo(one.Address)
			why := "the provider refused it for now"
			if one.Permanent {
				why = "the provider refused it for good"
			}
			m.noteMissedCopy(place, "went without "+people.value.whose(one.Address), why+withCode(one.Code))
			if one.Cause == messaging.CauseRecipient {
				m.carrier().markInvalid(m.Channel, one.Address, "the provider refused the copy"+withCode(one.Code), DeliveryEvent{})
			}
		}
		marked = m.Message
		marked.Bytes = nil
		return nil
	})
	return marked, err
}

// noteMissedCopy tells the cases, once, that somebody did not get a copy.
func (m *lockedMessage) noteMissedCopy(place int, what, why string) {
	for _, notice := range m.Notices {
		if c := m.cases.of(notice.Invoice); c != nil {
			c.noteOnceOn(fmt.Sprintf("%s/copy-missed/%d", c.cause, place), "message-copy-missed",
				notice.describe()+" "+what+": "+why, basis{Reason: why, SHA256: m.SHA256})
		}
	}
}

// copyTo is the place, from 1, of an address among those that get a copy of the message;
// false for the one it is for and for an address that the message does not name.
func (m storedMessage) copyTo(address string) (place int, is bool) {
	if address == "" || strings.EqualFold(address, m.Recipient) {
		return 0, false
	}
	place = 1 + slices.Index(copiesIn(string(m.Channel), m.Bytes), strings.ToLower(address))
	return place, place > 0
}

// isStrange reports whether the message went to an address only because it was passed on.
func (m storedMessage) isStrange(address string) bool {
	_, aboutCopy := m.copyTo(address)
	return m.Channel == collection.ChannelEmail && !aboutCopy && !strings.EqualFold(address, m.Recipient)
}

// whose says in words that hold no personal data who gets a copy at an address.
func (p People) whose(address string) string {
	for _, contact := range p.Contacts {
		if strings.EqualFold(contact.Email, address) {
			return strings.TrimSuffix(fmt.Sprintf("the copy for contact %d (%s)", contact.ID, contact.Role), " ()")
		}
	}
	for _, colleague := range p.Colleagues {
		if strings.EqualFold(colleague.Email, address) {
			return fmt.Sprintf("the copy for the colleague (%s)", colleague.Role)
		}
	}
	return "a copy"
}
