package api_test

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/api"
)

func TestAMessageIsPreviewedAndNothingIsStored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-2027-0042")

	told := b.call(http.MethodGet, at+"/message-preview?step=reminder-firm&channel=email&language=en&audience=loyal", nil).is(http.StatusOK)
	require.Equal(t, "reminder-firm", told["step"])
	require.Equal(t, "compta@durand.example", told["to"])
	require.Equal(t, "templates/reminder-firm/en.loyal.mail", told.at("wording", "file"))
	require.Equal(t, "built-in", told.at("wording", "origin"))
	require.Contains(t, told["text"], "F-2027-0042")

	page := b.call(http.MethodGet, at+"/message-preview?format=html", nil)
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.header.Get("Content-Type"), "text/html")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "sandbox")
	require.Contains(t, string(page.body), "ni enregistré ni envoyé")
	b.call(http.MethodGet, at+"/message-preview?format=pdf", nil).isProblem(http.StatusUnprocessableEntity, "invalid") // a courtesy notice has no letter
	b.call(http.MethodGet, at+"/message-preview?step=formal-notice&channel=registered-letter&format=pdf", nil).
		isProblem(http.StatusConflict, "not-now") // the debtor has no complete address
	b.call(http.MethodGet, at+"/message-preview?step=formal-notice&channel=sms", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"/message-preview?step=nowhere", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"/message-preview?audience=vip", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-9/message-preview", nil).isProblem(http.StatusNotFound, "unknown-case")
	require.Empty(t, b.call(http.MethodGet, at, nil).is(http.StatusOK)["messages"])
}

func TestFaultyTemplatesAreToldAndDoNotStopTheServer(t *testing.T) {
	t.Parallel()
	b := setup(t, func(options *api.Options) {
		options.Log = slog.New(slog.DiscardHandler)
		options.Outdated = func() map[string]error { return map[string]error{"templates": errors.New("fr.mail:1: …")} }
	})
	told := b.call(http.MethodGet, "/healthz", nil).is(http.StatusOK)
	require.Equal(t, true, told["well"])
	require.Equal(t, "outdated", told.at("parts", "templates"))
	require.Equal(t, http.StatusNoContent, b.call(http.MethodGet, "/readyz", nil).status)
}
