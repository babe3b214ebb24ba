package main

import (
	"cmp"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"relance/config"
)

// zones are the time zones of the creditors, in which people read days and hours.
type zones map[string]*time.Location

func zonesOf(creditors []config.Creditor) zones {
	found := zones{}
	for _, c := range creditors {
		if location, err := time.LoadLocation(cmp.Or(c.Zone, "Europe/Paris")); err == nil { // else the configuration is refused
			found[c.ID] = location
		}
	}
	return found
}

// of is the zone of a creditor, UTC for one that is not configured here.
func (z zones) of(creditor string) *time.Location {
	if location, known := z[creditor]; known {
		return location
	}
	return time.UTC
}

// shared is the zone that all creditors have in common, else UTC.
func (z zones) shared() *time.Location {
	var shared *time.Location
	for _, location := range z {
		if shared != nil && shared.String() != location.String() {
			return time.UTC
		}
		shared = location
	}
	return cmp.Or(shared, time.UTC)
}

func minuteIn(zone *time.Location, at time.Time) string {
	return at.In(zone).Format("2006-01-02 15:04 MST")
}

// dayIn is empty for a time that is not set.
func dayIn(zone *time.Location, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(time.DateOnly)
}
