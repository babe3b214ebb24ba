package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/api"
	"relance/calendar"
	"relance/casefile"
	"relance/config"
	"relance/handoff"
	"relance/messaging/compose"
	"relance/messaging/partner"
	"relance/messaging/simulator"
)

const officeSecret = "the-secret-of-the-callbacks"

// officeTaking is a server with a worker, and a partner that cases can be given to and
// that calls back.
func officeTaking(t *testing.T) (*bundle, *simulator.PartnerOffice) {
	t.Helper()
	b := setup(t, func(o *api.Options) { o.PartnerSecrets = map[string]string{"lepage": officeSecret} })
	office := simulator.NewPartnerOffice(simulator.PartnerOptions{Key: "the-key", CallbackSecret: officeSecret, Callback: b.server.URL + api.PathPartnerEvents + "lepage"})
	served := httptest.NewServer(office)
	t.Cleanup(served.Close)
	client, err := partner.New(partner.Config{BaseURL: served.URL, Key: "the-key"})
	require.NoError(t, err)
	require.NoError(t, b.cases.Store.SavePartners(t.Context(), []casefile.Partner{{ID: "lepage", Kind: handoff.Commissaire, Name: "Étude Lepage", Delivery: "api", Fees: "tariff"}}))
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	b.handoffs = &activities.Handoffs{
		Store: b.cases.Store, Clock: b.cases.Clock, CaseFiles: activities.CaseFileArchive{Store: b.cases.Store, Templates: templates},
		Partners: map[string]activities.PartnerSender{"lepage": activities.PartnerByAPI{Client: client}},
	}
	b.work()
	return b, office
}

func (b *bundle) phase(at, wanted string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		status, _ := b.call(http.MethodGet, at, nil).is(http.StatusOK)["status"].(map[string]any)
		known, _ := status["handoff"].(map[string]any)
		return known["phase"] == wanted
	}, 20*time.Second, 100*time.Millisecond, wanted)
}

