package collection_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// places are where debtors live: both sides of the date line, clocks that change
// in spring, in autumn, by half an hour, and never.
var places = []struct{ country, zone string }{
	{"FR", "Europe/Paris"},
	{"FR", "America/Guadeloupe"},
	{"FR", "Indian/Reunion"},
	{"DE", "Europe/Berlin"},
	{"IE", "Europe/Dublin"},
	{"US", "America/New_York"},
	{"", "Pacific/Auckland"},
	{"", "Australia/Lord_Howe"},
	{"", "Asia/Kolkata"},
	{"", "America/Santiago"},
}

func anyWindow(t *rapid.T) calendar.Window {
	place := rapid.SampledFrom(places).Draw(t, "place")
	opens := rapid.IntRange(0, 23*60).Draw(t, "opens")
	return calendar.Window{
		Country: place.country, Zone: zone(place.zone),
		Opens: opens, Closes: rapid.IntRange(opens+10, 24*60).Draw(t, "closes"),
	}
}

// anyStrategy is a ladder as the strategy files allow it.
func anyStrategy(t *rapid.T) collection.Strategy {
	s := collection.Strategy{Name: "any", Version: 1}
	channels := rapid.Permutation(collection.Channels())
	offset := rapid.IntRange(-10, 5).Draw(t, "first offset")
	for i := range rapid.IntRange(1, 6).Draw(t, "steps") {
		step := collection.Step{
			Key: fmt.Sprintf("s%d", i+1), DueOffset: offset, Tone: collection.ToneFirm, Stage: collection.StageReminding,
			Spacing: rapid.IntRange(0, 12).Draw(t, "spacing"),
		}
		if rapid.IntRange(0, 4).Draw(t, "is task") == 0 {
			step.Opens = rapid.SampledFrom(collection.StepTasks()).Draw(t, "task")
		} else {
			order := channels.Draw(t, "channels")
			n := rapid.IntRange(1, 3).Draw(t, "n")
			step.Channels, step.Fallbacks = order[:n:n], order[n:]
			step.Approval = rapid.IntRange(0, 3).Draw(t, "approval") == 0
			if offset >= 0 {
				step.DeadlineDays = rapid.IntRange(0, 15).Draw(t, "deadline")
			}
		}
		s.Steps = append(s.Steps, step)
		offset += rapid.IntRange(1, 15).Draw(t, "gap")
	}
	return s
}

func anyCase(t *rapid.T) collection.Case {
	return newCase(func(c *collection.Case) {
		c.Window = anyWindow(t)
		c.Strategy = anyStrategy(t)
		c.Debtor = rapid.StringMatching(`[a-z]{1,6}`).Draw(t, "debtor")
		c.DueDate = day("2026-06-01").AddDays(rapid.IntRange(0, 500).Draw(t, "due"))
		if rapid.Bool().Draw(t, "has a limitation") {
			c.Limitation = anyLimitation(t, *c, 20, 400)
		}
	})
}

func anyStart(t *rapid.T, c collection.Case) time.Time {
	return c.DueDate.Time(time.UTC).Add(time.Duration(rapid.IntRange(-40*24*60, 90*24*60).Draw(t, "start")) * time.Minute)
}

// A case is woken at any time, nobody knows how often, and everything happens to
// it that can; the life itself checks the rules before each act.
func TestNoRuleIsEverBroken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		l := &life{Case: c, now: anyStart(t, c), holds: map[string]*pause{}, approved: map[string]bool{}, skipped: map[string]bool{}}
		l.deliver = func(contact) bool { return rapid.IntRange(0, 4).Draw(t, "fails") > 0 }
		t.Repeat(map[string]func(*rapid.T){
			"work":             l.workOnce,
			"wake on time":     l.wake,
			"oversleep":        l.oversleep,
			"pay":              l.pay,
			"hold":             l.hold,
			"release":          l.release,
			"gate says no":     l.gateSaysNo,
			"message bounces":  l.bounce,
			"person approves":  l.approve,
			"person skips":     l.skip,
			"person retries":   l.retry,
			"limitation moves": l.reckonAnew,
			"debtor promises":  l.promise,
			"promise goes":     l.withdraw,
			"debtor disputes":  l.dispute,
			"dispute answered": l.answer,
			"credit note":      l.credit,
			"everything fails": func(*rapid.T) { l.deliver = func(contact) bool { return false } },
			"works again":      func(*rapid.T) { l.deliver = nil },
		})
	})
}

