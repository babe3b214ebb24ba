package api_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/api"
	"relance/casefile"
	"relance/collection"
	"relance/config"
	"relance/evidence"
	"relance/handoff"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/partner"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
)

// officeWithMailbox is a server with a worker, a mail provider, and a partner that is
// written to.
func officeWithMailbox(t *testing.T, faults simulator.Faults) (*bundle, *simulator.Simulator) {
	t.Helper()
	provider, err := simulator.New(simulator.Options{Listen: "127.0.0.1:0", SendGrid: faults})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, provider.Close()) })
	b := setup(t, func(o *api.Options) { o.SendGridPublicKey = provider.PublicKey() })
	provider.SetEventWebhook(b.server.URL + api.PathSendGridEvents)
	mail, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: provider.SendGridURL()})
	require.NoError(t, err)
	require.NoError(t, b.cases.Store.SavePartners(t.Context(), []casefile.Partner{{ID: "lepage", Kind: handoff.Commissaire, Name: "Étude Lepage", Delivery: "email"}}))
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	b.handoffs = &activities.Handoffs{
		Store: b.cases.Store, Clock: b.cases.Clock, CaseFiles: activities.CaseFileArchive{Store: b.cases.Store, Templates: templates},
		Partners: map[string]activities.PartnerSender{"lepage": activities.PartnerByEmail{
			Sender: mail, To: messaging.Address{Name: "Étude Lepage", Email: "etude@lepage.example"}, Language: "fr", LinkDays: 14,
			From: func(ctx context.Context, creditor string) (messaging.Address, error) {
				owner, err := b.cases.Store.Creditor(ctx, creditor)
				return messaging.Address{Name: owner.Name, Email: owner.SenderEmail}, err
			},
			Link: func(ctx context.Context, to partner.Linked, until time.Time) (string, error) {
				key, err := b.cases.Store.LinkKey(ctx)
				return partner.NewLinks(b.server.URL, key).URL(to, until), err
			},
		}},
	}
	b.work()
	return b, provider
}

