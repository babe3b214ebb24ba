package activities

import (
	"fmt"

	"relance/casefile"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/recipients"
)

// draftWhatsApp composes a WhatsApp message. A company may begin a conversation
// with an approved content template only, so that without one for this text and
// language the channel cannot be used; the step then takes its next one.
func (n *Notices) draftWhatsApp(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, to recipients.Choice, facts compose.Facts) error {
	unusable := func(format string, args ...any) error {
		return &UnusableChannelError{Channel: order.Channel, Reason: fmt.Sprintf(format, args...)}
	}
	composed, err := n.Templates.WhatsApp(order.Template, draft.Language, facts)
	if err != nil {
		return unusable("%s", err)
	}
	sender := m.Creditor.WhatsApp
	content := sender.ContentSID(order.Template, composed.Lang)
	switch {
	case sender.From == "":
		return unusable("the creditor has no WhatsApp sender")
	case content == "":
		return unusable("the creditor has no approved content template for %s in %s", order.Template, composed.Lang)
	}
	message := messaging.WhatsApp{
		MessageID: m.MessageID, From: sender.From, To: to.Address, ContentSID: content, Variables: composed.Variables, Text: composed.Text,
	}
	draft.Recipient, draft.Language, draft.ContentType = to.Address, composed.Lang, contentJSON
	draft.Bytes, err = message.Encode()
	return asUnusable(order.Channel, err)
}
