package workflows

import (
	"cmp"
	"time"

	"relance/calendar"
	"relance/collection"
)

// ApprovalRefusal refuses to release a step. Then is "skip" (the step is not taken; the
// default) or "hold" (the case is put on hold until a day or until it is resumed, and
// the approval is asked for anew afterwards). It needs a Reason.
type ApprovalRefusal struct {
	Step   string                  `json:"step"`
	Reason string                  `json:"reason"`
	Then   collection.AfterRefusal `json:"then,omitempty"`
	// Until is the last day of the hold.
	Until calendar.Date `json:"until,omitzero"`
	// For is the claim that was looked at, as for an approval.
	For string `json:"for,omitempty"`
	By  string `json:"by,omitempty"`
}

func (ApprovalRefusal) name() string     { return CommandRefuseApproval }
func (o ApprovalRefusal) author() string { return o.By }
func (o ApprovalRefusal) note() string {
	return o.Step + ", " + string(cmp.Or(o.Then, collection.RefusalSkips)) + ": " + o.Reason
}

func (o ApprovalRefusal) command(at time.Time, today calendar.Date) collection.Command {
	return collection.RefuseApproval{
		Step: o.Step, Author: o.By, Reason: o.Reason, For: o.For, Then: o.Then, Until: o.Until, On: today, At: at,
	}
}
