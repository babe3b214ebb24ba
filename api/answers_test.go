package api_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/api"
	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/answers"
	"relance/collection"
	"relance/inbound"
)

const parseTokenOfTests = "token-of-the-tests-0123456789"

func withParse(o *api.Options) { o.ParseToken = parseTokenOfTests }

// mail is a mail as it travels.
func mail(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

// parse posts a mail as SendGrid's Inbound Parse does, raw.
func (b *bundle) parse(token, raw string, change ...func(*http.Request)) reply {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(b.t, form.WriteField("email", raw))
	require.NoError(b.t, form.Close())
	request := b.request(http.MethodPost, api.PathSendGridParse+token, body.Bytes())
	request.Header.Set("Content-Type", form.FormDataContentType())
	for _, apply := range change {
		apply(request)
	}
	return b.send(request)
}

// text posts a short message as Twilio does, signed with a token.
func (b *bundle) text(token string, form url.Values) reply {
	b.t.Helper()
	request := b.request(http.MethodPost, api.PathTwilioInbound, form.Encode())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte("https://relance.example" + api.PathTwilioInbound))
	for _, name := range names {
		mac.Write([]byte(name + form.Get(name)))
	}
	request.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return b.send(request)
}

func (b *bundle) answers(state string) []any {
	b.t.Helper()
	list, _ := b.call(http.MethodGet, "/v1/answers?state="+state+"&creditor="+b.creditor, nil).is(http.StatusOK)["answers"].([]any)
	return list
}

func (b *bundle) tasksToRead() []any {
	b.t.Helper()
	list, _ := b.call(http.MethodGet, "/v1/tasks?kind=answer&creditor="+b.creditor, nil).is(http.StatusOK)["tasks"].([]any)
	return list
}

func (b *bundle) show(number string) object {
	b.t.Helper()
	return b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/"+url.PathEscape(number), nil).is(http.StatusOK)
}

// history are the lines of a case of a kind.
func (b *bundle) history(number, kind string) []string {
	b.t.Helper()
	file, err := b.cases.Store.CaseFile(b.t.Context(), b.creditor, number)
	require.NoError(b.t, err)
	var lines []string
	for _, entry := range file.History {
		if entry.Kind == kind {
			lines = append(lines, entry.Summary)
		}
	}
	return lines
}

// answering is a mail of the debtor to a message of ours.
func answering(messageID, said string, headers ...string) string {
	return mail(append(headers, "From: Jeanne Durand <compta@durand.example>", "To: compta@acme.example", "Subject: Re: Votre facture",
		"Message-ID: <m-"+messageID+"@durand.example>", "In-Reply-To: <"+messageID+"@ismtpd.sendgrid.net>", "", said)...)
}

