package collection

import "relance/money"

// Settled is what an account has received. It is not known of a case whose state
// was written before it was counted.
type Settled struct {
	Known bool `json:"known"`
	// Paid is the money that came in and was not taken back, Credited the credit notes.
	Paid     money.Amount `json:"paid,omitzero"`
	Credited money.Amount `json:"credited,omitzero"`
}

// NewSettled is what an account has received.
func NewSettled(paid, credited money.Amount) Settled {
	return Settled{Known: true, Paid: money.OmitNothing(paid), Credited: money.OmitNothing(credited)}
}
