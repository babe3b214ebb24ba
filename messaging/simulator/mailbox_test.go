package simulator_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/mail"
	"github.com/stretchr/testify/require"

	"relance/messaging/simulator"
)

func TestTheMailboxSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, simulator.Options{Dir: dir})
	send(t, first, composed("m-1"))
	_, err := library(t, first, simulator.DefaultAuthToken).CreateMessage(sms("+33612345678", "Facture échue"))
	require.NoError(t, err)
	before, key := first.Messages(0), first.PublicKey()
	require.NoError(t, first.Close())

	second := start(t, simulator.Options{Dir: dir})
	after := second.Messages(0)
	require.Len(t, after, 2)
	for i := range before {
		require.Equal(t, before[i].ProviderID, after[i].ProviderID)
		require.True(t, before[i].ReceivedAt.Equal(after[i].ReceivedAt))
		require.Equal(t, before[i].SHA256, after[i].SHA256)
	}
	require.Equal(t, 1, second.Accepted("m-1"))
	require.Equal(t, key, second.PublicKey(), "our side would refuse the events of a new key")
	content, err := second.Content(2)
	require.NoError(t, err)
	require.Equal(t, "Facture échue", content.Text)
	send(t, second, composed("m-1"))
	require.Equal(t, 2, second.Accepted("m-1"), "a double is a double even across a restart")
}

func TestEventsNotYetPostedArePostedAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hook := openWebhook(t)
	first := start(t, simulator.Options{Dir: dir, SendGrid: simulator.Faults{EventDelayMS: 2500}})
	hook.follow(first)
	send(t, first, composed("m-1"))
	require.NoError(t, first.Close())
	mails, _, _ := hook.counts()
	require.Zero(t, mails)

	second := start(t, simulator.Options{Dir: dir, EventWebhook: hook.URL + "/?key=" + url.QueryEscape(first.PublicKey())})
	hook.waitForMails(t, 2)
	require.Eventually(t, func() bool { return second.Messages(0)[0].Events[1].Posted == 1 }, 5*time.Second, 10*time.Millisecond)
	require.NoError(t, second.Close())

	third := start(t, simulator.Options{Dir: dir, EventWebhook: hook.URL})
	require.Zero(t, third.Stats().EventsWaiting, "what was posted is not posted again")
}

func TestALineCutByACrashIsDroppedAndADamagedOneIsReported(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, simulator.Options{Dir: dir})
	send(t, first, composed("m-1"))
	require.NoError(t, first.Close())
	file := filepath.Join(dir, "mailbox.jsonl")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(whole, whole[:len(whole)/2]...), 0o600))

	second := start(t, simulator.Options{Dir: dir})
	require.Len(t, second.Messages(0), 1)
	send(t, second, composed("m-2"))
	require.NoError(t, second.Close())
	third := start(t, simulator.Options{Dir: dir})
	require.Len(t, third.Messages(0), 2)
	require.NoError(t, third.Close())

	require.NoError(t, os.WriteFile(file, append([]byte("rubbish\n"), whole...), 0o600))
	_, err = simulator.New(simulator.Options{Dir: dir})
	require.ErrorContains(t, err, "line 1 of "+file+" is damaged")
}

func TestOldBodiesLeaveMemoryButNotTheFolder(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"", t.TempDir()} {
		s := start(t, simulator.Options{Dir: dir, KeptBytes: 3000})
		for i := range 20 {
			send(t, s, composed(fmt.Sprintf("m-%d", i)))
		}
		require.Len(t, s.Messages(0), 20, "IDs and counts of all stay")
		_, err := s.Content(20)
		require.NoError(t, err)
		content, err := s.Content(1)
		if dir == "" {
			require.ErrorContains(t, err, "no longer kept")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "Bonjour", content.Text)
	}
}

func TestTheJSONIsReadFromWhereOneStopped(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for i := range 5 {
		send(t, s, composed(fmt.Sprintf("m-%d", i)))
	}
	read := func(query string) (ids []string, last int64) {
		status, body, _ := get(t, s.URL()+"/mailbox.json?"+query)
		require.Equal(t, http.StatusOK, status, body)
		var answer struct {
			Last     int64 `json:"last"`
			Messages []struct {
				simulator.Message
				Content *simulator.Content `json:"content"`
			} `json:"messages"`
		}
		require.NoError(t, json.Unmarshal([]byte(body), &answer))
		for _, m := range answer.Messages {
			ids = append(ids, m.MessageID)
			require.Equal(t, strings.Contains(query, "bodies"), m.Content != nil)
		}
		return ids, answer.Last
	}
	ids, last := read("limit=3")
	require.Equal(t, []string{"m-0", "m-1", "m-2"}, ids)
	ids, last = read(fmt.Sprintf("since=%d&bodies=1", last))
	require.Equal(t, []string{"m-3", "m-4"}, ids)
	ids, last = read(fmt.Sprintf("since=%d", last))
	require.Empty(t, ids)
	require.EqualValues(t, 5, last)
	ids, _ = read("q=M-2&channel=email")
	require.Equal(t, []string{"m-2"}, ids)
	status, _, _ := get(t, s.URL()+"/mailbox.json?since=yesterday")
	require.Equal(t, http.StatusBadRequest, status)
}

