package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// postTask is the task to post the letter of an invoice.
func postTask(t *testing.T, store *casefile.Store, invoice string) casefile.Task {
	t.Helper()
	for _, task := range readFile(t, store, invoice).Tasks {
		if task.Kind == collection.TaskPostLetter {
			return task
		}
	}
	require.Fail(t, "nobody was asked to post the letter of "+invoice)
	return casefile.Task{}
}

// Nobody is asked to post what must not leave, and who is asked again is asked for a letter
// that waits to be posted.
func TestTheTasksToPostLettersFollowTheirLettersThroughInsolvencyProceedings(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		openCase(t, store, number)
	}
	waiting := queued(t, store, "F-1", collection.ChannelLetter)
	given := queued(t, store, "F-2", collection.ChannelLetter)
	posted := queued(t, store, "F-3", collection.ChannelLetter)
	cancel := letterReport(given.Number, casefile.LetterCancelled, day(4))
	cancel.Reason = "the debtor has moved"
	tell(t, store, cancel)
	tell(t, store, letterReport(posted.Number, casefile.LetterPosted, day(4)))
	require.Equal(t, casefile.TaskOpen, postTask(t, store, "F-1").State)

	begun := sendingDay.AddDate(0, 0, 3)
	_, err := store.RecordInsolvency(t.Context(), judgment(t, begun, func(r *casefile.InsolvencyReport) { r.Judgment = dayOf(begun) }))
	require.NoError(t, err)
	frozen, err := store.Letter(t.Context(), acme, waiting.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, frozen.State)
	require.Empty(t, lettersToPost(t, store))
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		require.NotEqual(t, casefile.TaskOpen, postTask(t, store, number).State, number)
	}

	over := begun.AddDate(0, 0, 2)
	_, err = store.RecordInsolvency(t.Context(), more(t, over, func(r *casefile.InsolvencyReport) {
		r.Ended, r.EndedOn = collection.InsolvencyLifted, dayOf(over)
	}))
	require.NoError(t, err)
	back, err := store.Letter(t.Context(), acme, waiting.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterQueued, back.State)
	require.Equal(t, []string{"F-1"}, lettersToPost(t, store))
	require.Equal(t, casefile.TaskOpen, postTask(t, store, "F-1").State)
	for _, number := range []string{"F-2", "F-3"} {
		require.NotEqual(t, casefile.TaskOpen, postTask(t, store, number).State, "nothing of %s waits to be posted", number)
	}
}
