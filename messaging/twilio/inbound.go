package twilio

import (
	"errors"
	"fmt"

	"github.com/twilio/twilio-go/client"

	"relance/messaging"
)

// VerifyInbound checks the signature of a request by which Twilio passes on a message that came in, SMS or
// WhatsApp. publicURL is the URL Twilio called, as the outside sees it; rawBody must be the bytes as received. The
// error is messaging.ErrForged.
func VerifyInbound(authToken, publicURL string, rawBody []byte, signature string) error {
	if authToken == "" {
		return errors.New("Twilio: no auth token is configured: messages cannot be told from forgeries") //nolint:staticcheck // a proper name
	}
	if signature == "" {
		return fmt.Errorf("Twilio: %w: it is not signed", messaging.ErrForged) //nolint:staticcheck // a proper name
	}
	validator := client.NewRequestValidator(authToken)
	if !validator.ValidateBody(publicURL, rawBody, signature) {
		return fmt.Errorf("Twilio: %w: either it is forged, or the public URL or auth token we know is not the one Twilio used", messaging.ErrForged) //nolint:staticcheck // a proper name
	}
	return nil
}
