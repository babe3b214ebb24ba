package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relance/collection"
	"relance/inbound"
)

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
