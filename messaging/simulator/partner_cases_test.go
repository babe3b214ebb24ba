package simulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/partner"
	"relance/messaging/simulator"
)

func TestAnOfficeKnowsItsCasesAfterARestart(t *testing.T) {
	t.Parallel()
	options := simulator.PartnerOptions{Key: "key", File: filepath.Join(t.TempDir(), "partner.json")}
	const path = "/v1/cases/6f0d2c1e-77aa-8b31-9c55-2f4e8a90b1d7"
	ask := func(office http.Handler, method, path string, body []byte) int {
		request := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(body))
		request.Header.Set("Authorization", "Bearer key")
		answer := httptest.NewRecorder()
		office.ServeHTTP(answer, request)
		return answer.Code
	}
	given, err := json.Marshal(partner.Case{Reference: filepath.Base(path), Invoice: "F-1", Amount: "10.00", File: []byte("file"), SHA256: messaging.Hash([]byte("file"))})
	require.NoError(t, err)
	first, err := simulator.OpenPartnerOffice(options)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, ask(first, http.MethodPut, path, given))

	second, err := simulator.OpenPartnerOffice(options)
	require.NoError(t, err)
	require.Equal(t, first.Cases()[0].File, second.Cases()[0].File)
	require.Equal(t, http.StatusOK, ask(second, http.MethodPut, path, given), "it has the case already")
	require.Equal(t, http.StatusOK, ask(second, http.MethodPost, path+"/recall", nil))

	third, err := simulator.OpenPartnerOffice(options)
	require.NoError(t, err)
	require.Len(t, third.Cases(), 1)
	require.Equal(t, "recalled", third.Cases()[0].Status)
	require.Equal(t, 2, third.Cases()[0].Submissions)

	require.NoError(t, os.WriteFile(options.File, []byte("{"), 0o600))
	_, err = simulator.OpenPartnerOffice(options)
	require.ErrorContains(t, err, options.File)
}
