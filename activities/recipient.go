package activities

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/unsubscribe"
	"relance/recipients"
)

// recipient is who the notice is written to, or an UnusableChannelError that says
// why nobody can be and what to correct.
func recipient(order NoticeOrder, m casefile.MessageContext) (recipients.Choice, error) {
	choice, err := recipients.Choose(m.Question(order.Step, order.Channel))
	var refusal *recipients.Refusal
	if errors.As(err, &refusal) {
		err = &UnusableChannelError{Channel: order.Channel, Reason: refusal.Error()}
	}
	return choice, err
}

// sender is who an e-mail comes from: a colleague, or the creditor's own sender.
// Answers go where the creditor reads them, in both cases.
func sender(creditor casefile.Creditor, colleague recipients.Colleague) messaging.Address {
	if colleague.Email != "" {
		return messaging.Address{Name: cmp.Or(colleague.Name, creditor.Name), Email: colleague.Email}
	}
	return messaging.Address{Name: cmp.Or(creditor.SenderName, creditor.Name), Email: creditor.SenderEmail}
}

// unsubscribeLinks are those a mail may carry: a legal notice carries none, because
// nobody can be let off being put on notice.
func (n *Notices) unsubscribeLinks(order NoticeOrder, m casefile.MessageContext) unsubscribe.Links {
	if order.Tone == collection.ToneFormal {
		return unsubscribe.Links{}
	}
	return unsubscribe.New(n.PublicURL, m.People.LinkKey)
}

// unsubscribeHeaders are those for the button of mail programs. A mail with copies has
// none: each reader would see the button, and a click does not tell whose it was. The
// link at its foot asks.
func unsubscribeHeaders(links unsubscribe.Links, messageID string, copies []recipients.Copy) map[string]string {
	if len(copies) > 0 {
		return nil
	}
	return links.Headers(messageID)
}

func copies(of []recipients.Copy) []messaging.Address {
	var addresses []messaging.Address
	for _, copied := range of {
		addresses = append(addresses, messaging.Address{Name: copied.Name, Email: copied.Email})
	}
	return addresses
}

// learnOfAddress keeps what a refusal for good says about the address, so that no
// later message is tried there: whoever reads it wants none, or nothing can arrive.
func (n *Notices) learnOfAddress(ctx context.Context, message casefile.Message, outcome messaging.Outcome, at time.Time) error {
	switch outcome.Cause {
	case messaging.CauseOptedOut:
		return n.Store.RecordOptOut(ctx, casefile.OptOut{
			Creditor: message.Creditor, Channel: message.Channel, Address: message.Recipient, Source: casefile.RefusedAsOptedOut, At: at,
		})
	case messaging.CauseRecipient, messaging.CauseNoSuchNumber:
		return n.Store.MarkAddressInvalid(ctx, message, outcome.Cause == messaging.CauseNoSuchNumber, "the provider refused the "+string(message.Channel)+": code "+outcome.Code, at)
	default:
		return nil
	}
}

// reachText says for each channel of a step why nobody was reached by it, where
// the people known are the cause: what a person should correct.
func reachText(file casefile.File, order TaskOrder) string {
	step, _ := file.Case.Strategy.Step(order.Step)
	day := file.Case.Window.DateOf(order.At)
	var text strings.Builder
	for _, channel := range append(append([]collection.Channel(nil), step.Channels...), step.Fallbacks...) {
		var refusal *recipients.Refusal
		if _, err := recipients.Choose(file.Question(step.Key, channel, day)); errors.As(err, &refusal) {
			text.WriteString("\n" + string(channel) + ": " + refusal.Error() + ".")
		}
	}
	return text.String()
}
