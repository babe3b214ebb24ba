package collection

import (
	"cmp"
	"strings"
	"time"

	"relance/calendar"
)

// NoReasonGiven is the reason in the file of a hold that was signalled without one.
const NoReasonGiven = "no reason given"

func (h PlaceHold) reason() string { return cmp.Or(strings.TrimSpace(h.Reason), NoReasonGiven) }

// Unexplained refuses a command that must say why and does not. Decide honours a hold
// without a reason all the same, because a pause that is only signalled fails safe;
// whoever waits for the answer can be asked.
func Unexplained(command Command) error {
	hold, is := command.(PlaceHold)
	if !is || strings.TrimSpace(hold.Reason) != "" {
		return nil
	}
	return Refuse(RefusedInvalid, "the hold %s needs a reason: say in a word or two, without personal data, why the case rests", hold.ID)
}

// whileOnHold waits for the end of the longest hold, if all have one.
func (c Case) whileOnHold(now time.Time) (Action, bool) {
	holds := c.activeHolds(c.Window.DateOf(now))
	if len(holds) == 0 {
		return Action{}, false
	}
	last := holds[0]
	for _, hold := range holds {
		if hold.Until.IsZero() {
			return Action{Kind: ActionIdle, Because: Reason{Code: becauseHeld, Text: hold.Reason}}, true
		}
		if hold.Until > last.Until {
			last = hold
		}
	}
	return Action{
		Kind: ActionWait, At: c.Window.Instant(last.Until.AddDays(1), c.Debtor),
		Because: Reason{Code: becauseHeldUntil, Date: last.Until, Text: last.Reason},
	}, true
}

// activeHolds lists the holds in force on a day.
func (c Case) activeHolds(day calendar.Date) []Hold {
	var active []Hold
	for _, hold := range c.Holds {
		if hold.isActive(day) {
			active = append(active, hold)
		}
	}
	return active
}

func (h Hold) isActive(day calendar.Date) bool {
	return !h.From.IsZero() && h.Released.IsZero() && (h.Until.IsZero() || day <= h.Until)
}

// end is the first day after the hold, or the given day while it is active.
func (h Hold) end(day calendar.Date) calendar.Date {
	end := day
	if !h.Until.IsZero() {
		end = min(end, h.Until.AddDays(1))
	}
	if !h.Released.IsZero() {
		end = min(end, h.Released)
	}
	return end
}
