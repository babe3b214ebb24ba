package compose

import (
	"fmt"
	"slices"
	"strings"
)

// Composed is a message worded by one text.
type Composed struct {
	Text Text
	// Mail, SMS or Letter is set, as the channel says.
	Mail   *Mail
	SMS    string
	Letter *Letter
	// Prose are the sentences the text itself has written: without the table, the
	// payment details and the signature, which the frame adds.
	Prose []string
}

// Subject is the subject of a mail, the title of a letter, empty for an SMS.
func (c Composed) Subject() string {
	switch {
	case c.Mail != nil:
		return c.Mail.Subject
	case c.Letter != nil:
		return c.Letter.Title
	default:
		return ""
	}
}

// Words is everything a reader reads below the subject, as plain text.
func (c Composed) Words() string {
	switch {
	case c.Mail != nil:
		return c.Mail.Text
	case c.Letter != nil:
		return c.Letter.words()
	default:
		return c.SMS
	}
}

// words is what a letter says, line by line.
func (l Letter) words() string {
	lines := slices.Concat(l.Sender, l.Recipient, []string{l.Sending, l.PlaceAndDate}, l.References,
		[]string{l.Title, l.Subject, l.Salutation}, l.Opening, []string{strings.Join(l.Invoices.Headings, "  ")})
	for _, row := range l.Invoices.Rows {
		lines = append(lines, strings.Join(row, "  "))
	}
	lines = append(lines, l.Invoices.Total.Label+"  "+l.Invoices.Total.Value)
	for _, line := range slices.Concat(l.LateFees, []Line{{Label: l.PaymentHeading}}, l.Payment) {
		lines = append(lines, line.Label+"  "+line.Value)
	}
	return strings.Join(slices.Concat(lines, l.Request, l.Closing, l.Signature, []string{l.Author, l.Mentions}), "\n")
}

// Compose words a message with exactly this text, whoever the facts are for.
func (t *Templates) Compose(text Text, f Facts) (Composed, error) {
	composed := Composed{Text: text}
	set := t.now.Load().general
	if own, has := t.now.Load().own[text.Creditor]; has {
		set = own
	}
	p, found := set[pieceID{key: text.Key, lang: text.Language, channel: text.Channel, audience: text.Audience}]
	if !found {
		return composed, &NoTemplateError{Key: text.Key, Lang: text.Language, Channel: text.Channel, Fallback: text.Language}
	}
	f = f.cleaned()
	if err := f.validate(); err != nil {
		return composed, fmt.Errorf("the facts for template %q cannot be sent: %w", text.Key, err)
	}
	switch text.Channel {
	case ChannelEmail:
		mail, err := p.email(f)
		if err != nil {
			return composed, err
		}
		composed.Mail = &mail
	case ChannelLetter:
		letter, err := p.letter(f)
		if err != nil {
			return composed, err
		}
		composed.Letter = &letter
	case ChannelSMS:
		sms, err := p.sms(f)
		composed.SMS, composed.Prose = sms, []string{sms}
		return composed, err
	default:
		return composed, fmt.Errorf("%s: a %s is no message", p.path, text.Channel)
	}
	for _, block := range []string{"opening", "request", "closing"} {
		paragraphs, err := p.paragraphs(block, f)
		if err != nil {
			return composed, fmt.Errorf("%s: %w", p.path, err)
		}
		composed.Prose = append(composed.Prose, paragraphs...)
	}
	return composed, nil
}
