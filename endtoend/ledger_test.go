package endtoend_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// claim is one row of a ledger that a test imports.
type claim struct {
	number   string
	debtor   int
	due      calendar.Date
	strategy string
	// siren is the company number of the debtor, if it has one.
	siren string
	// cents is what it claims; 1,200.00 EUR when it is not set.
	cents int64
	// paidAt is when it is paid (business time), in tests that have it paid, and paid how
	// much of it then.
	paidAt time.Time
	paid   int64
}

// total is what the invoice claims.
func (c claim) total() money.Amount { return money.FromMinor(cmp.Or(c.cents, 120_000), money.EUR) }

// importLedger writes claims to a CSV file, each against a
// business with an address for mail and a number for short messages, and imports
// it.
func (i *installation) importLedger(claims []claim) {
	i.t.Helper()
	var rows strings.Builder
	rows.WriteString("numero;date;echeance;montant ttc;code client;raison sociale;type client;pays;adresse;code postal;ville;courriel;telephone;strategie;siren\n")
	for _, c := range claims {
		issued := c.due.AddDays(-30)
		fmt.Fprintf(&rows, "%s;%s;%s;%s;CL-%04d;Client numéro %d SARL;professionnel;FR;%d rue du Port;69002;Lyon;compta@client-%d.example;06 39 98 %02d %02d;%s;%s\n",
			c.number, issued, c.due, strings.ReplaceAll(c.total().Decimal(), ".", ","), c.debtor, c.debtor, c.debtor, c.debtor, c.debtor/100, c.debtor%100, c.strategy, c.siren)
	}
	file := filepath.Join(i.folder, "ledger.csv")
	require.NoError(i.t, os.WriteFile(file, []byte(rows.String()), 0o600))
	require.Contains(i.t, i.relance("import", file), fmt.Sprintf("%d opened, 0 refused", len(claims)))
}

// dueNotices are claims that all follow the strict ladder, whose first reminder,
// an e-mail and an SMS, was due on the day after the due date.
func dueNotices(n int) []claim {
	var claims []claim
	for number := range n {
		claims = append(claims, claim{
			number: fmt.Sprintf("F-%04d", number), debtor: number, due: calendar.NewDate(2026, time.March, 6), strategy: "strict",
		})
	}
	return claims
}

// sharedNotices are dueNotices of which all but a quarter are owed by three to a debtor.
func sharedNotices(n int) []claim {
	claims := dueNotices(n)
	for number := n / 4; number < n; number++ {
		claims[number].debtor = number - number%3
	}
	return claims
}

// untilWorkedOff waits until every case has both its messages behind it and
// Temporal has nothing left to do for it: an attempt that was killed comes back
// a minute later, and must then find that there is nothing to send.
func (i *installation) untilWorkedOff(within time.Duration) {
	i.t.Helper()
	atRest := map[string]bool{}
	i.until("every case has sent its notice and rests", within, func() bool {
		for _, row := range i.rows() {
			isDone := row.NextStep == "reminder-last" || row.Stage == collection.StageUnreachable // a person is asked
			if !atRest[row.Invoice] && !(isDone && i.isAtRest(row.Invoice)) {
				return false
			}
			atRest[row.Invoice] = true
		}
		return true
	})
}

// isAtRest reports whether the workflow of a case waits for nothing but time and
// commands.
func (i *installation) isAtRest(invoice string) bool {
	i.t.Helper()
	described, err := i.client.DescribeWorkflowExecution(i.t.Context(), collection.WorkflowID(creditor, invoice), "")
	require.NoError(i.t, err)
	return len(described.GetPendingActivities()) == 0 && described.GetPendingWorkflowTask() == nil
}

// requireOnceEach compares three books: what the case file says was sent, what
// the providers say they took under our IDs, and where each case stands.
func (i *installation) requireOnceEach(claims []claim) {
	i.t.Helper()
	taken := i.provider.AcceptedByID()
	known := map[string]bool{}
	messagesOf := map[int]map[string]bool{}
	doubtful := map[string]bool{}
	for _, c := range claims {
		file := i.caseFile(c.number)
		if messagesOf[c.debtor] == nil {
			messagesOf[c.debtor] = map[string]bool{}
		}
		waits := i.requireHonest(file, taken)
		var channels []collection.Channel
		for _, message := range file.Messages {
			require.Equal(i.t, "reminder-firm", message.Step, c.number)
			channels = append(channels, message.Channel)
			known[message.ID], messagesOf[c.debtor][message.ID] = true, true
			if message.IsDoubtful() {
				doubtful[message.ID] = true
			}
		}
		require.ElementsMatch(i.t, []collection.Channel{collection.ChannelEmail, collection.ChannelSMS}, channels, c.number)
		if waits {
			require.Equal(i.t, collection.StageUnreachable, file.Row.Stage, c.number)
			continue
		}
		require.Equal(i.t, "reminder-last", file.Row.NextStep, c.number)
		require.Equal(i.t, collection.StageReminding, file.Row.Stage, c.number)
	}
	for id, times := range taken {
		require.True(i.t, known[id], "the case file does not know the message %s", id)
		require.Equal(i.t, 1, times, "the provider took the message %s more than once", id)
	}
	for debtor, messages := range messagesOf {
		require.Len(i.t, messages, 2, "one mail and one SMS for all that debtor %d owes", debtor)
	}
	require.LessOrEqual(i.t, len(doubtful), len(known)/10, "messages of which nobody knows")
	i.t.Logf("%d messages, of %d of which nobody knows whether they have arrived", len(known), len(doubtful))
}
