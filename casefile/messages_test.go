package casefile_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/recipients"
)

var sendingDay = time.Date(2026, time.April, 3, 8, 30, 0, 0, time.UTC)

func reminder(invoice string) casefile.Reservation {
	return casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: invoice, Step: "reminder", Channel: collection.ChannelEmail},
		At:         sendingDay,
	}
}

// compose writes a message that claims what is open.
func compose(c casefile.MessageContext) (casefile.Draft, error) {
	to := recipients.Contact{Email: "jeanne@martin.example"}
	if len(c.People.Contacts) > 0 { // else a parent that is not known yet receives the messages
		to = c.People.Contacts[0]
	}
	return casefile.Draft{
		Contact: to.ID, Recipient: to.Email, Template: c.Step.Template, Language: "fr", Subject: "Rappel " + c.Invoice.Number,
		ContentType: "application/json", Bytes: []byte(c.MessageID + ": " + c.Debtor.Name + " owes " + c.Position.Open.String()),
	}, nil
}

func reserve(t testing.TB, store *casefile.Store, r casefile.Reservation) casefile.Message {
	t.Helper()
	message, gate, err := store.ReserveMessage(t.Context(), r, compose)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	return message
}

func begin(t testing.TB, store *casefile.Store, id string) casefile.Sending {
	t.Helper()
	sending, err := store.BeginSending(t.Context(), id, sendingDay)
	require.NoError(t, err)
	return sending
}

// sent is a message that a provider is being called with.
func sent(t testing.TB, store *casefile.Store, invoice string) casefile.Message {
	t.Helper()
	sending := begin(t, store, reserve(t, store, reminder(invoice)).ID)
	require.True(t, sending.MayCall, sending.Gate.Reason)
	return sending.Message
}

func TestAMessageIsReservedSentAndAcceptedOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")

	message := reserve(t, store, reminder("F-1"))
	require.Equal(t, reminder("F-1").ID(), message.ID)
	require.Equal(t, casefile.MessageComposed, message.State)
	require.Equal(t, message.ID+": Martin SAS owes 120.00 EUR", string(message.Bytes))
	require.Equal(t, messaging.Hash(message.Bytes), message.SHA256)
	reserved := dump(t, dsn)
	require.Equal(t, message, reserve(t, store, reminder("F-1")), "it says the same")
	require.Equal(t, reserved, dump(t, dsn))

	sending := begin(t, store, message.ID)
	require.True(t, sending.MayCall)
	require.Equal(t, message.Bytes, sending.Message.Bytes)
	require.Equal(t, 1, sending.Message.Sendings)
	unknown := begin(t, store, message.ID)
	require.False(t, unknown.MayCall, "the outcome of the first call is unknown")
	require.Equal(t, casefile.MessageSending, unknown.Message.State)

	accepted, err := store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-1", sendingDay.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, sendingDay.Add(time.Minute), accepted.SettledAt)
	before := dump(t, dsn)
	for _, mark := range []func() (casefile.Message, error){
		func() (casefile.Message, error) {
			return store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-2", sendingDay.Add(time.Hour))
		},
		func() (casefile.Message, error) {
			return store.MarkNotSent(t.Context(), message.ID, "no route", sendingDay)
		},
		func() (casefile.Message, error) {
			return store.MarkRejected(t.Context(), message.ID, "550", "no", sendingDay)
		},
		func() (casefile.Message, error) {
			return store.MarkUnproven(t.Context(), message.ID, time.Hour, sendingDay)
		},
	} {
		unchanged, err := mark()
		require.NoError(t, err)
		require.Equal(t, accepted, unchanged)
	}
	require.False(t, begin(t, store, message.ID).MayCall)
	require.Equal(t, before, dump(t, dsn), "what is settled stays as it is")

	file := readFile(t, store, "F-1")
	require.Equal(t, []collection.StepRecord{{
		Key: "reminder", At: sendingDay.Add(time.Minute), Attempts: []collection.Attempt{{Channel: collection.ChannelEmail}},
	}}, file.Case.Steps)
	require.Equal(t, []string{"case-opened", "message-composed", "message-accepted"}, historyKinds(file))
	bytes, contentType, err := store.MessageBytes(t.Context(), message.ID)
	require.NoError(t, err)
	require.Equal(t, message.Bytes, bytes)
	require.Equal(t, "application/json", contentType)
	require.NoError(t, execute(t, dsn, "update message_content set bytes = 'forged'"))
	_, _, err = store.MessageBytes(t.Context(), message.ID)
	require.ErrorContains(t, err, "altered")
}

func TestAnErrorOfComposingChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	before := dump(t, dsn)
	broken := errors.New("the template has no French text")
	_, _, err := store.ReserveMessage(t.Context(), reminder("F-1"), func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{}, broken
	})
	require.ErrorIs(t, err, broken)
	require.Equal(t, before, dump(t, dsn))
	_, _, err = store.ReserveMessage(t.Context(), reminder("F-9"), compose)
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
	_, err = store.BeginSending(t.Context(), "not-an-id", sendingDay)
	require.ErrorIs(t, err, casefile.ErrUnknownMessage)
	_, err = store.BeginSending(t.Context(), reminder("F-1").ID(), sendingDay)
	require.ErrorIs(t, err, casefile.ErrUnknownMessage)
}

func TestTheGateRefusesWhatNoLongerMayLeave(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	until := calendar.NewDate(2026, time.April, 8)
	for what, test := range map[string]struct {
		happens func(invoice string)
		code    casefile.GateCode
	}{
		"paid": {func(invoice string) { post(t, store, invoice, payment("P-"+invoice, 12000)) }, casefile.GateClosed},
		"closed": {func(invoice string) {
			decide(t, store, invoice, "k", collection.CaseEnded{Outcome: collection.StageWithdrawn})
		}, casefile.GateClosed},
		"skipped": {func(invoice string) { decide(t, store, invoice, "k", collection.StepWaived{Step: "reminder"}) }, casefile.GateWaived},
		"held": {func(invoice string) {
			decide(t, store, invoice, "k", collection.HoldPlaced{Hold: collection.Hold{ID: "h", From: until - 10, Until: until}})
		}, casefile.GateHeld},
	} {
		openCase(t, store, "early-"+what)
		test.happens("early-" + what)
		message, gate, err := store.ReserveMessage(t.Context(), reminder("early-"+what), compose)
		require.NoError(t, err)
		require.Empty(t, message.ID)
		require.False(t, gate.Passes)
		require.Equal(t, test.code, gate.Code)
		require.NotEmpty(t, gate.Reason)

		openCase(t, store, "late-"+what)
		reserved := reserve(t, store, reminder("late-"+what))
		test.happens("late-" + what)
		sending := begin(t, store, reserved.ID)
		require.False(t, sending.MayCall, what)
		require.Equal(t, test.code, sending.Gate.Code)
		require.Equal(t, casefile.MessageWithheld, sending.Message.State)
		if what == "held" {
			require.Equal(t, until+1, calendar.DateOf(sending.Gate.Until))
		}
	}
}

func TestAMessageNeverClaimsAnAmountThatIsNoLongerOpen(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	post(t, store, "F-1", payment("P-1", 2000))

	sending := begin(t, store, message.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	composedAnew := reserve(t, store, reminder("F-1"))
	require.Contains(t, string(composedAnew.Bytes), "owes 100.00 EUR")
	require.True(t, begin(t, store, message.ID).MayCall)
}

func TestAWithheldMessageIsComposedAnewOnceItMayLeave(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	post(t, store, "F-1", payment("P-1", 12000))
	require.Equal(t, casefile.MessageWithheld, readFile(t, store, "F-1").Messages[0].State)
	post(t, store, "F-1", reversal("R-1", "P-1"))
	require.Equal(t, casefile.GateOutdated, begin(t, store, message.ID).Gate.Code)
	require.Equal(t, casefile.MessageComposed, reserve(t, store, reminder("F-1")).State)
	require.True(t, begin(t, store, message.ID).MayCall)
}

func TestWhatWasNotSentIsSentAgainAndWhatWasRejectedIsNot(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	notSent, err := store.MarkNotSent(t.Context(), message.ID, "the provider is away", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageComposed, notSent.State)
	require.True(t, notSent.SendingAt.IsZero())
	again := begin(t, store, message.ID)
	require.True(t, again.MayCall)
	require.Equal(t, 2, again.Message.Sendings)

	unproven, err := store.MarkUnproven(t.Context(), message.ID, 30*time.Minute, sendingDay)
	require.NoError(t, err)
	require.True(t, unproven.Unproven)
	require.False(t, unproven.SendingAt.IsZero(), "the provider may have it since")
	resent := begin(t, store, message.ID)
	require.True(t, resent.MayCall)
	require.Equal(t, unproven.SendingAt, resent.Message.SendingAt)
	require.True(t, resent.Message.LastSendingAt.After(unproven.LastSendingAt))

	rejected, err := store.MarkRejected(t.Context(), message.ID, "550", "jeanne@martin.example does not exist", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageFailed, rejected.State)
	require.NotContains(t, rejected.Report(rejected.Notices[0]).Reason, "@")
	require.False(t, begin(t, store, message.ID).MayCall)
	file := readFile(t, store, "F-1")
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, file.Case.Steps[0].Attempts)
	for _, line := range file.History {
		require.NotContains(t, line.Summary, "@", "the history holds no addresses")
	}
}

