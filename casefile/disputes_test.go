package casefile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

func disputeAt(id string, at time.Time, cents int64) collection.RaiseDispute {
	return collection.RaiseDispute{
		ID: id, Reason: collection.DisputeQuality, RaisedBy: collection.DisputeByDebtor, Owner: "u-17", On: dayOf(at), Today: dayOf(at), Amount: euros(cents),
	}
}

// The message is composed and about to leave when the dispute arrives.
func TestADisputeRaisedAMomentBeforeASendStopsIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	ruled(t, store, "F-1", sendingDay.Add(-time.Second), disputeAt("d", sendingDay, 0))
	sending := begin(t, store, message.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateDisputed, sending.Gate.Code)
	require.Contains(t, sending.Gate.Reason, "the debtor disputes all that is open, 120.00 EUR (quality)")
	require.Contains(t, sending.Gate.ReasonFR, "le débiteur conteste tout ce qui reste dû")
	require.Equal(t, collection.StageDisputed, readFile(t, store, "F-1").Row.Stage)

	ruled(t, store, "F-1", sendingDay.Add(time.Second), collection.ResolveDispute{ID: "d", Outcome: collection.DisputeWithdrawn, Today: dayOf(sendingDay)})
	require.Equal(t, collection.StageOpen, readFile(t, store, "F-1").Row.Stage)
}

func TestAMessageThatAsksForWhatIsDisputedSinceIsComposedAnew(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	sending := begin(t, store, message.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	require.Contains(t, sending.Gate.Reason, "it claims 120.00 EUR of invoice F-1, and 90.00 EUR may be claimed")

	again := reserve(t, store, reminder("F-1"))
	require.Equal(t, message.ID, again.ID)
	require.Equal(t, euros(9000), again.Notices[0].ComposedFor)
	require.True(t, begin(t, store, again.ID).MayCall)
}

// The message of a sibling carries the notice of an invoice that comes to be disputed.
func TestAMessageOfASiblingLeavesWithoutWhatIsDisputed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	together := func(c casefile.MessageContext) (casefile.Draft, error) {
		draft, err := compose(c)
		for _, sibling := range c.Siblings {
			draft.Carries = append(draft.Carries, sibling.Key)
		}
		return draft, err
	}
	at := time.Date(2026, time.April, 3, 15, 59, 0, 0, time.UTC) // both are due by the end of the contact hours
	asked := reminder("F-1")
	asked.At = at
	message, gate, err := store.ReserveMessage(t.Context(), asked, together)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, []string{"F-1", "F-2"}, message.Invoices)

	ruled(t, store, "F-2", at, disputeAt("d", at, 0))
	sending, err := store.BeginSending(t.Context(), message.ID, at)
	require.NoError(t, err)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	again, gate, err := store.ReserveMessage(t.Context(), asked, together)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, []string{"F-1"}, again.Invoices)
}

func TestTheOwnerOfADisputeIsAskedAndTheAnswerDoesTheTask(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	task := readFile(t, store, "F-1").Tasks[0]
	require.Equal(t, collection.TaskDispute, task.Kind)
	require.Equal(t, "2026-04-20", task.DueOn.String(), "ten working days, Easter Monday is none")
	require.Contains(t, task.Detail, "It is for u-17.")

	overdue := sendingDay.AddDate(0, 1, 0)
	order := casefile.DisputeOverdueTask("d", collection.DisputeQuality, "u-17", task.DueOn, overdue)
	order.Creditor, order.Invoice, order.Kind, order.At = acme, "F-1", collection.TaskDisputeOverdue, overdue
	_, created, err := store.OpenTask(t.Context(), order)
	require.NoError(t, err)
	require.True(t, created)
	_, created, err = store.OpenTask(t.Context(), order)
	require.NoError(t, err)
	require.False(t, created)
	file := readFile(t, store, "F-1")
	require.True(t, file.Case.Disputes[0].Escalated)
	require.Contains(t, file.Tasks[1].Title, "was due by 2026-04-20")
	ruled(t, store, "F-1", overdue.Add(-time.Minute), collection.AssignDispute{ID: "d", Owner: "u-18"})
	for _, task := range readFile(t, store, "F-1").Tasks {
		require.Contains(t, task.Detail, "It is for u-18.", task.Kind)
	}
	require.Contains(t, readFile(t, store, "F-1").Tasks[1].Detail, "For its supervisor")

	ruled(t, store, "F-1", overdue, collection.ResolveDispute{ID: "d", Outcome: collection.DisputeRejected, Reason: "it was delivered", Today: dayOf(overdue)})
	for _, done := range readFile(t, store, "F-1").Tasks {
		require.Equal(t, casefile.TaskDone, done.State)
		require.Equal(t, "the dispute is answered: rejected", done.Note)
	}
}

