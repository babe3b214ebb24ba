package api_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/evidence"
)

func TestTheCaseFileIsExportedAndVerifies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	archive := b.call(http.MethodGet, at+"/case-file.zip?language=en", nil)
	require.Equal(t, http.StatusOK, archive.status)
	require.Equal(t, "application/zip", archive.header.Get("Content-Type"))
	require.Equal(t, "en", archive.header.Get("Content-Language"))
	require.Contains(t, archive.header.Get("Content-Disposition"), "F-1")
	verdict, err := evidence.Verify(bytes.NewReader(archive.body), int64(len(archive.body)))
	require.NoError(t, err)
	require.Empty(t, verdict.Faults)
	require.Equal(t, b.creditor, verdict.Record.Creditor)
	again := b.call(http.MethodGet, at+"/case-file.zip?language=en", nil)
	require.Equal(t, archive.header.Get("ETag"), again.header.Get("ETag"))

	printed := b.call(http.MethodGet, at+"/case-file.pdf", nil)
	require.Equal(t, "application/pdf", printed.header.Get("Content-Type"))
	require.Equal(t, "%PDF", string(printed.body[:4]))
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-0/case-file.zip", nil).isProblem(http.StatusNotFound, "unknown-case")
}

func TestACaseIsVerifiedAndAnchored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	found := b.call(http.MethodGet, at+"/verification", nil).is(http.StatusOK)
	require.Equal(t, true, found["holds"])
	require.Len(t, found["head"], 64)
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-0/verification", nil).isProblem(http.StatusNotFound, "unknown-case")

	first := b.call(http.MethodPost, "/v1/evidence/anchors?by=anne", nil).is(http.StatusOK)
	again := b.call(http.MethodPost, "/v1/evidence/anchors", nil).is(http.StatusOK)
	require.Equal(t, first["root"], again["root"], "one a day")
	listed := b.call(http.MethodGet, "/v1/evidence/anchors", nil).is(http.StatusOK)
	require.NotEmpty(t, listed["anchors"])
}