func TestThePreviousNoticesAreThoseThatWereAccepted(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	_, err := store.MarkAccepted(t.Context(), sent(t, store, "F-1").ID, "sendgrid", "sg-1", sendingDay)
	require.NoError(t, err)
	sms := reminder("F-1")
	sms.Channel = collection.ChannelSMS
	_, _, err = store.ReserveMessage(t.Context(), sms, func(c casefile.MessageContext) (casefile.Draft, error) {
		require.Equal(t, []casefile.PreviousNotice{{Step: "reminder", Channel: collection.ChannelEmail, SentAt: sendingDay, Template: "reminder"}}, c.Previous)
		require.Equal(t, "Acme SARL", c.Creditor.Name)
		return compose(c)
	})
	require.NoError(t, err)
}

func TestOfManySendersOneMayCall(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	calls := make(chan string, 30)
	var together sync.WaitGroup
	for range cap(calls) {
		together.Go(func() {
			message, _, err := store.ReserveMessage(t.Context(), reminder("F-1"), compose)
			require.NoError(t, err)
			sending, err := store.BeginSending(t.Context(), message.ID, sendingDay)
			require.NoError(t, err)
			if sending.MayCall {
				calls <- message.ID
			}
		})
	}
	together.Wait()
	require.Len(t, calls, 1)
}

func TestWhatIsComposedToBeSentAtOnceIsBegunOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	calls := make(chan casefile.Message, 30)
	var together sync.WaitGroup
	for range cap(calls) {
		together.Go(func() {
			reserved, err := store.ReserveAndBegin(t.Context(), reminder("F-1"), compose)
			require.NoError(t, err)
			require.Equal(t, casefile.MessageSending, reserved.Message.State)
			if reserved.MayCall {
				calls <- reserved.Message
			}
		})
	}
	together.Wait()
	require.Len(t, calls, 1)
	message := <-calls
	require.Contains(t, string(message.Bytes), "owes 120.00 EUR")
	later := begin(t, store, message.ID)
	require.False(t, later.MayCall)
	require.Equal(t, 1, later.Message.Sendings)
	require.Equal(t, message.SendingAt, later.Message.SendingAt)
	require.Equal(t, message.LastSendingAt, later.Message.LastSendingAt)

	_, err := store.MarkNotSent(t.Context(), message.ID, "busy", sendingDay)
	require.NoError(t, err)
	again, err := store.ReserveAndBegin(t.Context(), reminder("F-1"), compose)
	require.NoError(t, err)
	require.False(t, again.MayCall, "a message that was composed before leaves by BeginSending")
	require.Equal(t, casefile.MessageComposed, again.Message.State)

	openCase(t, store, "F-2")
	post(t, store, "F-2", payment("P-2", 12000))
	refused, err := store.ReserveAndBegin(t.Context(), reminder("F-2"), compose)
	require.NoError(t, err)
	require.False(t, refused.MayCall)
	require.False(t, refused.Gate.Passes)
}

func TestNoMessageBeginsSendingOnceAPaymentIsCommitted(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i := range 40 {
		number := fmt.Sprintf("F-%d", i)
		openCase(t, store, number)
		message := reserve(t, store, reminder(number))
		var paidAt time.Time
		var began casefile.Sending
		var beganAfter time.Time
		var both sync.WaitGroup
		both.Go(func() {
			post(t, store, number, payment("P-"+number, 12000))
			paidAt = time.Now()
		})
		both.Go(func() {
			for {
				beganAfter = time.Now()
				began = begin(t, store, message.ID)
				if began.MayCall || began.Message.State == casefile.MessageWithheld {
					return
				}
			}
		})
		both.Wait()
		if began.MayCall {
			require.True(t, beganAfter.Before(paidAt), "a message began sending after its payment was committed")
		} else {
			require.Equal(t, casefile.GateClosed, began.Gate.Code)
		}
		require.False(t, begin(t, store, message.ID).MayCall)
	}
}

func TestSendersGiveUpWithTheirContext(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := store.ReserveMessage(cancelled, reminder("F-1"), compose)
	require.ErrorIs(t, err, context.Canceled)
}
