package casefile

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/messaging"
	"relance/money"
)

// LetterKind is how a letter is posted.
type LetterKind string

// The kinds of letters. A registered one has an acknowledgement of receipt.
const (
	LetterPlain      LetterKind = "plain"
	LetterRegistered LetterKind = "registered"
)

// LetterState is how far a letter has come.
type LetterState string

// The states of a letter. It moves composed, queued, printed, posted, and to one of
// four ends; or it is cancelled before it is posted. Print may be left out.
const (
	// LetterComposed: it has its number and may still be withheld.
	LetterComposed LetterState = "composed"
	// LetterQueued: it waits to be printed and posted.
	LetterQueued  LetterState = "queued"
	LetterPrinted LetterState = "printed"
	LetterPosted  LetterState = "posted"
	// LetterDelivered: it was handed over.
	LetterDelivered LetterState = "delivered"
	// LetterUnclaimed: the debtor was told of it and did not fetch it.
	LetterUnclaimed LetterState = "unclaimed"
	// LetterRefused: the debtor would not take it.
	LetterRefused LetterState = "refused"
	// LetterReturned: the debtor does not live or work at the address.
	LetterReturned  LetterState = "returned"
	LetterCancelled LetterState = "cancelled"
)

// LetterStates lists the states.
func LetterStates() []LetterState {
	return []LetterState{
		LetterComposed, LetterQueued, LetterPrinted, LetterPosted,
		LetterDelivered, LetterUnclaimed, LetterRefused, LetterReturned, LetterCancelled,
	}
}

// IsEnd reports whether nothing more comes of a letter.
func (s LetterState) IsEnd() bool { return s.isOutcome() || s == LetterCancelled }

// isOutcome reports whether the post has said what became of it.
func (s LetterState) isOutcome() bool {
	return s == LetterDelivered || s == LetterUnclaimed || s == LetterRefused || s == LetterReturned
}

// Letter is one message on paper, in the creditor's register of letters.
type Letter struct {
	Creditor string
	// Number is its number in the register: year and count, "2026-000123". It belongs
	// to the message for good, posted or not, and none is left out.
	Number string
	// Message is the ID of the message whose bytes it is.
	Message string
	Kind    LetterKind
	State   LetterState
	// Invoices are the numbers of the invoices it is about, Invoice the one in whose
	// case it stands.
	Invoices []string
	Invoice  string
	Step     string
	Language string
	// Recipient is the name and address, a line each.
	Recipient string
	SHA256    string
	// Deadline is the day it asks to be paid by.
	Deadline   calendar.Date
	ComposedAt time.Time

	PrintedOn calendar.Date
	PostedOn  calendar.Date
	// PostingNumber is the post's number of a registered or tracked letter.
	PostingNumber string
	// Cost is the postage, zero when nobody told it.
	Cost money.Amount
	// PresentedOn is the first day the post held it out to the debtor, EndedOn the day
	// it was handed over, sent back or cancelled.
	PresentedOn calendar.Date
	EndedOn     calendar.Date
	Reason      string
	// Actor reported the last change.
	Actor string
	// HandedTo is the service that was asked to print and post it, empty where people
	// do.
	HandedTo string
	// Scans counts the pictures kept of what came back.
	Scans int
}

// LetterProof is what is known of the service of a letter: days, each not set while it
// has not come.
type LetterProof struct {
	Number        string
	Kind          LetterKind
	PostingNumber string
	Posted        calendar.Date
	// Presented is the first day the post held it out to the debtor.
	Presented calendar.Date
	Delivered calendar.Date
	Unclaimed calendar.Date
	Refused   calendar.Date
	// Returned: the debtor is not at the address, and nothing was served.
	Returned calendar.Date
}

// Served is the day a formal notice takes effect by this letter, not set while it has
// not. One that the debtor did not fetch or would not take is served all the same, on
// its first presentation: a formal notice is no act of procedure, and need not be
// received to be valid (Cass. 1re civ., 20 January 2021, 19-20.680).
func (p LetterProof) Served() calendar.Date {
	switch {
	case !p.Delivered.IsZero():
		return p.Delivered
	case !p.Unclaimed.IsZero(), !p.Refused.IsZero():
		return p.Presented
	default:
		return 0
	}
}

