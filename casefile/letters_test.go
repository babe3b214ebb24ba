package casefile_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
)

func letterOf(invoice string, channel collection.Channel) casefile.Reservation {
	return casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: invoice, Step: "reminder", Channel: channel},
		At:         sendingDay, Deadline: calendar.NewDate(2026, time.April, 20),
	}
}

func onPaper(c casefile.MessageContext) (casefile.Draft, error) {
	return casefile.Draft{
		Recipient: c.Debtor.Name + "\n5 quai des Brumes\n69001 Lyon", Template: c.Step.Template, Language: "fr", ContentType: "application/pdf",
		Bytes: []byte("%PDF- letter " + c.LetterNumber),
	}, nil
}

// queued is a letter that waits to be printed.
func queued(t testing.TB, store *casefile.Store, invoice string, channel collection.Channel) casefile.Letter {
	t.Helper()
	message, gate, err := store.ReserveMessage(t.Context(), letterOf(invoice, channel), onPaper)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.True(t, begin(t, store, message.ID).MayCall)
	letter, err := store.QueueLetter(t.Context(), message.ID, "", sendingDay)
	require.NoError(t, err)
	_, _, err = store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: invoice, Kind: collection.TaskPostLetter, Key: "post/" + message.ID, Title: "Post it", At: sendingDay,
	})
	require.NoError(t, err)
	_, err = store.MarkAccepted(t.Context(), message.ID, "post", letter.ProviderID(), sendingDay)
	require.NoError(t, err)
	return letter
}

// lettersToPost are the invoices whose letter somebody is asked to post.
func lettersToPost(t *testing.T, store *casefile.Store) (invoices []string) {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskPostLetter, State: casefile.TaskOpen})
	require.NoError(t, err)
	for _, task := range tasks {
		invoices = append(invoices, task.Invoice)
	}
	return invoices
}

func day(n int) calendar.Date { return calendar.NewDate(2026, time.April, n) }

func letterReport(number string, state casefile.LetterState, on calendar.Date) casefile.LetterReport {
	return casefile.LetterReport{Creditor: acme, Number: number, State: state, On: on, Actor: "anne", At: sendingDay.Add(24 * time.Hour)}
}

func posted(number string) casefile.LetterReport {
	r := letterReport(number, casefile.LetterPosted, day(4))
	r.PostingNumber, r.Cost = "1A 234 567 8901 2", euros(574)
	return r
}

func tell(t testing.TB, store *casefile.Store, r casefile.LetterReport) casefile.Letter {
	t.Helper()
	letter, err := store.ReportLetter(t.Context(), r)
	require.NoError(t, err)
	if event, tells := letter.DeliveryEvent(r.At); tells {
		_, err = store.RecordDeliveryEvent(t.Context(), event)
		require.NoError(t, err)
	}
	return letter
}

func TestLettersAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	const letters = 8
	for i := range letters {
		openCase(t, store, fmt.Sprintf("F-%d", i))
	}
	// Every letter is composed by several workers at a time, and some fail half-way.
	var together sync.WaitGroup
	for i := range 3 * letters {
		together.Go(func() {
			failed := errors.New("no paper")
			_, _, err := store.ReserveMessage(t.Context(), letterOf(fmt.Sprintf("F-%d", i%letters), collection.ChannelLetter),
				func(c casefile.MessageContext) (casefile.Draft, error) {
					if i >= 2*letters {
						return casefile.Draft{}, failed
					}
					return onPaper(c)
				})
			if err != nil {
				require.ErrorIs(t, err, failed)
			}
		})
	}
	together.Wait()
	list, err := store.Letters(t.Context(), casefile.LetterFilter{Creditor: acme})
	require.NoError(t, err)
	require.Len(t, list, letters)
	for i, letter := range list {
		require.Equal(t, fmt.Sprintf("2026-%06d", i+1), letter.Number)
		require.Equal(t, casefile.LetterComposed, letter.State)
		content, _, err := store.MessageBytes(t.Context(), letter.Message)
		require.NoError(t, err)
		require.Equal(t, "%PDF- letter "+letter.Number, string(content), "the number on the paper")
	}
}

func TestAMailHasNoLetterNumber(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	_, err := store.LetterProof(t.Context(), message.ID)
	require.ErrorIs(t, err, casefile.ErrUnknownLetter)
	_, err = store.QueueLetter(t.Context(), message.ID, "", sendingDay)
	require.ErrorIs(t, err, casefile.ErrUnknownLetter)
}

