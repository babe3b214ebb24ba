package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/deadlines"
)

func TestWarningsComeInTimeForEachKindOfClaim(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim deadlines.Claim
		on    []string
	}{
		{businessClaim("2022-03-31"), []string{"2026-03-31", "2026-09-30", "2026-12-31", "2027-02-28"}},
		{deadlines.Claim{Kind: deadlines.AgainstConsumer, Due: day("2024-11-30")}, []string{"2026-05-30", "2026-08-30", "2026-10-30"}},
		{deadlines.Claim{Kind: deadlines.CarriageOfGoods, Completed: day("2026-01-20")}, []string{"2026-07-20", "2026-10-20", "2026-12-20"}},
		{deadlines.Claim{Kind: deadlines.BetweenProfessionals, Due: day("2022-03-31"), AgreedYears: 1}, []string{"2022-09-30", "2022-12-31", "2023-02-28"}},
	} {
		l := limitation(t, c.claim)
		var planned []string
		for today := l.Start; ; {
			next, found := l.NextWarning(today)
			if !found {
				break
			}
			planned, today = append(planned, next.On.String()), next.On
		}
		require.Equal(t, c.on, planned)
		for n, on := range c.on {
			require.Len(t, l.Warnings(day(on).AddDays(-1)), n, "the day before %s", on)
			require.Len(t, l.Warnings(day(on)), n+1, on)
		}
		require.Len(t, l.Warnings(l.LastDay), len(c.on))
		require.Empty(t, l.Warnings(l.LastDay.AddDays(1)), "then it has passed")
	}
}

func TestAWarningSaysWhatItRestsOn(t *testing.T) {
	t.Parallel()
	l := limitation(t, deadlines.Claim{Kind: deadlines.AgainstConsumer, Due: day("2024-11-30")})
	warnings := l.Warnings(day("2026-10-30"))
	require.Equal(t, 1, warnings[2].MonthsBefore)
	require.Equal(t, "1 month or less until the limitation on 2026-11-30; prudent date of the claim against a consumer: "+
		"2 years from the due date of 2024-11-30, the only date known; last day 2026-11-30 (C. conso. L218-2)", warnings[2].Because.String())
	require.Equal(t, "prescription le 30/11/2026, dans 1 mois ou moins ; date prudente de la créance sur un consommateur : "+
		"2 ans à compter de l’échéance du 30/11/2024, seule date connue ; dernier jour le 30/11/2026 (C. conso. L218-2)", warnings[2].Because.French())
	require.Equal(t, "the date of completion or delivery is not known: the limitation may have begun earlier", l.Doubts[0].String())
}

func TestATrialWhoseEndIsNotRecordedStillWarns(t *testing.T) {
	t.Parallel()
	l := limitation(t, businessClaim("2022-03-31"), deadlines.LimitationEvent{Kind: deadlines.CourtClaim, On: day("2025-06-16")})
	require.False(t, l.Passed(day("2035-01-01")))
	warnings := l.Warnings(day("2030-05-16"))
	require.Len(t, warnings, 4)
	require.Contains(t, warnings[3].Because.String(), "something that stops it goes on")
	require.Contains(t, l.Doubts[0].String(), "the claim in court of 2025-06-16 has no end recorded")
}

var eventKinds = []deadlines.LimitationEventKind{
	deadlines.FormalNotice, deadlines.PaymentOrderFiled, deadlines.PaymentOrderServed, deadlines.Acknowledgement, deadlines.CourtClaim,
	deadlines.EnforcementAct, deadlines.InsolvencyClaim, deadlines.Mediation, deadlines.Conciliation, deadlines.SmallClaimsAgreement,
}

func anyEvent(t *rapid.T, kinds []deadlines.LimitationEventKind) deadlines.LimitationEvent {
	event := deadlines.LimitationEvent{Kind: rapid.SampledFrom(kinds).Draw(t, "event"), On: day("2021-06-01").AddDays(rapid.IntRange(0, 3500).Draw(t, "on"))}
	switch event.Kind {
	case deadlines.CourtClaim, deadlines.InsolvencyClaim, deadlines.Mediation, deadlines.Conciliation, deadlines.SmallClaimsAgreement:
		if rapid.IntRange(0, 5).Draw(t, "goes on") > 0 {
			event.Until = event.On.AddDays(rapid.IntRange(0, 900).Draw(t, "lasts"))
		}
	default:
	}
	if event.Kind == deadlines.CourtClaim && rapid.IntRange(0, 3).Draw(t, "void") == 0 {
		event.Void = rapid.SampledFrom([]deadlines.VoidBy{deadlines.Withdrawn, deadlines.Lapsed, deadlines.Rejected}).Draw(t, "by")
	}
	return event
}

