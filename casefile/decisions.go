package casefile

import (
	"cmp"
	"context"
	"slices"
	"time"

	"relance/collection"
)

// Decision is what a person or the workflow decided about a case.
type Decision struct {
	Creditor string
	Invoice  string
	// Key names the decision within its case; the same key again changes nothing.
	Key string
	// Kind is the decision in one word for the history: "hold-placed".
	Kind  string
	Actor string
	// Summary is a sentence for the history, without personal data.
	Summary string
	At      time.Time
	// Events are what collection.Decide gave; they are applied to the case as
	// it stands here.
	Events []collection.Event
}

// RecordDecision writes what the events of a decision say, its history entry and
// the new projection, in one transaction. Approving or waiving a step completes
// its approval task, retrying it the task to reach the debtor; ending the case
// cancels the tasks that lost their purpose and withholds composed messages.
func (s *Store) RecordDecision(ctx context.Context, decision Decision) error {
	if decision.Key == "" || decision.Kind == "" {
		return refuse(collection.RefusedInvalid, "a decision about invoice %s needs a key and a kind", decision.Invoice)
	}
	cause := "decision/" + decision.Key
	var recorded found[struct{ Known bool }]
	why := because{at: decision.At, actor: decision.Actor, cause: cause}
	return s.changing(ctx, decision.Creditor, decision.Invoice, why, func(b *batch) {
		one(b, &recorded, s.sql.HistoryHas, named{"key": cause}, decision)
	}, func(c *lockedCase) error {
		if recorded.value.Known {
			return nil
		}
		if err := c.checkStops(decision.Events); err != nil {
			return err
		}
		c.reproject = true // what a stop or the end of a hold changes stands in no other row
		on := basis{}
		if isAutomatic(decision.Actor) {
			on.Reason = c.whyNow()
		}
		c.noteOn(cause, decision.Kind, cmp.Or(decision.Summary, decision.Kind), on)
		before := c.now
		for _, event := range decision.Events {
			c.take(event)
		}
		if !isConclusion(decision.Events) {
			c.tellConclusion(before)
		}
		return nil
	})
}

// isConclusion reports whether a decision only judges a promise, and so tells of it
// itself.
func isConclusion(events []collection.Event) bool {
	for _, event := range events {
		if _, concluded := event.(collection.PromiseConcluded); !concluded {
			return false
		}
	}
	return len(events) > 0
}

// take applies an event that was decided elsewhere, on a case that may know of it
// already: a bounce can reach the rows before the workflow reports it.
func (c *lockedCase) take(event collection.Event) {
	switch event := event.(type) {
	case collection.StepAttempted:
		if known, tried := c.attempt(event.Step, event.Attempt.Channel); tried {
			if event.Attempt.Failed && !event.Attempt.Doubtful && (!known.Failed || known.Doubtful) {
				c.now = collection.Apply(c.now, collection.AttemptFailed{Step: event.Step, Channel: event.Attempt.Channel})
			}
			return
		}
	case collection.HoldPlaced:
		if slices.ContainsFunc(c.now.Holds, func(h collection.Hold) bool { return h.ID == event.Hold.ID }) {
			return
		}
	case collection.PromiseMade:
		if _, known := c.now.Promise(event.Promise.ID); known {
			return
		}
	case collection.DisputeRaised:
		if _, known := c.now.Dispute(event.Dispute.ID); known {
			return
		}
		c.askToAnswer(event.Dispute)
	case collection.DisputeAssigned:
		c.tellOwner(event.ID, event.Owner)
	case collection.DisputeResolved:
		c.finishDisputeTasks(event.ID, "the dispute is answered: "+string(event.Outcome))
	case collection.StopTaken:
		return // the rows have it from the stop itself
	case collection.StepApproved:
		c.finishTasks(event.Step, "approved", collection.TaskApproval, collection.TaskDeputy)
	case collection.ApprovalRefused:
		c.finishTasks(event.Step, "refused: the case is on hold", collection.TaskApproval, collection.TaskDeputy)
	case collection.StepWaived:
		c.finishTasks(event.Step, "the step is skipped", collection.TaskApproval, collection.TaskDeputy, collection.TaskReach, collection.TaskAnnounce, collection.TaskProof)
	case collection.NoticeServed:
		c.finishTasks(event.Step, "the notice reached the debtor on "+event.On.String(), collection.TaskProof)
	case collection.MediationProposed, collection.MediationJoined, collection.MediationEnded:
		c.takeMediation(event)
		return
	case collection.AttemptProven:
		c.now = collection.Apply(c.now, event)
		c.finishReach(event.Step)
		return
	case collection.StepRetried:
		c.finishTasks(event.Step, "the step is tried again", collection.TaskReach, collection.TaskProof)
	}
	c.answerHandoffTasks(event)
	c.now = collection.Apply(c.now, event)
}

func (c *lockedCase) attempt(step string, channel collection.Channel) (collection.Attempt, bool) {
	for _, record := range c.now.Steps {
		if record.Key != step {
			continue
		}
		for _, attempt := range record.Attempts {
			if attempt.Channel == channel {
				return attempt, true
			}
		}
	}
	return collection.Attempt{}, false
}

// finishReach ends the search for a way to reach the debtor once a notice of the step has
// turned out to have arrived.
func (c *lockedCase) finishReach(step string) {
	for _, record := range c.now.Steps {
		if record.Key == step && !record.TaskOpen {
			c.finishTasks(step, "the notice has arrived", collection.TaskReach)
		}
	}
}

func (c *lockedCase) finishTasks(step, note string, kinds ...collection.TaskKind) {
	c.writes.exec(c.store.sql.FinishTasksOfStep, c.key(), c.causes(), named{
		"round": c.now.Round, "step": step, "note": note, "kinds": kinds,
	})
}

// finishTasksOfKeys answers tasks of the case, because something has come about.
func (c *lockedCase) finishTasksOfKeys(because string, keys ...string) {
	c.writes.exec(c.store.sql.FinishTasksOfKeys, c.key(), c.causes(), named{"keys": keys, "note": because})
}

// Project computes the projection of a case anew at an instant: for a case whose
// stage changed by the passing of time alone (a hold that ended).
func (s *Store) Project(ctx context.Context, creditor, invoice string, at time.Time) (Projection, error) {
	var projection Projection
	err := s.changing(ctx, creditor, invoice, because{at: at, actor: "relance", cause: "projection"}, nil, func(c *lockedCase) error {
		projection = project(c.now, c.at)
		c.reproject = true
		return nil
	})
	return projection, err
}
