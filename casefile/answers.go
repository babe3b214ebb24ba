package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/inbound"
	"relance/inbound/intent"
)

// AnswerState is how far an answer has come.
type AnswerState string

// The states of an answer.
const (
	// AnswerTriage: nobody can tell by itself whose answer it is.
	AnswerTriage  AnswerState = "triage"
	AnswerLinked  AnswerState = "linked"
	AnswerHandled AnswerState = "handled"
	AnswerIgnored AnswerState = "ignored"
)

// The limits of what is kept of an answer, in bytes. What is larger is named with
// its size and hash.
const (
	MaxKeptRaw        = 10 << 20
	MaxKeptAttachment = 10 << 20
	maxKeptFiles      = 25 << 20 // all attachments of one answer together
)

// Answer is something that came in from a debtor, or from a mail server.
type Answer struct {
	// Number counts the answers in the order they were recorded.
	Number int64
	ID     string
	Key    string
	// Channel and Kind are those of package inbound.
	Channel    string
	Kind       string
	Sender     string
	SenderName string
	Recipients []string
	Subject    string
	Text       string
	Said       string
	AutoSign   string
	Notes      []string
	Intents    []intent.Intent

	BounceAction string
	BounceStatus string
	// BounceMessage is the ID of our message that came back.
	BounceMessage string
	// BounceRecipients is what the report says of each recipient; BounceAction and
	// BounceStatus are of the first.
	BounceRecipients []inbound.BounceRecipient

	// MatchedBy says why it belongs where it was put, or why nobody could tell.
	MatchedBy string
	Creditor  string
	Debtor    string
	// Invoice is the one of the task; the answer may be about more (AnswerCase).
	Invoice string
	State   AnswerState

	RawSize   int64
	RawSHA256 string
	// ReceivedAt is business time.
	ReceivedAt time.Time
	// Linking counts how often it was put to cases, from 1: each has an effect of its own.
	Linking int
	// EffectDue: what it asks for is still to be done, since DueSince by the wall clock.
	EffectDue   bool
	DueSince    time.Time
	HoldUntil   calendar.Date
	HoldEndedAt time.Time
	HandledAt   time.Time
	HandledBy   string
	Note        string
	RecordedAt  time.Time
}

// HoldID is the ID of the hold that the answer places.
func (a Answer) HoldID() string { return HoldOfAnswer(a.ID, a.Linking) }

// TaskKey names the task to read the answer.
func (a Answer) TaskKey() string { return "answer/" + a.ID + a.again("/") }

// HoldOfAnswer is the ID of the hold that an answer places when it is put to its cases for
// the first time, or again; LoadCase knows it as well.
func HoldOfAnswer(id string, linking int) string {
	return "answer-" + id + Answer{Linking: linking}.again("-")
}

// again tells what a later linking does from what the first did.
func (a Answer) again(separator string) string {
	if a.Linking <= 1 {
		return ""
	}
	return separator + strconv.Itoa(a.Linking)
}

// AnswerCase is a case an answer is about.
type AnswerCase struct {
	Creditor string
	Invoice  string
	// HoldUntil is the last day of the hold the answer placed; not set without one.
	HoldUntil calendar.Date
	Closed    bool
}

// AnswerFile is a file that came with an answer, by its place from 1.
type AnswerFile struct {
	Ordinal  int
	Name     string
	Declared string
	Detected string
	Size     int64
	SHA256   string
	// Kept: its bytes are here.
	Kept bool
}

// NewAnswer is an answer with what is kept of it.
type NewAnswer struct {
	Answer
	Raw   []byte
	Files []NewAnswerFile
	// Invoices are those it is about.
	Invoices []string
	// OnceByRules: where the sender's machine said the same before, recognised by all these
	// rules, nobody need be told again, and it is recorded as handled with the note NotAgain.
	OnceByRules []string
	NotAgain    string
}

// NewAnswerFile is a file to keep.
type NewAnswerFile struct {
	Name     string
	Declared string
	Detected string
	SHA256   string
	Content  []byte
}

