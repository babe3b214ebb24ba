package simulator

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"relance/messaging"
)

// smsResource is Twilio's Message resource. Absent values are null, as Twilio writes them.
type smsResource struct {
	AccountSID      string            `json:"account_sid"`
	APIVersion      string            `json:"api_version"`
	Body            string            `json:"body"`
	DateCreated     string            `json:"date_created"`
	DateSent        *string           `json:"date_sent"`
	DateUpdated     string            `json:"date_updated"`
	Direction       string            `json:"direction"`
	ErrorCode       *int              `json:"error_code"`
	ErrorMessage    *string           `json:"error_message"`
	From            *string           `json:"from"`
	Service         *string           `json:"messaging_service_sid"`
	NumMedia        string            `json:"num_media"`
	NumSegments     string            `json:"num_segments"`
	Price           *string           `json:"price"`
	PriceUnit       string            `json:"price_unit"`
	SID             string            `json:"sid"`
	Status          string            `json:"status"`
	SubresourceURIs map[string]string `json:"subresource_uris"`
	To              string            `json:"to"`
	URI             string            `json:"uri"`
}

// resource is the message as Twilio shows it at a moment; the zero time shows it just created.
func (s *Simulator) resource(m Message, body string, now time.Time) smsResource {
	date := func(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
	base := "/2010-04-01/Accounts/" + s.options.AccountSID + "/Messages/" + m.ProviderID
	resource := smsResource{
		AccountSID: s.options.AccountSID, APIVersion: "2010-04-01", Body: body, Direction: "outbound-api",
		DateCreated: date(m.ReceivedAt), DateUpdated: date(m.ReceivedAt),
		From: optional(m.From), Service: optional(m.Service), To: m.To,
		NumMedia: "0", NumSegments: strconv.Itoa(messaging.Segments(body)), PriceUnit: "EUR",
		SID: m.ProviderID, Status: m.statusAt(now), URI: base + ".json",
		SubresourceURIs: map[string]string{"media": base + "/Media.json"},
	}
	if m.Service != "" && resource.Status == "queued" {
		resource.Status = "accepted" // a messaging service chooses the sender first
	}
	if m.Changed == "redacted" {
		resource.Body = ""
	}
	if m.Changed == "canceled" {
		return resource
	}
	if at, sent := m.happened("sent", now); sent {
		resource.DateSent, resource.DateUpdated = optional(date(at)), date(at)
	}
	i := slices.IndexFunc(m.Events, func(e Event) bool { return e.Kind == resource.Status && e.Code != "" })
	if i >= 0 {
		if code, err := strconv.Atoi(m.Events[i].Code); err == nil {
			resource.ErrorCode, resource.ErrorMessage = &code, optional(m.Events[i].Reason)
		}
	}
	return resource
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// text returns the body of an SMS, or its shortened form when the whole is no longer kept.
func (s *Simulator) text(m Message) string {
	raw, err := s.mailbox.body(m.Number)
	if err != nil {
		return m.Subject
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return m.Subject
	}
	return wording(form)
}

var (
	wireNumber  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	wireService = regexp.MustCompile(`^MG[0-9a-f]{32}$`)
)

// refuseCreate returns the refusal Twilio would give, nil for a message it takes. The magic numbers are those of
// Twilio's test credentials.
func refuseCreate(form url.Values, faults Faults) *twilioRefusal {
	bad := func(code int, format string, args ...any) *twilioRefusal {
		return refusal(http.StatusBadRequest, code, format, args...)
	}
	to, from, service, body := strings.TrimPrefix(form.Get("To"), whatsAppAddress), form.Get("From"), form.Get("MessagingServiceSid"), form.Get("Body")
	switch refused := refuseWhatsApp(form); {
	case refused != nil:
		return refused
	case form.Get("ContentSid") != "":
		body = "a content template"
	}
	from = strings.TrimPrefix(from, whatsAppAddress)
	switch {
	case to == "":
		return bad(21604, "A 'To' number is required.")
	case from == "" && service == "":
		return bad(21603, "A 'From' number is required.")
	case service != "" && !wireService.MatchString(service):
		return bad(21701, "The messaging service %s does not exist.", service)
	case form.Get("SendAt") != "" || form.Get("ScheduleType") != "":
		return bad(35114, "The simulator does not schedule messages.")
	}
	switch from {
	case "+15005550001":
		return bad(21212, "The 'From' number %s is not valid.", from)
	case "+15005550007":
		return bad(21606, "The 'From' number %s cannot send an SMS.", from)
	case "+15005550008":
		return bad(21611, "The queue of the 'From' number %s is full.", from)
	}
	switch {
	case to == "+15005550001" || !wireNumber.MatchString(to):
		return bad(21211, "The 'To' number %s is not valid.", to)
	case to == "+15005550002":
		return bad(21612, "There is no route from %s to %s.", from, to)
	case to == "+15005550003":
		return bad(21408, "The account may not send to the region of %s.", to)
	case to == "+15005550004" || faults.optedOut(to):
		return bad(21610, "The recipient %s has unsubscribed.", to)
	case to == "+15005550009":
		return bad(21614, "The 'To' number %s is not a mobile number.", to)
	case body == "":
		return bad(21602, "A message body is required.")
	case utf8.RuneCountInString(body) > messaging.MaxSMSLength:
		return bad(21617, "The message body is longer than %d characters.", messaging.MaxSMSLength)
	}
	if validity := form.Get("ValidityPeriod"); validity != "" {
		if seconds, err := strconv.Atoi(validity); err != nil || seconds < 1 || seconds > 36000 {
			return bad(20001, "The validity period %s is outside 1 to 36000 seconds.", validity)
		}
	}
	if callback := form.Get("StatusCallback"); callback != "" {
		if parsed, err := url.Parse(callback); err != nil || parsed.Host == "" || strings.Contains(parsed.Hostname(), "_") {
			return bad(21609, "The status callback %s is not valid.", callback)
		}
	}
	return nil
}
