package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/collection"
	"relance/handoff"
	"relance/money"
)

// How far giving the file to a partner has come.
const (
	DeliverySending   = "sending"
	DeliveryDelivered = "delivered"
	DeliveryDeclined  = "declined"
	DeliveryDoubtful  = "doubtful"
)

// HandoffFile is what a partner is given, with the exact bytes.
type HandoffFile struct {
	Attempt     int
	Name        string
	ContentType string
	SHA256      string // in lower-case hexadecimal
	Bytes       []byte
	BuiltAt     time.Time
	// Files is how many were built for the handoff.
	Files int
}

// HandoffAttempt is an attempt to give the file to the partner, under the lock of its
// case.
type HandoffAttempt struct {
	HandoffRow
	Language string
	Approved money.Amount
	// File is nil until it was built and kept.
	File *HandoffFile
	// MayCall: the partner may be called now, with this file. Otherwise Delivery says
	// what is known, or Withheld why it may not.
	MayCall  bool
	Withheld string
	Open     money.Amount
	LateFees money.Amount
}

// BeginHandoff makes the last check before a partner is called and marks the handoff
// as being sent. Without a file the caller builds one, keeps it (KeepHandoffFile) and
// begins again. A stop that is just being set waits, as it does for what leaves to a debtor.
func (s *Store) BeginHandoff(ctx context.Context, key HandoffKey, at time.Time) (HandoffAttempt, error) {
	var attempt HandoffAttempt
	var rows []HandoffRow
	why := because{at: at, actor: "relance", cause: "handoff/" + key.ID + "/sending"}
	err := s.writing(ctx, func(tx *transaction) error {
		var first batch
		first.exec(s.sql.ShareStops)
		if err := first.run(ctx, tx); err != nil {
			return fmt.Errorf("waiting for stops: %w", err)
		}
		c, err := s.lockCase(ctx, tx, key.Creditor, key.Invoice, why, func(b *batch) {
			all(b, &rows, s.sql.LoadHandoffRows, key)
		})
		if err != nil {
			return err
		}
		if attempt, err = c.beginHandoff(ctx, key, rows); err != nil {
			return err
		}
		return c.save(ctx)
	})
	return attempt, err
}

func (c *lockedCase) beginHandoff(ctx context.Context, key HandoffKey, rows []HandoffRow) (HandoffAttempt, error) {
	attempt := HandoffAttempt{Open: c.position.Open, LateFees: c.now.LateFees}
	for _, row := range rows {
		if row.ID == key.ID {
			attempt.HandoffRow = row
		}
	}
	known, found := c.now.Handoff(key.ID)
	if attempt.Reference == "" || !found {
		return attempt, fmt.Errorf("%w: %s of %s", ErrUnknownHandoff, key.ID, c.now.ID())
	}
	attempt.Approved = known.Approved
	if attempt.Delivery == DeliverySending || attempt.Delivery == DeliveryDelivered || attempt.Delivery == DeliveryDeclined {
		return attempt, c.loadFile(ctx, &attempt, attempt.Attempt)
	}
	if attempt.Withheld = c.mayNotLeave(ctx, known); attempt.Withheld != "" {
		return attempt, nil
	}
	if err := c.loadFile(ctx, &attempt, known.Asks); err != nil || attempt.File == nil {
		attempt.Attempt = known.Asks
		return attempt, err
	}
	attempt.MayCall, attempt.Delivery, attempt.Attempt = true, DeliverySending, known.Asks
	c.saveDelivery(attempt.HandoffRow)
	c.noteOnceOn(fmt.Sprintf("handoff/%s/file/%d", key.ID, attempt.Attempt), "handoff-file",
		fmt.Sprintf("the case file %s is given to %s: %d bytes", attempt.File.Name, attempt.Partner, len(attempt.File.Bytes)), basis{SHA256: attempt.File.SHA256})
	c.report(collection.ReportHandoff{ID: key.ID, Outcome: collection.HandoffBegun, On: c.now.Window.DateOf(c.at)})
	return attempt, nil
}

