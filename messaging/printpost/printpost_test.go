package printpost_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/printpost"
	"relance/messaging/simulator"
)

const (
	key    = "the-key-of-the-shop"
	secret = "the-secret-of-the-webhook"
	id     = "0b7f7a52-3d65-8c2e-9a51-000000000001"
)

// shop is a print-and-post service and a client of it.
func shop(t *testing.T, faults simulator.Faults) (*simulator.PrintShop, *printpost.Client) {
	t.Helper()
	played := simulator.NewPrintShop(simulator.PrintShopOptions{Key: key, WebhookSecret: secret, Faults: faults})
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	return played, clientOf(t, server.URL, key)
}

func clientOf(t *testing.T, url, key string) *printpost.Client {
	t.Helper()
	client, err := printpost.New(printpost.Config{BaseURL: url, Key: key, Timeout: 5 * time.Second})
	require.NoError(t, err)
	return client
}

func letter() messaging.Letter {
	return messaging.Letter{
		MessageID: id, Reference: "acme/2026-000001", Registered: true,
		Recipient: []string{"Menuiserie Durand SARL", "8 RUE DES TANNEURS", "38000 GRENOBLE"}, PDF: []byte("%PDF-1.7 a letter"),
	}
}

func TestALetterIsHandedInOnceHoweverOften(t *testing.T) {
	t.Parallel()
	played, client := shop(t, simulator.Faults{})
	for range 3 {
		outcome := client.PostLetter(t.Context(), letter())
		require.Equal(t, messaging.Outcome{Verdict: messaging.Accepted, ProviderID: "L-1"}, outcome)
	}
	letters := played.Letters()
	require.Len(t, letters, 1)
	require.Equal(t, 3, letters[0].Submissions)
	require.Equal(t, "registered", letters[0].Kind)
	require.Equal(t, letter().Recipient, letters[0].Recipient)
	require.Equal(t, letter().PDF, letters[0].PDF)

	other := letter()
	other.PDF = []byte("%PDF-1.7 another letter")
	require.Equal(t, messaging.Rejected, client.PostLetter(t.Context(), other).Verdict, "another letter under the same ID")
}

func TestEachFaultHasItsVerdict(t *testing.T) {
	t.Parallel()
	for name, tried := range map[string]struct {
		faults  simulator.Faults
		verdict messaging.Verdict
		cause   messaging.Cause
		taken   int
	}{
		"slow down":                      {simulator.Faults{RateLimited: 1, RetryAfterS: 7}, messaging.NotSent, messaging.CauseRateLimited, 0},
		"a fault before it was taken":    {simulator.Faults{FailBefore: 1}, messaging.Unknown, messaging.CauseProviderFault, 0},
		"no answer before it was taken":  {simulator.Faults{DropBefore: 1}, messaging.Unknown, messaging.CauseInterrupted, 0},
		"a fault after it was taken":     {simulator.Faults{FailAfter: 1}, messaging.Unknown, messaging.CauseProviderFault, 1},
		"no answer though it was taken":  {simulator.Faults{DropAfter: 1}, messaging.Unknown, messaging.CauseInterrupted, 1},
		"an address that does not exist": {simulator.Faults{BounceMatching: "38000 *"}, messaging.Rejected, messaging.CauseRecipient, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			played, client := shop(t, tried.faults)
			outcome := client.PostLetter(t.Context(), letter())
			require.Equal(t, tried.verdict, outcome.Verdict, outcome)
			require.Equal(t, tried.cause, outcome.Cause, outcome)
			require.NotContains(t, outcome.Reason, "GRENOBLE", "no address in what is logged")
			require.Len(t, played.Letters(), tried.taken)
			if tried.faults.RetryAfterS > 0 {
				require.Equal(t, 7*time.Second, outcome.RetryAfter)
			}
			// What is unknown is found, or proven not to be there.
			proof, found, err := client.FindLetter(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, tried.taken == 1, found)
			if found {
				require.Equal(t, "L-1", proof.ProviderID)
				require.Equal(t, messaging.DeliveryAccepted, proof.Kind)
			}
		})
	}
}

func TestWhatNeverLeftIsNotSent(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	client := clientOf(t, "http://"+listener.Addr().String(), key)
	outcome := client.PostLetter(t.Context(), letter())
	require.Equal(t, messaging.NotSent, outcome.Verdict)
	require.Equal(t, messaging.CauseUnreachable, outcome.Cause)
	_, _, err = client.FindLetter(t.Context(), id)
	require.ErrorContains(t, err, "looking for letter "+id)
}

