package wiring_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/wiring"
)

func TestTheTermsOfACreditorAreThoseOfItsConfiguration(t *testing.T) {
	t.Parallel()
	creditor := config.Creditor{
		ID: "acme", Promises: config.PromiseTerms{Grace: "0", Longest: 45, MostBroken: 2}, Disputes: config.DisputeTerms{RespondWithin: 8, EscalateAfter: 3},
	}
	terms, err := wiring.Terms(creditor)
	require.NoError(t, err)
	require.Zero(t, *terms.Promises.Grace, "no days are not the same as nothing said")
	require.Equal(t, 45, terms.Promises.Longest)
	require.Equal(t, 2, terms.Promises.MostBroken)
	require.Equal(t, 8, terms.Disputes.RespondWithin)
	require.Equal(t, 3, terms.Disputes.EscalateAfter)
	terms, err = wiring.Terms(config.Creditor{ID: "acme"})
	require.NoError(t, err)
	require.Nil(t, terms.Promises.Grace)

	creditor.Promises.Grace = "a week"
	other := config.Creditor{ID: "globex", Disputes: config.DisputeTerms{RespondWithin: 300}}
	err = wiring.CheckTerms([]config.Creditor{creditor, other})
	require.ErrorContains(t, err, `creditor acme: promises.grace: "a week" is no number of days`)
	require.ErrorContains(t, err, "creditor globex: promises, disputes: more than 250 working days are given to answer a dispute")
}
