package endtoend_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/casefile"
	"relance/collection"
	"relance/messaging/simulator"
	"relance/starter/demo"
)

func TestTheDemonstrationShowsWholeCasesAndGoesOnWhereItWasStopped(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	var seen sighting

	first := startDemonstration(t, folder)
	for what, url := range map[string]string{"the Temporal UI": first.ui, "the mailbox": first.mailbox, "the HTTP API": first.api + "/docs"} {
		code, _ := pageOf(t, url)
		require.Equal(t, http.StatusOK, code, what)
	}
	until(t, "the first formal notice", 2*time.Minute, func() bool {
		first.look(&seen)
		return seen.stages["formal-notice"]
	})
	require.True(t, first.stop(40*time.Second), "Ctrl-C stops it within 40 seconds")
	require.NoError(t, first.err)
	require.Contains(t, first.said(), "Stopped.")
	require.Empty(t, processesOf(t, folder), "nothing is left behind")
	stopped, sentBefore, casesBefore := businessTime(t, folder), seen.sent, seen.cases

	second := startDemonstration(t, folder, "--for", "110s")
	second.requireClockFrom(stopped)
	second.look(&seen)
	require.Equal(t, casesBefore, seen.cases, "the same cases")
	until(t, "a case has gone to the end of its ladder", 2*time.Minute, func() bool {
		second.look(&seen)
		return seen.stages["handoff"]
	})
	second.untilReopened("AL-2026-0005")
	second.untilAgreementsHaveEnded(&seen)
	listed, err := runToEnd(t, withoutOurs(os.Environ()), second.programs.relance(), "--data", filepath.Join(folder, "demo"), "list", "--all")
	require.NoError(t, err, listed)
	require.Contains(t, listed, creditor+"/"+facturX)
	second.requireNoPersonalData()
	second.requireEveryCaseInOrder()
	until(t, "it ends by itself when its time is over", 4*time.Minute, func() bool {
		second.look(&seen)
		return !second.isRunning()
	})
	require.NoError(t, second.err)
	require.Empty(t, processesOf(t, folder), "nothing is left behind")
	log, err := os.ReadFile(filepath.Join(folder, "demo", "relance.log"))
	require.NoError(t, err)
	for line := range strings.Lines(string(log)) {
		require.NotContains(t, line, demo.Failed)
	}

	for _, stage := range []string{"open", "reminding", "formal-notice", "mediation", "handoff", "on-hold", "paid", "promised", "plan", "insolvency", "with-partner"} {
		require.True(t, seen.stages[stage], "no case was seen in the stage %s", stage)
	}
	for _, channel := range []string{"email", "sms", "registered-letter"} {
		require.Positive(t, seen.messages[channel], "messages by %s", channel)
	}
	require.Greater(t, len(seen.sent), len(sentBefore), "it went on sending")
	require.Equal(t, ids(sentBefore), ids(seen.sent[:len(sentBefore)]), "what was sent stays in the mailbox")
	requireDistinct(t, seen.sent)
}

func TestADemonstrationThatIsKilledLeavesNothingBehindAndLosesNothing(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	var seen sighting
	first := startDemonstration(t, folder)
	until(t, "twenty messages", time.Minute, func() bool {
		first.look(&seen)
		return len(seen.sent) >= 20
	})
	require.NoError(t, first.cmd.Process.Kill())
	until(t, "its parts are gone with it", 30*time.Second, func() bool { return len(processesOf(t, folder)) == 0 })

	second := startDemonstration(t, folder)
	sentBefore := seen.sent
	until(t, "it goes on sending", time.Minute, func() bool {
		second.look(&seen)
		return len(seen.sent) >= len(sentBefore)+20
	})
	require.Equal(t, ids(sentBefore), ids(seen.sent[:len(sentBefore)]), "what was sent stays in the mailbox")
	requireDistinct(t, seen.sent)
	require.True(t, second.stop(40*time.Second), "Ctrl-C stops it within 40 seconds")
	require.NoError(t, second.err)
}

func requireDistinct(t *testing.T, sent []simulator.Message) {
	t.Helper()
	distinct := map[string]bool{}
	for _, message := range sent {
		require.NotEmpty(t, message.MessageID)
		require.False(t, distinct[message.MessageID], "message %s was sent twice", message.MessageID)
		distinct[message.MessageID] = true
	}
}

// demonstration is the demo as a child program.
type demonstration struct {
	*child
	programs         programs
	folder           string
	ui, mailbox, api string
	partners         string // the offices of simulated partners
}