func TestARegisteredLetterIsFollowedToItsAcknowledgement(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelRegisteredLetter)
	require.Equal(t, casefile.LetterRegistered, letter.Kind)
	require.Equal(t, []string{"F-1"}, letter.Invoices)

	tell(t, store, letterReport(letter.Number, casefile.LetterPrinted, day(3)))
	posted := posted(letter.Number)
	require.Equal(t, casefile.LetterPosted, tell(t, store, posted).State)
	delivered := letterReport(letter.Number, casefile.LetterDelivered, day(8))
	delivered.PresentedOn = day(7)
	tell(t, store, delivered)
	scan, err := store.SaveLetterScan(t.Context(), acme, letter.Number, []byte("\xff\xd8\xff acknowledgement"), "anne", sendingDay)
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", scan.ContentType)

	before := dump(t, dsn)
	tell(t, store, letterReport(letter.Number, casefile.LetterPrinted, day(3)))
	tell(t, store, posted)
	tell(t, store, delivered)
	_, err = store.SaveLetterScan(t.Context(), acme, letter.Number, []byte("\xff\xd8\xff acknowledgement"), "anne", sendingDay)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, dsn), "told again, nothing changes")

	proof, err := store.LetterProof(t.Context(), letter.Message)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterProof{
		Number: letter.Number, Kind: casefile.LetterRegistered, PostingNumber: "1A 234 567 8901 2", Posted: day(4), Presented: day(7), Delivered: day(8),
	}, proof)
	require.Equal(t, day(8), proof.Served())
	kept, err := store.LetterScan(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, scan, kept)

	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.MessageDelivered, file.Messages[0].State)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	require.Equal(t, "anne", file.Tasks[0].DoneBy)
	var lines []string
	for _, line := range file.History {
		if strings.HasPrefix(line.Kind, "letter-") && line.Actor == "anne" {
			lines = append(lines, line.Summary)
		}
	}
	require.Equal(t, []string{
		"letter 2026-000001 was printed on 2026-04-03",
		"letter 2026-000001 was posted on 2026-04-04, posting number 1A 234 567 8901 2, postage 5.74 EUR",
		"letter 2026-000001 was handed over on 2026-04-08",
		"a scan of what came back of letter 2026-000001 was kept; SHA-256 " + scan.SHA256,
	}, lines)
}

func TestWhatBecomesOfALetterDecidesWhetherItIsServed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i, end := range []struct {
		state     casefile.LetterState
		presented calendar.Date
		message   casefile.MessageState
		served    calendar.Date
	}{
		{casefile.LetterDelivered, 0, casefile.MessageDelivered, day(20)},
		{casefile.LetterUnclaimed, day(6), casefile.MessageDelivered, day(6)},
		{casefile.LetterRefused, day(5), casefile.MessageDelivered, day(5)},
		{casefile.LetterRefused, 0, casefile.MessageDelivered, day(20)},
		{casefile.LetterReturned, 0, casefile.MessageBounced, 0},
	} {
		number := fmt.Sprintf("F-%d", i)
		openCase(t, store, number)
		letter := queued(t, store, number, collection.ChannelRegisteredLetter)
		tell(t, store, posted(letter.Number))
		outcome := letterReport(letter.Number, end.state, day(20))
		outcome.PresentedOn = end.presented
		tell(t, store, outcome)
		proof, err := store.LetterProof(t.Context(), letter.Message)
		require.NoError(t, err)
		require.Equal(t, end.served, proof.Served(), end.state)
		file, err := store.CaseFile(t.Context(), acme, number)
		require.NoError(t, err)
		require.Equal(t, end.message, file.Messages[0].State, end.state)
		require.Equal(t, messaging.DeliveryAccepted, file.Deliveries[0].Kind)
	}
}

func TestACorrectionStaysInTheHistory(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelRegisteredLetter)
	tell(t, store, posted(letter.Number))
	corrected := posted(letter.Number)
	corrected.PostingNumber = "1A 234 567 8901 9"
	require.Equal(t, corrected.PostingNumber, tell(t, store, corrected).PostingNumber)
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	postings := 0
	for _, line := range file.History {
		if line.Kind == "letter-posted" {
			postings++
		}
	}
	require.Equal(t, 2, postings)
}