// mayNotLeave says why the file may not go to the partner now, or nothing.
func (c *lockedCase) mayNotLeave(ctx context.Context, known collection.Handoff) string {
	stage := c.now.Stage(c.at)
	switch {
	case known.Phase != handoff.Announced:
		return "the handoff is not announced any more"
	case stage == collection.StageOnHold:
		return "the case is on hold"
	case c.awaitsHold():
		return "an answer of the debtor has come in, and its hold is about to begin"
	case known.Approved != c.position.Open:
		return fmt.Sprintf("%s was approved, and %s is open", known.Approved, c.position.Open)
	}
	file, err := c.store.readFile(ctx, c.tx, c.record.value.Creditor, c.record.value.Invoice)
	if err != nil {
		return "the case file cannot be read: " + err.Error()
	}
	check, err := c.store.checkFile(file, c.at)
	if err != nil {
		return "the case cannot be checked: " + err.Error()
	}
	if missing := check.Missing(); len(missing) > 0 {
		return handoff.List(missing)
	}
	if stage != collection.StageHandoff { // a promise, a plan or a mediation has its turn
		return collection.Next(c.now, c.at).Because.String()
	}
	return ""
}

func (c *lockedCase) loadFile(ctx context.Context, attempt *HandoffAttempt, number int) error {
	var kept found[HandoffFile]
	var b batch
	one(&b, &kept, c.store.sql.LoadHandoffFile, named{"reference": attempt.Reference, "attempt": number})
	if err := b.run(ctx, c.tx); err != nil {
		return fmt.Errorf("reading the file of the handoff %s: %w", attempt.Reference, err)
	}
	if kept.is {
		attempt.File = &kept.value
	}
	return nil
}

func (c *lockedCase) saveDelivery(row HandoffRow) {
	c.writes.exec(c.store.sql.UpdateHandoffDelivery, row)
}

// KeepHandoffFile keeps the file of an attempt; one that is kept already stays, so that
// a partner is never given two.
func (s *Store) KeepHandoffFile(ctx context.Context, reference string, file HandoffFile, at time.Time) error {
	file.SHA256 = hashOf(file.Bytes)
	var b batch
	b.exec(s.sql.InsertHandoffFile, named{"reference": reference, "at": businessTime(at)}, file)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("keeping the file of the handoff %s: %w", reference, err)
	}
	return nil
}

// LoadHandoffFile is the file that was built last for a handoff. None is
// ErrUnknownHandoff.
func (s *Store) LoadHandoffFile(ctx context.Context, reference string) (HandoffFile, error) {
	return s.HandoffFileOf(ctx, reference, lastAttempt)
}

// lastAttempt stands for the file that was built last.
const lastAttempt = -1

// HandoffFileOf is the file that was built for an attempt to give a handoff to its partner.
// None is ErrUnknownHandoff.
func (s *Store) HandoffFileOf(ctx context.Context, reference string, attempt int) (HandoffFile, error) {
	if !isMessageID(reference) {
		return HandoffFile{}, fmt.Errorf("%w: %q", ErrUnknownHandoff, reference)
	}
	var kept found[HandoffFile]
	var b batch
	one(&b, &kept, s.sql.LoadHandoffFile, named{"reference": reference, "attempt": attempt})
	if err := b.run(ctx, s.pool); err != nil {
		return HandoffFile{}, fmt.Errorf("reading the file of the handoff %s: %w", reference, err)
	}
	if !kept.is {
		return HandoffFile{}, fmt.Errorf("%w: %s has no file", ErrUnknownHandoff, reference)
	}
	if is := hashOf(kept.value.Bytes); is != kept.value.SHA256 {
		return HandoffFile{}, fmt.Errorf("the file of the handoff %s was altered: its hash is %s, recorded is %s", reference, is, kept.value.SHA256)
	}
	return kept.value, nil
}

