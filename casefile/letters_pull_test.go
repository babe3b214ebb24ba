package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

// pullTasks are the tasks to take a letter out of the post.
func pullTasks(t *testing.T, store *casefile.Store) []casefile.Task {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskPullLetter})
	require.NoError(t, err)
	return tasks
}

// doNotPost are the letters that are listed as not to be posted.
func doNotPost(t *testing.T, store *casefile.Store) []casefile.Letter {
	t.Helper()
	letters, err := store.Letters(t.Context(), casefile.LetterFilter{Creditor: acme, DoNotPost: true})
	require.NoError(t, err)
	return letters
}

func TestALetterThatIsPrintedAndMustNotLeaveIsPulledByTask(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		happens func(*casefile.Store)
		why     string
	}{
		"paid":     {func(store *casefile.Store) { post(t, store, "F-1", payment("P1", 12000)) }, "nothing is left to collect"},
		"disputed": {func(store *casefile.Store) { ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 0)) }, "invoice F-1: the debtor disputes all that is open"},
		"held": {func(store *casefile.Store) {
			ruled(t, store, "F-1", sendingDay, collection.PlaceHold{ID: "h", Reason: "moving house", On: calendar.DateOf(sendingDay)})
		}, "invoice F-1: the case is on hold"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			store := casefiletest.Open(t)
			_, err := store.SaveColleague(t.Context(), casefile.Colleague{Creditor: acme, Role: collection.RoleAccountant, Email: zoe})
			require.NoError(t, err)
			openCase(t, store, "F-1")
			letter := queued(t, store, "F-1", collection.ChannelLetter)
			tell(t, store, letterReport(letter.Number, casefile.LetterPrinted, day(4)))
			require.Empty(t, pullTasks(t, store))
			c.happens(store)

			tasks := pullTasks(t, store)
			require.Len(t, tasks, 1)
			require.Contains(t, tasks[0].Title, "Do not post the letter "+letter.Number+": "+c.why)
			require.Contains(t, tasks[0].Detail, "Take it out of the post")
			require.Equal(t, casefile.TaskOpen, tasks[0].State, "closing the case does not close it")
			require.Equal(t, zoe, tasks[0].Owner)
			listed := doNotPost(t, store)
			require.Len(t, listed, 1)
			require.Contains(t, listed[0].DoNotPost, c.why)
			require.Contains(t, summaries(readFile(t, store, "F-1"), "task-opened"), "task opened: "+tasks[0].Title)

			_, err = store.CompleteTask(t.Context(), tasks[0].ID, "anne", "taken out", sendingDay)
			require.NoError(t, err)
			require.Empty(t, doNotPost(t, store))
		})
	}
}

func TestALetterThatIsNotPrintedHasNothingToBePulled(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	queued(t, store, "F-1", collection.ChannelLetter)
	post(t, store, "F-1", payment("P1", 12000))
	require.Empty(t, pullTasks(t, store))
	require.Empty(t, doNotPost(t, store))
}

func TestALetterThatIsPostedAllTheSameIsRecordedWithAWarning(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelRegisteredLetter)
	tell(t, store, letterReport(letter.Number, casefile.LetterPrinted, day(4)))
	post(t, store, "F-1", payment("P1", 12000))
	for range 2 {
		sent := tell(t, store, posted(letter.Number))
		require.Equal(t, casefile.LetterPosted, sent.State)
		require.Contains(t, sent.Warning(), "was posted although it was not to be: nothing is left to collect")
	}
	file := readFile(t, store, "F-1")
	told := summaries(file, "letter-posted")
	require.Len(t, told, 1)
	require.Contains(t, told[0], "warning: it was not to be posted (nothing is left to collect)")
	require.Equal(t, casefile.TaskDone, pullTasks(t, store)[0].State)
	require.Empty(t, doNotPost(t, store))
	require.Equal(t, collection.StagePaid, file.Row.Stage)

	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R1", Reverses: "P1", ValueDate: day(10)})
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterPosted, kept.State, "it does not leave once more")
	delivered := tell(t, store, letterReport(letter.Number, casefile.LetterDelivered, day(7)))
	require.Empty(t, delivered.Warning())
}

func TestALetterThatIsTrueAgainNeedNotBePulled(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	tell(t, store, letterReport(letter.Number, casefile.LetterPrinted, day(4)))
	post(t, store, "F-1", payment("P1", 12000))
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R1", Reverses: "P1", ValueDate: day(10)})
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterQueued, kept.State)
	tasks := pullTasks(t, store)
	require.Len(t, tasks, 1)
	require.Equal(t, casefile.TaskDone, tasks[0].State)
	require.Equal(t, "it may be posted again", tasks[0].Note)
	require.Empty(t, doNotPost(t, store))

	post(t, store, "F-1", payment("P2", 12000))
	require.Len(t, doNotPost(t, store), 1, "and once more when it is paid again")
}
