package main

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile/casefiletest"
)

func TestMoneyThatDoesNotCountIsToldWithTheReasonThatIsTrue(t *testing.T) {
	store, command := desk(t)
	// The first entry starts the workflow of its case, for which no worker runs here: nobody
	// else may have started it at the server that the tests share.
	reversed, foreign := "F-"+rand.Text(), "F-"+rand.Text()
	for _, number := range []string{reversed, foreign} {
		opening := casefiletest.Opening(number)
		opening.Invoice.DueDate = calendar.DateOf(casefiletest.Opened).AddDays(30)
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	said, _, err := command("reverse", "acme/"+reversed, "BANK-404", "--id", "RETURN-1")
	require.NoError(t, err)
	require.Contains(t, said, "Kept, and does not count yet: no payment of that ID is known on this invoice.")
	require.NotContains(t, said, "currency")
	said, _, err = command("tasks")
	require.NoError(t, err)
	require.Contains(t, said, "Nothing to do.", "nobody is asked")

	said, _, err = command("pay", "acme/"+foreign, "50.00", "--currency", "USD", "--id", "BANK-1")
	require.NoError(t, err)
	require.Contains(t, said, "Kept, and does not count: it is in another currency than the invoice. A task asks what it is for.")
	said, _, err = command("tasks")
	require.NoError(t, err)
	require.Contains(t, said, "Find out what", "a person is asked")
}
