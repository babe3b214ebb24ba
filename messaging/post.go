package messaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"relance/calendar"
)

// Letter is one letter to print and post.
type Letter struct {
	// MessageID is our ID: the same ID is the same letter, posted once.
	MessageID string
	// Reference is what people know it by: creditor and number in its register,
	// "acme/2026-000123".
	Reference string
	// Registered: posted with acknowledgement of receipt.
	Registered bool
	// Recipient is the name and the address, a line each, as they stand in the window.
	Recipient []string
	// PDF is what is printed, exactly.
	PDF []byte
}

// The bounds of a letter: lines that show in the window of an envelope, and bytes.
const (
	maxLetterLines = 7
	maxLetterSize  = 8 << 20
)

// Validate reports everything that would make a provider refuse the letter, all at once.
func (l Letter) Validate() error {
	var problems []error
	if !messageID.MatchString(l.MessageID) {
		problems = append(problems, fmt.Errorf("the message ID %q is not an ID of letters, digits and . _ : -", l.MessageID))
	}
	if len(l.Recipient) < 2 || len(l.Recipient) > maxLetterLines || strings.TrimSpace(strings.Join(l.Recipient, "")) == "" {
		problems = append(problems, fmt.Errorf("the address has %d lines: 2 to %d are needed", len(l.Recipient), maxLetterLines))
	}
	if !bytes.HasPrefix(l.PDF, []byte("%PDF-")) {
		problems = append(problems, errors.New("the letter is not a PDF"))
	}
	if len(l.PDF) > maxLetterSize {
		problems = append(problems, fmt.Errorf("the letter is larger than %d MiB", maxLetterSize>>20))
	}
	return errors.Join(problems...)
}

// Post prints and posts letters. A letter is known by our message ID: handing the same
// one in again posts it once. Implementations are safe for concurrent use.
type Post interface {
	// PostLetter hands a letter in, in one attempt, under the same rules as
	// [EmailSender].
	PostLetter(ctx context.Context, letter Letter) Outcome
	// FindLetter looks for the letter of a message. Not found proves that the provider
	// does not have it; an error says nothing either way.
	FindLetter(ctx context.Context, messageID string) (proof Proof, found bool, err error)
	// CancelLetter asks to leave a letter unposted, and reports whether it will be. A
	// letter the provider does not have is cancelled.
	CancelLetter(ctx context.Context, messageID string) (cancelled bool, err error)
}

// LetterState is how far a provider has come with a letter.
type LetterState string

// The states of a letter at its provider.
const (
	LetterAccepted  LetterState = "accepted"
	LetterPrinted   LetterState = "printed"
	LetterPosted    LetterState = "posted"
	LetterDelivered LetterState = "delivered"
	LetterUnclaimed LetterState = "unclaimed"
	LetterRefused   LetterState = "refused"
	LetterReturned  LetterState = "returned"
	LetterCancelled LetterState = "cancelled"
)

// LetterEvent is news of a provider about one letter. What is known of its posting comes
// with every event after it, so that no event needs the one before.
type LetterEvent struct {
	EventID   string
	MessageID string
	// ProviderID is the provider's own ID of the letter.
	ProviderID string
	State      LetterState
	// On is the day of the state.
	On            calendar.Date
	PostedOn      calendar.Date
	PostingNumber string
	// Postage is an amount such as "5.74", Currency its code; both may be missing.
	Postage, Currency string
	// PresentedOn is the first day the post held it out.
	PresentedOn calendar.Date
	// Reason is the post's words; may hold personal data.
	Reason string
}
