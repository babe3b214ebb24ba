package workflows

import (
	"time"

	"relance/calendar"
	"relance/collection"
)

// StopOrder tells a case of a hold of its debtor, an exclusion, a block or a kill
// switch in whose scope it is: that it holds since At, or, with LiftedAt, that it has
// ended. The programs that set and lift stops send it to every case in scope; the stop
// itself is kept in the case file, and a case refuses one that was never set there.
type StopOrder struct {
	ID       string               `json:"id"`
	Kind     collection.StopKind  `json:"kind"`
	Scope    collection.StopScope `json:"scope"`
	Reason   string               `json:"reason"`
	At       time.Time            `json:"at"`
	Until    calendar.Date        `json:"until,omitzero"`
	LiftedAt time.Time            `json:"lifted_at,omitzero"`
	By       string               `json:"by,omitempty"`
}

// NewStopOrder is what cases are told of a stop that was set or lifted by somebody.
func NewStopOrder(stop collection.Stop, by string) StopOrder {
	return StopOrder{
		ID: stop.ID, Kind: stop.Kind, Scope: stop.Scope, Reason: stop.Reason, At: stop.At, Until: stop.Until, LiftedAt: stop.Lifted, By: by,
	}
}

func (StopOrder) name() string     { return CommandStop }
func (o StopOrder) author() string { return o.By }

func (o StopOrder) note() string {
	if o.LiftedAt.IsZero() {
		return string(o.Kind) + " " + o.ID + ": " + o.Reason
	}
	return string(o.Kind) + " " + o.ID + " lifted"
}

func (o StopOrder) command(time.Time, calendar.Date) collection.Command {
	return collection.TakeStop{Stop: collection.Stop{
		ID: o.ID, Kind: o.Kind, Scope: o.Scope, Reason: o.Reason, At: o.At.UTC(), Until: o.Until, Lifted: o.LiftedAt.UTC(),
	}}
}
