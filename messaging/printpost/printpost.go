// Package printpost hands letters to a print-and-post service over HTTP and reads its
// signed webhooks. The contract is docs/print-and-post.md.
package printpost

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

const (
	defaultTimeout = 30 * time.Second // a letter is some hundred kilobytes
	// lettersPath comes before the message ID.
	lettersPath = "/v1/letters/"
)

// Config says which service prints and posts.
type Config struct {
	BaseURL string
	// Key authenticates the calls as a bearer token.
	Key     string
	Timeout time.Duration // of one whole call; 30 s when 0
	// Transport is the connection pool; its own one when nil.
	Transport http.RoundTripper
	// Now is the wall clock, used to read how long to wait after a 429; time.Now when nil.
	Now func() time.Time
}

// Client hands letters to the service. It is safe for concurrent use.
type Client struct {
	config    Config
	base      *url.URL
	transport http.RoundTripper
	now       func() time.Time
}

var _ messaging.Post = (*Client)(nil)

// New checks the configuration and returns a client. It does not call the service.
func New(config Config) (*Client, error) {
	base, err := exchange.ParseBase(config.BaseURL)
	if config.Key == "" {
		err = errors.Join(err, errors.New("the key is missing"))
	}
	if config.Timeout < 0 {
		err = errors.Join(err, fmt.Errorf("the timeout %s is negative", config.Timeout))
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration of the print-and-post service cannot be used: %w", err)
	}
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	c := &Client{config: config, base: base, transport: config.Transport, now: config.Now}
	if c.transport == nil {
		c.transport = exchange.NewTransport()
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c, nil
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

// refusal is how the service tells of an error.
type refusal struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
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
	answer, watched, err := c.call(ctx, http.MethodPut, letter.MessageID, body)
	if watched.Status() == 0 {
		return watched.Unanswered(err)
	}
	return classify(watched, answer, c.now())
}

// classify turns the service's answer into an outcome:
//
//	200, 201        Accepted: the letter is known under our message ID, now or already
//	429             NotSent, after the wait asked for
//	408             NotSent: the request did not arrive whole
//	409, 422        Rejected: another letter has the ID, or the address or the PDF is refused
//	3xx, other 4xx  NotSent: key or address of the service are set wrongly
//	5xx, the rest   Unknown: the letter may have been taken before the fault
func classify(watched *exchange.Exchange, answer []byte, now time.Time) messaging.Outcome {
	status := watched.Status()
	if status == http.StatusOK || status == http.StatusCreated {
		var taken state
		if json.Unmarshal(answer, &taken) != nil || taken.ID == "" {
			return messaging.Outcome{Verdict: messaging.Accepted, Reason: "the service took the letter but its answer was cut before the ID"}
		}
		return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: taken.ID}
	}
	var told refusal
	_ = json.Unmarshal(answer, &told) // an answer without a body has no code
	outcome := messaging.Outcome{Code: cmp.Or(told.Code, strconv.Itoa(status))}
	switch {
	case status == http.StatusTooManyRequests:
		outcome.Verdict, outcome.Cause, outcome.RetryAfter = messaging.NotSent, messaging.CauseRateLimited, watched.RetryAfter(now)
		outcome.Reason = "the service asks to slow down"
	case status == http.StatusRequestTimeout:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseUnreachable
		outcome.Reason = "the letter did not arrive whole"
	case status == http.StatusUnprocessableEntity && told.Code == codeAddress:
		outcome.Verdict, outcome.Cause = messaging.Rejected, messaging.CauseRecipient
		outcome.Reason = "the service refuses the address" // its words may repeat it
	case status == http.StatusUnprocessableEntity && told.Code == codeContent, status == http.StatusConflict:
		outcome.Verdict, outcome.Cause = messaging.Rejected, messaging.CauseContent
		outcome.Reason = fmt.Sprintf("the service refuses the letter with status %d", status)
	case status >= 300 && status < 500:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseConfiguration
		outcome.Reason = fmt.Sprintf("the service refused the call with status %d: check its key and base URL", status)
	case status >= 500:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseProviderFault
		outcome.Reason = fmt.Sprintf("the service failed with status %d after receiving the letter", status)
	default:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseInterrupted
		outcome.Reason = fmt.Sprintf("the service gave the answer %d, which says nothing", status)
	}
	return outcome
}

// FindLetter asks whether the service has the letter of a message.
func (c *Client) FindLetter(ctx context.Context, messageID string) (messaging.Proof, bool, error) {
	answer, watched, err := c.call(ctx, http.MethodGet, messageID, nil)
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
	return messaging.Proof{ProviderID: known.ID, Kind: cmp.Or(kind, messaging.DeliveryAccepted), Status: string(known.State), CreatedAt: known.CreatedAt}, true, nil
}

// deliveryKinds are the states in the words common to all providers.
var deliveryKinds = map[messaging.LetterState]messaging.DeliveryKind{
	messaging.LetterDelivered: messaging.DeliveryDelivered, messaging.LetterUnclaimed: messaging.DeliveryDelivered,
	messaging.LetterRefused: messaging.DeliveryDelivered, messaging.LetterReturned: messaging.DeliveryBounced,
	messaging.LetterCancelled: messaging.DeliveryFailed,
}

// CancelLetter asks the service to leave a letter unposted.
func (c *Client) CancelLetter(ctx context.Context, messageID string) (bool, error) {
	_, watched, err := c.call(ctx, http.MethodDelete, messageID, nil)
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

// call makes one request. The error is that of a call without a whole answer.
func (c *Client) call(ctx context.Context, method, messageID string, body []byte) ([]byte, *exchange.Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	client, watched := exchange.Client(ctx, c.transport, c.base)
	request, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(lettersPath, messageID).String(), bytes.NewReader(body))
	if err != nil {
		return nil, watched, err
	}
	request.Header.Set("Authorization", "Bearer "+c.config.Key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, watched, err
	}
	answer, err := io.ReadAll(response.Body)
	return answer, watched, errors.Join(err, response.Body.Close())
}
