package partner_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/partner"
	"relance/messaging/signed"
	"relance/messaging/simulator"
)

const (
	key       = "the-key-of-the-office"
	secret    = "the-secret-of-the-callback"
	reference = "0b7f7a52-3d65-8c2e-9a51-000000000001"
)

func office(t *testing.T, options simulator.PartnerOptions) (*simulator.PartnerOffice, *partner.Client) {
	t.Helper()
	options.Key, options.CallbackSecret = key, secret
	played := simulator.NewPartnerOffice(options)
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	return played, clientOf(t, server.URL, key)
}

func clientOf(t *testing.T, url, key string) *partner.Client {
	t.Helper()
	client, err := partner.New(partner.Config{BaseURL: url, Key: key, Timeout: 5 * time.Second})
	require.NoError(t, err)
	return client
}

func given() partner.Case {
	file := []byte("PK the case file")
	return partner.Case{
		Reference: reference, Creditor: "acme", Invoice: "F-1", Route: "payment-order", Amount: "120.00", Currency: "EUR",
		FileName: "F-1.zip", ContentType: "application/zip", SHA256: messaging.Hash(file), File: file,
	}
}

func TestACaseIsGivenOnceHoweverOften(t *testing.T) {
	t.Parallel()
	played, client := office(t, simulator.PartnerOptions{})
	for range 3 {
		require.Equal(t, messaging.Outcome{Verdict: messaging.Accepted, ProviderID: "D-1"}, client.Deliver(t.Context(), given()))
	}
	require.Len(t, played.Cases(), 1)
	require.Equal(t, 3, played.Cases()[0].Submissions)
	require.Equal(t, given(), played.Cases()[0].Case)

	other := given()
	other.File = []byte("PK another file")
	other.SHA256 = messaging.Hash(other.File)
	require.Equal(t, messaging.Rejected, client.Deliver(t.Context(), other).Verdict, "another file under the same reference")
}

func TestEachFaultOfAPartnerHasItsVerdict(t *testing.T) {
	t.Parallel()
	for name, tried := range map[string]struct {
		options simulator.PartnerOptions
		verdict messaging.Verdict
		cause   messaging.Cause
		taken   int
	}{
		"slow down":                     {simulator.PartnerOptions{Faults: simulator.Faults{RateLimited: 1}}, messaging.NotSent, messaging.CauseRateLimited, 0},
		"a fault before it was taken":   {simulator.PartnerOptions{Faults: simulator.Faults{FailBefore: 1}}, messaging.Unknown, messaging.CauseProviderFault, 0},
		"no answer before it was taken": {simulator.PartnerOptions{Faults: simulator.Faults{DropBefore: 1}}, messaging.Unknown, messaging.CauseInterrupted, 0},
		"a fault after it was taken":    {simulator.PartnerOptions{Faults: simulator.Faults{FailAfter: 1}}, messaging.Unknown, messaging.CauseProviderFault, 1},
		"no answer though it was taken": {simulator.PartnerOptions{Faults: simulator.Faults{DropAfter: 1}}, messaging.Unknown, messaging.CauseInterrupted, 1},
		"a case it does not take":       {simulator.PartnerOptions{Declines: true}, messaging.Rejected, messaging.CauseContent, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			played, client := office(t, tried.options)
			outcome := client.Deliver(t.Context(), given())
			require.Equal(t, tried.verdict, outcome.Verdict, outcome)
			require.Equal(t, tried.cause, outcome.Cause, outcome)
			require.Len(t, played.Cases(), tried.taken)
			// What is unknown is found, or proven not to be there.
			proof, found, err := client.Find(t.Context(), reference)
			require.NoError(t, err)
			require.Equal(t, tried.taken == 1, found)
			if found {
				require.Equal(t, "D-1", proof.ProviderID)
			}
		})
	}
}

func TestWhatNeverReachedThePartnerIsNotSent(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	client := clientOf(t, "http://"+listener.Addr().String(), key)
	require.Equal(t, messaging.NotSent, client.Deliver(t.Context(), given()).Verdict)
	require.Equal(t, messaging.NotSent, client.Recall(t.Context(), reference, "paid").Verdict)
	_, _, err = client.Find(t.Context(), reference)
	require.ErrorContains(t, err, "looking for the case "+reference)
}

func TestAWrongKeyIsAConfigurationAndNoAnswerAboutTheCase(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(simulator.NewPartnerOffice(simulator.PartnerOptions{Key: key}))
	t.Cleanup(server.Close)
	client := clientOf(t, server.URL, "wrong")
	outcome := client.Deliver(t.Context(), given())
	require.Equal(t, messaging.NotSent, outcome.Verdict)
	require.Equal(t, messaging.CauseConfiguration, outcome.Cause)
	_, _, err := client.Find(t.Context(), reference)
	require.ErrorContains(t, err, "answered 401", "a refusal is no proof that the case is not there")
}

