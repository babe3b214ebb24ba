package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/cases"
	"relance/cases/intake"
)

func TestOnlyKnownKeysAreLetIn(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("a-secret-that-is-only-known-as-a-hash"))
	b := setup(t, func(o *api.Options) {
		o.Keys = append(o.Keys, api.Key{Name: "erp", Secret: "sha256:" + hex.EncodeToString(sum[:])})
	})
	for name, header := range map[string][2]string{
		"bearer token":           {"Authorization", "Bearer " + keySecret},
		"bearer in small":        {"Authorization", "bearer " + keySecret},
		"own header":             {"X-API-Key", keySecret},
		"a key kept as its hash": {"X-API-Key", "a-secret-that-is-only-known-as-a-hash"},
	} {
		request := b.request(http.MethodGet, "/v1/summary", nil)
		request.Header.Set(header[0], header[1])
		require.Equal(t, http.StatusOK, b.send(request).status, name)
	}
	for name, header := range map[string][2]string{
		"none":             {"X-Other", ""},
		"wrong":            {"X-API-Key", keySecret + "x"},
		"empty":            {"Authorization", "Bearer "},
		"basic":            {"Authorization", "Basic " + keySecret},
		"the hash itself":  {"X-API-Key", "sha256:" + hex.EncodeToString(sum[:])},
		"the key's name":   {"X-API-Key", keyName},
		"part of a secret": {"X-API-Key", keySecret[:10]},
	} {
		for _, path := range []string{"/v1/summary", "/v1/no-such-thing", "/%76%31/summary"} {
			request := b.request(http.MethodGet, path, nil)
			request.Header.Set(header[0], header[1])
			answer := b.send(request)
			answer.isProblem(http.StatusUnauthorized, "unauthorized")
			require.Contains(t, answer.header.Get("WWW-Authenticate"), "Bearer", name)
		}
	}
}

func TestWithoutKeysTheServerRefusesToBeMade(t *testing.T) {
	t.Parallel()
	least := api.Options{Cases: &cases.Service{}, Intake: &intake.Intake{}, Law: noLaw}
	_, err := api.New(least)
	require.ErrorContains(t, err, "no API key is configured")

	wrong := least
	wrong.Keys = []api.Key{{Name: "short", Secret: "short"}, {Secret: keySecret}, {Name: "half", Secret: "sha256:00ff"}, {Name: "a", Secret: keySecret}, {Name: "b", Secret: keySecret}}
	wrong.SendGridPublicKey, wrong.TwilioAuthToken = "not a key", "token"
	_, err = api.New(wrong)
	for _, reason := range []string{"short", "has no name", "64 hexadecimal digits", "the same secret", "not base64", "the public address"} {
		require.ErrorContains(t, err, reason)
	}
	require.NotContains(t, err.Error(), keySecret)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", wrong.Keys, wrong.Keys, wrong.Keys), keySecret, "secrets are never printed")
}

func TestAServerWithoutKeysAnswersOnlyItsOwnMachine(t *testing.T) {
	t.Parallel()
	handler, err := api.New(api.Options{Cases: &cases.Service{}, Intake: &intake.Intake{}, Law: noLaw, AllowWithoutKey: true})
	require.NoError(t, err)
	ask := func(method, host, remote, origin string) int {
		request := httptest.NewRequestWithContext(t.Context(), method, "/v1/strategies", nil)
		request.Host, request.RemoteAddr = host, remote
		if origin != "" {
			request.Header.Set("Origin", origin)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer.Code
	}
	require.Equal(t, http.StatusOK, ask(http.MethodGet, "localhost:8080", "127.0.0.1:5", ""))
	require.Equal(t, http.StatusOK, ask(http.MethodGet, "[::1]:8080", "[::1]:5", ""))
	require.Equal(t, http.StatusForbidden, ask(http.MethodGet, "localhost:8080", "192.0.2.7:5", ""), "another machine")
	require.Equal(t, http.StatusForbidden, ask(http.MethodGet, "attacker.example", "127.0.0.1:5", ""), "a website whose name points here")
	require.Equal(t, http.StatusForbidden, ask(http.MethodPost, "localhost:8080", "127.0.0.1:5", "https://attacker.example"), "a page of another site")
	require.Equal(t, http.StatusMethodNotAllowed, ask(http.MethodPost, "localhost:8080", "127.0.0.1:5", "http://localhost:8080"))
}

func TestWhatIsNotThereIsAProblem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/", "/v1/", "/v1/case", "/v1/cases/acme/F/1/2/3/4/5", "/v1/cases/", "/favicon.ico", "//v1/summary", "/./v1/summary", "/docs/../v1/summary"} {
		b.call(http.MethodGet, path, nil).isProblem(http.StatusNotFound, "unknown-route")
	}
	told := b.call(http.MethodPost, "/v1/cases/acme//F-1/payments", object{}).isProblem(http.StatusNotFound, "unknown-route")
	require.Contains(t, told["detail"], "%2F", "a redirect would lose the body")

	answer := b.call(http.MethodDelete, "/v1/cases/acme/F-1", nil)
	answer.isProblem(http.StatusMethodNotAllowed, "method-not-allowed")
	require.Contains(t, answer.header.Get("Allow"), http.MethodGet)

	b.call(http.MethodGet, "/v1/cases/acme/F-1", nil).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodGet, "/v1/cases/acme/F-1/forecast", nil).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodGet, "/v1/cases/acme/F-1/messages/7d444840-9dc0-11d1-b245-5ffdce74fad2", nil).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodPost, "/v1/tasks/4711/done", nil).isProblem(http.StatusNotFound, "unknown-task")
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	payments := "/v1/cases/" + b.creditor + "/F-1/payments"
	b.call(http.MethodPost, payments, `{"id": `).isProblem(http.StatusBadRequest, "malformed-request")
	b.call(http.MethodPost, payments, `{"id": "P-1"} {"id": "P-2"}`).isProblem(http.StatusBadRequest, "malformed-request")
	b.call(http.MethodPost, payments, "").isProblem(http.StatusBadRequest, "malformed-request")
	b.call(http.MethodPost, payments, `id=P-1`, "Content-Type", "application/x-www-form-urlencoded").
		isProblem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	told := b.call(http.MethodPost, payments, `{"id":"P-1","amount":"12","currency":"EUR","note":"`+strings.Repeat("x", 1<<20)+`"}`).
		isProblem(http.StatusRequestEntityTooLarge, "too-large")
	require.Contains(t, told["detail"], "1024 KiB")
	b.call(http.MethodGet, "/v1/cases?limit=5000", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases?stage=angry", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases?cursor=abc", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases?dry=1", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/%FF%FE", nil).isProblem(http.StatusNotFound, "unknown-route")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F%00", nil).isProblem(http.StatusNotFound, "unknown-case")
}

func TestEveryRequestHasAnIDAndALineInTheLogWithoutPersonalData(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-9")
	kept := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-9", nil, "X-Request-Id", "order-77")
	require.Equal(t, "order-77", kept.header.Get("X-Request-Id"))
	b.call(http.MethodGet, "/v1/cases?text=Durand", nil, "X-Request-Id", "forged\tline").is(http.StatusOK)

	log := b.log.String()
	require.Contains(t, log, `request=order-77 method=GET route="GET /v1/cases/{creditor}/{invoice}" status=200`)
	require.Contains(t, log, "key="+keyName)
	require.Contains(t, log, "case=case/"+b.creditor+"/F-9")
	for _, personal := range []string{"Durand", "durand", "+33", "forged"} {
		require.NotContains(t, log, personal)
	}
	require.NotContains(t, log, keySecret)
}
