package endtoend_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// judgment is a notice of the BODACC as its open data hand it out.
const judgment = `{"id": "A202600451234", "publicationavis": "A", "parution": "20260045", "dateparution": "2026-03-06", "numeroannonce": 1234,
	"familleavis": "collective", "tribunal": "Tribunal de commerce de Lyon", "registre": ["552 100 554", "552100554"],
	"jugement": "{\"type\": \"initial\", \"famille\": \"Jugement d'ouverture\", \"nature\": \"Jugement d'ouverture d'une procédure de redressement judiciaire\", \"date\": \"2026-03-03\"}"}`

func TestAJudgmentInTheBulletinFreezesAllCasesOfADebtorWhileAMessageLeaves(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.startWorker()
	answers := make(chan string, 1)
	struck := i.provider.aim(1, arrived, rand.New(rand.NewPCG(1, 1)), func() {
		code, text, err := i.billing().call(http.MethodPost, "/v1/insolvency/notices", []byte(judgment))
		answers <- fmt.Sprint(code, " ", string(text), " ", err)
	})
	claims := dueNotices(3)
	for n := range claims {
		claims[n].debtor, claims[n].siren = 0, "552100554"
	}
	i.importLedger(claims)
	select {
	case <-struck.done:
	case <-time.After(time.Minute):
		require.Fail(t, "no message left within a minute")
	}
	answer := <-answers
	require.True(t, strings.HasPrefix(answer, "200 "), answer)
	require.Contains(t, answer, "taken", answer)
	for _, c := range claims {
		w := walk{installation: i, invoice: c.number}
		w.untilStage("insolvency")
		w.explained(told{stage: "insolvency", why: "in receivership (redressement judiciaire) by the judgment of 2026-03-03", whyFR: "redressement judiciaire"})
	}
	// Another debtor is reminded as ever, by both channels; by then the SMS would have left.
	other := claim{number: "F-OTHER", debtor: 7, due: calendar.NewDate(2026, time.March, 6), strategy: "strict"}
	i.importLedger([]claim{other})
	i.until("the other debtor is reminded", time.Minute, func() bool { return len(i.provider.about("F-OTHER")) == 2 })
	taken := i.provider.AcceptedByID()
	require.Len(t, taken, 3, "one message was under way at the judgment, and none followed it")
	require.Contains(t, i.relance("insolvency"), "2026-03-03")
}

func TestWhatGatheredUnderAKillSwitchLeavesInTurnAndAnUnansweredApprovalGoesToADeputy(t *testing.T) {
	t.Parallel()
	i := install(t, plan{speed: 43200 / 4, ambiguousAfter: time.Minute, strategies: map[string]string{"released.yaml": releasedStrategy}})
	i.importLedger(dueNotices(12))
	i.relance("stop", "kill-switch", "--creditor", creditor, "--id", "K-1", "--reason", "wrong bank account")
	i.startWorker()
	stopped := i.today()
	i.until("five days have passed", time.Minute, func() bool { return i.today() >= stopped.AddDays(5) })
	require.Zero(t, i.provider.sendsBegun(), "nothing leaves under a kill switch")
	walk{installation: i, invoice: "F-0000"}.explained(told{stage: "on-hold", why: "wrong bank account", whyFR: "wrong bank account"})
	require.Contains(t, i.relance("stops"), "K-1")

	i.relance("lift", "K-1")
	stops, err := i.store.Stops(t.Context(), casefile.StopFilter{Creditor: creditor, Limit: 2})
	require.NoError(t, err)
	require.Len(t, stops, 1)
	lifted := i.dayOf(stops[0].Lifted)
	days := map[calendar.Date]int{}
	i.until("every debtor has its reminder", 2*time.Minute, func() bool {
		clear(days)
		for _, c := range dueNotices(12) {
			if sent := (walk{installation: i, invoice: c.number}).sent("reminder-firm"); len(sent) > 0 {
				days[i.dayOf(sent[0].BusinessAt)]++
			}
		}
		return total(days) == 12
	})
	for day := range days {
		require.Greater(t, day, lifted, "from the working day after the lift")
	}
	require.GreaterOrEqual(t, len(days), 2, "they leave in turn: %v", days)

	// A part is disputed: the rest is asked for, once it is released; nobody answers in time.
	due := i.today().AddDays(-1)
	i.importLedger([]claim{{number: "R-1", debtor: 40, due: due, strategy: "released"}})
	w := walk{installation: i, invoice: "R-1"}
	w.post("/disputes", object{"id": "L-1", "reason": "quantity", "amount": "300.00", "currency": "EUR"})
	w.untilTask(collection.TaskApproval)
	w.untilTask(collection.TaskDeputy)
	i.until("it is asked for anew", time.Minute, func() bool { return w.tasks(collection.TaskApproval) == 2 })
	require.Empty(t, w.sent("reminder-firm"))
	require.Contains(t, i.relance("approvals"), "R-1")
	i.relance("approve", creditor+"/R-1", "reminder-firm", "--by", "the deputy")
	w.untilSent("reminder-firm")
	content, err := i.provider.Content(i.provider.about("R-1")[0].Number)
	require.NoError(t, err)
	text := strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(content.Text)
	require.Contains(t, text, "900,00 €", "the rest is asked for")
	require.Contains(t, i.relance("show", creditor+"/R-1"), "L-1")
}

// releasedStrategy needs an approval that expires.
const releasedStrategy = `name: released
version: 1
title: {fr: Avec accord, en: With approval}
description: {fr: Une relance qui attend un accord., en: A reminder that waits for an approval.}
for: business
approval: {expires_after: 2, deputy_after: 1}
steps:
  - key: reminder-firm
    title: {fr: Relance ferme, en: Firm reminder}
    when: {after_due: 1}
    tone: firm
    channels: [email]
    template: reminder-firm
    deadline: 7
    approval: true
`

func total(days map[calendar.Date]int) int {
	sum := 0
	for _, n := range days {
		sum += n
	}
	return sum
}

// tasks counts the tasks of a kind, open and done.
func (w walk) tasks(kind collection.TaskKind) int {
	w.t.Helper()
	tasks, err := w.store.Tasks(w.t.Context(), casefile.TaskFilter{Creditor: creditor, Invoice: w.invoice, Kind: kind, Limit: 10})
	require.NoError(w.t, err)
	return len(tasks)
}
