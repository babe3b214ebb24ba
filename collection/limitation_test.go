package collection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/deadlines"
	"relance/law"
)

// withLimitation is the limitation that the law gives a claim.
func withLimitation(t tester, kind deadlines.ClaimKind, events ...deadlines.LimitationEvent) func(*collection.Case) {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	return func(c *collection.Case) {
		l, err := deadlines.LimitationOf(deadlines.Claim{Kind: kind, Due: c.DueDate}, events, deadlines.TimeLimits(book))
		require.NoError(t, err)
		c.Limitation = collection.NewLimitation(l)
	}
}

func (l *life) toldOn() []string {
	var days []string
	for _, told := range l.told {
		days = append(days, l.Window.DateOf(told.at).String())
	}
	return days
}

func TestAPersonIsWarnedAsTheLawOfTheClaimAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind deadlines.ClaimKind
		told []string
	}{
		"between professionals": {deadlines.BetweenProfessionals, []string{"2030-09-09", "2031-03-07", "2031-06-09", "2031-08-07", "2031-09-08"}},
		"against a consumer":    {deadlines.AgainstConsumer, []string{"2028-03-07", "2028-06-07", "2028-08-07", "2028-09-08"}},
		"carriage of goods":     {deadlines.CarriageOfGoods, []string{"2027-03-08", "2027-06-07", "2027-08-09", "2027-09-08"}},
	} {
		l := working(t, newCase(withLimitation(t, c.kind)), "2026-09-01 09:00", "2033-01-01 00:00")
		require.Equal(t, c.told, l.toldOn(), "%s: days off are moved to the next working day", name)
		require.Equal(t, []string{"courtesy", "courteous", "firm", "formal", "mediation", "handoff"}, stepsOf(l), name)
	}
}

func stepsOf(l *life) []string {
	var steps []string
	for _, done := range l.contacts {
		if len(steps) == 0 || steps[len(steps)-1] != done.step {
			steps = append(steps, done.step)
		}
	}
	return steps
}

func TestWarningsComeWhileTheCaseRests(t *testing.T) {
	t.Parallel()
	consumer := withLimitation(t, deadlines.AgainstConsumer)
	for name, c := range map[string]collection.Case{
		"on hold":              after(t, newCase(consumer), collection.PlaceHold{ID: "h", On: day("2026-09-01")}),
		"on hold until a day":  after(t, newCase(consumer), collection.PlaceHold{ID: "h", On: day("2026-09-01"), Until: day("2030-01-01")}),
		"waiting for approval": newCase(consumer, withStep("courteous", func(s *collection.Step) { s.Approval = true })),
		"the principal is paid": after(t, newCase(consumer), collection.TakePosition{
			Open: euros(0), LateFees: euros(4000),
		}, collection.ReportTask{Task: collection.TaskLateFees}),
	} {
		l := working(t, c, "2026-09-10 09:00", "2029-01-01 00:00")
		require.Equal(t, []string{"2028-03-07", "2028-06-07", "2028-08-07", "2028-09-08"}, l.toldOn(), name)
		require.Contains(t, collection.Next(l.Case, l.now).Because.String(), "limitation has passed", name)
	}
	stuck := &life{Case: newCase(consumer), deliver: func(contact) bool { return false }}
	stuck.work(t, "2026-09-10 09:00", "2029-01-01 00:00")
	require.Len(t, stuck.told, 4)
}

func TestNothingLeavesOnceTheLimitationHasPassed(t *testing.T) {
	t.Parallel()
	c := newCase(withLimitation(t, deadlines.AgainstConsumer))
	c.DueDate = day("2028-09-01") // a ladder that begins late
	l := working(t, c, "2028-09-05 09:00", "2029-06-01 00:00")
	require.Equal(t, []string{"courteous"}, stepsOf(l), "the firm reminder would leave on 12 September, after the last day")
	action := collection.Next(l.Case, l.now)
	require.Equal(t, collection.ActionIdle, action.Kind)
	require.Equal(t, "the limitation has passed: the prudent last day to bring the claim to court was 2028-09-07; nothing leaves by itself "+
		"until a person closes the case or records an event that shows that it has not passed", action.Because.String())

	served := withLimitation(t, deadlines.AgainstConsumer, deadlines.LimitationEvent{Kind: deadlines.PaymentOrderServed, On: day("2028-09-06")})
	revived := newCase(served)
	l.command(t, collection.TakeLimitation{Limitation: revived.Limitation})
	l.told = nil
	l.workUntil(t, at(l.Case, "2029-09-01 00:00"))
	require.Equal(t, []string{"courteous", "firm", "formal", "mediation", "handoff"}, stepsOf(l))
	require.Empty(t, l.told)

	l.command(t, collection.CloseCase{Outcome: collection.StageWrittenOff, Reason: "insolvent"})
	l.workUntil(t, at(l.Case, "2032-01-01 00:00"))
	require.Empty(t, l.told, "nobody is warned of a closed case")
}

