package casefile

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
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
	// StoppedBy is the stop in force under which a letter that waits must not be posted, or
	// that a debtor has answered; empty when there is none, and where nobody asked
	// (LetterFilter.At).
	StoppedBy string `db:"-"`
	// Withdrawn: the program cancelled it, or took back a part of what it carries, which
	// leaves in another letter or not at all.
	Withdrawn bool
	// DoNotPost is why a letter that people have printed must not be posted any more, while
	// they are asked to take it out of the post; empty otherwise.
	DoNotPost string
}

// postedInSpite begins the reason of a letter that was posted though it was not to be.
const postedInSpite = "posted although it was not to be: "

// postedWhileStopped begins that of one that a stop kept back on the day it was posted.
const postedWhileStopped = postedInSpite + "it was stopped by "

// Warning says what was wrong with posting the letter; empty when nothing was.
func (l Letter) Warning() string {
	if why, is := strings.CutPrefix(l.Reason, postedInSpite); is && !l.PostedOn.IsZero() {
		return "letter " + l.Number + " was posted although it was not to be: " + why + ". Tell the debtor, if it asks for what is not owed any more"
	}
	return ""
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
	// ForPeople: only letters that no service was asked to print and post.
	ForPeople bool
	// DoNotPost: also, or without States only, letters that people have printed and must take
	// out of the post.
	DoNotPost bool
	// ToRecall: only letters that are cancelled, and whose service was not told yet.
	ToRecall bool
	// At is the moment for which Letter.StoppedBy is asked of letters that wait.
	At time.Time
	// Limit is 100 unless given; After is the last letter seen.
	Limit         int
	AfterCreditor string
	AfterNumber   string
}

// Letters lists letters by creditor and number.
func (s *Store) Letters(ctx context.Context, filter LetterFilter) ([]Letter, error) {
	if filter.At.IsZero() {
		return s.loadLetters(ctx, s.pool, filter)
	}
	var letters []Letter
	err := s.reading(ctx, func(tx *transaction) error {
		var err error
		if letters, err = s.loadLetters(ctx, tx, filter); err != nil {
			return err
		}
		return s.readWhatStops(ctx, tx, letters, filter.At)
	})
	return letters, err
}

// readWhatStops fills in what letters that wait are stopped by, as their cases know it
// here: their workflows, which cancel what a hold or an exclusion keeps back, may not have
// been told yet.
func (s *Store) readWhatStops(ctx context.Context, tx *transaction, letters []Letter, at time.Time) error {
	cases := map[caseName]*lockedCase{}
	var names []caseName
	for _, letter := range letters {
		for _, name := range letter.casesToPost() {
			if _, known := cases[name]; !known {
				cases[name] = nil
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	read, err := s.readLocked(ctx, tx, names, because{at: at}, nil)
	if err != nil {
		return err
	}
	for i, c := range read {
		cases[names[i]] = c
	}
	for i := range letters {
		for _, name := range letters[i].casesToPost() {
			letters[i].StoppedBy = cmp.Or(letters[i].StoppedBy, cases[name].whatStops())
		}
	}
	return nil
}

// casesToPost are the cases of a letter that waits to be posted.
func (l Letter) casesToPost() []caseName {
	if l.State != LetterQueued && l.State != LetterPrinted {
		return nil
	}
	names := make([]caseName, len(l.Invoices))
	for i, invoice := range l.Invoices {
		names[i] = caseName{Creditor: l.Creditor, Invoice: invoice}
	}
	return names
}

// whatStops is the stop in force or the answer that keeps back what the case may not know
// of yet.
func (c *lockedCase) whatStops() string {
	stop, stopped := c.now.StoppedBy(c.at)
	switch {
	case stopped:
		return string(stop.Kind) + " " + stop.ID
	case c.awaitsHold():
		return "an answer that has come in"
	default:
		return ""
	}
}

// whatStoppedOn is what was to keep a letter from being posted on a day, with why: a stop that
// was set by the end of that day and not over, or an answer that has come in. Who posted it
// before a stop was set on the same day is told of that as well.
func (cases lockedCases) whatStoppedOn(day calendar.Date) string {
	for _, c := range cases {
		window := c.now.Window
		then := c.now
		then.Stops = nil
		for _, stop := range c.now.Stops {
			if window.DateOf(stop.At) > day {
				continue
			}
			if !stop.Lifted.IsZero() && window.DateOf(stop.Lifted) > day {
				stop.Lifted = time.Time{}
			}
			then.Stops = append(then.Stops, stop)
		}
		stop, stopped := then.StoppedBy(window.OpeningOf(day))
		switch {
		case stopped:
			return fmt.Sprintf("the %s %s (%s)", stop.Kind, stop.ID, stop.Reason)
		case day >= c.day() && c.awaitsHold():
			return "an answer of the debtor that had come in"
		}
	}
	return ""
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
	return s.LetterAt(ctx, creditor, number, time.Time{})
}

// LetterAt is Letter, with what it is stopped by at a moment.
func (s *Store) LetterAt(ctx context.Context, creditor, number string, at time.Time) (Letter, error) {
	letters, err := s.Letters(ctx, LetterFilter{Creditor: cmp.Or(creditor, "-"), Number: cmp.Or(number, "-"), Limit: 1, At: at})
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
func (c *lockedCase) numberLetter(ctx context.Context, r Reservation) (string, error) {
	key := r.MessageKey
	if !key.Channel.IsPaper() {
		return "", nil
	}
	kind := LetterPlain
	if key.Channel == collection.ChannelRegisteredLetter {
		kind = LetterRegistered
	}
	sql, id := c.store.sql, named{"id": r.ID()}
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
	return s.changingLetterOf(ctx, messageID, at, func(m *lockedMessage, l *Letter) error { return change(m.carrier(), l) })
}

// changingLetterOf is changingLetter, with all cases that the letter is about.
func (s *Store) changingLetterOf(ctx context.Context, messageID string, at time.Time, change func(*lockedMessage, *Letter) error) error {
	var letters []Letter
	beside := besideMessage{reads: func(b *batch, _ caseName) {
		all(b, &letters, s.sql.LoadLetters, LetterFilter{Message: messageID, States: []LetterState{}, Limit: 1})
	}}
	return s.changingMessage(ctx, messageID, at, beside, func(m *lockedMessage) error {
		if len(letters) == 0 {
			return fmt.Errorf("%w: the message %s does not go on paper", ErrUnknownLetter, messageID)
		}
		return change(m, &letters[0])
	})
}

// noteOnLetter queues a line in the file of every case the letter is about.
func (c *lockedCase) noteOnLetter(l Letter, part, kind, summary string) {
	c.noteOnBytes(l, part, kind, summary, l.SHA256)
}

// noteOnBytes notes something about a letter and bytes that need not be its own.
func (c *lockedCase) noteOnBytes(l Letter, part, kind, summary, hash string) {
	c.writes.exec(c.store.sql.NoteOnLetter, named{
		"message": l.Message, "key": "letter/" + l.Number + "/" + part, "kind": kind, "actor": c.actor, "summary": summary, "at": c.at,
	}, c.based(basis{SHA256: hash}))
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
			c.writes.exec(s.sql.KeepLetterThatLeft, *l)
		}
		c.writes.exec(s.sql.MarkLetterRecalled, *l)
		c.noteOnLetter(*l, "recalled", "letter-recalled", words)
		return nil
	})
}
