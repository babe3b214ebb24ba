package api_test

import (
	"bytes"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDocumentOfAnInvoiceIsKeptAndFetched(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	b.call(http.MethodGet, at+"/document", nil).isProblem(http.StatusNotFound, "no-document")
	pdf := append([]byte("%PDF-1.7 "), bytes.Repeat([]byte("x"), 2<<20)...)
	for _, fresh := range []bool{true, false} {
		kept := b.call(http.MethodPost, at+"/document?filename=F-1.pdf&by=anne", pdf).is(http.StatusOK)
		require.Equal(t, fresh, kept["kept"])
	}
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "F-1.pdf", file.at("documents", 0, "name"))
	require.Equal(t, "anne", file.at("documents", 0, "by"))
	fetched := b.call(http.MethodGet, at+"/document", nil)
	require.Equal(t, http.StatusOK, fetched.status)
	require.Equal(t, pdf, fetched.body)
	require.Equal(t, "application/pdf", fetched.header.Get("Content-Type"))

	b.call(http.MethodPost, at+"/document", []byte("a picture")).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/document", nil).isProblem(http.StatusBadRequest, "malformed-request")
	b.call(http.MethodPost, at+"/document", append(pdf, bytes.Repeat([]byte("x"), 9<<20)...)).isProblem(http.StatusRequestEntityTooLarge, "too-large")
}

func TestAnImportedPDFIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pdf, err := os.ReadFile("../starter/demo/portfolio/AL-2026-0105-factur-x.pdf")
	require.NoError(t, err)
	for range 2 {
		b.call(http.MethodPost, "/v1/imports?filename=AL-2026-0105-factur-x.pdf&creditor="+b.creditor, pdf).is(http.StatusOK)
	}
	file := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/AL-2026-0105", nil).is(http.StatusOK)
	require.Len(t, file["documents"], 1)
	require.Equal(t, "AL-2026-0105-factur-x.pdf", file.at("documents", 0, "name"))
	require.Equal(t, pdf, b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/AL-2026-0105/document", nil).body)
}