func TestAHoldThatEndsAfterTheLimitationIsNotedAndNothingLeaves(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(withLimitation(t, deadlines.AgainstConsumer)), collection.PlaceHold{ID: "h", On: day("2026-09-01"), Until: day("2029-03-31")})
	l := working(t, c, "2026-09-10 09:00", "2029-01-01 00:00")
	action := collection.Next(l.Case, l.now)
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2029-04-03"), l.Window.DateOf(action.At), "1 April is a Sunday, the 2nd Easter Monday")
	l.workUntil(t, at(l.Case, "2030-01-01 00:00"))
	require.Equal(t, collection.StageOpen, l.Stage(l.now))
	require.Equal(t, collection.ActionIdle, collection.Next(l.Case, l.now).Kind)
	require.Empty(t, l.contacts)
}

func TestLateFeesThatAreLeftAfterTheLimitationAreAPersonsToDecide(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(withLimitation(t, deadlines.AgainstConsumer)), "2028-09-10 09:00", "2028-09-20 00:00")
	l.command(t, collection.TakePosition{Open: euros(0), LateFees: euros(4000)})
	action := collection.Next(l.Case, l.now)
	require.Equal(t, collection.TaskLateFees, action.Task)
	l.command(t, collection.ReportTask{Task: collection.TaskLateFees, At: l.now})
	require.Contains(t, collection.Next(l.Case, l.now).Because.String(), "limitation has passed")
}

func TestAfterAnOutageOneWarningIsEnough(t *testing.T) {
	t.Parallel()
	c := newCase(withLimitation(t, deadlines.BetweenProfessionals))
	l := working(t, c, "2031-06-20 09:00", "2031-06-20 10:00")
	require.Equal(t, []telling{{at: at(c, "2031-06-20 09:00"), day: day("2031-06-07")}}, l.told, "the one of three months, not also those of six and twelve")
	l.workUntil(t, at(c, "2032-01-01 00:00"))
	require.Equal(t, []string{"2031-06-20", "2031-08-07", "2031-09-08"}, l.toldOn())
}

func TestWhatStopsTheLimitationKeepsItFromPassing(t *testing.T) {
	t.Parallel()
	c := newCase(withLimitation(t, deadlines.AgainstConsumer, deadlines.LimitationEvent{Kind: deadlines.CourtClaim, On: day("2027-01-15")}))
	require.True(t, c.Limitation.Stopped)
	l := working(t, c, "2026-09-10 09:00", "2035-01-01 00:00")
	require.Equal(t, []string{"2028-07-17", "2028-10-16", "2028-12-15"}, l.toldOn())
	require.NotContains(t, collection.Next(l.Case, l.now).Because.String(), "passed")
}

