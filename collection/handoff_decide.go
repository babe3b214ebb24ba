package collection

import (
	"slices"

	"relance/handoff"
	"relance/money"
)

func (c Case) proposeHandoff(command ProposeHandoff) ([]Event, error) {
	if err := CheckID("the handoff", command.ID); err != nil {
		return nil, err
	}
	if err := CheckID("the partner", command.Partner); err != nil {
		return nil, err
	}
	if known, found := c.Handoff(command.ID); found {
		if known.Partner == command.Partner && known.Route == command.Route {
			return nil, nil
		}
		return nil, Refuse(RefusedConflict, "the handoff %s of %s is to %s by %s already: give another one an ID of its own", command.ID, c.ID(), known.Partner, known.Route)
	}
	live, isLive := c.LiveHandoff()
	switch {
	case c.IsClosed(), c.isPrincipalPaid():
		return nil, c.refuseClosed("handed over")
	case isLive:
		return nil, Refuse(RefusedNotNow, "the case %s has the handoff %s to %s (%s): refuse or recall it first", c.ID(), live.ID, live.Partner, live.Phase)
	case !slices.Contains(handoff.Routes(), command.Route):
		return nil, Refuse(RefusedInvalid, "%q is no route: the routes are %s", command.Route, handoff.Routes())
	case command.On.IsZero():
		return nil, Refuse(RefusedInvalid, "the handoff %s does not say on which day it is proposed", command.ID)
	case command.CoolingOffDays < 0 || !plausibleDays(command.CoolingOffDays):
		return nil, Refuse(RefusedInvalid, "the handoff %s has a cooling-off time of %d days", command.ID, command.CoolingOffDays)
	case c.Limitation.HasPassed(command.On):
		return nil, Refuse(RefusedNotNow, "the limitation of %s has passed: the prudent last day was %s", c.ID(), c.Limitation.LastDay)
	case c.Insolvency.Freezes():
		return nil, c.refuseFrozen("handed over")
	}
	return []Event{HandoffProposed{Handoff: Handoff{
		ID: command.ID, Partner: command.Partner, Route: command.Route, Phase: handoff.Announced,
		ProposedOn: command.On, CoolingOffDays: command.CoolingOffDays,
	}}}, nil
}

func (c Case) approveHandoff(command ApproveHandoff) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	switch {
	case err != nil:
		return nil, err
	case h.wasApprovedFor(command.Amount) && h.Phase.IsBefore(handoff.Recalling), h.Phase == handoff.WithPartner && h.DeliveredOn <= command.On:
		return nil, nil // another person was first
	case c.Insolvency.Freezes():
		return nil, c.refuseFrozen("handed over")
	case h.Phase != handoff.Announced:
		return nil, Refuse(RefusedNotNow, "the handoff %s of %s cannot be approved: %s", h.ID, c.ID(), h.whatBecame())
	case command.On < h.approvalFrom():
		return nil, Refuse(RefusedNotNow, "the cooling-off time of the handoff %s of %s runs: it can be approved from %s on", h.ID, c.ID(), h.approvalFrom())
	case command.Amount != c.Open:
		return nil, Refuse(RefusedConflict, "the approval of the handoff %s names %s, and %s is open now: look at the case again and approve that", h.ID, command.Amount, c.Open)
	case h.Sending:
		return nil, nil
	}
	return []Event{HandoffApproved{ID: h.ID, Amount: command.Amount}}, nil
}

// IgnoredAsApproved reports whether an approval is of a handoff that is over, or is being
// taken back, for the amount that was approved before. It is refused; before version 1 of
// the change refuse-approval-of-ended-handoff the workflow took it for a repetition.
func (c Case) IgnoredAsApproved(command ApproveHandoff) bool {
	h, found := c.Handoff(command.ID)
	return found && h.wasApprovedFor(command.Amount) && !h.Phase.IsBefore(handoff.Recalling)
}

func (h Handoff) wasApprovedFor(amount money.Amount) bool {
	return h.Approved.Sign() > 0 && h.Approved == amount
}

