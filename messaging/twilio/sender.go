// Package twilio sends SMS through the official Twilio library, finds accepted messages again, and reads
// Twilio's signed status callbacks.
//
// The library is used untouched. It knows no context, no other host than Twilio's and loses the headers of
// failed answers, so that each call here has its own client over a transport that supplies all three.
package twilio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

const (
	// Provider is the name of Twilio in the case file.
	Provider = "twilio"

	// DefaultURL is Twilio's own host.
	DefaultURL = "https://api.twilio.com"

	defaultTimeout = 15 * time.Second
)

// Config says which account sends and how.
type Config struct {
	AccountSID string // "AC…"
	// KeySID and Secret authenticate the calls: an API key "SK…" and its secret, or, when KeySID is empty, the
	// account itself with its auth token as Secret.
	KeySID, Secret string
	BaseURL        string        // DefaultURL when empty
	Timeout        time.Duration // of one whole call; 15 s when 0
	// StatusCallback is the public URL of our callback handler; our message ID is added as a query parameter.
	// Empty means no callbacks, and then only FindSMS and FindStatus tell what became of a message.
	StatusCallback string
	// Transport is the connection pool; its own one when nil.
	Transport http.RoundTripper
	// Now is the wall clock, used to read how long to wait after a 429; time.Now when nil.
	Now func() time.Time
}

// Sender sends SMS through Twilio and finds them again. It is safe for concurrent use.
type Sender struct {
	config    Config
	base      *url.URL
	callback  *url.URL // nil: none
	transport http.RoundTripper
	now       func() time.Time
}

var (
	_ messaging.SMSSender    = (*Sender)(nil)
	_ messaging.SMSFinder    = (*Sender)(nil)
	_ messaging.StatusFinder = (*Sender)(nil)

	accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)
	// The library answers other characters with an invented refusal by Twilio, at each send.
	credential = regexp.MustCompile(`^[A-Za-z0-9]+$`)
)

// New checks the configuration and returns a sender. It does not call Twilio.
func New(config Config) (*Sender, error) {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !accountSID.MatchString(config.AccountSID) {
		report("the account SID %q must be AC and 32 hexadecimal digits", config.AccountSID)
	}
	if !credential.MatchString(config.Secret) {
		report("the auth token or API key secret is missing or has characters other than letters and digits")
	}
	if config.KeySID != "" && !credential.MatchString(config.KeySID) {
		report("the API key SID %q has characters other than letters and digits", config.KeySID)
	}
	if config.Timeout < 0 {
		report("the timeout %s is negative", config.Timeout)
	}
	base, err := exchange.ParseBase(cmp.Or(config.BaseURL, DefaultURL))
	if err != nil {
		problems = append(problems, err)
	}
	var callback *url.URL
	if config.StatusCallback != "" {
		callback, err = url.Parse(config.StatusCallback)
		if err != nil || callback.Host == "" || (callback.Scheme != "http" && callback.Scheme != "https") {
			report("the status callback %q must look like https://host/path", config.StatusCallback)
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("the Twilio configuration cannot be used: %w", errors.Join(problems...))
	}
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	config.KeySID = cmp.Or(config.KeySID, config.AccountSID)
	sender := &Sender{config: config, base: base, callback: callback, transport: config.Transport, now: config.Now}
	if sender.transport == nil {
		sender.transport = exchange.NewTransport()
	}
	if sender.now == nil {
		sender.now = time.Now
	}
	return sender, nil
}

// SendSMS makes one attempt to hand the message to Twilio. A message that is not valid is Rejected without a
// call.
func (s *Sender) SendSMS(ctx context.Context, sms messaging.SMS) messaging.Outcome {
	if err := sms.Validate(); err != nil {
		return messaging.Outcome{
			Verdict: messaging.Rejected, Cause: messaging.CauseContent,
			Reason: exchange.Redact("the message is not valid: "+err.Error(), sms.To),
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	service, watched := s.service(ctx)
	created, err := service.CreateMessage(s.params(sms))
	if watched.Status() == 0 {
		return watched.Unanswered(err)
	}
	outcome := classify(watched, created, err, s.now())
	outcome.Reason = exchange.Redact(outcome.Reason, sms.To)
	return outcome
}

// service returns the library's API for one call and the exchange that watches it.
func (s *Sender) service(ctx context.Context) (*api.ApiService, *exchange.Exchange) {
	httpClient, watched := exchange.Client(ctx, s.transport, s.base)
	c := &client.Client{
		Credentials: client.NewCredentials(s.config.KeySID, s.config.Secret),
		HTTPClient:  httpClient,
	}
	c.SetAccountSid(s.config.AccountSID)
	return api.NewApiServiceWithClient(c), watched
}

func (s *Sender) params(sms messaging.SMS) *api.CreateMessageParams {
	params := (&api.CreateMessageParams{}).SetTo(sms.To).SetBody(sms.Body)
	if sms.FromMessagingService() {
		params.SetMessagingServiceSid(sms.From)
	} else {
		params.SetFrom(sms.From)
	}
	if sms.ValidFor > 0 {
		params.SetValidityPeriod(int(sms.ValidFor))
	}
	if s.callback != nil {
		params.SetStatusCallback(withMessageID(*s.callback, sms.MessageID))
	}
	return params
}

func withMessageID(callback url.URL, messageID string) string {
	query := callback.Query()
	query.Set(messaging.MessageIDKey, messageID)
	callback.RawQuery = query.Encode()
	return callback.String()
}
