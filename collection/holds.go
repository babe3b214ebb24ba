package collection

import (
	"cmp"
	"slices"

	"relance/calendar"
)

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

// pausedDays counts the days between two dates that were spent on hold; days
// under two holds count once.
func (c Case) pausedDays(from, to calendar.Date) int {
	holds := slices.Clone(c.Holds)
	slices.SortFunc(holds, func(a, b Hold) int { return cmp.Compare(a.From, b.From) })
	paused, covered := 0, from
	for _, hold := range holds {
		if hold.From.IsZero() {
			continue
		}
		begin, end := max(hold.From, covered), hold.end(to)
		if end > begin {
			paused += int(end - begin)
			covered = end
		}
	}
	return paused
}
