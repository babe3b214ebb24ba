package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
)

func limitation(t require.TestingT, claim deadlines.Claim, events ...deadlines.LimitationEvent) deadlines.Limitation {
	l, err := deadlines.LimitationOf(claim, events, timeLimits(t))
	require.NoError(t, err)
	return l
}

func businessClaim(due string) deadlines.Claim {
	return deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: day(due), Completed: day(due)}
}

// Each line is a claim without events: its dates and its last day.
func TestClaimsAreLostAfterTheseDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind                   deadlines.ClaimKind
		completed, issued, due string
		agreedYears            int
		basis                  deadlines.Basis
		last                   string
	}{
		{deadlines.BetweenProfessionals, "", "", "2022-03-31", 0, deadlines.SinceDueDate, "2027-03-31"},
		{deadlines.AgainstConsumer, "", "", "2024-11-30", 0, deadlines.SinceDueDate, "2026-11-30"},
		{deadlines.AgainstPublicBody, "", "2022-03-01", "2022-03-31", 0, deadlines.SinceInvoice, "2026-03-01"}, // the end of the year is not counted on
		{deadlines.BetweenProfessionals, "2022-02-10", "2022-02-28", "2022-03-31", 0, deadlines.SinceCompletion, "2027-02-10"},
		{deadlines.BetweenProfessionals, "2022-03-05", "2022-02-28", "2022-03-31", 0, deadlines.SinceInvoice, "2027-02-28"},
		{deadlines.BetweenProfessionals, "", "2024-02-29", "2024-03-31", 0, deadlines.SinceInvoice, "2029-02-28"}, // no 29 February
		{deadlines.AgainstConsumer, "2024-10-31", "2024-11-30", "2024-12-30", 0, deadlines.SinceCompletion, "2026-10-31"},
		{deadlines.AgainstConsumer, "", "", "2024-11-29", 0, deadlines.SinceDueDate, "2026-11-29"}, // a Sunday: CPC 642 is not applied
		{deadlines.CarriageOfGoods, "2026-01-20", "2026-01-10", "2026-02-10", 0, deadlines.SinceCompletion, "2027-01-20"},
		{deadlines.CarriageOfGoods, "", "2026-01-10", "2026-02-10", 0, deadlines.SinceInvoice, "2027-01-10"},
		{deadlines.BetweenProfessionals, "", "", "2022-03-31", 1, deadlines.SinceDueDate, "2023-03-31"},
		{deadlines.BetweenProfessionals, "", "", "2022-03-31", 10, deadlines.SinceDueDate, "2032-03-31"},
	} {
		claim := deadlines.Claim{Kind: c.kind, AgreedYears: c.agreedYears}
		for text, date := range map[string]interface{ UnmarshalText([]byte) error }{"completed": &claim.Completed, "issued": &claim.Issued, "due": &claim.Due} {
			require.NoError(t, date.UnmarshalText([]byte(map[string]string{"completed": c.completed, "issued": c.issued, "due": c.due}[text])))
		}
		l := limitation(t, claim)
		require.Equal(t, c.last, l.LastDay.String(), c)
		require.Equal(t, c.basis, l.Basis, c)
		require.False(t, l.Passed(day(c.last)))
		require.True(t, l.Passed(day(c.last).AddDays(1)))
		require.Equal(t, c.completed == "", len(l.Doubts) > 0, "an unknown date of completion is told")
	}
}

