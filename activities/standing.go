package activities

import (
	"context"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/money"
)

// NameTakeStanding is registered for TakeStanding.
const NameTakeStanding = "take-standing"

// StandingOrder asks for what a case must know of its debtor.
type StandingOrder struct {
	CaseKey
	At time.Time `json:"at"`
}

// StandingTaken is what a case must know of its debtor, and how its account stands
// with it: the interest stops with an insolvency. The limitation is another when the kind
// of the debtor was corrected, and the place when its address was.
type StandingTaken struct {
	Standing   collection.Standing   `json:"standing,omitzero"`
	Open       money.Amount          `json:"open"`
	LateFees   money.Amount          `json:"late_fees,omitzero"`
	Limitation collection.Limitation `json:"limitation,omitzero"`
	Place      collection.Place      `json:"place,omitzero"`
}

// TakeStanding reads what a case must know of its debtor.
func (f *CaseFile) TakeStanding(ctx context.Context, order StandingOrder) (StandingTaken, error) {
	taken, err := f.Store.TakeStanding(ctx, order.Creditor, order.Invoice, order.At)
	return StandingTaken{Standing: taken.Standing, Open: taken.Open, LateFees: taken.LateFees, Limitation: taken.Limitation, Place: taken.Place}, err
}

func (f *CaseFile) openInsolvencyTask(ctx context.Context, order TaskOrder) error {
	return f.Store.OpenInsolvencyTask(ctx, casefile.InsolvencyTaskOrder{
		TaskOrder:  casefile.TaskOrder{Creditor: order.Creditor, Invoice: order.Invoice, Round: order.Round, At: order.At},
		Proceeding: order.Proceeding, Day: order.Day, Handoff: order.Handoff, Partner: order.Partner,
	})
}
