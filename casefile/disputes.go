package casefile

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// DisputeRow is a dispute as a list shows it.
type DisputeRow struct {
	Invoice    string
	Debtor     string
	DebtorName string
	// CaseOpen is what is open of the invoice.
	CaseOpen money.Amount
	collection.Dispute
}

// DisputeFilter selects disputes of a creditor; empty fields select all.
type DisputeFilter struct {
	Creditor string
	Owner    string
	Reason   collection.DisputeReason
	// OpenOnly leaves out those that were answered, or whose case is closed.
	OpenOnly bool
	// Limit is 100 unless given.
	Limit int
}

// Disputes lists disputes by the day they are to be answered.
func (s *Store) Disputes(ctx context.Context, filter DisputeFilter) ([]DisputeRow, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var rows []DisputeRow
	var b batch
	all(&b, &rows, s.sql.ListDisputes, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the disputes of %s: %w", filter.Creditor, err)
	}
	return rows, nil
}

// DisputeCause is what came of the disputes of one root cause in one currency.
type DisputeCause struct {
	Reason   collection.DisputeReason
	Currency money.Currency
	Disputes int
	Amount   money.Amount
	// Open wait for an answer; ClosedWithCase never had one, because the case was paid
	// or closed.
	Open           int
	ClosedWithCase int
	Credited       int
	Split          int
	Rejected       int
	Withdrawn      int
	// GivenUp is what was accepted of the amount.
	GivenUp money.Amount
	// HalfDaysToResolve is twice the median of the days from the day a dispute was
	// raised to its answer, so that it is a whole number.
	HalfDaysToResolve int
}

// Resolved is how many were answered.
func (c DisputeCause) Resolved() int { return c.Credited + c.Split + c.Rejected + c.Withdrawn }

// MedianDays is the median of the days from raising to answering, "4" or "4.5"; empty
// when none was answered.
func (c DisputeCause) MedianDays() string {
	switch {
	case c.Resolved() == 0:
		return ""
	case c.HalfDaysToResolve%2 == 1:
		return fmt.Sprintf("%d.5", c.HalfDaysToResolve/2)
	default:
		return fmt.Sprint(c.HalfDaysToResolve / 2)
	}
}

// DisputeCauses counts the disputes of a creditor that were raised in a period, by
// root cause, the most frequent first. Either end may be left out.
func (s *Store) DisputeCauses(ctx context.Context, creditor string, from, until calendar.Date) ([]DisputeCause, error) {
	var causes []DisputeCause
	var b batch
	all(&b, &causes, s.sql.CountDisputes, named{"creditor": creditor, "from": from, "until": until})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("counting the disputes of %s: %w", creditor, err)
	}
	return causes, nil
}

// disputesAsKept are disputes as the core keeps them: nothing is no amount at all.
func disputesAsKept(disputes []collection.Dispute) []collection.Dispute {
	for i := range disputes {
		d := &disputes[i]
		d.CreditBefore, d.Accepted = money.OmitNothing(d.CreditBefore), money.OmitNothing(d.Accepted)
		d.Awaited, d.Credited = money.OmitNothing(d.Awaited), money.OmitNothing(d.Credited)
	}
	return disputes
}

func (c *lockedCase) saveDisputes() {
	for i, dispute := range c.now.Disputes {
		if i < len(c.before.Disputes) && dispute == c.before.Disputes[i] {
			continue
		}
		c.writes.exec(c.store.sql.UpsertDispute, c.key(), named{"ordinal": i}, dispute)
	}
	// A payment may have cancelled them, and have been taken back during the dispute.
	if isKeptBack(c.before) && !isKeptBack(c.now) && isDunned(c.now) {
		c.requeueLetters("the dispute is over")
	}
}

// isKeptBack reports whether nothing of an open claim may be asked for.
func isKeptBack(c collection.Case) bool { return isDunned(c) && c.Claimable().Sign() <= 0 }

// The keys of the tasks about a dispute.
func disputeTaskKey(id string) string        { return "dispute/" + id }
func disputeOverdueTaskKey(id string) string { return "dispute/" + id + "/overdue" }

// askToAnswer opens the task to answer a dispute, for its owner.
func (c *lockedCase) askToAnswer(d collection.Dispute) {
	c.insertTask(&Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, Kind: collection.TaskDispute, Key: disputeTaskKey(d.ID),
		Title: fmt.Sprintf("Answer the dispute %s (%s)", d.ID, d.Reason), Detail: disputeDetail(d.ID, d.Owner),
		State: TaskOpen, DueOn: d.RespondBy, OpenedAt: c.at, Owner: d.Owner,
	})
}

func disputeDetail(id, owner string) string {
	return forWhom(owner) + "Find out what is true of it, then answer: relance resolve-dispute with the outcome credit-note, split, rejected (with a reason) or withdrawn. " +
		"What the debtor wrote and its documents: relance disputes show, for the dispute " + id + "."
}

func forWhom(owner string) string {
	if owner == "" {
		return "Nobody owns it yet: relance assign-dispute. "
	}
	return "It is for " + owner + ". "
}

// DisputeOverdueTask is what a supervisor is asked about a dispute that its owner did
// not answer by a day.
func DisputeOverdueTask(id string, reason collection.DisputeReason, owner string, respondBy calendar.Date, at time.Time) TaskOrder {
	return TaskOrder{
		Key: disputeOverdueTaskKey(id), DueOn: calendar.DateOf(at).AddDays(overdueDays),
		Title:  fmt.Sprintf("See to it that the dispute %s (%s) is answered: it was due by %s", id, reason, respondBy),
		Detail: disputeOverdueDetail(owner),
	}
}

func disputeOverdueDetail(owner string) string {
	return forWhom(owner) + "For its supervisor: the answer is overdue, and what is disputed is not asked for meanwhile. " +
		"Answer it, or give it to somebody who can."
}

// tellOwner has the tasks about a dispute name its owner.
func (c *lockedCase) tellOwner(id, owner string) {
	c.writes.exec(c.store.sql.ReassignDisputeTasks, c.key(), named{"key": disputeTaskKey(id), "detail": disputeDetail(id, owner), "owner": owner})
	c.writes.exec(c.store.sql.ReassignDisputeTasks, c.key(), named{"key": disputeOverdueTaskKey(id), "detail": disputeOverdueDetail(owner), "owner": ""})
}

// overdueDays is how long a supervisor has before the task shows as late.
const overdueDays = 2

func (c *lockedCase) finishDisputeTasks(id, note string) {
	c.writes.exec(c.store.sql.FinishDisputeTasks, c.key(), c.causes(), named{
		"keys": []string{disputeTaskKey(id), disputeOverdueTaskKey(id)}, "note": note,
	})
}
