package collection

import "time"

// watched is what comes next of the ladder, or of its rest, and of the days that people
// must know of in time whatever keeps the case still: the end of a promise, an answer
// to a dispute that is late, the days of a mediation, the time limits of a partner, and
// the limitation.
func (c Case) watched(now time.Time) Action {
	action := c.nextOfLadder(now)
	for _, watch := range []func(Action, time.Time) Action{c.watchDisputes, c.watchMediation, c.watchTimeLimits, c.watchPromise, c.watchLimitation} {
		action = watch(action, now)
	}
	return action
}

// sooner is what comes first of an action and a wait beside it, with the reason of
// the action: that is why the case stands where it does.
func sooner(action, wait Action) Action {
	if action.Kind != ActionIdle && (action.Kind != ActionWait || !wait.At.Before(action.At)) {
		return action
	}
	wait.Because = action.Because
	return wait
}

// beside puts what something that is watched does beside what the case does: an act
// comes first, a wait when it is sooner.
func beside(action, other Action) Action {
	switch other.Kind {
	case ActionIdle:
		return action
	case ActionWait:
		return sooner(action, other)
	default:
		return other
	}
}