func TestAClaimThatCannotBeReckonedIsRefused(t *testing.T) {
	t.Parallel()
	due := day("2022-03-31")
	for _, c := range []struct {
		claim deadlines.Claim
		says  string
	}{
		{deadlines.Claim{Kind: deadlines.BetweenProfessionals}, "give the due date"},
		{deadlines.Claim{Kind: "rent", Due: due}, `kind "rent"`},
		{deadlines.Claim{Kind: deadlines.AgainstConsumer, Due: due, AgreedYears: 3}, "a contract cannot change it (C. civ. 2254)"},
		{deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: due, AgreedYears: 11}, "only say 1 to 10 years"},
		{deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: due, AgreedYears: -1}, "only say 1 to 10 years"},
		{deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: day("2008-01-31")}, "no time limit limitation-business is known for 2008-01-31"},
	} {
		_, err := deadlines.LimitationOf(c.claim, nil, timeLimits(t))
		require.ErrorContains(t, err, c.says)
	}
	for _, event := range []deadlines.LimitationEvent{
		{Kind: "telephone call", On: due},
		{Kind: deadlines.CourtClaim},
		{Kind: deadlines.FormalNotice, On: due, Until: due},
		{Kind: deadlines.Mediation, On: due, Until: due - 1},
		{Kind: deadlines.Mediation, On: due, Void: deadlines.Withdrawn},
		{Kind: deadlines.CourtClaim, On: due, Void: "lost"},
	} {
		_, err := deadlines.LimitationOf(deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: due}, []deadlines.LimitationEvent{event}, timeLimits(t))
		require.Error(t, err, "%+v", event)
	}
}

