package collection_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
)

// telling is a task that tells a person of the limitation.
type telling struct {
	at  time.Time
	day calendar.Date
}

// anyLimitation ends some days after the due date, with warnings before it.
func anyLimitation(t *rapid.T, c collection.Case, earliest, latest int) collection.Limitation {
	l := collection.Limitation{
		Kind: deadlines.BetweenProfessionals, LastDay: c.DueDate.AddDays(rapid.IntRange(earliest, latest).Draw(t, "last day")),
		Stopped: rapid.IntRange(0, 4).Draw(t, "stopped") == 0,
	}
	for _, before := range []int{120, 60, 30, 10} {
		if rapid.Bool().Draw(t, "warned") {
			l.Warnings = append(l.Warnings, l.LastDay.AddDays(-before))
		}
	}
	return l
}

func (l *life) isBarred() bool {
	return l.Limitation.LastDay != 0 && !l.Limitation.Stopped && l.today() > l.Limitation.LastDay
}

// checkTelling: on a day that was planned, not before it, and each only once; of
// several that were missed only the latest.
func (l *life) checkTelling(t tester, told calendar.Date) {
	t.Helper()
	require.False(t, l.IsClosed(), "nobody is warned of a closed case")
	require.LessOrEqual(t, told, l.today(), "a warning comes before its day")
	passed := told == l.Limitation.LastDay.AddDays(1)
	require.True(t, passed && l.isBarred() || slices.Contains(l.Limitation.Warnings, told), "%s is no day to tell of", told)
	for _, day := range l.Limitation.Warnings {
		require.False(t, told < day && day <= l.today(), "the warning of %s is later", day)
	}
	for _, earlier := range l.told {
		require.Less(t, earlier.day, told, "told twice")
	}
}

// checkNobodyIsLeftUntold: whatever the case is doing, no day has come of which
// nobody was told, unless telling is what comes next.
func (l *life) checkNobodyIsLeftUntold(t tester) {
	t.Helper()
	next := collection.Next(l.Case, l.now)
	if l.IsClosed() || next.Task == collection.TaskLimitation && next.Kind == collection.ActionOpenTask {
		return
	}
	var last calendar.Date
	if len(l.told) > 0 {
		last = l.told[len(l.told)-1].day
	}
	for _, day := range l.Limitation.Warnings {
		require.False(t, last < day && day <= l.today(), "nobody was told of %s", day)
		require.False(t, day > l.today() && (next.Kind == collection.ActionIdle || next.At.After(l.Window.Instant(day, l.Debtor))), "the case sleeps over the warning of %s", day)
	}
	if !l.isBarred() {
		return
	}
	require.Greater(t, last, l.Limitation.LastDay, "the limitation passed and nobody was told")
	require.NotEqual(t, collection.ActionNotify, next.Kind)
	require.NotEqual(t, collection.ActionOpenTask, next.Kind)
	require.Contains(t, next.Because.String(), "limitation has passed")
}

func (l *life) reckonAnew(t *rapid.T) {
	before := l.Case
	l.command(t, collection.TakeLimitation{Limitation: anyLimitation(t, l.Case, -20, 400)})
	if !slices.Equal(before.Limitation.Warnings, l.Limitation.Warnings) || before.Limitation.LastDay != l.Limitation.LastDay ||
		before.Limitation.Stopped != l.Limitation.Stopped {
		l.told = nil
	}
}
