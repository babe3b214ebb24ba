package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// Twilio error codes a caller may want to name. Source: Twilio's error and warning dictionary.
const (
	CodeOptedOut         = "21610" // the recipient answered STOP to this sender
	CodeInvalidNumber    = "21211"
	CodeUnlikelyNumber   = "21217"
	CodeUnknownNumber    = "30005" // of a message that was taken: the number is not or no longer in service
	CodeLandline         = "30006" // of a message that was taken: no short messages arrive at the number
	CodeNotAMobile       = "21614"
	CodeUnroutable       = "21612"
	CodeCountryNotActive = "21408"
	CodeQueueFull        = "21611"
	CodeTooManyRequests  = "20429"

	CodeNotOnWhatsApp    = "63003"
	CodeInvalidRecipient = "63024"
	CodeOutsideWindow    = "63016" // a text that is no approved template, more than a day after the recipient's last message
	CodeNoSuchContent    = "21655" // the content template is not the account's
	CodeWrongVariables   = "21656" // its placeholders cannot be filled in with what was given
)

// meaning says what a code means for the message, whatever HTTP status it came with.
type meaning struct {
	verdict messaging.Verdict
	cause   messaging.Cause
}

var meanings = map[string]meaning{
	CodeOptedOut: {messaging.Rejected, messaging.CauseOptedOut},

	CodeInvalidNumber:  {messaging.Rejected, messaging.CauseNoSuchNumber},
	CodeUnlikelyNumber: {messaging.Rejected, messaging.CauseNoSuchNumber},
	CodeNotAMobile:     {messaging.Rejected, messaging.CauseRecipient},
	"21265":            {messaging.Rejected, messaging.CauseRecipient}, // To is a short code
	"21604":            {messaging.Rejected, messaging.CauseRecipient}, // To is missing

	CodeUnroutable:       {messaging.Rejected, messaging.CauseRoute},
	CodeCountryNotActive: {messaging.Rejected, messaging.CauseRoute},
	"21635":              {messaging.Rejected, messaging.CauseRoute}, // a landline, over this route

	CodeNotOnWhatsApp:    {messaging.Rejected, messaging.CauseRecipient},
	CodeInvalidRecipient: {messaging.Rejected, messaging.CauseRecipient},
	CodeOutsideWindow:    {messaging.Rejected, messaging.CauseRoute},
	CodeWrongVariables:   {messaging.Rejected, messaging.CauseContent},

	CodeQueueFull:       {messaging.NotSent, messaging.CauseRateLimited},
	CodeTooManyRequests: {messaging.NotSent, messaging.CauseRateLimited},

	// The sender or account is set wrongly: nothing is lost while an operator puts it right.
	"20003": {messaging.NotSent, messaging.CauseConfiguration}, // authentication
	"20005": {messaging.NotSent, messaging.CauseConfiguration}, // account not active
	"20404": {messaging.NotSent, messaging.CauseConfiguration}, // no such account
	"21212": {messaging.NotSent, messaging.CauseConfiguration}, // From is not valid
	"21603": {messaging.NotSent, messaging.CauseConfiguration}, // From is missing
	"21606": {messaging.NotSent, messaging.CauseConfiguration}, // From cannot send SMS
	"21659": {messaging.NotSent, messaging.CauseConfiguration}, // From is not ours
	"21660": {messaging.NotSent, messaging.CauseConfiguration}, // From belongs to another account
	"21910": {messaging.NotSent, messaging.CauseConfiguration}, // From and To are of different channels
	"63007": {messaging.NotSent, messaging.CauseConfiguration}, // From is no WhatsApp sender of ours

	CodeNoSuchContent: {messaging.NotSent, messaging.CauseConfiguration},

	"21701": {messaging.NotSent, messaging.CauseConfiguration}, // no such messaging service
	"21703": {messaging.NotSent, messaging.CauseConfiguration}, // the messaging service has no number
}

// classify turns Twilio's answer into an outcome. The error code decides first; then the status:
//
//	2xx                           Accepted
//	429                           NotSent, after the wait asked for
//	408                           NotSent: the request did not arrive whole
//	3xx, 401, 403, 404, 405, 407  NotSent: keys, account or address are set wrongly
//	other 4xx                     Rejected
//	5xx and anything else         Unknown: the message may have been queued before the fault
func classify(answer *exchange.Exchange, created *api.ApiV2010Message, callErr error, now time.Time) messaging.Outcome {
	status := answer.Status()
	if status >= 200 && status < 300 {
		return accepted(created)
	}
	outcome := messaging.Outcome{Code: strconv.Itoa(status)}
	words := ""
	var refusal *client.TwilioRestError
	if errors.As(callErr, &refusal) && refusal.Code != 0 {
		outcome.Code = strconv.Itoa(refusal.Code)
		words = ": " + refusal.Message
	}
	known, isKnown := meanings[outcome.Code]
	switch {
	case status >= 500:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseProviderFault
		outcome.Reason = fmt.Sprintf("Twilio failed with status %d after receiving the request%s", status, words)
		return outcome
	case isKnown:
		outcome.Verdict, outcome.Cause = known.verdict, known.cause
	case status == http.StatusTooManyRequests:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseRateLimited
	case status == http.StatusRequestTimeout:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseUnreachable
	case status >= 300 && status < 400, status == http.StatusUnauthorized, status == http.StatusForbidden,
		status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusProxyAuthRequired:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseConfiguration
	case status >= 400:
		outcome.Verdict, outcome.Cause = messaging.Rejected, messaging.CauseContent
	default:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseInterrupted
	}
	outcome.Reason = because(outcome.Cause, status) + words
	if outcome.Cause == messaging.CauseRateLimited {
		outcome.RetryAfter = answer.RetryAfter(now)
	}
	return outcome
}

// accepted is the outcome of a 201. When its body was cut the SID is lost; the status callback, which carries
// our own ID, brings it back.
func accepted(created *api.ApiV2010Message) messaging.Outcome {
	if created == nil || created.Sid == nil {
		return messaging.Outcome{Verdict: messaging.Accepted, Reason: "Twilio accepted the message but its answer was cut before the SID"}
	}
	return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: *created.Sid}
}

func because(cause messaging.Cause, status int) string {
	switch cause {
	case messaging.CauseRateLimited:
		return "Twilio asks to slow down"
	case messaging.CauseConfiguration:
		return fmt.Sprintf("Twilio refused the call with status %d: check the account, its keys, the sender and the base URL", status)
	case messaging.CauseOptedOut:
		return "the recipient asked this sender to stop"
	case messaging.CauseRecipient:
		return "the number cannot receive this kind of message"
	case messaging.CauseNoSuchNumber:
		return "there is no such number"
	case messaging.CauseRoute:
		return "the number cannot be reached from this account and sender"
	default:
		return fmt.Sprintf("Twilio refused the message with status %d", status)
	}
}
