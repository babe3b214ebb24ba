package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/ledger"
)

func explain(t tester, account ledger.Account, on string) ledger.Explanation {
	t.Helper()
	explained, err := account.Explain(day(on))
	require.NoError(t, err)
	return explained
}

func TestTheInterestOfAPositionIsExplained(t *testing.T) {
	t.Parallel()
	e := explain(t, bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 400_000)), "2026-09-03")
	require.Len(t, e.Segments, 3)
	require.Equal(t, euros(620_312), e.Segments[2].Principal)
	require.Equal(t, euros(13_487), e.Segments[2].Shown)
	require.Equal(t, euros(211), e.PerDay.Rounded())
	require.Equal(t, "C. com. L441-10 II; D441-5", e.Indemnity.Article)
	require.Nil(t, e.Missing)

	e = explain(t, bookOf(t, claimed("C1", "2026-06-15")), "2027-02-01")
	require.Empty(t, e.Segments)
	require.Equal(t, "2027 H1", e.Missing.HalfYear.String())
}

func TestAnExplanationSaysWhatEachWaiverGaveUp(t *testing.T) {
	t.Parallel()
	e := explain(t, bookOf(t, claimed("C1", "2026-06-15"), waived("W1", "2026-07-01", ledger.PartInterest, 10_000), waived("W2", "2026-07-02", "", 0)), "2026-07-02")
	require.Equal(t, []ledger.Allocation{
		{Kind: ledger.EntryWaiver, ID: "W1", Part: ledger.PartInterest, Amount: euros(10_000)},
		{Kind: ledger.EntryWaiver, ID: "W2", Part: ledger.PartInterest, Amount: euros(20_652 - 10_000)},
		{Kind: ledger.EntryWaiver, ID: "W2", Part: ledger.PartIndemnity, Amount: euros(4_000)},
	}, e.Waivers)
}

func TestAWaiverOfNothingIsAWaiverOfAll(t *testing.T) {
	t.Parallel()
	all := waived("W1", "2026-07-01", ledger.PartInterest, 0)
	all.Amount = euros(0)
	require.True(t, at(t, bookOf(t, claimed("C1", "2026-06-15"), all), "2026-07-01").LateFees.Interest.Open.IsZero())
}

func TestAnExplanationIsOfThePositionOfItsDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := bookOf(t, anyBook(t)...)
		on := day("2026-04-25").AddDays(rapid.IntRange(0, 220).Draw(t, "on")).String()
		e, p := explain(t, account, on), at(t, account, on)
		require.Equal(t, p, e.Position)
		given := map[ledger.Part]int64{}
		for _, waiver := range e.Waivers {
			given[waiver.Part] += waiver.Amount.Minor()
		}
		for part, dues := range map[ledger.Part]ledger.Dues{
			ledger.PartInterest: p.LateFees.Interest, ledger.PartIndemnity: p.LateFees.Indemnity, ledger.PartCosts: p.LateFees.Costs,
		} {
			require.Equal(t, dues.Waived.Minor(), given[part], part)
		}
		for _, segment := range e.Segments {
			require.Positive(t, segment.Days)
			require.Equal(t, int(segment.To-segment.From)+1, segment.Days)
		}
	})
}
