package casefile

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
)

// A letter lies in the print queue for a day or longer. When one of its invoices is
// paid, lowered, held or closed meanwhile, it says what is not true any more: it is
// cancelled, and what else it carried leaves in another letter under another number,
// once. A cancelled letter and its bytes stay in the register.

// ID is the ID of the message: that of its key, unless it is in place of another.
func (r Reservation) ID() string {
	if r.replacement == 0 {
		return r.MessageKey.ID()
	}
	return messageUUID(sha256.Sum256(fmt.Appendf(nil, "%s\x00replacement %d", r.MessageKey.ID(), r.replacement)))
}

// keepLettersTrue cancels what waits to be posted and is not true any more, and has
// letters replaced that wait for this case.
func (c *lockedCase) keepLettersTrue() {
	gate := c.gate(MessageKey{Round: c.now.Round})
	switch {
	case gate.Code == GateMediation: // but for the invitation to it, which is no demand
		c.withdrawLetters(gate.Reason, untrueLetters{trueFor: none, butFor: c.invitation()})
	case !gate.Passes:
		c.withdrawLetters(gate.Reason, untrueLetters{trueFor: none})
	case c.now.Claimable() != c.before.Claimable():
		c.withdrawLetters(c.now.Claimable().String()+" can be claimed now", untrueLetters{trueFor: c.now.Claimable().Minor(), lateFees: c.lateFeesChanged()})
	case c.lateFeesChanged():
		c.withdrawLetters("the late fees that can be claimed have changed", untrueLetters{trueFor: c.now.Claimable().Minor(), lateFees: true})
	case c.offerChanged():
		c.withdrawLetters("the discount that it offers cannot be taken any more", untrueLetters{trueFor: c.now.Claimable().Minor(), offers: true})
	}
	if gate.Passes {
		c.withdrawUnapproved()
	}
	if gate.Passes && !slices.Contains(collection.StepStages(), c.record.value.Stage) {
		c.onLetters = true
		c.writes.exec(c.store.sql.ReplaceLettersAgain, c.key())
	}
}

// withdrawUnapproved cancels the letters of steps which a person must approve first by now,
// because the debtor is in hardship, or they were approved for another claim.
func (c *lockedCase) withdrawUnapproved() {
	for _, record := range c.now.Steps {
		posted := slices.ContainsFunc(record.Attempts, func(a collection.Attempt) bool { return a.Channel.IsPaper() })
		if posted && c.now.AwaitsApproval(record.Key, c.day()) {
			gate := c.gate(MessageKey{Round: c.now.Round, Step: record.Key})
			c.withdrawLetters(gate.Reason, untrueLetters{trueFor: none, ofStep: record.Key})
		}
	}
}

// approvalOfLetter begins the keys of the tasks to approve what a cancelled letter carried.
const approvalOfLetter = "approve-letter/"

// AsksToReplace reports whether the task asks for the approval of a step that had been
// carried out, and whose letter was cancelled since. The rows alone wait for the answer.
func (t Task) AsksToReplace() bool {
	return t.Kind == collection.TaskApproval && strings.HasPrefix(t.Key, approvalOfLetter)
}

// HoldAfterRefusal names the hold of a case that a person asked for when it refused what a
// task asks for (AsksToReplace).
func HoldAfterRefusal(task Task) string {
	return holdAfterRefusal(task.Step) + strconv.FormatInt(task.ID, 10)
}

func holdAfterRefusal(step string) string { return "refused-" + step + "-letter-" }

// askToReplace asks for the approval without which a letter does not leave again: once, and
// once more after each hold that was the answer. To its ladder the step is done, so that
// nothing else asks.
func (c *lockedCase) askToReplace(messageID string, key MessageKey) {
	which := approvalOfLetter + messageID + "/" + c.now.ClaimToApprove()
	refused := 0
	for _, hold := range c.now.Holds {
		if strings.HasPrefix(hold.ID, holdAfterRefusal(key.Step)) {
			refused++
		}
	}
	if refused > 0 {
		which += "/" + strconv.Itoa(refused)
	}
	c.insertTask(&Task{
		Creditor: key.Creditor, Invoice: key.Invoice, Round: key.Round, Step: key.Step, Kind: collection.TaskApproval, State: TaskOpen, OpenedAt: c.at,
		Key: which, DueOn: c.day().AddDays(moneyTaskDays),
		Title:  "Approve that the letter of the step " + key.Step + " is posted all the same",
		Detail: "It waited to be posted and was taken out of the post, because the step needs a person's approval by now. Approve it, and another letter is written; or refuse it with a reason.",
	})
}

