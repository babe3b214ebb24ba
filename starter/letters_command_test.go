package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
)

// posting is a service with a registered letter for each invoice in the print queue.
func posting(t *testing.T, invoices ...string) *cases.Service {
	t.Helper()
	store := casefiletest.Open(t)
	clock, err := calendar.Accelerated(time.Now(), begins, 1)
	require.NoError(t, err)
	for _, number := range invoices {
		opening := casefiletest.Opening(number)
		for i := range opening.Strategy.Steps {
			opening.Strategy.Steps[i].Approval = false
		}
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		message, _, err := store.ReserveMessage(t.Context(), casefile.Reservation{
			MessageKey: casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: number, Step: "formal-notice", Channel: collection.ChannelRegisteredLetter},
			At:         begins,
		}, func(c casefile.MessageContext) (casefile.Draft, error) {
			return casefile.Draft{
				Recipient: "=Martin SAS\n5 quai des Brumes\n69001 Lyon", Template: "formal-notice", Language: "fr", ContentType: "application/pdf",
				Bytes: []byte("%PDF-1.7 " + c.LetterNumber),
			}, nil
		})
		require.NoError(t, err)
		_, err = store.BeginSending(t.Context(), message.ID, begins)
		require.NoError(t, err)
		letter, err := store.QueueLetter(t.Context(), message.ID, "", begins)
		require.NoError(t, err)
		_, err = store.MarkAccepted(t.Context(), message.ID, "post", letter.ProviderID(), begins)
		require.NoError(t, err)
	}
	return &cases.Service{Store: store, Clock: func() calendar.Clock { return clock }}
}

func TestTheQueueIsWrittenForAPrintShop(t *testing.T) {
	t.Parallel()
	service := posting(t, "F-1", "F-2")
	folder := filepath.Join(t.TempDir(), "to-print")
	var said bytes.Buffer
	p := &program{out: &said, errOut: io.Discard}
	letters, err := (&lettersListCmd{}).letters(t.Context(), service)
	require.NoError(t, err)
	require.NoError(t, p.exportLetters(t.Context(), service.Store, letters, folder))
	require.Contains(t, said.String(), "2 letters in "+folder)

	content, err := os.ReadFile(filepath.Join(folder, "2026-000002.pdf"))
	require.NoError(t, err)
	require.Equal(t, "%PDF-1.7 2026-000002", string(content))
	sheet, err := os.ReadFile(filepath.Join(folder, "letters.csv"))
	require.NoError(t, err)
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(sheet, []byte("\ufeff"))))
	rows.Comma = ';'
	read, err := rows.ReadAll()
	require.NoError(t, err)
	require.Len(t, read, 3)
	require.Equal(t, []string{"acme", "2026-000001", "registered", "2026-000001.pdf"}, read[1][:4])
	require.Equal(t, []string{"'=Martin SAS", "5 quai des Brumes", "69001 Lyon", "", "", "", ""}, read[1][7:], "no formula of a debtor's")
	require.ErrorIs(t, p.exportLetters(t.Context(), service.Store, nil, folder), errNothingToExport)
}

func TestReportsOnLettersAreTold(t *testing.T) {
	t.Parallel()
	service := posting(t, "F-1")
	var said bytes.Buffer
	p := &program{out: &said, errOut: io.Discard}
	one := letterRef{number: "2026-000001"}
	day := calendar.DateOf(begins)
	tell := func(on calendar.Date, report casefile.LetterReport) error {
		return p.reportLettersTo(t.Context(), service, onLetter{On: on, By: "anne"}, []letterRef{one}, report)
	}
	require.NoError(t, tell(day.AddDays(1), casefile.LetterReport{State: casefile.LetterPosted, PostingNumber: "1A"}))
	require.NoError(t, tell(day.AddDays(20), casefile.LetterReport{State: casefile.LetterUnclaimed, PresentedOn: day.AddDays(3)}))
	require.Equal(t, "Letter 2026-000001 is posted.\nLetter 2026-000001 is unclaimed.\nIt is served, on "+day.AddDays(3).String()+".\n", said.String())
	require.ErrorContains(t, p.reportLettersTo(t.Context(), service, onLetter{}, []letterRef{{number: "2026-000009"}}, casefile.LetterReport{}),
		"there is no letter 2026-000009")
	require.ErrorContains(t, run(t.Context(), []string{"letters", "cancel", "2026-000001"}, io.Discard, io.Discard), "--reason")
	require.ErrorContains(t, run(t.Context(), []string{"letters", "posted", "acme/"}, io.Discard, io.Discard), "is not a letter")
}

func TestALetterThatWasPostedUnderAStopIsToldOf(t *testing.T) {
	t.Parallel()
	service := posting(t, "F-1")
	_, _, err := service.Store.SetStop(t.Context(), casefile.Stop{
		Stop:   collection.Stop{ID: "bank", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "wrong bank account", At: begins},
		Author: "anne",
	})
	require.NoError(t, err)
	var said, warned bytes.Buffer
	p := &program{out: &said, errOut: &warned}
	one := []letterRef{{number: "2026-000001"}}
	require.NoError(t, p.reportLettersTo(t.Context(), service, onLetter{On: calendar.DateOf(begins).AddDays(1), By: "anne"}, one,
		casefile.LetterReport{State: casefile.LetterPosted, PostingNumber: "1A"}))
	require.Equal(t, "Letter 2026-000001 is posted.\n", said.String())
	require.Contains(t, warned.String(), "Warning: letter 2026-000001 was posted although it was not to be: it was stopped by the kill-switch bank (wrong bank account)")
}