func (c Case) refuseHandoff(command RefuseHandoff) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	switch {
	case err != nil:
		return nil, err
	case h.End == handoff.EndNotApproved:
		return nil, nil
	case command.Reason == "":
		return nil, Refuse(RefusedInvalid, "refusing the handoff %s needs a reason", h.ID)
	case h.Phase != handoff.Announced || h.Sending:
		return nil, Refuse(RefusedNotNow, "the handoff %s of %s cannot be refused: it is %s; recall it", h.ID, c.ID(), h.told())
	}
	return []Event{HandoffEnded{ID: h.ID, End: handoff.EndNotApproved, On: command.On}}, nil
}

// reportHandoff takes the outcome of an attempt whatever happened to the claim while
// it was under way: a payment has then asked for the recall already.
func (c Case) reportHandoff(command ReportHandoff) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	if err != nil || !h.IsLive() {
		return nil, err
	}
	paidMeanwhile := h.Phase == handoff.Recalling
	switch command.Outcome {
	case HandoffBegun:
		if h.Phase != handoff.Announced || h.Sending {
			return nil, nil
		}
		return []Event{HandoffSending{ID: h.ID}}, nil
	case HandoffGiven:
		if !h.DeliveredOn.IsZero() {
			return nil, nil
		}
		return []Event{HandoffDelivered{ID: h.ID, On: command.On}}, nil
	case HandoffDeclined:
		if !h.Sending {
			return nil, nil
		}
		return []Event{HandoffEnded{ID: h.ID, End: handoff.EndDeclined, On: command.On}}, nil
	case HandoffWithheld:
		switch {
		case !h.Sending && h.Approved.Sign() <= 0:
			return nil, nil
		case paidMeanwhile:
			return []Event{HandoffEnded{ID: h.ID, End: handoff.EndPaid, On: command.On}}, nil
		case c.Insolvency.Freezes() && !h.Doubtful: // overtakenByInsolvency left it, because the file was on its way
			return []Event{HandoffEnded{ID: h.ID, End: handoff.EndNotApproved, On: command.On}}, nil
		}
		return []Event{HandoffApprovalLapsed{ID: h.ID}}, nil
	case HandoffDoubtful:
		return []Event{HandoffDoubted{ID: h.ID}}, nil
	default:
		return nil, Refuse(RefusedInvalid, "%q is no outcome of a handoff", command.Outcome)
	}
}

func (c Case) takePartnerStatus(command TakePartnerStatus) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(handoff.Statuses(), command.Status):
		return nil, Refuse(RefusedInvalid, "%q is no status of a partner: the statuses are %s", command.Status, handoff.Statuses())
	case command.On.IsZero():
		return nil, Refuse(RefusedInvalid, "the status %s of the handoff %s does not say on which day", command.Status, h.ID)
	case command.On > command.Today:
		return nil, Refuse(RefusedInvalid, "the status %s of the handoff %s is dated %s, which is to come: today is %s", command.Status, h.ID, command.On, command.Today)
	case command.On < h.ProposedOn:
		return nil, Refuse(RefusedInvalid, "the status %s is dated %s, and the handoff %s was proposed on %s", command.Status, command.On, h.ID, h.ProposedOn)
	case !h.IsLive():
		return nil, nil // it stands in the file; the claim is not with the partner any more
	case h.Phase == handoff.Announced && !h.Doubtful && !h.Sending:
		return nil, Refuse(RefusedNotNow, "the partner %s does not have the case %s yet: the handoff %s is %s", h.Partner, c.ID(), h.ID, h.told())
	case h.Status == command.Status && h.StatusOn == command.On:
		return nil, nil
	}
	var events []Event
	if h.DeliveredOn.IsZero() {
		events = append(events, HandoffDelivered{ID: h.ID, On: command.On})
	}
	reported := PartnerReported{ID: h.ID, Status: command.Status, On: command.On, Limits: handoff.After(h.Limits, command.Status, command.Limits)}
	if command.Earlier {
		reported.Status, reported.On, reported.Limits = h.Status, h.StatusOn, handoff.AfterEarlier(h.Limits, command.Status, command.On, command.Limits)
	}
	events = append(events, reported)
	if end := command.Status.Ends(); end != "" {
		events = append(events, HandoffEnded{ID: h.ID, End: end, On: command.Today})
	}
	return events, nil
}

