package casefile

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"relance/calendar"
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
	EffectDue bool
	DueSince  time.Time
	// HoldUntil is the last day of the hold that lasts longest (AnswerCase).
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
	// rules, nobody need be told again, and it is recorded as handled, or as ignored where it
	// fits no case, with the note NotAgain.
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
	before, state := s.sql.WasSaidBefore, AnswerHandled
	if answer.Creditor == "" {
		before, state = s.sql.WasInTriageBefore, AnswerIgnored
	}
	one(&b, &said, before, named{"rules": answer.OnceByRules, "keeper": keeper}, answer.Answer)
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("looking for the same said before: %w", err)
	}
	if said.value.Before {
		answer.State, answer.HandledAt, answer.HandledBy, answer.Note = state, answer.ReceivedAt, keeper, answer.NotAgain
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
