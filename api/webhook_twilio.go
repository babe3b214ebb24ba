package api

import (
	"net/http"

	"relance/messaging"
	"relance/messaging/twilio"
)

const providerTwilio = twilio.Provider

// receiveTwilioStatus takes one signed status callback. Twilio signs the address
// it called, which behind a proxy is not the one of this request: it is rebuilt
// from the public address.
func (a *api) receiveTwilioStatus(w http.ResponseWriter, r *http.Request) {
	if a.TwilioAuthToken == "" {
		problem(codeNotConfigured, "the auth token that verifies Twilio's status callbacks is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	body, refused := readWebhook(w, r)
	if refused != nil {
		refused.write(w, r)
		return
	}
	event, err := twilio.ParseStatus(a.TwilioAuthToken, a.PublicURL+r.URL.RequestURI(), body, r.Header.Get(twilio.SignatureHeader))
	if err != nil {
		a.refuseWebhook(w, r, providerTwilio, err)
		return
	}
	a.answerWebhook(w, r, a.recordDeliveries(r.Context(), providerTwilio, []messaging.DeliveryEvent{event.Delivery()}))
}
