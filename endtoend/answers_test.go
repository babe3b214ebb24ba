package endtoend_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
)

func TestADebtorAnswersAndAPersonActsOnIt(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.startWorker()
	i.importLedger(dueNotices(2))
	i.untilWorkedOff(2 * time.Minute)
	answered, other := "F-0000", "F-0001"
	mails := slices.DeleteFunc(i.provider.about(answered), func(m simulator.Message) bool { return m.Channel != messaging.ChannelEmail })
	require.Len(t, mails, 1)

	said := simulator.Reply{Number: mails[0].Number, Text: "Bonjour,\nnous contestons cette facture : livraison non conforme.", ID: "reply-1@debtor.example"}
	for range 3 { // the provider repeats
		_, err := i.provider.Reply(t.Context(), said)
		require.NoError(t, err)
	}
	i.until("the case is held", time.Minute, func() bool { return len(i.caseFile(answered).Case.Holds) > 0 })
	require.Len(t, i.caseFile(answered).Case.Holds, 1)
	require.Empty(t, i.caseFile(other).Case.Holds, "the other invoice of the debtor goes on")
	answers, err := i.store.Answers(t.Context(), casefile.AnswerFilter{})
	require.NoError(t, err)
	require.Len(t, answers, 1)
	id := answers[0].ID

	require.Contains(t, i.relance("answers"), id)
	shown := i.relance("answers", "show", id)
	require.Contains(t, shown, "livraison non conforme")
	require.Contains(t, shown, "relance dispute "+creditor+"/"+answered+" --id dispute-")
	require.Contains(t, i.relance("tasks"), "Read the answer of the debtor, recognised as: dispute")
	require.Contains(t, i.relance("show", creditor+"/"+answered), "on-hold")

	// An automatic reply neither holds nor asks, and nothing is sent because of it.
	before := i.provider.Stats().Messages
	_, err = i.provider.Reply(t.Context(), simulator.Reply{Number: mails[0].Number, Text: "Je suis absent.", Headers: map[string]string{"Auto-Submitted": "auto-replied"}, Parsed: true})
	require.NoError(t, err)
	require.Len(t, i.caseFile(answered).Case.Holds, 1)
	require.Equal(t, before, i.provider.Stats().Messages)

	require.Contains(t, i.relance("answers", "done", id, "--resume", "--note", "credit note sent"), "handled")
	i.until("the case goes on", time.Minute, func() bool { return !i.caseFile(answered).Case.Holds[0].Released.IsZero() })
	tasks, err := i.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskAnswer, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Empty(t, tasks)
	require.Contains(t, i.relance("answers"), "No answer waits.")
}
