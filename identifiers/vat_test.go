package identifiers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/identifiers"
)

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
		"IE1+34567A":         "IE1+34567A",
	} {
		read, ok := identifiers.ParseVAT(text)
		require.True(t, ok, text)
		require.Equal(t, vat, read)
	}
	for _, text := range []string{"", "FR", "FR44732829321", "FR4473282932", "BE196", "12345678", "DE12345678A", "FR05987654320"} {
		_, ok := identifiers.ParseVAT(text)
		require.False(t, ok, text)
	}
}

func TestTheVATNumberOfAFrenchCompanyFollowsFromItsSIREN(t *testing.T) {
	t.Parallel()
	for siren, vat := range map[string]string{
		"732829320": "FR44732829320", "123456782": "FR11123456782", "552032534": "FR27552032534", "356000000": "FR39356000000",
	} {
		require.Equal(t, vat, identifiers.FrenchVAT(siren))
		read, ok := identifiers.ParseVAT(vat)
		require.True(t, ok)
		require.Equal(t, vat, read)
	}
	require.Empty(t, identifiers.FrenchVAT("732829321"), "not a SIREN")
	require.Empty(t, identifiers.FrenchVAT(""))
}
