package casefile_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

func document(name, content string) casefile.InvoiceDocument {
	return casefile.InvoiceDocument{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Name: name, Bytes: []byte("%PDF-1.7 " + content), Actor: "anne", At: casefiletest.Opened,
	}
}

func TestTheLastDocumentGivenCounts(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	_, err = store.InvoiceDocument(t.Context(), casefiletest.Creditor, "F-1")
	require.ErrorIs(t, err, casefile.ErrNoInvoiceDocument)

	first, second := document(`C:\invoices\F-1 é.pdf`, "one"), document("", "two")
	for i, step := range []struct {
		given casefile.InvoiceDocument
		fresh bool
	}{{first, true}, {first, false}, {second, true}, {second, false}, {first, true}} {
		fresh, err := store.SaveInvoiceDocument(t.Context(), step.given)
		require.NoError(t, err)
		require.Equal(t, step.fresh, fresh, i)
		kept, err := store.InvoiceDocument(t.Context(), casefiletest.Creditor, "F-1")
		require.NoError(t, err)
		require.Equal(t, step.given.Bytes, kept.Bytes)
		require.Equal(t, len(step.given.Bytes), kept.Size)
	}
	file, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Len(t, file.Documents, 3)
	require.Equal(t, "F-1 é.pdf", file.Documents[0].Name)
	require.Equal(t, "F-1.pdf", file.Documents[1].Name, "one without a name is called as the invoice")
	require.Empty(t, file.Documents[0].Bytes)
	require.Equal(t, "invoice-attached", file.History[len(file.History)-1].Kind)
}

func TestACaseBeginsWithTheDocumentOfItsInvoice(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	opening.Document = &casefile.InvoiceDocument{Name: "F-1.pdf", Bytes: []byte("%PDF-1.7 one")}
	for range 2 {
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	kept, err := store.InvoiceDocument(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, "import", kept.Actor)
	fresh, err := store.SaveInvoiceDocument(t.Context(), document("F-1.pdf", "one"))
	require.NoError(t, err)
	require.False(t, fresh, "it is the same document")

	picture := casefiletest.Opening("F-2")
	picture.Document = &casefile.InvoiceDocument{Name: "F-2.png", Bytes: []byte("PNG")}
	_, _, err = store.OpenCase(t.Context(), picture)
	require.NoError(t, err, "a claim is not lost over its picture")
	_, err = store.InvoiceDocument(t.Context(), casefiletest.Creditor, "F-2")
	require.ErrorIs(t, err, casefile.ErrNoInvoiceDocument)
}

func TestADocumentThatCannotBeAttachedIsRefused(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	large := document("F-1.pdf", "")
	large.Bytes = append(large.Bytes, bytes.Repeat([]byte("x"), casefile.MaxInvoiceDocument)...)
	word := document("F-1.docx", "")
	word.Bytes = []byte("PK")
	for _, wrong := range []casefile.InvoiceDocument{large, word, {Creditor: casefiletest.Creditor, Invoice: "F-1"}} {
		_, err := store.SaveInvoiceDocument(t.Context(), wrong)
		var refused *collection.Refusal
		require.ErrorAs(t, err, &refused)
	}
	unknown := document("F-9.pdf", "")
	unknown.Invoice = "F-9"
	_, err = store.SaveInvoiceDocument(t.Context(), unknown)
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}
