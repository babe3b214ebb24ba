package endtoend_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/simulator"
	"relance/workflows"
)

// bySMS is a ladder whose reminder has no other channel than the short message.
const bySMS = `name: by-sms
version: 1
title: {fr: SMS, en: Short message}
description: {fr: Pour un essai., en: For a test.}
for: business
steps:
  - {key: reminder, title: {fr: Relance, en: Reminder}, when: {after_due: 1}, tone: firm, channels: [sms], template: reminder-firm, deadline: 7}
`

// Each of these reminders meets another fate, and whoever asks is told it in the same
// word: in Temporal, at the command line and over the API.
func TestWhatBecameOfEachMessageIsToldAlikeByTheQueryTheCommandLineAndTheAPI(t *testing.T) {
	t.Parallel()
	i := install(t, plan{strategies: map[string]string{"by-mail.yaml": byMail["by-mail.yaml"], "by-sms.yaml": bySMS}, ambiguousAfter: time.Minute})
	i.startWorker()
	isWritten := func(number string) {
		i.until("it is written and could not leave", time.Minute, func() bool {
			messages := i.caseFile(number).Messages
			return len(messages) == 1 && messages[0].State == casefile.MessageComposed
		})
	}
	stories := []struct {
		becomes  casefile.DeliveryTruth
		strategy string
		faults   simulator.Faults
		then     func(number string)
	}{
		{becomes: casefile.TruthDelivered},
		{becomes: casefile.TruthOpened, faults: simulator.Faults{Opened: 1}},
		{becomes: casefile.TruthAccepted, faults: simulator.Faults{EventsSuppressed: 1}},
		{becomes: casefile.TruthBounced, faults: simulator.Faults{BounceMatching: "*@client-3.example"}},
		{becomes: casefile.TruthBounced, faults: simulator.Faults{BouncedLater: 1}},
		{becomes: casefile.TruthBlocked, faults: simulator.Faults{Blocked: 1}},
		{becomes: casefile.TruthFailed, strategy: "by-sms", faults: simulator.Faults{OptedOut: []string{"+33639980006"}}},
		// The first call is made within a workflow task, which holds the query up; not the second.
		{becomes: casefile.TruthSending, faults: simulator.Faults{RateLimited: 1, RetryAfterS: 2}, then: func(number string) {
			isWritten(number)
			require.NoError(t, i.provider.SetSendGridFaults(simulator.Faults{LatencyMS: 8000}))
		}},
		{becomes: casefile.TruthAmbiguous, faults: simulator.Faults{DropAfter: 1, EventsSuppressed: 1}},
		{becomes: casefile.TruthComposed, faults: simulator.Faults{RateLimited: 1, RetryAfterS: 30}},
		{becomes: casefile.TruthWithheld, faults: simulator.Faults{RateLimited: 1, RetryAfterS: 5}, then: func(number string) {
			isWritten(number)
			i.relance("pay", creditor+"/"+number, "1200.00", "--id", "BANK-"+number)
		}},
	}
	for n, story := range stories {
		number := fmt.Sprintf("F-%d-%s", n, strings.ToUpper(string(story.becomes)))
		strategy := "by-mail"
		if story.strategy != "" {
			strategy = story.strategy
		}
		require.NoError(t, i.provider.SetSendGridFaults(story.faults))
		require.NoError(t, i.provider.SetTwilioFaults(story.faults))
		i.importLedger([]claim{{number: number, debtor: n, due: calendar.NewDate(2026, time.March, 6), strategy: strategy}})
		if story.then != nil {
			story.then(number)
		}
		var told toldOfMessages
		i.until("the message is "+string(story.becomes), 90*time.Second, func() bool {
			told = i.whatIsTold(number)
			return told.query == string(story.becomes)
		})
		require.Equal(t, toldOfMessages{query: told.query, api: told.query}, told)
		require.Contains(t, i.relance("show", creditor+"/"+number), " "+told.query)
	}
}

// toldOfMessages is what became of the only message of a case, in the words of those who
// were asked; empty when there is none yet.
type toldOfMessages struct{ query, api string }

func (i *installation) whatIsTold(number string) toldOfMessages {
	i.t.Helper()
	answer, err := i.client.QueryWorkflow(i.t.Context(), collection.WorkflowID(creditor, number), "", workflows.QueryStatus)
	require.NoError(i.t, err)
	var status workflows.Status
	require.NoError(i.t, answer.Get(&status))
	require.Empty(i.t, status.MessagesUnknown)
	code, text, err := i.billing().call(http.MethodGet, casePath(number), nil)
	require.NoError(i.t, err)
	require.Equal(i.t, http.StatusOK, code)
	var shown struct{ Messages []struct{ Delivery string } }
	require.NoError(i.t, json.Unmarshal(text, &shown))
	var told toldOfMessages
	for _, m := range status.Messages {
		require.Equal(i.t, "reminder", m.Step)
		told.query = m.Delivery
	}
	for _, m := range shown.Messages {
		told.api = m.Delivery
	}
	return told
}
