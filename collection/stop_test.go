package collection_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// killSwitch is a kill switch of everybody, set at a moment and not lifted.
func killSwitch(c collection.Case, moment string) collection.Stop {
	return collection.Stop{ID: "k", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "wrong bank account", At: at(c, moment)}
}

func TestAStopSaysWhatItIsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stop            collection.Stop
		english, french string
	}{
		{collection.Stop{Kind: collection.StopHold, Scope: collection.ScopeDebtor, Until: day("2026-09-20")},
			"every invoice of the debtor is on hold until 2026-09-20 (audit)", "toutes les factures du débiteur sont suspendues jusqu’au 20/09/2026 (audit)"},
		{collection.Stop{Kind: collection.StopExclusion, Scope: collection.ScopeInvoice},
			"the invoice is excluded from reminders until a person lifts the exclusion (audit)", "la facture est exclue des relances jusqu’à ce qu’une personne lève l’exclusion (audit)"},
		{collection.Stop{Kind: collection.StopExclusion, Scope: collection.ScopeDebtor},
			"the debtor is excluded from reminders until a person lifts the exclusion (audit)", "le débiteur est exclu des relances jusqu’à ce qu’une personne lève l’exclusion (audit)"},
		{collection.Stop{Kind: collection.StopBlock, Scope: collection.ScopeDebtor},
			"the debtor is blocked: nothing leaves by any way until a person lifts it (audit)", "le débiteur est bloqué : rien ne part par aucune voie jusqu’à la levée par une personne (audit)"},
		{collection.Stop{Kind: collection.StopKillSwitch, Scope: collection.ScopeCreditor},
			"the kill switch of the creditor is set: nothing leaves until a person lifts it (audit)", "l’arrêt d’urgence du créancier est enclenché : rien ne part jusqu’à la levée par une personne (audit)"},
		{collection.Stop{Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Until: day("2026-09-20")},
			"the kill switch is set for everybody: nothing leaves until 2026-09-20 (audit)", "l’arrêt d’urgence général est enclenché : rien ne part jusqu’au 20/09/2026 (audit)"},
	} {
		stop := c.stop
		stop.ID, stop.Reason, stop.At = "s", "audit", at(newCase(), "2026-09-08 10:00")
		stopped := after(t, newCase(), collection.TakeStop{Stop: stop})
		now := at(stopped, "2026-09-10 10:00")
		require.Equal(t, collection.StageOnHold, stopped.Stage(now))
		require.Equal(t, c.english, collection.Next(stopped, now).Because.String())
		require.Equal(t, c.french, collection.Next(stopped, now).Because.French())
	}
}

func TestTheStrictestStopIsNamedAndTheLastOneEnds(t *testing.T) {
	t.Parallel()
	c := newCase()
	hold := collection.Stop{ID: "h", Kind: collection.StopHold, Scope: collection.ScopeDebtor, Reason: "audit", At: at(c, "2026-09-08 10:00"), Until: day("2026-09-29")}
	kill := killSwitch(c, "2026-09-09 10:00")
	kill.Until = day("2026-09-15")
	c = after(t, c, collection.TakeStop{Stop: hold}, collection.TakeStop{Stop: kill})
	action := collection.Next(c, at(c, "2026-09-10 10:00"))
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2026-09-30"), c.Window.DateOf(action.At), "the hold lasts longer")
	require.Contains(t, action.Because.String(), "kill switch")
	require.Contains(t, collection.Next(c, at(c, "2026-09-16 10:00")).Because.String(), "every invoice of the debtor is on hold")

	open := kill
	open.ID, open.Until = "k2", 0
	c = after(t, c, collection.TakeStop{Stop: open})
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2026-09-10 10:00")).Kind)
}

