package identifiers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/identifiers"
)

func TestFrenchCompanyNumbersAreCheckedByTheirChecksum(t *testing.T) {
	t.Parallel()
	require.True(t, identifiers.ValidSIREN("732829320"))
	require.False(t, identifiers.ValidSIREN("732829321"))
	require.False(t, identifiers.ValidSIREN("000000000"))
	require.False(t, identifiers.ValidSIREN("73282932"))
	require.False(t, identifiers.ValidSIREN("73282932A"))
	require.True(t, identifiers.ValidSIRET("73282932000074"))
	require.False(t, identifiers.ValidSIRET("73282932000075"))
	require.False(t, identifiers.ValidSIRET("7328293200007A"))
}

func TestEstablishmentsOfLaPosteHaveTheirOwnChecksum(t *testing.T) {
	t.Parallel()
	require.True(t, identifiers.ValidSIRET("35600000000048"), "the head office passes the usual check")
	require.True(t, identifiers.ValidSIRET("35600000049837"), "a post office: the digits add up to 45")
	require.True(t, identifiers.ValidSIRET("35600000009075"), "another: they add up to 35")
	require.False(t, identifiers.ValidSIRET("35600000049838"))
	require.False(t, identifiers.ValidSIRET("73282932000001"), "the rule is for La Poste alone")
}

func TestPublicBodiesAreKnownByTheRangeOfTheirNumber(t *testing.T) {
	t.Parallel()
	for siren, public := range map[string]bool{"130005481": true, "217500016": true, "732829320": false, "": false, "2": false} {
		require.Equal(t, public, identifiers.PublicSIREN(siren), siren)
	}
}
