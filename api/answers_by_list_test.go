package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestAMailByAListOrATicketToolHoldsItsCaseLikeAnyAnswer(t *testing.T) {
	b := setup(t, withParse)
	b.work()
	const (
		list   = "Precedence: list"
		bulk   = "Precedence: bulk"
		junk   = "Precedence: junk"
		ticket = "X-Auto-Response-Suppress: All"
	)
	asked := []struct{ headers, said, kind string }{
		{list, "Nous contestons cette facture : livraison non conforme.", "dispute"},
		{ticket, "Nous contestons cette facture : livraison non conforme.", "dispute"},
		{bulk + "\n" + ticket + "\nAuto-Submitted: no", "We dispute this invoice.", "dispute"},
		{bulk, "Bonjour, je règle vendredi.", "promise"},
		{"X-Auto-Response-Suppress: OOF, AutoReply", "Bonjour, je règle vendredi.", "promise"},
		{junk, "Nous avons réglé le 12/11 par virement.", "paid"},
		{list + "\n" + ticket, "Rappelez-moi.", ""},
	}
	for i, one := range asked {
		number := fmt.Sprintf("F-%d", i+1)
		b.opened(number)
		b.answered(number, one.said, one.headers)
	}
	for i, one := range asked {
		number := fmt.Sprintf("F-%d", i+1)
		answer := b.onlyAnswer(number)
		require.Equal(t, "answer", answer["kind"], one)
		require.Equal(t, "linked", answer["state"], one)
		if one.kind != "" {
			require.Equal(t, one.kind, answer.at("intents", 0, "kind"), one)
		}
		require.Eventually(t, func() bool { return b.show(number).at("holds", 0, "until") == "2026-11-26" }, eventually, often, one)
		require.True(t, b.isToBeRead(answer), one)
		messages, _ := b.show(number)["messages"].([]any)
		require.Len(t, messages, 1, "nothing is sent because of it, as its header asks")
	}
	require.Len(t, b.answers("open"), len(asked))
	require.Len(t, b.tasksToRead(), len(asked))

	unknown := mail("From: nobody@nowhere.example", list, "", "Nous contestons.")
	require.Equal(t, http.StatusNoContent, b.parse(parseTokenOfTests, unknown).status)
	require.Len(t, b.answers("triage"), 1, "whose it is, a person finds out")
}

func TestAMailByAListOrATicketToolStopsItsChannel(t *testing.T) {
	for name, headers := range map[string]string{
		"list":        "Precedence: list",
		"ticket tool": "Precedence: bulk\nX-Auto-Response-Suppress: All",
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, withParse)
			b.work()
			b.opened("F-1")
			require.True(t, b.mayBeMailed("F-1"))
			b.answered("F-1", "STOP", headers)
			require.False(t, b.mayBeMailed("F-1"))
			answer := b.onlyAnswer("F-1")
			require.Equal(t, "stop", answer.at("intents", 0, "kind"))
			require.True(t, b.isToBeRead(answer))
			require.Eventually(t, func() bool { return b.show("F-1").at("holds", 0, "until") == "2026-11-26" }, eventually, often)
		})
	}
}

func TestAnAutomaticReplyHoldsNothingWhateverElseItCarries(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	for i, headers := range []string{
		"Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Auto-Response-Suppress: All",
		"Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All",
		"X-Autoreply: yes\nPrecedence: junk",
		"Precedence: auto_reply",
		"Return-Path: <>\nPrecedence: list",
		"Subject: Réponse automatique : Votre facture\nX-Auto-Response-Suppress: All",
	} {
		number := fmt.Sprintf("F-%d", i+1)
		b.opened(number)
		b.answered(number, "Je suis absent jusqu'au 07/12. Nous contestons.", headers)
		require.Equal(t, "auto-reply", b.onlyAnswer(number)["kind"], headers)
		require.Nil(t, b.show(number).at("holds", 0), headers)
		lines := b.history(number, "answer-received")
		require.Len(t, lines, 1, headers)
		require.Contains(t, lines[0], "nothing is held", headers)
	}
	require.Empty(t, b.tasksToRead())
	require.Empty(t, b.answers("open"))
}

func TestAnAutomaticReplyThatSomebodyHasLeftIsToldOnceAndHoldsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	b.opened("F-2")
	const left = "Mme Durand ne fait plus partie de la société, écrivez à direction@durand.example."
	b.answered("F-1", left, "Auto-Submitted: auto-replied")
	answer := b.onlyAnswer("F-1")
	require.Equal(t, "auto-reply", answer["kind"])
	require.Equal(t, "linked", answer["state"])
	require.Equal(t, "wrong-person", answer.at("intents", 1, "kind"))
	require.True(t, b.isToBeRead(answer))
	lines := b.history("F-1", "answer-received")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "nothing is held, and a person is asked")
	task, _ := b.tasksToRead()[0].(map[string]any)
	require.Contains(t, task["detail"], "correct the contact of the debtor")
	require.NotContains(t, fmt.Sprint(task), "durand.example")

	b.answered("F-2", left, "Auto-Submitted: auto-replied")
	var together sync.WaitGroup
	for i := range 10 {
		together.Go(func() {
			raw := answering(fmt.Sprintf("again-%d", i), left+" F-1", "Auto-Submitted: auto-replied")
			if status := b.parse(parseTokenOfTests, raw).status; status != http.StatusNoContent {
				t.Error(status)
			}
		})
	}
	together.Wait()
	require.Len(t, b.answers("all"), 12)
	require.Len(t, b.answers("open"), 1, "what it said again is handled")
	require.Len(t, b.tasksToRead(), 1)
	require.Nil(t, b.show("F-1").at("holds", 0))
	require.Nil(t, b.show("F-2").at("holds", 0))

	b.call(http.MethodPost, fmt.Sprintf("/v1/answers/%s/done", answer["id"]), object{"note": "the contact is corrected"}).is(http.StatusOK)
	b.parse(parseTokenOfTests, answering("late", left+" F-1", "Auto-Submitted: auto-replied"))
	require.Empty(t, b.tasksToRead(), "once for the sender and the rule")
	b.parse(parseTokenOfTests, answering("other", "La société est en liquidation judiciaire. F-1", "Auto-Submitted: auto-replied"))
	require.Len(t, b.tasksToRead(), 1, "another rule")
}