func TestAWrongKeyIsAConfigurationAndNotALostLetter(t *testing.T) {
	t.Parallel()
	played := simulator.NewPrintShop(simulator.PrintShopOptions{Key: key})
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	client := clientOf(t, server.URL, "wrong")
	outcome := client.PostLetter(t.Context(), letter())
	require.Equal(t, messaging.NotSent, outcome.Verdict)
	require.Equal(t, messaging.CauseConfiguration, outcome.Cause)
	_, _, err := client.FindLetter(t.Context(), id)
	require.ErrorContains(t, err, "answered 401", "a refusal is no proof that the letter is not there")
	_, err = client.CancelLetter(t.Context(), id)
	require.ErrorContains(t, err, "answered 401")
}

func TestALetterThatIsNotValidIsRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	played, client := shop(t, simulator.Faults{})
	broken := letter()
	broken.PDF, broken.Recipient = []byte("<html>"), broken.Recipient[:1]
	outcome := client.PostLetter(t.Context(), broken)
	require.Equal(t, messaging.Rejected, outcome.Verdict)
	require.Contains(t, outcome.Reason, "not a PDF")
	require.Contains(t, outcome.Reason, "1 lines")
	require.Empty(t, played.Letters())
}

func TestALetterIsCancelledUntilItIsPrinted(t *testing.T) {
	t.Parallel()
	played, client := shop(t, simulator.Faults{})
	cancel := func() bool {
		cancelled, err := client.CancelLetter(t.Context(), id)
		require.NoError(t, err)
		return cancelled
	}
	require.True(t, cancel(), "what is not there is not posted")
	client.PostLetter(t.Context(), letter())
	require.True(t, cancel())
	require.True(t, cancel())
	require.Equal(t, messaging.LetterCancelled, played.Letters()[0].State)

	played, client = shop(t, simulator.Faults{})
	client.PostLetter(t.Context(), letter())
	webhook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(webhook.Close)
	played.SetWebhook(webhook.URL)
	_, err := played.Tell(t.Context(), simulator.Telling{Event: messaging.LetterEvent{EventID: "e", MessageID: id, State: messaging.LetterPosted, On: calendar.NewDate(2026, 11, 24)}})
	require.NoError(t, err)
	require.False(t, cancel(), "it is posted")
}

func TestOnlyGenuineAndRecentWebhooksAreRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	body := []byte(`{"event_id":"e1","message_id":"` + id + `","id":"L-1","state":"unclaimed","on":"2026-12-15","posted_on":"2026-11-24","posting_number":"1A","presented_on":"2026-11-26"}`)
	read := func(signedAt time.Time, signedWith string, body []byte) (messaging.LetterEvent, error) {
		timestamp := strconv.FormatInt(signedAt.Unix(), 10)
		return printpost.ParseEvent(secret, timestamp, printpost.Sign(signedWith, timestamp, body), body, now)
	}
	event, err := read(now.Add(-4*time.Minute), secret, body)
	require.NoError(t, err)
	require.Equal(t, messaging.LetterEvent{
		EventID: "e1", MessageID: id, ProviderID: "L-1", State: messaging.LetterUnclaimed, On: calendar.NewDate(2026, 12, 15),
		PostedOn: calendar.NewDate(2026, 11, 24), PostingNumber: "1A", PresentedOn: calendar.NewDate(2026, 11, 26),
	}, event)

	_, err = read(now, "another secret", body)
	require.ErrorIs(t, err, messaging.ErrForged)
	for _, age := range []time.Duration{-6 * time.Minute, 6 * time.Minute} {
		_, err = read(now.Add(age), secret, body)
		require.ErrorIs(t, err, messaging.ErrStale)
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	_, err = printpost.ParseEvent(secret, timestamp, printpost.Sign(secret, timestamp, body), append(body, ' '), now)
	require.ErrorIs(t, err, messaging.ErrForged, "the body was changed")
	later := strconv.FormatInt(now.Unix()+1, 10)
	_, err = printpost.ParseEvent(secret, later, printpost.Sign(secret, timestamp, body), body, now)
	require.ErrorIs(t, err, messaging.ErrForged, "the timestamp was changed")
	_, err = printpost.ParseEvent("", timestamp, printpost.Sign("", timestamp, body), body, now)
	require.ErrorContains(t, err, "no webhook secret is configured")
	for _, malformed := range []string{`{`, `{"event_id":"e"}`, `{"event_id":"e","message_id":"m","state":"eaten","on":"2026-12-15"}`, `{"event_id":"e","message_id":"m","state":"posted"}`} {
		_, err = read(now, secret, []byte(malformed))
		require.ErrorIs(t, err, messaging.ErrMalformed, malformed)
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	_, err := printpost.New(printpost.Config{BaseURL: "ftp://shop.example"})
	require.ErrorContains(t, err, "the base URL")
	require.ErrorContains(t, err, "the key is missing")
}

func TestACallThatIsCancelledIsUnknown(t *testing.T) {
	t.Parallel()
	_, client := shop(t, simulator.Faults{LatencyMS: 60_000})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.Equal(t, messaging.Unknown, client.PostLetter(ctx, letter()).Verdict)
}
