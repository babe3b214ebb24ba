package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/cases/calls"
	"relance/collection"
	"relance/messaging/compose"
	"relance/money"
)

func TestACallSheetShowsNumbersScriptAndPromises(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	(&program{out: &out}).printSheet(calls.Sheet{
		Creditor: "acme", Invoice: "F-1", Debtor: casefile.Debtor{Name: "Martin SAS"}, Open: money.FromMinor(12_000, money.EUR),
		Tasks:    []casefile.Task{{ID: 7, Title: "Call the debtor", DueOn: calendar.NewDate(2026, time.May, 20)}},
		Numbers:  []calls.Number{{Name: "Jeanne Martin", Role: "accounts-payable", Printed: "06 12 34 56 78"}},
		Script:   compose.Script{Opening: []string{"Bonjour"}, Request: []string{"La facture"}, Answers: []string{"Notez"}, Closing: []string{"Merci"}},
		Promises: []casefile.ManualContact{{Promised: money.FromMinor(5_000, money.EUR), On: calendar.NewDate(2026, time.May, 21), By: "anne"}},
		Contacts: []calls.Contact{{At: time.Date(2026, time.May, 12, 9, 0, 0, 0, time.UTC), How: "email", What: "reminder-firm"}},
	})
	for _, words := range []string{
		"acme/F-1  Martin SAS, 120.00 EUR open", "task      7: Call the debtor, due 2026-05-20", "number    06 12 34 56 78  Jeanne Martin accounts-payable",
		"promise   50.00 EUR on 2026-05-21, to anne", "Bonjour", "La facture", "Notez", "Merci", "reminder-firm",
		"relance call-outcome acme/F-1 --outcome",
	} {
		require.Contains(t, out.String(), words)
	}
}

func TestAContactTellsWhatBecomesOfItsTask(t *testing.T) {
	t.Parallel()
	for words, recorded := range map[string]casefile.ContactRecorded{
		"Recorded: c-1.\nTask 7 stays open, due 2026-05-20: Call the debtor\n": {
			Contact: casefile.ManualContact{Key: "c-1", Outcome: collection.CallNoAnswer}, Fresh: true,
			Task: casefile.Task{ID: 7, Title: "Call the debtor", State: casefile.TaskOpen, DueOn: calendar.NewDate(2026, time.May, 20)},
		},
		"Recorded before: c-1.\nTask 7 is done: Call the debtor\n": {
			Contact: casefile.ManualContact{Key: "c-1", Outcome: collection.CallPromised},
			Task:    casefile.Task{ID: 7, Title: "Call the debtor", State: casefile.TaskDone},
		},
		"Recorded: c-1.\n": {
			Contact: casefile.ManualContact{Key: "c-1", Outcome: collection.CallPromised}, Fresh: true,
		},
	} {
		var out bytes.Buffer
		(&program{out: &out}).tellContact(recorded)
		require.Equal(t, words, out.String())
	}
}

func TestAnOutcomeThatIsNoneIsRefusedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"call-outcome", "acme/F-1", "--outcome", "happy"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "wrong-number")
	err = run(t.Context(), []string{"contact", "acme/F-1", "--channel", "call"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "meeting")
}