// Proof is what is known of the service of the letter.
func (l Letter) Proof() LetterProof {
	proof := LetterProof{Number: l.Number, Kind: l.Kind, PostingNumber: l.PostingNumber, Posted: l.PostedOn, Presented: l.PresentedOn}
	switch l.State {
	case LetterDelivered:
		proof.Delivered = l.EndedOn
	case LetterUnclaimed:
		proof.Unclaimed = l.EndedOn
	case LetterRefused:
		proof.Refused = l.EndedOn
	case LetterReturned:
		proof.Returned = l.EndedOn
	default:
	}
	return proof
}

// LetterProof tells what is known of the service of a message on paper. A message that
// is none is ErrUnknownLetter.
func (s *Store) LetterProof(ctx context.Context, messageID string) (LetterProof, error) {
	letter, err := s.LetterOfMessage(ctx, messageID)
	if err != nil {
		return LetterProof{}, err
	}
	return letter.Proof(), nil
}

// LetterFilter selects letters; empty fields select all.
type LetterFilter struct {
	Creditor string
	Number   string
	Message  string
	Kind     LetterKind
	States   []LetterState
	// ToRecall: only letters that are cancelled, and whose service was not told yet.
	ToRecall bool
	// Limit is 100 unless given; After is the last letter seen.
	Limit         int
	AfterCreditor string
	AfterNumber   string
}

// Letters lists letters by creditor and number.
func (s *Store) Letters(ctx context.Context, filter LetterFilter) ([]Letter, error) {
	return s.loadLetters(ctx, s.pool, filter)
}

func (s *Store) loadLetters(ctx context.Context, on runner, filter LetterFilter) ([]Letter, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	if filter.States == nil {
		filter.States = []LetterState{}
	}
	var letters []Letter
	var b batch
	all(&b, &letters, s.sql.LoadLetters, filter)
	if err := b.run(ctx, on); err != nil {
		return nil, fmt.Errorf("listing letters: %w", err)
	}
	return letters, nil
}

// Letter is the letter of a number. One that is not there is ErrUnknownLetter.
func (s *Store) Letter(ctx context.Context, creditor, number string) (Letter, error) {
	letters, err := s.loadLetters(ctx, s.pool, LetterFilter{Creditor: cmp.Or(creditor, "-"), Number: cmp.Or(number, "-"), Limit: 1})
	if err != nil {
		return Letter{}, err
	}
	if len(letters) == 0 {
		return Letter{}, fmt.Errorf("%w: %s has none of the number %q", ErrUnknownLetter, creditor, number)
	}
	return letters[0], nil
}

// numberLetter is the number of a message on paper, taken when it is first composed:
// whatever fails or is tried again takes no number. Letters of one creditor wait here
// for one another until their transactions end.
func (c *lockedCase) numberLetter(ctx context.Context, key MessageKey) (string, error) {
	if !key.Channel.IsPaper() {
		return "", nil
	}
	kind := LetterPlain
	if key.Channel == collection.ChannelRegisteredLetter {
		kind = LetterRegistered
	}
	sql, id := c.store.sql, named{"id": key.ID()}
	var known found[struct{ Number string }]
	var b batch
	one(&b, &known, sql.LetterNumberOf, id)
	if err := b.run(ctx, c.tx); err != nil || known.is {
		return known.value.Number, err
	}
	year := c.now.Window.DateOf(c.at).Year()
	var next found[struct{ Last int }]
	b = batch{}
	one(&b, &next, sql.NextLetterNumber, named{"creditor": key.Creditor, "year": year})
	if err := b.run(ctx, c.tx); err != nil {
		return "", fmt.Errorf("numbering the letter of step %s for invoice %s of %s: %w", key.Step, key.Invoice, key.Creditor, err)
	}
	number := fmt.Sprintf("%04d-%06d", year, next.value.Last)
	c.writes.exec(sql.InsertLetter, id, named{"creditor": key.Creditor, "number": number, "kind": kind})
	return number, nil
}

