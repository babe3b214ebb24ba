package endtoend_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/messaging/simulator"
)

// A mailbox that answers every mail by itself, for as long as the ladder lasts: what it
// says is noted and nothing comes of it, so that no two machines keep each other busy.
func TestAMailboxThatAnswersEveryMailByItselfGetsTheLadderAndNothingElse(t *testing.T) {
	t.Parallel()
	const day = 4 * time.Second
	i := install(t, plan{speed: int64(24 * time.Hour / day), ambiguousAfter: time.Minute, strategies: map[string]string{"quick.yaml": quickLadder}})
	claims := gathering(0, 2)
	i.importLedger(claims) // before the worker is there: no reminder leaves for a part of them
	i.startWorker()

	answered := int64(0)
	answerAll := func() {
		for _, mail := range i.provider.Messages(answered) {
			_, err := i.provider.Reply(context.WithoutCancel(t.Context()), simulator.Reply{
				Number: mail.Number, Text: "Je suis en congés. Nous contestons toute facture.", Headers: map[string]string{"Auto-Submitted": "auto-replied"},
			})
			require.NoError(t, err)
			answered = max(answered, mail.Number)
		}
	}
	i.until("the ladder is at its end", 2*time.Minute, func() bool {
		answerAll()
		return i.hasSettled(func(c claim) bool { return i.stepsDone(c.number) == 3 }, claims)
	})
	over := i.clock.Now()
	i.until("three more days", time.Minute, func() bool { answerAll(); return i.clock.Now().Sub(over) > 72*time.Hour })

	require.Len(t, i.provider.Messages(0), 2*3, "a mail of each step to each debtor")
	for _, c := range claims {
		require.Empty(t, i.caseFile(c.number).Case.Holds)
	}
	tasks, err := i.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskAnswer, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Empty(t, tasks)
	require.Contains(t, i.relance("answers"), "No answer waits.")
}
