package messaging

import (
	"fmt"
	"strings"
	"time"
)

// Verdict says what one attempt to send did. The zero value is Unknown, so that an outcome nobody
// filled in is never taken for permission to send again.
type Verdict int

const (
	// Unknown says that the message may have been sent. Look for proof or ask a person; never send again blindly.
	Unknown Verdict = iota
	// NotSent says that the provider certainly did not take the message. Sending again is safe.
	NotSent
	// Accepted says that the provider took the message and answers for it.
	Accepted
	// Rejected says that the provider refuses this message for good; the same bytes will be refused again.
	Rejected
)

var verdictNames = [...]string{Unknown: "unknown", NotSent: "not_sent", Accepted: "accepted", Rejected: "rejected"}

// String returns the verdict as it is stored: unknown, not_sent, accepted or rejected.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("verdict(%d)", int(v))
	}
	return verdictNames[v]
}

// MarshalText writes the verdict as its stored name.
func (v Verdict) MarshalText() ([]byte, error) {
	if v < 0 || int(v) >= len(verdictNames) {
		return nil, fmt.Errorf("verdict %d has no name", int(v))
	}
	return []byte(verdictNames[v]), nil
}

// UnmarshalText reads a stored verdict name.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not a verdict: expected one of %s", text, strings.Join(verdictNames[:], ", "))
}

// Cause is why an attempt was not accepted, in words common to all providers, so that a caller can act on
// it without knowing whose code it is.
type Cause string

const (
	// CauseNone goes with Accepted.
	CauseNone Cause = ""
	// CauseUnreachable says that no connection to the provider could be made.
	CauseUnreachable Cause = "unreachable"
	// CauseInterrupted says that the request may have left, and no complete answer came back.
	CauseInterrupted Cause = "interrupted"
	// CauseProviderFault says that the provider answered that it failed (5xx).
	CauseProviderFault Cause = "provider_fault"
	// CauseRateLimited says that the provider asks to slow down; see [Outcome.RetryAfter].
	CauseRateLimited Cause = "rate_limited"
	// CauseConfiguration says that keys, sender or address of the provider are set wrongly. Retrying helps once an
	// operator has acted, so somebody must be told.
	CauseConfiguration Cause = "configuration"
	// CauseOptedOut says that the recipient asked this sender to stop.
	CauseOptedOut Cause = "opted_out"
	// CauseRecipient says that the address or number cannot receive this kind of message.
	CauseRecipient Cause = "recipient"
	// CauseNoSuchNumber says that the number does not exist: no channel reaches it.
	CauseNoSuchNumber Cause = "no_such_number"
	// CauseRoute says that the recipient may be right but cannot be reached from this sender or account.
	CauseRoute Cause = "route"
	// CauseContent says that the message itself was refused (too large, malformed, empty).
	CauseContent Cause = "content"
)

// Outcome is the result of one attempt.
type Outcome struct {
	Verdict Verdict
	// ProviderID is the provider's ID of the accepted message (SendGrid X-Message-Id, Twilio SID). It can be
	// empty on Accepted when the answer was cut short after its status line.
	ProviderID string
	Cause      Cause
	// Code is the provider's own code ("21610"), or its HTTP status when it gave none.
	Code string
	// Reason is a sentence for people. It never holds the recipient's address or number, so that it may be
	// logged and kept in a workflow history.
	Reason string
	// RetryAfter is how long the provider asks to wait before the next attempt; 0 when it did not say.
	RetryAfter time.Duration
	// RefusedCopies are those who get no copy of an Accepted message. The provider took it for whom it is for.
	RefusedCopies []RefusedCopy
}

// RefusedCopy is somebody for whom the provider did not take a copy.
type RefusedCopy struct {
	Address string // personal data
	// Cause is why: CauseRecipient says that nothing can arrive at the address.
	Cause Cause
	Code  string
	// Permanent says that the same copy would be refused again.
	Permanent bool
}

// String is one line for logs.
func (o Outcome) String() string {
	var b strings.Builder
	b.WriteString(o.Verdict.String())
	for _, part := range []struct{ name, value string }{
		{"id", o.ProviderID}, {"cause", string(o.Cause)}, {"code", o.Code}, {"reason", o.Reason},
	} {
		if part.value != "" {
			fmt.Fprintf(&b, " %s=%q", part.name, part.value)
		}
	}
	if o.RetryAfter > 0 {
		fmt.Fprintf(&b, " retry_after=%s", o.RetryAfter)
	}
	if len(o.RefusedCopies) > 0 {
		fmt.Fprintf(&b, " refused_copies=%d", len(o.RefusedCopies))
	}
	return b.String()
}