// LetterOfMessage is the letter of a message. A message that does not go on paper is
// ErrUnknownLetter.
func (s *Store) LetterOfMessage(ctx context.Context, messageID string) (Letter, error) {
	if !isMessageID(messageID) {
		return Letter{}, fmt.Errorf("%w: no message has the ID %q", ErrUnknownLetter, messageID)
	}
	letters, err := s.loadLetters(ctx, s.pool, LetterFilter{Message: messageID, Limit: 1})
	if err != nil {
		return Letter{}, err
	}
	if len(letters) == 0 {
		return Letter{}, fmt.Errorf("%w: the message %s does not go on paper", ErrUnknownLetter, messageID)
	}
	return letters[0], nil
}

// QueueLetter puts the letter of a message into the print queue, or, before a service is
// asked to print and post it, records which. Repeating it changes nothing.
func (s *Store) QueueLetter(ctx context.Context, messageID, handedTo string, at time.Time) (Letter, error) {
	var letter Letter
	err := s.changingLetter(ctx, messageID, at, func(c *lockedCase, l *Letter) error {
		if l.State == LetterComposed {
			l.State, l.HandedTo = LetterQueued, handedTo
			c.writes.exec(s.sql.QueueLetter, named{"id": messageID, "handed_to": handedTo})
			words := "letter " + l.Number + " waits to be printed and posted"
			if handedTo != "" {
				words += " by the service " + handedTo
			}
			c.noteOnLetter(*l, "queued", "letter-queued", words)
		}
		letter = *l
		return nil
	})
	return letter, err
}

// changingLetter runs a transaction on a letter under the lock of its case.
func (s *Store) changingLetter(ctx context.Context, messageID string, at time.Time, change func(*lockedCase, *Letter) error) error {
	var letters []Letter
	return s.changingMessage(ctx, messageID, at, func(b *batch) {
		all(b, &letters, s.sql.LoadLetters, LetterFilter{Message: messageID, States: []LetterState{}, Limit: 1})
	}, func(c *lockedCase, _ *storedMessage) error {
		if len(letters) == 0 {
			return fmt.Errorf("%w: the message %s does not go on paper", ErrUnknownLetter, messageID)
		}
		return change(c, &letters[0])
	})
}

// noteOnLetter queues a line in the file of every case the letter is about.
func (c *lockedCase) noteOnLetter(l Letter, part, kind, summary string) {
	c.writes.exec(c.store.sql.NoteOnLetter, named{
		"message": l.Message, "key": "letter/" + l.Number + "/" + part, "kind": kind, "actor": c.actor, "summary": summary, "at": c.at,
	})
}

// today is the business day of the writes.
func (c *lockedCase) today() named { return named{"day": c.now.Window.DateOf(c.at)} }

// MarkLetterRecalled records that the service of a cancelled letter was told not to post
// it, and whether it was in time.
func (s *Store) MarkLetterRecalled(ctx context.Context, messageID string, inTime bool, at time.Time) error {
	return s.changingLetter(ctx, messageID, at, func(c *lockedCase, l *Letter) error {
		words := "letter " + l.Number + " is held back by the service " + l.HandedTo
		if !inTime {
			words = "letter " + l.Number + " could not be held back: the service " + l.HandedTo + " had printed it"
		}
		c.writes.exec(s.sql.MarkLetterRecalled, *l)
		c.noteOnLetter(*l, "recalled", "letter-recalled", words)
		return nil
	})
}

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
}