func TestAStopIsToldOnceAndALiftIsNotUndoneByOldNews(t *testing.T) {
	t.Parallel()
	c := newCase()
	stop := killSwitch(c, "2026-09-08 10:00")
	stopped := after(t, c, collection.TakeStop{Stop: stop})
	requireNothingNew(t, stopped, collection.TakeStop{Stop: stop})
	lifted := stop
	lifted.Lifted = at(c, "2026-09-09 10:00")
	stopped = after(t, stopped, collection.TakeStop{Stop: lifted})
	requireNothingNew(t, stopped, collection.TakeStop{Stop: stop})
	require.Equal(t, picture(t, stopped), picture(t, after(t, c, collection.TakeStop{Stop: lifted})), "the lift alone says it all")
}

func TestAStopThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	sound := killSwitch(newCase(), "2026-09-08 10:00")
	for words, change := range map[string]func(*collection.Stop){
		"has no ID":                        func(s *collection.Stop) { s.ID = "" },
		`is of the kind "pause"`:           func(s *collection.Stop) { s.Kind = "pause" },
		`cannot be for the scope "debtor"`: func(s *collection.Stop) { s.Scope = collection.ScopeDebtor },
		"needs a reason":                   func(s *collection.Stop) { s.Reason = "" },
		"does not say since when":          func(s *collection.Stop) { s.At = time.Time{} },
		"has no last day": func(s *collection.Stop) {
			s.Kind, s.Scope, s.Until = collection.StopExclusion, collection.ScopeDebtor, day("2026-09-20")
		},
		"lifted before it began": func(s *collection.Stop) { s.Lifted = s.At.Add(-time.Hour) },
	} {
		stop := sound
		change(&stop)
		requireRefused(t, newCase(), collection.TakeStop{Stop: stop}, collection.RefusedInvalid, words)
	}
}

func TestAPersonIsToldOfTheLimitationDuringAnExclusion(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) {
		c.Limitation = collection.Limitation{Kind: "business", LastDay: day("2026-12-31"), Warnings: []calendar.Date{day("2026-12-01")}}
	})
	c = after(t, c, collection.TakeStop{Stop: collection.Stop{
		ID: "x", Kind: collection.StopExclusion, Scope: collection.ScopeInvoice, Reason: "our lawyer talks to them", At: at(c, "2026-09-08 10:00"),
	}})
	l := working(t, c, "2026-09-08 12:00", "2027-02-01 08:00")
	require.Empty(t, l.contacts)
	require.Len(t, l.told, 2, "the warning, and that it has passed")
}

func TestTheTimeADebtorWasGivenDoesNotRunOutWhileTheCreditorKeepsStill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what     string
		commands func(collection.Case) []collection.Command
		from     string
		formal   string
	}{
		{"no pause", nil, "2026-09-21 08:00", "2026-09-28"},
		{"a stop of ten days", func(c collection.Case) []collection.Command {
			stop := collection.Stop{ID: "h", Kind: collection.StopHold, Scope: collection.ScopeDebtor, Reason: "audit", At: at(c, "2026-09-20 10:00")}
			lifted := stop
			lifted.Lifted = at(c, "2026-09-30 10:00")
			return []collection.Command{collection.TakeStop{Stop: stop}, collection.TakeStop{Stop: lifted}}
		}, "2026-09-30 20:00", "2026-10-06"},
		{"a stop that begins once the deadline has passed", func(c collection.Case) []collection.Command {
			stop := collection.Stop{ID: "h", Kind: collection.StopHold, Scope: collection.ScopeDebtor, Reason: "audit", At: at(c, "2026-09-26 10:00"), Until: day("2026-09-27")}
			return []collection.Command{collection.TakeStop{Stop: stop}}
		}, "2026-09-28 08:00", "2026-09-28"},
		{"a hold that moves deadlines", func(collection.Case) []collection.Command {
			return []collection.Command{collection.PlaceHold{ID: "h", On: day("2026-09-20"), Until: day("2026-09-29"), MovesDeadline: true}}
		}, "2026-09-30 08:00", "2026-10-06"},
		{"a hold of an earlier version", func(collection.Case) []collection.Command {
			return []collection.Command{collection.PlaceHold{ID: "h", On: day("2026-09-20"), Until: day("2026-09-29")}}
		}, "2026-09-30 08:00", "2026-09-30"},
	} {
		ladder := newCase(withStep("formal", func(s *collection.Step) { s.DueOffset, s.Spacing = 12, 0 }),
			withStep("firm", func(s *collection.Step) { s.DeadlineDays = 7 }))
		l := working(t, ladder, "2026-09-07 08:00", "2026-09-19 08:00")
		require.Equal(t, day("2026-09-25"), l.contacts[len(l.contacts)-1].deadline)
		if c.commands != nil {
			for _, command := range c.commands(l.Case) {
				l.command(t, command)
			}
		}
		l.work(t, c.from, "2026-10-20 08:00")
		formal := l.contacts[3]
		require.Equal(t, "formal", formal.step)
		require.Equal(t, c.formal, l.Window.DateOf(formal.at).String(), c.what)
	}
}