func TestTheAnswerOfADebtorHoldsItsCaseAndAsksAPerson(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.opened("F-1")
	b.opened("F-2")
	message := b.sending("F-1", collection.ChannelEmail)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-"+b.creditor, today)
	require.NoError(t, err)

	raw := answering("sg-"+b.creditor, "Bonjour, je règle vendredi.")
	for range 3 { // the provider repeats what it does not know to have arrived
		require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	}
	require.Len(t, b.answers("all"), 1)
	require.Len(t, b.tasksToRead(), 1)
	var shown object
	require.Eventually(t, func() bool {
		shown = b.show("F-1")
		return shown.at("holds", 0, "until") == "2026-11-26"
	}, eventually, often, "three working days from Monday")
	require.Equal(t, "on-hold", shown.at("status", "stage"))
	require.Nil(t, shown.at("holds", 1))
	require.Nil(t, b.show("F-2").at("holds", 0), "the other invoice was not named")

	about := func(number string) any {
		return b.call(http.MethodGet, "/v1/answers?creditor="+b.creditor+"&invoice="+number, nil).is(http.StatusOK)["answers"]
	}
	require.Len(t, about("F-1"), 1)
	require.Empty(t, about("F-2"))
	waiting := b.answers("open")
	id, _ := waiting[0].(map[string]any)["id"].(string)
	answer := b.call(http.MethodGet, "/v1/answers/"+id, nil).is(http.StatusOK)
	require.Equal(t, "linked", answer["state"])
	require.Equal(t, "promise", answer.at("intents", 0, "kind"))
	require.Equal(t, "2026-11-27", answer.at("intents", 0, "date"))
	require.Contains(t, answer.at("intents", 0, "proposal"), "note it: relance answers promise "+id)
	require.Equal(t, "it answers a message of ours", answer["matched_by"])
	require.Equal(t, "answer-"+id, b.show("F-1").at("holds", 0, "id"))
	lines := b.history("F-1", "answer-received")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "promise 2026-11-27")
	require.NotContains(t, lines[0], "durand")
	task, _ := b.tasksToRead()[0].(map[string]any)
	require.Contains(t, task["detail"], "relance answers show "+id)

	done := b.call(http.MethodPost, "/v1/answers/"+id+"/done", object{"resume": true, "note": "agreed"}).is(http.StatusOK)
	require.Equal(t, "handled", done["state"])
	require.Empty(t, b.tasksToRead())
	require.Eventually(t, func() bool { return b.show("F-1").at("holds", 0, "released_on") == "2026-11-23" }, eventually, often)
	b.call(http.MethodPost, "/v1/answers/"+id+"/done", object{}).is(http.StatusOK)
}

func TestAPromiseInAnAnswerIsNotedOnItsCase(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-"+b.creditor, today)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, answering("sg-"+b.creditor, "Bonjour, je règle vendredi.")).status)
	require.Eventually(t, func() bool { return b.show("F-1").at("status", "stage") == "on-hold" }, eventually, often)
	id, _ := b.answers("open")[0].(map[string]any)["id"].(string)

	accepted := b.call(http.MethodPost, "/v1/answers/"+id+"/promise", object{"by": "anna"}).is(http.StatusOK)
	require.Equal(t, "handled", accepted["state"])
	require.Empty(t, b.tasksToRead())
	require.Eventually(t, func() bool { return b.show("F-1").at("status", "stage") == "promised" }, eventually, often, "the hold has ended, the promise keeps the case still")
	shown := b.show("F-1")
	require.Equal(t, "answer-"+id, shown.at("promises", 0, "id"))
	require.Equal(t, "2026-11-27", shown.at("promises", 0, "date"))
	require.Equal(t, "reply", shown.at("promises", 0, "source"))
	b.call(http.MethodPost, "/v1/answers/"+id+"/promise", object{"by": "anna"}).is(http.StatusOK)
	require.Nil(t, b.show("F-1").at("promises", 1), "accepted again, it is the same promise")
}

func TestForgedAnswersChangeNothing(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, withParse, key.configure(t), func(o *api.Options) {
		o.ParseUser, o.ParsePassword, o.ParsePublicKey = "parse", "the-password", o.SendGridPublicKey
	})
	b.opened("F-1")
	raw := answering("x", "STOP F-1")
	known := func(r *http.Request) { r.SetBasicAuth("parse", "the-password") }
	b.parse("wrong-token", raw, known).isProblem(http.StatusForbidden, "forged")
	b.parse(parseTokenOfTests, raw).isProblem(http.StatusForbidden, "forged")
	b.parse(parseTokenOfTests, raw, func(r *http.Request) { r.SetBasicAuth("parse", "guess") }).isProblem(http.StatusForbidden, "forged")
	b.parse(parseTokenOfTests, raw, known).isProblem(http.StatusForbidden, "forged") // not signed
	form := url.Values{"MessageSid": {"SM1"}, "From": {"+33639981234"}, "To": {"+33639980000"}, "Body": {"STOP"}}
	b.text("another token", form).isProblem(http.StatusForbidden, "forged")
	require.Empty(t, b.answers("all"))
	require.Empty(t, b.history("F-1", "answer-received"))
}

