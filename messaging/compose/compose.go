package compose

import (
	"fmt"

	"relance/messaging"
	"relance/messaging/audience"
)

// Mail is a composed mail.
type Mail struct {
	// Lang is the language it is written in, which may be the creditor's when
	// the debtor's has no template.
	Lang    string
	Subject string
	// Text and HTML say the same; Text is wrapped for reading.
	Text string
	HTML string
	// Inline are the pictures the HTML shows, to be sent with it.
	Inline []messaging.Attachment
}

// NoTemplateError says that no template can be used for a message.
type NoTemplateError struct {
	Key, Lang, Channel string
	// Fallback is the creditor's language, which has none either.
	Fallback string
}

func (e *NoTemplateError) Error() string {
	text := fmt.Sprintf("there is no template %q for %s in the language %q", e.Key, e.Channel, e.Lang)
	switch e.Fallback {
	case "":
		return text + ", and the creditor's language is not set"
	case e.Lang:
		return text
	default:
		return text + fmt.Sprintf(", nor in the creditor's language %q", e.Fallback)
	}
}

// Email composes a mail. The language is a BCP 47 tag: "fr-BE" takes "fr" when
// it has no template of its own, and a language without templates takes the
// creditor's. Facts that contradict themselves, facts the template needs but
// does not get and a missing template (NoTemplateError) are errors; there is
// never an empty mail.
func (t *Templates) Email(key, lang string, f Facts) (Mail, error) {
	p, f, err := t.prepare(key, lang, ChannelEmail, f)
	if err != nil {
		return Mail{}, err
	}
	return p.email(f)
}

// SMS composes an SMS in the plain SMS alphabet, where the words of the template
// and the names in it allow. Languages and errors are as in Email.
func (t *Templates) SMS(key, lang string, f Facts) (string, error) {
	p, f, err := t.prepare(key, lang, ChannelSMS, f)
	if err != nil {
		return "", err
	}
	return p.sms(f)
}

// Letter composes the wording of a letter. Languages and errors are as in Email.
func (t *Templates) Letter(key, lang string, f Facts) (Letter, error) {
	p, f, err := t.prepare(key, lang, ChannelLetter, f)
	if err != nil {
		return Letter{}, err
	}
	return p.letter(f)
}

func (t *Templates) prepare(key, lang, channel string, f Facts) (*piece, Facts, error) {
	f = f.cleaned()
	if err := f.validate(); err != nil {
		return nil, f, fmt.Errorf("the facts for template %q cannot be sent: %w", key, err)
	}
	p, err := t.piece(key, lang, channel, f)
	return p, f, err
}

// piece is the template in the language, or in the creditor's.
func (t *Templates) piece(key, lang, channel string, f Facts) (*piece, error) {
	set := t.of(f.Creditor.ID)
	for _, candidate := range []string{lang, baseLanguage(lang), f.Creditor.Language, baseLanguage(f.Creditor.Language)} {
		if p := set.written(pieceID{key: key, lang: candidate, channel: channel}, f.reader()); p != nil {
			return p, nil
		}
	}
	return nil, &NoTemplateError{Key: key, Lang: lang, Channel: channel, Fallback: f.Creditor.Language}
}

// reader is whom a text must be written for: the law of a debtor's kind goes before
// what its payments say.
func (f Facts) reader() audience.Audience {
	switch {
	case f.Debtor.Kind == Consumer:
		return audience.Consumer
	case f.Debtor.Kind == Public:
		return audience.Public
	case f.Audience == audience.Consumer, f.Audience == audience.Public:
		return audience.Anyone
	default:
		return f.Audience
	}
}
