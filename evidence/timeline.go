package evidence

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
)

// happened is one event of the timeline. It has a time, or a day alone.
type happened struct {
	at  time.Time
	on  calendar.Date
	who string
	// document is the number of the document that shows it, 0 without one.
	document int
	what     string
}

// timeline is what happened, the oldest first.
func (d *dossier) timeline() []happened {
	events := d.ofInvoice()
	for _, document := range d.documents {
		switch document.Kind {
		case casefile.OriginalMessage, casefile.OriginalUnproven:
			events = append(events, d.sent(document))
		case casefile.OriginalAnswer:
			events = append(events, happened{
				at: document.At, who: d.say("who.debtor"), document: document.number,
				what: d.say("happened.answer", "channel", d.say("channel."+document.Channel)),
			})
		}
	}
	for _, entry := range d.Entries {
		events = append(events, d.booked(entry))
	}
	for _, hold := range d.Case.Holds {
		events = append(events, d.held(hold)...)
	}
	for _, dispute := range d.Case.Disputes {
		events = append(events, d.contested(dispute)...)
	}
	for _, contact := range d.ManualContacts {
		events = append(events, happened{at: contact.At, who: contact.By, what: d.inTouch(contact)})
	}
	for _, event := range d.LimitationEvents {
		name := "limitation." + string(event.Kind)
		if _, known := d.texts[name]; !known {
			name = "limitation.other"
		}
		events = append(events, happened{on: event.On, who: d.author(event.Actor), what: d.say("happened.limitation", "event", d.say(name))})
	}
	// What has a day alone comes before what has a time on it.
	slices.SortStableFunc(events, func(a, b happened) int {
		return cmp.Or(cmp.Compare(a.day(d), b.day(d)), a.at.Compare(b.at))
	})
	return events
}

func (h happened) day(d *dossier) calendar.Date {
	if h.at.IsZero() {
		return h.on
	}
	return d.Case.Window.DateOf(h.at)
}

// ofInvoice are the days of the invoice and of its case.
func (d *dossier) ofInvoice() []happened {
	creditor := d.Creditor.Name
	events := []happened{
		{on: d.Invoice.DueDate, who: creditor, what: d.say("happened.due")},
		{at: d.Row.OpenedAt, who: d.say("who.product"), what: d.say("happened.opened")},
	}
	if !d.Invoice.IssueDate.IsZero() {
		events = append(events, happened{on: d.Invoice.IssueDate, who: creditor, what: d.say("happened.issued", "amount", d.Amount(d.Invoice.Total)), document: d.invoiceNumber()})
	}
	if !d.Invoice.CompletedOn.IsZero() {
		events = append(events, happened{on: d.Invoice.CompletedOn, who: creditor, what: d.say("happened.completed")})
	}
	if !d.Row.ClosedAt.IsZero() {
		events = append(events, happened{at: d.Row.ClosedAt, who: d.say("who.product"), what: d.say("happened.closed", "stage", d.stage())})
	}
	return events
}

func (d *dossier) invoiceNumber() int {
	for _, document := range d.documents {
		if document.Kind == casefile.OriginalInvoice {
			return document.number
		}
	}
	return 0
}

func (d *dossier) sent(document item) happened {
	m := document.message
	text := d.say("happened.message", "what", document.title, "recipient", m.Recipient, "outcome", d.outcome(document))
	if m.Channel.IsPaper() {
		text = d.say("happened.letter", "what", document.title, "outcome", d.outcome(document))
	}
	if !m.Deadline.IsZero() {
		text += d.say("happened.asked-until", "on", d.ShortDate(m.Deadline))
	}
	event := happened{at: sentAt(m), who: d.say("who.product"), document: document.number, what: text}
	if posted := document.letter.PostedOn; !posted.IsZero() {
		event.at, event.on = time.Time{}, posted
	}
	return event
}

func (d *dossier) booked(entry casefile.LedgerEntry) happened {
	event := happened{on: entry.ValueDate, at: time.Time{}, who: d.author(entry.Actor)}
	if entry.ValueDate.IsZero() {
		event.at = entry.At
	}
	amount := ""
	if entry.Amount.Currency() != "" {
		amount = d.Amount(entry.Amount)
	}
	id := entry.ID
	if entry.Kind == ledger.EntryClaim {
		id = ""
	}
	event.what = d.say("happened."+string(entry.Kind), "id", id, "amount", amount, "payment", entry.Reverses, "reason", entry.Note)
	return event
}

func (d *dossier) contested(dispute collection.Dispute) []happened {
	reason := d.say("dispute." + string(dispute.Reason))
	raised := d.say("happened.disputed", "amount", d.Amount(dispute.Amount), "reason", reason)
	if dispute.WholeClaim {
		raised = d.say("happened.disputed-whole", "reason", reason)
	}
	who := d.Creditor.Name
	if dispute.RaisedBy == collection.DisputeByDebtor {
		who = d.say("who.debtor")
	}
	events := []happened{{on: dispute.RaisedOn, who: who, what: raised}}
	if !dispute.ResolvedOn.IsZero() {
		text := d.say("happened.dispute-"+string(dispute.Outcome), "amount", d.Amount(dispute.Accepted))
		events = append(events, happened{on: dispute.ResolvedOn, who: d.Creditor.Name, what: text})
	}
	return events
}

func (d *dossier) held(hold collection.Hold) []happened {
	var events []happened
	if !hold.From.IsZero() {
		text := d.say("happened.hold-plain")
		if hold.Reason != "" {
			text = d.say("happened.hold", "reason", d.reason(hold.Reason))
		}
		events = append(events, happened{on: hold.From, what: text})
	}
	if !hold.Released.IsZero() {
		events = append(events, happened{on: hold.Released, what: d.say("happened.released")})
	}
	return events
}

// reason is a reason in the language where it is a word of ours.
func (d *dossier) reason(given string) string {
	if word, known := d.texts["hold."+given]; known {
		return word
	}
	return given
}

func (d *dossier) inTouch(c casefile.ManualContact) string {
	channel := d.say("channel." + string(c.Channel))
	switch {
	case c.Outcome == collection.CallPromised && c.Promised.Sign() > 0:
		return d.say("happened.promised-amount", "channel", channel, "amount", d.Amount(c.Promised), "on", d.ShortDate(c.On))
	case c.Outcome == collection.CallPromised:
		return d.say("happened.promised", "channel", channel, "on", d.ShortDate(c.On))
	case c.Outcome != "":
		return d.say("happened.outcome", "channel", channel, "outcome", d.say("outcome."+string(c.Outcome)))
	default:
		return d.say("happened.contact", "channel", channel)
	}
}

// author is who did it, or that nobody had to.
func (d *dossier) author(actor string) string {
	if actor == "relance" {
		return d.say("who.product")
	}
	return actor
}

// see refers to a document.
func (d *dossier) see(number int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number)
}
