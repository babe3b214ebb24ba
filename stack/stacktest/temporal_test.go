package stacktest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"relance/stack/stacktest"
)

func TestTestsShareATemporalServerWithTheirSearchAttributes(t *testing.T) {
	t.Parallel()
	creditor := temporal.NewSearchAttributeKeyKeyword("Creditor")
	address := stacktest.Temporal(t, map[string]string{"Creditor": "Keyword"})
	require.Equal(t, address, stacktest.Temporal(t, nil), "one server")

	connection, err := client.DialContext(t.Context(), client.Options{HostPort: address})
	require.NoError(t, err)
	t.Cleanup(connection.Close)
	run, err := connection.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "case/acme/F1", TaskQueue: "nobody works here",
		TypedSearchAttributes: temporal.NewSearchAttributes(creditor.ValueSet("acme")),
	}, "case")
	require.NoError(t, err)
	require.Equal(t, "case/acme/F1", run.GetID())
}
