package casefile

import (
	"context"
	"fmt"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
)

// PlanNotice is what a debtor is to be told of an instalment plan, on the money that the
// ledger has at that moment.
type PlanNotice struct {
	arrangements.Notice
	Plan arrangements.Plan
	// Mandate is that of the plan, if it has one.
	Mandate Mandate
}

// isDue reports whether there is anything to tell. A reservation of another notice has
// no plan.
func (n PlanNotice) isDue() bool { return n.Amount.Sign() > 0 }

// PlanNotice reads what a debtor is to be told of an instalment on a day. found is false
// when there is nothing to tell: it is paid, or the plan has gone on.
func (s *Store) PlanNotice(ctx context.Context, creditor, step string, today calendar.Date) (notice PlanNotice, found bool, err error) {
	err = s.reading(ctx, func(tx *transaction) error {
		notice, err = s.planNotice(ctx, tx, creditor, step, today)
		return err
	})
	return notice, notice.isDue(), err
}

// planNotice is what the notice of a key tells, on the ledger as it is within the
// transaction; empty when there is nothing to tell, or when the key is of another notice.
func (s *Store) planNotice(ctx context.Context, tx *transaction, creditor, step string, today calendar.Date) (PlanNotice, error) {
	id, version, number, kind, isOne := collection.OfInstalment(step)
	if !isOne {
		return PlanNotice{}, nil
	}
	var stored found[StoredPlan]
	var reads batch
	one(&reads, &stored, s.sql.LoadPlan, named{"creditor": creditor, "id": id})
	if err := reads.run(ctx, tx); err != nil {
		return PlanNotice{}, fmt.Errorf("reading the plan %s of %s: %w", id, creditor, err)
	}
	if !stored.is {
		return PlanNotice{}, fmt.Errorf("%w: %s of %s", ErrUnknownPlan, id, creditor)
	}
	plan := stored.value.Plan
	isAlive := plan.State == arrangements.StateRunning || kind == collection.PlanDefault && plan.State == arrangements.StateDefaulted
	if plan.Version != version || !isAlive {
		return PlanNotice{}, nil
	}
	sum, err := s.planMoney(ctx, tx, creditor, id, today)
	if err != nil {
		return PlanNotice{}, err
	}
	plan = arrangements.Apply(plan, arrangements.MoneyTaken{Received: sum.Received, Open: sum.Open})
	told, due := plan.NoticeOf(kind, number, today)
	if !due || kind == collection.InstalmentMissed && told.Step.Key != step {
		return PlanNotice{}, nil // or what the key tells is over
	}
	notice := PlanNotice{Notice: told, Plan: plan}
	if plan.Terms.Mandate == "" {
		return notice, nil
	}
	var mandate found[Mandate]
	var more batch
	one(&more, &mandate, s.sql.LoadMandate, named{"creditor": creditor, "id": plan.Terms.Mandate})
	if err := more.run(ctx, tx); err != nil {
		return PlanNotice{}, fmt.Errorf("reading the mandate %s of %s: %w", plan.Terms.Mandate, creditor, err)
	}
	notice.Mandate = mandate.value
	return notice, nil
}

// readPlan reads what the message of the reservation tells of a plan, if it does.
func (g *group) readPlan(ctx context.Context, tx *transaction) error {
	if !collection.IsInstalmentStep(g.asked.MessageKey.Step) {
		return nil
	}
	var err error
	g.plan, err = g.store.planNotice(ctx, tx, g.asked.Creditor, g.asked.MessageKey.Step, g.own.now.Window.DateOf(g.asked.At))
	return err
}

// gateOf is the gate of the message's own case, and of the plan it tells of.
func (g *group) gateOf(key MessageKey) Gate {
	gate := g.own.gate(key)
	if gate.Passes && collection.IsInstalmentStep(key.Step) && !g.plan.isDue() {
		gate.refuse(GateNotDue, "nothing is to be told of this instalment any more", "il n’y a plus rien à dire de cette échéance")
	}
	return gate
}

// saysOfPlan reports whether a composed message still asks for what is due of the plan.
func (g *group) saysOfPlan(notice CarriedNotice, deadline calendar.Date) bool {
	return g.plan.isDue() && notice.ComposedFor == g.plan.Amount && deadline == g.plan.Deadline
}

// askInstead asks a person to tell the debtor of an instalment: the message that told it
// was accepted and will not arrive.
func (m *lockedMessage) askInstead() {
	plan, _, number, _, isOne := collection.OfInstalment(m.Step)
	if !isOne {
		return
	}
	c := m.carrier()
	task := c.newTask(TaskOrder{
		Creditor: m.Creditor, Invoice: m.Invoice, Kind: collection.TaskInstalment, Key: m.Step,
		Title:  fmt.Sprintf("The %s about instalment %d of the plan %s did not arrive", m.Channel, number, plan),
		Detail: "Tell the debtor in another way. relance plan show shows what was paid and what comes. What a consumer missed is demanded in writing: its plan is broken no sooner than thirty days after this is ticked off.",
		DueOn:  c.now.Window.DateOf(c.at).AddDays(1), At: c.at,
	})
	c.insertTask(&task)
	c.noteOn("task/"+task.Key+"/opened", "task-opened", "task opened: "+task.Title, basis{Reason: task.why()})
}
