package simulator

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Faults is how one provider misbehaves. The zero value behaves well. Rates are shares from 0 to 1 of the
// messages; the five rates that answer a send exclude each other and add up to at most 1.
type Faults struct {
	// LatencyMS and JitterMS delay every answer by the first and up to the second more, in milliseconds.
	LatencyMS int `json:"latency_ms"`
	JitterMS  int `json:"jitter_ms"`

	RateLimited float64 `json:"rate_limited"`       // 429, not accepted; a mail server says 451
	RetryAfterS int     `json:"retry_after_s"`      // the wait a 429 asks for, in seconds; 1 when 0
	FailBefore  float64 `json:"fail_before_accept"` // 5xx, not accepted; of a mail server that is a refusal for good
	DropBefore  float64 `json:"drop_before_accept"` // connection closed without answer, not accepted
	FailAfter   float64 `json:"fail_after_accept"`  // 5xx although accepted; a mail server's reply is cut short
	DropAfter   float64 `json:"drop_after_accept"`  // connection closed without answer although accepted

	// LookupsFail answers listing and reading (Twilio) with a 5xx; ListedAfterMS hides a message from the list
	// for that long after it was accepted.
	LookupsFail   float64 `json:"lookups_fail"`
	ListedAfterMS int     `json:"listed_after_ms"`

	QueuedMS int     `json:"queued_ms"` // a message waits so long in the provider's queue before anything happens
	Bounced  float64 `json:"bounced"`   // bounced or undelivered; a mail server refuses the recipient
	// BounceMatching bounces every address it matches, "*@gone.example" or "+3361234*".
	BounceMatching string  `json:"bounce_matching"`
	Blocked        float64 `json:"blocked"`       // turned away, though the address is good (SendGrid, Twilio)
	BouncedLater   float64 `json:"bounced_later"` // bounced after it was delivered (SendGrid)
	// UnnamedBounces takes every ID off the bounces after delivery, but the event's own: what comes back to the
	// Return-Path bears neither custom arguments nor a message ID (SendGrid).
	UnnamedBounces bool    `json:"unnamed_bounces"`
	Deferred       float64 `json:"deferred"` // deferred once before delivery (SendGrid)
	Opened         float64 `json:"opened"`   // opened after delivery (SendGrid), read (WhatsApp)
	// OptedOut are the addresses or numbers that asked to stop: SendGrid drops, Twilio refuses with 21610.
	OptedOut []string `json:"opted_out"`
	// SubscriptionTracking is a setting of the account (SendGrid): it adds a link to unsubscribe at the end of every
	// mail that does not turn it off.
	SubscriptionTracking bool `json:"subscription_tracking"`

	EventDelayMS     int     `json:"event_delay_ms"`      // added to every event
	EventJitterMS    int     `json:"event_jitter_ms"`     // up to this much more, per event
	EventDuplicates  int     `json:"event_duplicates"`    // how many times more each event is posted
	EventsShuffled   bool    `json:"events_out_of_order"` // later events of a message come before earlier ones
	EventsSuppressed float64 `json:"events_suppressed"`   // messages whose events never come
}

const (
	maxDelayMS    = 24 * 3600 * 1000
	maxDuplicates = 50
)