// Everything that can happen to a case happens, and stops of every kind are set and
// lifted between; the life checks that nothing acts meanwhile, that no step is left
// out and that none comes too soon afterwards.
func TestNothingLeavesWhileAStopIsInForceAndNoLevelIsJumpedAfterIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		l := &life{Case: c, now: anyStart(t, c), holds: map[string]*pause{}, approved: map[string]bool{}, skipped: map[string]bool{}}
		l.deliver = func(contact) bool { return rapid.IntRange(0, 4).Draw(t, "fails") > 0 }
		stops := map[string]collection.Stop{}
		t.Repeat(map[string]func(*rapid.T){
			"work":            l.workOnce,
			"wake on time":    l.wake,
			"oversleep":       l.oversleep,
			"hold":            l.hold,
			"release":         l.release,
			"gate says no":    l.gateSaysNo,
			"person approves": l.approve,
			"person skips":    l.skip,
			"stop":            func(t *rapid.T) { l.setStop(t, stops) },
			"lift":            func(t *rapid.T) { l.liftStop(t, stops) },
		})
	})
}

func (l *life) setStop(t *rapid.T, stops map[string]collection.Stop) {
	kind := rapid.SampledFrom(collection.StopKinds()).Draw(t, "kind")
	id := "stop-" + rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "stop")
	if _, known := stops[id]; known {
		return
	}
	stop := collection.Stop{ID: id, Kind: kind, Scope: rapid.SampledFrom(kind.Scopes()).Draw(t, "scope"), Reason: "audit", At: l.now}
	if kind != collection.StopExclusion && rapid.Bool().Draw(t, "has end") {
		stop.Until = l.today().AddDays(rapid.IntRange(0, 30).Draw(t, "days"))
	}
	l.command(t, collection.TakeStop{Stop: stop})
	stops[id], l.holds[id] = stop, &pause{from: l.today(), until: stop.Until}
}

func (l *life) liftStop(t *rapid.T, stops map[string]collection.Stop) {
	for id, stop := range stops {
		if stop.Lifted.IsZero() {
			stop.Lifted = l.now
			l.command(t, collection.TakeStop{Stop: stop})
			stops[id] = stop
			l.holds[id].released = l.today()
			return
		}
	}
}

