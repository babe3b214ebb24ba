package sendgrid

import (
	"crypto/ecdsa"
	"fmt"
	"net/http"
	"time"

	"relance/messaging"
)

// VerifyParse checks the signature of a request of Inbound Parse to which a security policy with a signature is
// attached: ECDSA over the timestamp and the body as received, in the same headers as the Event Webhook. The error
// wraps messaging.ErrForged, ErrStale or ErrMalformed.
func VerifyParse(publicKey *ecdsa.PublicKey, header http.Header, rawBody []byte, now time.Time) error {
	if publicKey == nil {
		return fmt.Errorf("Inbound Parse: %w: no verification key is configured", messaging.ErrForged) //nolint:staticcheck // a proper name
	}
	if err := verify(publicKey, header, rawBody, now, MaxParseAge); err != nil {
		return fmt.Errorf("Inbound Parse: %w", err) //nolint:staticcheck // a proper name
	}
	return nil
}