func TestARecallMayBeRepeatedAndOneOfNoCaseIsRejected(t *testing.T) {
	t.Parallel()
	played, client := office(t, simulator.PartnerOptions{})
	require.Equal(t, messaging.Rejected, client.Recall(t.Context(), reference, "paid").Verdict)
	client.Deliver(t.Context(), given())
	for range 2 {
		require.Equal(t, messaging.Accepted, client.Recall(t.Context(), reference, "paid").Verdict)
	}
	require.Equal(t, "recalled", played.Cases()[0].Status)
}

func TestOnlyAGenuineFreshCallbackIsRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	told := partner.Callback{EventID: "E1", Reference: reference, Status: "order-obtained", On: calendar.NewDate(2026, time.September, 1)}
	body, err := json.Marshal(told)
	require.NoError(t, err)
	timestamp := strconv.FormatInt(now.Unix(), 10)
	read := func(secret, timestamp, signature string, body []byte, now time.Time) error {
		_, err := partner.ParseCallback(secret, timestamp, signature, body, now)
		return err
	}
	signature := signed.Sign(secret, timestamp, body)
	parsed, err := partner.ParseCallback(secret, timestamp, signature, body, now)
	require.NoError(t, err)
	require.Equal(t, told, parsed)
	require.ErrorIs(t, read("another", timestamp, signature, body, now), messaging.ErrForged)
	require.ErrorIs(t, read(secret, timestamp, signature, append(body, ' '), now), messaging.ErrForged)
	require.ErrorIs(t, read(secret, strconv.FormatInt(now.Unix()+1, 10), signature, body, now), messaging.ErrForged)
	require.ErrorIs(t, read(secret, timestamp, signature, body, now.Add(6*time.Minute)), messaging.ErrStale, "replayed later")
	require.ErrorContains(t, read("", timestamp, signature, body, now), "no webhook secret")
	for says, wrong := range map[string]string{
		"no event_id":            `{"reference":"r","status":"served","on":"2026-09-01"}`,
		"one of them":            `{"event_id":"E","reference":"r","on":"2026-09-01"}`,
		"has no day":             `{"event_id":"E","reference":"r","status":"served"}`,
		"the remittance has no ": `{"event_id":"E","reference":"r","on":"2026-09-01","remittance":{"gross":"1"}}`,
		"cannot parse":           `{`,
	} {
		err := read(secret, timestamp, signed.Sign(secret, timestamp, []byte(wrong)), []byte(wrong), now)
		require.ErrorIs(t, err, messaging.ErrMalformed)
		if says != "cannot parse" {
			require.ErrorContains(t, err, says)
		}
	}
}

func TestALinkLeadsToItsFileUntilItsMoment(t *testing.T) {
	t.Parallel()
	links := partner.NewLinks("https://relance.example/", []byte("a key of the installation"))
	until := time.Unix(1_800_000_000, 0)
	url := links.URL(partner.Linked{Reference: reference, Attempt: 2}, until)
	token, found := strings.CutPrefix(url, "https://relance.example"+partner.FilePath)
	require.True(t, found)
	to, expired, genuine := links.Read(token, until)
	require.Equal(t, partner.Linked{Reference: reference, Attempt: 2}, to)
	require.True(t, genuine)
	require.False(t, expired)
	_, expired, genuine = links.Read(token, until.Add(time.Second))
	require.True(t, genuine)
	require.True(t, expired)
	later := strings.Replace(token, "1800000000", "1900000000", 1)
	_, _, genuine = links.Read(later, until)
	require.False(t, genuine, "nobody gives a link more time")
	_, _, genuine = links.Read(strings.Replace(token, ".2.", ".1.", 1), until)
	require.False(t, genuine, "nor another file")
	_, _, genuine = links.Read(strings.Replace(token, ".2.", ".", 1), until)
	require.False(t, genuine)
	_, _, genuine = partner.NewLinks("https://relance.example", []byte("another key")).Read(token, until)
	require.False(t, genuine)
	before := reference + ".1800000000"
	mac := hmac.New(sha256.New, []byte("a key of the installation"))
	mac.Write([]byte("handoff\x00" + before))
	to, expired, genuine = links.Read(before+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18]), until)
	require.Equal(t, partner.Linked{Reference: reference, Attempt: partner.AnyAttempt}, to, "a link of before links named the file")
	require.True(t, genuine)
	require.False(t, expired)
	require.Empty(t, partner.NewLinks("", []byte("k")).URL(partner.Linked{Reference: reference}, until))
}
