package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// queuedLetter is a registered letter about an invoice that waits to be printed.
func (b *bundle) queuedLetter(number string) (url string) {
	b.t.Helper()
	return b.letterFor(number, "")
}

// letterFor is one that was handed to a service; to people when that is empty.
func (b *bundle) letterFor(number, service string) (url string) {
	b.t.Helper()
	b.opened(number)
	ctx, store := b.t.Context(), b.cases.Store
	require.NoError(b.t, store.RecordDecision(ctx, casefile.Decision{
		Creditor: b.creditor, Invoice: number, Key: "approved", Kind: "approve-step", Actor: "anne", At: today,
		Events: []collection.Event{collection.StepApproved{Step: "formal-notice"}},
	}))
	message, gate, err := store.ReserveMessage(ctx, casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: b.creditor, Invoice: number, Step: "formal-notice", Channel: collection.ChannelRegisteredLetter},
		At:         today, Deadline: calendar.NewDate(2026, 12, 8),
	}, func(c casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{
			Recipient: c.Debtor.Name + "\n69003 Lyon", Template: "formal-notice", Language: "fr", ContentType: "application/pdf",
			Bytes: []byte("%PDF-1.7 " + c.LetterNumber),
		}, nil
	})
	require.NoError(b.t, err)
	require.True(b.t, gate.Passes, gate.Reason)
	_, err = store.BeginSending(ctx, message.ID, today)
	require.NoError(b.t, err)
	letter, err := store.QueueLetter(ctx, message.ID, service, today)
	require.NoError(b.t, err)
	_, err = store.MarkAccepted(ctx, message.ID, "post", letter.ProviderID(), today)
	require.NoError(b.t, err)
	return "/v1/letters/" + b.creditor + "/" + letter.Number
}

func TestALetterIsPrintedPostedAndServed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.queuedLetter("F-1")
	listed := b.call(http.MethodGet, "/v1/letters?creditor="+b.creditor, nil).is(http.StatusOK)
	require.Equal(t, "2026-000001", listed.at("letters", 0, "number"))
	require.Equal(t, "registered", listed.at("letters", 0, "kind"))
	require.Equal(t, "Menuiserie Durand", listed.at("letters", 0, "recipient", 0))
	pdf := b.call(http.MethodGet, listed.at("letters", 0, "url").(string), nil)
	require.Equal(t, http.StatusOK, pdf.status)
	require.Equal(t, "application/pdf", pdf.header.Get("Content-Type"))
	require.Equal(t, "%PDF-1.7 2026-000001", string(pdf.body))

	b.call(http.MethodPost, at+"/reports", object{"state": "printed", "on": "2026-11-23"}).is(http.StatusOK)
	posted := object{"state": "posted", "on": "2026-11-24", "posting_number": "1A 234 567 8901 2", "postage": "5.74", "by": "anne"}
	for range 2 {
		told := b.call(http.MethodPost, at+"/reports", posted).is(http.StatusOK)
		require.Equal(t, "posted", told["state"])
		require.Equal(t, "5.74", told["postage"])
		require.Equal(t, "anne", told["by"])
	}
	require.Empty(t, b.call(http.MethodGet, "/v1/letters?creditor="+b.creditor, nil).is(http.StatusOK)["letters"], "nothing is left to post")
	b.call(http.MethodPost, at+"/reports", object{"state": "unclaimed", "on": "2026-12-15"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	told := b.call(http.MethodPost, at+"/reports", object{"state": "unclaimed", "on": "2026-12-15", "presented_on": "2026-11-26"}).is(http.StatusOK)
	require.Equal(t, "2026-11-26", told["presented_on"])
	b.call(http.MethodPost, at+"/reports", object{"state": "delivered", "on": "2026-12-15"}).isProblem(http.StatusConflict, "conflict")

	file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.MessageDelivered, file.Messages[0].State, "not fetched, and served")
	proof, err := b.cases.Store.LetterProof(t.Context(), file.Messages[0].ID)
	require.NoError(t, err)
	require.Equal(t, "2026-11-26", proof.Served().String())
}

// The posting is a fact; whoever reports it hears that the letter had been stopped.
func TestALetterThatWasPostedUnderAStopIsAnsweredWithAWarning(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.queuedLetter("F-1")
	_, _, err := b.cases.Store.SetStop(t.Context(), casefile.Stop{
		Stop:     collection.Stop{ID: "legal-durand", Kind: collection.StopBlock, Scope: collection.ScopeDebtor, Reason: "our lawyer is talking to them", At: today},
		Creditor: b.creditor, Debtor: "C-1007", Author: "anne",
	})
	require.NoError(t, err)
	require.Equal(t, "block legal-durand", b.call(http.MethodGet, at, nil).is(http.StatusOK)["stopped_by"])
	posted := object{"state": "posted", "on": "2026-11-24", "posting_number": "1A 234 567 8901 2", "by": "anne"}
	told := b.call(http.MethodPost, at+"/reports", posted).is(http.StatusOK)
	require.Equal(t, "posted", told["state"])
	require.Contains(t, told["warning"], "it was stopped by the block legal-durand (our lawyer is talking to them)")
	require.Contains(t, b.call(http.MethodGet, at, nil).is(http.StatusOK)["warning"], "legal-durand")
}