// RecordAnswer keeps an answer with its files, once for each ID. fresh is false
// when it was known: then it is returned as it stands.
func (s *Store) RecordAnswer(ctx context.Context, answer NewAnswer) (recorded Answer, fresh bool, err error) {
	err = s.writing(ctx, func(tx *transaction) error {
		fresh = false
		if err := s.tellOnce(ctx, tx, &answer); err != nil {
			return err
		}
		var b batch
		b.execCounted(func(rows int64) error {
			fresh = rows > 0
			return nil
		}, s.sql.InsertInbound, named{
			"raw": keptBytes(answer.Raw, MaxKeptRaw), "raw_size": len(answer.Raw), "raw_sha256": hashOf(answer.Raw),
			"recipients": orEmpty(answer.Recipients), "notes": orEmpty(answer.Notes), "intents": orEmpty(answer.Intents),
			"bounce_recipients": orEmpty(answer.BounceRecipients), "received_at": businessTime(answer.ReceivedAt),
		}, answer.Answer)
		if err := b.run(ctx, tx); err != nil || !fresh {
			return err
		}
		var parts batch
		parts.exec(s.sql.InsertInboundCases, named{"invoices": orEmpty(answer.Invoices), "linking": 1}, answer.Answer)
		room := int64(maxKeptFiles)
		for i, file := range answer.Files {
			kept := keptBytes(file.Content, int(min(room, MaxKeptAttachment)))
			room -= int64(len(kept))
			parts.exec(s.sql.InsertInboundAttachment, named{"id": answer.ID, "ordinal": i + 1, "size": len(file.Content), "bytes": kept}, file)
		}
		return parts.run(ctx, tx)
	})
	if err != nil {
		return Answer{}, false, fmt.Errorf("recording the answer %s: %w", answer.ID, err)
	}
	recorded, err = s.Answer(ctx, answer.ID)
	return recorded, fresh, err
}

// tellOnce takes an automatic reply for handled that says what was said before.
func (s *Store) tellOnce(ctx context.Context, tx *transaction, answer *NewAnswer) error {
	if len(answer.OnceByRules) == 0 {
		return nil
	}
	var said found[struct{ Before bool }]
	var b batch
	b.exec(s.sql.LockSenderOfInbound, answer.Answer)
	one(&b, &said, s.sql.WasSaidBefore, named{"rules": answer.OnceByRules}, answer.Answer)
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("looking for the same said before: %w", err)
	}
	if said.value.Before {
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = AnswerHandled, answer.ReceivedAt, keeper, answer.NotAgain
	}
	return nil
}

// keptBytes are the bytes, or none when there are too many.
func keptBytes(content []byte, most int) []byte {
	if len(content) > most {
		return nil
	}
	return content
}

// orEmpty is an empty list in place of none: the columns have no null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Answer reads an answer; an unknown one is ErrUnknownAnswer.
func (s *Store) Answer(ctx context.Context, id string) (Answer, error) {
	var answer found[Answer]
	if isMessageID(id) {
		var b batch
		one(&b, &answer, s.sql.LoadInbound, named{"id": id})
		if err := b.run(ctx, s.pool); err != nil {
			return Answer{}, fmt.Errorf("reading the answer %s: %w", id, err)
		}
	}
	if !answer.is {
		return Answer{}, fmt.Errorf("%w: %s", ErrUnknownAnswer, id)
	}
	return answer.value, nil
}

// AnswerParts are the cases an answer is about and the files that came with it.
func (s *Store) AnswerParts(ctx context.Context, id string) ([]AnswerCase, []AnswerFile, error) {
	var cases []AnswerCase
	var files []AnswerFile
	var b batch
	all(&b, &cases, s.sql.LoadInboundCases, named{"id": id})
	all(&b, &files, s.sql.LoadInboundAttachments, named{"id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, nil, fmt.Errorf("reading the parts of the answer %s: %w", id, err)
	}
	return cases, files, nil
}

// AnswerFile reads a file that came with an answer; nil bytes when it was too large
// to keep. A file that is not there is ErrUnknownAnswer.
func (s *Store) AnswerFile(ctx context.Context, id string, ordinal int) (name string, content []byte, err error) {
	var file found[struct {
		Name   string
		SHA256 string
		Bytes  []byte
	}]
	var b batch
	if isMessageID(id) {
		one(&b, &file, s.sql.LoadInboundAttachment, named{"id": id, "ordinal": ordinal})
	}
	if err := b.run(ctx, s.pool); err != nil {
		return "", nil, fmt.Errorf("reading the file %d of the answer %s: %w", ordinal, id, err)
	}
	if !file.is {
		return "", nil, fmt.Errorf("%w: %s has no file %d", ErrUnknownAnswer, id, ordinal)
	}
	return file.value.Name, file.value.Bytes, checkHash(file.value.Bytes, file.value.SHA256)
}

// AnswerRaw reads the bytes an answer came in; nil when it was too large to keep.
func (s *Store) AnswerRaw(ctx context.Context, id string) ([]byte, error) {
	var raw found[struct {
		Raw       []byte
		RawSHA256 string
	}]
	var b batch
	if isMessageID(id) {
		one(&b, &raw, s.sql.LoadInboundRaw, named{"id": id})
	}
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading the bytes of the answer %s: %w", id, err)
	}
	if !raw.is {
		return nil, fmt.Errorf("%w: %s", ErrUnknownAnswer, id)
	}
	return raw.value.Raw, checkHash(raw.value.Raw, raw.value.RawSHA256)
}

