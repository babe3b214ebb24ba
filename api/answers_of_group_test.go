package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
)

// group opens an invoice of each of two companies, F-1 and F-3, whose messages their
// holding receives, and F-4 of the holding itself, which is due much later.
func (b *bundle) group() {
	b.t.Helper()
	company := func(number, id string, change func(object)) {
		body := invoiceBody(number)
		debtor := object{"id": id, "name": id, "address": object{"postcode": "69003", "city": "Lyon", "country": "FR"}}
		body["debtor"], body["contacts"] = debtor, []object{{"name": id, "email": "compta@" + id + ".example", "role": "accounts-payable"}}
		change(body)
		b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	}
	billed := func(body object) {
		debtor, _ := body["debtor"].(object)
		debtor["parent"], debtor["bill_to"] = "holding", "parent"
	}
	company("F-4", "holding", func(body object) { body["due_on"] = "2027-12-31" })
	company("F-1", "lyon", billed)
	company("F-3", "brest", billed)
}

// mailedTogether is a mail that was accepted about F-1 and F-3, when both are due.
func (b *bundle) mailedTogether() casefile.Message {
	b.t.Helper()
	due := time.Date(2027, time.March, 24, 9, 0, 0, 0, time.UTC)
	key := casefile.MessageKey{Creditor: b.creditor, Invoice: "F-1", Step: "courtesy", Channel: collection.ChannelEmail}
	message, gate, err := b.cases.Store.ReserveMessage(b.t.Context(), casefile.Reservation{MessageKey: key, At: due}, func(c casefile.MessageContext) (casefile.Draft, error) {
		composed, err := draft(c, collection.ChannelEmail)
		composed.Recipient = "compta@holding.example"
		for _, sibling := range c.Siblings {
			composed.Carries = append(composed.Carries, sibling.Key)
		}
		return composed, err
	})
	require.NoError(b.t, err)
	require.True(b.t, gate.Passes, gate.Reason)
	require.Len(b.t, message.Notices, 2)
	_, err = b.cases.Store.BeginSending(b.t.Context(), message.ID, due)
	require.NoError(b.t, err)
	message, err = b.cases.Store.MarkAccepted(b.t.Context(), message.ID, "smtp", "", due)
	require.NoError(b.t, err)
	return message
}

// fromHolding is a mail of the holding's accounts department.
func fromHolding(id, said string, headers ...string) string {
	return mail(append(headers, "From: compta@holding.example", "To: compta@acme.example", "Message-ID: <"+id+"@holding.example>", "", said)...)
}

func (b *bundle) isHeld(number, id string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		shown := b.show(number)
		return shown.at("holds", 0, "id") == "answer-"+id && shown.at("holds", 0, "until") == "2026-11-26"
	}, eventually, often, number)
}

func (b *bundle) idOf(answers []any) string {
	b.t.Helper()
	require.Len(b.t, answers, 1)
	one, _ := answers[0].(map[string]any)
	return fmt.Sprint(one["id"])
}

func TestTheReplyOfAParentHoldsTheCasesOfAllItsMailWasAbout(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.group()
	message := b.mailedTogether()
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, fromHolding("1", "Tout est réglé depuis hier.", "In-Reply-To: <"+message.ID+"@acme.example>")).status)

	require.Empty(t, b.answers("triage"))
	id := b.idOf(b.answers("open"))
	b.isHeld("F-1", id)
	b.isHeld("F-3", id)
	require.Nil(t, b.show("F-4").at("holds", 0), "the mail was not about it")
	require.Len(t, b.tasksToRead(), 1, "one answer is one task")
	for _, number := range []string{"F-1", "F-3"} {
		require.Len(t, b.history(number, "answer-received"), 1, number)
		require.Equal(t, id, b.onlyAnswer(number)["id"], number)
	}

	b.call(http.MethodPost, "/v1/answers/"+id+"/done", object{"resume": true}).is(http.StatusOK)
	for _, number := range []string{"F-1", "F-3"} {
		require.Eventually(t, func() bool { return b.show(number).at("holds", 0, "released_on") == "2026-11-23" }, eventually, often, number)
	}
}

func TestAMailOfAParentIsAboutTheDebtorsItPaysFor(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.group()
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, fromHolding("1", "Nous contestons la facture F-3.")).status)
	id := b.idOf(b.answers("open"))
	b.isHeld("F-3", id)
	require.Nil(t, b.show("F-1").at("holds", 0))
	b.call(http.MethodPost, "/v1/answers/"+id+"/ignore", object{"reason": "advertising"}).is(http.StatusOK)

	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, fromHolding("2", "Bonjour, rappelez-moi.")).status)
	id = b.idOf(b.answers("open"))
	b.isHeld("F-1", id)
	b.isHeld("F-4", id)
	require.Eventually(t, func() bool { return b.show("F-3").at("holds", 1, "id") == "answer-"+id }, eventually, often)
	require.Len(t, b.tasksToRead(), 1)
}

func TestAnAutomaticReplyToAMailForSeveralDebtorsIsNoted(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.group()
	message := b.mailedTogether()
	raw := fromHolding("1", "Je suis absent jusqu'au 07/12.", "In-Reply-To: <"+message.ID+"@acme.example>", "Auto-Submitted: auto-replied")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	require.Empty(t, b.answers("ignored"))
	require.Len(t, b.answers("handled"), 1)
	require.Len(t, append(b.history("F-1", "answer-received"), b.history("F-3", "answer-received")...), 1)
	require.Empty(t, b.tasksToRead())
}

func TestAMailForSeveralDebtorsThatComesBackLeavesTheirStepsUndone(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.group()
	message := b.mailedTogether()
	failed := func(number string) any { return b.show(number).at("notices", 0, "attempts", 0, "failed") }
	require.Nil(t, failed("F-1"))
	require.Nil(t, failed("F-3"))
	raw := mail("From: MAILER-DAEMON@holding.example", `Content-Type: multipart/report; report-type=delivery-status; boundary=r`, "",
		"--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.holding.example", "", "Action: failed", "Status: 5.1.1", "",
		"--r", "Content-Type: text/rfc822-headers", "", "Message-ID: <"+message.ID+"@acme.example>", "", "--r--")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, raw).status)
	require.Empty(t, b.answers("triage"), "it says which mail came back")
	for _, number := range []string{"F-1", "F-3"} {
		require.Equal(t, "bounced", b.stateOf(number), number)
		require.Equal(t, true, failed(number), number)
	}
}

func TestAPersonPutsAnAnswerToSeveralCases(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.group()
	unknown := mail("From: nobody@nowhere.example", "Message-ID: <1@nowhere.example>", "", "Tout est payé.")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, unknown).status)
	id := b.idOf(b.answers("triage"))
	link := func(invoice string, also ...string) reply {
		return b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": invoice, "also": also})
	}
	link("F-1", "F-9").isProblem(http.StatusNotFound, "unknown-case")
	for range 2 {
		linked := link("F-1", "F-3").is(http.StatusOK)
		require.Equal(t, "linked", linked["state"])
		require.Equal(t, "F-1", linked["invoice"])
	}
	b.isHeld("F-1", id)
	b.isHeld("F-3", id)
	require.Nil(t, b.show("F-4").at("holds", 0))

	link("F-4").isProblem(http.StatusConflict, "not-now")
	link("F-1", "F-4").is(http.StatusOK)
	b.isHeld("F-4", id)
	require.Nil(t, b.show("F-1").at("holds", 1), "it is held once")
	require.Len(t, b.tasksToRead(), 1)
	require.Len(t, b.history("F-1", "answer-received"), 1)
}
