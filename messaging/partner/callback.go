package partner

import (
	"encoding/json"
	"fmt"
	"time"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/signed"
)

// The headers of a callback; see package signed.
const (
	TimestampHeader = "Partner-Timestamp"
	SignatureHeader = "Partner-Signature"
)

// Callback is what a partner tells of a case: a status, or an account of money.
type Callback struct {
	EventID   string `json:"event_id"`
	Reference string `json:"reference"`
	// Status is what the partner did, on a day; empty for an account of money.
	Status string        `json:"status,omitempty"`
	On     calendar.Date `json:"on"`
	// Remittance is what the partner collected and kept.
	Remittance *Remittance `json:"remittance,omitempty"`
}

// Remittance is an account of money: decimal numbers in one currency, where net is
// gross less fees.
type Remittance struct {
	ID       string `json:"id"`
	Gross    string `json:"gross"`
	Fees     string `json:"fees"`
	Net      string `json:"net"`
	Currency string `json:"currency"`
}

// ParseCallback checks the signature of a callback and reads it. body must be the bytes
// as received. The error is messaging.ErrForged, ErrStale or ErrMalformed.
func ParseCallback(secret, timestamp, signature string, body []byte, now time.Time) (Callback, error) {
	fail := func(err error) (Callback, error) { return Callback{}, fmt.Errorf("callback of a partner: %w", err) }
	if err := signed.Verify(secret, timestamp, signature, body, now); err != nil {
		return fail(err)
	}
	var read Callback
	if err := json.Unmarshal(body, &read); err != nil {
		return fail(fmt.Errorf("%w: %w", messaging.ErrMalformed, err))
	}
	switch {
	case read.EventID == "" || read.Reference == "":
		return fail(fmt.Errorf("%w: it has no event_id or no reference", messaging.ErrMalformed))
	case (read.Status == "") == (read.Remittance == nil):
		return fail(fmt.Errorf("%w: it tells a status or a remittance, one of them", messaging.ErrMalformed))
	case read.On.IsZero():
		return fail(fmt.Errorf("%w: it has no day", messaging.ErrMalformed))
	case read.Remittance != nil && read.Remittance.ID == "":
		return fail(fmt.Errorf("%w: the remittance has no id", messaging.ErrMalformed))
	}
	return read, nil
}
