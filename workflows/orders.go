package workflows

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
)

// StepApproval, StepSkip and StepRetry are the three things a person can decide
// about a step; their payload is a StepOrder.
type (
	StepApproval StepOrder
	StepSkip     StepOrder
	StepRetry    StepOrder
)

func (PaymentReceived) name() string  { return CommandPaymentReceived }
func (PaymentReversed) name() string  { return CommandPaymentReversed }
func (CreditNoteIssued) name() string { return CommandCreditNoteIssued }
func (HoldOrder) name() string        { return CommandHold }
func (ResumeOrder) name() string      { return CommandResume }
func (StepApproval) name() string     { return CommandApproveStep }
func (StepSkip) name() string         { return CommandSkipStep }
func (StepRetry) name() string        { return CommandRetryStep }
func (ServedNotice) name() string     { return CommandNoticeServed }
func (ReplacedNotice) name() string   { return CommandNoticeReplaced }
func (MigrationOrder) name() string   { return CommandMigrateStrategy }
func (CloseOrder) name() string       { return CommandCloseCase }
func (DeliveryFailed) name() string   { return CommandDeliveryFailed }
func (DeliveryProven) name() string   { return CommandDeliveryProven }
func (ContactHours) name() string     { return CommandContactHours }

func (p PaymentReceived) author() string  { return p.By }
func (p PaymentReversed) author() string  { return p.By }
func (n CreditNoteIssued) author() string { return n.By }
func (o HoldOrder) author() string        { return o.By }
func (o ResumeOrder) author() string      { return o.By }
func (o StepApproval) author() string     { return o.By }
func (o StepSkip) author() string         { return o.By }
func (o StepRetry) author() string        { return o.By }
func (o ServedNotice) author() string     { return o.By }
func (ReplacedNotice) author() string     { return "relance" }
func (o MigrationOrder) author() string   { return o.By }
func (o CloseOrder) author() string       { return o.By }
func (h ContactHours) author() string     { return h.By }
func (DeliveryFailed) author() string     { return "provider" }
func (p DeliveryProven) author() string   { return cmp.Or(p.By, "provider") }

func (o HoldOrder) note() string {
	return cmp.Or(strings.TrimSpace(o.Reason), collection.NoReasonGiven)
}
func (o ResumeOrder) note() string    { return "" }
func (o StepApproval) note() string   { return o.Reason }
func (o StepSkip) note() string       { return o.Reason }
func (o StepRetry) note() string      { return o.Reason }
func (o ServedNotice) note() string   { return o.Step + " on " + o.On.String() }
func (o ReplacedNotice) note() string { return o.Step + " until " + o.Deadline.String() }
func (o MigrationOrder) note() string { return o.ResumeAt }
func (o CloseOrder) note() string     { return o.Reason }
func (o DeliveryFailed) note() string { return o.Reason }
func (DeliveryProven) note() string   { return "" }
func (h ContactHours) note() string   { return string(h.Closed) }

func (o HoldOrder) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.PlaceHold{ID: o.ID, Reason: o.Reason, Author: o.By, On: today, Until: o.Until, MovesDeadline: o.MovesDeadline}
}

func (o ResumeOrder) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.ReleaseHold{ID: o.HoldID, Author: o.By, On: today}
}

func (h ContactHours) command(time.Time, calendar.Date) collection.Command {
	return collection.TakeContactHours{Opens: h.Opens, Closes: h.Closes, Closed: h.Closed, Author: h.By}
}

func (o StepApproval) command(time.Time, calendar.Date) collection.Command {
	return collection.ApproveStep{Step: o.Step, Author: o.By, For: o.For, To: o.To}
}

func (o StepSkip) command(at time.Time, _ calendar.Date) collection.Command {
	return collection.SkipStep{Step: o.Step, Author: o.By, Reason: o.Reason, At: at}
}

func (o StepRetry) command(time.Time, calendar.Date) collection.Command {
	return collection.RetryStep{Step: o.Step, Author: o.By}
}

func (o ReplacedNotice) command(time.Time, calendar.Date) collection.Command {
	return collection.ReportReplaced{Step: o.Step, Deadline: o.Deadline}
}

func (o ServedNotice) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.ReportServed{Step: o.Step, On: o.On, Author: o.By, Today: today}
}

func (o MigrationOrder) command(time.Time, calendar.Date) collection.Command {
	return collection.MigrateStrategy{Strategy: o.Strategy, Author: o.By, ResumeAt: o.ResumeAt}
}

func (o CloseOrder) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.CloseCase{Outcome: o.Outcome, Author: o.By, Reason: o.Reason, On: today}
}

func (o DeliveryFailed) command(at time.Time, _ calendar.Date) collection.Command {
	return collection.ReportAttempt{Step: o.Step, Channel: o.Channel, Try: o.Try, Failed: true, Reason: o.Reason, At: at}
}

func (p DeliveryProven) command(at time.Time, _ calendar.Date) collection.Command {
	if !p.At.IsZero() && p.At.Before(at) {
		at = p.At
	}
	return collection.ReportAttempt{Step: p.Step, Channel: p.Channel, Try: p.Try, Proven: true, At: at}
}

func isRefusal(err error) bool {
	var refused *collection.Refusal
	return errors.As(err, &refused)
}

// refusal makes a refusal of what is wrong with an order.
func refusal(err error) error {
	if isRefusal(err) {
		return err
	}
	return &collection.Refusal{Code: collection.RefusedInvalid, Message: err.Error()}
}
