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
		if original.Kind == casefile.OriginalMessage && original.Channel == string(collection.ChannelEmail) {
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
	case casefile.OriginalMessage:
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
	if i.Kind == casefile.OriginalMessage {
		return sentAt(i.message)
	}
	return i.At
}
