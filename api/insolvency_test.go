package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The test runs a worker and is not parallel.
func TestAJudgmentIsRecordedForTheDebtorAndItsCasesTakeIt(t *testing.T) {
	b := setup(t)
	b.work()
	body := invoiceBody("F-71")
	body["issued_on"], body["due_on"] = "2026-10-20", "2026-11-20"
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	later := invoiceBody("F-72") // born after the judgment
	later["issued_on"], later["due_on"] = "2026-11-21", "2026-12-21"
	b.call(http.MethodPost, "/v1/invoices", later).is(http.StatusCreated)

	at := b.people() + "/insolvency"
	b.call(http.MethodGet, at+"/declaration", nil).isProblem(http.StatusNotFound, "unknown-proceedings")
	b.call(http.MethodPost, at, object{"id": "2026J1"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	recorded := b.call(http.MethodPost, at, object{
		"id": "2026J1", "kind": "redressement", "judgment": "2026-11-12", "published": "2026-11-14", "court": "TAE Lyon",
		"office_holder": object{"role": "mandataire", "name": "Maître Untel", "line1": "1 rue Y", "postcode": "69002", "city": "Lyon"},
	}).is(http.StatusOK)
	require.Equal(t, "2027-01-14", recorded.at("declare_by"))
	frozen := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-71", nil).is(http.StatusOK)
	require.Equal(t, "insolvency", frozen.at("status", "stage"))
	require.Equal(t, "2026J1", frozen.at("status", "insolvency", "proceeding"))
	require.Contains(t, frozen.at("status", "why_fr"), "redressement judiciaire par jugement du 12/11/2026")
	open := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-72", nil).is(http.StatusOK)
	require.NotEqual(t, "insolvency", open.at("status", "stage"))
	require.Eventually(t, func() bool { // the workflow has heard it
		status, err := b.cases.Temporal.QueryWorkflow(t.Context(), "case/"+b.creditor+"/F-71", "", "status")
		var told struct{ Stage string }
		return err == nil && status.Get(&told) == nil && told.Stage == "insolvency"
	}, 20*time.Second, 100*time.Millisecond)

	declared := b.call(http.MethodGet, at+"/declaration", nil).is(http.StatusOK)
	require.Equal(t, []any{"F-71"}, declared.at("documents"))
	pdf := b.call(http.MethodGet, at+"/declaration?format=pdf", nil)
	require.Equal(t, "application/pdf", pdf.header.Get("Content-Type"))
	b.call(http.MethodPost, at, object{"id": "2026J1", "judgment": "2026-11-11"}).isProblem(http.StatusConflict, "conflict")
	listed := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Len(t, listed.at("proceedings"), 1)
}

func TestNoticesOfTheBODACCFindTheirDebtorsBySIREN(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-73")
	body["issued_on"], body["due_on"] = "2026-10-20", "2026-11-20"
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	siren, _ := body["debtor"].(object)["siren"].(string)
	require.NotEmpty(t, siren)
	notice := func(id, kind, nature, on string, more object) object {
		made := object{
			"id": id, "typeavis": kind, "familleavis": "collective", "dateparution": on, "registre": []string{siren}, "tribunal": "TAE Lyon",
			"jugement": object{"famille": "Jugement", "nature": nature, "date": on},
		}
		for name, value := range more {
			made[name] = value
		}
		return made
	}
	opening := notice("A1", "annonce", "Jugement d'ouverture de liquidation judiciaire", "2026-11-12", nil)
	fates := func(notices ...object) []any {
		answer := b.call(http.MethodPost, "/v1/insolvency/notices", object{"results": notices}).is(http.StatusOK)
		var told []any
		outcomes, _ := answer.at("outcomes").([]any)
		for _, outcome := range outcomes {
			told = append(told, outcome.(map[string]any)["fate"])
		}
		return told
	}
	stranger := notice("A9", "annonce", "Jugement d'ouverture de liquidation judiciaire", "2026-11-12", object{"registre": []string{"999999999"}})
	require.Equal(t, []any{"taken", "no-debtor"}, fates(opening, stranger))
	require.Equal(t, []any{"known"}, fates(opening))
	require.Equal(t, []any{"for-a-person"}, fates(notice("A2", "annonce", "Jugement d'extension de liquidation judiciaire", "2026-11-14", nil)))
	b.call(http.MethodPost, "/v1/insolvency/notices", object{}).is(http.StatusOK)
	require.Equal(t, "insolvency", b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-73", nil).is(http.StatusOK).at("status", "stage"))
	annulment := notice("A3", "annulation", "", "2026-11-18", object{"jugement": nil, "parutionavisprecedent": `{"nomPublication": "BODACC A", "numeroParution": "", "numeroAnnonce": 1}`})
	require.Equal(t, []any{"for-a-person"}, fates(annulment), "it does not say what it annuls")
	lifted := notice("A4", "annonce", "Jugement de clôture pour extinction du passif", "2026-11-20", nil)
	require.Equal(t, []any{"taken"}, fates(lifted))
	require.NotEqual(t, "insolvency", b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-73", nil).is(http.StatusOK).at("status", "stage"))
}

func TestAnAnnulmentOfWhoKnowsWhatFreesNoCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-75")
	body["issued_on"], body["due_on"] = "2026-10-20", "2026-11-20"
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	siren, _ := body["debtor"].(object)["siren"].(string)
	b.call(http.MethodPost, b.people()+"/insolvency", object{"id": "2026J9", "kind": "redressement", "judgment": "2026-11-12"}).is(http.StatusOK) // by hand: of no notice
	annulment := object{
		"id": "A5", "typeavis": "annulation", "familleavis": "collective", "dateparution": "2026-11-18", "registre": []string{siren}, "jugement": nil,
		"parutionavisprecedent": `{"nomPublication": "", "numeroParution": "", "numeroAnnonce": ""}`,
	}
	answer := b.call(http.MethodPost, "/v1/insolvency/notices", object{"results": []object{annulment}}).is(http.StatusOK)
	require.Equal(t, "for-a-person", answer.at("outcomes", 0, "fate"))
	require.Equal(t, "it does not say which notice it annuls: read it", answer.at("outcomes", 0, "says"))
	require.Equal(t, "insolvency", b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-75", nil).is(http.StatusOK).at("status", "stage"))
}

func TestHardshipIsFlaggedWithACodeAndEnded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call(http.MethodPost, "/v1/invoices", invoiceBody("F-74")).is(http.StatusCreated)
	at := b.people() + "/hardship"
	flagged := b.call(http.MethodPost, at, object{"id": "H-1", "kind": "hardship", "reason": "cash-shortage"}).is(http.StatusOK)
	require.Equal(t, "2027-02-21", flagged.at("review_on"))
	b.call(http.MethodPost, at, object{"id": "H-2", "kind": "hardship", "reason": "illness"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at, object{"id": "H-2", "kind": "over-indebtedness", "reason": "commission-admissible"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at, object{"id": "H-1", "ended": "2026-11-23"}).is(http.StatusOK)
	b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/nobody/hardship", nil).isProblem(http.StatusNotFound, "unknown-debtor")
	flags := b.call(http.MethodGet, at, nil).is(http.StatusOK).at("flags")
	require.Len(t, flags, 1)
	b.call(http.MethodPost, at, object{"id": "H-1", "withdrawn": true}).is(http.StatusOK)
	require.Equal(t, true, b.call(http.MethodGet, at, nil).is(http.StatusOK).at("flags", 0, "withdrawn"))
}
