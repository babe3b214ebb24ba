package activities_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/money"
)

// child is a company of the group of the holding, which receives its messages.
func child(id, name string) func(*casefile.Opening) {
	return func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name = id, name
		opening.Debtor.Parent, opening.Debtor.BillTo = "holding", casefile.BillToParent
		opening.Contacts[0].Email = "compta@" + id + ".example"
	}
}

// holdings is a post office with two invoices of Martin Lyon, one of Martin Brest and one
// of the holding itself, all of which the holding pays.
func holdings(t *testing.T, strategy func(*casefile.Opening), change ...func(*casefile.Opening)) *postOffice {
	t.Helper()
	o := open(t, append([]func(*casefile.Opening){strategy, child("lyon", "Martin Lyon")}, change...)...)
	o.also("F-2", append([]func(*casefile.Opening){strategy, child("lyon", "Martin Lyon")}, change...)...)
	o.also("F-3", append([]func(*casefile.Opening){strategy, child("brest", "Martin Brest")}, change...)...)
	o.also("F-4", append([]func(*casefile.Opening){strategy, func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name = "holding", "Martin Holding"
		opening.Contacts[0].Email = "group@holding.example"
	}}, change...)...)
	return o
}

func TestWhatAParentPaysForItsGroupLeavesInOneMailDebtorByDebtor(t *testing.T) {
	t.Parallel()
	o := holdings(t, withStatement)
	asked := o.statesAccounts()
	var everybody sync.WaitGroup
	for _, invoice := range numbers(4) {
		everybody.Go(func() {
			order := o.order("firm", collection.ChannelEmail)
			order.Invoice, order.AttachStatement = invoice, true
			for {
				delivery, err := o.Deliver(t.Context(), order)
				if err != nil {
					continue // being sent for another invoice: the engine tries again
				}
				if delivery.Outcome != activities.DeliveryAccepted {
					t.Errorf("%s: %+v", invoice, delivery)
				}
				return
			}
		})
	}
	everybody.Wait()
	require.Equal(t, 1, o.accepted())
	message := o.fileOf("F-3").Messages[0]
	require.Equal(t, "group@holding.example", message.Recipient)
	text := strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(o.text(0))), " ")
	for _, told := range []string{"Martin Brest 120,00 €", "Martin Holding 120,00 €", "Martin Lyon 240,00 €", "480,00 €", "F-1", "F-2", "F-3", "F-4"} {
		require.Contains(t, text, told)
	}
	require.Less(t, strings.Index(text, "F-3"), strings.LastIndex(text, "F-2"))
	for _, invoice := range numbers(4) {
		require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, o.fileOf(invoice).Case.Steps[0].Attempts)
	}
	debtors := map[string]bool{}
	for _, statement := range *asked {
		debtors[statement.Debtor] = true
	}
	require.Equal(t, map[string]bool{"lyon": true, "brest": true, "holding": true}, debtors, "a statement for each")
	stored, _, err := o.store.MessageBytes(t.Context(), message.ID)
	require.NoError(t, err)
	mail, err := messaging.DecodeEmail(stored)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(mail.Attachments), 3)
}

func TestWhatTheGroupPaysAtTheLastMomentIsNotAskedFor(t *testing.T) {
	t.Parallel()
	o := holdings(t, follows(byMail()))
	o.pay("F-3")
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	require.NotContains(t, o.text(0), "Brest")
	require.Contains(t, o.text(0), "Martin Holding")
}

func TestTheContactPolicyIsCountedAtWhoReceivesTheMessages(t *testing.T) {
	t.Parallel()
	o := open(t, child("lyon", "Martin Lyon"))
	o.also("F-9", func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name = "holding", "Martin Holding"
		opening.Contacts[0].Email = "group@holding.example"
		opening.Invoice.DueDate = calendar.DateOf(moment).AddDays(200)
	})
	o.keepsContactPolicy()
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	o.also("F-3", child("brest", "Martin Brest")) // comes in an hour later
	delivery, err := o.try("F-3")
	require.NoError(t, err)
	require.Equal(t, collection.PostponedForSpacing, delivery.For)
	require.Equal(t, 1, o.accepted())
}

func TestEachDebtorOfAGroupIsPutOnNoticeByItselfAndByLetter(t *testing.T) {
	t.Parallel()
	o := holdings(t, paper)
	for _, invoice := range numbers(4) {
		order := o.order("formal", collection.ChannelLetter)
		order.Invoice = invoice
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	}
	letters, err := o.store.Letters(t.Context(), casefile.LetterFilter{})
	require.NoError(t, err)
	require.Len(t, letters, 3, "Lyon has two invoices in one")
	recipients := map[string]bool{}
	for _, letter := range letters {
		recipients[strings.SplitN(letter.Recipient, "\n", 2)[0]] = true
	}
	require.Equal(t, map[string]bool{"Martin Lyon": true, "Martin Brest": true, "Martin Holding": true}, recipients)
}

// Two companies of a group whose people are not the same are written to apart, and so
// are those of another group.
func TestCompaniesThatReceiveTheirOwnMessagesAreNotMixed(t *testing.T) {
	t.Parallel()
	o := open(t, follows(byMail()))
	o.also("F-2", follows(byMail()), func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name, opening.Debtor.Parent = "brest", "Martin Brest", casefiletest.Debtor
		opening.Contacts[0].Email = "compta@brest.example"
	})
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-2", "firm").Outcome)
	require.Equal(t, 2, o.accepted())

	other := open(t, follows(byMail()), child("lyon", "Martin Lyon"))
	other.also("F-2", follows(byMail()), child("brest", "Martin Brest"), func(opening *casefile.Opening) { opening.Invoice.Total = money.FromMinor(5000, "USD") })
	other.also("F-9", follows(byMail()), func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name = "holding", "Martin Holding"
		opening.Contacts[0].Email = "group@holding.example"
	})
	require.Equal(t, activities.DeliveryAccepted, other.deliverStep("F-1", "firm").Outcome)
	require.Equal(t, activities.DeliveryAccepted, other.deliverStep("F-2", "firm").Outcome)
	require.Equal(t, 2, other.accepted(), "currencies are never mixed")
}
