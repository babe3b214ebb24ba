package intake

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/invoice"
)

func TestDocumentsAboutOneInvoiceAreTakenInTheOrderOfTheFiles(t *testing.T) {
	t.Parallel()
	about := func(number string, kind invoice.Kind, references ...string) invoice.Document {
		document := invoice.Document{Number: number, Kind: kind}
		for _, reference := range references {
			document.References = append(document.References, invoice.Reference{Number: reference})
		}
		return document
	}
	var order Turns
	documents := []invoice.Document{
		about("F-1", invoice.Invoice), about("F-2", invoice.Invoice), about("A-1", invoice.CreditNote, "F-1"),
		about("F-1-bis", invoice.Invoice, "F-1", "F-2"), about("F-1", invoice.Invoice, "F-1"),
	}
	var mu sync.Mutex
	var taken []string
	var all sync.WaitGroup
	waiting := make([]Turn, len(documents))
	for i, document := range documents {
		waiting[i] = order.Next(document)
	}
	for i := len(documents) - 1; i >= 0; i-- { // the last one comes first
		all.Go(func() {
			order.Take(waiting[i], func() {
				mu.Lock()
				defer mu.Unlock()
				if documents[i].Number != "F-2" {
					taken = append(taken, documents[i].Number)
				}
			})
		})
	}
	all.Wait()
	require.Equal(t, []string{"F-1", "A-1", "F-1-bis", "F-1"}, taken)
	require.Empty(t, order.last, "nothing is remembered of what is done")
}
