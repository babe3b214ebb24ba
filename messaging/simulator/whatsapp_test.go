package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
)

// createWhatsApp posts a message as Twilio's clients do and returns the status.
func createWhatsApp(t *testing.T, s *simulator.Simulator, change func(url.Values)) int {
	t.Helper()
	form := url.Values{
		"To": {"whatsapp:+33612345678"}, "From": {"whatsapp:+33612345600"}, "ContentSid": {"HX" + strings.Repeat("0a", 16)},
		"ContentVariables": {`{"1":"Durand"}`},
	}
	if change != nil {
		change(form)
	}
	address := s.TwilioURL() + "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

func TestWhatsAppTakesOnlyWhatTwilioTakes(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for name, change := range map[string]func(url.Values){
		"from an SMS number":     func(f url.Values) { f.Set("From", "+33612345600") },
		"from nobody":            func(f url.Values) { f.Del("From") },
		"a wrong template":       func(f url.Values) { f.Set("ContentSid", "HX1") },
		"variables not JSON":     func(f url.Values) { f.Set("ContentVariables", "1=Durand") },
		"an empty variable":      func(f url.Values) { f.Set("ContentVariables", `{"1":""}`) },
		"a variable of lines":    func(f url.Values) { f.Set("ContentVariables", `{"1":"a\nb"}`) },
		"neither text nor other": func(f url.Values) { f.Del("ContentSid") },
	} {
		require.Equal(t, http.StatusBadRequest, createWhatsApp(t, s, change), name)
	}
	require.Empty(t, s.Messages(0))
	require.Equal(t, http.StatusCreated, createWhatsApp(t, s, nil))
}

// kindsOf are the events of a message, once all happened.
func kindsOf(m simulator.Message) (kinds []string) {
	for _, event := range m.Events {
		kinds = append(kinds, event.Kind+event.Code)
	}
	return kinds
}

func TestAFreeTextReachesNobodyOnWhatsAppAndATemplateMayBeRead(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Twilio: simulator.Faults{Opened: 1, BounceMatching: "+33612345679"}})
	require.Equal(t, http.StatusCreated, createWhatsApp(t, s, nil))
	require.Equal(t, http.StatusCreated, createWhatsApp(t, s, func(f url.Values) { f.Del("ContentSid"); f.Set("Body", "Bonjour") }))
	require.Equal(t, http.StatusCreated, createWhatsApp(t, s, func(f url.Values) { f.Set("To", "whatsapp:+33612345679") }))
	kept := s.Messages(0)
	require.Equal(t, []string{"sent", "delivered", "read"}, kindsOf(kept[0]))
	require.Equal(t, []string{"sent", "undelivered63016"}, kindsOf(kept[1]))
	require.Equal(t, []string{"sent", "undelivered63003"}, kindsOf(kept[2]))
	for _, message := range kept {
		require.Equal(t, messaging.ChannelWhatsApp, message.Channel)
		require.WithinDuration(t, time.Now(), message.ReceivedAt, time.Minute)
	}
}