// Each line is one event on a claim between professionals due 2022-03-31, which
// is lost after 2027-03-31 without it.
func TestWhatEventsDoToALimitation(t *testing.T) {
	t.Parallel()
	type event = deadlines.LimitationEvent
	on, until := day("2025-06-16"), day("2026-02-01")
	for _, c := range []struct {
		event   event
		effect  deadlines.EffectKind
		last    string
		stopped bool
		article string
	}{
		{event{Kind: deadlines.FormalNotice, On: on}, deadlines.NoEffect, "2027-03-31", false, "Cass. com. 2022-05-18, 20-23.204"},
		{event{Kind: deadlines.PaymentOrderFiled, On: on}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2241"},
		{event{Kind: deadlines.PaymentOrderServed, On: on}, deadlines.Interrupts, "2030-06-16", false, "C. civ. 2241; C. civ. 2231"},
		{event{Kind: deadlines.Acknowledgement, On: on}, deadlines.PossiblyExtends, "2027-03-31", false, "C. civ. 2240"},
		{event{Kind: deadlines.EnforcementAct, On: on}, deadlines.Interrupts, "2030-06-16", false, "C. civ. 2244; C. civ. 2231"},
		{event{Kind: deadlines.CourtClaim, On: on}, deadlines.Interrupts, "2030-06-16", true, "C. civ. 2241, 2242; C. civ. 2231"},
		{event{Kind: deadlines.CourtClaim, On: on, Until: until}, deadlines.Interrupts, "2031-02-01", false, "C. civ. 2241, 2242; C. civ. 2231"},
		{event{Kind: deadlines.CourtClaim, On: on, Until: until, Void: deadlines.Withdrawn}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2243"},
		{event{Kind: deadlines.CourtClaim, On: on, Until: until, Void: deadlines.Lapsed}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2243"},
		{event{Kind: deadlines.CourtClaim, On: on, Void: deadlines.Rejected}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2243"},
		{event{Kind: deadlines.InsolvencyClaim, On: on, Until: until}, deadlines.Interrupts, "2031-02-01", false, "C. com. L622-25-1; C. civ. 2231"},
		{event{Kind: deadlines.Mediation, On: on, Until: until}, deadlines.Suspends, "2027-11-16", false, "C. civ. 2238"}, // 230 days
		{event{Kind: deadlines.Conciliation, On: on, Until: on}, deadlines.Suspends, "2027-03-31", false, "C. civ. 2238"},
		{event{Kind: deadlines.SmallClaimsAgreement, On: on, Until: day("2025-07-16")}, deadlines.Suspends, "2027-04-30", false, "CPCE L125-1; C. civ. 2238"},
		{event{Kind: deadlines.Mediation, On: on}, deadlines.Suspends, "2027-03-31", true, "C. civ. 2238"},
		// Six months at least are left after a mediation near the end.
		{event{Kind: deadlines.Mediation, On: day("2027-03-21"), Until: day("2027-04-15")}, deadlines.Suspends, "2027-10-15", false, "C. civ. 2238"},
		{event{Kind: deadlines.Conciliation, On: day("2027-03-21"), Until: day("2027-03-21")}, deadlines.Suspends, "2027-09-21", false, "C. civ. 2238"},
		{event{Kind: deadlines.Mediation, On: day("2027-03-21")}, deadlines.Suspends, "2027-09-21", true, "C. civ. 2238"},
		// On the last day in time, the day after too late.
		{event{Kind: deadlines.CourtClaim, On: day("2027-03-31"), Until: day("2028-01-10")}, deadlines.Interrupts, "2033-01-10", false, "C. civ. 2241, 2242; C. civ. 2231"},
		{event{Kind: deadlines.CourtClaim, On: day("2027-04-01"), Until: day("2028-01-10")}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2241, 2242"},
		{event{Kind: deadlines.Mediation, On: day("2027-04-01"), Until: day("2028-01-10")}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2238"},
		{event{Kind: deadlines.CourtClaim, On: day("2022-03-01"), Until: day("2022-03-20")}, deadlines.NoEffect, "2027-03-31", false, "C. civ. 2241, 2242"},
	} {
		l := limitation(t, businessClaim("2022-03-31"), c.event)
		require.Equal(t, c.last, l.LastDay.String(), "%+v", c.event)
		require.Equal(t, c.stopped, l.Stopped, "%+v", c.event)
		require.Len(t, l.Effects, 1)
		require.Equal(t, c.effect, l.Effects[0].Kind, "%+v", c.event)
		require.Equal(t, c.article, l.Effects[0].Because.Article, "%+v", c.event)
		require.NotEqual(t, l.Effects[0].Because.String(), l.Effects[0].Because.French())
		if c.stopped {
			require.False(t, l.Passed(l.LastDay.AddDays(1)), "what stops it goes on")
		}
	}
}

func TestAnAcknowledgementOnlyGivesAPossibleDate(t *testing.T) {
	t.Parallel()
	claim := businessClaim("2022-03-31")
	l := limitation(t, claim, deadlines.LimitationEvent{Kind: deadlines.Acknowledgement, On: day("2025-06-16")})
	require.Equal(t, limitation(t, claim).LastDay, l.LastDay)
	require.Equal(t, limitation(t, claim).Warnings(day("2027-01-02")), l.Warnings(day("2027-01-02")))
	require.True(t, l.Passed(day("2027-04-01")))
	require.Len(t, l.Possible, 1)
	require.Equal(t, "2030-06-16", l.Possible[0].LastDay.String())
	require.Equal(t, "possibly until 2030-06-16, if a court takes the acknowledgement by the debtor of 2025-06-16 for an interruption (C. civ. 2240)",
		l.Possible[0].Because.String())
	require.Equal(t, "peut-être jusqu’au 16/06/2030, si un juge voit une interruption dans la reconnaissance par le débiteur du 16/06/2025 (C. civ. 2240)",
		l.Possible[0].Because.French())
	late := limitation(t, claim, deadlines.LimitationEvent{Kind: deadlines.Acknowledgement, On: day("2027-04-01")})
	require.Empty(t, late.Possible)
	require.Equal(t, deadlines.NoEffect, late.Effects[0].Kind)
	require.Contains(t, late.Doubts[0].String(), "for a lawyer to say")
}

func TestSeveralEventsFollowEachOther(t *testing.T) {
	t.Parallel()
	type event = deadlines.LimitationEvent
	for name, c := range map[string]struct {
		events []event
		last   string
	}{
		"in any order": {[]event{
			{Kind: deadlines.EnforcementAct, On: day("2026-05-04")},
			{Kind: deadlines.PaymentOrderServed, On: day("2025-06-16")},
			{Kind: deadlines.PaymentOrderFiled, On: day("2025-05-02")},
		}, "2031-05-04"},
		"an act saves the claim for the next": {[]event{
			{Kind: deadlines.EnforcementAct, On: day("2027-03-31")},
			{Kind: deadlines.EnforcementAct, On: day("2032-03-31")},
		}, "2037-03-31"},
		"one day late and the next does not count either": {[]event{
			{Kind: deadlines.EnforcementAct, On: day("2027-04-01")},
			{Kind: deadlines.EnforcementAct, On: day("2032-03-31")},
		}, "2027-03-31"},
		"a suspension before an interruption is used up": {[]event{
			{Kind: deadlines.Mediation, On: day("2023-01-01"), Until: day("2023-07-01")},
			{Kind: deadlines.PaymentOrderServed, On: day("2025-06-16")},
		}, "2030-06-16"},
		"a suspension after an interruption counts": {[]event{
			{Kind: deadlines.PaymentOrderServed, On: day("2025-06-16")},
			{Kind: deadlines.Mediation, On: day("2026-01-01"), Until: day("2026-01-31")},
		}, "2030-07-16"},
		"two suspensions at once count once": {[]event{
			{Kind: deadlines.Mediation, On: day("2026-01-01"), Until: day("2026-01-31")},
			{Kind: deadlines.SmallClaimsAgreement, On: day("2026-01-11"), Until: day("2026-01-21")},
		}, "2027-04-30"},
		"the longer of two interruptions decides": {[]event{
			{Kind: deadlines.CourtClaim, On: day("2025-06-16"), Until: day("2027-09-30")},
			{Kind: deadlines.EnforcementAct, On: day("2025-07-01")},
		}, "2032-09-30"},
		"a mediation during a trial adds nothing": {[]event{
			{Kind: deadlines.CourtClaim, On: day("2025-06-16"), Until: day("2027-09-30")},
			{Kind: deadlines.Mediation, On: day("2026-01-01"), Until: day("2026-06-01")},
		}, "2032-09-30"},
		"nothing comes too late during a trial that goes on": {[]event{
			{Kind: deadlines.CourtClaim, On: day("2025-06-16")},
			{Kind: deadlines.EnforcementAct, On: day("2031-02-03")},
		}, "2036-02-03"},
		"a mediation that outlasts a trial adds its rest": {[]event{
			{Kind: deadlines.CourtClaim, On: day("2025-06-16"), Until: day("2027-09-30")},
			{Kind: deadlines.Mediation, On: day("2027-09-01"), Until: day("2027-10-10")},
		}, "2032-10-10"},
	} {
		require.Equal(t, c.last, limitation(t, businessClaim("2022-03-31"), c.events...).LastDay.String(), name)
	}
}

func TestTheLongStopEndsWhatOnlySuspensionsKeepAlive(t *testing.T) {
	t.Parallel()
	mediation := deadlines.LimitationEvent{Kind: deadlines.Mediation, On: day("2023-01-01"), Until: day("2044-01-01")}
	l := limitation(t, businessClaim("2022-03-31"), mediation)
	require.Equal(t, "2042-03-31", l.LastDay.String())
	require.Equal(t, "prudent date of the claim between professionals: 5 years from the due date of 2022-03-31, the earliest of the dates known; "+
		"suspended for a time; never longer than 20 years in all; last day 2042-03-31 (C. com. L110-4; C. civ. 2224; C. civ. 2238; C. civ. 2232)", l.Because.String())
	enforced := deadlines.LimitationEvent{Kind: deadlines.EnforcementAct, On: day("2022-12-01")}
	require.Greater(t, limitation(t, businessClaim("2022-03-31"), enforced, mediation).LastDay, l.LastDay, "not after a claim in court or an enforcement act")
}