func TestALetterThatCameBackHasNotReachedTheDebtor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.queuedLetter("F-1")
	b.call(http.MethodPost, at+"/reports", object{"state": "posted", "on": "2026-11-24", "posting_number": "1A"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/reports", object{"state": "returned", "on": "2026-11-30", "reason": "not at the address"}).is(http.StatusOK)
	file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.MessageBounced, file.Messages[0].State)
}

func TestAScanIsKeptAndShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.queuedLetter("F-1")
	picture := []byte("\x89PNG\r\n\x1a\n acknowledgement")
	b.call(http.MethodGet, at+"/scan", nil).isProblem(http.StatusNotFound, "unknown-letter")
	b.call(http.MethodPost, at+"/scan", picture).isProblem(http.StatusConflict, "not-now")
	b.call(http.MethodPost, at+"/reports", object{"state": "posted", "on": "2026-11-24", "posting_number": "1A"}).is(http.StatusOK)
	for range 2 {
		kept := b.call(http.MethodPost, at+"/scan?by=anne", picture).is(http.StatusOK)
		require.Equal(t, "image/png", kept["content_type"], "the content says what it is, not its header")
	}
	shown := b.call(http.MethodGet, at+"/scan", nil)
	require.Equal(t, picture, shown.body)
	require.Equal(t, "image/png", shown.header.Get("Content-Type"))
	require.EqualValues(t, 1, b.call(http.MethodGet, at, nil).is(http.StatusOK)["scans"])

	b.call(http.MethodPost, at+"/scan", []byte("<svg onload=alert(1)>")).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/scan", make([]byte, casefile.MaxScan+1)).isProblem(http.StatusRequestEntityTooLarge, "too-large")
	b.call(http.MethodPost, at+"/scan", picture, "Content-Type", "multipart/form-data; boundary=x").isProblem(http.StatusUnsupportedMediaType, "unsupported-media-type")
}

func TestTheRegisterOfLettersIsReadPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		b.queuedLetter(number)
	}
	first := b.call(http.MethodGet, "/v1/letters?limit=2&kind=registered&state=queued", nil).is(http.StatusOK)
	require.Equal(t, "2026-000002", first.at("letters", 1, "number"))
	rest := b.call(http.MethodGet, "/v1/letters?limit=2&state=all&cursor="+first["next_cursor"].(string), nil).is(http.StatusOK)
	require.Equal(t, "2026-000003", rest.at("letters", 0, "number"))
	require.Nil(t, rest["next_cursor"])
	b.call(http.MethodGet, "/v1/letters?cursor=nonsense", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/letters/"+b.creditor+"/2026-999999", nil).isProblem(http.StatusNotFound, "unknown-letter")
}

// A letter in place of another waits for its approval while its ladder has taken the step.
func TestRefusingALetterInPlaceOfAnotherCanHoldItsCase(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.queuedLetter("F-1")
	message, _ := b.call(http.MethodGet, at, nil).is(http.StatusOK)["message"].(string)
	require.NoError(t, b.cases.Store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: b.creditor, Invoice: "F-1", Key: "other claim", Kind: "approve-step", Actor: "anne", At: today,
		Events: []collection.Event{
			collection.StepAttempted{Step: "formal-notice", Attempt: collection.Attempt{Channel: collection.ChannelEmail}, At: today},
			collection.StepApproved{Step: "formal-notice", For: "1.00 EUR by strict@1"},
		},
	}))
	require.Equal(t, "cancelled", b.call(http.MethodGet, at, nil).is(http.StatusOK)["state"])
	replaced := func() bool {
		replaced, err := b.cases.Store.ReplaceLetter(t.Context(), message, today, func(c casefile.MessageContext) (casefile.Draft, error) {
			return casefile.Draft{Recipient: c.Debtor.Name, Template: "formal-notice", Language: "fr", ContentType: "application/pdf", Bytes: []byte("%PDF-1.7 " + c.LetterNumber)}, nil
		})
		require.NoError(t, err)
		return replaced
	}
	asked := func() int {
		tasks, err := b.cases.Store.Tasks(t.Context(), casefile.TaskFilter{Creditor: b.creditor, Kind: collection.TaskApproval, State: casefile.TaskOpen})
		require.NoError(t, err)
		return len(tasks)
	}
	step := "/v1/cases/" + b.creditor + "/F-1/steps/formal-notice"
	for refusal := range 2 {
		require.False(t, replaced())
		require.Equal(t, 1, asked())
		b.call(http.MethodPost, step+"/refuse", object{"reason": "a key account", "then": "hold", "until": "2020-01-01"}).isProblem(http.StatusUnprocessableEntity, "invalid")
		require.Equal(t, 1, asked(), "nothing has come of that")

		b.call(http.MethodPost, step+"/refuse", object{"reason": "a key account", "then": "hold"}).is(http.StatusOK)
		require.Zero(t, asked())
		held := b.show("F-1")
		require.Equal(t, "on-hold", held.at("status", "stage"))
		require.Equal(t, "a key account", held.at("holds", refusal, "reason"))
		require.False(t, replaced())
		require.Zero(t, asked(), "it is asked anew when the hold has ended")
		b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-1/resume", object{}).is(http.StatusOK)
	}
	require.False(t, replaced())
	b.call(http.MethodPost, step+"/approve", object{}).is(http.StatusOK)
	require.True(t, replaced())
}
