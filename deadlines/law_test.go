package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
	"relance/law/lawtest"
)

func termLimits(t require.TestingT) []deadlines.TermLimit {
	return deadlines.TermLimits(lawtest.BuiltIn(t))
}

func timeLimits(t require.TestingT) []deadlines.TimeLimit {
	return deadlines.TimeLimits(lawtest.BuiltIn(t))
}

func TestEveryCategoryOfTheTableIsSaidInWords(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, termLimits(t))
	for _, limit := range termLimits(t) {
		require.NotEqual(t, string(limit.Category), limit.Category.String())
		require.NotEqual(t, string(limit.Category), limit.Category.French())
		require.NotEqual(t, limit.Category.String(), limit.Category.French())
		require.NotEqual(t, limit.String(), limit.French())
		require.Positive(t, limit.Days)
		require.NotEmpty(t, limit.Article)
	}
}

func TestTheTermWithoutAgreementIsNoLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range termLimits(t) {
		require.NotEmpty(t, limit.Category)
	}
	require.Len(t, termLimits(t), len(lawtest.BuiltIn(t).PaymentTerms("FR"))-1)
}

func TestEveryTimeLimitHasALengthAndAnArticle(t *testing.T) {
	t.Parallel()
	book := lawtest.BuiltIn(t)
	limits := timeLimits(t)
	require.Len(t, limits, len(book.Deadlines("FR"))+len(book.Limitations("FR")))
	for _, limit := range limits {
		require.Greater(t, limit.Period.End(day("2026-01-31")), day("2026-01-31"), limit.Key)
		require.NotEmpty(t, limit.Article, limit.Key)
		require.NotEmpty(t, limit.CountedFrom.FR, limit.Key)
		require.NotEmpty(t, limit.Acts, limit.Key)
	}
	business, err := deadlines.LimitOf(limits, "limitation-business", day("2026-11-22"))
	require.NoError(t, err)
	require.Equal(t, []int{12, 6, 3, 1}, business.WarnMonths)
	deposit, err := deadlines.LimitOf(limits, "payment-order-deposit", day("2026-11-22"))
	require.NoError(t, err)
	require.False(t, deposit.Extends)
}