func TestALetterThatLiesThereIsNotPostedWhileAllIsDisputed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 0))
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, kept.State)
	require.Contains(t, kept.Reason, "the debtor disputes all that is open, 120.00 EUR (quality)")
	replaces := func() bool {
		replaced, err := store.ReplaceLetter(t.Context(), letter.Message, sendingDay.Add(2*time.Hour), onPaper)
		require.NoError(t, err)
		return replaced
	}
	require.False(t, replaces())
	ruled(t, store, "F-1", sendingDay.Add(time.Hour), collection.ResolveDispute{ID: "d", Outcome: collection.DisputeWithdrawn, Today: dayOf(sendingDay)})
	require.True(t, replaces())
	require.False(t, replaces(), "once")
}

func TestWhatIsWrittenAboutADisputeStaysInTheCaseFile(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 0))
	note := casefile.DisputeNote{Dispute: "d", Key: "raised", Text: " Mme Martin: two are broken ", By: "sophie", At: sendingDay}
	for range 2 {
		require.NoError(t, store.NoteDispute(t.Context(), acme, "F-1", note))
	}
	document := casefile.DisputeDocument{Dispute: "d", Name: `C:\photos\chair.png`, Bytes: []byte("\x89PNG\r\n\x1a\n..."), By: "sophie", At: sendingDay}
	kept, fresh, err := store.KeepDisputeDocument(t.Context(), acme, "F-1", document)
	require.NoError(t, err)
	require.True(t, fresh)
	require.Equal(t, 1, kept.Ordinal)
	_, fresh, err = store.KeepDisputeDocument(t.Context(), acme, "F-1", document)
	require.NoError(t, err)
	require.False(t, fresh, "the same bytes are the same document")

	notes, documents, err := store.DisputePapers(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Len(t, notes, 1)
	require.Equal(t, "Mme Martin: two are broken", notes[0].Text)
	require.Len(t, documents, 1)
	require.Equal(t, "chair.png", documents[0].Name)
	require.Equal(t, "image/png", documents[0].Detected)
	read, err := store.DisputeDocument(t.Context(), acme, "F-1", "d", 1)
	require.NoError(t, err)
	require.Equal(t, document.Bytes, read.Bytes)
	for _, line := range readFile(t, store, "F-1").History {
		require.NotContains(t, line.Summary, "Martin:")
		require.NotContains(t, line.Summary, "chair")
	}

	refused := new(collection.Refusal)
	require.ErrorAs(t, store.NoteDispute(t.Context(), acme, "F-1", casefile.DisputeNote{Dispute: "d", Key: "k"}), &refused)
	long := casefile.DisputeNote{Dispute: "d", Key: "k", Text: strings.Repeat("é", casefile.MaxDisputeNote+1)}
	require.ErrorAs(t, store.NoteDispute(t.Context(), acme, "F-1", long), &refused)
	_, _, err = store.KeepDisputeDocument(t.Context(), acme, "F-1", casefile.DisputeDocument{Dispute: "d", Bytes: make([]byte, casefile.MaxDisputeDocument+1)})
	require.ErrorAs(t, err, &refused)
	_, _, err = store.KeepDisputeDocument(t.Context(), acme, "F-1", casefile.DisputeDocument{Dispute: "x", Bytes: []byte("x")})
	require.ErrorIs(t, err, casefile.ErrUnknownDispute)
	_, err = store.DisputeDocument(t.Context(), acme, "F-1", "d", 2)
	require.ErrorIs(t, err, casefile.ErrUnknownDispute)
}