// none is no amount that a letter can ask for.
const none = -1

// invitation is the step whose notice is the invitation to the mediation that nobody has
// answered, empty when there is none.
func (c *lockedCase) invitation() string {
	m, _ := c.now.OpenMediation()
	for _, step := range []string{m.Step, m.Invitation.Step.Key} {
		if c.now.IsInvitedBy(step) {
			return step
		}
	}
	return ""
}

// untrueLetters are letters that say what is not true any more.
type untrueLetters struct {
	// trueFor is the principal that the others ask for, none when no letter does.
	trueFor int64
	// lateFees: also those that claim late fees which have changed since.
	lateFees bool
	// offers: also those that offer another discount than can be taken.
	offers bool
	// butFor is a step whose letters stay; ofStep the only one whose letters are meant, and
	// message the only message. beside is a message whose notices they carry as well.
	butFor, ofStep, message, beside string
}

// withdrawLetters cancels letters that are not true any more, and has them replaced.
func (c *lockedCase) withdrawLetters(why string, untrue untrueLetters) {
	c.onLetters = true
	unchanged := []int64{}
	if untrue.lateFees {
		unchanged = c.unchangedSince()
	}
	c.writes.exec(c.store.sql.WithdrawLetters, c.key(), c.causes(), c.today(), named{
		"why": "invoice " + c.record.value.Invoice + ": " + why, "true_for": untrue.trueFor, "late_fees": untrue.lateFees, "unchanged_since": unchanged, "but_for": untrue.butFor,
		"offers": untrue.offers, "offer": c.offerOn(c.day()).ID,
		"of_step": untrue.ofStep, "only": untrue.message, "beside": untrue.beside, "owner_roles": collection.TaskPullLetter.TaskOwners(),
	})
}

// replaceLettersOf cancels the letters of locked cases that lie unposted: what they carry
// leaves in others.
func (s *Store) replaceLettersOf(ctx context.Context, tx *transaction, creditor string, invoices []string, why because, reason string) error {
	names := make([]caseName, len(invoices))
	for i, number := range invoices {
		names[i] = caseName{Creditor: creditor, Invoice: number}
	}
	cases, err := s.readLocked(ctx, tx, names, why, nil)
	if err != nil {
		return err
	}
	for _, c := range cases {
		c.withdrawLetters(reason, untrueLetters{trueFor: none})
	}
	return cases.save(ctx)
}

// requeueLetters brings back what was cancelled with the case.
func (c *lockedCase) requeueLetters(why string) {
	c.writes.exec(c.store.sql.RequeueLetters, c.key(), c.causes(), c.today(), named{"why": why, "claimable": c.now.Claimable().Minor(), "unchanged_since": c.unchangedSince()})
}

// mostReplaced is how many letters are looked at in one go.
const mostReplaced = 100

// restingStages are those in which nothing leaves. What ends one before its time brings
// the case to another stage.
var restingStages = []collection.Stage{
	collection.StageOnHold, collection.StageDisputed, collection.StagePromised, collection.StagePlan, collection.StageInsolvency, collection.StageWithPartner,
}

// LettersToReplace are the IDs of the messages whose letter was cancelled and whose
// notices have to leave in another one, if not all of their cases rest at an instant.
func (s *Store) LettersToReplace(ctx context.Context, at time.Time) ([]string, error) {
	var rows []struct{ ID string }
	var b batch
	all(&b, &rows, s.sql.ListLettersToReplace, named{"limit": mostReplaced, "resting": restingStages, "at": at})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("looking for letters to replace: %w", err)
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, nil
}