func checkHash(content []byte, recorded string) error {
	if content == nil || hashOf(content) == recorded {
		return nil
	}
	return fmt.Errorf("the bytes were altered: their hash is %s, recorded is %s", hashOf(content), recorded)
}

// AnswerFilter selects answers; empty fields select all.
type AnswerFilter struct {
	// Creditor also selects the answers of which nobody knows whose they are.
	Creditor string
	// Invoice selects the answers about one invoice of the creditor.
	Invoice string
	States  []AnswerState
	// Limit is 100 unless given; After is the number of the last answer seen.
	Limit int
	After int64
}

// Answers lists answers in the order they came, with the beginning of their text.
func (s *Store) Answers(ctx context.Context, filter AnswerFilter) ([]Answer, error) {
	if len(filter.States) == 0 {
		filter.States = []AnswerState{AnswerTriage, AnswerLinked, AnswerHandled, AnswerIgnored}
	}
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var answers []Answer
	var b batch
	all(&b, &answers, s.sql.ListInbound, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing answers: %w", err)
	}
	return answers, nil
}

// AnswersDue lists answers whose effect is still to be brought about, the oldest
// first: the program that received them may have died.
func (s *Store) AnswersDue(ctx context.Context, limit int) ([]Answer, error) {
	var answers []Answer
	var b batch
	all(&b, &answers, s.sql.ListInboundDue, named{"limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the answers that are due: %w", err)
	}
	return answers, nil
}

