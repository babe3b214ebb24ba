package casefile

import (
	"slices"

	"relance/messaging/audience"
)

// MessageText is which text worded a message, and why that one.
type MessageText struct {
	Message  string
	Key      string
	Language string
	Channel  string
	// Audience is whom the text is written for, Reader what kind of payer the debtor
	// was taken for, Why in words.
	Audience audience.Audience
	Reader   audience.Audience
	Why      string
	// Origin says who wrote the text: built-in, general, creditor.
	Origin string
	File   string
	// Version is the SHA-256 of the file and of what it shares with others.
	Version string
}

// TextOf is the text that a message of the case was worded with; messages composed
// before texts were recorded have none.
func (f File) TextOf(message string) (MessageText, bool) {
	i := slices.IndexFunc(f.Texts, func(t MessageText) bool { return t.Message == message })
	if i < 0 {
		return MessageText{}, false
	}
	return f.Texts[i], true
}

// saveText queues which text worded a message; a draft that does not say keeps
// nothing.
func (c *lockedCase) saveText(message string, t MessageText) {
	if t.Key == "" {
		return
	}
	c.writes.exec(c.store.sql.SaveMessageText, named{
		"id": message, "text_key": t.Key, "text_language": t.Language, "text_channel": t.Channel, "text_audience": string(t.Audience),
		"text_reader": string(t.Reader), "text_why": t.Why, "text_origin": t.Origin, "text_file": t.File, "text_version": t.Version,
	})
}

// kindsOfDebtor are the kinds of debtor as audiences know them.
var kindsOfDebtor = map[DebtorKind]audience.Kind{
	DebtorBusiness: audience.KindBusiness, DebtorPublic: audience.KindPublic, DebtorConsumer: audience.KindConsumer,
}

// Reader is what kind of payer the debtor of the message is, and why.
func (m MessageContext) Reader() (audience.Audience, string) {
	return audience.Of(audience.Facts{
		Kind: kindsOfDebtor[m.Debtor.ActsAs()], Decided: m.Decided, Behaviour: m.Behaviour, Today: m.Case.Window.DateOf(m.At),
	})
}
