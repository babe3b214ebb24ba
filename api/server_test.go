package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/cases"
	"relance/cases/intake"
	"relance/law"
)

var update = flag.Bool("update", false, "write the golden description of the API")

func noLaw() law.Book { return law.Book{} }

// bare is the API without anything behind it.
func bare(t *testing.T, change ...func(*api.Options)) http.Handler {
	t.Helper()
	options := api.Options{Cases: &cases.Service{}, Intake: &intake.Intake{}, Law: noLaw, Keys: []api.Key{{Name: keyName, Secret: keySecret}}}
	for _, apply := range change {
		apply(&options)
	}
	handler, err := api.New(options)
	require.NoError(t, err)
	return handler
}

func get(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return answer
}

func TestHealthTellsOfEveryPartAndNothingMore(t *testing.T) {
	t.Parallel()
	var failing error
	var log bytes.Buffer
	handler := bare(t, func(o *api.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		o.Health = func(context.Context) map[string]error {
			return map[string]error{"postgresql": nil, "temporal": failing}
		}
	})
	well := get(t, handler, "/healthz")
	require.Equal(t, http.StatusOK, well.Code)
	require.JSONEq(t, `{"well": true, "parts": {"postgresql": "well", "temporal": "well"}}`, well.Body.String())
	require.Equal(t, http.StatusNoContent, get(t, handler, "/readyz").Code)

	failing = errors.New("dial tcp 10.1.2.3:7233: connection refused")
	ill := get(t, handler, "/healthz")
	require.Equal(t, http.StatusServiceUnavailable, ill.Code)
	require.JSONEq(t, `{"well": false, "parts": {"postgresql": "well", "temporal": "failing"}}`, ill.Body.String())
	require.Equal(t, http.StatusServiceUnavailable, get(t, handler, "/readyz").Code)
	require.Contains(t, log.String(), "10.1.2.3", "the log says why")
}

func TestAPanicIsAnAnswerAndALineInTheLog(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	handler := bare(t, func(o *api.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	api.PanicOn(handler, "/panics", false)
	api.PanicOn(handler, "/panics-late", true)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)

	answer := get(t, handler, "/panics")
	require.Equal(t, http.StatusInternalServerError, answer.Code)
	require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
	require.NotContains(t, answer.Body.String(), "a secret cause", "what is wrong with the server is not told")
	require.Contains(t, log.String(), "a secret cause")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/panics-late", nil)
	require.NoError(t, err)
	response, err := server.Client().Do(request)
	if err == nil {
		_, err = io.ReadAll(response.Body)
		require.NoError(t, response.Body.Close())
	}
	require.Error(t, err, "half an answer is not taken for a whole one")
}

// The description is public API: a change of it is seen in review.
func TestTheDescriptionOfTheAPIIsTheOnePublished(t *testing.T) {
	t.Parallel()
	handler := bare(t)
	yaml := get(t, handler, "/openapi.yaml")
	require.Equal(t, http.StatusOK, yaml.Code)
	if *update {
		require.NoError(t, os.WriteFile("testdata/openapi.yaml", yaml.Body.Bytes(), 0o600))
	}
	golden, err := os.ReadFile("testdata/openapi.yaml")
	require.NoError(t, err)
	require.Equal(t, string(golden), yaml.Body.String(), "if the change is meant: go test ./api -run Published -update")

	var described struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string                     `json:"operationId"`
			Summary     string                     `json:"summary"`
			Tags        []string                   `json:"tags"`
			Responses   map[string]json.RawMessage `json:"responses"`
		} `json:"paths"`
	}
	asJSON := get(t, handler, "/openapi.json")
	require.NoError(t, json.Unmarshal(asJSON.Body.Bytes(), &described))
	require.Equal(t, "3.1.0", described.OpenAPI)
	operations := map[string]bool{}
	for path, methods := range described.Paths {
		for _, o := range methods {
			require.False(t, operations[o.OperationID], "%s is described twice", o.OperationID)
			operations[o.OperationID] = true
			require.NotEmpty(t, o.Summary, path)
			require.Len(t, o.Tags, 1, path)
			require.Contains(t, o.Responses, "500", path)
		}
	}
	require.Len(t, operations, 133)
}

func TestEveryReferenceInTheDescriptionLeadsSomewhere(t *testing.T) {
	t.Parallel()
	described := get(t, bare(t), "/openapi.json").Body.String()
	var read struct {
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	require.NoError(t, json.Unmarshal([]byte(described), &read))
	used := map[string]bool{}
	for _, match := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(described, -1) {
		require.Contains(t, read.Components.Schemas, match[1])
		used[match[1]] = true
	}
	for name := range read.Components.Schemas {
		require.True(t, used[name], "the schema %s is not used", name)
	}
}

func TestTheReferenceIsOnePageThatNeedsNothingElse(t *testing.T) {
	t.Parallel()
	handler := bare(t)
	answer := get(t, handler, "/docs")
	require.Equal(t, http.StatusOK, answer.Code)
	page := answer.Body.String()
	require.Contains(t, answer.Header().Get("Content-Security-Policy"), "default-src 'none'")
	require.NotRegexp(t, `<script|src=|@import|url\(`, page)
	require.NotContains(t, page, "ZgotmplZ", "a value the template engine did not trust")
	for code := range api.ProblemCodes() {
		require.Contains(t, page, `id="`+code+`"`)
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		require.Contains(t, page, `id="`+link[1]+`"`, "a link leads nowhere")
	}
	require.Contains(t, page, `curl &#34;$RELANCE_URL/v1/cases/acme/F-2026-0042/payments&#34;`)

	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/docs", nil)
	request.Header.Set("If-None-Match", answer.Header().Get("ETag"))
	again := httptest.NewRecorder()
	handler.ServeHTTP(again, request)
	require.Equal(t, http.StatusNotModified, again.Code)
}
