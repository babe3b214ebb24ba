package identifiers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/identifiers"
)

func TestACreditorIdentifierIsCheckedWithoutItsBusinessCode(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"DE98ZZZ09999999999":       "DE98ZZZ09999999999", // the Bundesbank's own example
		" de98 abc 0999 9999 999 ": "DE98ABC09999999999", // the business code is the creditor's choice
		"FR72ZZZ123456":            "FR72ZZZ123456",
	} {
		read, err := identifiers.ParseCreditorIdentifier(given)
		require.NoError(t, err)
		require.Equal(t, want, read)
	}
	for given, says := range map[string]string{
		"DE97ZZZ09999999999": "check digits do not fit", "DE98ZZZ09999999989": "check digits do not fit",
		"DE98ZZZ": "it has 7 characters", "98DEZZZ1": "begins with a country", "DE98ZZZ0999/999999": "other than letters and digits",
	} {
		_, err := identifiers.ParseCreditorIdentifier(given)
		require.ErrorContains(t, err, says)
	}
}
