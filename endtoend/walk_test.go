package endtoend_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/partner"
	"relance/messaging/simulator"
)

// walkStrategy is a ladder of few days, so that a whole life fits into a test.
const walkStrategy = `name: walk
version: 1
title: {fr: Parcours, en: Walk}
description: {fr: Un parcours entier en quelques semaines., en: A whole life in a few weeks.}
for: business
promises: {grace: 1}
steps:
  - key: reminder-firm
    title: {fr: Relance ferme, en: Firm reminder}
    when: {after_due: 1}
    tone: firm
    channels: [email]
    template: reminder-firm
    deadline: 2
  - key: reminder-last
    title: {fr: Dernière relance, en: Last reminder}
    when: {after_previous: 8}
    tone: final
    channels: [email]
    template: reminder-last
    deadline: 2
  - key: formal-notice
    title: {fr: Mise en demeure, en: Formal notice}
    when: {after_previous: 4}
    tone: formal
    channels: [registered-letter, email]
    template: formal-notice
    attach_invoice: true
    proof: registered-letter
    deadline: 3
    approval: true
  - key: handoff
    title: {fr: Transmission, en: Handoff}
    when: {after_previous: 5}
    opens: handoff
`

func TestADebtorIsWalkedFromTheFirstReminderToThePartnerAndBack(t *testing.T) {
	t.Parallel()
	i := install(t, plan{speed: 86400, ambiguousAfter: time.Minute, partner: true, strategies: map[string]string{"walk.yaml": walkStrategy}})
	i.startWorker()
	i.importLedger([]claim{{number: "W-1", debtor: 1, due: calendar.NewDate(2026, time.March, 6), strategy: "walk"}})
	i.relance("attach", creditor+"/W-1", filepath.Join(i.folder, "portfolio", facturX+"-factur-x.pdf"))
	w := walk{installation: i, invoice: "W-1"}

	// The first reminder.
	w.untilSent("reminder-firm")
	w.explained(told{stage: "reminding", next: "reminder-last"})

	// A promise, which is broken.
	today := i.today()
	w.post("/promises", object{"id": "call-1", "date": today.AddDays(4)})
	promised := w.explained(told{stage: "promised", why: "the debtor promised", whyFR: "le débiteur a promis"})
	w.untilPromiseIs("broken", promised.NextAt)
	require.Empty(t, w.sent("reminder-last"), "nothing leaves about it meanwhile")

	// A plan, of which the first instalment is missed.
	today = i.today()
	w.postTo("/v1/plans/"+creditor, object{"id": "P-1", "invoices": []string{"W-1"}, "months": 2, "first_on": today.AddDays(5), "grace_days": 1, "role": "owner"})
	w.explained(told{stage: "plan", why: "the plan P-1 was proposed to the debtor", whyFR: "l’échéancier P-1 a été proposé"})
	w.postTo("/v1/plans/"+creditor+"/P-1/accept", object{"how": "mail", "document": "M-118"})
	w.explained(told{stage: "plan", why: "the case follows the plan P-1, next instalment of 600.00 EUR", whyFR: "le dossier suit l’échéancier P-1"})
	ended := w.untilPlanIs("defaulted")

	// Back at its saved step.
	w.untilSent("reminder-last")
	require.GreaterOrEqual(t, i.dayOf(w.sent("reminder-last")[0].BusinessAt), ended, "nothing left under the plan")
	w.explained(told{stage: "reminding", next: "formal-notice"})

	// A mediation that the creditor proposes, and that fails.
	w.post("/mediations", object{"id": "M-1", "kind": "company-mediator", "asked_by": "creditor"})
	// The reminder has just left: the invitation is due, or waits for its spacing already.
	invited := w.explained(told{stage: "mediation"})
	require.Regexp(t, "mediation|step invitation/M-1 waits", invited.Why)
	require.Regexp(t, "médiation|invitation/M-1", invited.WhyFR)
	w.untilSent(collection.InvitationStep("M-1"))
	w.post("/mediations/M-1/answer", object{"answer": "accepted", "in_writing": true})
	w.explained(told{stage: "mediation", why: "mediation", whyFR: "médiation"})
	w.post("/mediations/M-1/end", object{"outcome": "failure", "certificate": "CONST-7"})
	after := w.explained(told{stage: "reminding", next: "formal-notice"})

	// The formal notice, with approval and proof.
	w.untilTask(collection.TaskApproval)
	require.Contains(t, i.relance("approvals"), "W-1")
	require.False(t, i.clock.Now().Before(after.NextAt), "it is asked for when the case said")
	w.explained(told{stage: "reminding", why: "approv", whyFR: "accord"})
	i.relance("approve", creditor+"/W-1", "formal-notice", "--by", "claire")
	letter := w.untilLetter()
	w.postTo("/v1/letters/"+creditor+"/"+letter.Number+"/reports", object{"state": "posted", "posting_number": "1A 200 000 0001 7"})
	w.until("the formal notice has left", time.Minute, func() bool { return len(w.sent("formal-notice")) == 2 })
	w.explained(told{stage: "formal-notice", why: "wait for the proof that it reached the debtor", whyFR: "preuve"})
	refused := i.billing().post(casePath("W-1")+"/handoffs", object{"id": "H-1", "partner": partnerID, "route": "collection-agency"})
	require.Equal(t, http.StatusConflict, refused.Code)
	require.Contains(t, refused.Detail, "nothing proves that it reached the debtor")
	w.postTo("/v1/letters/"+creditor+"/"+letter.Number+"/reports", object{"state": "delivered"})
	i.until("the case knows of the delivery", time.Minute, func() bool { return w.status().NextStep == "handoff" })
	served := w.explained(told{stage: "formal-notice", next: "handoff"})

	// The handoff: what stands against it, its approval, its delivery.
	w.untilTask(collection.TaskHandoff)
	require.False(t, i.clock.Now().Before(served.NextAt), "it is asked for when the case said")
	require.Contains(t, i.relance("handoff", "check", creditor+"/W-1", "--language", "fr"), "une mise en demeure a été reçue le")
	w.post("/handoffs", object{"id": "H-1", "partner": partnerID, "route": "collection-agency"})
	announced := w.explained(told{stage: "handoff", why: "announced to be handed over to etude-fictive", whyFR: "est annoncée"})
	w.untilTask(collection.TaskHandoffApproval)
	require.False(t, i.clock.Now().Before(announced.NextAt), "it is asked for when the case said")
	w.explained(told{stage: "handoff", why: "waits for a person's approval of 1200.00 EUR", whyFR: "attend l’accord"})
	i.relance("handoff", "approve", creditor+"/W-1", "H-1", "1200.00", "--by", "bernard")
	w.untilStage("with-partner")
	w.explained(told{stage: "with-partner", why: "the case is with etude-fictive since", whyFR: "le dossier est chez etude-fictive depuis"})
	w.requirePartnerHasTheCase()

	// The partner works; the debtor pays the creditor; the partner is recalled.
	w.partnerTells("in-progress")
	require.Contains(t, i.relance("handoff", "status", creditor+"/W-1"), "in-progress")
	sent := len(i.caseFile("W-1").Messages)
	w.post("/payments", euros("BANK-1", "1200.00")) // pays the late fees first, so that a part stays open
	w.explained(told{stage: "with-partner", why: "the case is with etude-fictive since", whyFR: "le dossier est chez"})
	w.post("/payments", euros("BANK-2", "100.00"))
	i.until("the partner is recalled", time.Minute, func() bool { return i.office.Cases()[0].Recalls == 1 })
	i.until("the workflow has ended", time.Minute, func() bool { return i.executionStatus("W-1") == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED })
	w.explained(told{stage: "paid", why: "paid", whyFR: "payé"})
	require.Len(t, i.caseFile("W-1").Messages, sent, "nothing left after that")
	require.Equal(t, "recalled", i.office.Cases()[0].Status)
	w.requireDebtorHeard("reminder-firm", "reminder-last", collection.InvitationStep("M-1"), "formal-notice", "instalment/P-1/1/1/missed", "instalment/P-1/1/1/default")
	require.Contains(t, i.relance("verify", creditor+"/W-1"), "holds:")
	require.Contains(t, i.relance("verify", "--all"), "0 do not hold")
}

