package collection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
)

func TestACaseClimbsItsLadderDayByDay(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-08-01 08:00", "2027-08-01 08:00")
	require.Equal(t, []string{
		"2026-08-31 courtesy: email",
		"2026-09-10 courteous: email",
		"2026-09-18 firm: email",
		"2026-09-18 firm: sms",
		"2026-09-28 formal: email", // the 27th is a Sunday
		"2026-09-28 formal: letter",
		"2026-10-14 mediation: task mediation", // the deadline of the 13th has passed
		"2026-11-06 handoff: task handoff",     // 60 days after the due date, later than 20 after mediation
	}, l.diary())
	require.Equal(t, collection.StageHandoff, l.Stage(l.now))
	require.Equal(t, collection.ActionIdle, collection.Next(l.Case, l.now).Kind)
}

func TestTheStageFollowsTheLadder(t *testing.T) {
	t.Parallel()
	for until, stage := range map[string]collection.Stage{
		"2026-08-30 23:00": collection.StageOpen,
		"2026-08-31 23:00": collection.StageOpen,
		"2026-09-10 23:00": collection.StageReminding,
		"2026-09-28 23:00": collection.StageFormalNotice,
		"2026-10-14 23:00": collection.StageMediation,
		"2026-11-06 23:00": collection.StageHandoff,
	} {
		l := working(t, newCase(), "2026-08-01 08:00", until)
		require.Equal(t, stage, l.Stage(at(l.Case, until)), until)
	}
}

func TestAStepActsFromItsMomentOnAndNotBefore(t *testing.T) {
	t.Parallel()
	c := newCase()
	wait := collection.Next(c, at(c, "2026-08-01 08:00"))
	require.Equal(t, collection.ActionWait, wait.Kind)
	require.Equal(t, "courtesy", wait.Step.Key)
	require.Equal(t, day("2026-08-31"), c.Window.DateOf(wait.At))

	early := collection.Next(c, wait.At.Add(-time.Nanosecond))
	require.Equal(t, collection.ActionWait, early.Kind)
	require.Equal(t, wait.At, early.At)
	for _, late := range []time.Duration{0, time.Nanosecond, time.Second} {
		action := collection.Next(c, wait.At.Add(late))
		require.Equal(t, collection.ActionNotify, action.Kind, "%s after its moment", late)
		require.Equal(t, collection.ChannelEmail, action.Channel)
		require.Equal(t, wait.At.Add(late), action.At)
	}
}

func TestAMissedDayIsCaughtUpAndNotLost(t *testing.T) {
	t.Parallel()
	c := newCase()
	action := collection.Next(c, at(c, "2026-09-02 10:00"))
	require.Equal(t, collection.ActionNotify, action.Kind)
	require.Equal(t, "courtesy", action.Step.Key, "two days late, and still before the due date")
}

func TestACourtesyNoticeMakesNoSenseOnceTheDueDateIsThere(t *testing.T) {
	t.Parallel()
	c := newCase()
	require.Equal(t, "courtesy", collection.Next(c, at(c, "2026-09-06 23:59")).Step.Key)
	action := collection.Next(c, at(c, "2026-09-07 00:00"))
	require.Equal(t, "courteous", action.Step.Key)
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2026-09-10"), c.Window.DateOf(action.At))
}

func TestAnInvoiceImportedLateGetsOneStepAtATime(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2027-01-04 07:00", "2027-12-31 08:00")
	require.Equal(t, []string{
		"2027-01-04 courteous: email",
		"2027-01-12 firm: email",
		"2027-01-12 firm: sms",
		"2027-01-21 formal: email",
		"2027-01-21 formal: letter",
		"2027-02-08 mediation: task mediation", // 16 days is Saturday the 6th
		"2027-03-01 handoff: task handoff",
	}, l.diary())
}

