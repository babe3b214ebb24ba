package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// ManualContact is how a person got in touch with a debtor outside of the notices.
type ManualContact struct {
	Creditor string
	Debtor   string
	// Invoice is empty when it was about no invoice in particular.
	Invoice string
	// Key names the contact among those of its debtor, so that it counts once.
	Key     string
	Channel collection.ContactWay
	// Outcome is what came of a call; empty for another way.
	Outcome collection.CallOutcome
	// Task is the task that asked for the call; 0 when none did.
	Task int64
	// On is the day of a promised payment, or to call back.
	On calendar.Date
	// Promised is the amount promised; not set when none was named.
	Promised money.Amount
	// At is the business time, By who was in touch.
	At time.Time
	By string
	// Note is what was said. It may name people.
	Note       string
	RecordedAt time.Time
}

// IsPromise reports whether a payment was promised that a day can still bring.
func (c ManualContact) IsPromise(today calendar.Date) bool {
	return c.Outcome == collection.CallPromised && c.On >= today
}

// ContactRecorded is what recording a contact did.
type ContactRecorded struct {
	Contact ManualContact
	// Fresh is false when it was recorded before.
	Fresh bool
	// Task is the task that asked for the call, as it stands now; its ID is 0 when none did.
	Task Task
}

// RecordContact records a contact about the invoice of a case, with a line in its
// history that has neither names nor the note. An outcome that ends the call
// completes its task; a wish to be called back puts the task off to that day.
// Nothing else follows from it: a promise or a dispute holds the case only when
// somebody places a hold.
//
// The same key again changes nothing; with other facts it is a *ConflictError. What
// cannot be is a *collection.Refusal, a task that is not known ErrUnknownTask.
func (s *Store) RecordContact(ctx context.Context, contact ManualContact) (ContactRecorded, error) {
	contact.At = businessTime(contact.At)
	if contact.Key == "" {
		return ContactRecorded{}, refuse(collection.RefusedInvalid, "the contact needs an ID of its own, so that it counts once")
	}
	recorded := ContactRecorded{}
	var known found[ManualContact]
	var asked found[Task]
	why := because{at: contact.At, actor: contact.By, cause: "contact/" + contact.Key}
	err := s.changing(ctx, contact.Creditor, contact.Invoice, why, func(b *batch) {
		one(b, &known, s.sql.LoadManualContact, contact)
		one(b, &asked, s.sql.LoadTask, named{"id": contact.Task})
	}, func(c *lockedCase) error {
		contact.Debtor = c.record.value.Debtor
		recorded.Task = asked.value
		if known.is {
			recorded.Contact = known.value
			return known.value.agrees(contact)
		}
		if err := c.checkManualContact(contact, asked); err != nil {
			return err
		}
		recorded.Contact, recorded.Fresh = contact, true
		c.writes.exec(s.sql.InsertManualContact, contact)
		c.note("", "contact-made", contact.inHistory())
		recorded.Task = c.answerTask(asked, contact)
		return nil
	})
	return recorded, err
}

func (c *lockedCase) checkManualContact(contact ManualContact, asked found[Task]) error {
	window := c.now.Window
	if err := collection.CheckContact(contact.Channel, contact.Outcome, contact.On, window.DateOf(contact.At), contact.Promised); err != nil {
		return err
	}
	switch {
	case contact.Task == 0:
		return nil
	case !asked.is:
		return fmt.Errorf("%w: %d", ErrUnknownTask, contact.Task)
	case asked.value.Creditor != contact.Creditor || asked.value.Invoice != contact.Invoice:
		return refuse(collection.RefusedInvalid, "the task %d is about another case: %s", contact.Task, collection.WorkflowID(asked.value.Creditor, asked.value.Invoice))
	case asked.value.Kind != collection.TaskCall || contact.Channel != collection.ContactCall:
		return refuse(collection.RefusedInvalid, "the task %d does not ask for this contact: it is %q", contact.Task, asked.value.Title)
	default:
		return nil
	}
}

// answerTask completes the task that a call answers, or puts it off.
func (c *lockedCase) answerTask(asked found[Task], contact ManualContact) Task {
	task := asked.value
	if !asked.is || task.State != TaskOpen {
		return task
	}
	switch {
	case contact.Outcome.EndsTask():
		task.State, task.DoneAt, task.DoneBy, task.Note = TaskDone, contact.At, contact.By, contact.inHistory()
		c.writes.exec(c.store.sql.CompleteTask, named{"id": task.ID, "at": task.DoneAt, "by": task.DoneBy, "note": task.Note})
		c.noteAs(fmt.Sprintf("task/%d/done", task.ID), "task-done", "task done: "+task.Title)
	case contact.Outcome == collection.CallBack:
		task.DueOn = contact.On
		c.writes.exec(c.store.sql.PutOffTask, task)
	}
	return task
}

// agrees is a *ConflictError unless another report of the contact says the same.
func (c ManualContact) agrees(again ManualContact) error {
	for _, fact := range []struct{ field, known, given string }{
		{"invoice", c.Invoice, again.Invoice}, {"channel", string(c.Channel), string(again.Channel)},
		{"outcome", string(c.Outcome), string(again.Outcome)}, {"day", c.On.String(), again.On.String()},
		{"amount", c.Promised.String(), again.Promised.String()},
	} {
		if fact.known != fact.given {
			return &ConflictError{Subject: "the contact " + c.Key + " of " + c.Creditor, Field: fact.field, Known: fact.known, Given: fact.given}
		}
	}
	return nil
}

// inHistory is the contact in words, without names and without the note.
func (c ManualContact) inHistory() string {
	if c.Channel != collection.ContactCall {
		return "in touch with the debtor: " + string(c.Channel)
	}
	words := []string{"called the debtor: " + strings.ReplaceAll(string(c.Outcome), "-", " ")}
	if c.Promised.Sign() > 0 {
		words = append(words, c.Promised.String())
	}
	if !c.On.IsZero() {
		words = append(words, "on "+c.On.String())
	}
	return strings.Join(words, " ")
}

// ManualContactsOfDebtor lists how people got in touch with a debtor from an
// instant of business time on, oldest first, whatever the invoice: they count as
// contacts as the notices do.
func (s *Store) ManualContactsOfDebtor(ctx context.Context, creditor, debtor string, since time.Time) ([]ManualContact, error) {
	var contacts []ManualContact
	var b batch
	all(&b, &contacts, s.sql.LoadManualContactsOfDebtor, named{"creditor": creditor, "debtor": debtor, "since": since})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the contacts with debtor %s of %s: %w", debtor, creditor, err)
	}
	return contacts, nil
}
