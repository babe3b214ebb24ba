// Package sendgrid sends e-mail through the official SendGrid library and reads SendGrid's signed events.
//
// The library is used untouched, and never its client object: that one keeps the body of the message being sent in
// a field shared by all goroutines, so that concurrent sends lose some mails and double others. Each send here
// has its own request value, its own HTTP client and its own deadline.
package sendgrid

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sendgrid/rest"
	api "github.com/sendgrid/sendgrid-go"
	"github.com/sendgrid/sendgrid-go/helpers/mail"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// SendGrid's own hosts; an API key belongs to one of them.
const (
	GlobalURL = "https://api.sendgrid.com"
	EuropeURL = "https://api.eu.sendgrid.com"
)

const (
	endpoint       = "/v3/mail/send"
	defaultTimeout = 15 * time.Second
)

// Config says which account sends and how.
type Config struct {
	APIKey  string
	BaseURL string        // GlobalURL when empty
	Timeout time.Duration // of one whole call; 15 s when 0
	// TrackOpens and TrackClicks let SendGrid add an invisible image and rewrite the links. Both need the
	// recipient's agreement in much of Europe, and a rewritten payment link looks like fraud: off by default.
	TrackOpens, TrackClicks bool
	// Sandbox makes SendGrid check the message and send nothing.
	Sandbox bool
	// Transport is the connection pool; its own one when nil.
	Transport http.RoundTripper
	// Now is the wall clock, used to read how long to wait after a 429; time.Now when nil.
	Now func() time.Time
}

// Sender sends e-mails through SendGrid. It is safe for concurrent use.
type Sender struct {
	config    Config
	base      *url.URL
	transport http.RoundTripper
	now       func() time.Time
}

var _ messaging.EmailSender = (*Sender)(nil)

// New checks the configuration and returns a sender. It does not call SendGrid.
func New(config Config) (*Sender, error) {
	var problems []error
	if config.APIKey == "" || strings.ContainsFunc(config.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		problems = append(problems, errors.New("the API key is missing or contains spaces or line breaks"))
	}
	base, err := exchange.ParseBase(cmp.Or(config.BaseURL, GlobalURL))
	if err != nil {
		problems = append(problems, err)
	}
	if config.Timeout < 0 {
		problems = append(problems, fmt.Errorf("the timeout %s is negative", config.Timeout))
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("the SendGrid configuration cannot be used: %w", errors.Join(problems...))
	}
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	sender := &Sender{config: config, base: base, transport: config.Transport, now: config.Now}
	if sender.transport == nil {
		sender.transport = exchange.NewTransport()
	}
	if sender.now == nil {
		sender.now = time.Now
	}
	return sender, nil
}

// SendEmail makes one attempt to hand the message to SendGrid. A message that is not valid is Rejected without
// a call. SendGrid refuses a whole message for the address of a copy: then it has certainly taken nothing, and is called
// again without that copy.
func (s *Sender) SendEmail(ctx context.Context, email messaging.Email) messaging.Outcome {
	if err := email.Validate(); err != nil {
		return messaging.Outcome{
			Verdict: messaging.Rejected, Cause: messaging.CauseContent,
			Reason: redact(email, "the message is not valid: "+err.Error()),
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()

	var refused []messaging.RefusedCopy
	for {
		outcome, places := s.call(ctx, email)
		if len(places) == 0 {
			if outcome.Verdict == messaging.Accepted {
				outcome.RefusedCopies = refused
			}
			return outcome
		}
		for _, place := range places {
			refused = append(refused, messaging.RefusedCopy{
				Address: email.CC[place].Email, Cause: messaging.CauseRecipient, Code: outcome.Code, Permanent: true,
			})
		}
		email.CC = without(email.CC, places)
	}
}

// without are the copies but for those at some places.
func without(copies []messaging.Address, places []int) []messaging.Address {
	var kept []messaging.Address
	for place, copied := range copies {
		if !slices.Contains(places, place) {
			kept = append(kept, copied)
		}
	}
	return kept
}

// call hands the message to SendGrid once. Where it was refused for copies alone, it tells the places of them.
func (s *Sender) call(ctx context.Context, email messaging.Email) (outcome messaging.Outcome, refusedCopies []int) {
	request := api.GetRequest(s.config.APIKey, endpoint, s.base.String())
	request.Method = rest.Post
	request.Body = mail.GetRequestBody(s.compose(email))
	client, watched := exchange.Client(ctx, s.transport, s.base)
	response, err := (&rest.Client{HTTPClient: client}).SendWithContext(ctx, request)
	if watched.Status() == 0 {
		return watched.Unanswered(err), nil
	}
	// The status line decides even when the body was cut after it.
	body := ""
	if response != nil {
		body = response.Body
	}
	outcome = classify(watched, body, s.now())
	outcome.Reason = redact(email, outcome.Reason)
	if outcome.Verdict == messaging.Rejected {
		refusedCopies = parseRefusals(body).copies(len(email.CC))
	}
	return outcome, refusedCopies
}

func redact(email messaging.Email, words string) string {
	personal := []string{email.To.Email}
	for _, copied := range email.CC {
		personal = append(personal, copied.Email)
	}
	return exchange.Redact(words, personal...)
}
