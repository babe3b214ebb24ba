package collection_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
	"relance/handoff"
)

// keepsStill says, from the case's own books and without asking the core, what forbids
// that anything leaves by itself now; empty when nothing does.
func keepsStill(c collection.Case, now time.Time) string {
	today := c.Window.DateOf(now)
	if c.Insolvency.Proceeding != "" && c.Insolvency.End != collection.InsolvencyLifted {
		return "insolvency"
	}
	if h := c.Hardship; h.Kind == collection.OverIndebtedness && (h.Until.IsZero() || today <= h.Until) {
		return "over-indebtedness"
	}
	for _, stop := range c.Stops {
		if stop.Lifted.IsZero() && (stop.Until.IsZero() || today <= stop.Until) {
			return "stop " + stop.ID
		}
	}
	for _, hold := range c.Holds {
		if !hold.From.IsZero() && hold.Released.IsZero() && (hold.Until.IsZero() || today <= hold.Until) {
			return "hold " + hold.ID
		}
	}
	for _, promise := range c.Promises {
		if promise.Outcome == "" {
			return "promise " + promise.ID
		}
	}
	for _, plan := range c.Plans {
		if plan.EndedOn.IsZero() {
			return "plan " + plan.ID
		}
	}
	if c.Open.Minor() <= 0 || c.Disputed().Minor() >= c.Open.Minor() {
		return "nothing to ask for"
	}
	if c.Limitation.LastDay != 0 && !c.Limitation.Stopped && today > c.Limitation.LastDay {
		return "limitation"
	}
	return ""
}

func isMediated(c collection.Case) bool {
	for _, m := range c.Mediations {
		stands := m.Outcome == collection.OutcomeAgreement && m.Phase() == collection.MediationAgreed
		if m.Outcome == "" && (m.Step == "" || !m.Accepted.IsZero()) || stands {
			return true
		}
	}
	return false
}

func hasLiveHandoff(c collection.Case) bool {
	return slices.ContainsFunc(c.Handoffs, func(h collection.Handoff) bool { return h.Phase != handoff.Ended })
}

// stageOf is the stage that goes with a reason; empty when the reason goes with several.
func stageOf(why collection.Reason) collection.Stage {
	return map[string]collection.Stage{
		"insolvency": collection.StageInsolvency, "over-indebtedness": collection.StageOnHold, "stopped": collection.StageOnHold,
		"held": collection.StageOnHold, "held-until": collection.StageOnHold, "disputed": collection.StageDisputed, "credit-note-awaited": collection.StageDisputed,
		"plan": collection.StagePlan, "plan-offered": collection.StagePlan, "promised": collection.StagePromised,
		"mediation-inviting": collection.StageMediation, "mediation-invited": collection.StageMediation, "mediation": collection.StageMediation, "mediation-agreed": collection.StageMediation,
		"handoff-cooling-off": collection.StageHandoff, "handoff-approval": collection.StageHandoff, "with-partner": collection.StageWithPartner,
		"unreachable": collection.StageUnreachable, "late-fees": collection.StageLateFees, "closed": why.Stage,
	}[string(why.Code)]
}

// history is a life in which anything happens, with what left in it.
type history struct {
	collection.Case
	now  time.Time
	sent map[string]bool
}

// tell gives a command that may be refused.
func (h *history) tell(t *rapid.T, command collection.Command) {
	events, err := collection.Decide(h.Case, command)
	if err != nil {
		require.Empty(t, events)
		return
	}
	before := h.Case
	h.Case = collection.ApplyAll(h.Case, events)
	if before.IsClosed() && !h.IsClosed() {
		_, isPosition := command.(collection.TakePosition)
		_, isRemittance := command.(collection.TakeRemittance)
		require.True(t, isPosition || isRemittance, "%T has opened a closed case", command)
		require.Empty(t, before.Outcome, "what a person closed stays closed")
	}
	if h.Insolvency.Freezes() && !before.Insolvency.Freezes() {
		h.requireNothingArranged(t)
	}
	if h.Insolvency.Freezes() && before.Insolvency.Freezes() {
		require.Len(t, h.Promises, len(before.Promises), "nothing is promised in proceedings")
		require.Len(t, h.Plans, len(before.Plans))
	}
}

func (h *history) requireNothingArranged(t *rapid.T) {
	_, promised := h.RunningPromise()
	require.False(t, promised, "a promise outlives the judgment")
	_, planned := h.ActivePlan()
	require.False(t, planned, "a plan outlives the judgment")
	_, mediated := h.OpenMediation()
	require.False(t, mediated, "a mediation outlives the judgment")
	if live, found := h.LiveHandoff(); found && live.Phase == handoff.Announced {
		require.True(t, live.Sending || live.Doubtful, "an announced handoff outlives the judgment")
	}
}

// check holds what the case would do now to what its books allow.
func (h *history) check(t *rapid.T, action collection.Action) {
	switch action.Kind {
	case collection.ActionNotify:
		require.False(t, h.IsClosed())
		require.Empty(t, keepsStill(h.Case, h.now), "a notice leaves")
		require.False(t, isMediated(h.Case) && !h.Invites(action.Step.Key), "a notice leaves while a mediation lasts")
		require.False(t, hasLiveHandoff(h.Case), "a notice leaves while a handoff is live")
		key := fmt.Sprint(h.Round, action.Step.Key, action.Channel, action.Try)
		require.False(t, h.sent[key], "step %s leaves twice by %s", action.Step.Key, action.Channel)
		h.sent[key] = true
	case collection.ActionHandOver:
		if live, _ := h.LiveHandoff(); !live.Sending {
			require.Empty(t, keepsStill(h.Case, h.now), "the file leaves")
			require.False(t, isMediated(h.Case), "the file leaves while a mediation lasts")
		}
	default:
	}
	if h.OwesPartner() || action.Kind != collection.ActionWait && action.Kind != collection.ActionIdle {
		return // an act says why it is done; what is begun with a partner is brought to its end wherever the case stands
	}
	if stage := stageOf(action.Because); stage != "" {
		require.Equal(t, stage, h.Stage(h.now), "%s", action.Because)
	}
}

