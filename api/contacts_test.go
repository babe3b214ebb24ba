package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
)

// people is the address of the people of the debtor of invoiceBody.
func (b *bundle) people() string { return "/v1/debtors/" + b.creditor + "/C-1007" }

func (b *bundle) post(path string, body any) object {
	b.t.Helper()
	return b.call(http.MethodPost, path, body).is(http.StatusOK)
}

func TestContactsAreAddedCorrectedAndRetired(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	listed := b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	require.Equal(t, "debtor", listed["bill_to"])
	require.Equal(t, "compta@durand.example", listed.at("contacts", 0, "email"))

	added := b.post(b.people()+"/contacts", object{
		"name": "Paul  Roy", "role": "director", "email": "Paul.Roy@DURAND.example", "phone": "06 39 98 33 08", "language": "anglais",
		"channels": []string{"letter", "email"}, "valid_from": "2026-01-01", "by": "anna",
	})
	require.Equal(t, "Paul Roy", added["name"])
	require.Equal(t, "Paul.Roy@durand.example", added["email"])
	require.Equal(t, "+33639983308", added["phone"], "read as in the debtor's country")
	require.Equal(t, "en", added["language"])
	require.Equal(t, []any{"email", "letter"}, added["channels"])

	path := fmt.Sprintf("%s/contacts/%v", b.people(), added["id"])
	corrected := b.post(path, object{"phone": "", "preferred": true})
	require.Nil(t, corrected["phone"], "an empty text removes it")
	require.Equal(t, "director", corrected["role"], "what is missing stays")
	require.Equal(t, true, corrected["preferred"])

	retired := b.post(path+"/retire", object{"by": "anna"})
	require.Equal(t, "2026-11-22", retired["valid_until"], "yesterday, so that it is not written to any more")

	kinds := map[any]any{}
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	history, _ := file["history"].([]any)
	for i := range history {
		kinds[file.at("history", i, "kind")] = file.at("history", i, "by")
	}
	require.Equal(t, "anna", kinds["contact-added"])
	require.Equal(t, keyName, kinds["contact-corrected"], "the program, where it names nobody")
	require.Equal(t, "anna", kinds["contact-retired"])
}

