package simulator

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"time"
)

// When things happen to a message after its acceptance, before the faults add their delays.
const (
	processedAfter = 50 * time.Millisecond
	deferredAfter  = 150 * time.Millisecond
	sentAfter      = 100 * time.Millisecond
	deliveredAfter = 300 * time.Millisecond
	openedAfter    = 800 * time.Millisecond

	bouncedLaterAfter = 1500 * time.Millisecond

	betweenCopies = 20 * time.Millisecond
)

// planEmail decides what becomes of an e-mail for one of its recipients.
func (s *Simulator) planEmail(faults Faults, key, recipient string, now time.Time) []Event {
	event := func(kind string, after time.Duration) Event {
		return Event{ID: eventID(), Kind: kind, Recipient: recipient, HappensAt: now.Add(faults.queued() + after)}
	}
	if faults.optedOut(recipient) {
		dropped := event("dropped", processedAfter)
		dropped.Reason, dropped.Code = "Unsubscribed Address", "5.0.0"
		return []Event{dropped}
	}
	events := []Event{event("processed", processedAfter)}
	if faults.bounces(recipient, s.dice.share("bounced", key, recipient)) {
		bounce := event("bounce", deliveredAfter)
		bounce.Reason, bounce.Code, bounce.BounceType = "550 5.1.1 no mailbox of that name", "5.1.1", "bounce"
		return append(events, bounce)
	}
	if s.dice.share("blocked", key, recipient) < faults.Blocked {
		bounce := event("bounce", deliveredAfter)
		bounce.Reason, bounce.Code, bounce.BounceType = "550 5.7.1 refused by the recipient's policy", "5.7.1", "blocked"
		return append(events, bounce)
	}
	if s.dice.share("deferred", key, recipient) < faults.Deferred {
		deferred := event("deferred", deferredAfter)
		deferred.Reason = "450 4.2.0 try again later"
		events = append(events, deferred)
	}
	events = append(events, event("delivered", deliveredAfter))
	if s.dice.share("bounced later", key, recipient) < faults.BouncedLater {
		bounce := event("bounce", bouncedLaterAfter)
		bounce.Reason, bounce.Code, bounce.BounceType = "550 5.2.1 the mailbox is closed", "5.2.1", "bounce"
		bounce.Unnamed = faults.UnnamedBounces
		return append(events, bounce)
	}
	if s.dice.share("opened", key, recipient) < faults.Opened {
		events = append(events, event("open", openedAfter))
	}
	return events
}

// planSMS decides what becomes of an SMS.
func (s *Simulator) planSMS(faults Faults, key, sid, to string, now time.Time) []Event {
	event := func(status string, after time.Duration) Event {
		return Event{ID: sid + "/" + status, Kind: status, Recipient: to, HappensAt: now.Add(faults.queued() + after)}
	}
	events := []Event{event("sent", sentAfter)}
	if faults.bounces(to, s.dice.share("bounced", key, to)) {
		undelivered := event("undelivered", deliveredAfter)
		undelivered.Code, undelivered.Reason = "30006", "landline or unreachable carrier"
		return append(events, undelivered)
	}
	if s.dice.share("blocked", key, to) < faults.Blocked {
		undelivered := event("undelivered", deliveredAfter)
		undelivered.Code, undelivered.Reason = "30007", "filtered by the operator"
		return append(events, undelivered)
	}
	return append(events, event("delivered", deliveredAfter))
}

// planPostings sets when and how often each event is posted.
func (s *Simulator) planPostings(faults Faults, key string, events []Event) {
	copies := 1 + faults.EventDuplicates
	if s.dice.share("suppressed", key) < faults.EventsSuppressed {
		copies = 0
	}
	for i := range events {
		delay := faults.eventDelay(s.dice.share("event", key, strconv.Itoa(i)))
		events[i].DueAt = events[i].HappensAt.Add(delay)
		events[i].Copies = copies
	}
	if !faults.EventsShuffled {
		return
	}
	// The last event comes first and the first one last.
	dues := make([]time.Time, len(events))
	for i := range events {
		dues[i] = events[i].DueAt
	}
	slices.SortFunc(dues, func(a, b time.Time) int { return b.Compare(a) })
	for i := range events {
		events[i].DueAt = dues[i]
	}
}

// schedule hands the events of a message that are not posted yet to the postman.
func (s *Simulator) schedule(number int64) {
	message, err := s.mailbox.message(number)
	if err != nil {
		s.log.Error("the simulator cannot plan events", "message", number, "error", err)
		return
	}
	door, known := s.webhook(), sendGrid
	if isTwilios(message.Channel) {
		door, known = message.Callback, twilio
	}
	if door == "" {
		return
	}
	for i, event := range message.Events {
		for n := event.Posted; n < event.Copies; n++ {
			due := event.DueAt.Add(time.Duration(n) * betweenCopies)
			s.postmen[known].add(&posting{message: number, event: i, due: due, since: due})
		}
	}
}

// eventID is a new ID in the style of SendGrid.
func eventID() string { return base64.RawURLEncoding.EncodeToString(random(16)) }

func hexID(prefix string) string { return prefix + hex.EncodeToString(random(16)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