func TestTheMailboxPageShowsSearchesAndDownloads(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	s := start(t, simulator.Options{Now: func() time.Time { return time.Date(2027, 2, 1, 9, 30, 0, 0, paris) }})
	m := composed("m-1")
	m.Subject = `<script>alert(1)</script> Facture`
	m.Content[1].Value = `<p onclick="x">Bonjour "vous"</p><script>alert(2)</script>`
	m.AddAttachment(mail.NewAttachment().SetFilename("Facture n°1.pdf").SetType("application/pdf").SetContent("JVBERg=="))
	send(t, s, m)
	for i := range 60 {
		send(t, s, composed(fmt.Sprintf("x-%d", i)))
	}
	_, err = library(t, s, simulator.DefaultAuthToken).CreateMessage(sms("+33612345678", "Un SMS"))
	require.NoError(t, err)

	status, list, header := get(t, s.URL()+"/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
	require.Contains(t, list, "Un SMS")
	require.Contains(t, list, "Mon 1 Feb 2027, 09:30", "times are those of the business clock")
	require.NotContains(t, list, "Facture</span>", "the oldest is on the second page")
	_, list, _ = get(t, s.URL()+"/?before=13")
	require.Contains(t, list, "&lt;script&gt;alert(1)&lt;/script&gt; Facture")
	_, list, _ = get(t, s.URL()+"/?q=alert&channel=email")
	require.Contains(t, list, "Facture")
	require.NotContains(t, list, "Un SMS")
	_, list, _ = get(t, s.URL()+"/?q=nobody")
	require.Contains(t, list, "Nothing matches")

	_, page, _ := get(t, s.URL()+"/mailbox/1")
	require.Contains(t, page, `<iframe class="mail" sandbox`)
	require.Contains(t, page, `srcdoc="&lt;p onclick=&#34;x&#34;&gt;Bonjour &#34;vous&#34;&lt;/p&gt;&lt;script&gt;`)
	require.NotContains(t, page, "<script>")
	require.Contains(t, page, "processed")
	status, pdf, header := get(t, s.URL()+"/mailbox/1/files/0")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "%PDF", pdf)
	require.Equal(t, "application/pdf", header.Get("Content-Type"))
	require.Contains(t, header.Get("Content-Disposition"), "attachment; filename*=utf-8''Facture%20n%C2%B01.pdf")

	for _, missing := range []string{"/mailbox/0", "/mailbox/99", "/mailbox/x", "/mailbox/1/files/1", "/mailbox/1/files/-1"} {
		status, _, _ = get(t, s.URL()+missing)
		require.Equal(t, http.StatusNotFound, status, missing)
	}
	status, css, _ := get(t, s.URL()+"/style.css")
	require.Equal(t, http.StatusOK, status)
	require.NotContains(t, css, "http", "nothing comes from outside")
}

func TestTheFaultsPageTurnsTheKnobs(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Twilio: simulator.Faults{OptedOut: []string{"+33612345678", "+33612345679"}}})
	post := func(provider, origin string, form url.Values) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/faults/"+provider, strings.NewReader(form.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", origin)
		status, body, _ := do(t, req)
		return status, body
	}
	_, page, _ := get(t, s.URL()+"/faults")
	require.Contains(t, page, `value="&#43;33612345678 &#43;33612345679"`)

	status, _ := post("sendgrid", s.URL(), url.Values{
		"drop_after_accept": {"0,5"}, "latency_ms": {"20"}, "events_out_of_order": {"1"}, "bounce_matching": {"*@gone.example"}, "opted_out": {"a@b.fr, c@d.fr"},
	})
	require.Equal(t, http.StatusSeeOther, status)
	faults, texts := s.Faults()
	require.Equal(t, simulator.Faults{
		DropAfter: 0.5, LatencyMS: 20, EventsShuffled: true, BounceMatching: "*@gone.example", OptedOut: []string{"a@b.fr", "c@d.fr"},
	}, faults)
	require.Len(t, texts.OptedOut, 2, "the other provider stays as it is")

	status, page = post("sendgrid", s.URL(), url.Values{"bounced": {"2"}})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, page, "bounced is 2")
	status, page = post("sendgrid", s.URL(), url.Values{"bounced": {"many"}})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, page, "is not a number")
	status, _ = post("smoke", s.URL(), nil)
	require.Equal(t, http.StatusNotFound, status)
	status, _ = post("sendgrid", "https://elsewhere.example", url.Values{"latency_ms": {"1"}})
	require.Equal(t, http.StatusForbidden, status, "another site must not turn the knobs")
	again, _ := s.Faults()
	require.Equal(t, faults, again)
}

// The page shows a mail as its reader sees it, with the pictures that came inside, and loads nothing else.
func TestPicturesInsideAMailAreShownInTheirPlaces(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	m := composed("m-1")
	m.Content[1].Value = `<img src="cid:code"><img src='cid:code'><img src="cid:code-2"><img src="cid:script">`
	attach := func(id, kind, content, disposition string) {
		m.AddAttachment(mail.NewAttachment().SetFilename(id).SetType(kind).SetContentID(id).SetDisposition(disposition).
			SetContent(base64.StdEncoding.EncodeToString([]byte(content))))
	}
	attach("code", "image/png", "first", "inline")
	attach("code-2", "image/gif", "second", "inline")
	attach("script", "image/svg+xml", "<svg onload=x>", "inline")
	attach("file", "image/png", "third", "attachment")
	send(t, s, m)

	content, err := s.Content(1)
	require.NoError(t, err)
	require.Equal(t, `<img src="data:image/png;base64,Zmlyc3Q="><img src='data:image/png;base64,Zmlyc3Q='>`+
		`<img src="data:image/gif;base64,c2Vjb25k"><img src="cid:script">`, content.Shown())
	require.Equal(t, 1, s.Messages(0)[0].Attachments)

	_, page, _ := get(t, s.URL()+"/mailbox/1")
	require.Contains(t, page, "data:image/png;base64,Zmlyc3Q", "in the frame with the HTML part")
	require.Contains(t, page, "shown in the mail as <code>cid:code-2</code>")
}
