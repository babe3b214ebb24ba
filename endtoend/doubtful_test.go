package endtoend_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/simulator"
)

// byMail is a ladder whose reminder has no other channel than the e-mail.
var byMail = map[string]string{"by-mail.yaml": `name: by-mail
version: 1
title: {fr: Courriel, en: E-mail}
description: {fr: Pour un essai., en: For a test.}
for: business
steps:
  - {key: reminder, title: {fr: Relance, en: Reminder}, when: {after_due: 1}, tone: firm, channels: [email], template: reminder-firm, deadline: 7}
  - {key: reminder-last, title: {fr: Dernière, en: Last}, when: {after_previous: 20}, tone: final, channels: [email], template: reminder-last, deadline: 7}
`}

func TestWhatBecameOfAReminderIsFoundOutByAPersonOrTheProviderAndNeverGuessed(t *testing.T) {
	t.Parallel()
	// The provider takes every mail, does not say so, and tells of it a minute later.
	i := install(t, plan{strategies: byMail, ambiguousAfter: time.Second, faults: simulator.Faults{DropAfter: 1, EventDelayMS: 60_000}})
	arrived, beside, lost, silent := "F-ARRIVED", "F-BESIDE", "F-LOST", "F-SILENT"
	var claims []claim
	for n, number := range []string{arrived, beside, lost, silent} {
		claims = append(claims, claim{number: number, debtor: max(n, 1), due: calendar.NewDate(2026, time.March, 6), strategy: "by-mail"})
	}
	i.importLedger(claims)
	i.startWorker()
	i.until("a person is asked about every mail", 50*time.Second, func() bool {
		for _, c := range claims {
			if len(i.caseFile(c.number).Tasks) == 0 {
				return false
			}
		}
		return true
	})
	shown := i.relance("show", creditor+"/"+arrived)
	require.Contains(t, shown, "ambiguous")
	require.Contains(t, shown, "Find out whether the message of the step reminder has arrived")
	require.Contains(t, shown, "est peut-être arrivé")
	require.Contains(t, shown, "its provider never said so, and a person was asked to find out")
	require.NoError(t, i.provider.SetSendGridFaults(simulator.Faults{EventDelayMS: 60_000}))

	i.relance("resolve", creditor+"/"+arrived, i.caseFile(arrived).Messages[0].ID, "--outcome", "arrived", "--by", "anne")
	answer := i.billing().post(casePath(lost)+"/messages/"+i.caseFile(lost).Messages[0].ID+"/resolution", map[string]string{"outcome": "lost", "by": "anne"})
	require.Equal(t, http.StatusOK, answer.Code, answer.Detail)
	i.until("the answered cases go on", 30*time.Second, func() bool { return i.goesOn(arrived) && i.goesOn(beside) && i.goesOn(lost) })
	once := map[string]int{arrived: 1, beside: 1, lost: 2, silent: 1}
	require.Equal(t, once, i.mailsAbout(claims), "only what a person said is lost was sent again, once")
	require.Equal(t, i.caseFile(arrived).Messages[0].ID, i.caseFile(beside).Messages[0].ID, "one answer is for all that the mail was about")

	i.until("the provider tells of the third, and nobody needs to look any more", 2*time.Minute, func() bool { return i.goesOn(silent) })
	i.until("the provider has told of all", 2*time.Minute, func() bool {
		for _, c := range claims {
			for _, m := range i.caseFile(c.number).Messages {
				if m.State != casefile.MessageDelivered {
					return false
				}
			}
		}
		return true
	})
	for _, c := range claims {
		file := i.caseFile(c.number)
		require.True(t, i.goesOn(c.number), "late news do no harm")
		require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, file.Case.Steps[0].Attempts, c.number)
		require.Len(t, file.Tasks, 1, c.number)
		require.Equal(t, casefile.TaskDone, file.Tasks[0].State, c.number)
	}
	require.Equal(t, once, i.mailsAbout(claims))
}

// goesOn reports whether the reminder of a case is behind it, for its rows and for its
// workflow.
func (i *installation) goesOn(number string) bool {
	i.t.Helper()
	if i.caseFile(number).Row.NextStep != "reminder-last" || !i.isAtRest(number) {
		return false
	}
	answer, err := i.client.QueryWorkflow(i.t.Context(), collection.WorkflowID(creditor, number), "", "status")
	require.NoError(i.t, err)
	var status struct {
		NextStep string `json:"next_step"`
	}
	require.NoError(i.t, answer.Get(&status))
	return status.NextStep == "reminder-last"
}

// mailsAbout counts how often the provider took a mail about each invoice.
func (i *installation) mailsAbout(claims []claim) map[string]int {
	i.t.Helper()
	taken, counted := i.provider.AcceptedByID(), map[string]int{}
	for _, c := range claims {
		for _, m := range i.caseFile(c.number).Messages {
			counted[c.number] += taken[m.ID]
		}
	}
	return counted
}