// signedParse signs a request of Inbound Parse at a time.
func (k sendGridKey) signedParse(t *testing.T, at time.Time) func(*http.Request) {
	t.Helper()
	return func(r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body = io.NopCloser(bytes.NewReader(body))
		timestamp := strconv.FormatInt(at.Unix(), 10)
		digest := sha256.Sum256(append([]byte(timestamp), body...))
		signature, err := ecdsa.SignASN1(rand.Reader, k.PrivateKey, digest[:])
		require.NoError(t, err)
		r.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", timestamp)
		r.Header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
	}
}

// After an outage SendGrid repeats the mails it could not deliver, for three days.
func TestAnswersOfAnOutageCountAndTheirReplayChangesNothing(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, withParse, key.configure(t), func(o *api.Options) { o.ParsePublicKey = o.SendGridPublicKey })
	b.opened("F-1")
	raw := mail("From: compta@durand.example", "Subject: F-1", "Message-ID: <outage@durand.example>", "", "Bonjour, F-1 vous parvient demain.")
	for _, wrong := range []time.Duration{-74 * time.Hour, time.Hour} {
		b.parse(parseTokenOfTests, raw, key.signedParse(t, time.Now().Add(wrong))).isProblem(http.StatusForbidden, "stale")
	}
	require.Empty(t, b.answers("all"))
	for range 3 {
		require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw, key.signedParse(t, time.Now().Add(-72*time.Hour))).status)
	}
	require.Len(t, b.answers("all"), 1)
	require.Len(t, b.history("F-1", "answer-received"), 1)
}

// SendGrid drops what is refused with a 4xx, and repeats what is answered with a 5xx.
func TestAMailThatDidNotArriveWholeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.server.Listener.Addr().String())
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close()) }()
	_, err = fmt.Fprintf(connection, "POST %s%s HTTP/1.1\r\nHost: relance.example\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\n",
		api.PathSendGridParse, parseTokenOfTests)
	require.NoError(t, err)
	tcp, ok := connection.(*net.TCPConn)
	require.True(t, ok)
	require.NoError(t, tcp.CloseWrite())
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	require.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	require.NotEmpty(t, answer.Header.Get("Retry-After"))
}

func TestAWebhookThatIsNotConfiguredSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.parse(parseTokenOfTests, answering("x", "y")).isProblem(http.StatusServiceUnavailable, "not-configured")
}

