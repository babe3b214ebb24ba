package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/cases/answers"
	"relance/collection"
	"relance/inbound"
	"relance/ledger"
)

// deafTo is a Temporal in which some cases take no signal.
type deafTo struct {
	client.Client
	numbers string
}

func (d *deafTo) SignalWorkflow(ctx context.Context, id, run, name string, payload any) error {
	if number := id[strings.LastIndex(id, "/")+1:]; strings.Contains(d.numbers, number) {
		return errors.New("it takes no signals, says jeanne@durand.example")
	}
	return d.Client.SignalWorkflow(ctx, id, run, name, payload)
}

// deaf is the service of answers with cases that take no signal.
func (b *bundle) deaf(numbers string) (*deafTo, *answers.Service) {
	temporal := &deafTo{Client: b.cases.Temporal, numbers: numbers}
	return temporal, &answers.Service{Cases: &cases.Service{Temporal: temporal, Store: b.cases.Store, Clock: b.cases.Clock, Log: b.cases.Log}, HoldDays: 3}
}

func (b *bundle) execute(statement string) {
	b.t.Helper()
	connection, err := pgx.Connect(b.t.Context(), b.dsn)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, connection.Close(b.t.Context())) }()
	_, err = connection.Exec(b.t.Context(), statement)
	require.NoError(b.t, err)
}

func (b *bundle) requireHold(number, id string, released bool) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		file, err := b.cases.Store.LoadCase(b.t.Context(), b.creditor, number)
		require.NoError(b.t, err)
		for _, hold := range file.Holds {
			if hold.ID == id {
				return hold.Released.IsZero() != released
			}
		}
		return false
	}, eventually, often, "%s of %s", id, number)
}

func TestAnAnswerThatWasIgnoredByMistakeHasItsWholeEffectWhenItIsPutToItsCaseAgain(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	b.opened("F-1")
	service := &answers.Service{Cases: b.cases, HoldDays: 3}
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, mail("From: compta@durand.example", "", "Facture F-1 : litige.")).status)
	id := b.idOf(b.answers("open"))
	for linking, hold := range []string{"answer-" + id, "answer-" + id + "-2", "answer-" + id + "-3"} {
		b.requireHold("F-1", hold, false)
		require.Len(t, b.tasksToRead(), 1)
		require.Len(t, b.history("F-1", "answer-received"), linking+1)
		require.NoError(t, service.KeepUp(t.Context()))
		require.Len(t, b.answers("open"), 1, "it waits to be read")
		if linking == 2 {
			break
		}
		b.call(http.MethodPost, "/v1/answers/"+id+"/ignore", object{"reason": "advertising"}).is(http.StatusOK)
		b.requireHold("F-1", hold, true)
		require.Empty(t, b.tasksToRead())
		for range 2 {
			linked := b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-1"}).is(http.StatusOK)
			require.Equal(t, "linked", linked["state"])
			require.Equal(t, "2026-11-26", linked["hold_until"])
			require.Equal(t, "2026-11-26", linked.at("cases", 0, "hold_until"))
		}
	}
	task, _ := b.tasksToRead()[0].(map[string]any)
	b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%.0f/done", task["id"]), object{"note": "read"}).is(http.StatusOK)
	require.NoError(t, service.KeepUp(t.Context()))
	require.Len(t, b.answers("handled"), 1)
	b.call(http.MethodPost, "/v1/answers/"+id+"/done", object{"resume": true}).is(http.StatusOK)
	b.requireHold("F-1", "answer-"+id+"-3", true)
}

func TestAMachinesReplyThatAPersonTakesForAnAnswerHasATaskOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	b.opened("F-2")
	b.answered("F-1", "Mme Durand ne fait plus partie de la société.", "Auto-Submitted: auto-replied")
	id := b.idOf(b.answers("open"))
	b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-2"}).is(http.StatusOK)
	require.Len(t, b.tasksToRead(), 1)
	task, _ := b.tasksToRead()[0].(map[string]any)
	require.Equal(t, "F-2", task["invoice"])
	require.Contains(t, task["detail"], "The case is on hold until 2026-11-26")
}

// taskOfAnswer is the one task about an answer with some words in its title.
func (b *bundle) taskOfAnswer(words string) (found object) {
	b.t.Helper()
	for _, one := range b.tasksToRead() {
		task, _ := one.(map[string]any)
		if title, _ := task["title"].(string); strings.Contains(title, words) {
			require.Nil(b.t, found, "one task %q", words)
			found = task
		}
	}
	require.NotNil(b.t, found, "a task %q", words)
	return found
}