// takeRemittance takes money that the partner collected. It never asks for a recall:
// the partner knows of it.
func (c Case) takeRemittance(command TakeRemittance) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	if err != nil {
		return nil, err
	}
	events, err := c.takePosition(command.Position)
	if err != nil {
		return nil, err
	}
	events = append(events, RemittanceTaken{ID: h.ID, Gross: command.Gross})
	if h.IsLive() && h.Phase == handoff.WithPartner && command.Position.Open.Sign() <= 0 {
		events = append(events, HandoffEnded{ID: h.ID, End: handoff.EndCollected, On: command.Position.On})
	}
	return events, nil
}

func (c Case) recallHandoff(command RecallHandoff) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	switch {
	case err != nil:
		return nil, err
	case h.Phase == handoff.Recalling, h.End == handoff.EndRecalled:
		return nil, nil
	case h.Phase != handoff.WithPartner:
		return nil, Refuse(RefusedNotNow, "the handoff %s of %s cannot be recalled: it is %s", h.ID, c.ID(), h.told())
	}
	return []Event{RecallAsked{ID: h.ID, Reason: RecallByPerson}}, nil
}

func (c Case) reportRecalled(command ReportRecalled) ([]Event, error) {
	h, err := c.knownHandoff(command.ID)
	if err != nil || h.Phase != handoff.Recalling {
		return nil, err
	}
	return []Event{HandoffEnded{ID: h.ID, End: handoff.EndRecalled, On: command.On}}, nil
}

func (c Case) knownHandoff(id string) (Handoff, error) {
	if h, found := c.Handoff(id); found {
		return h, nil
	}
	return Handoff{}, Refuse(RefusedInvalid, "the case %s has no handoff %q", c.ID(), id)
}

// told is how far it has come, in words.
func (h Handoff) told() string {
	switch {
	case h.Phase == handoff.Ended:
		return "ended (" + string(h.End) + ")"
	case h.Sending:
		return "on its way to the partner"
	default:
		return string(h.Phase)
	}
}

// handoffAfter is what a new position does to a live handoff: a payment before the
// partner has the file wins, one after it asks for the recall, and an approval of
// another amount lapses.
func (c Case) handoffAfter(taken TakePosition) []Event {
	h, live := c.LiveHandoff()
	open, isPaid := taken.Open, taken.Open.Sign() <= 0
	switch {
	case !live || h.Phase == handoff.Recalling:
		return nil
	case isPaid && h.Phase == handoff.Announced && !h.Sending && !h.Doubtful:
		ended := HandoffEnded{ID: h.ID, End: handoff.EndPaid}
		if !taken.On.IsZero() && !taken.Undated {
			ended.On = max(taken.On, h.ProposedOn)
		}
		return []Event{ended}
	case isPaid:
		return []Event{RecallAsked{ID: h.ID, Reason: RecallPaid}}
	case h.Phase == handoff.Announced && !h.Sending && h.Approved.Sign() > 0 && h.Approved != open:
		return []Event{HandoffApprovalLapsed{ID: h.ID}}
	default:
		return nil
	}
}

// EndsHandoff reports whether a position ends a handoff that its partner never got.
func (c Case) EndsHandoff(taken TakePosition) bool {
	for _, event := range c.handoffAfter(taken) {
		if _, ends := event.(HandoffEnded); ends {
			return true
		}
	}
	return false
}

// handoffAtClose is what closing the case does to a live handoff: one closed as
// handed over stays with its partner.
func (c Case) handoffAtClose(command CloseCase) []Event {
	h, live := c.LiveHandoff()
	switch {
	case !live || h.Phase == handoff.Recalling:
		return nil
	case h.Phase == handoff.Announced && !h.Sending && !h.Doubtful:
		return []Event{HandoffEnded{ID: h.ID, End: handoff.EndNotApproved, On: command.On}}
	case command.Outcome == StageHandedOver:
		return nil
	default:
		return []Event{RecallAsked{ID: h.ID, Reason: RecallClosed}}
	}
}

// reportHandoffTask takes that a person was asked to approve, or told of a time limit.
func (c Case) reportHandoffTask(command ReportTask) []Event {
	h, live := c.LiveHandoff()
	if !live {
		return nil
	}
	if command.Task == TaskHandoffApproval {
		if h.Phase != handoff.Announced || h.Asked {
			return nil
		}
		return []Event{HandoffApprovalAsked{ID: h.ID}}
	}
	if limit, day, found := handoff.Due(h.Limits, c.Window.DateOf(command.At)); found {
		return []Event{TimeLimitTold{ID: h.ID, Key: limit.Key, Day: day}}
	}
	return nil
}