func (l *life) workOnce(t *rapid.T) {
	action := collection.Next(l.Case, l.now)
	if action.Kind != collection.ActionWait && action.Kind != collection.ActionIdle {
		l.act(t, action)
	}
	l.checkNobodyIsLeftUntold(t)
}

func (l *life) wake(t *rapid.T) {
	if action := collection.Next(l.Case, l.now); action.Kind == collection.ActionWait {
		require.True(t, action.At.After(l.now))
		l.now = action.At
	}
	l.workOnce(t)
}

func (l *life) oversleep(t *rapid.T) {
	l.now = l.now.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes")) * time.Minute)
	l.workOnce(t)
}

func (l *life) pay(t *rapid.T) {
	open := rapid.SampledFrom([]int64{100_000, 60_000, 1, 0, -5}).Draw(t, "open")
	settled := collection.NewSettled(euros(100_000-open-l.Settled.Credited.Minor()), l.Settled.Credited)
	l.command(t, collection.TakePosition{Open: euros(open), Settled: settled, On: l.today()})
}

func (l *life) hold(t *rapid.T) {
	if l.IsClosed() {
		return
	}
	id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "hold")
	placed := &pause{from: l.today()}
	if rapid.Bool().Draw(t, "has end") {
		placed.until = l.today().AddDays(rapid.IntRange(0, 30).Draw(t, "days"))
	}
	l.command(t, collection.PlaceHold{ID: id, On: placed.from, Until: placed.until})
	if l.holds[id] == nil {
		l.holds[id] = placed
	}
}

func (l *life) release(t *rapid.T) {
	for id, hold := range l.holds {
		if hold.released.IsZero() {
			l.command(t, collection.ReleaseHold{ID: id, On: l.today()})
			hold.released = l.today()
			return
		}
	}
}

func (l *life) gateSaysNo(t *rapid.T) {
	if collection.Next(l.Case, l.now).Kind == collection.ActionNotify {
		l.notBefore = l.now.Add(time.Duration(rapid.IntRange(1, 5*24*60).Draw(t, "minutes")) * time.Minute)
		l.command(t, collection.Postpone{Until: l.notBefore})
	}
}

func (l *life) bounce(t *rapid.T) {
	sent := l.sent()
	if len(sent) == 0 {
		return
	}
	bounced := sent[rapid.IntRange(0, len(sent)-1).Draw(t, "bounced")]
	bounced.failed = true
	l.command(t, collection.ReportAttempt{Step: bounced.step, Channel: bounced.channel, Try: bounced.try, Failed: true, At: l.now})
}

// sent are the notices that reached the debtor, as far as the books know.
func (l *life) sent() []*contact {
	var sent []*contact
	for i := range l.contacts {
		if l.contacts[i].task == "" && !l.contacts[i].failed {
			sent = append(sent, &l.contacts[i])
		}
	}
	return sent
}

func (l *life) approve(*rapid.T) {
	for _, step := range l.Strategy.Steps {
		events, err := collection.Decide(l.Case, collection.ApproveStep{Step: step.Key, Author: "anne"})
		if err == nil && len(events) > 0 {
			l.Case = collection.ApplyAll(l.Case, events)
			l.approved[step.Key] = true
		}
	}
}

func (l *life) skip(t *rapid.T) {
	step := rapid.SampledFrom(l.Strategy.Steps).Draw(t, "step").Key
	events, err := collection.Decide(l.Case, collection.SkipStep{Step: step, Author: "anne", Reason: "agreed by telephone", At: l.now})
	if err == nil {
		l.Case = collection.ApplyAll(l.Case, events)
		l.skipped[step] = true
	}
}

func (l *life) retry(*rapid.T) {
	for _, step := range l.Strategy.Steps {
		if events, err := collection.Decide(l.Case, collection.RetryStep{Step: step.Key, Author: "anne"}); err == nil {
			l.Case = collection.ApplyAll(l.Case, events)
		}
	}
}

