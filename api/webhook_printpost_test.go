package api_test

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/calendar"
	"relance/casefile"
	"relance/messaging"
	"relance/messaging/simulator"
)

const shopSecret = "the-secret-of-the-print-shop"

// shopTelling is a server and a print-and-post service that reports to it about a letter.
func shopTelling(t *testing.T, service string, faults simulator.Faults) (b *bundle, at string, tell func(simulator.Telling) []int) {
	t.Helper()
	b = setup(t, func(o *api.Options) { o.PrintPostSecret = shopSecret })
	at = b.letterFor("F-1", service)
	messageID, _ := b.call(http.MethodGet, at, nil).is(http.StatusOK)["message"].(string)
	shop := simulator.NewPrintShop(simulator.PrintShopOptions{WebhookSecret: shopSecret, Webhook: b.server.URL + api.PathPrintPostEvents, Faults: faults})
	return b, at, func(telling simulator.Telling) []int {
		t.Helper()
		if telling.Event.MessageID == "" {
			telling.Event.MessageID = messageID
		}
		if telling.Event.EventID == "" {
			telling.Event.EventID = "event-" + string(telling.Event.State)
		}
		statuses, err := shop.Tell(t.Context(), telling)
		require.NoError(t, err)
		return statuses
	}
}

func day(month time.Month, n int) calendar.Date { return calendar.NewDate(2026, month, n) }

func TestThePrintShopTellsWhatBecameOfALetterAsOftenAsItLikes(t *testing.T) {
	t.Parallel()
	b, at, tell := shopTelling(t, "print-and-post", simulator.Faults{EventDuplicates: 2})
	thrice := []int{http.StatusNoContent, http.StatusNoContent, http.StatusNoContent}
	event := func(state messaging.LetterState, on calendar.Date) messaging.LetterEvent {
		return messaging.LetterEvent{State: state, On: on}
	}
	require.Equal(t, thrice, tell(simulator.Telling{Event: event(messaging.LetterAccepted, day(time.November, 23))}))
	require.Equal(t, thrice, tell(simulator.Telling{Event: event(messaging.LetterPrinted, day(time.November, 24))}))
	posted := event(messaging.LetterPosted, day(time.November, 24))
	posted.PostingNumber, posted.Postage, posted.Currency = "1A 234", "5.74", "EUR"
	require.Equal(t, thrice, tell(simulator.Telling{Event: posted}))
	delivered := event(messaging.LetterDelivered, day(time.November, 27))
	delivered.PresentedOn = day(time.November, 26)
	require.Equal(t, thrice, tell(simulator.Telling{Event: delivered}))
	require.Equal(t, thrice, tell(simulator.Telling{Event: event(messaging.LetterPrinted, day(time.November, 24))}), "late news changes nothing")

	told := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "delivered", told["state"])
	require.Equal(t, "1A 234", told["posting_number"])
	require.Equal(t, "2026-11-26", told["presented_on"])
	require.Equal(t, "print-and-post", told["by"])
	file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, casefile.MessageDelivered, file.Messages[0].State)
	lines := map[string]int{}
	for _, line := range file.History {
		lines[line.Kind]++
	}
	require.Equal(t, 1, lines["letter-posted"])
	require.Equal(t, 1, lines["letter-delivered"])
}

func TestNewsThatComesBeforeThePostingBringsIt(t *testing.T) {
	t.Parallel()
	b, at, tell := shopTelling(t, "print-and-post", simulator.Faults{})
	unclaimed := messaging.LetterEvent{State: messaging.LetterUnclaimed, On: day(time.December, 15), PresentedOn: day(time.November, 26)}
	require.Equal(t, []int{http.StatusServiceUnavailable}, tell(simulator.Telling{Event: unclaimed}), "it is asked for again")
	unclaimed.PostedOn, unclaimed.PostingNumber = day(time.November, 24), "1A 234"
	require.Equal(t, []int{http.StatusNoContent}, tell(simulator.Telling{Event: unclaimed}))
	told := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "unclaimed", told["state"])
	require.Equal(t, "2026-11-24", told["posted_on"])
	returned := messaging.LetterEvent{State: messaging.LetterReturned, On: day(time.December, 16)}
	require.Equal(t, []int{http.StatusNoContent}, tell(simulator.Telling{Event: returned}), "what contradicts the register is dropped")
	require.Equal(t, "unclaimed", b.call(http.MethodGet, at, nil).is(http.StatusOK)["state"])
	require.Contains(t, b.log.String(), "contradicts the register")
}

func TestForgedAndOldNewsOfLettersIsRefused(t *testing.T) {
	t.Parallel()
	b, at, tell := shopTelling(t, "print-and-post", simulator.Faults{})
	posted := messaging.LetterEvent{State: messaging.LetterPosted, On: day(time.November, 24), PostingNumber: "1A 234"}
	require.Equal(t, []int{http.StatusForbidden}, tell(simulator.Telling{Event: posted, Forged: true}))
	require.Equal(t, []int{http.StatusForbidden}, tell(simulator.Telling{Event: posted, Age: 10 * time.Minute}))
	require.Equal(t, "queued", b.call(http.MethodGet, at, nil).is(http.StatusOK)["state"])
	foreign := posted
	foreign.MessageID = "not one of ours"
	require.Equal(t, []int{http.StatusNoContent}, tell(simulator.Telling{Event: foreign}))
	require.Equal(t, []int{http.StatusBadRequest}, tell(simulator.Telling{Event: messaging.LetterEvent{State: "eaten", On: day(time.November, 24)}}))

	without := setup(t)
	without.send(without.request(http.MethodPost, api.PathPrintPostEvents, object{})).isProblem(http.StatusServiceUnavailable, "not-configured")
}

// A letter that was paid for, and that the service could not hold back any more, has left
// all the same.
func TestALetterThatCouldNotBeHeldBackIsPosted(t *testing.T) {
	t.Parallel()
	for service, warning := range map[string]string{"print-and-post": "", "": "letter 2026-000001 was posted although it was not to be: paid by cheque. Tell the debtor, if it asks for what is not owed any more"} {
		b, at, tell := shopTelling(t, service, simulator.Faults{})
		b.call(http.MethodPost, at+"/reports", object{"state": "cancelled", "reason": "paid by cheque"}).is(http.StatusOK)
		posted := messaging.LetterEvent{State: messaging.LetterPosted, On: day(time.November, 24), PostingNumber: "1A 234"}
		require.Equal(t, []int{http.StatusNoContent}, tell(simulator.Telling{Event: posted}))
		letter := b.call(http.MethodGet, at, nil).is(http.StatusOK)
		require.Equal(t, "posted", letter["state"], "handed to %q", service)
		require.Equal(t, warning, cmp.Or(letter["warning"], any("")), "people had it, and were told not to post it")
	}
}
