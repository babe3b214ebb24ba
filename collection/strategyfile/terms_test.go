package strategyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/collection/strategyfile"
)

func withTerms(terms string) string {
	return strings.Replace(small, "for: business\n", "for: business\n"+terms+"\n", 1)
}

func TestTheTermsOfPromisesAndDisputesAreReadAsWritten(t *testing.T) {
	t.Parallel()
	definition, err := strategyfile.Parse("small.yaml", []byte(withTerms(
		"promises: {grace: 0, longest: 45}\nbroken_promise: {go_on_at: handoff}\ndisputes: {respond_within: 4, escalate_after: 2}")))
	require.NoError(t, err)
	require.Equal(t, 0, definition.Promises.GraceDays())
	require.Equal(t, 45, definition.Promises.LongestDays())
	require.Equal(t, collection.BrokenPromise{GoOnAt: "handoff"}, definition.BrokenPromise)
	require.Equal(t, collection.DisputeTerms{RespondWithin: 4, EscalateAfter: 2}, definition.Disputes)

	silent, err := strategyfile.Parse("small.yaml", []byte(small))
	require.NoError(t, err)
	require.Equal(t, 3, silent.Promises.GraceDays())
	require.Equal(t, 30, silent.Promises.LongestDays())
	require.Equal(t, 10, silent.Disputes.RespondDays())
	require.Equal(t, 5, silent.Disputes.EscalateDays())
}

func TestAMistakeInTheTermsIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	for terms, problem := range map[string]string{
		"promises: {grace: 32}":                "small.yaml:6: promises.grace: is 32: it must be 0 to 31 days",
		"promises: {longest: 0}":               "small.yaml:6: promises.longest: is 0: it must be 1 to 366 days",
		"promises: {gracious: 3}":              "small.yaml:6: promises.gracious: there is no such field: the fields here are grace, longest, most_broken",
		"broken_promise: {}":                   "small.yaml:6: broken_promise.go_on_at: is missing",
		"broken_promise: {go_on_at: handof}":   `small.yaml:6: broken_promise.go_on_at: "handof" is not known: did you mean handoff?`,
		"broken_promise: {go_on_at: courtesy}": "small.yaml:6: broken_promise.go_on_at: step courtesy comes before the due date: name one that comes after it",
		"disputes: {respond_within: 0}":        "small.yaml:6: disputes.respond_within: is 0: it must be 1 to 250 days",
		"disputes: {escalate_after: 300}":      "small.yaml:6: disputes.escalate_after: is 300: it must be 1 to 250 days",
	} {
		_, err := strategyfile.Parse("small.yaml", []byte(withTerms(terms)))
		require.EqualError(t, err, problem)
	}
}

func TestTheStrictStrategyAnswersABrokenPromiseWithTheFormalNotice(t *testing.T) {
	t.Parallel()
	newest, err := builtIn(t).Newest("strict")
	require.NoError(t, err)
	require.Equal(t, "formal-notice", newest.BrokenPromise.GoOnAt)
	first, found := builtIn(t).Version("strict", 1)
	require.True(t, found)
	require.Empty(t, first.BrokenPromise.GoOnAt, "a version stays as it was released")
}
