package api

import (
	"fmt"
	"time"

	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// Status is how a case stands, what it does next, and why.
type Status struct {
	Case        string          `json:"case" example:"case/acme/F-2026-0042" doc:"The ID of the case and of its workflow."`
	Creditor    string          `json:"creditor"`
	Invoice     string          `json:"invoice"`
	Stage       string          `json:"stage,omitempty" enum:"open,reminding,formal-notice,mediation,handoff,with-partner,insolvency,on-hold,disputed,promised,plan,unreachable,late-fees,paid,written-off,withdrawn,handed-over" doc:"Where the case stands."`
	Open        decimal         `json:"open,omitempty" doc:"What is still owed of the principal."`
	Disputed    decimal         `json:"disputed,omitempty" doc:"The part of it that is not asked for, because it is contested or given up."`
	LateFees    decimal         `json:"late_fees,omitempty" doc:"What is asked for of the late fees once the principal is paid."`
	Currency    string          `json:"currency,omitempty" example:"EUR"`
	Strategy    string          `json:"strategy,omitempty" example:"fr-b2b-standard@1" doc:"The strategy and its version."`
	LastStep    string          `json:"last_step,omitempty" doc:"The last step that was begun."`
	NextStep    string          `json:"next_step,omitempty" doc:"The step that acts next; missing while only a person is to be told of the limitation."`
	NextAt      time.Time       `json:"next_at,omitzero" doc:"When it acts, or a person is told of the limitation; missing while the case waits for a person or a payment only."`
	NextChannel string          `json:"next_channel,omitempty" doc:"The channel it acts over, as long as that works."`
	NextTask    string          `json:"next_task,omitempty" doc:"What a person is asked then."`
	Why         string          `json:"why,omitempty" doc:"Why it does what it does next."`
	WhyFR       string          `json:"why_fr,omitempty" doc:"The same in French."`
	Promise     *promiseStatus  `json:"promise,omitempty" doc:"The promise the case waits for."`
	Disputes    []disputeStatus `json:"disputes,omitempty" nullable:"false" doc:"The disputes that keep a part of the claim back."`
	Plan        *followedPlan   `json:"plan,omitempty" doc:"The instalment plan the case follows."`
	Insolvency  insolvency      `json:"insolvency,omitzero" doc:"The proceedings that keep the claim frozen; missing when there are none."`
	Mediation   mediation       `json:"mediation,omitzero" doc:"The last attempt to settle the claim with a third person; missing when there was none."`
	Limitation  limitation      `json:"limitation,omitzero" doc:"Until when the claim can be brought to court; missing where the law of limitation is not known."`
	Handoff     *handoffStatus  `json:"handoff,omitempty" doc:"The last transfer to a professional."`
}

func newStatus(creditor, number string, s workflows.Status) Status {
	told := Status{
		Case: collection.WorkflowID(creditor, number), Creditor: creditor, Invoice: number, Stage: string(s.Stage),
		Strategy: s.Strategy, LastStep: s.LastStep, NextStep: s.NextStep, NextChannel: string(s.NextChannel), NextTask: string(s.NextTask), Why: s.Why, WhyFR: s.WhyFR,
	}
	told.Limitation, told.Insolvency, told.Mediation = newLimitation(s.Limitation), newInsolvency(s.Insolvency), newMediation(s.Mediation)
	told.Promise, told.Disputes = newPromiseStatus(s.Promise), newDisputeStatuses(s.Disputes)
	told.Handoff, told.Plan = newHandoffStatus(s.Handoff), newFollowedPlan(s.Plan)
	if !s.NextAt.IsZero() {
		told.NextAt = s.NextAt.UTC()
	}
	if s.Open.Currency() != "" {
		told.Disputed = decimalUnlessZero(s.Disputed)
		told.Open, told.Currency, told.LateFees = decimalOf(s.Open), string(s.Open.Currency()), decimalUnlessZero(s.LateFees)
	}
	return told
}

func decimalOf(amount money.Amount) decimal { return decimal(amount.Decimal()) }

func decimalUnlessZero(amount money.Amount) decimal {
	if amount.IsZero() {
		return ""
	}
	return decimalOf(amount)
}

// versioned names a strategy with its version.
func versioned(name string, version int) string { return fmt.Sprintf("%s@%d", name, version) }
