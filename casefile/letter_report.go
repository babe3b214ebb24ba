package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/messaging"
	"relance/money"
)

// LetterReport is what a person or a print shop says of a letter.
type LetterReport struct {
	Creditor string
	Number   string
	// State is what it has come to: printed, posted, delivered, unclaimed, refused,
	// returned or cancelled.
	State LetterState
	// On is the day it came to it, the day of At when it is not given.
	On calendar.Date
	// PresentedOn is the first day the post held it out, for what became of it; the
	// same as On when it is not given, except for a letter that was not fetched.
	PresentedOn calendar.Date
	// PostingNumber and Cost belong to posted.
	PostingNumber string
	Cost          money.Amount
	// Reason says why it is cancelled or came back, without personal data.
	Reason string
	Actor  string
	At     time.Time
	// stopped is why it was not to be posted on that day, empty when it was.
	stopped string
}

// ReportLetter records what became of a letter. The same report again changes nothing;
// another day, number or cost for the state it has corrects the register, and the
// history keeps both. What cannot follow is a *collection.Refusal. A letter that was posted
// after it was cancelled, or while a stop kept it back, is posted all the same: the register,
// the history and Letter.Warning say so. The message learns of it by the event that Letter.DeliveryEvent makes.
func (s *Store) ReportLetter(ctx context.Context, report LetterReport) (Letter, error) {
	known, err := s.Letter(ctx, report.Creditor, report.Number)
	if err != nil {
		return Letter{}, err
	}
	var letter Letter
	err = s.changingLetterOf(ctx, known.Message, report.At, func(m *lockedMessage, l *Letter) error {
		c := m.carrier()
		c.actor = report.Actor
		if report.On.IsZero() {
			report.On = c.now.Window.DateOf(c.at)
		}
		report.stopped = m.cases.whatStoppedOn(report.On)
		next, err := l.after(report)
		if err != nil {
			return err
		}
		if letter = next; next.sameReport(*l) {
			letter = *l
			return nil
		}
		if l.State == LetterCancelled && next.State == LetterPosted {
			m.keepPosted(next)
		}
		c.writes.exec(s.sql.UpdateLetter, next)
		c.noteOnLetter(next, next.factKey(), "letter-"+string(next.State), next.factInWords())
		if next.State == LetterPosted || next.State == LetterCancelled {
			c.writes.exec(s.sql.FinishLetterTask, next, named{"note": strings.TrimSpace(string(next.State) + " " + next.PostingNumber), "at": c.at})
		}
		return nil
	})
	return letter, err
}

// keepPosted: a letter has left though it was cancelled. What it carries is said by it, and
// what waits to say the same in its place, at the same address, is not posted as well.
func (m *lockedMessage) keepPosted(l Letter) {
	for _, c := range m.cases {
		c.withdrawLetters(fmt.Sprintf("the letter %s, in whose place it was, was posted on %s all the same", l.Number, l.PostedOn), untrueLetters{trueFor: none, beside: l.Message})
	}
	last := m.cases[len(m.cases)-1] // it looks at what the others have withdrawn
	last.writes.exec(last.store.sql.KeepPostedLetter, named{"message": l.Message, "at": last.at, "actor": l.Actor})
}

// DeliveryEvent is what the message learns of the letter's state, false when nothing.
// Unclaimed and refused letters are served (LetterProof.Served): the message counts as
// delivered. That a person took a letter out of the post which the program had cancelled is
// no failure of its step.
func (l Letter) DeliveryEvent(at time.Time) (DeliveryEvent, bool) {
	event := DeliveryEvent{
		Provider: providerPost, EventID: l.Creditor + "/" + l.Number + "/" + string(l.State), MessageID: l.Message,
		ProviderID: l.ProviderID(), Code: string(l.State), At: at,
	}
	switch l.State {
	case LetterPosted:
		event.Kind, event.Code = messaging.DeliveryAccepted, ""
	case LetterDelivered, LetterUnclaimed, LetterRefused:
		event.Kind = messaging.DeliveryDelivered
	case LetterReturned:
		event.Kind, event.Reason = messaging.DeliveryBounced, l.Reason
	case LetterCancelled:
		if l.Withdrawn {
			return DeliveryEvent{}, false
		}
		event.Kind, event.Reason = messaging.DeliveryFailed, l.Reason
	default:
		return DeliveryEvent{}, false
	}
	return event, true
}

// providerPost is the provider of letters in the case file.
const providerPost = "post"

// ProviderID is what the message knows the letter by.
func (l Letter) ProviderID() string { return l.Creditor + "/" + l.Number }

// after is the letter after a report.
func (l Letter) after(r LetterReport) (Letter, error) {
	if r.Cost.Sign() < 0 {
		return l, refuse(collection.RefusedInvalid, "the postage of letter %s is negative", l.Number)
	}
	next := l
	next.Actor = r.Actor
	switch r.State {
	case LetterPrinted:
		return l.printed(next, r)
	case LetterPosted:
		return l.posted(next, r)
	case LetterDelivered, LetterUnclaimed, LetterRefused, LetterReturned:
		return l.ended(next, r)
	case LetterCancelled:
		if l.State != LetterQueued && l.State != LetterPrinted && l.State != LetterCancelled {
			return l, l.notNow(r)
		}
		if r.Reason == "" {
			return l, refuse(collection.RefusedInvalid, "say why letter %s is not to be posted", l.Number)
		}
		if l.State == LetterCancelled {
			return l, nil
		}
		next.State, next.EndedOn, next.Reason = LetterCancelled, r.On, r.Reason
		return next, nil
	default:
		return l, refuse(collection.RefusedInvalid, "letter %s cannot be reported as %q", l.Number, r.State)
	}
}

