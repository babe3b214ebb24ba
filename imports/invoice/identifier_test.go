package invoice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/invoice"
)

func TestFrenchCompanyNumbersAreCheckedByTheirChecksum(t *testing.T) {
	t.Parallel()
	require.True(t, invoice.ValidSIREN("732829320"))
	require.False(t, invoice.ValidSIREN("732829321"))
	require.False(t, invoice.ValidSIREN("000000000"))
	require.False(t, invoice.ValidSIREN("73282932"))
	require.False(t, invoice.ValidSIREN("73282932A"))
	require.True(t, invoice.ValidSIRET("73282932000074"))
	require.False(t, invoice.ValidSIRET("73282932000075"))
	require.False(t, invoice.ValidSIRET("7328293200007A"))
}

func TestEstablishmentsOfLaPosteHaveTheirOwnChecksum(t *testing.T) {
	t.Parallel()
	require.True(t, invoice.ValidSIRET("35600000000048"), "the head office passes the usual check")
	require.True(t, invoice.ValidSIRET("35600000049837"), "a post office: the digits add up to 45")
	require.False(t, invoice.ValidSIRET("35600000049838"))
	require.False(t, invoice.ValidSIRET("73282932000001"), "the rule is for La Poste alone")
}

func TestVATNumbersAreCheckedByTheirShape(t *testing.T) {
	t.Parallel()
	for text, vat := range map[string]string{
		"FR 44 732 829 320":  "FR44732829320",
		"fr44732829320":      "FR44732829320",
		"BE0000000196":       "BE0000000196",
		"NL8200.98.395.B.01": "NL820098395B01",
		"DE123456789":        "DE123456789",
		"NO987654321MVA":     "NO987654321MVA",
		"ESX1234567L":        "ESX1234567L",
		"CHE123456789MWST":   "CHE123456789MWST",
		"XX12345":            "XX12345",
	} {
		read, ok := invoice.ParseVAT(text)
		require.True(t, ok, text)
		require.Equal(t, vat, read)
	}
	for _, text := range []string{"", "FR", "FR44732829321", "FR4473282932", "BE196", "12345678", "DE12345678A", "FR05987654320"} {
		_, ok := invoice.ParseVAT(text)
		require.False(t, ok, text)
	}
}

func TestAWrongIdentifierIsKeptButNotUsed(t *testing.T) {
	t.Parallel()
	draft := newDraft(invoice.Rules{})
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
	draft := newDraft(invoice.Rules{})
	draft.Identify(&draft.Buyer.Party, invoice.Cell{Field: "siret", Value: "732 829 320 00074"}, "0002")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, "73282932000074", document.Buyer.SIRET)
	require.Equal(t, "732829320", document.Buyer.SIREN)
}
