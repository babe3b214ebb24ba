package simulator

import (
	"slices"
	"time"

	"relance/messaging"
)

// Message is one message the simulator accepted.
type Message struct {
	Number     int64             `json:"number"`             // 1, 2, 3… in the order of acceptance
	Provider   provider          `json:"provider,omitempty"` // set for mails over SMTP
	Channel    messaging.Channel `json:"channel"`
	MessageID  string            `json:"message_id"`  // the ID the sender attached; empty when it attached none
	ProviderID string            `json:"provider_id"` // X-Message-Id, SID or Message-ID
	At         time.Time         `json:"at"`          // by the business clock
	ReceivedAt time.Time         `json:"received_at"` // by the wall clock
	From       string            `json:"from"`        // address or number alone
	FromName   string            `json:"from_name,omitempty"`
	To         string            `json:"to"` // address or number alone
	ToName     string            `json:"to_name,omitempty"`
	CC         []string          `json:"cc,omitempty"` // further recipients: addresses alone
	Subject    string            `json:"subject"`      // of an SMS: its text, shortened
	Size       int               `json:"size"`         // bytes of the request body
	SHA256     string            `json:"sha256"`       // of the request body
	// Answer is what the sender saw: "accepted", "failed after accepting" or "dropped after accepting".
	Answer      string  `json:"answer"`
	Status      string  `json:"status"`      // how far it has got, in the provider's word
	Attachments int     `json:"attachments"` // how many files, without pictures inside the mail
	Events      []Event `json:"events,omitempty"`

	CustomArgs map[string]string `json:"custom_args,omitempty"` // SendGrid
	Categories []string          `json:"categories,omitempty"`  // SendGrid
	Added      string            `json:"added,omitempty"`       // SendGrid: what a setting of the account added at the end

	Callback string `json:"callback,omitempty"` // Twilio: where the status goes
	Service  string `json:"service,omitempty"`  // Twilio: the messaging service
	Changed  string `json:"changed,omitempty"`  // Twilio: "canceled" or "redacted" by the sender
}

// Event is one piece of news the provider has, or will have, about a message.
type Event struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Recipient  string    `json:"recipient"`
	HappensAt  time.Time `json:"happens_at"` // by the wall clock
	DueAt      time.Time `json:"due_at"`     // first posting
	Copies     int       `json:"copies"`     // how often it is to be posted; 0 when suppressed
	Reason     string    `json:"reason,omitempty"`
	Code       string    `json:"code,omitempty"`
	BounceType string    `json:"bounce_type,omitempty"`
	Unnamed    bool      `json:"unnamed,omitempty"` // posted without any ID but its own

	Posted      int    `json:"posted"` // answered 2xx
	Attempts    int    `json:"attempts"`
	LastFailure string `json:"last_failure,omitempty"`
}

// statusAt is the last thing that happened to the message.
func (m *Message) statusAt(now time.Time) string {
	if m.Changed == "canceled" {
		return m.Changed
	}
	status, last := "queued", time.Time{}
	for _, event := range m.Events {
		if !event.HappensAt.After(now) && !event.HappensAt.Before(last) {
			status, last = event.Kind, event.HappensAt
		}
	}
	return status
}

func (m *Message) happened(kind string, now time.Time) (time.Time, bool) {
	i := slices.IndexFunc(m.Events, func(e Event) bool { return e.Kind == kind && !e.HappensAt.After(now) })
	if i < 0 {
		return time.Time{}, false
	}
	return m.Events[i].HappensAt, true
}

// snapshot is a copy that the mailbox no longer changes.
func (m *Message) snapshot(now time.Time) Message {
	c := *m
	c.Events = slices.Clone(m.Events)
	c.CC = slices.Clone(m.CC)
	c.Status = m.statusAt(now)
	return c
}
