package arrangements_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/arrangements"
	"relance/collection"
	"relance/law"
)

// takenBack is a plan of which so much is left after money was taken back, told on a day.
func takenBack(t require.TestingT, p arrangements.Plan, left int64, on string) arrangements.Plan {
	return decided(t, p, arrangements.TakeMoney{
		Received: euros(left), Open: euros(max(0, p.Principal().Minor()-left)), On: day("2026-07-06"), Today: day(on),
	})
}

func TestAKeptPlanGoesOnAgainWithGraceFromTheDayOnWhichItIsKnown(t *testing.T) {
	t.Parallel()
	p := takenBack(t, paid(t, running(t, nil), 1000_00, "2026-07-06"), 750_00, "2026-08-31")
	require.Equal(t, arrangements.StateRunning, p.State)
	require.True(t, p.EndedOn.IsZero())
	next, found := p.NextInstalment()
	require.True(t, found)
	require.Equal(t, 4, next.Number)
	require.Equal(t, "2026-09-05", p.GraceEnd(next).String())
	wait := arrangements.Next(p, noon("2026-08-31"))
	require.Equal(t, p.Window.Instant(day("2026-09-01"), "D-1"), wait.At, "the debtor is told the day after")
	refused(t, p, arrangements.DeclareDefault{On: day("2026-09-05")}, "no instalment that is late beyond its grace")
	p = decided(t, p, arrangements.DeclareDefault{On: day("2026-09-07")})
	require.Equal(t, arrangements.StateDefaulted, takenBack(t, p, 0, "2026-09-10").State, "and never after a default")
}

func TestInstalmentsToComeKeepTheirDatesInAPlanThatGoesOnAgain(t *testing.T) {
	t.Parallel()
	p := takenBack(t, paid(t, running(t, nil), 1000_00, "2026-03-20"), 0, "2026-03-25")
	wait := arrangements.Next(p, noon("2026-03-25"))
	require.Equal(t, "instalment 1 of the plan P-12, 250.00 EUR, is due on 2026-04-07", wait.Because.String())
	require.Equal(t, "2026-04-12", p.GraceEnd(p.Schedule[0]).String())
}

func TestAPlanThatWasSettledEarlyGoesOnAgainWithoutItsReduction(t *testing.T) {
	t.Parallel()
	p := running(t, func(p *arrangements.Proposal) {
		p.Terms.Interest = arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}
	})
	p = decided(t, p, arrangements.OfferSettlement{
		Settlement: arrangements.Settlement{Reduction: euros(100_00), Until: day("2026-03-31")}, On: day("2026-03-10"), Role: collection.RoleManager,
	})
	p = paid(t, p, 903_29, "2026-03-22")
	require.Equal(t, arrangements.StateSettledEarly, p.State)
	p = takenBack(t, p, 500_00, "2026-05-04")
	require.Equal(t, arrangements.StateRunning, p.State)
	require.Equal(t, p.Total().Minor()-500_00, p.Outstanding().Minor())
	require.Equal(t, p.BalanceOn(day("2026-05-04")), p.SettlementOn(day("2026-05-04")), "its day is over")
}

// Whatever more came than was owed, and whatever of it is taken back: the plan goes on
// again exactly when something of it is open.
func TestAKeptPlanGoesOnAgainExactlyWhenSomethingIsOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		received := 1000_00 + rapid.Int64Range(0, 300_00).Draw(t, "too much")
		p := paid(t, running(t, nil), received, "2026-04-03")
		require.Equal(t, arrangements.StateCompleted, p.State)
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			left := rapid.Int64Range(0, received).Draw(t, "left")
			after := takenBack(t, p, left, "2026-08-31")
			require.Equal(t, left < 1000_00, after.State == arrangements.StateRunning)
			require.Equal(t, max(0, 1000_00-left), after.Outstanding().Minor()*map[bool]int64{true: 1, false: 0}[after.State == arrangements.StateRunning])
			if after.State == arrangements.StateRunning {
				require.Equal(t, arrangements.StateCompleted, paid(t, after, received, "2026-09-01").State)
				require.Len(t, after.Reopened, len(p.Reopened)+1)
			}
		}
	})
}

func TestWhatAPlanGaveUpIsKnownByItsID(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	require.Equal(t, "plan-P-12-F-1", p.GivenUpID("F-1"))
	p.Reopened = append(p.Reopened, day("2026-08-31"))
	require.Equal(t, "plan-P-12/2-F-1", p.GivenUpID("F-1"))
	for id, is := range map[string]bool{"plan-P-12-F-1": true, "plan-P-12/2-F-1": true, "plan-P-12-F-1-2": false, "plan-P-12/x-F-1": false, "plan-P-12-F-10": false, "plan-P-1-F-1": false, "A-1": false} {
		require.Equal(t, is, arrangements.IsGivenUp(id, "P-12", "F-1"), id)
	}
}
