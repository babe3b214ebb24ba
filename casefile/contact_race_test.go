package casefile_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// They were composed, and wait for their provider, when it comes back.
func TestOfMessagesToADebtorThatBeginAtOnceOneLeavesToday(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	boundContacts(t, store)
	for round := range 5 {
		debtor := fmt.Sprintf("D-%d", round)
		var messages []string
		for i := range 6 {
			opening := casefiletest.Opening(fmt.Sprintf("F-%d-%d", round, i))
			opening.Debtor.ID, opening.Invoice.Debtor = debtor, debtor
			_, _, err := store.OpenCase(t.Context(), opening)
			require.NoError(t, err)
			messages = append(messages, reserve(t, store, reminder(opening.Invoice.Number)).ID)
		}
		answers, errs := make([]casefile.Sending, len(messages)), make([]error, len(messages))
		var all sync.WaitGroup
		for i, id := range messages {
			all.Go(func() { answers[i], errs[i] = store.BeginSending(t.Context(), id, sendingDay) })
		}
		all.Wait()
		began := 0
		for i, sending := range answers {
			require.NoError(t, errs[i])
			if sending.MayCall {
				began++
			} else {
				require.Equal(t, casefile.GatePostponed, sending.Gate.Code)
			}
		}
		require.Equal(t, 1, began, "one message a day")
	}
}

func boundContacts(t *testing.T, store *casefile.Store) {
	t.Helper()
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	creditor.ContactPolicy = collection.ContactPolicies{ContactPolicy: collection.StandardContactPolicy()}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
}

// A notice that has begun goes on by its other channels; but whoever had a short message
// today about another invoice gets the next one tomorrow.
func TestANoticeThatGoesOnIsNoSecondMessageOverOneChannelOnOneDay(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	boundContacts(t, store)
	sms := func(invoice string) casefile.Reservation {
		asked := reminder(invoice)
		asked.Channel = collection.ChannelSMS
		return asked
	}
	for _, invoice := range []string{"F-1", "F-2"} {
		openCase(t, store, invoice)
	}
	mailed := collection.ReportAttempt{Step: "reminder", Channel: collection.ChannelEmail, At: sendingDay}
	casefiletest.Decide(t, store, "F-1", sendingDay, mailed)
	first := reserve(t, store, sms("F-1"))
	require.Equal(t, []string{"F-1"}, first.Invoices, "the other one's mail is still to leave")
	require.True(t, begin(t, store, first.ID).MayCall)
	casefiletest.Decide(t, store, "F-2", sendingDay, mailed)

	_, gate, err := store.ReserveMessage(t.Context(), sms("F-2"), compose)
	require.NoError(t, err)
	require.Equal(t, casefile.GatePostponed, gate.Code)
	require.Equal(t, collection.PostponedForSpacing, gate.For)
	require.Equal(t, "2026-04-07", gate.Until.Format(time.DateOnly), "Easter Monday comes between")
	later := sms("F-2")
	later.At = gate.Until
	_, gate, err = store.ReserveMessage(t.Context(), later, compose)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
}

// Over its next channel a notice keeps its distance from what the debtor had about other
// invoices, and none from what it sent itself.
func TestANoticeThatGoesOnDaysLaterKeepsItsDistanceFromOthers(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	boundContacts(t, store)
	wednesday := sendingDay.AddDate(0, 0, -2)
	mailOn := func(invoice string, at time.Time) {
		openCase(t, store, invoice)
		asked := reminder(invoice)
		asked.At = at
		sending, err := store.ReserveAndBegin(t.Context(), asked, compose)
		require.NoError(t, err)
		require.True(t, sending.MayCall, sending.Gate.Reason)
		_, err = store.MarkAccepted(t.Context(), sending.Message.ID, "sendgrid", "P-"+invoice, at)
		require.NoError(t, err)
	}
	smsOn := func(invoice string, at time.Time) casefile.Sending {
		asked := reminder(invoice)
		asked.Channel, asked.At = collection.ChannelSMS, at
		sending, err := store.ReserveAndBegin(t.Context(), asked, compose)
		require.NoError(t, err)
		return sending
	}
	mailOn("F-1", wednesday.AddDate(0, 0, -2))
	mailOn("F-2", wednesday)

	thursday := wednesday.AddDate(0, 0, 1)
	late := smsOn("F-1", thursday)
	require.False(t, late.MayCall, "the debtor had a mail about F-2 the day before")
	require.Equal(t, casefile.GatePostponed, late.Gate.Code)
	require.Equal(t, collection.PostponedForSpacing, late.Gate.For)
	require.Equal(t, "2026-04-03", late.Gate.Until.Format(time.DateOnly))
	require.True(t, smsOn("F-2", thursday).MayCall, "its own mail of the day before counts for nothing")
}
