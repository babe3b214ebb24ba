package exchange

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
)

// APIConfig says how a service that speaks JSON is reached.
type APIConfig struct {
	BaseURL string
	// Key authenticates the calls as a bearer token.
	Key string
	// Timeout is that of one whole call; the client's own when 0.
	Timeout time.Duration
	// Transport is the connection pool; its own one when nil.
	Transport http.RoundTripper
	// Now is the wall clock, used to read how long to wait after a 429; time.Now when nil.
	Now func() time.Time
}

// API is a service that takes things under our own IDs, so that the same one given
// twice counts once. It is safe for concurrent use.
type API struct {
	// who it is and what it is given, in the words of its outcomes: "the partner", "case".
	who, what string
	config    APIConfig
	base      *url.URL
}

// NewAPI checks the configuration. It does not call the service.
func NewAPI(who, what string, config APIConfig, timeout time.Duration) (*API, error) {
	base, err := ParseBase(config.BaseURL)
	if config.Key == "" {
		err = errors.Join(err, errors.New("the key is missing"))
	}
	if config.Timeout < 0 {
		err = errors.Join(err, fmt.Errorf("the timeout %s is negative", config.Timeout))
	}
	if err != nil {
		return nil, err
	}
	config.Timeout = cmp.Or(config.Timeout, timeout)
	if config.Transport == nil {
		config.Transport = NewTransport()
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &API{who: who, what: what, config: config, base: base}, nil
}

// Call makes one request. The error is that of a call without a whole answer.
func (a *API) Call(ctx context.Context, method, path string, body []byte) ([]byte, *Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	client, watched := Client(ctx, a.config.Transport, a.base)
	request, err := http.NewRequestWithContext(ctx, method, a.base.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, watched, err
	}
	request.Header.Set("Authorization", "Bearer "+a.config.Key)
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

// Give is one attempt to hand something in, and what came of it:
//
//	no answer       as Unanswered says
//	200, 201        Accepted: it is known under our ID, now or already
//	429             NotSent, after the wait asked for
//	408             NotSent: the request did not arrive whole
//	409, 422        as declined says; 422 of a code it does not know is a fault of the settings
//	3xx, other 4xx  NotSent: key or address of the service are set wrongly
//	5xx, the rest   Unknown: it may have been taken before the fault
func (a *API) Give(ctx context.Context, method, path string, body []byte, declined func(status int, code string) (messaging.Outcome, bool)) messaging.Outcome {
	answer, watched, err := a.Call(ctx, method, path, body)
	if watched.Status() == 0 {
		return watched.Unanswered(err)
	}
	return a.Classify(watched, answer, declined)
}

// Classify is what an answer says of what was handed in: see Give.
func (a *API) Classify(watched *Exchange, answer []byte, declined func(status int, code string) (messaging.Outcome, bool)) messaging.Outcome {
	status := watched.Status()
	if status == http.StatusOK || status == http.StatusCreated {
		var taken struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(answer, &taken) != nil || taken.ID == "" {
			return messaging.Outcome{Verdict: messaging.Accepted, Reason: fmt.Sprintf("%s took the %s but its answer was cut before the ID", a.who, a.what)}
		}
		return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: taken.ID}
	}
	var told struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(answer, &told) // an answer without a body has no code
	outcome := messaging.Outcome{Code: cmp.Or(told.Code, strconv.Itoa(status))}
	if refused, is := declined(status, told.Code); is {
		refused.Code = outcome.Code
		return refused
	}
	switch {
	case status == http.StatusTooManyRequests:
		outcome.Verdict, outcome.Cause, outcome.RetryAfter = messaging.NotSent, messaging.CauseRateLimited, watched.RetryAfter(a.config.Now())
		outcome.Reason = a.who + " asks to slow down"
	case status == http.StatusRequestTimeout:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseUnreachable
		outcome.Reason = "the " + a.what + " did not arrive whole"
	case status >= 300 && status < 500:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseConfiguration
		outcome.Reason = fmt.Sprintf("%s refused the call with status %d: check its key and base URL", a.who, status)
	case status >= 500:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseProviderFault
		outcome.Reason = fmt.Sprintf("%s failed with status %d after receiving the %s", a.who, status, a.what)
	default:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseInterrupted
		outcome.Reason = fmt.Sprintf("%s gave the answer %d, which says nothing", a.who, status)
	}
	return outcome
}