// Temporal may be away for long: whoever reads the answer does not need it.
func TestAPersonIsAskedToReadAnAnswerThoughNoneOfItsHoldsCanBeOrdered(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	b.opened("F-2")
	temporal, service := b.deaf("F-1, F-2")
	answer, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Rappelez-moi."))))
	require.Error(t, err)
	require.Len(t, b.tasksToRead(), 1)
	task := b.taskOfAnswer("Read the answer")
	require.Equal(t, "2026-11-26", task["due_on"])
	require.Contains(t, task["detail"], "On hold, then going on by themselves: F-1 until 2026-11-26, F-2 until 2026-11-26")
	require.Empty(t, b.history("F-1", "answer-received"), "it is not held yet")

	// They read it before the holds come, which come all the same.
	b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%.0f/done", task["id"]), object{"note": "read"}).is(http.StatusOK)
	require.Error(t, service.KeepUp(t.Context()))
	require.Empty(t, b.tasksToRead(), "they are asked once")
	temporal.numbers = ""
	require.NoError(t, service.KeepUp(t.Context()))
	b.requireHold("F-1", answer.HoldID(), false)
	b.requireHold("F-2", answer.HoldID(), false)
	require.Empty(t, b.tasksToRead())
	require.Len(t, b.answers("handled"), 1)
}

func TestACaseThatCannotBeHeldKeepsNoOtherFromItsHoldAndIsToldAPerson(t *testing.T) {
	b := setup(t)
	b.work()
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		b.opened(number)
	}
	temporal, service := b.deaf("F-1")
	answer, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Rappelez-moi."))))
	require.ErrorContains(t, err, "takes no signals")
	require.True(t, answer.EffectDue)
	b.requireHold("F-2", answer.HoldID(), false)
	b.requireHold("F-3", answer.HoldID(), false)
	require.Error(t, service.KeepUp(t.Context()))
	require.Len(t, b.tasksToRead(), 1, "only to read it: it may be nothing")

	b.execute("update inbound_message set due_since = now() - interval '61 minutes'")
	for range 2 {
		require.Error(t, service.KeepUp(t.Context()))
	}
	require.Len(t, b.tasksToRead(), 2)
	task := b.taskOfAnswer("without effect")
	require.Contains(t, task["detail"], "What is missing: the hold of F-1.")
	require.NotContains(t, fmt.Sprint(task), "durand.example")

	temporal.numbers = ""
	require.NoError(t, service.KeepUp(t.Context()))
	b.requireHold("F-1", answer.HoldID(), false)
	require.Len(t, b.tasksToRead(), 1)
	b.taskOfAnswer("Read the answer")
	require.Len(t, b.history("F-3", "answer-received"), 1)
}

// The hold of one case may come a day later than that of another, and last longer.
func TestEachCaseOfAnAnswerIsHeldUntilADayOfItsOwn(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	b.opened("F-2")
	temporal, service := b.deaf("F-2")
	answer, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Rappelez-moi."))))
	require.Error(t, err)
	b.requireHold("F-1", answer.HoldID(), false)
	temporal.numbers = ""
	at := func(days int) {
		clock, err := calendar.Accelerated(time.Now(), today.AddDate(0, 0, days), 1)
		require.NoError(t, err)
		service.Cases.Clock = func() calendar.Clock { return clock }
		require.NoError(t, service.KeepUp(t.Context()))
	}
	at(1)
	shown := b.call(http.MethodGet, "/v1/answers/"+answer.ID, nil).is(http.StatusOK)
	require.Equal(t, "2026-11-27", shown["hold_until"], "as long as any case is held")
	for i, until := range []string{"2026-11-26", "2026-11-27"} {
		number := fmt.Sprintf("F-%d", i+1)
		require.Equal(t, until, shown.at("cases", i, "hold_until"), number)
		require.Contains(t, b.history(number, "answer-received")[0], "on hold until "+until)
		require.Eventually(t, func() bool { return b.show(number).at("holds", 0, "until") == until }, eventually, often, number)
	}
	at(5)
	require.Contains(t, b.history("F-1", "answer-hold-ended")[0], "until 2026-11-26")
	require.Contains(t, b.history("F-2", "answer-hold-ended")[0], "until 2026-11-27")
}

// As many as are looked at in one go cannot be brought about.
func TestAnswersThatCannotBeBroughtAboutKeepNoYoungerOneWaiting(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	b.opened("F-2")
	temporal, service := b.deaf("F-1, F-2")
	_, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Facture F-1 : rappelez-moi."))))
	require.Error(t, err)
	b.execute(`
		with old as (select * from inbound_message), copied as (
			insert into inbound_message (id, key, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents, bounce_action, bounce_status, bounce_message,
				matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at, effect_due, handled_by, note)
			select gen_random_uuid(), key || n, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents, bounce_action, bounce_status, bounce_message,
				matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at, effect_due, handled_by, note
			from old cross join generate_series(1, 200) as n
			returning id, creditor, invoice)
		insert into inbound_case (inbound, creditor, invoice) select id, creditor, invoice from copied`)
	young, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Facture F-2 : rappelez-moi."))))
	require.Error(t, err)

	temporal.numbers = "F-1"
	for range 2 {
		require.Error(t, service.KeepUp(t.Context()), "F-1 takes no signal")
	}
	young, err = b.cases.Store.Answer(t.Context(), young.ID)
	require.NoError(t, err)
	require.False(t, young.EffectDue)
	b.requireHold("F-2", young.HoldID(), false)
}