// handedOver gives a case to the partner and returns its address.
func (b *bundle) handedOver(number string) (url string) {
	b.t.Helper()
	body := invoiceBody(number)
	body["issued_on"], body["due_on"] = "2026-08-31", "2026-09-30"
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	at := "/v1/cases/" + b.creditor + "/" + number
	b.call(http.MethodPost, at+"/legal-events", object{"id": "LRAR-" + number, "event": "formal-notice-received", "on": "2026-11-02"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/document?filename="+number+".pdf", []byte("%PDF-1.7 the invoice")).is(http.StatusOK)
	b.call(http.MethodPost, at+"/handoffs", object{"id": "H1", "partner": "lepage", "route": "payment-order"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/handoffs/H1/approve", object{"amount": "1200.00", "currency": "EUR", "by": "bernard"}).is(http.StatusOK)
	b.phase(at, "with-partner")
	return at
}

var (
	linkInMail = regexp.MustCompile(`http://\S+` + regexp.QuoteMeta(partner.FilePath) + `\S+`)
	hashInMail = regexp.MustCompile(`SHA-256 du fichier : ([0-9a-f]{64})`)
)

// signedLink signs a link as those were made that did not name the file.
func signedLink(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("handoff\x00" + text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// The test runs a worker and is not parallel.
func TestThePartnerDownloadsByTheLinkOfItsMailTheVeryFileThatIsKept(t *testing.T) {
	b, provider := officeWithMailbox(t, simulator.Faults{})
	at := b.handedOver("F-71")
	require.Len(t, provider.Messages(0), 1)
	mail := provider.Messages(0)[0]
	require.Equal(t, "etude@lepage.example", mail.To)
	require.Equal(t, "compta@acme.example", mail.From)
	require.Zero(t, mail.Attachments, "no mailbox keeps the file")
	content, err := provider.Content(mail.Number)
	require.NoError(t, err)
	link := linkInMail.FindString(content.Text)
	require.NotEmpty(t, link, content.Text)
	path := strings.TrimPrefix(link, b.server.URL)

	// The very ZIP, without any key, and it verifies.
	file := b.send(b.request(http.MethodGet, path, nil))
	require.Equal(t, http.StatusOK, file.status, string(file.body))
	require.Equal(t, "application/zip", file.header.Get("Content-Type"))
	require.Contains(t, file.header.Get("Content-Disposition"), "case-file-"+b.creditor+"-F-71-2026-11-23.zip")
	require.Equal(t, "no-store", file.header.Get("Cache-Control"))
	reference := casefile.HandoffKey{Creditor: b.creditor, Invoice: "F-71", ID: "H1"}.Reference()
	kept, err := b.cases.Store.LoadHandoffFile(t.Context(), reference)
	require.NoError(t, err)
	require.Equal(t, kept.Bytes, file.body)
	require.Equal(t, messaging.Hash(file.body), hashInMail.FindStringSubmatch(content.Text)[1], "the mail names its hash")
	verdict, err := evidence.Verify(bytes.NewReader(file.body), int64(len(file.body)))
	require.NoError(t, err)
	require.True(t, verdict.Holds(), verdict.Faults)
	require.Equal(t, "F-71", verdict.Manifest.Invoice)

	// A link that was altered, or whose time is over, leads nowhere.
	key, err := b.cases.Store.LinkKey(t.Context())
	require.NoError(t, err)
	over := partner.NewLinks(b.server.URL, key).URL(partner.Linked{Reference: reference}, time.Now().Add(-time.Second))
	other := casefile.HandoffKey{Creditor: b.creditor, Invoice: "F-72", ID: "H1"}.Reference()
	for name, wrong := range map[string]string{
		"expired": strings.TrimPrefix(over, b.server.URL), "another case": strings.Replace(path, reference, other, 1), "cut": path[:len(path)-1],
		"another signature": path[:len(path)-3] + "AAA", "a path": partner.FilePath + "..%2F..%2Fetc%2Fpasswd",
	} {
		refused := b.send(b.request(http.MethodGet, wrong, nil)).isProblem(http.StatusNotFound, "unknown-route")
		require.Contains(t, refused["detail"], "ask the sender", name)
	}

	// A link leads to the file it was made for, until the partner was given a newer one.
	ofBefore := partner.FilePath + signedLink(key, fmt.Sprintf("%s.%d", reference, time.Now().Add(time.Hour).Unix()))
	require.Equal(t, kept.Bytes, b.send(b.request(http.MethodGet, ofBefore, nil)).body, "a link that names no file leads to the only one")
	handoffKey := casefile.HandoffKey{Creditor: b.creditor, Invoice: "F-71", ID: "H1"}
	newer := casefile.HandoffFile{Attempt: kept.Attempt + 1, Name: "newer.zip", ContentType: "application/zip", Bytes: []byte("PK newer")}
	require.NoError(t, b.cases.Store.KeepHandoffFile(t.Context(), reference, newer, today))
	require.Equal(t, kept.Bytes, b.send(b.request(http.MethodGet, path, nil)).body, "the newer one was not given yet")
	require.NoError(t, b.cases.Store.RecordHandoffNews(t.Context(), casefile.HandoffNews{HandoffKey: handoffKey, Attempt: newer.Attempt, Outcome: collection.HandoffGiven, At: today}))
	for _, earlier := range []string{path, ofBefore} {
		refused := b.send(b.request(http.MethodGet, earlier, nil)).isProblem(http.StatusNotFound, "unknown-route")
		require.Contains(t, refused["detail"], "of an earlier case file")
	}
	ofLast := strings.TrimPrefix(partner.NewLinks(b.server.URL, key).URL(partner.Linked{Reference: reference, Attempt: newer.Attempt}, time.Now().Add(time.Hour)), b.server.URL)
	require.Equal(t, newer.Bytes, b.send(b.request(http.MethodGet, ofLast, nil)).body)

	// Once the case was taken back, its file is nobody else's any more.
	b.call(http.MethodPost, at+"/payments", object{"id": "P1", "amount": "1200.00", "currency": "EUR"}).is(http.StatusOK)
	b.phase(at, "ended")
	require.Len(t, provider.Messages(0), 2)
	require.Contains(t, provider.Messages(0)[1].Subject, "merci d’arrêter")
	refused := b.send(b.request(http.MethodGet, path, nil)).isProblem(http.StatusNotFound, "unknown-route")
	require.Contains(t, refused["detail"], "was taken back")
}

// A case that bounced back must not count as being with a partner that knows nothing of
// it. The test runs a worker and is not parallel.
func TestAMailThatDoesNotReachThePartnerIsTakenToAPerson(t *testing.T) {
	b, _ := officeWithMailbox(t, simulator.Faults{BounceMatching: "etude@lepage.example", EventDuplicates: 1})
	at := b.handedOver("F-73")
	titles := func() (found []string) {
		tasks, err := b.cases.Store.Tasks(t.Context(), casefile.TaskFilter{Creditor: b.creditor, Kind: collection.TaskHandoff, State: casefile.TaskOpen})
		require.NoError(t, err)
		for _, task := range tasks {
			found = append(found, task.Title)
		}
		return found
	}
	require.Eventually(t, func() bool { return len(titles()) == 1 }, eventually, often)
	require.Equal(t, []string{"Étude Lepage did not get the e-mail with the case file"}, titles())
	require.Len(t, b.history("F-73", "handoff-mail-failed"), 1, "told twice, noted once")

	b.call(http.MethodPost, at+"/payments", object{"id": "P1", "amount": "1200.00", "currency": "EUR"}).is(http.StatusOK)
	b.phase(at, "ended")
	require.Eventually(t, func() bool { return slices.Contains(titles(), "Tell Étude Lepage by another way to stop") }, eventually, often)
	verified, err := b.cases.Store.VerifyCase(t.Context(), b.creditor, "F-73")
	require.NoError(t, err)
	require.True(t, verified.Holds(), "%+v", verified)
	require.Empty(t, verified.Unexplained)
}
