package activities_test

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/config"
	"relance/ledger"
	"relance/messaging/audience"
	"relance/messaging/compose"
)

func TestAMessageFitsItsReaderAndTellsWhichTextWordedIt(t *testing.T) {
	t.Parallel()
	o := open(t)
	for month := time.January; month <= time.June; month++ { // six invoices of the year before, paid on the day
		opening := casefiletest.Opening("F-" + month.String())
		opening.Invoice.DueDate = calendar.NewDate(2025, month, 20)
		opening.Invoice.IssueDate = opening.Invoice.DueDate.AddDays(-30)
		_, _, err := o.store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		_, err = o.store.PostEntry(t.Context(), casefile.Posting{
			Creditor: casefiletest.Creditor, Invoice: opening.Invoice.Number, Source: "test", Actor: "test", At: casefiletest.Opened,
			Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P-" + month.String(), Amount: opening.Invoice.Total, ValueDate: opening.Invoice.DueDate},
		})
		require.NoError(t, err)
	}
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	file := o.file()
	text, known := file.TextOf(file.Messages[0].ID)
	require.True(t, known)
	require.Equal(t, audience.Loyal, text.Reader)
	require.Equal(t, "6 of its invoices were paid, none of them late since 2024-12-21", text.Why)
	require.Equal(t, "templates/reminder-firm/fr.loyal.mail", text.File)
	require.Equal(t, "built-in", text.Origin)
	require.Len(t, text.Version, 64)
	sent, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
	require.NoError(t, err)
	require.Contains(t, sent.Text, "Ce retard n’est pas dans vos habitudes.")

	// From now on the creditor has its own words; what was sent keeps its own.
	own, err := compose.LoadLayers(
		map[string]compose.Layer{casefiletest.Creditor: {Origin: compose.CreditorsOwn, Shown: "own", Files: fstest.MapFS{
			"reminder-firm/fr.sms": {Data: []byte("{{.Creditor.Name}} : {{amount .TotalOpen}} pour {{list .Numbers}}.")},
		}}},
		compose.Layer{Origin: compose.BuiltIn, Shown: "templates", Files: builtInFiles(t)})
	require.NoError(t, err)
	o.Templates.Replace(own)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome)
	file = o.file()
	require.Len(t, file.Texts, 2)
	for _, message := range file.Messages {
		worded, _ := file.TextOf(message.ID)
		if message.Channel == collection.ChannelSMS {
			require.Equal(t, "own/reminder-firm/fr.sms", worded.File)
			require.Equal(t, "creditor", worded.Origin)
		} else {
			require.Equal(t, text, worded)
		}
	}
}

func TestWhatAPersonDecidedOfADebtorChoosesTheWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	byAnna := casefile.Author{By: "anna", At: moment}
	require.NoError(t, o.store.SetAudience(t.Context(), casefiletest.Creditor, casefiletest.Debtor, audience.Loyal, byAnna))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	text, known := o.file().TextOf(o.file().Messages[0].ID)
	require.True(t, known)
	require.Equal(t, audience.Loyal, text.Reader)
	require.Equal(t, "a person at the creditor decided so", text.Why)
	require.Contains(t, text.File, ".loyal.")

	require.NoError(t, o.store.SetAudience(t.Context(), casefiletest.Creditor, casefiletest.Debtor, audience.Anyone, casefile.Author{By: "anna", At: moment.Add(time.Minute)}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome)
	var refusal *collection.Refusal
	require.ErrorAs(t, o.store.SetAudience(t.Context(), casefiletest.Creditor, casefiletest.Debtor, audience.Consumer, byAnna), &refusal)
	require.ErrorIs(t, o.store.SetAudience(t.Context(), casefiletest.Creditor, "nobody", audience.Loyal, byAnna), casefile.ErrUnknownDebtor)
	kinds := map[string]int{}
	for _, line := range o.file().History {
		kinds[line.Kind]++
	}
	require.Equal(t, 2, kinds["audience-decided"])
}

// builtInFiles are the files of the product as a layer takes them.
func builtInFiles(t *testing.T) fs.FS {
	t.Helper()
	files, err := fs.Sub(config.Templates, "templates")
	require.NoError(t, err)
	return files
}