func TestAfterAnOutageOneStepLeavesNotAllTheMissedOnes(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-08-01 08:00", "2026-09-11 08:00")
	before := len(l.contacts)
	l.work(t, "2026-12-01 11:00", "2026-12-08 23:00")
	require.Equal(t, []string{"2026-12-01 firm: email", "2026-12-01 firm: sms"}, l.diary()[before:])
	require.Equal(t, at(l.Case, "2026-12-01 11:00"), l.contacts[before].at, "a late step leaves at once inside the window")
	require.Equal(t, day("2026-12-08"), l.contacts[before].deadline, "its deadline counts from the day it left")
}

func TestALateStepWaitsForTheContactHours(t *testing.T) {
	t.Parallel()
	c := newCase()
	action := collection.Next(c, at(c, "2026-12-05 11:00")) // a Saturday
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2026-12-07"), c.Window.DateOf(action.At))
	require.Equal(t, "step courteous is due and waits for the debtor's contact hours", action.Because.String())
}

func TestADeadlineIsWaitedForThroughItsLastDay(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("formal", func(s *collection.Step) { s.Spacing, s.DueOffset = 1, 12 }))
	l := working(t, c, "2026-08-01 08:00", "2026-09-25 23:00")
	require.Equal(t, day("2026-09-25"), l.contacts[2].deadline, "firm on Friday the 18th gives 7 days")
	require.Equal(t, "2026-09-18 firm: sms", l.diary()[3])
	require.Len(t, l.contacts, 4)
	next := collection.Next(l.Case, at(c, "2026-09-25 23:00"))
	require.Equal(t, day("2026-09-28"), c.Window.DateOf(next.At), "the 26th is a Saturday")
	require.Equal(t, "step formal waits for the deadline of 2026-09-25 that the debtor was given", next.Because.String())
}

func TestADeadlineNeverFallsOnADayOff(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("firm", func(s *collection.Step) { s.DeadlineDays = 8 }))
	contacts := working(t, c, "2026-08-01 08:00", "2026-09-18 23:00").contacts
	require.Equal(t, day("2026-09-28"), contacts[2].deadline, "8 days after the 18th is a Saturday")
	require.Equal(t, contacts[2].deadline, contacts[3].deadline, "e-mail and SMS name the same day")
}

func TestHolidaysOfTheDebtorsCountryMoveAStep(t *testing.T) {
	t.Parallel()
	easter := newCase(func(c *collection.Case) { c.DueDate = day("2026-04-03") }) // three days later is Easter Monday
	action := collection.Next(easter, at(easter, "2026-04-04 08:00"))
	require.Equal(t, day("2026-04-07"), easter.Window.DateOf(action.At))

	nowhere := newCase(func(c *collection.Case) { c.DueDate, c.Window.Country = day("2026-04-03"), "ZZ" })
	action = collection.Next(nowhere, at(nowhere, "2026-04-04 08:00"))
	require.Equal(t, day("2026-04-06"), nowhere.Window.DateOf(action.At), "a country without a table has weekends only")
}

func TestTheDebtorsOwnDayCountsInGuadeloupe(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) { c.Window.Zone = zone("America/Guadeloupe") })
	// In Paris the due date is already there; in Guadeloupe it is the evening before.
	midnightInParis := at(newCase(), "2026-09-07 00:30")
	require.Equal(t, "courtesy", collection.Next(c, midnightInParis).Step.Key)
	action := collection.Next(c, at(c, "2026-09-08 08:00"))
	require.Equal(t, day("2026-09-10"), c.Window.DateOf(action.At))
	require.True(t, c.Window.Contains(action.At))
	require.Equal(t, 4*time.Hour, action.At.Sub(collection.Next(newCase(), at(c, "2026-09-08 08:00")).At)-2*time.Hour,
		"the same hour on the wall is six hours later: UTC-4 against UTC+2")
}