// ReplaceLetter composes and stores another letter for what a cancelled one carried
// and may still be asked for; false when nothing of it may be, now or ever. Whoever
// calls it a second time finds nothing left. compose is as in ReserveMessage.
func (s *Store) ReplaceLetter(ctx context.Context, messageID string, at time.Time, compose func(MessageContext) (Draft, error)) (bool, error) {
	at = businessTime(at)
	replaced := false
	err := s.writing(ctx, func(tx *transaction) error {
		g, pending, err := s.openReplacement(ctx, tx, messageID, at)
		if err != nil {
			return err
		}
		leaves, waits := g.sortPending(messageID, pending)
		if replaced = len(leaves) > 0; replaced {
			if waits, err = g.replace(ctx, messageID, leaves, waits, compose); err != nil {
				return err
			}
			g.own.finishTasksOfKeys("the letter is written anew", ReplaceTaskKey(messageID))
		}
		g.own.writes.exec(s.sql.MarkLetterReplaced, named{"id": messageID, "waits": waits})
		return g.cases.save(ctx)
	})
	if err != nil {
		return false, fmt.Errorf("replacing the letter of message %s: %w", messageID, err)
	}
	return replaced, nil
}

// ReplaceTaskKey names the task of the case of a message to correct what keeps its letter
// from being written anew. The letter itself does it, once it is written.
func ReplaceTaskKey(messageID string) string { return "replace/" + messageID }

// openReplacement locks the cases of a message, and reads what of it is pending.
func (s *Store) openReplacement(ctx context.Context, tx *transaction, messageID string, at time.Time) (*group, []MessageKey, error) {
	var owner found[caseName]
	var names []caseName
	var find batch
	one(&find, &owner, s.sql.OwnerOfMessage, named{"id": messageID})
	if err := find.run(ctx, tx); err != nil {
		return nil, nil, err
	}
	if !owner.is {
		return nil, nil, fmt.Errorf("%w: %s", ErrUnknownMessage, messageID)
	}
	var locks batch
	locks.exec(s.sql.LockDebtor, owner.value.named())
	all(&locks, &names, s.sql.LockCasesOfMessage, named{"id": messageID})
	if err := locks.run(ctx, tx); err != nil {
		return nil, nil, err
	}
	g := &group{store: s, asked: Reservation{At: at}, details: make([]noticeDetails, len(names))}
	var pending []MessageKey
	var err error
	g.cases, err = s.readLocked(ctx, tx, names, because{at: at, actor: "relance", cause: "replace/" + messageID}, func(b *batch) {
		all(b, &pending, s.sql.LoadWithdrawnNotices, named{"id": messageID})
		g.parties.read(b, s.sql, owner.value.named(), calendar.DateOf(at))
		for i, name := range names {
			one(b, &g.details[i].invoice, s.sql.LoadInvoice, name.named())
			all(b, &g.details[i].previous, s.sql.LoadPreviousNotices, name.named())
		}
	})
	if err != nil {
		return nil, nil, err
	}
	g.own = g.cases.of(owner.value.Invoice)
	return g, pending, nil
}

// sortPending tells which notices leave now, and whether others wait until a hold
// ends. What is paid waits for nothing: a payment that is taken back asks again. A
// case that has gone on to a later step does not go back. What waits for an approval is
// asked about.
func (g *group) sortPending(messageID string, pending []MessageKey) (leaves []MessageKey, waits bool) {
	for _, key := range pending {
		c := g.cases.of(key.Invoice)
		steps := c.now.Steps
		isLast := len(steps) > 0 && steps[len(steps)-1].Key == key.Step || collection.IsInvitationStep(key.Step)
		if key.Round != c.now.Round {
			continue
		}
		if !isLast && c.isBefore(key) {
			waits = true // it was cancelled in the middle of its first call, which may go on with it
			continue
		}
		if !isLast {
			c.finishTasks(key.Step, "the case has gone on to a later step", collection.TaskApproval)
			continue
		}
		switch gate := c.gateOfCase(key); {
		case gate.Passes:
			leaves = append(leaves, key)
			c.finishTasks(key.Step, "not needed any more", collection.TaskApproval)
		case gate.Code == GateUnapproved:
			c.askToReplace(messageID, key)
			waits = true
		case !gate.Stage.IsClosed() && gate.Code != GateWaived && gate.Code != GateBarred && gate.Code != GateClosed:
			waits = true
		}
	}
	return leaves, waits
}

// isBefore reports whether a step of a case is still to come, or on its way.
func (c *lockedCase) isBefore(key MessageKey) bool {
	steps := c.now.Strategy.Steps
	place := func(step string) int {
		return slices.IndexFunc(steps, func(s collection.Step) bool { return s.Key == step })
	}
	gone := slices.ContainsFunc(c.now.Steps, func(record collection.StepRecord) bool { return place(record.Key) >= place(key.Step) })
	return place(key.Step) >= 0 && !gone && c.now.StillAsks(key.Step, key.Channel, key.Try)
}