// object is JSON for the API.
type object = map[string]any

// walk is one case on its way.
type walk struct {
	*installation
	invoice string
}

// told is what the explanation of a case must say; empty fields are not looked at.
type told struct{ stage, next, why, whyFR string }

// explanation is how the API explains a case.
type explanation struct {
	Stage    string    `json:"stage"`
	NextStep string    `json:"next_step"`
	NextAt   time.Time `json:"next_at"`
	Why      string    `json:"why"`
	WhyFR    string    `json:"why_fr"`
}

func (w walk) status() explanation {
	w.t.Helper()
	var read struct{ Status explanation }
	w.get(casePath(w.invoice), &read)
	return read.Status
}

func (w walk) get(path string, into any) {
	w.t.Helper()
	code, text, err := w.billing().call(http.MethodGet, path, nil)
	require.NoError(w.t, err)
	require.Equal(w.t, http.StatusOK, code, "%s", text)
	require.NoError(w.t, json.Unmarshal(text, into), "%s", text)
}

// explained requires that the API and the command line explain the case as expected,
// in both languages, and alike.
func (w walk) explained(expected told) explanation {
	w.t.Helper()
	status := w.status()
	require.Equal(w.t, expected.stage, status.Stage, status.Why)
	if expected.next != "" {
		require.Equal(w.t, expected.next, status.NextStep, status.Why)
		require.False(w.t, status.NextAt.IsZero(), status.Why)
	}
	require.Contains(w.t, status.Why, expected.why)
	require.Contains(w.t, status.WhyFR, expected.whyFR)
	require.NotEmpty(w.t, status.Why)
	require.NotEmpty(w.t, status.WhyFR)
	require.NotEqual(w.t, status.Why, status.WhyFR)
	shown := w.relance("show", creditor+"/"+w.invoice)
	if now := w.status(); now == status {
		require.Contains(w.t, shown, "case/"+creditor+"/"+w.invoice+"  "+status.Stage)
		require.Contains(w.t, shown, "why   "+status.Why+"\n")
	}
	return status
}

