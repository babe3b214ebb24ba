package invoice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/invoice"
)

func TestAWrongIdentifierIsKeptButNotUsed(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.Identify(&draft.Buyer.Party, invoice.Cell{Field: "siren", Value: "123 456 789"}, "0002")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Empty(t, document.Buyer.SIREN)
	require.Contains(t, document.Buyer.Identifiers, invoice.Identifier{Scheme: "0002", Value: "123 456 789"})
	require.Len(t, document.Warnings, 1)
	require.Equal(t, invoice.AboutIdentifier, document.Warnings[0].About)
}

func TestASIRETGivesItsSIREN(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.Identify(&draft.Buyer.Party, invoice.Cell{Field: "siret", Value: "732 829 320 00074"}, "0002")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, "73282932000074", document.Buyer.SIRET)
	require.Equal(t, "732829320", document.Buyer.SIREN)
}