func TestReportsThatCannotFollowAreRefused(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	letter := queued(t, store, "F-1", collection.ChannelRegisteredLetter)
	plain := queued(t, store, "F-2", collection.ChannelLetter)
	refused := func(code collection.RefusalCode, r casefile.LetterReport, says string) {
		t.Helper()
		_, err := store.ReportLetter(t.Context(), r)
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, code, refusal.Code)
		require.ErrorContains(t, err, says)
	}
	refused(collection.RefusedNotNow, letterReport(letter.Number, casefile.LetterDelivered, day(9)), "is queued and cannot become delivered now")
	refused(collection.RefusedInvalid, letterReport(letter.Number, casefile.LetterPosted, day(4)), "give the posting number")
	refused(collection.RefusedInvalid, letterReport(letter.Number, casefile.LetterComposed, day(4)), "cannot be reported as")
	refused(collection.RefusedInvalid, letterReport(letter.Number, casefile.LetterCancelled, day(4)), "say why")
	tell(t, store, posted(letter.Number))
	refused(collection.RefusedInvalid, letterReport(letter.Number, casefile.LetterUnclaimed, day(20)), "say when letter 2026-000001 was first presented")
	early := letterReport(letter.Number, casefile.LetterDelivered, day(9))
	early.PresentedOn = day(2)
	refused(collection.RefusedInvalid, early, "the days after it must follow in order")
	tell(t, store, letterReport(letter.Number, casefile.LetterDelivered, day(9)))
	refused(collection.RefusedConflict, letterReport(letter.Number, casefile.LetterReturned, day(12)), "is recorded as delivered and cannot become returned")

	tell(t, store, letterReport(plain.Number, casefile.LetterPosted, day(4)))
	unclaimed := letterReport(plain.Number, casefile.LetterUnclaimed, day(20))
	unclaimed.PresentedOn = day(5)
	refused(collection.RefusedInvalid, unclaimed, "is not registered")
	_, err := store.ReportLetter(t.Context(), letterReport("2026-999999", casefile.LetterPosted, day(4)))
	require.ErrorIs(t, err, casefile.ErrUnknownLetter)

	for content, says := range map[string]string{"GIF89a": "neither a PDF nor a PNG nor a JPEG", "": "neither", "%PDF-" + strings.Repeat("x", casefile.MaxScan): "larger than 5 MiB"} {
		_, err := store.SaveLetterScan(t.Context(), acme, letter.Number, []byte(content), "anne", sendingDay)
		require.ErrorContains(t, err, says)
	}
}

// A formal notice that lies there unposted must not leave after the payment.
// Who posts it has printed it from an export, and did not say so.
func TestALetterThatIsPostedAfterThePaymentIsRecordedWithAWarning(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	waiting := queued(t, store, "F-1", collection.ChannelLetter)
	gone := queued(t, store, "F-2", collection.ChannelLetter)
	tell(t, store, letterReport(gone.Number, casefile.LetterPosted, day(4)))
	post(t, store, "F-1", payment("P-1", 12000))
	post(t, store, "F-2", payment("P-2", 12000))

	cancelled, err := store.Letter(t.Context(), acme, waiting.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, cancelled.State)
	_, err = store.ReportLetter(t.Context(), letterReport(waiting.Number, casefile.LetterPrinted, day(4)))
	require.ErrorContains(t, err, "is recorded as cancelled (nothing is left to collect) and cannot become printed")
	inSpite := tell(t, store, posted(waiting.Number))
	require.Equal(t, casefile.LetterPosted, inSpite.State)
	require.Contains(t, inSpite.Warning(), "nothing is left to collect")
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R-1", Reverses: "P-1", ValueDate: day(10)})
	letters, err := store.Letters(t.Context(), casefile.LetterFilter{Creditor: acme, States: []casefile.LetterState{casefile.LetterQueued, casefile.LetterPosted}})
	require.NoError(t, err)
	require.Len(t, letters, 2, "it does not leave once more")
	require.Empty(t, lettersToPost(t, store), "nor is anybody asked to post it")
	left, err := store.Letter(t.Context(), acme, gone.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterPosted, left.State)
}

// The debtor's payment came back: what it cancelled is to be posted again. What a person
// cancelled stays so.
func TestALetterIsBackInTheQueueWhenThePaymentIsTakenBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	waiting := queued(t, store, "F-1", collection.ChannelLetter)
	given := queued(t, store, "F-2", collection.ChannelLetter)
	cancel := letterReport(given.Number, casefile.LetterCancelled, day(4))
	cancel.Reason = "the debtor has moved"
	tell(t, store, cancel)
	for _, number := range []string{"F-1", "F-2"} {
		post(t, store, number, payment("P-"+number, 12000))
		post(t, store, number, ledger.Entry{Kind: ledger.EntryReversal, ID: "R-" + number, Reverses: "P-" + number, ValueDate: day(10)})
	}
	back, err := store.Letter(t.Context(), acme, waiting.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterQueued, back.State)
	require.Equal(t, []string{"F-1"}, lettersToPost(t, store))
	require.Equal(t, casefile.LetterPosted, tell(t, store, letterReport(waiting.Number, casefile.LetterPosted, day(11))).State)
	stays, err := store.Letter(t.Context(), acme, given.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, stays.State)
}

