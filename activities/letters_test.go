package activities_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/messaging/printpost"
	"relance/messaging/simulator"
	"relance/money"
)

// withShop has the post office hand its letters to a print-and-post service.
func withShop(t *testing.T, o *postOffice) *simulator.PrintShop {
	t.Helper()
	played := simulator.NewPrintShop(simulator.PrintShopOptions{Key: "key"})
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	client, err := printpost.New(printpost.Config{BaseURL: server.URL, Key: "key"})
	require.NoError(t, err)
	o.Post = client
	return played
}

func registered(opening *casefile.Opening) {
	opening.Strategy.Steps[1].Channels = []collection.Channel{collection.ChannelRegisteredLetter}
}

// 10,000 euros, 60 days at 12.15 % and one at 12.40 %.
func TestALetterSaysHowItsInterestCameAbout(t *testing.T) {
	t.Parallel()
	o := late(t)
	var printed []compose.Letter
	o.Print = func(letter compose.Letter) ([]byte, error) {
		printed = append(printed, letter)
		return []byte("%PDF-"), nil
	}
	o.deliverToday("formal", collection.ChannelLetter)
	o.deliverToday("formal", collection.ChannelEmail)
	require.Len(t, printed, 2)
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	for _, letter := range printed {
		require.Equal(t, `Calcul des pénalités de retard :
F-1 : 10 000,00 € au taux de 12,15 % l’an, du 02/05/2026 au 30/06/2026 inclus, soit 60 jours sur 365.
F-1 : 10 000,00 € au taux de 12,40 % l’an, du 01/07/2026 au 01/07/2026 inclus, soit 1 jour sur 365.`, plain.Replace(strings.Join(letter.Interest, "\n")))
		require.Equal(t, "Total réclamé 10 243,12 €", plain.Replace(letter.LateFees[len(letter.LateFees)-1].Label+" "+letter.LateFees[len(letter.LateFees)-1].Value))
	}
}

func TestAServicePrintsAndPostsWhereOneIsConfigured(t *testing.T) {
	t.Parallel()
	o := open(t, registered)
	played := withShop(t, o)
	for range 2 {
		require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	}
	letters := played.Letters()
	require.Len(t, letters, 1)
	require.Equal(t, 1, letters[0].Submissions)
	require.Equal(t, "registered", letters[0].Kind)
	require.Equal(t, "acme/2026-000001", letters[0].Reference)
	require.Equal(t, []string{"Martin SAS", "5 quai des Brumes", "69001 LYON"}, letters[0].Recipient)
	file := o.file()
	require.Equal(t, "L-1", file.Messages[0].ProviderID)
	require.Empty(t, file.Tasks, "nobody is asked to post it")
	forPeople, err := o.store.Letters(t.Context(), casefile.LetterFilter{ForPeople: true})
	require.NoError(t, err)
	require.Empty(t, forPeople)
	queued, err := o.store.Letters(t.Context(), casefile.LetterFilter{})
	require.NoError(t, err)
	require.Equal(t, casefile.LetterQueued, queued[0].State)
	require.Equal(t, "print-and-post", queued[0].HandedTo)
}

func TestALetterOfUnknownFateIsFoundAtTheServiceAndNotHandedInAgain(t *testing.T) {
	t.Parallel()
	o := open(t, registered)
	played := withShop(t, o)
	require.NoError(t, played.SetFaults(simulator.Faults{DropAfter: 1}))
	_, err := o.Deliver(t.Context(), o.order("formal", collection.ChannelRegisteredLetter))
	require.Error(t, err)
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	require.Equal(t, 1, played.Letters()[0].Submissions)
}

// A letter that the service does not have passes the gate again before it is handed in:
// the debtor may have paid since.
func TestALetterThatGotLostIsNotHandedInAfterThePayment(t *testing.T) {
	t.Parallel()
	for _, pays := range []bool{false, true} {
		o := open(t, registered)
		played := withShop(t, o)
		require.NoError(t, played.SetFaults(simulator.Faults{DropBefore: 1}))
		order := o.order("formal", collection.ChannelRegisteredLetter)
		_, err := o.Deliver(t.Context(), order)
		require.Error(t, err)
		require.NoError(t, played.SetFaults(simulator.Faults{}))
		_, err = o.Deliver(t.Context(), order)
		require.ErrorContains(t, err, "may be on its way", "the call may still be under way")
		require.Empty(t, played.Letters())

		o.yesterday("it is not there long after the call")
		_, err = o.Deliver(t.Context(), order)
		require.ErrorContains(t, err, "handed in again")
		if pays {
			o.pays()
		}
		delivery := o.deliver("formal", collection.ChannelRegisteredLetter)
		if pays {
			require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
			require.Empty(t, played.Letters())
			continue
		}
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		require.Len(t, played.Letters(), 1)
	}
}

// pays settles the claim behind the workflow's back.
func (o *postOffice) pays() {
	o.t.Helper()
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Source: "test", Actor: "test", At: moment,
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P1", Amount: money.FromMinor(120_00, money.EUR), ValueDate: calendar.DateOf(moment)},
	})
	require.NoError(o.t, err)
}

func TestTheServiceIsToldWhatIsPaidAndMustNotBePosted(t *testing.T) {
	t.Parallel()
	o := open(t, registered)
	played := withShop(t, o)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	service := &cases.Service{Store: o.store, Clock: o.Clock}
	recall := func() int {
		recalled, err := service.RecallLetters(t.Context(), o.Post)
		require.NoError(t, err)
		return recalled
	}
	require.Zero(t, recall())
	o.pays()
	require.Equal(t, 1, recall())
	require.Equal(t, "cancelled", string(played.Letters()[0].State))
	require.Zero(t, recall(), "it was told")
	require.Contains(t, o.file().History[len(o.file().History)-1].Summary, "is held back by the service print-and-post")
}

func TestALetterThatTheServiceRefusesIsOutOfTheQueue(t *testing.T) {
	t.Parallel()
	o := open(t, registered)
	played := withShop(t, o)
	require.NoError(t, played.SetFaults(simulator.Faults{BounceMatching: "69001 *"}))
	for range 2 {
		require.Equal(t, activities.DeliveryFailed, o.deliver("formal", collection.ChannelRegisteredLetter).Outcome)
	}
	letters, err := o.store.Letters(t.Context(), casefile.LetterFilter{})
	require.NoError(t, err)
	require.Equal(t, casefile.LetterCancelled, letters[0].State)
	require.Equal(t, "the service refuses the address", letters[0].Reason)
}

func TestALetterForAServiceIsNotPostedByAPersonAsWell(t *testing.T) {
	t.Parallel()
	o := open(t, registered)
	played := withShop(t, o)
	require.NoError(t, played.SetFaults(simulator.Faults{RateLimited: 1}))
	_, err := o.Deliver(t.Context(), o.order("formal", collection.ChannelRegisteredLetter))
	require.ErrorContains(t, err, "slow down")
	o.Post = nil
	_, err = o.Deliver(t.Context(), o.order("formal", collection.ChannelRegisteredLetter))
	require.ErrorContains(t, err, "is not configured any more")
	require.Empty(t, o.file().Tasks)
}