func (w walk) post(path string, body any) { w.t.Helper(); w.postTo(casePath(w.invoice)+path, body) }

func (w walk) postTo(path string, body any) {
	w.t.Helper()
	given := w.billing().post(path, body)
	require.Less(w.t, given.Code, http.StatusMultipleChoices, "%s: %s", path, given.Detail)
}

func (i *installation) today() calendar.Date { return i.dayOf(i.clock.Now()) }

// dayOf is the day of a moment for the creditor and its debtors.
func (i *installation) dayOf(at time.Time) calendar.Date {
	i.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(i.t, err)
	return calendar.DateOf(at.In(paris))
}

// sent are the messages of a step that have left, oldest first.
func (w walk) sent(step string) []casefile.Message {
	w.t.Helper()
	return slices.DeleteFunc(w.caseFile(w.invoice).Messages, func(m casefile.Message) bool {
		return m.Step != step || m.State != casefile.MessageAccepted && m.State != casefile.MessageDelivered
	})
}

func (w walk) untilSent(step string) {
	w.t.Helper()
	w.until(step+" has left", time.Minute, func() bool { return len(w.sent(step)) > 0 })
	w.until(step+" is done", time.Minute, func() bool { return w.status().NextStep != step })
}

func (w walk) untilStage(stage string) explanation {
	w.t.Helper()
	var status explanation
	w.until("the case stands at "+stage, time.Minute, func() bool {
		status = w.status()
		return status.Stage == stage
	})
	return status
}

func (w walk) untilTask(kind collection.TaskKind) {
	w.t.Helper()
	w.until("a task: "+string(kind), time.Minute, func() bool { return w.tasks(kind) > 0 })
}

