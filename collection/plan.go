package collection

import (
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// FollowedPlan is an instalment plan that a case follows, or followed. The plan has
// a workflow of its own; the case only rests, and knows what comes next.
type FollowedPlan struct {
	ID string `json:"id"`
	// Revision counts how often the plan told of itself: older news change nothing.
	Revision int           `json:"revision"`
	From     calendar.Date `json:"from"`
	// Accepted: the debtor agreed; before that the plan is an offer.
	Accepted bool `json:"accepted,omitempty"`
	// NextOn and NextAmount are the next instalment of the whole plan.
	NextOn     calendar.Date `json:"nextOn,omitzero"`
	NextAmount money.Amount  `json:"nextAmount,omitzero"`
	// EndedOn is the day the plan ended, EndedAs how.
	EndedOn calendar.Date `json:"endedOn,omitzero"`
	EndedAs string        `json:"endedAs,omitempty"`
	// PayBy is the day by which the debtor of a broken plan was asked to pay all.
	PayBy calendar.Date `json:"payBy,omitzero"`
}

// AttachPlan has a case follow an instalment plan, or tells it more of the one it
// follows.
type AttachPlan struct {
	FollowedPlan

	// AgreedOn is the day on which the debtor accepted it: a plan that was agreed on in a
	// mediation before is concluded with it. Not set by plans of earlier versions.
	AgreedOn calendar.Date
}

// EndPlan says that an instalment plan is over. The ladder goes on at its saved step
// with all that is open.
type EndPlan struct {
	ID string
	On calendar.Date
	As string
	// PayBy is the day by which the debtor was asked to pay all, where the plan is broken:
	// the ladder waits for it.
	PayBy calendar.Date
	// Revision is how often the plan has told of itself.
	Revision int
}

// How a plan ends that was kept. Money that is taken back later has it go on again.
const (
	PlanCompleted    = "completed"
	PlanSettledEarly = "settled-early"
)

// wasKept reports whether the plan is over because it was kept.
func (p FollowedPlan) wasKept() bool {
	return !p.EndedOn.IsZero() && (p.EndedAs == PlanCompleted || p.EndedAs == PlanSettledEarly)
}

// PlanFollowed: the case follows a plan, or knows more of it.
type PlanFollowed struct{ Plan FollowedPlan }

// PlanLeft: a plan is over for the case.
type PlanLeft struct {
	ID       string
	On       calendar.Date
	As       string
	PayBy    calendar.Date `json:",omitzero"`
	Revision int           `json:",omitzero"`
}

func (AttachPlan) command() {}
func (EndPlan) command()    {}

// ActivePlan is the plan that the case follows; found is false when there is none.
func (c Case) ActivePlan() (plan FollowedPlan, found bool) {
	for _, plan := range c.Plans {
		if plan.EndedOn.IsZero() {
			return plan, true
		}
	}
	return FollowedPlan{}, false
}

func (c Case) attachPlan(command AttachPlan) ([]Event, error) {
	plan := command.FollowedPlan
	if err := CheckID("the plan", plan.ID); err != nil {
		return nil, err
	}
	if plan.From.IsZero() || plan.Revision < 1 {
		return nil, Refuse(RefusedInvalid, "the plan %s does not say from which day the case follows it, or how often it told of itself", plan.ID)
	}
	if known := slices.IndexFunc(c.Plans, func(p FollowedPlan) bool { return p.ID == plan.ID }); known >= 0 {
		was := c.Plans[known]
		_, followsOther := c.ActivePlan()
		goesOnAgain := was.wasKept() && !followsOther && !c.Insolvency.Freezes()
		if was.Revision >= plan.Revision || !was.EndedOn.IsZero() && !goesOnAgain {
			return nil, nil // news of the past
		}
		plan.From = was.From
		return append([]Event{PlanFollowed{Plan: plan}}, c.concludedByPlan(command)...), nil
	}
	if other, found := c.ActivePlan(); found {
		return nil, Refuse(RefusedConflict, "the case %s follows the plan %s: end it before it follows another", c.ID(), other.ID)
	}
	if c.IsClosed() {
		return nil, c.refuseClosed("paid in instalments")
	}
	if c.Insolvency.Freezes() {
		return nil, c.refuseFrozen("paid in instalments")
	}
	return append([]Event{PlanFollowed{Plan: plan}}, c.concludedByPlan(command)...), nil
}

// concludedByPlan concludes the plan that was agreed on in a mediation.
func (c Case) concludedByPlan(command AttachPlan) []Event {
	reached, found := c.AgreementReached()
	if !found || reached.Kind != AgreementPlan || command.AgreedOn.IsZero() {
		return nil
	}
	if m, _ := c.Mediation(reached.Mediation); command.AgreedOn < m.Ended {
		return nil // it was accepted before
	}
	return []Event{AgreementConcluded{ID: reached.Mediation, On: command.AgreedOn}}
}

// daysToPayBy bounds how long a broken plan can keep a ladder still.
const daysToPayBy = 60

func (c Case) endPlan(command EndPlan) ([]Event, error) {
	switch {
	case command.On.IsZero() || command.As == "":
		return nil, Refuse(RefusedInvalid, "the end of the plan %s does not say on which day, or how", command.ID)
	case !command.PayBy.IsZero() && (command.PayBy < command.On || command.PayBy > command.On.AddDays(daysToPayBy)):
		return nil, Refuse(RefusedInvalid, "the plan %s ended on %s and asks for its balance by %s: that must be within %d days", command.ID, command.On, command.PayBy, daysToPayBy)
	}
	for _, plan := range c.Plans {
		if plan.ID == command.ID && plan.EndedOn.IsZero() {
			return []Event{PlanLeft(command)}, nil
		}
	}
	return nil, nil
}

func (e PlanFollowed) apply(c Case) Case {
	c.Plans = slices.Clone(c.Plans)
	for i := range c.Plans {
		if c.Plans[i].ID == e.Plan.ID {
			c.Plans[i] = e.Plan
			return c
		}
	}
	c.Plans = append(c.Plans, e.Plan)
	return c
}

func (e PlanLeft) apply(c Case) Case {
	c.Plans = slices.Clone(c.Plans)
	for i := range c.Plans {
		if c.Plans[i].ID == e.ID && c.Plans[i].EndedOn.IsZero() {
			c.Plans[i].EndedOn, c.Plans[i].EndedAs, c.Plans[i].PayBy = e.On, e.As, e.PayBy
			c.Plans[i].Revision = max(c.Plans[i].Revision, e.Revision)
		}
	}
	return c
}

// whileOnPlan rests for as long as the case follows an instalment plan: the plan
// tells it when it is over.
func (c Case) whileOnPlan(now time.Time) (Action, bool) {
	plan, found := c.ActivePlan()
	if !found {
		return Action{}, false
	}
	why := Reason{Code: becausePlan, Text: plan.ID, Date: plan.NextOn, Amount: plan.NextAmount, Late: c.Window.DateOf(now) > plan.NextOn}
	if !plan.Accepted {
		why.Code = becausePlanOffered
	}
	return Action{Kind: ActionIdle, Because: why}, true
}

// balanceDue is the broken plan whose balance the debtor was asked to pay by the latest
// day; not set when there is none.
func (c Case) balanceDue() (broken FollowedPlan) {
	for _, plan := range c.Plans {
		if plan.PayBy > broken.PayBy {
			broken = plan
		}
	}
	return broken
}

// AwaitsBalance reports whether the debtor still has time, on a day, to pay the balance of a
// broken plan, and until when.
func (c Case) AwaitsBalance(today calendar.Date) (until calendar.Date, waits bool) {
	broken, waits := c.awaitedBalance(today)
	return broken.PayBy, waits
}

func (c Case) awaitedBalance(today calendar.Date) (broken FollowedPlan, waits bool) {
	broken = c.balanceDue()
	return broken, !broken.PayBy.IsZero() && today <= broken.PayBy
}

// planPauses are the days on which plans kept the ladder still.
func (c Case) planPauses(until calendar.Date) []pause {
	var pauses []pause
	for _, plan := range c.Plans {
		end := until
		if !plan.EndedOn.IsZero() {
			end = min(end, plan.EndedOn)
		}
		pauses = append(pauses, pause{plan.From, end})
	}
	return pauses
}

const (
	becausePlan        reasonCode = "plan"
	becausePlanOffered reasonCode = "plan-offered"
	becausePlanBroken  reasonCode = "plan-broken"
)

func (r Reason) aboutPlan() string {
	if r.Code == becausePlanOffered {
		return fmt.Sprintf("the plan %s was proposed to the debtor; the case waits for the answer", r.Text)
	}
	if r.Code == becausePlanBroken && r.Step == "" {
		return fmt.Sprintf("the handoff waits for the day of %s by which the debtor was asked to pay the balance of the broken plan %s", r.Date, r.Text)
	}
	if r.Code == becausePlanBroken {
		return fmt.Sprintf("step %s waits for the day of %s by which the debtor was asked to pay the balance of the broken plan %s", r.Step, r.Date, r.Text)
	}
	if r.Date.IsZero() {
		return fmt.Sprintf("the case follows the plan %s", r.Text)
	}
	if r.Late {
		return fmt.Sprintf("the case follows the plan %s; its instalment of %s was due on %s", r.Text, r.Amount, r.Date)
	}
	return fmt.Sprintf("the case follows the plan %s, next instalment of %s on %s", r.Text, r.Amount, r.Date)
}

func (r Reason) surLEcheancier() string {
	if r.Code == becausePlanOffered {
		return fmt.Sprintf("l’échéancier %s a été proposé au débiteur ; le dossier attend sa réponse", r.Text)
	}
	if r.Code == becausePlanBroken && r.Step == "" {
		return fmt.Sprintf("la remise attend le %s, date à laquelle le débiteur doit régler le solde de l’échéancier rompu %s", r.Date.French(), r.Text)
	}
	if r.Code == becausePlanBroken {
		return fmt.Sprintf("l’étape %s attend le %s, date à laquelle le débiteur doit régler le solde de l’échéancier rompu %s", r.Step, r.Date.French(), r.Text)
	}
	if r.Date.IsZero() {
		return fmt.Sprintf("le dossier suit l’échéancier %s", r.Text)
	}
	if r.Late {
		return fmt.Sprintf("le dossier suit l’échéancier %s ; son échéance de %s était à payer le %s", r.Text, r.Amount.French(), r.Date.French())
	}
	return fmt.Sprintf("le dossier suit l’échéancier %s, prochaine échéance de %s le %s", r.Text, r.Amount.French(), r.Date.French())
}