func TestWhatIsDoneBeforeAllItsCasesAreHeldCountsForEach(t *testing.T) {
	for name, c := range map[string]struct {
		done  string
		order object
		ends  bool
	}{
		"done":             {"done", object{}, false},
		"done, and resume": {"done", object{"resume": true}, true},
		"ignored":          {"ignore", object{"reason": "advertising"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.work()
			b.opened("F-1")
			b.opened("F-2")
			temporal, service := b.deaf("F-2")
			answer, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Rappelez-moi."))))
			require.Error(t, err)
			b.requireHold("F-1", answer.HoldID(), false)

			b.call(http.MethodPost, "/v1/answers/"+answer.ID+"/"+c.done, c.order).is(http.StatusOK)
			temporal.numbers = ""
			require.NoError(t, service.KeepUp(t.Context()))
			b.requireHold("F-1", answer.HoldID(), c.ends)
			b.requireHold("F-2", answer.HoldID(), c.ends)
			require.Empty(t, b.tasksToRead(), "somebody has read it")
		})
	}
}

// Who cannot be told to end a hold that it does not have keeps nobody from closing the answer.
func TestAnAnswerCanBeGivenUpThoughACaseTakesNoSignal(t *testing.T) {
	b := setup(t)
	b.work()
	b.opened("F-1")
	b.opened("F-2")
	_, service := b.deaf("F-2")
	answer, _, err := service.Receive(t.Context(), inbound.ReadMail([]byte(mail("From: compta@durand.example", "", "Rappelez-moi."))))
	require.Error(t, err)
	b.requireHold("F-1", answer.HoldID(), false)
	b.execute("update inbound_message set due_since = now() - interval '61 minutes'")
	require.Error(t, service.KeepUp(t.Context()))
	require.Len(t, b.tasksToRead(), 2)
	done, err := service.Done(t.Context(), answer.ID, "agreed", "anna", true)
	require.NoError(t, err)
	require.Equal(t, casefile.AnswerHandled, done.State)
	b.requireHold("F-1", answer.HoldID(), true)
	require.Empty(t, b.tasksToRead())
	require.NoError(t, service.KeepUp(t.Context()))
}

// START is for whom it was sent to; another creditor of the installation, and what a
// person recorded, it does not touch. STOP counts at all.
func TestAStartCountsForWhomItWasSentTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	other := b.creditor + "-b"
	require.NoError(t, b.cases.Store.SaveCreditor(t.Context(), casefile.Creditor{
		ID: other, Name: "Beta SARL", SMSSender: "+33639980001", LateFees: ledger.Policy{ClaimFrom: collection.ToneFormal},
		Address: casefile.Address{Line1: "1 rue de la Paix", Postcode: "75002", City: "Paris", Country: "FR"},
	}))
	opening := casefiletest.Opening("B-1")
	opening.Debtor.Creditor, opening.Debtor.ID, opening.Contacts = other, "C-1007", nil
	_, _, err := b.cases.Store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	_, err = b.cases.Store.ChangeContact(t.Context(), casefile.Contact{Creditor: other, Debtor: "C-1007", Role: "director", Phone: "+33639981234"}, casefile.Author{By: "anna", At: today})
	require.NoError(t, err)

	texts := 0
	text := func(said string) {
		texts++
		form := url.Values{"MessageSid": {fmt.Sprintf("SM-%s-%d", b.creditor, texts)}, "From": {"+33639981234"}, "To": {"+33639980000"}, "Body": {said}}
		require.Equal(t, http.StatusOK, b.text(authToken, form).status)
	}
	holds := func(creditor string) (holding int) {
		records, err := b.cases.Store.OptOuts(t.Context(), creditor, "C-1007")
		require.NoError(t, err)
		for _, record := range records {
			if record.Holds() {
				holding++
			}
		}
		return holding
	}
	text("STOP")
	require.Equal(t, 1, holds(b.creditor))
	require.Equal(t, 1, holds(other))
	text("START")
	require.Zero(t, holds(b.creditor))
	require.Equal(t, 1, holds(other), "nobody took that back")

	require.NoError(t, b.cases.OptOut(t.Context(), casefile.OptOut{
		Creditor: b.creditor, Debtor: "C-1007", Channel: collection.ChannelSMS, Address: "+33639981234", Source: "telephone call", By: "anna",
	}))
	text("START")
	require.Equal(t, 1, holds(b.creditor), "a person recorded it")
	require.NoError(t, b.cases.WithdrawOptOut(t.Context(), casefile.OptOut{
		Creditor: b.creditor, Debtor: "C-1007", Channel: collection.ChannelSMS, Address: "+33639981234", Source: "telephone call", By: "anna",
	}))

	for _, creditor := range []string{b.creditor, other} {
		require.NoError(t, b.cases.Store.RecordOptOut(t.Context(), casefile.OptOut{
			Creditor: creditor, Channel: collection.ChannelSMS, Address: "+33639981234", Source: casefile.RefusedAsOptedOut, At: today,
		}))
	}
	text("START")
	require.Zero(t, holds(b.creditor), "the provider had read its STOP first")
	require.Equal(t, 2, holds(other))
}
