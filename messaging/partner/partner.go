// Package partner gives case files to professionals over HTTP and reads their signed
// callbacks. The contract is docs/partner-api.md.
package partner

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

const (
	defaultTimeout = 60 * time.Second // a case file is some megabytes
	// casesPath comes before the reference.
	casesPath = "/v1/cases/"
)

// Config says how a partner is reached. A call takes 60 s at most when it says nothing
// else.
type Config = exchange.APIConfig

// Client is one partner. It is safe for concurrent use.
type Client struct{ api *exchange.API }

// New checks the configuration and returns a client. It does not call the partner.
func New(config Config) (*Client, error) {
	api, err := exchange.NewAPI("the partner", "case", config, defaultTimeout)
	if err != nil {
		return nil, fmt.Errorf("the configuration of the partner's API cannot be used: %w", err)
	}
	return &Client{api: api}, nil
}

// Case is what a partner is given. Reference is its natural key: the same one again is
// the same case.
type Case struct {
	Reference string `json:"reference"`
	Creditor  string `json:"creditor"`
	Invoice   string `json:"invoice"`
	Route     string `json:"route"`
	// Amount is the principal to recover, a decimal number in Currency.
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	// The case file, whole: its name, its media type, its SHA-256 and, in base64, its bytes.
	FileName    string `json:"file_name"`
	ContentType string `json:"content_type"`
	SHA256      string `json:"sha256"`
	File        []byte `json:"file"`
}

// state is how the partner tells of a case.
type state struct {
	ID        string    `json:"id"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
}

// Deliver makes one attempt to give the case to the partner.
func (c *Client) Deliver(ctx context.Context, given Case) messaging.Outcome {
	body, err := json.Marshal(given)
	if err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: "the case cannot be written: " + err.Error()}
	}
	return c.api.Give(ctx, http.MethodPut, casesPath+given.Reference, body, declined)
}

// declined is what the partner refuses for good: the case, or another file under its
// reference.
func declined(status int, code string) (messaging.Outcome, bool) {
	if status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		return messaging.Outcome{}, false
	}
	return messaging.Outcome{
		Verdict: messaging.Rejected, Cause: messaging.CauseContent,
		Reason: fmt.Sprintf("the partner declines the case with status %d and code %s", status, cmp.Or(code, strconv.Itoa(status))),
	}, true
}

// Find asks whether the partner has the case of a reference. An error says nothing
// either way.
func (c *Client) Find(ctx context.Context, reference string) (messaging.Proof, bool, error) {
	answer, watched, err := c.api.Call(ctx, http.MethodGet, casesPath+reference, nil)
	switch status := watched.Status(); {
	case status == http.StatusNotFound && err == nil:
		return messaging.Proof{}, false, nil
	case err != nil:
		return messaging.Proof{}, false, fmt.Errorf("looking for the case %s at the partner: %s", reference, exchange.Describe(err))
	case status != http.StatusOK:
		return messaging.Proof{}, false, fmt.Errorf("looking for the case %s: the partner answered %d", reference, status)
	}
	var known state
	if err := json.Unmarshal(answer, &known); err != nil || known.ID == "" {
		return messaging.Proof{}, false, fmt.Errorf("the partner tells of the case %s what cannot be read", reference)
	}
	return messaging.Proof{DeliveryEvent: messaging.DeliveryEvent{ProviderID: known.ID, Kind: messaging.DeliveryAccepted}, Status: known.Status, CreatedAt: known.CreatedAt}, true, nil
}

// Recall tells the partner to stop. Told again it changes nothing. Rejected means that
// the partner has no such case, or that it is over there already.
func (c *Client) Recall(ctx context.Context, reference, reason string) messaging.Outcome {
	body, err := json.Marshal(map[string]string{"reason": reason})
	if err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: err.Error()}
	}
	answer, watched, err := c.api.Call(ctx, http.MethodPost, casesPath+reference+"/recall", body)
	switch watched.Status() {
	case 0:
		return watched.Unanswered(err)
	case http.StatusNoContent:
		return messaging.Outcome{Verdict: messaging.Accepted}
	case http.StatusNotFound:
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Code: "404", Reason: "the partner has no such case"}
	default:
		return c.api.Classify(watched, answer, declined)
	}
}
