package strategyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/collection/strategyfile"
)

func TestApprovalsAreReadInBothForms(t *testing.T) {
	t.Parallel()
	for written, c := range map[string]struct {
		required bool
		terms    collection.ApprovalTerms
		above    collection.AmountLimit
	}{
		"approval: true":  {required: true},
		"approval: false": {},
		"approval: {expires_after: 5, deputy_after: 2}": {required: true, terms: collection.ApprovalTerms{ExpiresAfter: 5, DeputyAfter: 2}},
		"approval: {expires_after: 5}":                  {required: true, terms: collection.ApprovalTerms{ExpiresAfter: 5}},
		`approval_above: "5000.00"`:                     {above: collection.AmountLimit{collection.AnyCurrency: "5000.00"}},
		"approval_above: 5000":                          {above: collection.AmountLimit{collection.AnyCurrency: "5000"}},
		`approval_above: {EUR: "5000.00", USD: 6000}`:   {above: collection.AmountLimit{"EUR": "5000.00", "USD": "6000"}},
	} {
		definition, err := strategyfile.Parse("small.yaml", []byte(strings.Replace(small, "approval: true", written, 1)))
		require.NoError(t, err, written)
		step, _ := definition.Step("reminder")
		require.Equal(t, c.required, step.Approval, written)
		require.Equal(t, c.terms, step.ApprovalTerms, written)
		require.Equal(t, c.above, step.ApprovalAbove, written)
	}
	definition, err := strategyfile.Parse("small.yaml", []byte("approval_above: {EUR: \"5000.00\"}\napproval: {expires_after: 5, deputy_after: 2}\n"+small))
	require.NoError(t, err)
	require.Equal(t, collection.AmountLimit{"EUR": "5000.00"}, definition.ApprovalAbove)
	require.Equal(t, collection.ApprovalTerms{ExpiresAfter: 5, DeputyAfter: 2}, definition.ApprovalTerms)
}

func TestAnApprovalThatCannotBeIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for written, problem := range map[string]string{
		"approval: maybe": `small.yaml:21: steps[2].approval: "maybe" is neither true nor false, nor {expires_after: 5, deputy_after: 2}`,
		"approval: {expires_after: 5, deputy_after: 5}": `small.yaml:21: steps[2].approval.deputy_after: the approval expires after 5 working days: ask the deputy before`,
		"approval: {expires_after: 0}":                  `small.yaml:21: steps[2].approval.expires_after: is 0: it must be 1 to 365 days`,
		"approval: {expire_after: 5}":                   `small.yaml:21: steps[2].approval.expire_after: there is no such field: did you mean expires_after?`,
		"approval_above: lots":                          `small.yaml:21: steps[2].approval_above: the limit "lots" of * is not an amount`,
		`approval_above: {EUX: "5"}`:                    `small.yaml:21: steps[2].approval_above.EUX: `,
		`approval_above: {EUR: "5,5"}`:                  `small.yaml:21: steps[2].approval_above.EUR: the limit "5,5" of EUR is not an amount`,
		"approval_above: {}":                            `small.yaml:21: steps[2].approval_above: says nothing`,
	} {
		_, err := strategyfile.Parse("small.yaml", []byte(strings.Replace(small, "approval: true", written, 1)))
		require.ErrorContains(t, err, problem, written)
	}
	_, err := strategyfile.Parse("small.yaml", []byte("approval: true\n"+small))
	require.ErrorContains(t, err, "small.yaml:1: approval: every step says itself whether it needs one")
	_, err = strategyfile.Parse("small.yaml", []byte(strings.Replace(small, "    opens: call\n", "    opens: call\n    approval_above: 5\n", 1)))
	require.ErrorContains(t, err, "sends nothing: leave approval_above out")
}
