package activities

import (
	"relance/casefile"
	"relance/collection"
)

// DisputeTask is the dispute a task is about.
type DisputeTask struct {
	ID     string                   `json:"id,omitempty"`
	Reason collection.DisputeReason `json:"reason,omitempty"`
	Owner  string                   `json:"owner,omitempty"`
}

// disputeOverdueTask is what a supervisor is asked about a dispute that its owner has
// not answered in time.
func disputeOverdueTask(order TaskOrder) casefile.TaskOrder {
	return casefile.DisputeOverdueTask(order.Dispute.ID, order.Dispute.Reason, order.Dispute.Owner, order.Day, order.At)
}
