package casefile

import (
	"errors"
	"fmt"

	"relance/collection"
)

// What a caller can ask for that is not there; every such error wraps one of these.
var (
	ErrUnknownCreditor = errors.New("the creditor is not known")
	ErrUnknownDebtor   = errors.New("the debtor is not known")
	ErrUnknownContact  = errors.New("the contact is not known")
	ErrUnknownCase     = errors.New("the case is not known")
	ErrUnknownMessage  = errors.New("the message is not known")
	ErrUnknownTask     = errors.New("the task is not known")
	ErrUnknownAnswer   = errors.New("the answer is not known")
	ErrUnknownLetter   = errors.New("the letter is not known")
)

// ConflictError says that something is already recorded with another fact. Nothing
// was changed.
type ConflictError struct {
	// Subject is what is recorded, "the invoice F-2026-001 of acme".
	Subject string
	// Field is the fact that differs, "total", "due date".
	Field string
	Known string
	Given string
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s is already recorded with the %s %s and cannot be recorded with %s: correct what was given, or record it under a name of its own",
		e.Subject, e.Field, orNothing(e.Known), orNothing(e.Given))
}

func orNothing(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// refuse makes a refusal in the words of the core, for facts that it does not see.
func refuse(code collection.RefusalCode, format string, args ...any) error {
	return &collection.Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