// A kill switch of ten days over a portfolio in which invoices fall due every day and
// stand at every step: when it is lifted, no hour sees a burst, and every debtor is
// contacted once, by the step that was next before.
func TestWhatGatheredDuringAKillSwitchLeavesWithoutABurst(t *testing.T) {
	t.Parallel()
	const debtors = 3000
	disturbed, undisturbed, backlog := map[string]int{}, map[string]int{}, 0
	for i := range debtors {
		c := newCase(func(c *collection.Case) {
			c.Debtor, c.DueDate = fmt.Sprintf("D-%d", i), day("2026-07-20").AddDays(i%60)
		})
		l := working(t, c, "2026-07-10 08:00", "2026-09-13 23:00")
		before, done := collection.Next(l.Case, at(c, "2026-09-14 07:00")), len(l.contacts)
		ordinary := &life{Case: l.Case, contacts: slices.Clone(l.contacts)}
		countMessages(undisturbed, ordinary.work(t, "2026-09-14 07:00", "2026-10-09 23:00").contacts[done:])

		stop := killSwitch(c, "2026-09-14 07:00")
		l.command(t, collection.TakeStop{Stop: stop})
		stop.Lifted = at(c, "2026-09-24 10:30")
		l.command(t, collection.TakeStop{Stop: stop})
		firstWeek := l.work(t, "2026-09-24 10:30", "2026-10-01 23:00").contacts[done:]
		days := map[calendar.Date]bool{}
		for _, contact := range firstWeek {
			days[l.Window.DateOf(contact.at)] = true
		}
		require.LessOrEqual(t, len(days), 1, "debtor %s is contacted on one day of the first week", c.Debtor)
		if len(days) > 0 {
			backlog++
			require.Equal(t, before.Step.Key, firstWeek[0].step, "the ladder goes on where it was")
		}
		countMessages(disturbed, l.work(t, "2026-10-02 07:00", "2026-10-09 23:00").contacts[done:])
	}
	require.Greater(t, backlog, debtors/4, "there is a backlog to speak of")
	most := slices.Max(slices.Collect(maps.Values(disturbed)))
	require.LessOrEqual(t, most*100, debtors*4, "an hour sees more than 4% of the debtors")
	usual := slices.Max(slices.Collect(maps.Values(undisturbed)))
	require.LessOrEqual(t, most*2, usual*3, "the busiest hour is within one and a half of what it is on an ordinary Monday")
}

// countMessages counts the messages of a debtor by their hour, all channels of a step
// for one.
func countMessages(perHour map[string]int, contacts []contact) {
	for i, contact := range contacts {
		if i == 0 || contacts[i-1].step != contact.step {
			perHour[contact.at.Format("01-02 15")]++
		}
	}
}

func TestAWideStopThatEndsByItselfIsResumedInTurnToo(t *testing.T) {
	t.Parallel()
	perDay := map[string]int{}
	for i := range 500 {
		c := newCase(func(c *collection.Case) { c.Debtor = fmt.Sprintf("D-%d", i) })
		stop := killSwitch(c, "2026-09-07 07:00")
		stop.Until = day("2026-09-20")
		c = after(t, c, collection.TakeStop{Stop: stop})
		l := working(t, c, "2026-09-07 08:00", "2026-10-02 23:00")
		require.NotEmpty(t, l.contacts)
		perDay[l.Window.DateOf(l.contacts[0].at).String()]++
	}
	require.Len(t, perDay, 10, "from Monday 21 September to Friday 2 October")
	for date, contacts := range perDay {
		require.InDelta(t, 50, contacts, 25, date)
	}
}

func TestAShortKillSwitchIsMadeUpForOnTheNextWorkingDay(t *testing.T) {
	t.Parallel()
	c := newCase()
	moment := collection.Next(c, at(c, "2026-09-10 07:00")).At
	stop := killSwitch(c, "2026-09-10 08:00")
	stop.Lifted = moment.Add(time.Minute)
	missed := after(t, c, collection.TakeStop{Stop: stop})
	action := collection.Next(missed, stop.Lifted)
	require.Equal(t, day("2026-09-11"), c.Window.DateOf(action.At))
	require.Equal(t, "step courteous waits for its turn: what gathered until 2026-09-10 leaves over several days", action.Because.String())
	require.Equal(t, "l’étape courteous attend son tour : ce qui s’est accumulé jusqu’au 10/09/2026 part sur plusieurs jours", action.Because.French())

	stop.Lifted = moment.Add(-time.Minute)
	unmissed := after(t, c, collection.TakeStop{Stop: stop})
	require.Equal(t, moment, collection.Next(unmissed, stop.Lifted).At, "what falls due later keeps its moment")
}