// untilPromiseIs waits for the end of the promise, which must come when the case said.
func (w walk) untilPromiseIs(outcome string, at time.Time) {
	w.t.Helper()
	var read struct {
		Promises []struct {
			Outcome string
			EndedOn calendar.Date `json:"ended_on"`
		}
	}
	w.until("the promise is "+outcome, time.Minute, func() bool {
		w.get("/v1/debtors/"+creditor+"/CL-0001/promises", &read)
		return len(read.Promises) == 1 && read.Promises[0].Outcome == outcome
	})
	require.Equal(w.t, w.dayOf(at), read.Promises[0].EndedOn, "it is judged when the case said")
}

// untilPlanIs waits until the plan has ended, and answers with the day.
func (w walk) untilPlanIs(state string) calendar.Date {
	w.t.Helper()
	var read struct {
		State   string
		EndedOn calendar.Date `json:"ended_on"`
	}
	w.until("the plan is "+state, time.Minute, func() bool {
		w.get("/v1/plans/"+creditor+"/P-1", &read)
		return read.State == state
	})
	return read.EndedOn
}

// untilLetter waits for the registered letter in the print queue.
func (w walk) untilLetter() casefile.Letter {
	w.t.Helper()
	var letters []casefile.Letter
	w.until("the registered letter is to be posted", time.Minute, func() bool {
		var err error
		letters, err = w.store.Letters(w.t.Context(), casefile.LetterFilter{Creditor: creditor, States: []casefile.LetterState{casefile.LetterQueued}, ForPeople: true, Limit: 10})
		require.NoError(w.t, err)
		return len(letters) > 0
	})
	require.Equal(w.t, casefile.LetterRegistered, letters[0].Kind)
	return letters[0]
}

// requirePartnerHasTheCase verifies the file that the partner has, as its clerk would.
func (w walk) requirePartnerHasTheCase() {
	w.t.Helper()
	given := w.office.Cases()
	require.Len(w.t, given, 1)
	require.Equal(w.t, 1, given[0].Submissions)
	require.Equal(w.t, "1200.00", given[0].Amount)
	file := filepath.Join(w.folder, given[0].FileName)
	require.NoError(w.t, os.WriteFile(file, given[0].File, 0o600))
	verified := w.relance("verify-file", file)
	require.Contains(w.t, verified, "Case "+creditor+"/"+w.invoice)
	require.Contains(w.t, verified, "All holds.")
	own := filepath.Join(w.folder, "own.zip")
	require.Contains(w.t, w.relance("handoff", "file", creditor+"/"+w.invoice, "H-1", "--output", own), given[0].SHA256)
	require.Contains(w.t, w.relance("verify", creditor+"/"+w.invoice), "holds:")
}

func (w walk) partnerTells(status string) {
	w.t.Helper()
	answered, err := w.office.Tell(w.t.Context(), simulator.PartnerTelling{Callback: partner.Callback{
		EventID: "E-" + status, Reference: w.office.Cases()[0].Reference, Status: status, On: w.today(),
	}})
	require.NoError(w.t, err)
	require.Equal(w.t, []int{http.StatusNoContent}, answered)
}

// requireDebtorHeard: once of each step by e-mail, and of nothing else.
func (w walk) requireDebtorHeard(steps ...string) {
	w.t.Helper()
	heard := map[string]int{}
	for _, m := range w.caseFile(w.invoice).Messages {
		if m.Channel == collection.ChannelEmail {
			heard[m.Step]++
		}
	}
	require.ElementsMatch(w.t, steps, slices.Collect(maps.Keys(heard)))
	mails := w.provider.about(w.invoice)
	// A message about the plan names the plan in its subject, and not the invoice.
	ofLadder := slices.DeleteFunc(slices.Clone(steps), collection.IsInstalmentStep)
	require.Len(w.t, slices.DeleteFunc(mails, func(m simulator.Message) bool { return !strings.HasPrefix(m.To, "compta@client-") }), len(ofLadder))
}