// Whatever happens to a case, in whatever order: the features respect each other.
func TestNothingLeavesWhileAnythingKeepsTheCaseStill(t *testing.T) {
	t.Parallel()
	generators := commands()
	names := slices.Sorted(maps.Keys(generators))
	rapid.Check(t, func(t *rapid.T) {
		h := &history{Case: anyCaseOfAll(t), sent: map[string]bool{}}
		h.now = anyStart(t, h.Case)
		for range rapid.IntRange(1, 60).Draw(t, "length") {
			if rapid.Bool().Draw(t, "is told something") {
				name := rapid.SampledFrom(names).Draw(t, "command")
				h.tell(t, generators[name](t, h.Case, h.now))
			}
			action := collection.Next(h.Case, h.now)
			switch action.Kind {
			case collection.ActionIdle:
				h.check(t, action)
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(t, "minutes")) * time.Minute)
			case collection.ActionWait:
				h.check(t, action)
				h.now = action.At
			default:
				h.check(t, action)
				closed := h.IsClosed()
				h.Case = done(t, h.Case, h.now, action)
				require.False(t, closed && !h.IsClosed(), "an act has opened a closed case")
			}
		}
	})
}

// restings are all that can keep a case still, each with what ends it.
func restings(c collection.Case, now time.Time) map[string][2]collection.Command {
	today := c.Window.DateOf(now)
	stop := collection.Stop{ID: "s", Kind: collection.StopBlock, Scope: collection.ScopeDebtor, Reason: "a fair", At: now}
	lifted := stop
	lifted.Lifted = now.Add(time.Minute)
	insolvent := collection.Insolvency{Proceeding: "RJ-1", Kind: collection.Receivership, Judgment: today, From: today}
	over := insolvent
	over.End, over.EndedOn = collection.InsolvencyLifted, today
	return map[string][2]collection.Command{
		"stop":       {collection.TakeStop{Stop: stop}, collection.TakeStop{Stop: lifted}},
		"hold":       {collection.PlaceHold{ID: "x", On: today}, collection.ReleaseHold{ID: "x", On: today}},
		"promise":    {collection.MakePromise{ID: "x", On: today, Date: today.AddDays(9), Source: collection.PromiseByAPI}, collection.WithdrawPromise{ID: "x", On: today, Reason: "by mistake"}},
		"dispute":    {collection.RaiseDispute{ID: "x", Reason: collection.DisputePrice, RaisedBy: collection.DisputeByStaff, On: today, Today: today}, collection.ResolveDispute{ID: "x", Outcome: collection.DisputeWithdrawn, Today: today}},
		"plan":       {collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "x", Revision: 1, From: today}}, collection.EndPlan{ID: "x", On: today, As: "cancelled"}},
		"mediation":  {collection.ProposeMediation{ID: "x", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, On: today}, collection.EndMediation{ID: "x", Outcome: collection.OutcomeWithdrawn, On: today, Today: today}},
		"handoff":    {collection.ProposeHandoff{ID: "x", Partner: "etude-nord", Route: handoff.Lawyer, On: today}, collection.RefuseHandoff{ID: "x", Reason: "the debtor called", On: today}},
		"insolvency": {collection.TakeStanding{Standing: collection.Standing{Insolvency: insolvent}}, collection.TakeStanding{Standing: collection.Standing{Insolvency: over}}},
	}
}

// All rests at once, begun and ended in any order: the ladder goes on with the step it had.
func TestAfterAllRestsTheLadderGoesOnWithTheStepItHad(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCaseOfAll(t)
		c.Limitation = collection.Limitation{}
		l := &life{Case: c, now: anyStart(t, c)}
		for range rapid.IntRange(0, 6).Draw(t, "acts") {
			said := collection.Upcoming(l.Case, l.now)
			if said.Kind == collection.ActionIdle {
				break
			}
			l.Case, l.now = actAsSaid(t, l.Case, l.now, said)
		}
		before := collection.Next(l.Case, l.now)
		if _, invited := l.OpenMediation(); invited {
			return // an invitation that is half on its way is not finished once the mediation is over
		}
		rests := restings(l.Case, l.now)
		names := slices.Sorted(maps.Keys(rests))
		begun := map[string]bool{}
		for _, name := range rapid.Permutation(names).Draw(t, "begun") {
			events, err := collection.Decide(l.Case, rests[name][0])
			begun[name] = err == nil
			l.Case = collection.ApplyAll(l.Case, events)
		}
		require.NotEmpty(t, keepsStill(l.Case, l.now))
		require.NotEqual(t, collection.ActionNotify, collection.Next(l.Case, l.now).Kind)
		for _, name := range rapid.Permutation(names).Draw(t, "ended") {
			if begun[name] {
				events, _ := collection.Decide(l.Case, rests[name][1]) // refused when the judgment has ended it
				l.Case = collection.ApplyAll(l.Case, events)
			}
		}
		require.Empty(t, keepsStill(l.Case, l.now))
		require.Equal(t, before.Step.Key, collection.Next(l.Case, l.now).Step.Key)
	})
}
