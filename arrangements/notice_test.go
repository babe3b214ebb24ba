package arrangements_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
)

func TestADirectDebitIsAnnouncedNoLaterThanAgreedOnADayOnWhichNoticesLeave(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first  string
		agreed int
		want   string
	}{
		"fourteen days":                      {"2026-06-10", 0, "2026-05-27"},
		"the fourteenth day is Whit Monday":  {"2026-06-08", 0, "2026-05-22"},
		"two days were agreed":               {"2026-06-10", 2, "2026-06-08"},
		"two days were agreed, and a Sunday": {"2026-06-09", 2, "2026-06-05"},
	} {
		p := running(t, func(p *arrangements.Proposal) {
			p.Terms.FirstOn = day(c.first)
			p.Terms.Mandate, p.Terms.CollectionNoticeDays, p.Terms.RemindDays = "M-1", c.agreed, 0
		})
		next := arrangements.Next(p, p.ProposedOn.Time(time.UTC).Add(12*time.Hour))
		require.Equal(t, c.want, calendar.DateOf(next.At).String(), name)
	}
}

func TestWhatADebtorIsToldFollowsHowTheInstalmentIsPaid(t *testing.T) {
	t.Parallel()
	byTransfer := running(t, nil)
	due := byTransfer.Schedule[0].DueOn
	told, found := byTransfer.NoticeOf(collection.InstalmentDue, 1, due.AddDays(-3))
	require.True(t, found)
	require.Equal(t, collection.InstalmentDue, told.Kind)
	require.Equal(t, due, told.Deadline)
	require.True(t, told.CollectOn.IsZero())

	collected := running(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	told, found = collected.NoticeOf(collection.InstalmentDue, 1, due.AddDays(-14))
	require.True(t, found)
	require.Equal(t, collection.InstalmentCollection, told.Kind)
	require.Equal(t, due, told.CollectOn)
	require.True(t, told.Deadline.IsZero(), "nothing is asked for")

	told, found = collected.NoticeOf(collection.InstalmentMissed, 1, due.AddDays(1))
	require.True(t, found)
	require.True(t, told.ForPerson, "the creditor has not collected it")

	_, found = byTransfer.NoticeOf(collection.InstalmentDue, 99, due)
	require.False(t, found)
}

func TestTheNoticeOfDefaultAsksForAllThatIsOwedWithoutAnyReduction(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	p.Settlement = arrangements.Settlement{Reduction: euros(50_00), Until: p.ProposedOn.AddDays(365)}
	told, found := p.NoticeOf(collection.PlanDefault, 1, p.Schedule[0].DueOn.AddDays(30))
	require.True(t, found)
	require.Equal(t, p.Outstanding(), told.Amount)
	require.Equal(t, collection.ToneFormal, told.Step.Tone)
}

func TestABrokenPlanLeavesTimeToPayItsBalance(t *testing.T) {
	t.Parallel()
	p := running(t, nil)
	require.True(t, p.BalanceDueBy().IsZero())
	after := p.GraceEnd(p.Schedule[0]).AddDays(1)
	broken := decided(t, p, arrangements.DeclareDefault{On: after})
	require.Equal(t, arrangements.StateDefaulted, broken.State)
	by := broken.BalanceDueBy()
	require.GreaterOrEqual(t, by, after.AddDays(8))
	require.True(t, p.Window.IsWorkingDay(by))
	told, found := broken.NoticeOf(collection.PlanDefault, 1, after.AddDays(2))
	require.True(t, found)
	require.Equal(t, by, told.Deadline, "a notice that leaves later names the day that the cases wait for")
}
