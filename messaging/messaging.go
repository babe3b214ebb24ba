// Package messaging is the provider-neutral vocabulary of what leaves the house: an e-mail or an SMS,
// the verdict of one attempt to send it, and the news that providers send back about it.
//
// Sending follows one rule, never twice and never lost. A message is encoded and stored before any provider
// is called ([Email.Encode], [SMS.Encode]); an attempt ends in exactly one [Verdict]; and only [NotSent] may
// be sent again without proof. The providers are in the subpackages sendgrid and twilio, and any mail server in
// smtp; simulator speaks the wire protocols of all for tests, demonstrations and benchmarks.
package messaging

import (
	"context"
	"errors"
	"time"
)

// Channel is the way a message travels.
type Channel string

// The channels a provider exists for.
const (
	ChannelEmail    Channel = "email"
	ChannelSMS      Channel = "sms"
	ChannelWhatsApp Channel = "whatsapp"
)

// MessageIDKey names our message ID wherever a provider carries it for us: SendGrid custom argument,
// query parameter of the Twilio status callback.
const MessageIDKey = "relance_message_id"

// EmailSender sends one e-mail in one attempt. It never retries by itself: the outcome says whether
// another attempt is safe. Who the e-mail is for decides about it: somebody who gets a copy and whose address is
// refused is left out and named in [Outcome.RefusedCopies]. Implementations are safe for concurrent use.
type EmailSender interface {
	SendEmail(ctx context.Context, email Email) Outcome
}

// SMSSender sends one SMS in one attempt, under the same rules as [EmailSender].
type SMSSender interface {
	SendSMS(ctx context.Context, sms SMS) Outcome
}

// SMSFinder looks for proof that a provider accepted an SMS whose attempt ended [Unknown].
// There is no such finder for e-mail: SendGrid proves acceptance only through its event webhook, a mail server never.
type SMSFinder interface {
	// FindSMS returns every message the provider holds that matches this one and was created at or after
	// since, newest first. since is a time of the provider's clock, that is of the wall, never of an accelerated
	// business clock. An empty answer is no proof of absence while the provider may still be queueing;
	// an error says nothing either way.
	FindSMS(ctx context.Context, sms SMS, since time.Time) ([]Proof, error)
}

// StatusFinder asks a provider what became of a message that it took.
type StatusFinder interface {
	// FindStatus returns what the provider's own report of the message's status would say, under the same event ID,
	// so that it counts once with it. It is [ErrNoSuchMessage] when the provider knows no message of that ID; any
	// other error says nothing either way. Neither holds the recipient's address.
	FindStatus(ctx context.Context, messageID, providerID string) (DeliveryEvent, error)
}

// ErrNoSuchMessage: the provider has no message of that ID, or not any more.
var ErrNoSuchMessage = errors.New("the provider knows no such message")

// Proof is a message a provider says it accepted, and how far it has got: the event is the one that the provider's own
// report of it would be. A message that did not arrive is listed as well.
type Proof struct {
	DeliveryEvent

	Status    string    // the provider's word for how far it has got
	CreatedAt time.Time // when the provider accepted it, by the provider's clock
}