func (l Letter) printed(next Letter, r LetterReport) (Letter, error) {
	switch l.State {
	case LetterQueued, LetterPrinted:
		next.State, next.PrintedOn = LetterPrinted, r.On
		return next, nil
	case LetterComposed, LetterCancelled:
		return l, l.notNow(r)
	default:
		return l, nil // it was printed: it has been posted since
	}
}

func (l Letter) posted(next Letter, r LetterReport) (Letter, error) {
	switch {
	case l.State.isOutcome() && l.PostedOn == r.On && l.PostingNumber == r.PostingNumber:
		return l, nil
	case l.State != LetterQueued && l.State != LetterPrinted && l.State != LetterPosted && l.State != LetterCancelled:
		return l, l.notNow(r)
	case l.Kind == LetterRegistered && r.PostingNumber == "":
		return l, refuse(collection.RefusedInvalid, "letter %s is registered: give the posting number, which proves it", l.Number)
	case !l.PrintedOn.IsZero() && r.On < l.PrintedOn:
		return l, refuse(collection.RefusedInvalid, "letter %s was printed on %s and cannot be posted before", l.Number, l.PrintedOn)
	}
	next.State, next.PostedOn, next.PostingNumber, next.Cost = LetterPosted, r.On, r.PostingNumber, r.Cost
	next.EndedOn = 0
	switch {
	case l.isPulled():
		next.Reason = postedInSpite + l.Reason
	case l.State == LetterPosted && l.Reason != "" && !strings.HasPrefix(l.Reason, postedWhileStopped):
		// it was pulled
	case r.stopped != "":
		next.Reason = postedWhileStopped + r.stopped
	default:
		next.Reason = ""
	}
	return next, nil
}

// isPulled: it is cancelled, and lay with people, who may have printed it before, reported or
// not. A service that was told too late did nothing wrong.
func (l Letter) isPulled() bool { return l.State == LetterCancelled && l.HandedTo == "" }

func (l Letter) ended(next Letter, r LetterReport) (Letter, error) {
	presented := r.PresentedOn
	if presented.IsZero() && (r.State == LetterDelivered || r.State == LetterRefused) {
		presented = r.On
	}
	switch {
	case l.State != LetterPosted && l.State != r.State:
		return l, l.notNow(r)
	case r.State == LetterUnclaimed && presented.IsZero():
		return l, refuse(collection.RefusedInvalid, "say when letter %s was first presented: a formal notice that is not fetched counts from that day", l.Number)
	case r.State == LetterUnclaimed && l.Kind != LetterRegistered:
		return l, refuse(collection.RefusedInvalid, "letter %s is not registered: nobody has to fetch it", l.Number)
	case r.On < l.PostedOn, !presented.IsZero() && (presented < l.PostedOn || presented > r.On):
		return l, refuse(collection.RefusedInvalid, "letter %s was posted on %s: the days after it must follow in order", l.Number, l.PostedOn)
	}
	next.State, next.EndedOn, next.PresentedOn, next.Reason = r.State, r.On, presented, r.Reason
	return next, nil
}

func (l Letter) notNow(r LetterReport) error {
	if l.State == LetterCancelled {
		return refuse(collection.RefusedConflict, "letter %s is recorded as cancelled (%s) and cannot become %s", l.Number, l.Reason, r.State)
	}
	if l.State.IsEnd() && r.State != l.State {
		return refuse(collection.RefusedConflict, "letter %s is recorded as %s and cannot become %s", l.Number, l.State, r.State)
	}
	return refuse(collection.RefusedNotNow, "letter %s is %s and cannot become %s now", l.Number, l.State, r.State)
}

// sameReport compares what a report changes.
func (l Letter) sameReport(other Letter) bool {
	l.Actor = other.Actor
	return l.State == other.State && l.factKey() == other.factKey()
}

// factKey names a state with its facts: a correction is another line of the history.
func (l Letter) factKey() string {
	parts := []string{string(l.State)}
	switch l.State {
	case LetterPrinted:
		parts = append(parts, l.PrintedOn.String())
	case LetterPosted:
		parts = append(parts, l.PostedOn.String(), l.PostingNumber, l.Cost.String())
	default:
		parts = append(parts, l.EndedOn.String(), l.PresentedOn.String(), l.Reason)
	}
	return strings.Join(parts, "/")
}

// factInWords is the line of the history.
func (l Letter) factInWords() string {
	words := "letter " + l.Number
	switch l.State {
	case LetterPrinted:
		return words + " was printed on " + l.PrintedOn.String()
	case LetterPosted:
		words += " was posted on " + l.PostedOn.String()
		if l.PostingNumber != "" {
			words += ", posting number " + l.PostingNumber
		}
		if !l.Cost.IsZero() {
			words += ", postage " + l.Cost.String()
		}
		if why, is := strings.CutPrefix(l.Reason, postedInSpite); is {
			words += "; warning: it was not to be posted (" + why + ")"
		}
		return words
	case LetterDelivered:
		return words + " was handed over on " + l.EndedOn.String()
	case LetterUnclaimed:
		return words + " was not fetched; it was first presented on " + l.PresentedOn.String()
	case LetterRefused:
		return words + " was refused; it was first presented on " + l.PresentedOn.String()
	case LetterReturned:
		return words + " came back on " + l.EndedOn.String() + ": the debtor is not at the address"
	default:
		return words + " is not to be posted: " + l.Reason
	}
}
