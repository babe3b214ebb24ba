package endtoend_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
)

// The late fees that a formal notice claims are told by mail, letter, statement,
// command line, HTTP and the books: the same figures, to the cent.
func TestTheFiguresOfAClaimAreTheSameWhereverTheyAreTold(t *testing.T) {
	t.Parallel()
	i := install(t, plan{begins: time.Date(2026, time.June, 8, 7, 0, 0, 0, time.UTC), speed: 86_400})
	i.startWorker()
	i.importLedger([]claim{{number: "F-FIG", debtor: 7, due: calendar.NewDate(2026, time.June, 5), strategy: "strict"}})
	var file casefile.File
	notices := func() (mail, letter casefile.Message) {
		file = i.caseFile("F-FIG")
		for _, message := range file.Messages {
			switch {
			case message.Step != "formal-notice" || !message.State.IsSettled():
			case message.Channel == collection.ChannelEmail:
				mail = message
			case message.Channel.IsPaper():
				letter = message
			}
		}
		return mail, letter
	}
	i.until("a person is asked to release the formal notice", 2*time.Minute, func() bool {
		tasks, err := i.store.Tasks(t.Context(), casefile.TaskFilter{Creditor: creditor, Kind: collection.TaskApproval, Limit: 1})
		require.NoError(t, err)
		return len(tasks) > 0
	})
	i.relance("approve", creditor+"/F-FIG", "formal-notice")
	i.until("the formal notice has left by mail and by letter", 2*time.Minute, func() bool {
		mail, letter := notices()
		return mail.ID != "" && letter.ID != ""
	})
	mail, letter := notices()
	on := file.Case.Window.DateOf(mail.BusinessAt)
	position, err := file.Account.At(on)
	require.NoError(t, err)
	interest, total := position.LateFees.Interest.Open, position.LateFees.Open("EUR")
	require.Positive(t, interest.Minor())
	require.Equal(t, interest.Minor()+4000, total.Minor(), "with the fixed sum")
	french := strings.ReplaceAll(interest.Decimal(), ".", ",") + " €"

	bytes, _, err := i.store.MessageBytes(t.Context(), mail.ID)
	require.NoError(t, err)
	sent, err := messaging.DecodeEmail(bytes)
	require.NoError(t, err)
	require.Contains(t, ordinarySpaces(sent.Text), french, "the mail")
	if file.Case.Window.DateOf(letter.BusinessAt) == on {
		require.Contains(t, ordinarySpaces(i.textOf(letter.ID)), french, "the letter")
	}

	at := casePath("F-FIG") + "/statement?on=" + on.String()
	code, text, err := i.billing().call(http.MethodGet, at, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, code, "%s", text)
	require.True(t, json.Valid(text))
	require.Contains(t, string(text), `"`+interest.Decimal(), "the statement over HTTP")
	due, err := position.Open.Add(total)
	require.NoError(t, err)
	require.Contains(t, string(text), `"due": "`+due.String()+`"`)
	table := i.relance("statement", creditor+"/F-FIG", "--on", on.String(), "--format", "csv", "--language", "fr")
	require.Contains(t, table, strings.ReplaceAll(interest.Decimal(), ".", ","), "the statement on the command line")

	journal, err := i.store.Journal(t.Context(), creditor, "F-FIG")
	require.NoError(t, err)
	booked := false
	for _, entry := range journal {
		for _, leg := range entry.Legs {
			booked = booked || entry.ValueDate == on && leg.Account == ledger.BookInterest && leg.Amount == interest
		}
	}
	require.True(t, booked, "the books: %v", journal)
	require.Contains(t, i.relance("journal", creditor+"/F-FIG"), interest.String())
}

// ordinarySpaces are in place of those that keep amounts together.
func ordinarySpaces(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// textOf is the text of a PDF message.
func (i *installation) textOf(message string) string {
	i.t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil && os.Getenv("CI") == "" {
		i.t.Skip("pdftotext is not installed")
	}
	bytes, _, err := i.store.MessageBytes(i.t.Context(), message)
	require.NoError(i.t, err)
	file := filepath.Join(i.folder, message+".pdf")
	require.NoError(i.t, os.WriteFile(file, bytes, 0o600))
	text, err := exec.CommandContext(i.t.Context(), "pdftotext", "-layout", file, "-").Output()
	require.NoError(i.t, err)
	return string(text)
}
