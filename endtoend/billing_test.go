package endtoend_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answer is what the HTTP API said.
type answer struct {
	Code int `json:"-"`

	Outcome  string `json:"outcome"`
	Stage    string `json:"stage"`
	Open     string `json:"open"`
	LastStep string `json:"last_step"`
	NextStep string `json:"next_step"`
	Pending  bool   `json:"pending"`
	Kept     bool   `json:"kept"`
	// Problem and Detail are set when the request was refused.
	Problem string `json:"code"`
	Detail  string `json:"detail"`
}

// billing calls the HTTP API as the billing software of the creditor does.
type billing struct {
	t   *testing.T
	url string
	key string // empty: without one
}

func (i *installation) billing() billing { return billing{i.t, i.url, billingKey} }

func (b billing) post(path string, body any) answer {
	b.t.Helper()
	data, err := json.Marshal(body)
	require.NoError(b.t, err)
	code, text, err := b.call(http.MethodPost, path, data)
	require.NoError(b.t, err)
	given := answer{Code: code}
	require.NoError(b.t, json.Unmarshal(text, &given), "%s", text)
	return given
}

func (b billing) call(method, path string, body []byte) (code int, text []byte, err error) {
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if b.key != "" {
		request.Header.Set("Authorization", "Bearer "+b.key)
	}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return 0, nil, err
	}
	text, err = io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err == nil {
		err = closeErr
	}
	return response.StatusCode, text, err
}

// isReady asks the server whether its parts are well.
func (i *installation) isReady() bool {
	code, _, err := i.billing().call(http.MethodGet, "/readyz", nil)
	return err == nil && code == http.StatusNoContent
}

// pageOf fetches a page for people.
func pageOf(t *testing.T, url string) (code int, text string) {
	t.Helper()
	code, body, err := billing{t: t, url: url}.call(http.MethodGet, "", nil)
	require.NoError(t, err)
	return code, string(body)
}

func casePath(invoice string) string { return "/v1/cases/" + creditor + "/" + invoice }