func TestDisputesAreCountedByTheirRootCause(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	raise := func(number string, reason collection.DisputeReason, cents int64, days int) {
		openCase(t, store, number)
		command := disputeAt("d", sendingDay, cents)
		command.Reason = reason
		ruled(t, store, number, sendingDay, command)
		if days < 0 {
			return
		}
		at := sendingDay.AddDate(0, 0, days)
		answer := collection.ResolveDispute{ID: "d", Outcome: collection.DisputeRejected, Reason: "it was delivered", Today: dayOf(at)}
		if days == 3 {
			answer.Outcome, answer.Amount = collection.DisputeSplit, euros(1000)
		}
		ruled(t, store, number, at, answer)
	}
	raise("F-1", collection.DisputeQuality, 3000, 2)
	raise("F-2", collection.DisputeQuality, 5000, 3)
	raise("F-3", collection.DisputeQuality, 0, -1)
	raise("F-4", collection.DisputePrice, 2000, -1)
	note := payment("A-1", 12000)
	note.Kind = ledger.EntryCreditNote
	postAt(t, store, "F-4", sendingDay, note) // the case closes, the dispute was never answered

	causes, err := store.DisputeCauses(t.Context(), acme, 0, 0)
	require.NoError(t, err)
	require.Len(t, causes, 2)
	quality, price := causes[0], causes[1]
	require.Equal(t, collection.DisputeQuality, quality.Reason)
	require.Equal(t, 3, quality.Disputes)
	require.Equal(t, euros(20000), quality.Amount)
	require.Equal(t, []int{1, 0, 0, 1, 1, 0}, []int{quality.Open, quality.ClosedWithCase, quality.Credited, quality.Split, quality.Rejected, quality.Withdrawn})
	require.Equal(t, euros(1000), quality.GivenUp)
	require.Equal(t, "2.5", quality.MedianDays())
	require.Equal(t, 1, price.ClosedWithCase)
	require.Empty(t, price.MedianDays())

	none, err := store.DisputeCauses(t.Context(), acme, dayOf(sendingDay).AddDays(1), 0)
	require.NoError(t, err)
	require.Empty(t, none)

	open, err := store.Disputes(t.Context(), casefile.DisputeFilter{Creditor: acme, OpenOnly: true})
	require.NoError(t, err)
	require.Len(t, open, 1)
	require.Equal(t, "F-3", open[0].Invoice)
	require.Equal(t, "Martin SAS", open[0].DebtorName)
	all, err := store.Disputes(t.Context(), casefile.DisputeFilter{Creditor: acme, Reason: collection.DisputeQuality, Owner: "u-17"})
	require.NoError(t, err)
	require.Len(t, all, 3)
}

// A letter that lies there asks for what was open when it was composed.
func TestALetterThatAsksForWhatIsDisputedSinceIsNotPosted(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, kept.State)
	require.Equal(t, "invoice F-1: 90.00 EUR can be claimed now", kept.Reason)
	waiting, err := store.LettersToReplace(t.Context(), sendingDay)
	require.NoError(t, err)
	require.Equal(t, []string{letter.Message}, waiting)
}

// The same letter is right or wrong by what may be claimed, not by what is open.
func TestALetterIsJudgedByWhatMayBeClaimed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ruled(t, store, "F-1", sendingDay.Add(-time.Hour), disputeAt("d", sendingDay, 3000))
	letter := queued(t, store, "F-1", collection.ChannelLetter) // for 90
	post(t, store, "F-1", payment("P", 3000))                   // 90 are open, and 60 of it may be claimed
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, kept.State)
}

// A part was given up: the letter that lay there during the dispute asks for all.
func TestALetterOfADisputedClaimIsReplacedWhenAPartIsGivenUp(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 0))
	for _, task := range readFile(t, store, "F-1").Tasks {
		if task.Kind == collection.TaskPostLetter {
			require.Equal(t, casefile.TaskCancelled, task.State)
		}
	}
	ruled(t, store, "F-1", sendingDay.Add(time.Hour), collection.ResolveDispute{
		ID: "d", Outcome: collection.DisputeSplit, Amount: euros(3000), Today: dayOf(sendingDay),
	})
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, kept.State)
	waiting, err := store.LettersToReplace(t.Context(), sendingDay)
	require.NoError(t, err)
	require.Equal(t, []string{letter.Message}, waiting)
	replaced, err := store.ReplaceLetter(t.Context(), letter.Message, sendingDay.Add(2*time.Hour), func(c casefile.MessageContext) (casefile.Draft, error) {
		require.Equal(t, euros(9000), c.Claimed())
		return onPaper(c)
	})
	require.NoError(t, err)
	require.True(t, replaced)
}