// startDemonstration runs the README's command and reads where it says to look.
func startDemonstration(t *testing.T, folder string, more ...string) *demonstration {
	t.Helper()
	d := &demonstration{programs: needPrograms(t), folder: folder}
	arguments := append([]string{"demo", "--free-ports", "--data", folder}, more...)
	d.child = startChild(t, "the demonstration", withoutOurs(os.Environ()), d.programs.relance(), arguments...)
	until(t, "the demonstration says where to look", 2*time.Minute, func() bool {
		d.requireRunning()
		return strings.Contains(d.said(), "cases:") // the first line of its summary
	})
	d.ui = d.address(`All cases in the Temporal UI +(http://\S+)`)
	d.mailbox = d.address(`Sent mail and SMS +(http://\S+)`)
	d.partners = d.address(`Cases at simulated partners +(http://\S+)`)
	d.api = d.address(`HTTP API +(http://\S+)/docs`)
	return d
}

func (d *demonstration) address(pattern string) string {
	d.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(d.said())
	require.NotNil(d.t, found, "%s in what it prints:\n%s", pattern, d.said())
	return found[1]
}

// sighting is what was seen from outside.
type sighting struct {
	stages   map[string]bool
	messages map[string]int // by channel
	cases    int
	sent     []simulator.Message
}

// look takes in what there is to see, as long as the demonstration still answers.
func (d *demonstration) look(seen *sighting) {
	var list struct {
		Cases []struct{ Stage string }
	}
	var summary struct {
		Messages []struct {
			Channel  string
			Messages int
		}
	}
	var box struct{ Messages []simulator.Message }
	if !d.read(d.api+"/v1/cases?limit=500", &list) || !d.read(d.api+"/v1/summary", &summary) || !d.read(d.mailbox+"/mailbox.json?limit=10000", &box) {
		return
	}
	seen.cases, seen.sent, seen.messages = len(list.Cases), box.Messages, map[string]int{}
	if seen.stages == nil {
		seen.stages = map[string]bool{}
	}
	for _, one := range list.Cases {
		seen.stages[one.Stage] = true
	}
	for _, count := range summary.Messages {
		seen.messages[count.Channel] += count.Messages
	}
}

// untilReopened waits until the history of a case tells that it was paid, that the bank
// took the payment back, and that the case was opened again for it.
func (d *demonstration) untilReopened(invoice string) {
	d.t.Helper()
	store := d.store()
	lived := []string{"case-closed", "payment-reversed", "case-reopened"}
	until(d.t, invoice+" was opened again", 2*time.Minute, func() bool {
		d.requireRunning()
		file, err := store.CaseFile(d.t.Context(), creditor, invoice)
		require.NoError(d.t, err)
		passed := 0
		for _, entry := range file.History {
			if passed < len(lived) && entry.Kind == lived[passed] {
				passed++
			}
		}
		return passed == len(lived)
	})
}

// untilAgreementsHaveEnded looks from outside at what was promised, agreed, disputed and
// handed over, each on a case of its own.
func (d *demonstration) untilAgreementsHaveEnded(seen *sighting) {
	d.t.Helper()
	var office struct {
		Cases []struct {
			Case, Status         string
			Submissions, Recalls int
		}
	}
	until(d.t, "the partner had the case and was recalled, because the debtor paid", 2*time.Minute, func() bool {
		d.look(seen)
		return d.read(d.partners, &office) && len(office.Cases) == 1 && office.Cases[0].Recalls > 0
	})
	require.Equal(d.t, creditor+"/"+facturX, office.Cases[0].Case)
	require.Equal(d.t, 1, office.Cases[0].Submissions)
	handedOver, err := d.store().CaseFile(d.t.Context(), creditor, facturX)
	require.NoError(d.t, err)
	require.Len(d.t, handedOver.Case.Mediations, 1, "its strategy invited to a mediation before")
	require.Equal(d.t, collection.OutcomeFailure, handedOver.Case.Mediations[0].Outcome)
	require.Equal(d.t, "mediation", handedOver.Case.Mediations[0].Step)
	require.NotEmpty(d.t, handedOver.Tasks)
	for _, task := range handedOver.Tasks {
		require.Equal(d.t, "zoe.lambert@atelier-lumiere.example", task.Owner, "the accountant of the configuration does %s", task.Title)
	}
	for debtor, outcome := range map[string]string{"CL-006": "kept", "CL-005": "broken"} {
		var promises struct{ Promises []struct{ Outcome string } }
		require.True(d.t, d.read(d.api+"/v1/debtors/"+creditor+"/"+debtor+"/promises", &promises))
		require.Len(d.t, promises.Promises, 1, debtor)
		require.Equal(d.t, outcome, promises.Promises[0].Outcome, debtor)
	}
	var plans struct {
		Plans []struct{ State string }
	}
	require.True(d.t, d.read(d.api+"/v1/plans?creditor="+creditor, &plans))
	require.Len(d.t, plans.Plans, 1)
	require.Equal(d.t, "completed", plans.Plans[0].State)
	var disputes struct {
		Disputes []struct{ Outcome, Invoice string }
	}
	require.True(d.t, d.read(d.api+"/v1/disputes?all=true&creditor="+creditor, &disputes))
	require.Len(d.t, disputes.Disputes, 1)
	require.Equal(d.t, "credit-note", disputes.Disputes[0].Outcome)
	for invoice, stage := range map[string]string{facturX: "paid", disputes.Disputes[0].Invoice: "paid", "AL-2026-0039": "paid", "AL-2026-0025": "insolvency"} {
		var shown struct{ Status struct{ Stage string } }
		require.True(d.t, d.read(d.api+casePath(invoice), &shown))
		require.Equal(d.t, stage, shown.Status.Stage, invoice)
	}
}

