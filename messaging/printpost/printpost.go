// Package printpost hands letters to a print-and-post service over HTTP and reads its
// signed webhooks. The contract is docs/print-and-post.md.
package printpost

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

const (
	defaultTimeout = 30 * time.Second // a letter is some hundred kilobytes
	// lettersPath comes before the message ID.
	lettersPath = "/v1/letters/"
)

// Config says which service prints and posts. A call takes 30 s at most when it says
// nothing else.
type Config = exchange.APIConfig

// Client hands letters to the service. It is safe for concurrent use.
type Client struct{ api *exchange.API }

var _ messaging.Post = (*Client)(nil)

// New checks the configuration and returns a client. It does not call the service.
func New(config Config) (*Client, error) {
	api, err := exchange.NewAPI("the service", "letter", config, defaultTimeout)
	if err != nil {
		return nil, fmt.Errorf("the configuration of the print-and-post service cannot be used: %w", err)
	}
	return &Client{api: api}, nil
}

// order is a letter on the wire.
type order struct {
	Kind      string   `json:"kind"`
	Reference string   `json:"reference"`
	Recipient []string `json:"recipient"`
	SHA256    string   `json:"sha256"`
	PDF       []byte   `json:"pdf"` // in base64
}

// state is how the service tells of a letter.
type state struct {
	ID        string                `json:"id"`
	State     messaging.LetterState `json:"state"`
	CreatedAt time.Time             `json:"created_at"`
}

// The codes of a letter that is refused for good.
const (
	codeAddress = "address"
	codeContent = "content"
)

// PostLetter makes one attempt to hand the letter in. A letter that is not valid is
// Rejected without a call.
func (c *Client) PostLetter(ctx context.Context, letter messaging.Letter) messaging.Outcome {
	if err := letter.Validate(); err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: "the letter is not valid: " + err.Error()}
	}
	asked := order{Kind: "plain", Reference: letter.Reference, Recipient: letter.Recipient, SHA256: messaging.Hash(letter.PDF), PDF: letter.PDF}
	if letter.Registered {
		asked.Kind = "registered"
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: "the letter cannot be written: " + err.Error()}
	}
	return c.api.Give(ctx, http.MethodPut, lettersPath+letter.MessageID, body, declined)
}

// declined is what the service refuses for good: the address or the PDF, or another
// letter under the ID.
func declined(status int, code string) (messaging.Outcome, bool) {
	switch {
	case status == http.StatusUnprocessableEntity && code == codeAddress:
		return messaging.Outcome{
			Verdict: messaging.Rejected, Cause: messaging.CauseRecipient, Reason: "the service refuses the address", // its words may repeat it
		}, true
	case status == http.StatusUnprocessableEntity && code == codeContent, status == http.StatusConflict:
		return messaging.Outcome{
			Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: fmt.Sprintf("the service refuses the letter with status %d", status),
		}, true
	default:
		return messaging.Outcome{}, false
	}
}

// FindLetter asks whether the service has the letter of a message.
func (c *Client) FindLetter(ctx context.Context, messageID string) (messaging.Proof, bool, error) {
	answer, watched, err := c.api.Call(ctx, http.MethodGet, lettersPath+messageID, nil)
	switch status := watched.Status(); {
	case status == http.StatusNotFound && err == nil:
		return messaging.Proof{}, false, nil
	case err != nil || status != http.StatusOK:
		return messaging.Proof{}, false, c.fault("looking for", messageID, status, err)
	}
	var known state
	if err := json.Unmarshal(answer, &known); err != nil || known.ID == "" {
		return messaging.Proof{}, false, fmt.Errorf("the print-and-post service tells of letter %s what cannot be read", messageID)
	}
	kind := deliveryKinds[known.State]
	return messaging.Proof{
		DeliveryEvent: messaging.DeliveryEvent{ProviderID: known.ID, Kind: cmp.Or(kind, messaging.DeliveryAccepted)}, Status: string(known.State), CreatedAt: known.CreatedAt,
	}, true, nil
}

// deliveryKinds are the states in the words common to all providers.
var deliveryKinds = map[messaging.LetterState]messaging.DeliveryKind{
	messaging.LetterDelivered: messaging.DeliveryDelivered, messaging.LetterUnclaimed: messaging.DeliveryDelivered,
	messaging.LetterRefused: messaging.DeliveryDelivered, messaging.LetterReturned: messaging.DeliveryBounced,
	messaging.LetterCancelled: messaging.DeliveryFailed,
}

// CancelLetter asks the service to leave a letter unposted.
func (c *Client) CancelLetter(ctx context.Context, messageID string) (bool, error) {
	_, watched, err := c.api.Call(ctx, http.MethodDelete, lettersPath+messageID, nil)
	switch status := watched.Status(); {
	case err == nil && (status == http.StatusOK || status == http.StatusNoContent || status == http.StatusNotFound):
		return true, nil
	case err == nil && status == http.StatusConflict:
		return false, nil // it is printed or posted
	default:
		return false, c.fault("cancelling", messageID, status, err)
	}
}

func (c *Client) fault(doing, messageID string, status int, err error) error {
	if err != nil {
		return fmt.Errorf("%s letter %s at the print-and-post service: %s", doing, messageID, exchange.Describe(err))
	}
	return fmt.Errorf("%s letter %s: the print-and-post service answered %d", doing, messageID, status)
}
