package api_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"relance/activities"
	"relance/api"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/cases/intake"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/imports/invoice"
	"relance/law"
	"relance/law/lawtest"
	"relance/ledger"
	"relance/stack/stacktest"
	"relance/workflows"
)

const (
	keyName   = "billing"
	keySecret = "a-secret-of-the-billing-program"
	authToken = "theAuthTokenOfTheTests"
)

// today is the business date of every test, a Monday.
var today = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// bundle is a server of its own with a database of its own. Its creditor has a
// name that no other test uses, because all tests share one Temporal.
type bundle struct {
	t        *testing.T
	creditor string
	dsn      string
	cases    *cases.Service
	server   *httptest.Server
	log      *syncBuffer
	// handoffs are what the worker gives cases to partners with; nil: it has no partners.
	handoffs *activities.Handoffs
}

// setup serves the API on a fresh database and a real Temporal server, without
// any worker. The options may be changed before it starts.
func setup(t *testing.T, change ...func(*api.Options)) *bundle {
	t.Helper()
	b := &bundle{t: t, creditor: "acme-" + strings.ToLower(rand.Text()[:8]), log: &syncBuffer{}, dsn: casefiletest.Database(t)}
	store, err := casefile.Open(t.Context(), b.dsn)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	book := lawtest.BuiltIn(t)
	store.UseLaw(book)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{
		ID: b.creditor, Name: "Acme SARL", SenderEmail: "compta@acme.example", SMSSender: "+33639980000", LateFees: ledger.Policy{ClaimFrom: collection.ToneFormal},
		Address: casefile.Address{Line1: "1 rue de la Paix", Postcode: "75002", City: "Paris", Country: "FR"},
	}))
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.cases = &cases.Service{Temporal: dialTemporal(t), Store: store, Clock: clockOf(t), Log: log}

	strategies, err := strategyfile.LoadAll(config.Strategies)
	require.NoError(t, err)
	paris, err := calendar.ParseZone("Europe/Paris")
	require.NoError(t, err)
	options := api.Options{
		Cases: b.cases, Strategies: strategies, Log: log, Law: func() law.Book { return book },
		Intake: &intake.Intake{
			Cases: b.cases, Strategies: strategies, Law: invoice.LawOf(book), DefaultCreditor: b.creditor,
			Creditors: []intake.Creditor{{
				ID: b.creditor, Name: "Acme SARL", Country: "FR", Zone: paris, Hours: cases.ContactHours{Standard: calendar.Hours{Opens: 9 * 60, Closes: 18 * 60}},
				Strategies: map[invoice.DebtorKind]string{
					invoice.KindBusiness: "fr-b2b-standard", invoice.KindPublic: "fr-b2b-standard", invoice.KindConsumer: "fr-consumer",
				},
			}},
		},
		Keys: []api.Key{{Name: keyName, Secret: keySecret}}, TwilioAuthToken: authToken, PublicURL: "https://relance.example",
	}
	for _, apply := range change {
		apply(&options)
	}
	handler, err := api.New(options)
	require.NoError(t, err)
	b.server = httptest.NewUnstartedServer(handler)
	b.server.Config = api.Server("", handler)
	b.server.Start()
	t.Cleanup(b.server.Close)
	t.Cleanup(func() {
		for line := range strings.Lines(b.log.String()) {
			if t.Failed() && !strings.Contains(line, "level=INFO msg=request") {
				t.Log(line)
			}
		}
	})
	return b
}

// clockOf is a clock that shows the business date of the tests and runs as fast
// as the wall's.
func clockOf(t *testing.T) func() calendar.Clock {
	t.Helper()
	clock, err := calendar.Accelerated(time.Now(), today, 1)
	require.NoError(t, err)
	return func() calendar.Clock { return clock }
}

func dialTemporal(t *testing.T) client.Client {
	t.Helper()
	address := stacktest.Temporal(t, workflows.SearchAttributeTypes())
	temporal, err := client.DialContext(t.Context(), client.Options{HostPort: address, Logger: quiet()})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	return temporal
}