// ReportLetter records what became of a letter. The same report again changes nothing;
// another day, number or cost for the state it has corrects the register, and the
// history keeps both. What cannot follow is a *collection.Refusal. The message learns
// of it by the event that Letter.DeliveryEvent makes.
func (s *Store) ReportLetter(ctx context.Context, report LetterReport) (Letter, error) {
	known, err := s.Letter(ctx, report.Creditor, report.Number)
	if err != nil {
		return Letter{}, err
	}
	var letter Letter
	err = s.changingLetter(ctx, known.Message, report.At, func(c *lockedCase, l *Letter) error {
		c.actor = report.Actor
		if report.On.IsZero() {
			report.On = c.now.Window.DateOf(c.at)
		}
		next, err := l.after(report)
		if err != nil {
			return err
		}
		if letter = next; next.sameReport(*l) {
			letter = *l
			return nil
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

// DeliveryEvent is what the message learns of the letter's state, false when nothing.
// Unclaimed and refused letters are served (LetterProof.Served): the message counts as
// delivered.
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
	case l.State != LetterQueued && l.State != LetterPrinted && l.State != LetterPosted && !l.mayHaveLeft():
		return l, l.notNow(r)
	case l.Kind == LetterRegistered && r.PostingNumber == "":
		return l, refuse(collection.RefusedInvalid, "letter %s is registered: give the posting number, which proves it", l.Number)
	case !l.PrintedOn.IsZero() && r.On < l.PrintedOn:
		return l, refuse(collection.RefusedInvalid, "letter %s was printed on %s and cannot be posted before", l.Number, l.PrintedOn)
	}
	next.State, next.PostedOn, next.PostingNumber, next.Cost = LetterPosted, r.On, r.PostingNumber, r.Cost
	next.EndedOn, next.Reason = 0, ""
	return next, nil
}

// mayHaveLeft: it is cancelled, but a service had it and may not have been told in time.
func (l Letter) mayHaveLeft() bool { return l.State == LetterCancelled && l.HandedTo != "" }

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

// MaxScan is the largest scan of what came back, in bytes.
const MaxScan = 5 << 20

// LetterScan is a picture of what came back: the acknowledgement of receipt, the
// envelope.
type LetterScan struct {
	SHA256      string
	ContentType string
	Bytes       []byte
}

// scanTypes are the files a scan may be, by how they begin.
var scanTypes = []struct{ magic, contentType string }{
	{"%PDF-", "application/pdf"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"},
}

// SaveLetterScan keeps a scan of what came back. Its content says what it is: a PDF, a
// PNG or a JPEG of at most MaxScan bytes; anything else is a *collection.Refusal. The
// same scan again changes nothing.
func (s *Store) SaveLetterScan(ctx context.Context, creditor, number string, content []byte, actor string, at time.Time) (LetterScan, error) {
	scan := LetterScan{SHA256: hashOf(content), Bytes: content}
	for _, known := range scanTypes {
		if strings.HasPrefix(string(content[:min(len(content), len(known.magic))]), known.magic) {
			scan.ContentType = known.contentType
		}
	}
	switch {
	case len(content) > MaxScan:
		return LetterScan{}, refuse(collection.RefusedInvalid, "the scan is larger than %d MiB: scan it coarser", MaxScan>>20)
	case scan.ContentType == "":
		return LetterScan{}, refuse(collection.RefusedInvalid, "the scan is neither a PDF nor a PNG nor a JPEG")
	}
	letter, err := s.Letter(ctx, creditor, number)
	if err != nil {
		return LetterScan{}, err
	}
	err = s.changingLetter(ctx, letter.Message, at, func(c *lockedCase, l *Letter) error {
		if l.PostedOn.IsZero() {
			return refuse(collection.RefusedNotNow, "letter %s is %s: nothing can have come back of it", l.Number, l.State)
		}
		c.actor = actor
		c.writes.exec(s.sql.InsertLetterScan, scan, named{"message": l.Message, "actor": actor, "at": c.at})
		c.noteOnLetter(*l, "scan/"+scan.SHA256, "letter-scanned", "a scan of what came back of letter "+l.Number+" was kept; SHA-256 "+scan.SHA256)
		return nil
	})
	return scan, err
}

// LetterScan is the newest scan of what came back of a letter. Without one the error is
// ErrUnknownLetter.
func (s *Store) LetterScan(ctx context.Context, creditor, number string) (LetterScan, error) {
	letter, err := s.Letter(ctx, creditor, number)
	if err != nil {
		return LetterScan{}, err
	}
	var scan found[LetterScan]
	var b batch
	one(&b, &scan, s.sql.LoadLetterScan, letter)
	if err := b.run(ctx, s.pool); err != nil {
		return LetterScan{}, fmt.Errorf("reading the scan of letter %s: %w", number, err)
	}
	if !scan.is {
		return LetterScan{}, fmt.Errorf("%w: nothing that came back of %s was scanned", ErrUnknownLetter, number)
	}
	if is := hashOf(scan.value.Bytes); is != scan.value.SHA256 {
		return LetterScan{}, fmt.Errorf("the scan of letter %s was altered: its hash is %s, recorded is %s", number, is, scan.value.SHA256)
	}
	return scan.value, nil
}
