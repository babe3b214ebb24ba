package collection

import "fmt"

// RefusalCode says why the core refused a command, for callers who decide on it.
type RefusalCode string

// The reasons a command is refused.
const (
	// RefusedInvalid: the command itself is wrong.
	RefusedInvalid RefusalCode = "invalid"
	// RefusedClosed: the case is closed.
	RefusedClosed RefusalCode = "closed"
	// RefusedConflict: it contradicts what is already recorded.
	RefusedConflict RefusalCode = "conflict"
	// RefusedNotNow: the case is not where the command would make sense.
	RefusedNotNow RefusalCode = "not-now"
)

// Refusal is a command that the core does not accept. Nothing was changed.
type Refusal struct {
	Code    RefusalCode
	Message string
}

func (r *Refusal) Error() string { return r.Message }

func refuse(code RefusalCode, format string, args ...any) error {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
