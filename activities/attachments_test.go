package activities_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

func (o *postOffice) keep(content []byte) {
	o.t.Helper()
	_, err := o.store.SaveInvoiceDocument(o.t.Context(), casefile.InvoiceDocument{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Name: "Facture é.pdf", Bytes: content, Actor: "import", At: moment,
	})
	require.NoError(o.t, err)
}

// attaching has a step attach the invoice.
func attaching(steps ...int) func(*casefile.Opening) {
	return func(opening *casefile.Opening) {
		opening.Strategy.Name = "attaching"
		for _, i := range steps {
			opening.Strategy.Steps[i].AttachInvoice = true
		}
	}
}

func TestAnEmailCarriesTheInvoiceWhenItsStepAsksForIt(t *testing.T) {
	t.Parallel()
	o := open(t, attaching(1))
	pdf := []byte("%PDF-1.7 facture")
	o.keep(pdf)
	without, with := o.order("firm", collection.ChannelEmail), o.order("formal", collection.ChannelEmail)
	for _, order := range []activities.NoticeOrder{without, with} {
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	}
	first, err := o.simulator.Content(1)
	require.NoError(t, err)
	for _, file := range first.Files {
		require.NotEqual(t, pdf, file.Content)
	}
	second, err := o.simulator.Content(2)
	require.NoError(t, err)
	require.Equal(t, "Facture é.pdf", second.Files[0].Name)
	require.Equal(t, pdf, second.Files[0].Content)
	require.Contains(t, second.Files[1].Name, "formal", "the letter of the formal notice stays")

	for _, message := range o.file().Messages {
		if message.Step != "formal" {
			continue
		}
		stored, _, err := o.store.MessageBytes(t.Context(), message.ID)
		require.NoError(t, err)
		email, err := messaging.DecodeEmail(stored)
		require.NoError(t, err)
		require.Equal(t, pdf, email.Attachments[0].Content, "what was stored as proof has it too")
	}
}

func TestAReminderLeavesWithoutAnInvoiceThatIsNotThereOrTooLarge(t *testing.T) {
	t.Parallel()
	o := open(t, attaching(0, 1))
	order := o.order("firm", collection.ChannelEmail)
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)

	o.keep(append([]byte("%PDF-1.7 "), bytes.Repeat([]byte("x"), 10<<20-9)...))
	order = o.order("formal", collection.ChannelEmail)
	delivery, err = o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, "the largest that is kept can be sent")
	sent, err := o.simulator.Content(2)
	require.NoError(t, err)
	require.Len(t, sent.Files[0].Content, 10<<20)
}
