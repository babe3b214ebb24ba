package api

import (
	"errors"
	"net/http"
	"time"

	"relance/messaging"
	"relance/messaging/sendgrid"
)

const providerSendGrid = "sendgrid"

// receiveSendGridEvents takes the signed batches of SendGrid's Event Webhook.
func (a *api) receiveSendGridEvents(w http.ResponseWriter, r *http.Request) {
	if a.sendGridKey == nil {
		problem(codeNotConfigured, "the verification key of SendGrid's Event Webhook is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	body, refused := readWebhook(w, r)
	if refused != nil {
		refused.write(w, r)
		return
	}
	parsed, err := sendgrid.ParseEvents(a.sendGridKey, r.Header, body, time.Now())
	if err != nil && len(parsed) == 0 {
		a.refuseWebhook(w, r, providerSendGrid, err)
		return
	}
	if err != nil { // some of the events cannot be read, and repeating would not help
		a.logFault(r.Context(), "reading a part of SendGrid's events", err)
	}
	events := make([]messaging.DeliveryEvent, 0, len(parsed))
	for _, event := range parsed {
		events = append(events, event.Delivery())
	}
	a.answerWebhook(w, r, a.recordDeliveries(r.Context(), providerSendGrid, events))
}

// refuseWebhook answers a request that is forged, stale or unreadable. The log
// names the kind of fault only: the content may be anybody's.
func (a *api) refuseWebhook(w http.ResponseWriter, r *http.Request, provider string, err error) {
	refused := webhookProblem(err)
	a.Log.WarnContext(r.Context(), "a webhook request was refused", "request", callOf(r.Context()).id, "provider", provider,
		"code", refused.Code, "forged", errors.Is(err, messaging.ErrForged))
	refused.write(w, r)
}