// AnswersOnHold lists answers whose hold ended before a day and of whose end
// nobody was told.
func (s *Store) AnswersOnHold(ctx context.Context, before calendar.Date, limit int) ([]Answer, error) {
	var answers []Answer
	var b batch
	all(&b, &answers, s.sql.ListInboundOnHold, named{"before": before, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the answers whose hold has ended: %w", err)
	}
	return answers, nil
}

// AnswerEffect is what was done because of an answer.
type AnswerEffect struct {
	HoldUntil calendar.Date
	// Held are the invoices on hold, and Ordered those of them whose case was told of a hold
	// named Answer.HoldID: nothing leaves for it until it has that.
	Held    []string
	Ordered []string
	// History is what the case files say of it.
	History []AnswerNote
}

// AnswerNote is a line of the history of a case, without personal data.
type AnswerNote struct {
	Creditor string
	Invoice  string
	Key      string
	Kind     string
	Actor    string
	Summary  string
	// Reason is why it was done, SHA256 of the bytes of the answer it is about.
	Reason string
	SHA256 string
	At     time.Time
}

// FinishAnswer records that the effect of an answer was brought about, as the answer was
// known when that began: one that was put to other cases meanwhile has another, which is
// still due.
func (s *Store) FinishAnswer(ctx context.Context, answer Answer, effect AnswerEffect) error {
	about := named{"id": answer.ID, "creditor": answer.Creditor, "linking": answer.Linking, "due_since": answer.DueSince, "hold_until": effect.HoldUntil}
	err := s.writing(ctx, func(tx *transaction) error {
		var b batch
		s.noteAnswer(&b, effect.History)
		b.exec(s.sql.InsertInboundCases, named{"invoices": orEmpty(effect.Held)}, about)
		for _, invoice := range effect.Held {
			b.exec(s.sql.HoldInboundCase, named{"invoice": invoice, "ordered": slices.Contains(effect.Ordered, invoice)}, about)
		}
		b.exec(s.sql.FinishInboundEffect, about)
		return b.run(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("finishing the answer %s: %w", answer.ID, err)
	}
	return nil
}

// noteAnswer queues lines of the history, each once. The cases are locked before, in the
// order in which they are locked everywhere.
func (s *Store) noteAnswer(b *batch, notes []AnswerNote) {
	notes = slices.SortedStableFunc(slices.Values(notes), func(a, b AnswerNote) int {
		return cmp.Or(cmp.Compare(a.Creditor, b.Creditor), cmp.Compare(a.Invoice, b.Invoice))
	})
	for _, note := range notes {
		b.exec(s.sql.LockCase, note)
	}
	for _, note := range notes {
		note.At = businessTime(note.At)
		b.exec(s.sql.InsertHistoryOnce, note)
	}
}

// EndAnswerHold notes, once, that the hold of an answer ended.
func (s *Store) EndAnswerHold(ctx context.Context, id string, history []AnswerNote, at time.Time) error {
	err := s.writing(ctx, func(tx *transaction) error {
		var b batch
		s.noteAnswer(&b, history)
		b.exec(s.sql.EndInboundHold, named{"id": id, "at": businessTime(at)})
		return b.run(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("ending the hold of the answer %s: %w", id, err)
	}
	return nil
}

// AnswerLink puts an answer where it belongs.
type AnswerLink struct {
	ID       string
	Creditor string
	// Debtor and Invoice are those of the case that stands for the answer.
	Debtor    string
	Invoice   string
	MatchedBy string
	// Invoices are all it is about, that one among them.
	Invoices []string
}

// fromPerson is inbound.FromPerson as it is stored.
const fromPerson = string(inbound.FromPerson)

// LinkAnswer puts an answer of the triage to its cases, or one that was ignored or
// taken for a machine's; its effect is due then, all of it, also where it had one before
// (Answer.Linking). The same link again changes nothing,
// one to more cases of the creditor adds them; one that is linked elsewhere is a
// *collection.Refusal.
func (s *Store) LinkAnswer(ctx context.Context, link AnswerLink) (Answer, error) {
	invoices := named{"invoices": orEmpty(link.Invoices)}
	err := s.changingAnswer(ctx, link.ID, func(known Answer, b *batch) error {
		switch {
		case known.Kind != fromPerson: // a person says that it is to count as an answer
		case known.State == AnswerLinked && known.Creditor == link.Creditor && known.Invoice == link.Invoice:
			b.exec(s.sql.LinkInboundFurther, invoices, link)
			return nil
		case known.State == AnswerLinked:
			return refuse(collection.RefusedNotNow, "the answer %s is linked already, at %s: name that case first, to put it to others as well", link.ID, collection.WorkflowID(known.Creditor, known.Invoice))
		case known.State == AnswerHandled:
			return refuse(collection.RefusedNotNow, "the answer %s is %s already, at %s", link.ID, known.State, collection.WorkflowID(known.Creditor, known.Invoice))
		}
		// What was put to cases before, by itself or by a person, has its effect anew.
		linking := known.Linking
		if known.Creditor != "" {
			linking++
		}
		b.exec(s.sql.LinkInbound, named{"linking": linking}, link)
		b.exec(s.sql.UnlinkInboundCases, invoices, link)
		b.exec(s.sql.InsertInboundCases, invoices, named{"linking": linking}, link)
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return s.Answer(ctx, link.ID)
}

// AnswerClosing is how a person has done with an answer.
type AnswerClosing struct {
	ID string
	// State is AnswerHandled or AnswerIgnored.
	State    AnswerState
	By, Note string
	At       time.Time
	// EndsHold: the hold ends with it, also the one that is still on its way; else it comes
	// and lasts until its day.
	EndsHold bool
}

// CloseAnswer records that a person dealt with an answer or that it is of no use. One that
// is closed already stays so, and its hold can be ended still.
func (s *Store) CloseAnswer(ctx context.Context, c AnswerClosing) (Answer, error) {
	if !slices.Contains([]AnswerState{AnswerHandled, AnswerIgnored}, c.State) {
		return Answer{}, refuse(collection.RefusedInvalid, "an answer is closed as %s or %s, not as %q", AnswerHandled, AnswerIgnored, c.State)
	}
	c.At = businessTime(c.At)
	err := s.changingAnswer(ctx, c.ID, func(_ Answer, b *batch) error {
		b.exec(s.sql.CloseInbound, c)
		if c.EndsHold {
			b.exec(s.sql.EndInboundEffect, c)
		}
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return s.Answer(ctx, c.ID)
}

// HandleAnswersOfDoneTasks takes an answer for dealt with whose task a person did.
func (s *Store) HandleAnswersOfDoneTasks(ctx context.Context) error {
	var b batch
	b.exec(s.sql.HandleInboundOfDoneTasks)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("closing the answers whose task is done: %w", err)
	}
	return nil
}

func (s *Store) changingAnswer(ctx context.Context, id string, change func(known Answer, b *batch) error) error {
	if !isMessageID(id) {
		return fmt.Errorf("%w: %s", ErrUnknownAnswer, id)
	}
	return s.writing(ctx, func(tx *transaction) error {
		var known found[Answer]
		var reads, writes batch
		reads.exec(s.sql.LockInbound, named{"id": id})
		one(&reads, &known, s.sql.LoadInbound, named{"id": id})
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the answer %s: %w", id, err)
		}
		if !known.is {
			return fmt.Errorf("%w: %s", ErrUnknownAnswer, id)
		}
		if err := change(known.value, &writes); err != nil {
			return err
		}
		if err := writes.run(ctx, tx); err != nil {
			return fmt.Errorf("changing the answer %s: %w", id, err)
		}
		return nil
	})
}

// TaskOfKey is the task of a key within its case.
func (s *Store) TaskOfKey(ctx context.Context, creditor, invoice, key string) (task Task, known bool, err error) {
	var loaded found[Task]
	var b batch
	one(&b, &loaded, s.sql.LoadTaskOfKey, named{"creditor": creditor, "invoice": invoice, "key": key})
	if err := b.run(ctx, s.pool); err != nil {
		return Task{}, false, fmt.Errorf("reading the task %s: %w", key, err)
	}
	return loaded.value, loaded.is, nil
}
