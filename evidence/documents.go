package evidence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/casefile"
	"relance/collection"
)

// number numbers the documents: the invoice first, then all in the order of time.
func (d *dossier) number() {
	originals := slices.Clone(d.Originals)
	slices.SortStableFunc(originals, func(a, b casefile.Original) int { return rank(a) - rank(b) })
	for i, original := range originals {
		document := item{Original: original, number: i + 1}
		d.describe(&document)
		name := fmt.Sprintf("documents/%03d-%s-%s", document.number, d.Case.Window.DateOf(original.At), slug(document))
		document.path = name + extension(original)
		if document.isMessage() && original.Channel == string(collection.ChannelEmail) {
			document.copy = name + ".eml"
		}
		d.documents = append(d.documents, document)
	}
}

func rank(o casefile.Original) int {
	if o.Kind == casefile.OriginalInvoice {
		return 0
	}
	return 1
}

// describe gives a document its title and what is known of it.
func (d *dossier) describe(document *item) {
	switch document.Kind {
	case casefile.OriginalInvoice:
		document.title = d.say("document.invoice", "invoice", d.Invoice.Number)
	case casefile.OriginalMessage:
		document.message = d.message(document.ID)
		document.letter = d.letter(func(l casefile.LetterOfCase) bool { return l.Message == document.ID })
		document.title = d.say("document."+document.Channel, "step", d.step(document.message.Step), "letter", document.letter.Number)
	case casefile.OriginalUnproven:
		document.message = d.unproven(document.Original)
		document.title = d.say("document.unproven", "document", d.say("document."+document.Channel, "step", d.step(document.message.Step)))
	case casefile.OriginalScan:
		document.letter = d.letter(func(l casefile.LetterOfCase) bool { return l.Number == document.Name })
		document.title = d.say("document.scan", "letter", document.Name)
	case casefile.OriginalAnswer:
		for _, answer := range d.Answers {
			if answer.ID == document.ID {
				document.answer = answer
			}
		}
		document.title = d.say("document.answer", "channel", d.say("channel."+document.Channel))
	}
}

func (d *dossier) message(id string) casefile.Message {
	for _, message := range d.Messages {
		if message.ID == id {
			return message
		}
	}
	return casefile.Message{}
}

// unproven is a message as it was when its provider never answered.
func (d *dossier) unproven(o casefile.Original) casefile.Message {
	id, _, _ := strings.Cut(o.ID, "/")
	m := d.message(id)
	return casefile.Message{
		ID: id, MessageKey: casefile.MessageKey{
			Creditor: d.Row.Creditor, Invoice: d.Row.Invoice, Round: m.Round, Step: m.Step, Channel: collection.Channel(o.Channel), Try: m.Try,
		},
		Recipient: o.Name, SHA256: o.SHA256, BusinessAt: o.At, State: casefile.MessageSending, Unproven: true,
	}
}

// isMessage reports whether a document was sent, as far as is known.
func (i item) isMessage() bool {
	return i.Kind == casefile.OriginalMessage || i.Kind == casefile.OriginalUnproven
}

func (d *dossier) letter(is func(casefile.LetterOfCase) bool) casefile.LetterOfCase {
	for _, letter := range d.Letters {
		if is(letter) {
			return letter
		}
	}
	return casefile.LetterOfCase{}
}

// step is what a step is for, by its tone; its key where the strategy does not know it
// any more.
func (d *dossier) step(key string) string {
	if step, known := d.Case.Strategy.Step(key); known && step.Tone != "" {
		return d.say("tone." + string(step.Tone))
	}
	return key
}

func slug(document item) string {
	switch document.Kind {
	case casefile.OriginalMessage, casefile.OriginalUnproven:
		return document.Channel + "-" + plain(document.message.Step)
	case casefile.OriginalScan:
		return "scan-" + plain(document.Name)
	case casefile.OriginalAnswer:
		return "answer-" + document.Channel
	default:
		return "invoice"
	}
}

// plain keeps of a text what every file system takes.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, text)
}

func extension(o casefile.Original) string {
	switch o.ContentType {
	case "application/pdf":
		return ".pdf"
	case "application/json":
		return ".json"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	case "message/rfc822":
		return ".eml"
	default:
		return ".txt"
	}
}

// when is the time of a document for its reader: when a message left.
func (i item) when() time.Time {
	if i.isMessage() {
		return sentAt(i.message)
	}
	return i.At
}
