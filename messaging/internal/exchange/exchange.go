// Package exchange watches one HTTP request to a provider and tells how far it got. The verdict of a send that
// fails rests on that alone: a request that certainly never left may be repeated, any other may not.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"relance/messaging"
)

// maxAnswer bounds what is read of an answer, in bytes. Providers answer a few hundred bytes.
const maxAnswer = 1 << 20

// Exchange is one request and its answer. Its fields may be read once the client call has returned.
type Exchange struct {
	mu        sync.Mutex
	connected bool
	status    int
	header    http.Header
}

// Client returns an HTTP client for exactly one call, to be given to a provider library, and the exchange that
// watches it. The call runs under ctx whatever context the library uses, goes to base whatever host the
// library was built for, and follows no redirect: a redirected POST could be sent twice.
func Client(ctx context.Context, transport http.RoundTripper, base *url.URL) (*http.Client, *Exchange) {
	e := &Exchange{}
	return &http.Client{
		Transport:     &watched{ctx: ctx, exchange: e, base: base, next: transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, e
}

// NewTransport returns a connection pool fit for the concurrent sends of one provider.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        64,
		MaxIdleConnsPerHost: 64, // the default of 2 would open a connection for nearly every concurrent send
		// Short: a connection that the provider closes just as we write on it leaves an Unknown.
		IdleConnTimeout:     15 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
	}
}

type watched struct {
	ctx      context.Context //nolint:containedctx // lives for one call; the libraries offer no other way in
	exchange *Exchange
	base     *url.URL
	next     http.RoundTripper
}

// RoundTrip sends the request under the exchange's own context and remembers what came of it.
func (w *watched) RoundTrip(req *http.Request) (*http.Response, error) {
	// A connection in hand is the frontier, not the written header: the hooks for writing run on another goroutine
	// and may fire after the call has returned with "cancelled". GetConn resets it because net/http takes a
	// second connection only after the first one carried no byte or the server disowned the request.
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { w.exchange.setConnected(false) },
		GotConn: func(httptrace.GotConnInfo) { w.exchange.setConnected(true) },
	}
	req = req.Clone(httptrace.WithClientTrace(w.ctx, trace))
	req.URL.Scheme, req.URL.Host, req.Host = w.base.Scheme, w.base.Host, ""
	if !strings.HasPrefix(req.URL.Path, w.base.Path+"/") {
		req.URL.Path, req.URL.RawPath = w.base.Path+req.URL.Path, ""
	}
	res, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	w.exchange.answered(res)
	res.Body = limited{io.LimitReader(res.Body, maxAnswer), res.Body}
	return res, nil
}

type limited struct {
	io.Reader
	io.Closer
}

func (e *Exchange) setConnected(yes bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.connected = yes
}

func (e *Exchange) answered(res *http.Response) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status, e.header = res.StatusCode, res.Header
}

// Status returns the HTTP status of the answer, 0 when none came.
func (e *Exchange) Status() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status
}

// Header returns a header of the answer.
func (e *Exchange) Header(name string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.header.Get(name)
}

// Unanswered is the outcome of a call that got no answer: NotSent when no connection was ever made, Unknown
// otherwise.
func (e *Exchange) Unanswered(err error) messaging.Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.connected {
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable,
			Reason: "no connection to the provider: " + Describe(err),
		}
	}
	return messaging.Outcome{
		Verdict: messaging.Unknown, Cause: messaging.CauseInterrupted,
		Reason: "the request may have left and no answer came: " + Describe(err),
	}
}

// RetryAfter returns how long the answer asks to wait: Retry-After as seconds or date (RFC 9110 section 10.2.3), or
// SendGrid's X-RateLimit-Reset, a Unix time. It is at least a second when either header is there, at most an
// hour, and 0 when neither is.
func (e *Exchange) RetryAfter(now time.Time) time.Duration {
	wait, ok := retryAfter(e.Header("Retry-After"), now)
	if !ok {
		reset, err := strconv.ParseInt(e.Header("X-RateLimit-Reset"), 10, 64)
		if err != nil {
			return 0
		}
		wait = time.Unix(reset, 0).Sub(now)
	}
	return min(max(wait, time.Second), time.Hour)
}

func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now), true
	}
	return 0, false
}

// Describe turns the error of a client call into words fit for logs and histories. The address that was
// called is left out: a query can hold a telephone number.
func Describe(err error) string {
	var call *url.Error
	for errors.As(err, &call) {
		err = call.Err
	}
	switch {
	case err == nil:
		return "no reason given"
	case errors.Is(err, context.DeadlineExceeded):
		return "the time for the call ran out"
	case errors.Is(err, context.Canceled):
		return "the call was cancelled"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed by the provider"
	default:
		return err.Error()
	}
}

// ParseBase reads a provider's base URL from the configuration.
func ParseBase(raw string) (*url.URL, error) {
	base, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the base URL cannot be read: %w", err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" || base.RawQuery != "" || base.User != nil {
		return nil, fmt.Errorf("the base URL %q must look like https://host, without user or query", base.Redacted())
	}
	base.Path, base.RawPath = strings.TrimRight(base.Path, "/"), ""
	return base, nil
}
