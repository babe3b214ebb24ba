package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
)

func TestAnEventIsLearntBitByBit(t *testing.T) {
	t.Parallel()
	claim := deadlines.LimitationEvent{Kind: deadlines.CourtClaim, On: day("2025-06-16")}
	ended, err := claim.Learn(deadlines.LimitationEvent{Until: day("2026-01-15")})
	require.NoError(t, err)
	require.Equal(t, deadlines.LimitationEvent{Kind: deadlines.CourtClaim, On: day("2025-06-16"), Until: day("2026-01-15")}, ended)
	again, err := ended.Learn(ended)
	require.NoError(t, err)
	require.Equal(t, ended, again)
	rejected, err := ended.Learn(deadlines.LimitationEvent{Void: deadlines.Rejected})
	require.NoError(t, err)
	require.Equal(t, deadlines.Rejected, rejected.Void)
	mistaken, err := rejected.Learn(deadlines.LimitationEvent{Void: deadlines.Mistaken})
	require.NoError(t, err)
	require.Equal(t, deadlines.Mistaken, mistaken.Void)

	for says, report := range map[string]deadlines.LimitationEvent{
		"recorded as court-claim, not as mediation": {Kind: deadlines.Mediation},
		"recorded on 2025-06-16, not on 2025-06-17": {On: day("2025-06-17")},
		"ended on 2026-01-15, not on 2026-02-15":    {Until: day("2026-02-15")},
		"recorded as rejected, not as lapsed":       {Void: deadlines.Lapsed},
	} {
		_, err := rejected.Learn(report)
		require.ErrorContains(t, err, says)
	}
	_, err = claim.Learn(deadlines.LimitationEvent{Until: day("2025-01-01")})
	require.ErrorContains(t, err, "ends before it begins")
}

func TestWhatWasRecordedByMistakeDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, kind := range []deadlines.LimitationEventKind{deadlines.Mediation, deadlines.EnforcementAct, deadlines.Acknowledgement} {
		mistake := deadlines.LimitationEvent{Kind: kind, On: day("2024-06-03"), Void: deadlines.Mistaken}
		l := limitation(t, businessClaim("2022-03-31"), mistake)
		require.Equal(t, "2027-03-31", l.LastDay.String())
		require.False(t, l.Stopped)
		require.Empty(t, l.Possible)
		require.Equal(t, mistake.String()+" was recorded by mistake and does not count", l.Effects[0].Because.String())
		require.Contains(t, l.Effects[0].Because.French(), "enregistrement erroné")
	}
}