func quiet() sdklog.Logger { return sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

// work runs a worker for the cases. Tests that use it are not parallel: all
// workers of a Temporal share its task queue.
func (b *bundle) work() {
	b.t.Helper()
	w := worker.New(b.cases.Temporal, workflows.TaskQueue, worker.Options{})
	workflows.Register(w, &workflows.Cases{Clock: b.cases.Clock})
	(&activities.CaseFile{Store: b.cases.Store, Clock: b.cases.Clock}).Register(w)
	handoffs := b.handoffs
	if handoffs == nil { // nobody to give a case to
		handoffs = &activities.Handoffs{Store: b.cases.Store, Clock: b.cases.Clock}
	}
	handoffs.Register(w)
	require.NoError(b.t, w.Start())
	b.t.Cleanup(w.Stop)
}

// reply is an answer of the API.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// call sends a request with the key of the tests. A body that is not a string is
// sent as JSON.
func (b *bundle) call(method, path string, body any, headers ...string) reply {
	b.t.Helper()
	request := b.request(method, path, body)
	request.Header.Set("Authorization", "Bearer "+keySecret)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return b.send(request)
}

func (b *bundle) request(method, path string, body any) *http.Request {
	b.t.Helper()
	var content io.Reader
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	case []byte:
		content, contentType = bytes.NewReader(body), "application/octet-stream"
	default:
		text, err := json.Marshal(body)
		require.NoError(b.t, err)
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, content)
	require.NoError(b.t, err)
	request.Header.Set("Content-Type", contentType)
	return request
}

func (b *bundle) send(request *http.Request) reply {
	b.t.Helper()
	response, err := b.server.Client().Do(request)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return reply{t: b.t, status: response.StatusCode, header: response.Header, body: body}
}

// is checks the status and reads the body.
func (r reply) is(status int) object {
	r.t.Helper()
	require.Equal(r.t, status, r.status, "%s", r.body)
	if len(r.body) == 0 {
		return nil
	}
	var read object
	require.NoError(r.t, json.Unmarshal(r.body, &read), "%s", r.body)
	return read
}

// isProblem checks that the answer is a problem of a code, complete and with a
// sentence.
func (r reply) isProblem(status int, code string) object {
	r.t.Helper()
	told := r.is(status)
	require.Equal(r.t, "application/problem+json", r.header.Get("Content-Type"))
	require.Equal(r.t, code, told["code"], "%s", r.body)
	require.Equal(r.t, "urn:relance:problem:"+code, told["type"])
	require.EqualValues(r.t, status, told["status"])
	require.NotEmpty(r.t, told["title"])
	require.Regexp(r.t, `[.!?]$`, told["detail"])
	require.Equal(r.t, r.header.Get("X-Request-Id"), told["request_id"])
	return told
}

// object is a JSON object.
type object map[string]any

// at follows members and places: at("cases", 0, "open").
func (o object) at(path ...any) any {
	var here any = map[string]any(o)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			members, isObject := here.(map[string]any)
			if !isObject {
				return nil
			}
			here = members[step]
		case int:
			items, isList := here.([]any)
			if !isList || step >= len(items) {
				return nil
			}
			here = items[step]
		}
	}
	return here
}

// invoiceBody is an invoice of 1 200.00 EUR to a business, due on 31 March 2027.
func invoiceBody(number string) object {
	return object{
		"number": number, "issued_on": "2027-01-31", "due_on": "2027-03-31", "currency": "EUR", "total": "1200.00",
		"debtor":   object{"id": "C-1007", "name": "Menuiserie Durand", "siren": "732829320", "address": object{"postcode": "69003", "city": "Lyon", "country": "FR"}},
		"contacts": []object{{"name": "Jeanne Durand", "email": "compta@durand.example", "phone": "+33 6 39 98 12 34", "role": "accounts-payable"}},
	}
}

// opened takes in an invoice and returns the address of its case.
func (b *bundle) opened(number string) (url string) {
	b.t.Helper()
	answer := b.call(http.MethodPost, "/v1/invoices", invoiceBody(number))
	answer.is(http.StatusCreated)
	return answer.header.Get("Location")
}

// syncBuffer is a log that is written from several goroutines.
type syncBuffer struct {
	sync.Mutex
	buffer bytes.Buffer
}

func (s *syncBuffer) Write(data []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.buffer.Write(data)
}

func (s *syncBuffer) String() string {
	s.Lock()
	defer s.Unlock()
	return s.buffer.String()
}

// How long and how often to look for what another program does.
const (
	eventually = 20 * time.Second
	often      = 50 * time.Millisecond
)
