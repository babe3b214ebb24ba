package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/inbound"
	"relance/inbound/intent"
	"relance/messaging"
)

const (
	answerID      = "0a0b0c0d-1111-8222-8333-444455556666"
	otherAnswerID = "0a0b0c0d-1111-8222-8333-444455557777"
)

func answerTo(invoice string) casefile.NewAnswer {
	answer := casefile.Answer{
		ID: answerID, Key: "email/1", Channel: "email", Kind: "answer", Sender: "jeanne@martin.example", Said: "Je règle vendredi", Text: "Je règle vendredi",
		Intents: []intent.Intent{{Kind: intent.Promise, Rule: "will pay (French)", Words: "Je règle vendredi", Date: calendar.NewDate(2026, time.March, 6)}},
		State:   casefile.AnswerTriage, MatchedBy: "nothing says whose it is", ReceivedAt: casefiletest.Opened,
	}
	var invoices []string
	if invoice != "" {
		invoices = []string{invoice}
		answer.Creditor, answer.Debtor, answer.Invoice, answer.State, answer.EffectDue = casefiletest.Creditor, casefiletest.Debtor, invoice, casefile.AnswerLinked, true
	}
	return casefile.NewAnswer{
		Answer: answer, Raw: []byte("From: jeanne"), Invoices: invoices,
		Files: []casefile.NewAnswerFile{{Name: "proof.pdf", Declared: "application/pdf", Detected: "application/pdf", SHA256: messaging.Hash([]byte(proof)), Content: []byte(proof)}},
	}
}

const proof = "%PDF-1.7"

// known is the answer as it stands.
func known(t *testing.T, store *casefile.Store) casefile.Answer {
	t.Helper()
	answer, err := store.Answer(t.Context(), answerID)
	require.NoError(t, err)
	return answer
}

func TestAnAnswerIsKeptOnceWithAllThatCameWithIt(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	recorded, fresh, err := store.RecordAnswer(t.Context(), answerTo("F-1"))
	require.NoError(t, err)
	require.True(t, fresh)
	require.Equal(t, intent.Promise, recorded.Intents[0].Kind)
	require.Equal(t, calendar.NewDate(2026, time.March, 6), recorded.Intents[0].Date)
	before := dump(t, dsn)
	_, fresh, err = store.RecordAnswer(t.Context(), answerTo("F-1"))
	require.NoError(t, err)
	require.False(t, fresh)
	require.Equal(t, before, dump(t, dsn))

	raw, err := store.AnswerRaw(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, "From: jeanne", string(raw))
	name, content, err := store.AnswerFile(t.Context(), answerID, 1)
	require.NoError(t, err)
	require.Equal(t, "proof.pdf", name)
	require.Equal(t, proof, string(content))
	require.NoError(t, execute(t, dsn, "update inbound_attachment set bytes = 'other'"))
	_, _, err = store.AnswerFile(t.Context(), answerID, 1)
	require.ErrorContains(t, err, "altered")
	_, err = store.Answer(t.Context(), otherAnswerID)
	require.ErrorIs(t, err, casefile.ErrUnknownAnswer)
	_, err = store.Answer(t.Context(), "no uuid")
	require.ErrorIs(t, err, casefile.ErrUnknownAnswer)
}

func TestTheEffectOfAnAnswerIsDueUntilItIsFinished(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	_, _, err := store.RecordAnswer(t.Context(), answerTo("F-1"))
	require.NoError(t, err)
	due, err := store.AnswersDue(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, due, 1)
	effect := casefile.AnswerEffect{
		Held:    []casefile.AnswerHold{{Invoice: "F-1", Until: calendar.NewDate(2026, time.March, 5)}},
		History: []casefile.AnswerNote{{Creditor: casefiletest.Creditor, Invoice: "F-1", Key: "answer/" + answerID, Kind: "answer-received", Actor: "relance", Summary: "an answer came", At: casefiletest.Opened}},
	}
	require.NoError(t, store.FinishAnswer(t.Context(), due[0], effect))
	before := dump(t, dsn)
	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), effect), "done again after a crash")
	require.Equal(t, before, dump(t, dsn))
	due, err = store.AnswersDue(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, due)
	cases, _, err := store.AnswerParts(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, []casefile.AnswerCase{{Creditor: casefiletest.Creditor, Invoice: "F-1", HoldUntil: calendar.NewDate(2026, time.March, 5)}}, cases)
	held, err := store.AnswersOnHold(t.Context(), calendar.NewDate(2026, time.March, 6), 10)
	require.NoError(t, err)
	require.Len(t, held, 1)
	require.NoError(t, store.EndAnswerHold(t.Context(), answerID, nil, casefiletest.Opened))
	held, err = store.AnswersOnHold(t.Context(), calendar.NewDate(2026, time.March, 6), 10)
	require.NoError(t, err)
	require.Empty(t, held)
}

