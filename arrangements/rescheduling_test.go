package arrangements_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/collection"
	"relance/money"
)

func TestMoneyTakenBackAfterAReschedulingIsDueWithTheNextInstalment(t *testing.T) {
	t.Parallel()
	p := paid(t, running(t, nil), 300_00, "2026-04-07")
	p = decided(t, p, arrangements.Reschedule{
		Terms: arrangements.Terms{Months: 7, FirstOn: day("2026-06-15"), GraceDays: 5}, Role: collection.RoleOwner, On: day("2026-05-04"),
	})
	require.Equal(t, euros(100_00), p.StillDue(0))
	p = paid(t, p, 0, "2026-05-20")
	require.Equal(t, euros(1000_00), p.Outstanding())
	require.Equal(t, euros(1000_00), p.BalanceOn(day("2026-05-20")))
	require.Equal(t, euros(400_00), p.StillDue(0), "what opens the schedule again comes first")
	require.Equal(t, euros(100_00), p.StillDue(1))
	p = paid(t, p, 400_00, "2026-06-15")
	require.Equal(t, []money.Amount{euros(100_00), euros(0)}, p.Paid()[:2], "who pays what is asked for has paid the instalment")
	require.Equal(t, euros(600_00), p.Outstanding())
}

func TestAReschedulingSpreadsAllThatIsOwedWhateverReductionIsOffered(t *testing.T) {
	t.Parallel()
	p := decided(t, running(t, nil), arrangements.OfferSettlement{
		Settlement: arrangements.Settlement{Reduction: euros(100_00), Until: day("2026-03-31")}, On: day("2026-03-10"), Role: collection.RoleManager,
	})
	p = decided(t, p, arrangements.Reschedule{
		Terms: arrangements.Terms{Months: 5, FirstOn: day("2026-04-05"), GraceDays: 5}, Role: collection.RoleOwner, On: day("2026-03-12"),
	})
	require.Equal(t, euros(1000_00), p.Total(), "less is for who pays all at once")
}
