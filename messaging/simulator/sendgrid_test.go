package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/mail"
	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
)

type refusals struct {
	Errors []struct {
		Message string  `json:"message"`
		Field   *string `json:"field"`
	} `json:"errors"`
}

func TestSendGridAnswersAnAcceptedMailWith202AndAnID(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	response := send(t, s, composed("m-1"))
	require.Equal(t, http.StatusAccepted, response.StatusCode)
	require.Empty(t, response.Body)
	require.Equal(t, []string{s.Messages(0)[0].ProviderID}, response.Headers["X-Message-Id"])
	require.NotEmpty(t, response.Headers["X-Ratelimit-Remaining"])
}

func TestSendGridRefusesWhatTheRealOneRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for field, spoil := range map[string]func(*mail.SGMailV3){
		"from":                          func(m *mail.SGMailV3) { m.From = nil },
		"from.email":                    func(m *mail.SGMailV3) { m.From.Address = "durand" },
		"reply_to.email":                func(m *mail.SGMailV3) { m.SetReplyTo(mail.NewEmail("", "x")) },
		"personalizations":              func(m *mail.SGMailV3) { m.Personalizations = nil },
		"personalizations.0.to":         func(m *mail.SGMailV3) { m.Personalizations[0].To = nil },
		"personalizations.0.to.0.email": func(m *mail.SGMailV3) { m.Personalizations[0].To[0].Address = "jeanne" },
		"personalizations.0":            func(m *mail.SGMailV3) { m.Personalizations[0].AddCCs(mail.NewEmail("", "JEANNE@martin.example.fr")) },
		"subject":                       func(m *mail.SGMailV3) { m.Subject = "" },
		"content":                       func(m *mail.SGMailV3) { m.Content = nil },
		"content.0.value":               func(m *mail.SGMailV3) { m.Content[0].Value = "" },
		"content.1.type":                func(m *mail.SGMailV3) { m.Content[0], m.Content[1] = m.Content[1], m.Content[0] },
		"headers.Subject":               func(m *mail.SGMailV3) { m.SetHeader("Subject", "x") },
		"custom_args":                   func(m *mail.SGMailV3) { m.SetCustomArg("x", strings.Repeat("x", 10_000)) },
		"attachments.0.content":         func(m *mail.SGMailV3) { m.AddAttachment(mail.NewAttachment().SetFilename("f").SetContent("%")) },
		"attachments.0.disposition": func(m *mail.SGMailV3) {
			m.AddAttachment(mail.NewAttachment().SetFilename("f").SetContent("eA==").SetDisposition("shown"))
		},
		"attachments.0.content_id": func(m *mail.SGMailV3) {
			m.AddAttachment(mail.NewAttachment().SetFilename("f").SetContent("eA==").SetContentID("a\nb"))
		},
		"attachments.0.filename": func(m *mail.SGMailV3) { m.AddAttachment(mail.NewAttachment().SetContent("eA==")) },
	} {
		m := composed("m-1")
		spoil(m)
		response := send(t, s, m)
		require.Equal(t, http.StatusBadRequest, response.StatusCode, field)
		var refused refusals
		require.NoError(t, json.Unmarshal([]byte(response.Body), &refused), field)
		fields := make([]string, 0, len(refused.Errors))
		for _, one := range refused.Errors {
			require.NotEmpty(t, one.Message)
			fields = append(fields, *one.Field)
		}
		require.Contains(t, fields, field)
	}
	require.Equal(t, http.StatusUnauthorized, sendWith(t, s, "SG.wrong", mail.GetRequestBody(composed("m-1"))).StatusCode)
	require.Equal(t, http.StatusBadRequest, sendWith(t, s, simulator.DefaultAPIKey, []byte(`{"custom_args":{"a":1}}`)).StatusCode)
	require.Equal(t, http.StatusRequestEntityTooLarge, sendWith(t, s, simulator.DefaultAPIKey, make([]byte, 31<<20)).StatusCode)
	require.Empty(t, s.Messages(0))
}

func TestSendGridRepeatsAllCustomArgumentsOnEveryEvent(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{})
	hook.follow(s)
	m := composed("m-1")
	m.SetCustomArg("step", "3")
	send(t, s, m)
	hook.waitForMails(t, 2)
	require.Equal(t, map[string]string{"relance_message_id": "m-1", "step": "3"}, s.Messages(0)[0].CustomArgs)
}

func TestAnAccountWithSubscriptionTrackingAddsALinkUnlessTheMailTurnsItOff(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{SendGrid: simulator.Faults{SubscriptionTracking: true}})
	send(t, s, composed("m-1"))
	off := composed("m-2")
	off.SetTrackingSettings(mail.NewTrackingSettings().SetSubscriptionTracking(mail.NewSubscriptionTrackingSetting().SetEnable(false)))
	send(t, s, off)
	for number, adds := range map[int64]bool{1: true, 2: false} {
		content, err := s.Content(number)
		require.NoError(t, err)
		require.Equal(t, adds, strings.Contains(content.Text, "To unsubscribe: "), number)
		require.Equal(t, adds, strings.Contains(content.HTML, "To unsubscribe: "), number)
	}
}

