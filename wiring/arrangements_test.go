package wiring_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/wiring"
)

func TestWhatARoleMayGrantIsReadFromTheConfiguration(t *testing.T) {
	t.Parallel()
	policy, err := wiring.Arrangements(config.Creditor{ID: "acme", Arrangements: []config.Arrangement{
		{Role: "accountant", Months: 6, DownPayment: "12.5", Amount: "5000", Discount: "3"}, {Role: "owner"},
	}})
	require.NoError(t, err)
	require.Equal(t, arrangements.Policy{Roles: map[collection.Role]arrangements.Limits{
		collection.RoleAccountant: {Months: 6, DownPayment: 125_000, Amount: "5000", Discount: 3 * law.OnePercent}, collection.RoleOwner: {},
	}}, policy)
	policy, err = wiring.Arrangements(config.Creditor{ID: "acme"})
	require.NoError(t, err)
	require.Empty(t, policy.Roles, "the product's own limits")
	err = wiring.CheckArrangements([]config.Creditor{{ID: "acme", Arrangements: []config.Arrangement{{Role: "intern", DownPayment: "much"}}}})
	require.ErrorContains(t, err, `creditor acme, arrangements of the role intern: "much" is not a percentage`)
	require.ErrorContains(t, err, `nobody at the creditor has the role "intern"`)
}