func anyClaim(t *rapid.T) deadlines.Claim {
	claim := deadlines.Claim{
		Kind: rapid.SampledFrom([]deadlines.ClaimKind{deadlines.BetweenProfessionals, deadlines.AgainstConsumer, deadlines.CarriageOfGoods}).Draw(t, "kind"),
		Due:  day("2022-03-31").AddDays(rapid.IntRange(0, 400).Draw(t, "due")),
	}
	if rapid.Bool().Draw(t, "is issued") {
		claim.Issued = claim.Due.AddDays(-rapid.IntRange(0, 90).Draw(t, "terms"))
	}
	if rapid.Bool().Draw(t, "is completed") {
		claim.Completed = claim.Due.AddDays(rapid.IntRange(-200, 30).Draw(t, "completed"))
	}
	return claim
}

func anyEvents(t *rapid.T) []deadlines.LimitationEvent {
	var events []deadlines.LimitationEvent
	for range rapid.IntRange(0, 6).Draw(t, "events") {
		events = append(events, anyEvent(t, eventKinds))
	}
	return events
}

func TestASuspensionNeverShortensALimitation(t *testing.T) {
	t.Parallel()
	limits := timeLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		claim, events := anyClaim(t), anyEvents(t)
		without, err := deadlines.LimitationOf(claim, events, limits)
		require.NoError(t, err)
		with, err := deadlines.LimitationOf(claim, append(events, anyEvent(t, []deadlines.LimitationEventKind{deadlines.Mediation, deadlines.SmallClaimsAgreement})), limits)
		require.NoError(t, err)
		require.GreaterOrEqual(t, with.LastDay, without.LastDay)
		require.True(t, with.Stopped || !without.Stopped)
	})
}

func TestWhatDoesNotInterruptNeverMovesADate(t *testing.T) {
	t.Parallel()
	limits := timeLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		claim, events := anyClaim(t), anyEvents(t)
		without, err := deadlines.LimitationOf(claim, events, limits)
		require.NoError(t, err)
		harmless := anyEvent(t, []deadlines.LimitationEventKind{deadlines.FormalNotice, deadlines.PaymentOrderFiled, deadlines.Acknowledgement})
		with, err := deadlines.LimitationOf(claim, append(events, harmless), limits)
		require.NoError(t, err)
		require.Equal(t, without.LastDay, with.LastDay)
		require.Equal(t, without.Because, with.Because)
		today := anyDate(t, "today")
		require.Equal(t, without.Warnings(today), with.Warnings(today))
		for _, possible := range with.Possible {
			require.Greater(t, possible.LastDay, with.LastDay)
		}
	})
}

func TestALimitationDependsOnNoOrderAndAlwaysSaysWhy(t *testing.T) {
	t.Parallel()
	limits := timeLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		claim, events := anyClaim(t), anyEvents(t)
		l, err := deadlines.LimitationOf(claim, events, limits)
		require.NoError(t, err)
		shuffled, err := deadlines.LimitationOf(claim, rapid.Permutation(events).Draw(t, "shuffled"), limits)
		require.NoError(t, err)
		require.Equal(t, l.LastDay, shuffled.LastDay)
		require.Greater(t, l.LastDay, l.Start)
		require.Contains(t, l.Because.String(), l.LastDay.String())
		require.Len(t, l.Effects, len(events))
		for _, effect := range l.Effects {
			require.NotEmpty(t, effect.Because.Article)
			require.NotEmpty(t, effect.Because.French())
		}
		today := anyDate(t, "today")
		for _, warning := range l.Warnings(today) {
			require.LessOrEqual(t, warning.On, today)
			require.Less(t, warning.On, l.LastDay)
			require.False(t, l.Passed(today))
		}
	})
}