// replace composes the other letter; it tells whether something is left to replace.
func (g *group) replace(ctx context.Context, messageID string, leaves []MessageKey, waits bool, compose func(MessageContext) (Draft, error)) (bool, error) {
	notices := make([]NoticeContext, len(leaves))
	for i, key := range leaves {
		c := g.cases.of(key.Invoice)
		step, _ := c.now.StepOf(key.Step)
		var err error
		if notices[i], err = g.notice(c, key, c.now.DeadlineOf(step, g.asked.At)); err != nil {
			return false, err
		}
	}
	carrier := g.cases.of(leaves[0].Invoice)
	r := Reservation{MessageKey: leaves[0], At: g.asked.At, Deadline: notices[0].Deadline, Step: notices[0].Step}
	var number found[struct{ Next int }]
	var count batch
	one(&count, &number, g.store.sql.NextReplacement, leaves[0])
	if err := count.run(ctx, carrier.tx); err != nil {
		return false, err
	}
	r.replacement = number.value.Next
	g.asked = r
	from := MessageContext{
		NoticeContext: notices[0], Siblings: notices[1:], MessageID: r.ID(), At: r.At,
		Creditor: g.parties.creditor.value,
	}
	var err error
	if from.LetterNumber, err = carrier.numberLetter(ctx, r); err != nil {
		return false, err
	}
	draft, err := compose(from)
	if err != nil {
		return false, err
	}
	message := g.keepDraft(carrier, r, from, draft)
	for _, notice := range message.Notices {
		g.cases.of(notice.Invoice).noteAs("message/"+message.ID+"/replaces", "letter-replaced", "letter "+from.LetterNumber+" is in place of the one of message "+messageID)
	}
	return waits || len(message.Notices) < len(leaves), nil
}

// Replacement is a letter in place of another that is not on its way yet.
type Replacement struct {
	ID string
	MessageKey
	Deadline calendar.Date
}

// ReplacementsToSend are the letters in place of others that are not on their way.
func (s *Store) ReplacementsToSend(ctx context.Context) ([]Replacement, error) {
	var replacements []Replacement
	var b batch
	all(&b, &replacements, s.sql.ListReplacementsToSend, named{"limit": mostReplaced})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("looking for letters that are not on their way: %w", err)
	}
	return replacements, nil
}

// ReplacedNotice is a notice that left in a letter in place of another.
type ReplacedNotice struct {
	Creditor, Invoice, Step string
	// Deadline is the day which that letter names, later than the one the case knows.
	Deadline calendar.Date
}

// FailuresToTell are the letters in place of others that were refused for good, and of
// which the cases they are about are still to be told: no workflow has sent them.
func (s *Store) FailuresToTell(ctx context.Context) ([]Message, error) {
	var rows []struct{ ID string }
	var b batch
	all(&b, &rows, s.sql.ListFailuresToTell, named{"limit": mostReplaced})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("looking for letters that were refused: %w", err)
	}
	messages := make([]Message, len(rows))
	for i, row := range rows {
		var err error
		if messages[i], err = s.message(ctx, row.ID, false); err != nil {
			return nil, err
		}
	}
	return messages, nil
}

// MarkFailureTold notes that the cases of a message were told that it was refused.
func (s *Store) MarkFailureTold(ctx context.Context, messageID string) error {
	var b batch
	b.exec(s.sql.TellFailure, named{"id": messageID, "tell": false})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("noting that the cases of the message %s were told: %w", messageID, err)
	}
	return nil
}

// ReplacedNotices are those whose open cases do not know yet until when the debtor may
// pay: tell them (workflows.CommandNoticeReplaced).
func (s *Store) ReplacedNotices(ctx context.Context) ([]ReplacedNotice, error) {
	var notices []ReplacedNotice
	var b batch
	all(&b, &notices, s.sql.ListReplacedNotices, named{"limit": mostReplaced})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("looking for notices in letters in place of others: %w", err)
	}
	return notices, nil
}

// Reserved is the message of a replacement, with its bytes.
func (s *Store) Reserved(ctx context.Context, messageID string) (Message, error) {
	return s.message(ctx, messageID, true)
}