// read reads JSON and reports whether it could.
func (d *demonstration) read(url string, into any) bool {
	code, text, err := billing{t: d.t, url: url}.call(http.MethodGet, "", nil)
	return err == nil && code == http.StatusOK && json.Unmarshal(text, into) == nil
}

// parts is where the running demonstration has its parts.
func (d *demonstration) parts() (found struct {
	DatabaseURL string `json:"database_url"`
	Temporal    string `json:"temporal_address"`
},
) {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.folder, "demo", "running.json"))
	require.NoError(d.t, err)
	require.NoError(d.t, json.Unmarshal(text, &found))
	return found
}

func (d *demonstration) store() *casefile.Store {
	d.t.Helper()
	store, err := casefile.Open(d.t.Context(), d.parts().DatabaseURL)
	require.NoError(d.t, err)
	d.t.Cleanup(store.Close)
	return store
}

// requireClockFrom checks that no business time passed while nothing ran.
func (d *demonstration) requireClockFrom(stopped string) {
	d.t.Helper()
	clock, found, err := d.store().Clock(d.t.Context())
	require.NoError(d.t, err)
	require.True(d.t, found)
	at, err := time.Parse(time.RFC3339Nano, stopped)
	require.NoError(d.t, err)
	require.WithinDuration(d.t, at, clock.Business, time.Millisecond)
}

func (d *demonstration) requireNoPersonalData() {
	d.t.Helper()
	temporal, err := client.DialContext(d.t.Context(), client.Options{HostPort: d.parts().Temporal, Logger: silence{}})
	require.NoError(d.t, err)
	defer temporal.Close()
	requireNoPersonalData(d.t, temporal, d.store())
}

// requireEveryCaseInOrder checks every case against its ladder, across the stop.
func (d *demonstration) requireEveryCaseInOrder() {
	d.t.Helper()
	store := d.store()
	rows, err := store.Cases(d.t.Context(), casefile.CaseFilter{Limit: 1000})
	require.NoError(d.t, err)
	for _, row := range rows {
		file, err := store.CaseFile(d.t.Context(), row.Creditor, row.Invoice)
		require.NoError(d.t, err)
		requireInOrder(d.t, file)
	}
}

// businessTime is where the demonstration's clock was stopped.
func businessTime(t *testing.T, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "demo", "clock"))
	require.NoError(t, err)
	return strings.TrimSpace(string(text))
}

// processesOf lists the programs that have to do with a folder: by their
// arguments, their environment or the folder they work in.
func processesOf(t *testing.T, folder string) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(t, err)
	var found []string
	for _, process := range all {
		arguments, _ := os.ReadFile(filepath.Join(process, "cmdline")) // a process may end, or be another user's
		environment, _ := os.ReadFile(filepath.Join(process, "environ"))
		at, _ := os.Readlink(filepath.Join(process, "cwd"))
		if strings.Contains(string(arguments)+string(environment)+at, folder) {
			found = append(found, filepath.Base(process)+" "+strings.ReplaceAll(string(arguments), "\x00", " "))
		}
	}
	return found
}

func ids(messages []simulator.Message) []string {
	var all []string
	for _, message := range messages {
		all = append(all, message.MessageID)
	}
	return all
}
