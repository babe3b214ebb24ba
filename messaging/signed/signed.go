// Package signed makes and checks the signatures of webhooks: HMAC-SHA256 over the
// moment of sending and the body. Services whose contract is ours sign this way.
package signed

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"relance/messaging"
)

// ReplayWindow is how far the timestamp of a request may be from our clock.
const ReplayWindow = 5 * time.Minute

// Sign is the signature of a request, in hexadecimal: over the timestamp (Unix
// seconds), a full stop and the body.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify checks the signature of a request. body must be the bytes as received. The
// error is messaging.ErrForged, ErrStale or ErrMalformed; without a secret nothing can
// be told from a forgery.
func Verify(secret, timestamp, signature string, body []byte, now time.Time) error {
	if secret == "" {
		return errors.New("no webhook secret is configured: its requests cannot be told from forgeries")
	}
	given, err := hex.DecodeString(signature)
	wanted, _ := hex.DecodeString(Sign(secret, timestamp, body)) // always hexadecimal
	if err != nil || !hmac.Equal(given, wanted) {
		return messaging.ErrForged
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: the timestamp is no number", messaging.ErrMalformed)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > ReplayWindow {
		return messaging.ErrStale
	}
	return nil
}
