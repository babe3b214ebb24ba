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
	Case       string     `json:"case" example:"case/acme/F-2026-0042" doc:"The ID of the case and of its workflow."`
	Creditor   string     `json:"creditor"`
	Invoice    string     `json:"invoice"`
	Stage      string     `json:"stage,omitempty" enum:"open,reminding,formal-notice,mediation,handoff,on-hold,plan,unreachable,late-fees,paid,written-off,withdrawn,handed-over" doc:"Where the case stands."`
	Open       decimal    `json:"open,omitempty" doc:"What is still owed of the principal."`
	LateFees   decimal    `json:"late_fees,omitempty" doc:"What is asked for of the late fees once the principal is paid."`
	Currency   string     `json:"currency,omitempty" example:"EUR"`
	Strategy   string     `json:"strategy,omitempty" example:"fr-b2b-standard@1" doc:"The strategy and its version."`
	LastStep   string     `json:"last_step,omitempty" doc:"The last step that was begun."`
	NextStep   string     `json:"next_step,omitempty" doc:"The step that acts next; missing while only a person is to be told of the limitation."`
	NextAt     time.Time  `json:"next_at,omitzero" doc:"When it acts, or a person is told of the limitation; missing while the case waits for a person or a payment only."`
	Why        string     `json:"why,omitempty" doc:"Why it does what it does next."`
	WhyFR      string     `json:"why_fr,omitempty" doc:"The same in French."`
	Limitation limitation `json:"limitation,omitzero" doc:"Until when the claim can be brought to court; missing where the law of limitation is not known."`
}

func newStatus(creditor, number string, s workflows.Status) Status {
	told := Status{
		Case: collection.WorkflowID(creditor, number), Creditor: creditor, Invoice: number, Stage: string(s.Stage),
		Strategy: s.Strategy, LastStep: s.LastStep, NextStep: s.NextStep, Why: s.Why, WhyFR: s.WhyFR,
	}
	told.Limitation = newLimitation(s.Limitation)
	if !s.NextAt.IsZero() {
		told.NextAt = s.NextAt.UTC()
	}
	if s.Open.Currency() != "" {
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
