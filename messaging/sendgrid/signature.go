package sendgrid

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"

	"relance/messaging"
)

const (
	// MaxEventAge is how old a signed request of the Event Webhook may be. SendGrid repeats events for a day, and no
	// source says that it signs a repetition anew: an outage must not cost the bounces of its time. A replay meanwhile
	// does no harm, because each event counts once.
	MaxEventAge = 25 * time.Hour
	// MaxParseAge is the same of Inbound Parse, which repeats mails for three days. Each answer counts once, too.
	MaxParseAge = 73 * time.Hour
	// maxClockSkew is how far a signature may lie in the future before our clock or theirs is wrong.
	maxClockSkew = 2 * time.Minute
)

// ParsePublicKey reads the verification key as SendGrid shows it: base64 of a DER public key. The library's own
// function panics on a key that is not ECDSA, so the kind is checked first.
func ParsePublicKey(text string) (*ecdsa.PublicKey, error) {
	text = strings.TrimSpace(text)
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("the SendGrid verification key is not base64: copy it whole from the Event Webhook settings: %w", err)
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("the SendGrid verification key is not a public key: copy it whole from the Event Webhook settings: %w", err)
	}
	if _, ok := parsed.(*ecdsa.PublicKey); !ok {
		return nil, fmt.Errorf("the SendGrid verification key is of kind %T: an ECDSA key is needed", parsed)
	}
	return eventwebhook.ConvertPublicKeyBase64ToECDSA(text)
}

func verify(publicKey *ecdsa.PublicKey, header http.Header, rawBody []byte, now time.Time, maxAge time.Duration) error {
	if publicKey == nil {
		return errors.New("no verification key is configured: events cannot be told from forgeries")
	}
	signature := header.Get(eventwebhook.VerificationHTTPHeader)
	timestamp := header.Get(eventwebhook.TimestampHTTPHeader)
	if signature == "" || timestamp == "" {
		return fmt.Errorf("%w: it is not signed", messaging.ErrForged)
	}
	genuine, err := eventwebhook.VerifySignature(publicKey, rawBody, signature, timestamp)
	if err != nil {
		return fmt.Errorf("%w: %w", messaging.ErrForged, err)
	}
	if !genuine {
		return messaging.ErrForged
	}
	// Only a genuine timestamp is worth reading.
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: the timestamp %q is not a Unix time", messaging.ErrMalformed, timestamp)
	}
	age := now.Sub(time.Unix(seconds, 0))
	if age > maxAge || age < -maxClockSkew {
		return fmt.Errorf("%w: it was signed %s before our clock, at most %s is accepted", messaging.ErrStale, age.Round(time.Second), maxAge)
	}
	return nil
}