func TestWhatIsWrongWithAContactIsToldInAProblem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	told := b.call(http.MethodPost, b.people()+"/contacts", object{"email": "nobody", "phone": "12", "language": "Klingon"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	for _, fault := range []string{`mail "nobody"`, `phone "12"`, `language "Klingon"`} {
		require.Contains(t, told["detail"], fault)
	}
	b.call(http.MethodPost, b.people()+"/contacts", object{"role": "boss", "name": "X"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, b.people()+"/contacts", object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, b.people()+"/contacts", object{"name": "X", "channels": []string{"fax"}}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, b.people()+"/contacts/999", object{"name": "X"}).isProblem(http.StatusNotFound, "unknown-contact")
	b.call(http.MethodPost, b.people()+"/contacts/999/retire", nil).isProblem(http.StatusNotFound, "unknown-contact")
	b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/nobody/contacts", nil).isProblem(http.StatusNotFound, "unknown-debtor")
	b.call(http.MethodPost, "/v1/debtors/"+b.creditor+"/nobody/contacts", object{"name": "X"}).isProblem(http.StatusNotFound, "unknown-debtor")
	second := b.post(b.people()+"/contacts", object{"email": "b@durand.example"})
	b.call(http.MethodPost, fmt.Sprintf("%s/contacts/%v", b.people(), second["id"]), object{"email": "compta@durand.example", "phone": "+33639981234"}).
		isProblem(http.StatusConflict, "conflict")
}

func TestTheNextNoticeSaysWhoItGoesToAndWhy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	next := b.call(http.MethodGet, at+"/recipients", nil).is(http.StatusOK)
	require.Empty(t, next["recipients"], "it is not to come in 90 days")

	soon := invoiceBody("F-2")
	soon["issued_on"], soon["due_on"] = "2026-10-31", "2026-12-31"
	b.call(http.MethodPost, "/v1/invoices", soon).is(http.StatusCreated)
	at = "/v1/cases/" + b.creditor + "/F-2"
	next = b.call(http.MethodGet, at+"/recipients", nil).is(http.StatusOK)
	require.Equal(t, "courtesy", next["step"])
	require.Equal(t, "email", next.at("recipients", 0, "channel"))
	require.Equal(t, "compta@durand.example", next.at("recipients", 0, "address"))
	require.Equal(t, "Written to Jeanne Durand, accounts payable, the only one who can be written to by e-mail.", next.at("recipients", 0, "why"))
	require.Equal(t, true, next.at("recipients", 1, "fallback"))

	b.post(b.people()+"/contacts", object{"email": "b@durand.example", "role": "accounts-payable"})
	next = b.call(http.MethodGet, at+"/recipients", nil).is(http.StatusOK)
	require.Equal(t, "ambiguous", next.at("recipients", 0, "refused"))
	require.Contains(t, next.at("recipients", 0, "why"), "mark one of them as preferred")
	require.Contains(t, next.at("recipients", 0, "why_fr"), "désignez le contact préféré")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-9/recipients", nil).isProblem(http.StatusNotFound, "unknown-case")
}

func TestOptOutsAreRecordedAndWithdrawn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	for range 2 {
		told := b.post(b.people()+"/opt-outs", object{"channel": "sms", "address": "06 39 98 12 34", "source": "telephone call", "by": "anna"})
		require.Len(t, told["opt_outs"], 1, "the same wish again is the same")
		require.Equal(t, "+33639981234", told.at("opt_outs", 0, "address"))
		require.Equal(t, "anna", told.at("opt_outs", 0, "by"))
	}
	told := b.post(b.people()+"/opt-outs/withdraw", object{"channel": "sms", "address": "+33639981234", "source": "changed its mind"})
	require.Equal(t, "changed its mind", told.at("opt_outs", 0, "withdrawn_why"))
	whatsApp := b.post(b.people()+"/opt-outs", object{"channel": "whatsapp", "address": "06 39 98 12 34", "source": "telephone call"})
	require.Contains(t, fmt.Sprint(whatsApp), "+33639981234", "numbers are kept in one form, whatever channel they are of")
	letter := b.call(http.MethodPost, b.people()+"/opt-outs", object{"channel": "letter", "source": "call"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	require.Contains(t, letter["detail"], "letter cannot be refused")
	b.call(http.MethodPost, b.people()+"/opt-outs", object{"channel": "email", "address": "nobody", "source": "call"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, "/v1/debtors/"+b.creditor+"/nobody/opt-outs", object{"channel": "email", "source": "call"}).isProblem(http.StatusNotFound, "unknown-debtor")
}

func TestADebtorIsCorrected(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	debtor := b.people()
	before := b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	told := b.post(debtor, object{"line1": "12 rue des Lilas", "postcode": "69003", "city": "Lyon", "siren": "552 100 554", "by": "anna"})
	require.Equal(t, before["name"], told["name"], "what is not given stays")
	require.Equal(t, "12 rue des Lilas", told.at("address", "line1"))
	require.Equal(t, "Lyon", told.at("address", "city"))
	require.Equal(t, "552100554", told["siren"])
	history := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)["history"].([]any)
	last := object(history[len(history)-1].(map[string]any))
	require.Equal(t, "debtor-corrected", last["kind"])
	require.Equal(t, "anna", last["by"])
	require.Equal(t, "corrected of the debtor: address, identifiers", last["summary"], "and not into what")

	wrong := b.call(http.MethodPost, debtor, object{"name": "", "siren": "123456789", "language": "klingon!", "city": "", "country": "BE"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	for _, part := range []string{"a debtor has a name", "is not a SIREN", "is not a language", "give both, or remove both", "it decides which law"} {
		require.Contains(t, wrong["detail"], part)
	}
	for given, why := range map[string]string{"": "the kind cannot be removed", "company": "is no kind of debtor: use business, consumer or public"} {
		require.Contains(t, b.call(http.MethodPost, debtor, object{"kind": given}).isProblem(http.StatusUnprocessableEntity, "invalid")["detail"], why)
	}
	require.Equal(t, told, b.post(debtor, object{}), "nothing of it was kept, and nothing given changes nothing")
	b.call(http.MethodPost, "/v1/debtors/"+b.creditor+"/nobody", object{"city": "Lyon"}).isProblem(http.StatusNotFound, "unknown-debtor")
}

func TestTheCasesOfADebtorInAnotherTimeZoneContactItAtItsHours(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-1")
	b.call(http.MethodPost, b.people(), object{"postcode": "97110", "city": "Pointe-à-Pitre", "line1": "1 rue du Port", "by": "anna"}).is(http.StatusOK)
	zone, err := calendar.ParseZone("America/Guadeloupe")
	require.NoError(t, err)
	guadeloupe := calendar.StandardWindow(calendar.HolidaysOf("FR", "97110"), zone)
	var last object
	require.Eventually(t, func() bool { // hours of Paris can be within those of Guadeloupe: only its file says that it has moved
		history := b.call(http.MethodGet, at, nil).is(http.StatusOK)["history"].([]any)
		last = history[len(history)-1].(map[string]any)
		next, err := time.Parse(time.RFC3339, b.show("F-1").at("status", "next_at").(string))
		return err == nil && last["kind"] == "contact-hours" && guadeloupe.Contains(next)
	}, eventually, often, "its next date has moved")
	require.Contains(t, last["summary"], "America/Guadeloupe")
}

func TestAParentAndColleaguesAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	require.Equal(t, "loyal", b.post(b.people()+"/audience", object{"audience": "loyal", "by": "claire"}).at("audience"))
	b.call(http.MethodPost, b.people()+"/audience", object{"audience": "consumer"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	require.Nil(t, b.post(b.people()+"/audience", object{"audience": ""}).at("audience"))

	told := b.post(b.people()+"/parent", object{"parent": "HOLDING", "bill_to": "parent"})
	require.Equal(t, "HOLDING", told["parent"])
	require.Equal(t, "parent", told["bill_to"])
	b.call(http.MethodPost, b.people()+"/parent", object{"parent": "C-1007", "bill_to": "parent"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	told = b.post(b.people()+"/parent", object{"parent": "", "bill_to": "debtor"})
	require.Nil(t, told["parent"])

	told = b.post(b.people()+"/colleagues", object{"role": "salesperson", "name": "Sam", "email": "sam@acme.example"})
	require.Equal(t, "Sam", told.at("colleagues", 0, "name"))
	b.call(http.MethodPost, b.people()+"/colleagues", object{"role": "manager", "email": "nobody"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	told = b.post(fmt.Sprintf("%s/colleagues/%v/remove", b.people(), told.at("colleagues", 0, "id")), nil)
	require.Empty(t, told["colleagues"])
}

func TestAnInvoiceBringsItsPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-1")
	body["debtor"].(object)["parent"], body["debtor"].(object)["bill_to"] = "HOLDING", "parent"
	body["contacts"] = []object{
		{"email": "a@durand.example", "role": "legal", "language": "en"}, {"email": "b@durand.example", "role": "accounts-payable"},
		{"email": "c@durand.example", "role": "accounts-payable", "preferred": true}, {"email": "d@durand.example", "role": "e-invoicing"},
	}
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	told := b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	require.Equal(t, "HOLDING", told["parent"])
	require.Equal(t, "parent", told["bill_to"])
	require.Equal(t, "en", told.at("contacts", 0, "language"))
	require.Equal(t, true, told.at("contacts", 2, "preferred"))
	require.Equal(t, "e-invoicing", told.at("contacts", 3, "role"))

	orphan := invoiceBody("F-2")
	orphan["debtor"].(object)["bill_to"] = "parent"
	b.call(http.MethodPost, "/v1/invoices", orphan).isProblem(http.StatusUnprocessableEntity, "invalid")
}

func TestEveryRoleOfTheCoreCanBeGiven(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	for _, role := range collection.ContactRoles() {
		b.post(b.people()+"/contacts", object{"name": "Somebody", "email": string(role) + "@durand.example", "role": string(role)})
	}
	for _, role := range collection.ColleagueRoles() {
		b.post(b.people()+"/colleagues", object{"role": string(role), "email": string(role) + "@acme.example"})
	}
}