// Validate reports every value outside its range.
func (f Faults) Validate() error {
	var problems []error
	rates := map[string]float64{
		"rate_limited": f.RateLimited, "fail_before_accept": f.FailBefore, "drop_before_accept": f.DropBefore,
		"fail_after_accept": f.FailAfter, "drop_after_accept": f.DropAfter, "lookups_fail": f.LookupsFail,
		"bounced": f.Bounced, "blocked": f.Blocked, "bounced_later": f.BouncedLater, "deferred": f.Deferred, "opened": f.Opened, "events_suppressed": f.EventsSuppressed,
	}
	for name, rate := range rates {
		if !(rate >= 0 && rate <= 1) { // also refuses NaN
			problems = append(problems, fmt.Errorf("%s is %v: a share from 0 to 1 is needed", name, rate))
		}
	}
	if sum := f.RateLimited + f.FailBefore + f.DropBefore + f.FailAfter + f.DropAfter; sum > 1.000001 {
		problems = append(problems, fmt.Errorf("the rates of answers to a send add up to %v: at most 1 is possible", sum))
	}
	counts := []struct {
		name       string
		value, max int
	}{
		{"latency_ms", f.LatencyMS, maxDelayMS}, {"jitter_ms", f.JitterMS, maxDelayMS}, {"retry_after_s", f.RetryAfterS, maxDelayMS},
		{"queued_ms", f.QueuedMS, maxDelayMS}, {"listed_after_ms", f.ListedAfterMS, maxDelayMS}, {"event_delay_ms", f.EventDelayMS, maxDelayMS},
		{"event_jitter_ms", f.EventJitterMS, maxDelayMS}, {"event_duplicates", f.EventDuplicates, maxDuplicates},
	}
	for _, count := range counts {
		if count.value < 0 || count.value > count.max {
			problems = append(problems, fmt.Errorf("%s is %d: 0 to %d is possible", count.name, count.value, count.max))
		}
	}
	if _, err := path.Match(f.BounceMatching, ""); err != nil {
		problems = append(problems, fmt.Errorf("bounce_matching %q is not a pattern with * and ?: %w", f.BounceMatching, err))
	}
	return errors.Join(problems...)
}

func (f Faults) latency(share float64) time.Duration {
	return milliseconds(f.LatencyMS, f.JitterMS, share)
}

func (f Faults) queued() time.Duration { return milliseconds(f.QueuedMS, 0, 0) }

func (f Faults) eventDelay(share float64) time.Duration {
	return milliseconds(f.EventDelayMS, f.EventJitterMS, share)
}

func milliseconds(fixed, jitter int, share float64) time.Duration {
	return time.Duration((float64(fixed) + share*float64(jitter)) * float64(time.Millisecond))
}

func (f Faults) bounces(address string, share float64) bool {
	if share < f.Bounced {
		return true
	}
	if f.BounceMatching == "" {
		return false
	}
	matched, err := path.Match(strings.ToLower(f.BounceMatching), strings.ToLower(address))
	return err == nil && matched
}

func (f Faults) optedOut(address string) bool {
	return slices.ContainsFunc(f.OptedOut, func(out string) bool { return strings.EqualFold(out, address) })
}

// fate is what happens to one send.
type fate int

const (
	accepted fate = iota
	rateLimited
	failedBefore
	droppedBefore
	failedAfter
	droppedAfter
)

func (f Faults) fate(share float64) fate {
	for _, option := range []struct {
		rate float64
		fate fate
	}{
		{f.RateLimited, rateLimited}, {f.FailBefore, failedBefore}, {f.DropBefore, droppedBefore},
		{f.FailAfter, failedAfter}, {f.DropAfter, droppedAfter},
	} {
		if share < option.rate {
			return option.fate
		}
		share -= option.rate
	}
	return accepted
}

// Faults returns the current faults of both providers.
func (s *Simulator) Faults() (sendgrid, twilioFaults Faults) {
	return s.faultsOf(sendGrid), s.faultsOf(twilio)
}

// SetSendGridFaults replaces the faults of SendGrid for the messages to come.
func (s *Simulator) SetSendGridFaults(faults Faults) error { return s.setFaults(sendGrid, faults) }

// SetTwilioFaults replaces the faults of Twilio for the messages to come.
func (s *Simulator) SetTwilioFaults(faults Faults) error { return s.setFaults(twilio, faults) }

// SetSMTPFaults replaces the faults of the mail server for the messages to come.
func (s *Simulator) SetSMTPFaults(faults Faults) error { return s.setFaults(mailServers, faults) }

func (s *Simulator) setFaults(p provider, faults Faults) error {
	if err := faults.Validate(); err != nil {
		return fmt.Errorf("the faults of %s cannot be used: %w", p, err)
	}
	faults.OptedOut = slices.Clone(faults.OptedOut)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[p] = faults
	return nil
}

func (s *Simulator) faultsOf(p provider) Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults[p]
}
