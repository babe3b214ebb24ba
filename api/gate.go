package api

import (
	"context"
	"time"
)

type gateOutput struct {
	Body struct {
		Passes bool      `json:"passes" doc:"The next notice may leave now."`
		Code   string    `json:"code,omitempty" enum:"closed,insolvent,held,handed-over,disputed,promised,mediation,excluded,blocked,kill-switch,waived,unapproved,barred,postponed,not-due,recipient,outdated" doc:"Why not, in a word."`
		Why    string    `json:"why,omitempty" doc:"Why not."`
		WhyFR  string    `json:"why_fr,omitempty" doc:"The same in French."`
		Until  time.Time `json:"until,omitzero" doc:"Not before; missing when that depends on a person or a payment."`
	}
}

func (a *api) getGate(ctx context.Context, in *CaseKey) (*gateOutput, error) {
	creditor, number := in.key()
	gate, err := a.Cases.Gate(ctx, creditor, number)
	if err != nil {
		return nil, err
	}
	out := &gateOutput{}
	out.Body.Passes, out.Body.Code, out.Body.Why, out.Body.WhyFR = gate.Passes, string(gate.Code), gate.Reason, gate.ReasonFR
	if !gate.Until.IsZero() {
		out.Body.Until = gate.Until.UTC()
	}
	return out, nil
}
