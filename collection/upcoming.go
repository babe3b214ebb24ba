package collection

import "time"

// Upcoming is the next thing the case really does if nothing happens meanwhile: it
// follows the waiting that Next asks for (for the end of a hold, say) to the act that
// comes after it. Its At is when that is; an idle case has none.
//
// Next says why the case does not act now; Upcoming says what it will do, and when.
func Upcoming(c Case, now time.Time) Action {
	action := Next(c, now)
	for action.Kind == ActionWait {
		action = Next(c, action.At)
	}
	return action
}