func TestEventsComeForEveryRecipient(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{SendGrid: simulator.Faults{
		BounceMatching: "*@gone.example", OptedOut: []string{"stop@example.fr"}, Deferred: 1,
	}})
	hook.follow(s)
	m := composed("m-1")
	m.Personalizations[0].AddCCs(mail.NewEmail("", "ap@gone.example"), mail.NewEmail("", "stop@example.fr"))
	send(t, s, m)
	got := map[string][]sendgrid.EventKind{}
	for _, event := range hook.waitForMails(t, 6) {
		got[event.Recipient] = append(got[event.Recipient], event.Kind)
		require.Equal(t, "m-1", event.MessageID)
	}
	require.ElementsMatch(t, []sendgrid.EventKind{"processed", "deferred", "delivered"}, got["jeanne@martin.example.fr"])
	require.ElementsMatch(t, []sendgrid.EventKind{"processed", "bounce"}, got["ap@gone.example"])
	require.Equal(t, []sendgrid.EventKind{"dropped"}, got["stop@example.fr"])
}

func TestMailsCanBeTurnedAwayOrBounceAfterTheyWereDelivered(t *testing.T) {
	t.Parallel()
	for kind, faults := range map[messaging.DeliveryKind]simulator.Faults{
		messaging.DeliveryFailed: {Blocked: 1}, messaging.DeliveryBounced: {BouncedLater: 1},
	} {
		hook := openWebhook(t)
		s := start(t, simulator.Options{SendGrid: faults})
		hook.follow(s)
		send(t, s, composed("m-1"))
		want := []messaging.DeliveryKind{messaging.DeliveryAccepted, messaging.DeliveryDelivered, kind}
		if faults.Blocked > 0 {
			want = []messaging.DeliveryKind{messaging.DeliveryAccepted, kind}
		}
		var got []messaging.DeliveryKind
		for _, event := range hook.waitForMails(t, len(want)) {
			got = append(got, event.Delivery().Kind)
		}
		require.Equal(t, want, got)
	}
}

func TestABounceThroughTheReturnPathNamesNoMessage(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{SendGrid: simulator.Faults{BouncedLater: 1, UnnamedBounces: true}})
	hook.follow(s)
	send(t, s, composed("m-1"))
	bounce := hook.waitForMails(t, 3)[2].Delivery()
	require.Equal(t, messaging.DeliveryBounced, bounce.Kind)
	require.Empty(t, bounce.MessageID)
	require.Empty(t, bounce.ProviderID)
	require.NotEmpty(t, bounce.EventID)
	require.Equal(t, "jeanne@martin.example.fr", bounce.Recipient)
	require.Equal(t, "5.2.1", bounce.Code)
}

func TestEventsCanBeRepeatedShuffledDelayedAndSuppressed(t *testing.T) {
	t.Parallel()
	t.Run("repeated", func(t *testing.T) {
		t.Parallel()
		hook := openWebhook(t)
		s := start(t, simulator.Options{SendGrid: simulator.Faults{EventDuplicates: 2}})
		hook.follow(s)
		send(t, s, composed("m-1"))
		ids := map[string]int{}
		for _, event := range hook.waitForMails(t, 6) {
			ids[event.ID]++
		}
		require.Len(t, ids, 2)
		for id, times := range ids {
			require.Equal(t, 3, times, id)
		}
	})
	t.Run("shuffled", func(t *testing.T) {
		t.Parallel()
		hook := openWebhook(t)
		s := start(t, simulator.Options{SendGrid: simulator.Faults{EventsShuffled: true}})
		hook.follow(s)
		send(t, s, composed("m-1"))
		events := hook.waitForMails(t, 2)
		require.Equal(t, sendgrid.Delivered, events[0].Kind)
		require.Equal(t, sendgrid.Processed, events[1].Kind)
	})
	t.Run("delayed", func(t *testing.T) {
		t.Parallel()
		hook := openWebhook(t)
		s := start(t, simulator.Options{SendGrid: simulator.Faults{EventDelayMS: 700}})
		hook.follow(s)
		sent := time.Now()
		send(t, s, composed("m-1"))
		event := hook.waitForMails(t, 1)[0]
		require.GreaterOrEqual(t, time.Since(sent), 700*time.Millisecond)
		require.WithinDuration(t, sent, event.At, 1100*time.Millisecond, "the event itself is not later")
	})
	t.Run("suppressed", func(t *testing.T) {
		t.Parallel()
		hook := openWebhook(t)
		s := start(t, simulator.Options{SendGrid: simulator.Faults{EventsSuppressed: 1}})
		hook.follow(s)
		send(t, s, composed("m-1"))
		require.Zero(t, s.Stats().EventsWaiting)
		require.NoError(t, s.SetSendGridFaults(simulator.Faults{}))
		send(t, s, composed("m-2"))
		for _, event := range hook.waitForMails(t, 2) {
			require.Equal(t, "m-2", event.MessageID)
		}
	})
}

func TestEventsAreRepeatedUntilTheWebhookTakesThem(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t, http.StatusInternalServerError, http.StatusForbidden, http.StatusFound)
	s := start(t, simulator.Options{})
	hook.follow(s)
	send(t, s, composed("m-1"))
	hook.waitForMails(t, 2)
	_, _, posts := hook.counts()
	require.GreaterOrEqual(t, posts, 4)
	require.Eventually(t, func() bool {
		attempts := 0
		for _, event := range s.Messages(0)[0].Events {
			if event.Posted != 1 {
				return false
			}
			attempts += event.Attempts
		}
		return attempts > 2
	}, 5*time.Second, 10*time.Millisecond)
}

func TestNoMoreEventsWaitThanAllowed(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{PendingEvents: 3, SendGrid: simulator.Faults{EventDelayMS: 60_000}})
	hook.follow(s)
	for _, id := range []string{"m-1", "m-2", "m-3"} {
		send(t, s, composed(id))
	}
	require.Equal(t, 3, s.Stats().EventsWaiting)
	require.EqualValues(t, 3, s.Stats().EventsDropped)
	require.Len(t, s.Messages(0), 3)
}