func TestAnAnswerOfTheTriageIsLinkedOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	_, _, err := store.RecordAnswer(t.Context(), answerTo(""))
	require.NoError(t, err)
	link := casefile.AnswerLink{ID: answerID, Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Invoice: "F-1", MatchedBy: "jeanne said so", Invoices: []string{"F-1"}}
	for range 2 {
		linked, err := store.LinkAnswer(t.Context(), link)
		require.NoError(t, err)
		require.Equal(t, casefile.AnswerLinked, linked.State)
		require.True(t, linked.EffectDue)
	}
	link.Invoice = "F-2"
	_, err = store.LinkAnswer(t.Context(), link)
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, collection.RefusedNotNow, refused.Code)
	for range 2 {
		closed, err := store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: casefile.AnswerHandled, By: "jeanne", Note: "agreed", At: casefiletest.Opened})
		require.NoError(t, err)
		require.Equal(t, casefile.AnswerHandled, closed.State)
		require.Equal(t, "agreed", closed.Note)
	}
	_, err = store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: casefile.AnswerTriage, By: "jeanne", At: casefiletest.Opened})
	require.Error(t, err)
}

func TestAnOptOutIsKeptOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	wish := casefile.OptOut{Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Channel: collection.ChannelSMS, Address: "+33612345678", Source: "answer/1", At: casefiletest.Opened}
	require.NoError(t, store.RecordOptOut(t.Context(), wish))
	before := dump(t, dsn)
	wish.Source = "answer/2"
	require.NoError(t, store.RecordOptOut(t.Context(), wish))
	require.Equal(t, before, dump(t, dsn))
	require.Contains(t, before, "+33612345678")
	require.ErrorIs(t, store.RecordOptOut(t.Context(), casefile.OptOut{Creditor: "nobody", Channel: "sms", Address: "+33612345678", Source: "x", At: casefiletest.Opened}), casefile.ErrUnknownCreditor)
	require.Error(t, store.RecordOptOut(t.Context(), casefile.OptOut{Creditor: casefiletest.Creditor}))
}

func TestATaskToReadAnAnswerOutlivesThePayment(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	order := casefile.TaskOrder{Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: collection.TaskAnswer, Key: "answer/1", Title: "Read the answer", At: casefiletest.Opened}
	_, created, err := store.OpenTask(t.Context(), order)
	require.NoError(t, err)
	require.True(t, created)
	_, err = store.PostEntry(t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F-1", Entry: payment("P-1", 12000), At: casefiletest.Opened})
	require.NoError(t, err)
	order.Key = "answer/2" // another comes when it is closed
	task, _, err := store.OpenTask(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, casefile.TaskOpen, task.State)
	open, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: casefiletest.Creditor, State: casefile.TaskOpen, Kind: collection.TaskAnswer})
	require.NoError(t, err)
	require.Len(t, open, 2)
}

func TestTheCluesOfAnAnswerAreLookedUp(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	traces, err := store.TracesOf(t.Context(), inbound.Clues{
		Answered: inbound.Named{MessageIDs: []string{message.ID, otherAnswerID}}, Numbers: []string{"F-1", "F-9"}, From: "jeanne@martin.example", To: []string{"compta@acme.example"},
	})
	require.NoError(t, err)
	here := casefile.Whereabouts{Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Invoice: "F-1"}
	require.Equal(t, []casefile.Whereabouts{{Creditor: here.Creditor, Debtor: here.Debtor, Invoice: "F-1", Message: message.ID}}, traces.Answered)
	require.Equal(t, message.ID, traces.Message)
	require.Equal(t, []casefile.Whereabouts{here}, traces.Written)
	require.Equal(t, []casefile.Whereabouts{{Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor}}, traces.Contacts)
	require.Equal(t, []string{casefiletest.Creditor}, traces.Creditors)

	byPhone, err := store.TracesOf(t.Context(), inbound.Clues{From: "+33612345678"})
	require.NoError(t, err)
	require.Len(t, byPhone.Contacts, 1)
	nobody, err := store.TracesOf(t.Context(), inbound.Clues{})
	require.NoError(t, err)
	require.Equal(t, casefile.Traces{}, nobody)
}

