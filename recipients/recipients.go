// Package recipients is the rule that says who a notice is written to, who gets a
// copy, in which language and in whose name; or why nobody can be. It is pure:
// the same facts always give the same answer, whatever their order, and it says
// in words why.
package recipients

import (
	"slices"

	"relance/calendar"
	"relance/collection"
)

// Contact is a person or a mailbox at the debtor.
type Contact struct {
	ID   int64           `json:"id"`
	Name string          `json:"name"`
	Role collection.Role `json:"role"` // empty: nobody said
	// Email is a plain address, Phone in E.164 form; either may be empty.
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Language string `json:"language"` // empty: that of the debtor
	// Preferred is the one to write to among several of the same role.
	Preferred bool `json:"preferred"`
	// Channels are those it may be written to by; all when there are none.
	Channels []collection.Channel `json:"channels"`
	// PreferredChannel is the one it would rather be written to by.
	PreferredChannel collection.Channel `json:"preferred_channel"`
	// Scope is the order, contract or invoice it alone speaks for; empty: for all.
	Scope string `json:"scope"`
	// ValidFrom and ValidUntil are its first and last day; not set: no bound.
	ValidFrom  calendar.Date `json:"valid_from"`
	ValidUntil calendar.Date `json:"valid_until"`
	// EmailInvalid, PhoneInvalid and WhatsAppInvalid: a provider found that nothing arrives
	// there by e-mail, by SMS, or by WhatsApp. A number may be good for one of the two.
	EmailInvalid    bool `json:"email_invalid"`
	PhoneInvalid    bool `json:"phone_invalid"`
	WhatsAppInvalid bool `json:"whatsapp_invalid"`
	// TakesSMS: the phone is a number that can receive short messages.
	TakesSMS bool `json:"-"`
}

// address is where a channel reaches the contact, empty where it does not.
func (c Contact) address(channel collection.Channel) string {
	switch {
	case channel == collection.ChannelEmail:
		return c.Email
	case isToPhone(channel) && c.TakesSMS:
		return c.Phone
	default:
		return ""
	}
}

func (c Contact) isInvalid(channel collection.Channel) bool {
	return channel == collection.ChannelEmail && c.EmailInvalid || channel == collection.ChannelSMS && c.PhoneInvalid ||
		channel == collection.ChannelWhatsApp && c.WhatsAppInvalid
}

// isToPhone reports whether a channel reaches a mobile phone.
func isToPhone(channel collection.Channel) bool {
	return channel == collection.ChannelSMS || channel == collection.ChannelWhatsApp
}

// OptOut is the wish not to be written to by a channel.
type OptOut struct {
	Channel collection.Channel `json:"channel"`
	// Address is the e-mail address or number it is for; empty: every one of the
	// debtor.
	Address string `json:"address"`
}

// Colleague is a person at the creditor.
type Colleague struct {
	Role  collection.Role `json:"role"`
	Name  string          `json:"name"`
	Email string          `json:"email"`
	// Debtor is the debtor the colleague looks after; empty: all.
	Debtor string `json:"debtor"`
}

// People are all who may take part in a notice.
type People struct {
	// Contacts are those of the debtor, or of the parent that receives its messages.
	Contacts []Contact
	// OptOuts are those of the debtor, of its parent, and of every address of Contacts.
	OptOuts    []OptOut
	Colleagues []Colleague
}

// Debtor is what the rule must know of who owes.
type Debtor struct {
	ID string
	// HasAddress: a letter can be posted to it.
	HasAddress bool
	// Language is what it is written to in; empty: not known. Country is its ISO
	// 3166-1 alpha-2 code.
	Language string
	Country  string
	// Parent is the debtor that receives its messages; empty: itself.
	Parent string
	// ParentIsKnown: there is such a debtor.
	ParentIsKnown bool
}

// Creditor is what the rule must know of who is owed.
type Creditor struct {
	Language string
	Country  string
}

// Question is everything an answer follows from.
type Question struct {
	People
	Debtor   Debtor
	Creditor Creditor
	Strategy collection.Strategy
	// Step is the key of the step; one the strategy lacks names nobody.
	Step    string
	Channel collection.Channel
	// Day is the day of the message, in the debtor's zone.
	Day calendar.Date
	// Marks are what the scope of a contact may name: the invoice number, the order.
	Marks []string
}

// Choice is who a notice is written to, and how.
type Choice struct {
	// To is the one contact it is written to; none (ID 0) for a letter, which goes to
	// the debtor itself.
	To Contact
	// Address is the e-mail address or number of To.
	Address string
	// Copies get a copy of the e-mail; To is never among them, and nobody is twice.
	Copies   []Copy
	Language string
	// Sender is in whose name an e-mail is sent; without an address: the creditor's
	// own.
	Sender Colleague
	// Why tells a person at the creditor; it names people.
	Why Words
}

// Copy is somebody who gets a copy.
type Copy struct {
	Name  string
	Email string
	Role  collection.Role
}

// Words are sentences in English and in French.
type Words struct{ English, French string }

// String is the English.
func (w Words) String() string { return w.English }

// IsSameAs reports whether two notices are written to the same person, in the same
// language, with the same copies and from the same sender.
func (c Choice) IsSameAs(other Choice) bool {
	return c.To.ID == other.To.ID && c.Address == other.Address && c.Language == other.Language && c.Sender == other.Sender && slices.Equal(c.Copies, other.Copies)
}
