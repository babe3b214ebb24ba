package activities

import (
	"relance/casefile"
	"relance/messaging/compose"
)

// worded says for whom a message is and which text words it, and gives the sender
// that composes it: with the templates as they stand at this moment, so that all
// parts of the message come from the same ones.
func (n *Notices) worded(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, facts *compose.Facts) *Notices {
	now := *n
	now.Templates = n.Templates.Now()
	reader, why := m.Reader()
	facts.Creditor.ID, facts.Audience = m.Creditor.ID, reader
	text, err := now.Templates.Text(order.Template, draft.Language, string(order.Channel), *facts)
	if err != nil { // composing will say so too
		return &now
	}
	draft.Text = casefile.MessageText{
		Key: text.Key, Language: text.Language, Channel: text.Channel, Audience: text.Audience, Reader: reader, Why: why,
		Origin: string(text.Origin), File: text.File, Version: text.Version,
	}
	return &now
}