func TestTheReasonSaysWhenAPersonIsWarned(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(withLimitation(t, deadlines.AgainstConsumer)), collection.PlaceHold{ID: "h", Reason: "dispute", On: day("2026-09-01")})
	action := collection.Next(c, at(c, "2026-09-10 09:00"))
	require.Equal(t, collection.TaskLimitation, action.Task)
	require.Empty(t, action.Step.Key)
	require.Equal(t, "the case is on hold until a person resumes it (dispute); on 2028-03-07 a person is warned of the limitation of 2028-09-07", action.Because.String())
	require.Equal(t, "le dossier est suspendu jusqu’à ce qu’une personne le reprenne (dispute) ; le 07/03/2028 une personne est avertie de la prescription du 07/09/2028", action.Because.French())

	c.Limitation.Told = day("2028-08-07")
	action = collection.Next(c, at(c, "2028-08-08 09:00"))
	require.Contains(t, action.Because.String(), "; after 2028-09-07 the claim is barred by limitation")
	require.Contains(t, action.Because.French(), " ; après le 07/09/2028 la créance est prescrite")

	action = collection.Next(newCase(withLimitation(t, deadlines.AgainstConsumer)), at(c, "2028-08-08 09:00"))
	require.Equal(t, "the prudent last day to bring the claim to court is 2028-09-07: a person obtains an acknowledgement, sues, or lets it lapse", action.Because.String())
	require.Contains(t, action.Because.French(), "le dernier jour prudent pour agir en justice est le 07/09/2028")
	action = collection.Next(newCase(withLimitation(t, deadlines.AgainstConsumer)), at(c, "2028-09-08 00:00"))
	require.Contains(t, action.Because.French(), "le délai de prescription est passé")
}

func TestANewReckoningIsToldAnewAndTheSameChangesNothing(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(withLimitation(t, deadlines.AgainstConsumer)), "2026-09-10 09:00", "2028-06-30 00:00")
	require.Len(t, l.told, 2)
	same := l.Limitation
	same.Told = 0
	l.now = at(l.Case, "2028-06-30 00:00")
	requireNothingNew(t, l.Case, collection.TakeLimitation{Limitation: same})
	requireNothingNew(t, l.Case, collection.ReportTask{Task: collection.TaskLimitation, At: l.now})

	moved := same
	moved.LastDay, moved.Warnings = moved.LastDay.AddDays(10), []calendar.Date{day("2028-06-17"), day("2028-08-17")}
	l.command(t, collection.TakeLimitation{Limitation: moved})
	action := collection.Next(l.Case, l.now)
	require.Equal(t, collection.ActionOpenTask, action.Kind)
	require.Equal(t, day("2028-06-17"), action.Day)

	requireRefused(t, l.Case, collection.TakeLimitation{}, collection.RefusedInvalid, "has no last day")
	moved.Warnings = []calendar.Date{day("2028-10-01")}
	requireRefused(t, l.Case, collection.TakeLimitation{Limitation: moved}, collection.RefusedInvalid, "are not in order")
}

// Histories from before cases knew their limitation.
func TestACaseWithoutALimitationIsNeverWarnedNorStopped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		c.Limitation = collection.Limitation{}
		now := c.DueDate.Time(time.UTC).AddDate(0, 0, rapid.IntRange(-30, 20_000).Draw(t, "days"))
		for _, planned := range collection.Forecast(c, now, now.AddDate(1, 0, 0)) {
			require.NotEqual(t, collection.TaskLimitation, planned.Task)
			require.NotContains(t, planned.Because.String(), "limitation")
		}
		require.NotContains(t, picture(t, c), "limitation", "nor does anything new travel with it")
	})
}

// What the ladder does is the same, act for act, whether a limitation that lies
// far ahead is watched or not.
func TestWatchingTheLimitationNeverDisturbsTheLadder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		for i := range c.Strategy.Steps {
			c.Strategy.Steps[i].Approval = false
			// A courtesy notice that the due date overtakes is dropped at the next
			// waking, whatever wakes the case.
			c.Strategy.Steps[i].DueOffset = max(0, c.Strategy.Steps[i].DueOffset)
		}
		if rapid.Bool().Draw(t, "on hold") {
			from := c.DueDate.AddDays(rapid.IntRange(-20, 40).Draw(t, "held from"))
			c = after(t, c, collection.PlaceHold{ID: "h", On: from, Until: from.AddDays(rapid.IntRange(0, 60).Draw(t, "held for"))})
		}
		from := anyStart(t, c)
		watched := c
		watched.Limitation = anyLimitation(t, c, 0, 100)
		watched.Limitation.LastDay = watched.Limitation.LastDay.AddDays(10_000) // its warnings fall among the steps
		c.Limitation = collection.Limitation{}
		lives := [2]*life{{Case: c, now: from}, {Case: watched, now: from}}
		for _, l := range lives {
			l.workUntil(t, from.AddDate(2, 0, 0))
		}
		require.Equal(t, lives[0].contacts, lives[1].contacts)
	})
}