// The test runs a worker and is not parallel.
func TestACaseIsHandedOverHeardFromAndRecalledByAPayment(t *testing.T) {
	b, office := officeTaking(t)
	body := invoiceBody("F-61")
	body["issued_on"], body["due_on"] = "2026-08-31", "2026-09-30"
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	at := "/v1/cases/" + b.creditor + "/F-61"
	require.Equal(t, "lepage", b.call(http.MethodGet, "/v1/partners", nil).is(http.StatusOK).at("partners", 0, "id"))

	// The list of what is missing, and the refusal that repeats it.
	check := b.call(http.MethodGet, at+"/handoff-check", nil).is(http.StatusOK)
	require.Equal(t, false, check["hands_over"])
	proposal := object{"id": "H1", "partner": "lepage", "route": "payment-order"}
	refused := b.call(http.MethodPost, at+"/handoffs", proposal).isProblem(http.StatusConflict, "not-now")
	require.Contains(t, refused["detail"], "no formal notice was sent")
	require.Contains(t, refused["detail"], "attach its PDF")

	b.call(http.MethodPost, at+"/legal-events", object{"id": "LRAR-1", "event": "formal-notice-received", "on": "2026-11-02"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/document?filename=F-61.pdf", []byte("%PDF-1.7 the invoice")).is(http.StatusOK)
	check = b.call(http.MethodGet, at+"/handoff-check", nil).is(http.StatusOK)
	require.Equal(t, true, check["hands_over"], check["file"])
	b.call(http.MethodPost, at+"/handoffs", proposal).is(http.StatusOK)
	b.call(http.MethodPost, at+"/handoffs/H1/approve", object{"amount": "1199.99", "currency": "EUR"}).isProblem(http.StatusConflict, "conflict")
	b.call(http.MethodPost, at+"/handoffs/H1/approve", object{"amount": "1200.00", "currency": "EUR", "by": "bernard"}).is(http.StatusOK)
	b.phase(at, "with-partner")
	require.Len(t, office.Cases(), 1)
	given := office.Cases()[0]

	// The partner calls back: often, late, and with a signature that is wrong.
	tell := func(telling simulator.PartnerTelling) []int {
		telling.Reference = given.Reference
		statuses, err := office.Tell(t.Context(), telling)
		require.NoError(t, err)
		return statuses
	}
	ordered := simulator.PartnerTelling{Callback: partner.Callback{EventID: "E1", Status: "order-obtained", On: calendar.NewDate(2026, time.November, 23)}}
	require.Equal(t, []int{http.StatusNoContent}, tell(ordered))
	require.Equal(t, []int{http.StatusNoContent}, tell(ordered), "told again")
	forged, stale, unknown := ordered, ordered, ordered
	forged.Forged, stale.Age, unknown.EventID, unknown.Status = true, 10*time.Minute, "E2", "happy"
	require.Equal(t, []int{http.StatusForbidden}, tell(forged))
	require.Equal(t, []int{http.StatusForbidden}, tell(stale), "replayed")
	require.Equal(t, []int{http.StatusUnprocessableEntity}, tell(unknown))
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "with-partner", file.at("status", "stage"))
	require.Equal(t, "payment-order-serve", file.at("status", "handoff", "time_limits", 0, "key"))
	require.Equal(t, "2027-02-23", file.at("status", "handoff", "time_limits", 0, "last_day"))
	require.Len(t, file.at("handoffs", 0, "statuses"), 1)

	// A part that the partner collected, then the debtor pays the rest to the creditor.
	account := simulator.PartnerTelling{Callback: partner.Callback{
		EventID: "E3", On: calendar.NewDate(2026, time.November, 23), Remittance: &partner.Remittance{ID: "A1", Gross: "200.00", Fees: "20.00", Net: "180.00", Currency: "EUR"},
	}}
	require.Equal(t, []int{http.StatusNoContent}, tell(account))
	account.EventID, account.Remittance = "E4", &partner.Remittance{ID: "A2", Gross: "200.00", Fees: "20.00", Net: "200.00", Currency: "EUR"}
	require.Equal(t, []int{http.StatusUnprocessableEntity}, tell(account), "it does not add up")
	b.call(http.MethodPost, at+"/payments", object{"id": "P1", "amount": "1000.00", "currency": "EUR"}).is(http.StatusOK)
	b.phase(at, "ended")
	require.Equal(t, "recalled", office.Cases()[0].Status)
	require.Equal(t, 1, office.Cases()[0].Recalls)

	// The case is over; the partner's account of its fees is taken all the same.
	b.call(http.MethodPost, at+"/handoffs/H1/remittances", object{"id": "A3", "gross": "0", "fees": "35.00", "currency": "EUR"}).is(http.StatusOK)
	file = b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "paid", file.at("status", "stage"))
	require.Len(t, file.at("handoffs", 0, "remittances"), 2)
	require.Equal(t, "-35.00", file.at("handoffs", 0, "remittances", 1, "net"))
}

func TestACaseFileIsDownloadedWithALinkThatIsGoodOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key, err := b.cases.Store.LinkKey(t.Context())
	require.NoError(t, err)
	links := partner.NewLinks("https://relance.example", key)
	path := func(reference string, until time.Time) string {
		return strings.TrimPrefix(links.URL(partner.Linked{Reference: reference}, until), "https://relance.example")
	}
	const reference = "0b7f7a52-3d65-8c2e-9a51-000000000001"
	for says, link := range map[string]string{
		"is not there any more": path(reference, time.Now().Add(time.Hour)),
		"its time is over":      path(reference, time.Now().Add(-time.Second)),
		"is not valid":          partner.FilePath + reference + ".99999999999.forged",
	} {
		answer := b.send(b.request(http.MethodGet, link, nil)).isProblem(http.StatusNotFound, "unknown-route")
		require.Contains(t, answer["detail"], says)
	}
}

func TestACallbackOfAPartnerThatIsNotConfiguredIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(b.request(http.MethodPost, api.PathPartnerEvents+"nobody", "{}")).isProblem(http.StatusServiceUnavailable, "not-configured")
}
