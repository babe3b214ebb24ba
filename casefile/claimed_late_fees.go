package casefile

import (
	"relance/ledger"
)

// What a message claims of the late fees grows by the day, which makes no message untrue:
// it says to which day they are counted. An entry does that changes what may be claimed:
// a waiver, a payment that pays interest first, a reversal, a day that changes the rate.

// lastOf is the place of the last of entries, 0 when there are none.
func lastOf(entries []LedgerEntry) int64 {
	last := int64(0)
	for _, entry := range entries {
		last = max(last, entry.Place)
	}
	return last
}

// claimsLateFeesOf reports whether a message claims nothing of the late fees of a case
// that an entry has changed since.
func (n CarriedNotice) claimsLateFeesOf(c *lockedCase) bool {
	return !n.ClaimsLateFees || n.LastEntry < 0 || c.isLateFeesSince(n.LastEntry)
}

// isLateFeesSince reports whether the same may be claimed of the late fees as by the
// entries until a place. An account that cannot be told is another one.
func (c *lockedCase) isLateFeesSince(place int64) bool {
	if !c.posted && place >= lastOf(c.entries) {
		return true
	}
	var known []ledger.Entry
	for _, entry := range c.entries {
		if entry.Place <= place {
			known = append(known, entry.Entry)
		}
	}
	before, err := ledger.AccountOf(c.account.Claim(), known)
	if err != nil {
		return false
	}
	now, err := c.account.Today(c.day())
	if err != nil {
		return false
	}
	then, err := before.At(now.AsOf)
	return err == nil && then.LateFees.AsksAs(now.LateFees)
}

// lateFeesChanged reports whether the entries posted in this transaction have changed what
// may be claimed of the late fees.
func (c *lockedCase) lateFeesChanged() bool { return c.posted && !c.isLateFeesSince(lastOf(c.entries)) }

// unchangedSince are the places of entries since which nothing has changed of the late
// fees.
func (c *lockedCase) unchangedSince() []int64 {
	unchanged := []int64{}
	places := []int64{0}
	for _, entry := range c.entries {
		places = append(places, entry.Place)
	}
	for _, place := range places {
		if c.isLateFeesSince(place) {
			unchanged = append(unchanged, place)
		}
	}
	return unchanged
}
