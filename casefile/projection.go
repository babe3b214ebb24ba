package casefile

import (
	"time"

	"relance/collection"
)

// Projection is what others must know of a case without asking its workflow. The
// store computes it with collection.Next from the case it has just written, so
// that it never says more, or less, than the facts beside it.
type Projection struct {
	Stage collection.Stage
	// NextStep is the step that acts next, empty when nothing is planned.
	NextStep string
	// NextAt is when it acts (business time), not set while the case waits for a
	// person or a payment.
	NextAt time.Time
	// Why is the reason in English.
	Why string
}
