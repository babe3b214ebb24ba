package sendgrid

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// classify turns SendGrid's answer into an outcome.
//
//	2xx                           Accepted
//	429                           NotSent, after the wait asked for
//	408                           NotSent: the request did not arrive whole
//	3xx, 401, 403, 404, 405, 407  NotSent: keys, sender or address are set wrongly; nothing is lost while it is put right
//	other 4xx                     Rejected
//	5xx and anything else         Unknown: the message may have been queued before the fault
func classify(answer *exchange.Exchange, body string, now time.Time) messaging.Outcome {
	status := answer.Status()
	outcome := messaging.Outcome{Code: strconv.Itoa(status)}
	refusals := parseRefusals(body)
	switch {
	case status >= 200 && status < 300:
		outcome = messaging.Outcome{Verdict: messaging.Accepted, ProviderID: answer.Header("X-Message-Id")}
		if status == http.StatusOK {
			outcome.Reason = "checked in sandbox mode: SendGrid sends nothing"
		}
	case status == http.StatusRequestTimeout:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseUnreachable
		outcome.Reason = "SendGrid did not receive the whole request in time"
	case status == http.StatusTooManyRequests:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseRateLimited
		outcome.RetryAfter = answer.RetryAfter(now)
		outcome.Reason = "SendGrid asks to slow down"
	case status >= 300 && status < 400, status == http.StatusUnauthorized, status == http.StatusForbidden,
		status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusProxyAuthRequired:
		outcome.Verdict, outcome.Cause = messaging.NotSent, messaging.CauseConfiguration
		outcome.Reason = fmt.Sprintf("SendGrid refused the call with status %d: check the API key, its rights, the verified sender and the base URL%s",
			status, refusals.words())
	case status >= 400 && status < 500:
		outcome.Verdict, outcome.Cause = messaging.Rejected, refusals.cause()
		outcome.Reason = fmt.Sprintf("SendGrid refused the message with status %d%s", status, refusals.words())
	default:
		outcome.Verdict, outcome.Cause = messaging.Unknown, messaging.CauseProviderFault
		outcome.Reason = fmt.Sprintf("SendGrid failed with status %d after receiving the request", status)
	}
	return outcome
}

type refusal struct {
	Message string `json:"message"`
	Field   string `json:"field"`
}

type refusals []refusal

// parseRefusals reads {"errors":[{"message","field","help"}]}. An answer in another form, such as a proxy's page,
// gives none.
func parseRefusals(body string) refusals {
	var answer struct {
		Errors refusals `json:"errors"`
	}
	if json.Unmarshal([]byte(body), &answer) != nil {
		return nil
	}
	return answer.Errors
}

func (rs refusals) words() string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteString("; ")
		if r.Field != "" {
			b.WriteString(r.Field + ": ")
		}
		b.WriteString(r.Message)
	}
	return b.String()
}

// cause tells a refused recipient, such as field personalizations.0.to.0.email, from refused content.
func (rs refusals) cause() messaging.Cause {
	for _, r := range rs {
		if strings.HasPrefix(r.Field, "personalizations") && strings.Contains(r.Field+".", ".to.") {
			return messaging.CauseRecipient
		}
	}
	return messaging.CauseContent
}

// refusedCopy is the field of a refusal for the address of a copy, with its place.
var refusedCopy = regexp.MustCompile(`^personalizations\.\d+\.cc\.(\d+)(?:\.email)?$`)

// copies are the places of the copies, of so many, for which alone a message was refused; none when it was refused for
// anything else as well.
func (rs refusals) copies(many int) []int {
	var places []int
	for _, r := range rs {
		match := refusedCopy.FindStringSubmatch(r.Field)
		if match == nil {
			return nil
		}
		place, err := strconv.Atoi(match[1])
		if err != nil || place >= many {
			return nil
		}
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return places
}
