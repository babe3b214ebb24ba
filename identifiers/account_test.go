package identifiers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/identifiers"
)

func TestAccountNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"FR1420041010050500013M02606":        "FR1420041010050500013M02606",
		"FR14 2004 1010 0505 0001 3M02 606":  "FR14 2004 1010 0505 0001 3M02 606",
		"de71 1102 2033 0123 4567 89":        "DE71 1102 2033 0123 4567 89",
		"BE72\u00a00000\u00a00000\u00a01616": "BE72 0000 0000 1616",
	} {
		number, err := identifiers.ParseIBAN(text)
		require.NoError(t, err)
		require.Equal(t, identifiers.Compact(want), number)
		require.True(t, identifiers.InSEPA(number))
		require.Equal(t, identifiers.Compact(want), identifiers.Compact(identifiers.PrintIBAN(number)))
	}
	require.Equal(t, "FR14 2004 1010 0505 0001 3M02 606", identifiers.PrintIBAN("FR1420041010050500013M02606"))
	require.Equal(t, "BE72 0000 0000 1616", identifiers.PrintIBAN("be72000000001616"), "no empty group at the end")
}

func TestAWrongAccountNumberIsExplained(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"FR1420041010050500013M02607": "its check digits do not fit",
		"FR142004101005050001":        "it has 20 characters where 27 are needed",
		"FR14200410100505000!3M02606": "must not stand at character 15",
		"XX1420041010050500013M02606": `no country "XX" gives IBANs`,
		"":                            "is not an IBAN",
		"12":                          "is not an IBAN",
	} {
		_, err := identifiers.ParseIBAN(text)
		require.ErrorContains(t, err, reason, text)
		require.False(t, identifiers.InSEPA(text))
	}
	require.True(t, identifiers.LooksLikeIBAN("fr14 2004"))
	require.False(t, identifiers.LooksLikeIBAN("00012345"))
}

func TestAccountsOutsideTheSingleEuroPaymentsArea(t *testing.T) {
	t.Parallel()
	number, err := identifiers.ParseIBAN("AE07 0331 2345 6789 0123 456")
	require.NoError(t, err)
	require.False(t, identifiers.InSEPA(number))
	number, err = identifiers.ParseIBAN("CH93 0076 2011 6238 5295 7")
	require.NoError(t, err)
	require.True(t, identifiers.InSEPA(number), "Switzerland is not of the Union but of the area")
}

func TestBanksAreKnownByTheirBIC(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"AGRIFRPPXXX": "AGRIFRPPXXX", "agri fr pp": "AGRIFRPP"} {
		code, err := identifiers.ParseBIC(text)
		require.NoError(t, err)
		require.Equal(t, want, code)
	}
	for _, text := range []string{"", "AGRI", "AGRIFRPPXX", "AGRIQQPP", "1GRIFRPP"} {
		_, err := identifiers.ParseBIC(text)
		require.ErrorContains(t, err, "is not a BIC", text)
	}
}