func TestAnAutomaticReplyThatSomebodyHasLeftAndFitsNoCaseIsSeenOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	came := func(from, said string) {
		raw := mail("From: "+from, "Auto-Submitted: auto-replied", "", said)
		if status := b.parse(parseTokenOfTests, raw).status; status != http.StatusNoContent {
			t.Error(status)
		}
	}
	const left = "Mme Durand ne fait plus partie de la société."
	// What was ignored before a person was shown such replies nobody has seen.
	came("jeanne@nowhere.example", "Je suis absente.")
	require.Empty(t, b.answers("triage"), "who is away concerns nobody")
	b.execute(`update inbound_message set intents = '[{"kind": "wrong-person", "rule": "has left (French)", "words": "ne fait plus partie"}]'`)

	var together sync.WaitGroup
	for i := range 10 {
		together.Go(func() { came("jeanne@nowhere.example", fmt.Sprintf("%s (%d)", left, i)) })
	}
	together.Wait()
	id := b.idOf(b.answers("triage"))
	require.Len(t, b.answers("all"), 11)
	read := b.call(http.MethodGet, "/v1/answers/"+id, nil).is(http.StatusOK)
	require.Equal(t, "auto-reply", read["kind"])
	require.Equal(t, "has left (French)", read.at("intents", 1, "rule"))
	require.Contains(t, read["matched_by"], "its sender is not known")
	require.Empty(t, b.tasksToRead())
	require.Nil(t, b.show("F-1").at("holds", 0))

	// Whatever a person did with it, they have seen it.
	b.call(http.MethodPost, "/v1/answers/"+id+"/ignore", object{"reason": "an old address"}).is(http.StatusOK)
	came("jeanne@nowhere.example", left+" Bonjour.")
	require.Empty(t, b.answers("triage"))
	b.call(http.MethodPost, "/v1/answers/"+id+"/link", object{"creditor": b.creditor, "invoice": "F-1"}).is(http.StatusOK)
	came("jeanne@nowhere.example", left+" Bonsoir.")
	require.Empty(t, b.answers("triage"))

	// Somebody else says it, or the same address something else.
	came("paul@nowhere.example", left)
	came("jeanne@nowhere.example", "La société est en liquidation judiciaire.")
	require.Len(t, b.answers("triage"), 2)
}

func TestOfTheSameThatAMailboxSaysManyTimesAtOnceAPersonIsToldOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, withParse)
	b.opened("F-1")
	var together sync.WaitGroup
	for i := range 10 {
		together.Go(func() {
			b.parse(parseTokenOfTests, answering(fmt.Sprintf("m-%d", i), "Jane no longer works here. F-1", "Auto-Submitted: auto-replied"))
		})
	}
	together.Wait()
	require.Len(t, b.answers("all"), 10)
	require.Len(t, b.tasksToRead(), 1)
	linked := b.idOf(b.answers("open"))

	// A person who finds that a person wrote it puts it to its case, which is held then.
	told := b.call(http.MethodPost, "/v1/answers/"+linked+"/link", object{"creditor": b.creditor, "invoice": "F-1"}).is(http.StatusOK)
	require.Equal(t, "answer", told["kind"])
	require.Equal(t, "2026-11-26", told["hold_until"])
}

// answered has the debtor answer, with more headers, a mail of ours about an invoice.
func (b *bundle) answered(number, said, headers string) {
	b.t.Helper()
	message := b.sending(number, collection.ChannelEmail)
	id := "sg-" + b.creditor + "-" + number
	_, err := b.cases.Store.MarkAccepted(b.t.Context(), message.ID, "sendgrid", id, today)
	require.NoError(b.t, err)
	require.Equal(b.t, http.StatusNoContent, b.parse(parseTokenOfTests, answering(id, said, strings.Split(headers, "\n")...)).status)
}

// onlyAnswer is the one answer about an invoice.
func (b *bundle) onlyAnswer(number string) object {
	b.t.Helper()
	list, _ := b.call(http.MethodGet, "/v1/answers?state=all&creditor="+b.creditor+"&invoice="+url.QueryEscape(number), nil).is(http.StatusOK)["answers"].([]any)
	require.Len(b.t, list, 1, number)
	one, _ := list[0].(map[string]any)
	return b.call(http.MethodGet, fmt.Sprintf("/v1/answers/%s", one["id"]), nil).is(http.StatusOK)
}

// isToBeRead reports whether a task asks to read an answer.
func (b *bundle) isToBeRead(answer object) bool {
	b.t.Helper()
	return slices.ContainsFunc(b.tasksToRead(), func(task any) bool {
		open, _ := task.(map[string]any)
		return strings.Contains(fmt.Sprint(open["detail"]), fmt.Sprintf("relance answers show %s", answer["id"]))
	})
}
