package activities

import (
	"context"
	"fmt"
	"time"

	"relance/casefile"
)

// otherRecipientError: a notice was approved for others than it would go to now.
type otherRecipientError struct{}

func (*otherRecipientError) Error() string {
	return "the notice goes to others than it was approved for"
}

// isForOthers reports whether a step was approved for others than it would go to now.
func isForOthers(m casefile.MessageContext, step string) bool {
	approved := m.Case.ApprovedTo(step)
	return approved != "" && approved != m.RecipientSeal(step)
}

// askForRecipient takes back an approval whose recipients have changed; the case asks for
// it anew.
func (n *Notices) askForRecipient(ctx context.Context, order NoticeOrder, at time.Time) (Delivery, error) {
	why := "the step " + order.Step + " goes to others than it was approved for: the approval is asked for anew"
	err := n.Store.LapseApproval(ctx, casefile.Decision{
		Creditor: order.Creditor, Invoice: order.Invoice, Kind: "approval-lapsed", Actor: casefile.ByItself, Summary: why, At: at,
		Key: fmt.Sprintf("approval-lapsed/%d/%s/%s", order.Round, order.Step, at.UTC().Format(time.RFC3339Nano)),
	}, order.Step)
	return Delivery{Outcome: DeliveryWithheld, Reason: why, At: at, OtherRecipient: true}, err
}