func TestAShortMessageStopsItsChannelAtOnce(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	form := url.Values{"MessageSid": {"SM-" + b.creditor}, "From": {"+33639981234"}, "To": {"+33639980000"}, "Body": {"Arrêt"}}
	for range 2 {
		answer := b.text(authToken, form)
		require.Equal(t, http.StatusOK, answer.status)
		require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?><Response/>`, string(answer.body), "nothing is ever answered")
	}
	lines := b.history("F-1", "answer-received")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "asks not to be written to by sms any more")
	require.Len(t, b.answers("open"), 1)
}

func TestAShortMessageTakesItsStopBack(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	for i, said := range []string{"STOP", "START"} {
		form := url.Values{"MessageSid": {fmt.Sprintf("SM-%s-%d", b.creditor, i)}, "From": {"+33639981234"}, "To": {"+33639980000"}, "Body": {said}}
		require.Equal(t, http.StatusOK, b.text(authToken, form).status)
	}
	lines := b.history("F-1", "answer-received")
	require.Len(t, lines, 2)
	require.Contains(t, lines[1], "may be written to by sms again")
	people := b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/C-1007/contacts", nil).is(http.StatusOK)
	require.NotNil(t, people.at("opt_outs", 0, "withdrawn_at"), "what held when stays")
	require.Nil(t, people.at("opt_outs", 1))
}

func TestAnAddressOfTwoDebtorsIsAMatterForAPerson(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.opened("F-1")
	other := invoiceBody("F-2")
	other["debtor"] = object{"id": "C-2000", "name": "Durand Fils", "address": object{"postcode": "69003", "city": "Lyon", "country": "FR"}}
	b.call(http.MethodPost, "/v1/invoices", other).is(http.StatusCreated)

	raw := mail("From: compta@durand.example", "Message-ID: <1@durand.example>", "", "Nous contestons.")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	triage := b.answers("triage")
	require.Len(t, triage, 1)
	answer, _ := triage[0].(map[string]any)
	require.Contains(t, answer["matched_by"], "C-1007")
	require.Contains(t, answer["matched_by"], "C-2000")
	require.Nil(t, b.show("F-1").at("holds", 0))
	require.Empty(t, b.tasksToRead())

	id, _ := answer["id"].(string)
	b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-9"}).isProblem(http.StatusNotFound, "unknown-case")
	for range 2 {
		linked := b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-2"}).is(http.StatusOK)
		require.Equal(t, "linked", linked["state"])
	}
	b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-1"}).isProblem(http.StatusConflict, "not-now")
	require.Eventually(t, func() bool { return b.show("F-2").at("holds", 0, "id") == "answer-"+id }, eventually, often)
	require.Nil(t, b.show("F-1").at("holds", 0))
	require.Len(t, b.tasksToRead(), 1)
	b.call(http.MethodPost, "/v1/answers/"+id+"/ignore", object{"reason": "advertising"}).is(http.StatusOK)
	require.Eventually(t, func() bool { return b.show("F-2").at("holds", 0, "released_on") == "2026-11-23" }, eventually, often)
	require.Empty(t, b.tasksToRead())
}

func TestAnAnswerThatNamesNoInvoiceHoldsAllOfItsDebtor(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		b.opened(number)
	}
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, mail("From: COMPTA@durand.example", "", "Bonjour, rappelez-moi.")).status)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		require.Eventually(t, func() bool { return b.show(number).at("holds", 0, "until") == "2026-11-26" }, eventually, often)
		require.Len(t, b.history(number, "answer-received"), 1)
	}
	require.Len(t, b.tasksToRead(), 1, "one answer is one task")
}

func TestTheSameAnswerManyTimesAtOnceIsOne(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.opened("F-1")
	raw := mail("From: compta@durand.example", "Message-ID: <1@durand.example>", "", "Facture F-1 : litige.")
	var together sync.WaitGroup
	statuses := make(chan int, 16)
	for range cap(statuses) {
		together.Go(func() { statuses <- b.parse(parseTokenOfTests, raw).status })
	}
	together.Wait()
	close(statuses)
	for status := range statuses {
		require.Equal(t, http.StatusNoContent, status)
	}
	require.Len(t, b.answers("all"), 1)
	require.Len(t, b.tasksToRead(), 1)
	require.Len(t, b.history("F-1", "answer-received"), 1)
	require.Eventually(t, func() bool { return b.show("F-1").at("holds", 0, "until") == "2026-11-26" }, eventually, often)
	require.Nil(t, b.show("F-1").at("holds", 1))
}

func TestTwoMachinesDoNotTalkToEachOther(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-"+b.creditor, today)
	require.NoError(t, err)
	before := b.show("F-1")
	for i := range 3 {
		raw := answering("sg-"+b.creditor, fmt.Sprintf("Je suis absent jusqu'au 07/12. (%d)", i), "Auto-Submitted: auto-replied")
		require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	}
	after := b.show("F-1")
	require.Nil(t, after.at("holds", 0))
	require.Equal(t, before["messages"], after["messages"], "nothing is sent because of it")
	require.Empty(t, b.tasksToRead())
	require.Empty(t, b.answers("open"))
	lines := b.history("F-1", "answer-received")
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], "nothing is held")
	require.Contains(t, lines[0], "2026-12-07")

	// A person who finds that it was none puts it to the case all the same.
	first, _ := b.answers("handled")[0].(map[string]any)
	linked := b.call(http.MethodPost, fmt.Sprintf("/v1/answers/%s/link", first["id"]), object{"creditor": b.creditor, "invoice": "F-1"}).is(http.StatusOK)
	require.Equal(t, "linked", linked["state"])
	require.Equal(t, "answer", linked["kind"])
	require.Len(t, b.tasksToRead(), 1)

	unknown := mail("From: nobody@nowhere.example", "Auto-Submitted: auto-replied", "", "absent")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, unknown).status)
	require.Empty(t, b.answers("triage"))
}

func TestAMailThatComesBackMovesItsMessage(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-"+b.creditor, today)
	require.NoError(t, err)
	raw := mail("From: MAILER-DAEMON@durand.example", "Auto-Submitted: auto-replied", `Content-Type: multipart/report; report-type=delivery-status; boundary=r`, "",
		"--r", "Content-Type: text/plain", "", "Sorry.",
		"--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.durand.example", "", "Action: failed", "Status: 5.1.1", "",
		"--r", "Content-Type: text/rfc822-headers", "", "Message-ID: <sg-"+b.creditor+"@ismtpd.sendgrid.net>", "", "--r--")
	for range 2 {
		require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	}
	shown := b.show("F-1")
	require.Equal(t, "bounced", shown.at("messages", 0, "state"))
	require.Len(t, shown["deliveries"], 1)
	require.Nil(t, shown.at("holds", 0))
	require.Empty(t, b.answers("open"))

	lost := mail("From: MAILER-DAEMON@x.example", `Content-Type: multipart/report; report-type=delivery-status; boundary=r`, "", "--r", "Content-Type: message/delivery-status", "", "Action: failed", "", "--r--")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, lost).status)
	require.Len(t, b.answers("triage"), 1, "which mail came back, a person finds out")
}

// A report has a block for each recipient: whom the mail is for, and those who get a copy.
func TestAReportAboutACopyIsNotTakenForTheDebtors(t *testing.T) {
	t.Parallel()
	const to, copied = "compta@durand.example", "boss@durand.example"
	failed := func(address string) []string {
		return []string{"Final-Recipient: rfc822; " + address, "Action: failed", "Status: 5.1.1", ""}
	}
	for name, c := range map[string]struct {
		blocks  []string
		state   string
		invalid []bool // of the debtor's address, and of the copy's
		news    int
	}{
		"the copy alone":     {failed(copied), "accepted", []bool{false, true}, 1},
		"both":               {slices.Concat(failed(to), failed(copied)), "bounced", []bool{true, true}, 2},
		"the debtor's alone": {slices.Concat([]string{"Final-Recipient: rfc822; " + copied, "Action: delivered", "Status: 2.0.0", ""}, failed(to)), "bounced", []bool{true, false}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, withParse)
			b.opened("F-1")
			_, err := b.cases.Store.ChangeContact(t.Context(), casefile.Contact{Creditor: b.creditor, Debtor: "C-1007", Role: "director", Email: copied}, casefile.Author{By: "anna", At: today})
			require.NoError(t, err)
			message := b.sending("F-1", collection.ChannelEmail, copied)
			_, err = b.cases.Store.MarkAccepted(t.Context(), message.ID, "smtp", message.ID+"@acme.example", today)
			require.NoError(t, err)
			report := slices.Concat([]string{
				"From: MAILER-DAEMON@acme.example", "Message-ID: <report@acme.example>", `Content-Type: multipart/report; report-type=delivery-status; boundary=r`, "",
				"--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.acme.example", "",
			}, c.blocks, []string{"--r", "Content-Type: text/rfc822-headers", "", "Message-ID: <" + message.ID + "@acme.example>", "", "--r--"})
			for range 2 {
				require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, mail(report...)).status)
			}
			file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
			require.NoError(t, err)
			require.Equal(t, c.state, string(file.Messages[0].State))
			require.Len(t, file.Deliveries, c.news)
			for _, contact := range file.Contacts {
				require.Equal(t, c.invalid[slices.Index([]string{to, copied}, contact.Email)], !contact.EmailInvalidAt.IsZero(), contact.Email)
			}
			missed := 0
			if c.invalid[1] {
				missed = 1
			}
			require.Len(t, b.history("F-1", "message-copy-missed"), missed)
		})
	}
}

func TestBouncesThatAreNoReportsMoveTheirMessageAndNoneIsClosedAsAnAutomaticReply(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "smtp", message.ID+"@acme.example", today)
	require.NoError(t, err)
	came := func(lines ...string) {
		t.Helper()
		raw := mail(append([]string{"Return-Path: <>", "Auto-Submitted: auto-replied", "From: MAILER-DAEMON@mx.durand.example"}, lines...)...)
		require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	}
	ours := "Message-ID: <" + message.ID + "@acme.example>"

	came("Message-ID: <1@mx>", "References: <"+message.ID+"@acme.example>", "Subject: Warning: message 1tFabc-0001aB-2c delayed 24 hours", "", "It is still tried.")
	require.Equal(t, "accepted", b.stateOf("F-1"))
	require.Empty(t, b.answers("triage"))
	require.Contains(t, b.history("F-1", "answer-received")[0], "deferred")

	came("Message-ID: <2@mx>", "Subject: Mail System Error", "", "Your mail could not be handled.", "", ours)
	require.Equal(t, "accepted", b.stateOf("F-1"))
	triage := b.answers("triage")
	require.Len(t, triage, 1, "a person reads what is not plain")
	read, _ := triage[0].(map[string]any)
	require.Contains(t, read["matched_by"], "does not say plainly")

	came("Message-ID: <3@mx>", "Subject: failure notice", "", "Hi. This is the qmail-send program at mx.durand.example.", "",
		"<compta@durand.example>:", "Sorry, no mailbox here by that name. (#5.1.1)", "", "--- Below this line is a copy of the message.", "", ours, "", "Bonjour")
	require.Equal(t, "bounced", b.stateOf("F-1"))
	file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.False(t, file.Contacts[0].EmailInvalidAt.IsZero())
}

func TestWhatACrashLeftUndoneIsDoneLater(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	// Temporal is away: the answer is kept, and its effect is not there yet.
	away, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Logger: quiet()})
	require.NoError(t, err)
	t.Cleanup(away.Close)
	cut := &answers.Service{Cases: &cases.Service{Temporal: away, Store: b.cases.Store, Clock: b.cases.Clock, Log: b.cases.Log}, HoldDays: 3}
	raw := []byte(mail("From: compta@durand.example", "", "Facture F-1 : payée le 12/11 par virement."))
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	recorded, fresh, err := cut.Receive(short, inbound.ReadMail(raw))
	require.Error(t, err)
	require.True(t, fresh)
	require.True(t, recorded.EffectDue)
	require.Nil(t, b.show("F-1").at("holds", 0))

	service := &answers.Service{Cases: b.cases, HoldDays: 3}
	require.NoError(t, service.KeepUp(t.Context()))
	require.NoError(t, service.KeepUp(t.Context()))
	require.Eventually(t, func() bool { return b.show("F-1").at("holds", 0, "until") == "2026-11-26" }, eventually, often)
	require.Len(t, b.tasksToRead(), 1)
	require.Len(t, b.history("F-1", "answer-received"), 1)

	// Nobody acts: the case goes on by itself, and its file says so.
	clock, err := calendar.Accelerated(time.Now(), today.AddDate(0, 0, 4), 1)
	require.NoError(t, err)
	later := &answers.Service{Cases: &cases.Service{Temporal: b.cases.Temporal, Store: b.cases.Store, Clock: func() calendar.Clock { return clock }, Log: b.cases.Log}, HoldDays: 3}
	require.NoError(t, later.KeepUp(t.Context()))
	require.NoError(t, later.KeepUp(t.Context()))
	lines := b.history("F-1", "answer-hold-ended")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "2026-11-26")
	require.Len(t, b.tasksToRead(), 1, "it is still to be read")

	// Whoever ticks off the task has dealt with the answer.
	task, _ := b.tasksToRead()[0].(map[string]any)
	b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%.0f/done", task["id"]), object{"note": "read"}).is(http.StatusOK)
	require.NoError(t, later.KeepUp(t.Context()))
	require.Empty(t, b.answers("open"))
}

func TestAMailCanBeGivenAsAFileAndItsFilesAreOnlyEverSaved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	raw := mail("From: compta@durand.example", `Content-Type: multipart/mixed; boundary=x`, "",
		"--x", "Content-Type: text/plain", "", "Facture F-1, voir le fichier",
		"--x", "Content-Type: image/svg+xml", `Content-Disposition: attachment; filename="preuve.svg"`, "", "<svg onload=alert(1)>", "--x--")
	headers := []string{"Content-Type", "message/rfc822"}
	answer := b.call(http.MethodPost, "/v1/answers", raw, headers...).is(http.StatusCreated)
	require.Equal(t, answer["id"], b.call(http.MethodPost, "/v1/answers", raw, headers...).is(http.StatusOK)["id"])
	require.Equal(t, "F-1", answer["invoice"])
	require.Equal(t, "preuve.svg", answer.at("files", 0, "name"))
	id, _ := answer["id"].(string)
	for path, content := range map[string]string{"/files/1": "<svg onload=alert(1)>", "/bytes": raw} {
		file := b.call(http.MethodGet, "/v1/answers/"+id+path, nil)
		require.Equal(t, http.StatusOK, file.status)
		require.Equal(t, content, string(file.body))
		require.Equal(t, "application/octet-stream", file.header.Get("Content-Type"))
		require.True(t, strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment"), path)
		require.Equal(t, "nosniff", file.header.Get("X-Content-Type-Options"))
	}
	b.call(http.MethodGet, "/v1/answers/"+id+"/files/2", nil).isProblem(http.StatusNotFound, "unknown-answer")
	b.call(http.MethodGet, "/v1/answers/none", nil).isProblem(http.StatusNotFound, "unknown-answer")
	b.call(http.MethodPost, "/v1/answers", "", headers...).isProblem(http.StatusBadRequest, "malformed-request")
}

func TestAHugeFileIsNamedAndNotKept(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	raw := mail("From: compta@durand.example", `Content-Type: multipart/mixed; boundary=x`, "", "--x", "", "F-1",
		"--x", "Content-Type: application/pdf", `Content-Disposition: attachment; filename="plan.pdf"`, "", "%PDF-1.7 "+strings.Repeat("x", casefile.MaxKeptAttachment), "--x--")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	list := b.answers("open")
	require.Len(t, list, 1)
	one, _ := list[0].(map[string]any)
	answer := b.call(http.MethodGet, fmt.Sprintf("/v1/answers/%s", one["id"]), nil).is(http.StatusOK)
	require.Equal(t, false, answer.at("files", 0, "kept"))
	require.Greater(t, answer.at("files", 0, "size"), float64(casefile.MaxKeptAttachment))
	b.call(http.MethodGet, fmt.Sprintf("/v1/answers/%s/bytes", one["id"]), nil).isProblem(http.StatusNotFound, "unknown-answer")

	b.parse(parseTokenOfTests, strings.Repeat("x", inbound.MaxBytes+3<<20)).isProblem(http.StatusRequestEntityTooLarge, "too-large")
}