// HandoffNews is what came of calling a partner.
type HandoffNews struct {
	HandoffKey
	Attempt int
	// Outcome is delivered, declined, doubtful or withheld; withheld also says that the
	// partner certainly did not take the file and may be called again.
	Outcome     collection.HandoffOutcome
	PartnerCase string
	Reason      string
	At          time.Time
}

// RecordHandoffNews records what came of calling a partner and takes it into the case.
// Told again it changes nothing.
func (s *Store) RecordHandoffNews(ctx context.Context, news HandoffNews) error {
	why := because{at: news.At, actor: "relance", cause: fmt.Sprintf("handoff/%s/%d/%s", news.ID, news.Attempt, news.Outcome)}
	return s.changing(ctx, news.Creditor, news.Invoice, why, nil, func(c *lockedCase) error {
		row := HandoffRow{
			Creditor: news.Creditor, Invoice: news.Invoice, ID: news.ID, Attempt: news.Attempt, PartnerCase: news.PartnerCase, Reason: news.Reason,
		}
		switch news.Outcome {
		case collection.HandoffGiven:
			row.Delivery = DeliveryDelivered
		case collection.HandoffDeclined:
			row.Delivery = DeliveryDeclined
		case collection.HandoffDoubtful:
			row.Delivery = DeliveryDoubtful
		default:
			row.Delivery = ""
		}
		c.saveDelivery(row)
		before := c.now
		c.report(collection.ReportHandoff{ID: news.ID, Outcome: news.Outcome, On: c.now.Window.DateOf(c.at)})
		if news.Outcome == collection.HandoffGiven {
			c.answerHandoffTasks(collection.HandoffDelivered{ID: news.ID})
		}
		if len(before.Handoffs) > 0 && news.Outcome != collection.HandoffWithheld {
			c.noteOnce("handoff-"+string(news.Outcome), handoffSummary(news))
		}
		return nil
	})
}

// ReleaseHandoff records that the partner certainly did not take the file: the next
// attempt may call it again.
func (s *Store) ReleaseHandoff(ctx context.Context, key HandoffKey, attempt int, reason string, at time.Time) error {
	why := because{at: at, actor: "relance", cause: "handoff/" + key.ID + "/not-sent"}
	return s.changing(ctx, key.Creditor, key.Invoice, why, nil, func(c *lockedCase) error {
		c.saveDelivery(HandoffRow{Creditor: key.Creditor, Invoice: key.Invoice, ID: key.ID, Attempt: attempt, Reason: reason})
		return nil
	})
}

func handoffSummary(news HandoffNews) string {
	switch news.Outcome {
	case collection.HandoffGiven:
		return "the partner has the case file of the handoff " + news.ID
	case collection.HandoffDeclined:
		return "the partner refuses the case file of the handoff " + news.ID + ": " + news.Reason
	case collection.HandoffDoubtful:
		return "nobody knows whether the partner has the case file of the handoff " + news.ID + ": " + news.Reason
	default:
		return news.Reason
	}
}

// RecordRecall records that the partner was told to stop, and takes it into the case.
// Told again it changes nothing.
func (s *Store) RecordRecall(ctx context.Context, key HandoffKey, reason string, at time.Time) error {
	why := because{at: at, actor: "relance", cause: "handoff/" + key.ID + "/recalled"}
	return s.changing(ctx, key.Creditor, key.Invoice, why, nil, func(c *lockedCase) error {
		c.writes.exec(c.store.sql.MarkHandoffRecalled, named{"at": c.at, "reason": reason}, key)
		before := c.now
		c.report(collection.ReportRecalled{ID: key.ID, On: c.now.Window.DateOf(c.at)})
		if known, _ := before.Handoff(key.ID); known.Phase == handoff.Recalling {
			c.noteOnce("handoff-recalled", "the partner was told to stop the handoff "+key.ID+": "+reason)
			c.finishTasks("", "the claim was taken back", collection.TaskTimeLimit, collection.TaskHandoffApproval)
		}
		return nil
	})
}