// Summer time ends on 25 October 2026 and begins on 28 March 2027 in Paris, and
// on 14 March 2027 in New York.
func TestStepsKeepTheirHourOnTheWallWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	for _, place := range []struct{ zone, due string }{
		{"Europe/Paris", "2026-10-19"}, {"Europe/Paris", "2027-03-22"}, {"America/New_York", "2027-03-08"}, {"America/New_York", "2026-10-26"},
	} {
		c := newCase(func(c *collection.Case) {
			c.Window.Zone, c.Window.Country, c.DueDate = zone(place.zone), "", day(place.due)
		})
		hours := map[string]bool{}
		for _, done := range working(t, c, "2026-09-01 08:00", "2027-08-01 08:00").contacts {
			hours[done.at.In(c.Window.Zone.Location()).Format("15:04:05")] = true
		}
		require.Len(t, hours, 1, "%s, due %s", place.zone, place.due)
	}
}

func TestAStepPlannedForTheNightOfAClockChangeIsInTheWindow(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) {
		c.Window = calendar.Window{Zone: zone("Africa/Cairo"), Opens: 0, Closes: 30} // on Fridays the clock jumps from 0:00 to 1:00
		c.DueDate = day("2026-04-21")
	})
	action := collection.Next(c, at(c, "2026-04-23 22:00"))
	require.Equal(t, day("2026-04-24"), c.Window.DateOf(action.At))
	require.Equal(t, collection.ActionNotify, collection.Next(c, action.At).Kind)
}

func TestACaseThatIsNotDueForYearsJustWaits(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) { c.DueDate = day("2040-05-02") })
	action := collection.Next(c, at(c, "2026-08-01 08:00"))
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2040-04-25"), c.Window.DateOf(action.At))
}

func TestEveryStageHasAFrenchWord(t *testing.T) {
	t.Parallel()
	words := map[string]collection.Stage{}
	for _, stage := range []collection.Stage{
		collection.StageOpen, collection.StageReminding, collection.StageFormalNotice, collection.StageMediation, collection.StageHandoff,
		collection.StageOnHold, collection.StageUnreachable,
		collection.StagePaid, collection.StageWrittenOff, collection.StageWithdrawn, collection.StageHandedOver,
	} {
		require.NotEqual(t, string(stage), stage.French(), "untranslated")
		require.NotContains(t, words, stage.French(), "two stages must not read the same")
		words[stage.French()] = stage
	}
	require.Equal(t, "passé en perte", collection.StageWrittenOff.French())
	require.Equal(t, "unheard-of", collection.Stage("unheard-of").French())
}

func TestTheReasonIsASentenceInBothLanguages(t *testing.T) {
	t.Parallel()
	c := newCase()
	for _, sentence := range []struct {
		c       collection.Case
		now     string
		english string
		french  string
	}{
		{c, "2026-08-01 08:00", "step courtesy is planned 7 days before the due date of 2026-09-07", "l’étape courtesy est prévue 7 jours avant l’échéance du 07/09/2026"},
		{c, "2026-09-08 08:00", "step courteous is planned 3 days after the due date of 2026-09-07", "l’étape courteous est prévue 3 jours après l’échéance du 07/09/2026"},
		{after(t, c, accepted(c, "courteous", "email", "2026-09-14 10:00")), "2026-09-15 08:00", "step firm leaves 8 days after the contact of 2026-09-14", "l’étape firm respecte un délai de 8 jours après le contact du 14/09/2026"},
		{after(t, c, collection.PlaceHold{ID: "h", Reason: "dispute", On: day("2026-09-01")}), "2026-09-08 08:00", "the case is on hold until a person resumes it (dispute)", "le dossier est suspendu jusqu’à ce qu’une personne le reprenne (dispute)"},
		{after(t, c, collection.PlaceHold{ID: "h", On: day("2026-09-01"), Until: day("2026-09-20")}), "2026-09-08 08:00", "the case is on hold until 2026-09-20 (no reason given)", "le dossier est suspendu jusqu’au 20/09/2026 (sans motif donné)"},
		{after(t, c, collection.TakePosition{Open: euros(0)}), "2026-09-08 08:00", "the case is closed: paid", "le dossier est clos : payé"},
	} {
		because := collection.Next(sentence.c, at(c, sentence.now)).Because
		require.Equal(t, sentence.english, because.String())
		require.Equal(t, sentence.french, because.French())
	}
}