func TestTheCluesOfAnAnswerLeadToAllWhoseMessagesItsSenderReceives(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for number, debtor := range map[string]string{"F-1": "lyon", "F-3": "brest", "F-4": "holding", "F-9": "nantes"} {
		opening := casefiletest.Opening(number)
		opening.Debtor.ID, opening.Contacts[0].Email = debtor, "compta@"+debtor+".example"
		if debtor != "holding" {
			opening.Debtor.Parent, opening.Debtor.BillTo = "holding", casefile.BillToParent
		}
		if debtor == "nantes" { // knows its parent, and receives its messages itself
			opening.Debtor.BillTo = casefile.BillToDebtor
		}
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	billed := func(debtor, invoice string) casefile.Whereabouts {
		return casefile.Whereabouts{Creditor: casefiletest.Creditor, Debtor: debtor, Parent: "holding", Invoice: invoice}
	}
	traces, err := store.TracesOf(t.Context(), inbound.Clues{Numbers: []string{"F-1"}, From: "compta@holding.example"})
	require.NoError(t, err)
	require.Equal(t, []casefile.Whereabouts{billed("lyon", "F-1")}, traces.Written)
	require.Equal(t, []casefile.Whereabouts{{Creditor: casefiletest.Creditor, Debtor: "holding"}}, traces.Contacts)
	require.Equal(t, []casefile.Whereabouts{billed("brest", ""), billed("lyon", "")}, traces.Billed)

	child, err := store.TracesOf(t.Context(), inbound.Clues{From: "compta@lyon.example"})
	require.NoError(t, err)
	require.Equal(t, []casefile.Whereabouts{billed("lyon", "")}, child.Contacts)
	require.Empty(t, child.Billed)
	cases, err := store.CasesOfDebtors(t.Context(), casefiletest.Creditor, "lyon", "holding")
	require.NoError(t, err)
	require.Equal(t, []casefile.CaseOfDebtor{{Debtor: "lyon", Invoice: "F-1"}, {Debtor: "holding", Invoice: "F-4"}}, cases)
}

func TestAnAnswerIsPutToMoreCasesLater(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		openCase(t, store, number)
	}
	_, _, err := store.RecordAnswer(t.Context(), answerTo(""))
	require.NoError(t, err)
	link := casefile.AnswerLink{ID: answerID, Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Invoice: "F-1", MatchedBy: "jeanne said so", Invoices: []string{"F-1", "F-2"}}
	_, err = store.LinkAnswer(t.Context(), link)
	require.NoError(t, err)
	until := calendar.NewDate(2026, time.March, 5)
	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), casefile.AnswerEffect{Held: []casefile.AnswerHold{{Invoice: "F-1", Until: until}, {Invoice: "F-2", Until: until}}}))
	before := dump(t, dsn)
	again, err := store.LinkAnswer(t.Context(), link)
	require.NoError(t, err)
	require.False(t, again.EffectDue)
	require.Equal(t, before, dump(t, dsn), "the same again changes nothing")

	link.Invoices = []string{"F-1", "F-3"}
	again, err = store.LinkAnswer(t.Context(), link)
	require.NoError(t, err)
	require.True(t, again.EffectDue)
	cases, _, err := store.AnswerParts(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, []casefile.AnswerCase{
		{Creditor: casefiletest.Creditor, Invoice: "F-1", HoldUntil: until}, {Creditor: casefiletest.Creditor, Invoice: "F-2", HoldUntil: until}, {Creditor: casefiletest.Creditor, Invoice: "F-3"},
	}, cases)
}

func TestAnAutomaticReplyThatAPersonPutsToAnotherCaseLeavesTheFirst(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	machine := answerTo("F-1")
	machine.Kind, machine.AutoSign, machine.State, machine.EffectDue = "auto-reply", "Auto-Submitted", casefile.AnswerHandled, false
	machine.HandledAt, machine.HandledBy = casefiletest.Opened, "relance"
	_, _, err := store.RecordAnswer(t.Context(), machine)
	require.NoError(t, err)
	_, err = store.LinkAnswer(t.Context(), casefile.AnswerLink{ID: answerID, Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Invoice: "F-2", MatchedBy: "jeanne said so", Invoices: []string{"F-2"}})
	require.NoError(t, err)
	cases, _, err := store.AnswerParts(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, []casefile.AnswerCase{{Creditor: casefiletest.Creditor, Invoice: "F-2"}}, cases)
}
