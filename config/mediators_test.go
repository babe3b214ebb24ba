package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMediatorHasAKeyAKindAndAName(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`relance.yaml:7: creditors[1].mediators[1].kind: "judge" is not known: use company-mediator, conciliator, contractual, consumer, conventional`,
		`relance.yaml:8: creditors[1].mediators[2].key: "a" is the key of mediator 1 already`,
		"relance.yaml:8: creditors[1].mediators[2].name: is missing",
		`relance.yaml:9: creditors[1].mediators[3].key: "Big Firm" is not a key: use small letters, digits and single hyphens, such as cabinet-durand`,
		"relance.yaml:9: creditors[1].mediators[3].longest_days: 400 is not a number of days from 1 to 365",
	}, problems(t, minimal+"    mediators:\n      - {key: a, kind: judge, name: A}\n      - {key: a, kind: conciliator}\n      - {key: Big Firm, kind: contractual, name: B, longest_days: 400}\n"))
	require.Empty(t, problems(t, minimal+"    mediators:\n      - {key: cabinet-durand, kind: contractual, name: Cabinet Durand, fee: Partagé.}\n"))
}
