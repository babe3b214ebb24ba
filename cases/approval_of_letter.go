package cases

import (
	"context"
	"fmt"
	"slices"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// answerForLetter takes the answer to a request for the approval of a letter in place of
// one that was cancelled, and reports whether it was one. The workflow knows nothing of
// the request: its ladder has taken the step. It only hears of the hold that may follow a
// refusal, after which the rows ask anew.
func (s *Service) answerForLetter(ctx context.Context, creditor, invoice, command string, order any) (bool, error) {
	var step, seen, by, note string
	var answer func(claim string) collection.Event
	var hold *workflows.HoldOrder
	switch order := order.(type) {
	case workflows.StepOrder:
		if command != workflows.CommandApproveStep {
			return false, nil
		}
		step, seen, by, note = order.Step, order.For, order.By, order.Step
		answer = func(claim string) collection.Event {
			return collection.StepApproved{Step: step, For: claim, By: order.By, To: order.To}
		}
	case workflows.ApprovalRefusal:
		if order.Reason == "" || !collection.IsPlainText(order.Reason) {
			return false, nil // which the case refuses
		}
		step, seen, by, note = order.Step, order.For, order.By, order.Step+": "+order.Reason
		answer = func(string) collection.Event { return collection.StepWaived{Step: step, At: s.now()} }
		switch order.Then {
		case "", collection.RefusalSkips:
		case collection.RefusalHolds:
			answer = func(string) collection.Event { return collection.ApprovalRefused{Step: step} }
			hold = &workflows.HoldOrder{Reason: order.Reason, Until: order.Until, MovesDeadline: true, By: order.By}
		default:
			return false, nil // which the case refuses as well
		}
	default:
		return false, nil
	}
	tasks, err := s.Store.Tasks(ctx, casefile.TaskFilter{Creditor: creditor, Invoice: invoice, Kind: collection.TaskApproval, State: casefile.TaskOpen})
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(tasks, func(t casefile.Task) bool { return t.AsksToReplace() && t.Step == step })
	if at < 0 {
		return false, nil
	}
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return false, err
	}
	// What the ladder itself waits for, begun or tried anew since, its workflow has to hear.
	if next := collection.Next(c, s.now()); tasks[at].Round != c.Round || next.Step.Key == step && next.Task == collection.TaskApproval {
		return false, nil
	}
	claim := c.ClaimToApprove()
	if seen != "" && seen != claim {
		return false, collection.Refuse(collection.RefusedConflict,
			"the claim %s has changed since it was looked at: step %s was judged for %s, and it is %s now. Look at it again", c.ID(), step, seen, claim)
	}
	if hold != nil { // before the request is answered: refused, it can be repeated
		hold.ID = casefile.HoldAfterRefusal(tasks[at])
		if _, err := s.Command(ctx, creditor, invoice, workflows.CommandHold, *hold); err != nil {
			return false, err
		}
	}
	return true, s.Store.RecordDecision(ctx, casefile.Decision{
		Creditor: creditor, Invoice: invoice, Key: fmt.Sprintf("%s/%s/%d", command, step, tasks[at].ID), Kind: command, Actor: by,
		Summary: command + ": " + note, At: s.now(), Events: []collection.Event{answer(claim)},
	})
}