// It would ask to be paid by a day that is over.
func TestALetterWhoseDeadlineIsOverIsReplacedWhenThePaymentIsTakenBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter) // until 20 April
	paid := posting("F-1", payment("P", 12000))
	_, err := store.PostEntry(t.Context(), paid)
	require.NoError(t, err)
	back := posting("F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "P", ValueDate: day(28)})
	back.At = sendingDay.AddDate(0, 0, 25)
	_, err = store.PostEntry(t.Context(), back)
	require.NoError(t, err)
	kept, err := store.Letter(t.Context(), acme, letter.Number)
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, kept.State)
	require.Equal(t, casefile.TaskCancelled, readFile(t, store, "F-1").Tasks[0].State, "nobody posts it")
	waiting, err := store.LettersToReplace(t.Context(), sendingDay)
	require.NoError(t, err)
	require.Equal(t, []string{letter.Message}, waiting)
	replaced, err := store.ReplaceLetter(t.Context(), letter.Message, back.At, func(c casefile.MessageContext) (casefile.Draft, error) {
		require.NotEqual(t, day(20), c.Deadline)
		return onPaper(c)
	})
	require.NoError(t, err)
	require.True(t, replaced)
}

// The service held it back: nobody has it, and the debtor is owed it again.
func TestALetterThatAServiceHeldBackIsReplacedWhenThePaymentIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, inTime := range []bool{true, false} {
		store := casefiletest.Open(t)
		openCase(t, store, "F-1")
		message, _, err := store.ReserveMessage(t.Context(), letterOf("F-1", collection.ChannelLetter), onPaper)
		require.NoError(t, err)
		require.True(t, begin(t, store, message.ID).MayCall)
		letter, err := store.QueueLetter(t.Context(), message.ID, "print-and-post", sendingDay)
		require.NoError(t, err)
		_, err = store.MarkAccepted(t.Context(), message.ID, "post", letter.ProviderID(), sendingDay)
		require.NoError(t, err)
		post(t, store, "F-1", payment("P", 12000))
		require.NoError(t, store.MarkLetterRecalled(t.Context(), message.ID, inTime, sendingDay))
		post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "P", ValueDate: day(10)})
		waiting, err := store.LettersToReplace(t.Context(), sendingDay)
		require.NoError(t, err)
		if inTime {
			require.Equal(t, []string{message.ID}, waiting)
		} else {
			require.Empty(t, waiting, "it has left")
		}
	}
}

// A kill switch keeps thousands still: they must not stand before those that can leave.
func TestALetterThatWaitsForAHoldIsNotLookedAtUntilThatEnds(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	ruled(t, store, "F-1", sendingDay, collection.PlaceHold{ID: "h", Reason: "they are talking", On: dayOf(sendingDay), Until: day(9)})
	waiting, err := store.LettersToReplace(t.Context(), sendingDay)
	require.NoError(t, err)
	require.Empty(t, waiting)
	waiting, err = store.LettersToReplace(t.Context(), sendingDay.AddDate(0, 0, 8))
	require.NoError(t, err)
	require.Equal(t, []string{letter.Message}, waiting, "the hold ends by itself")
	ruled(t, store, "F-1", sendingDay, collection.ReleaseHold{ID: "h", On: dayOf(sendingDay)})
	waiting, err = store.LettersToReplace(t.Context(), sendingDay)
	require.NoError(t, err)
	require.Equal(t, []string{letter.Message}, waiting)
}

func TestAPersonCancelsALetterAndTheMessageHasFailed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	cancel := letterReport(letter.Number, casefile.LetterCancelled, day(4))
	cancel.Reason = "the debtor has moved"
	tell(t, store, cancel)
	tell(t, store, cancel)
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.MessageFailed, file.Messages[0].State)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	require.Contains(t, file.History[len(file.History)-1].Summary+file.History[len(file.History)-2].Summary+file.History[len(file.History)-3].Summary, "the debtor has moved")
}

func TestLettersAreListedByStateAndKind(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i := range 3 {
		openCase(t, store, fmt.Sprintf("F-%d", i))
	}
	first := queued(t, store, "F-0", collection.ChannelRegisteredLetter)
	second := queued(t, store, "F-1", collection.ChannelLetter)
	third := queued(t, store, "F-2", collection.ChannelLetter)
	tell(t, store, posted(first.Number))
	numbers := func(filter casefile.LetterFilter) []string {
		letters, err := store.Letters(t.Context(), filter)
		require.NoError(t, err)
		var numbers []string
		for _, letter := range letters {
			numbers = append(numbers, letter.Number)
		}
		return numbers
	}
	require.Equal(t, []string{first.Number, second.Number, third.Number}, numbers(casefile.LetterFilter{}))
	require.Equal(t, []string{second.Number, third.Number}, numbers(casefile.LetterFilter{States: []casefile.LetterState{casefile.LetterQueued}}))
	require.Equal(t, []string{first.Number}, numbers(casefile.LetterFilter{Kind: casefile.LetterRegistered}))
	require.Equal(t, []string{third.Number}, numbers(casefile.LetterFilter{AfterCreditor: acme, AfterNumber: second.Number}))
	require.Empty(t, numbers(casefile.LetterFilter{Creditor: "globex"}))
}