// An engine that is down for days and comes back at any hour: every step leaves,
// once, in order, and never two on one day.
func TestEveryStepLeavesOnceHoweverOftenTheEngineWasDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		for i := range c.Strategy.Steps {
			c.Strategy.Steps[i].Approval = false
		}
		if c.Limitation.IsKnown() { // its warnings come between the steps, its end after them
			c.Limitation.LastDay = c.Limitation.LastDay.AddDays(10_000)
		}
		l := &life{Case: c, now: anyStart(t, c)}
		courtesyToo := l.today() < c.DueDate
		for range 200 {
			action := collection.Next(l.Case, l.now)
			switch action.Kind {
			case collection.ActionWait:
				late := time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 60, 600, 3000, 30_000}).Draw(t, "late")) * time.Minute
				l.now = action.At.Add(late)
			case collection.ActionIdle:
				requireEachStepOnce(t, l, courtesyToo)
				return
			default:
				l.act(t, action)
			}
		}
		require.Fail(t, "the ladder never ends")
	})
}

func requireEachStepOnce(t tester, l *life, courtesyToo bool) {
	t.Helper()
	var steps []string
	days := map[calendar.Date]string{}
	for _, done := range l.contacts {
		if !slices.Contains(steps, done.step) {
			steps = append(steps, done.step)
		}
		date := l.Window.DateOf(done.at)
		if other, taken := days[date]; taken {
			require.Equal(t, other, done.step, "two steps on %s", date)
		}
		days[date] = done.step
	}
	var wanted []string
	for _, step := range l.Strategy.Steps {
		if step.DueOffset >= 0 || courtesyToo && slices.Contains(steps, step.Key) {
			wanted = append(wanted, step.Key)
		}
	}
	require.Equal(t, wanted, steps)
}

func TestTheForecastEndsWithItsLastMoment(t *testing.T) {
	t.Parallel()
	c := newCase()
	from := at(c, "2026-09-08 08:00")
	first := collection.Next(c, from).At
	require.Empty(t, collection.Forecast(c, from, first.Add(-time.Nanosecond)))
	require.Len(t, collection.Forecast(c, from, first), 1)
}

func TestTheForecastIsWhatTheCaseThenDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		from := anyStart(t, c)
		if rapid.Bool().Draw(t, "on hold") {
			today := c.Window.DateOf(from)
			c = after(t, c, collection.PlaceHold{ID: "h", On: today, Until: today.AddDays(rapid.IntRange(0, 60).Draw(t, "days"))})
		}
		if rapid.Bool().Draw(t, "promised") {
			today := c.Window.DateOf(from)
			c = after(t, c, collection.MakePromise{ID: "p", On: today, Date: today.AddDays(rapid.IntRange(0, 30).Draw(t, "promised for")), Source: collection.PromiseByAPI})
			c.Strategy.BrokenPromise.GoOnAt = rapid.SampledFrom(c.Strategy.Steps).Draw(t, "go on at").Key
		}
		if rapid.Bool().Draw(t, "disputed") {
			today := c.Window.DateOf(from)
			c = after(t, c, collection.RaiseDispute{
				ID: "d", Reason: collection.DisputePrice, RaisedBy: collection.DisputeByStaff, Amount: euros(rapid.SampledFrom([]int64{0, 1}).Draw(t, "part")), On: today, Today: today,
			})
		}
		until := from.AddDate(0, 0, rapid.IntRange(0, 200).Draw(t, "days ahead"))
		l := &life{Case: c, now: from, approved: map[string]bool{}, approvesAtOnce: true}
		l.workUntil(t, until)
		var planned []contact
		var toTell []telling
		for _, p := range collection.Forecast(c, from, until) {
			if p.Task == collection.TaskDisputeOverdue {
				require.True(t, l.overdue["d"])
				continue
			}
			if p.Task == collection.TaskLimitation {
				toTell = append(toTell, telling{at: p.At, day: p.Day})
				continue
			}
			planned = append(planned, contact{at: p.At, step: p.Step.Key, channel: p.Channel, task: p.Task})
		}
		var done []contact
		for _, d := range l.contacts {
			done = append(done, contact{at: d.at, step: d.step, channel: d.channel, task: d.task})
		}
		require.Equal(t, planned, done)
		require.Equal(t, toTell, l.told)
	})
}
