package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
)

// A payment that is taken back after its plan was kept has the plan go on again
// (package arrangements says when): in the transaction that books it, so that no case
// goes on by itself in between. The row of the plan then asks for the start of its
// workflow, as that of a new one does.

// keptPlan is a plan that was kept, locked with its cases because an entry may have it go
// on again. Plan first and then cases, by invoice: the order in which every writing of a
// plan locks.
type keptPlan struct {
	StoredPlan

	claims []planClaim
	cases  []*lockedCase
}

// errPlanKeptMeanwhile: the plan of a case was kept between two statements, and is not
// locked.
var errPlanKeptMeanwhile = errors.New("the plan was kept meanwhile")

// lockForEntry locks the case that an entry is for, and with it the plan that was kept
// and that the entry may have go on again, nil when there is none. It fails with
// errPlanKeptMeanwhile unless it is asked again.
func (s *Store) lockForEntry(ctx context.Context, tx *transaction, p Posting, why because, again bool) (*lockedCase, *keptPlan, error) {
	kept, err := s.lockKeptPlan(ctx, tx, p)
	if err != nil {
		return nil, nil, fmt.Errorf("looking for a plan that was kept over invoice %s of %s: %w", p.Invoice, p.Creditor, err)
	}
	if kept == nil {
		c, err := s.lockCase(ctx, tx, p.Creditor, p.Invoice, why, nil)
		if err == nil && !again && p.Entry.Kind == ledger.EntryReversal && c.leftKeptPlan() {
			err = errPlanKeptMeanwhile
		}
		return c, nil, err
	}
	var own *lockedCase
	for _, claim := range kept.claims {
		reason := because{at: why.at, actor: why.actor, cause: "decision/" + PlanKey(kept.Plan.ID, kept.Revision+1)}
		if claim.Invoice == p.Invoice {
			reason = why
		}
		c, err := s.lockCase(ctx, tx, p.Creditor, claim.Invoice, reason, nil)
		if err != nil {
			return nil, nil, err
		}
		if claim.Invoice == p.Invoice {
			own = c
		}
		kept.cases = append(kept.cases, c)
	}
	return own, kept, nil
}

func (s *Store) lockKeptPlan(ctx context.Context, tx *transaction, p Posting) (*keptPlan, error) {
	if p.Entry.Kind != ledger.EntryReversal {
		return nil, nil //nolint:nilnil // there is none, which is no error
	}
	var name found[PlanName]
	var reads batch
	one(&reads, &name, s.sql.KeptPlanOf, p)
	if err := reads.run(ctx, tx); err != nil || !name.is {
		return nil, err
	}
	key := named{"creditor": p.Creditor, "id": name.value.ID}
	var stored found[StoredPlan]
	var kept keptPlan
	var lock batch
	lock.exec(s.sql.LockPlan, key)
	one(&lock, &stored, s.sql.LoadPlan, key)
	all(&lock, &kept.claims, s.sql.LoadPlanInvoices, named{"creditor": p.Creditor, "plan": name.value.ID})
	if err := lock.run(ctx, tx); err != nil || !stored.value.Plan.State.WasKept() {
		return nil, err
	}
	kept.StoredPlan = stored.value
	slices.SortFunc(kept.claims, func(a, b planClaim) int { return strings.Compare(a.Invoice, b.Invoice) })
	return &kept, nil
}

// leftKeptPlan reports whether the plan that the case followed last was kept.
func (c *lockedCase) leftKeptPlan() bool {
	n := len(c.before.Plans)
	return n > 0 && arrangements.State(c.before.Plans[n-1].EndedAs).WasKept()
}

// reopen has the plan go on again if what was posted on its own case took money back that
// had kept it, and tells all its cases. It returns the ID of the plan then.
func (k *keptPlan) reopen(ctx context.Context, own *lockedCase) (string, error) {
	if own.now.IsClosed() || k.isOvertaken() {
		return "", nil
	}
	today := own.now.Window.DateOf(own.at)
	accounts := make([]claimedAccount, len(k.cases))
	for i, c := range k.cases {
		accounts[i] = claimedAccount{planClaim: k.claims[i], account: c.account, entries: c.entries, plans: c.now.Plans}
	}
	sum, err := moneyOf(k.Plan.ID, accounts, today)
	if err != nil {
		return "", err
	}
	events, err := arrangements.Decide(k.Plan, arrangements.TakeMoney{Received: sum.Received, Open: sum.Open, On: sum.PaidOn, Today: today})
	if err != nil || len(events) == 0 {
		return "", err
	}
	w := PlanWriting{
		StoredPlan: StoredPlan{Plan: arrangements.ApplyAll(k.Plan, events), Revision: k.Revision + 1}, Kind: "plan-reopened", Actor: own.actor, At: own.at,
	}
	w.Note = fmt.Sprintf("money was taken back: the plan %s goes on again, and %s of it is open", w.Plan.ID, w.Plan.Outstanding())
	if err := own.store.writePlan(ctx, own.tx, w); err != nil {
		return "", err
	}
	for _, c := range k.cases {
		if err := c.tellPlan(PlanNews(w.Plan, w.Revision)); err != nil {
			return "", err
		}
		c.noteAs("decision/"+PlanKey(w.Plan.ID, w.Revision), w.Kind, w.Note)
		if c == own {
			continue // what was posted is saved with it
		}
		if err := c.save(ctx); err != nil {
			return "", err
		}
	}
	own.askAboutReopened(k.Plan.EndedOn, w)
	return w.Plan.ID, nil
}

// isOvertaken reports whether something else has come of a case of the plan: proceedings
// that freeze it, or another plan.
func (k *keptPlan) isOvertaken() bool {
	return slices.ContainsFunc(k.cases, func(c *lockedCase) bool {
		_, followsOther := c.now.ActivePlan()
		return followsOther || c.now.Insolvency.Freezes()
	})
}

// askAboutReopened tells a person that a plan goes on again.
func (c *lockedCase) askAboutReopened(kept calendar.Date, w PlanWriting) {
	next, found := w.Plan.NextInstalment()
	if !found {
		return
	}
	told := "The debtor is told by a message."
	if !next.Missed.IsZero() {
		told = "The debtor was told of this instalment before and is not written to again: tell it."
	}
	follows := fmt.Sprintf("Instalment %d is to be collected by direct debit.", next.Number)
	if last := w.Plan.PayableUntil(next, c.now.Window.DateOf(c.at)); !last.IsZero() {
		follows = fmt.Sprintf("If instalment %d is not paid by %s, the whole balance is due.", next.Number, last)
	}
	task := c.newTask(TaskOrder{
		Kind: collection.TaskPlan, Key: PlanKey(w.Plan.ID, w.Revision), At: w.At, DueOn: c.now.Window.DateOf(c.at).AddDays(1),
		Creditor: w.Plan.Creditor, Invoice: c.record.value.Invoice,
		Title:  "The plan " + w.Plan.ID + " goes on again: money was taken back",
		Detail: fmt.Sprintf("It was kept on %s. %s of it is open again, and its invoices rest on it. %s %s", kept, w.Plan.Outstanding(), follows, told),
	})
	c.insertTask(&task)
	c.noteAs("task/"+task.Key+"/opened", "task-opened", "task opened: "+task.Title)
}
