// Package partner gives case files to professionals over HTTP and reads their signed
// callbacks. The contract is docs/partner-api.md.
package partner

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
	defaultTimeout = 60 * time.Second // a case file is some megabytes
	// casesPath comes before the reference.
	casesPath = "/v1/cases/"
)

// Config says how a partner is reached.
type Config struct {
	BaseURL string
	// Key authenticates the calls as a bearer token.
	Key     string
	Timeout time.Duration // of one whole call; 60 s when 0
	// Transport is the connection pool; its own one when nil.
	Transport http.RoundTripper
	// Now is the wall clock, used to read how long to wait after a 429; time.Now when nil.
	Now func() time.Time
}

// Client is one partner. It is safe for concurrent use.
type Client struct {
	config    Config
	base      *url.URL
	transport http.RoundTripper
	now       func() time.Time
}

// New checks the configuration and returns a client. It does not call the partner.
func New(config Config) (*Client, error) {
	base, err := exchange.ParseBase(config.BaseURL)
	if config.Key == "" {
		err = errors.Join(err, errors.New("the key is missing"))
	}
	if config.Timeout < 0 {
		err = errors.Join(err, fmt.Errorf("the timeout %s is negative", config.Timeout))
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration of the partner's API cannot be used: %w", err)
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

// refusal is how the partner tells of an error.
type refusal struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Deliver makes one attempt to give the case to the partner.
func (c *Client) Deliver(ctx context.Context, given Case) messaging.Outcome {
	body, err := json.Marshal(given)
	if err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: "the case cannot be written: " + err.Error()}
	}
	answer, watched, err := c.call(ctx, http.MethodPut, casesPath+given.Reference, body)
	if watched.Status() == 0 {
		return watched.Unanswered(err)
	}
	return c.classify(watched, answer)
}

// classify turns the partner's answer into an outcome:
//
//	200, 201        Accepted: the case is known under our reference, now or already
//	429             NotSent, after the wait asked for
//	408             NotSent: the request did not arrive whole
//	409, 422        Rejected: another file has the reference, or the partner declines the case
//	3xx, other 4xx  NotSent: key or address of the partner are set wrongly
//	5xx, the rest   Unknown: the case may have been taken before the fault
func (c *Client) classify(watched *exchange.Exchange, answer []byte) messaging.Outcome {
	status := watched.Status()
	if status == http.StatusOK || status == http.StatusCreated {
		var taken state
		if json.Unmarshal(answer, &taken) != nil || taken.ID == "" {
			return messaging.Outcome{Verdict: messaging.Accepted, Reason: "the partner took the case but its answer was cut before the ID"}
		}
		return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: taken.ID}
	}
	var told refusal
	_ = json.Unmarshal(answer, &told) // an answer without a body has no code
	outcome := messaging.Outcome{Code: cmp.Or(told.Code, strconv.Itoa(status))}
	switch {
	case status == http.StatusTooManyRequests:
		outcome.Verdict, outcome.Cause, outcome.RetryAfter = messaging.NotSent, messaging.CauseRateLimited, watched.RetryAfter(c.now())
		outcome.Reason = "the partner asks to slow down"
	case status == http.StatusRequestTimeout:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseUnreachable
		outcome.Reason = "the case did not arrive whole"
	case status == http.StatusConflict, status == http.StatusUnprocessableEntity:
		outcome.Verdict, outcome.Cause = messaging.Rejected, messaging.CauseContent
		outcome.Reason = fmt.Sprintf("the partner declines the case with status %d and code %s", status, outcome.Code)
	case status >= 300 && status < 500:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseConfiguration
		outcome.Reason = fmt.Sprintf("the partner refused the call with status %d: check its key and base URL", status)
	case status >= 500:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseProviderFault
		outcome.Reason = fmt.Sprintf("the partner failed with status %d after receiving the case", status)
	default:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseInterrupted
		outcome.Reason = fmt.Sprintf("the partner gave the answer %d, which says nothing", status)
	}
	return outcome
}

// Find asks whether the partner has the case of a reference. An error says nothing
// either way.
func (c *Client) Find(ctx context.Context, reference string) (messaging.Proof, bool, error) {
	answer, watched, err := c.call(ctx, http.MethodGet, casesPath+reference, nil)
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
	return messaging.Proof{ProviderID: known.ID, Kind: messaging.DeliveryAccepted, Status: known.Status, CreatedAt: known.CreatedAt}, true, nil
}

// Recall tells the partner to stop. Told again it changes nothing. Rejected means that
// the partner has no such case, or that it is over there already.
func (c *Client) Recall(ctx context.Context, reference, reason string) messaging.Outcome {
	body, err := json.Marshal(map[string]string{"reason": reason})
	if err != nil {
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Reason: err.Error()}
	}
	answer, watched, err := c.call(ctx, http.MethodPost, casesPath+reference+"/recall", body)
	switch watched.Status() {
	case 0:
		return watched.Unanswered(err)
	case http.StatusNoContent:
		return messaging.Outcome{Verdict: messaging.Accepted}
	case http.StatusNotFound:
		return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Code: "404", Reason: "the partner has no such case"}
	default:
		return c.classify(watched, answer)
	}
}

// call makes one request. The error is that of a call without a whole answer.
func (c *Client) call(ctx context.Context, method, path string, body []byte) ([]byte, *exchange.Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	client, watched := exchange.Client(ctx, c.transport, c.base)
	request, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), bytes.NewReader(body))
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
