package collection_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
)

// life lives a case as the durable shell does: it asks Next, waits, acts and
// reports. It keeps its own books, and checks before each act that the rules
// allow it, from those books alone.
type life struct {
	collection.Case
	now      time.Time
	contacts []contact
	holds    map[string]*pause
	approved map[string]bool
	// approvesAtOnce: whoever is asked for an approval gives it.
	approvesAtOnce bool
	skipped        map[string]bool
	// notBefore is what the gate last said.
	notBefore time.Time
	// deliver says whether a channel works; not set: it does.
	deliver func(contact) bool
	asked   map[string]bool
	told    []telling
	// judged are the promises that were concluded once their grace was over, and
	// overdue the disputes a supervisor was asked about.
	judged, overdue map[string]bool
}

// contact is one act of a case: a notice over one channel, or a task.
type contact struct {
	at       time.Time
	step     string
	channel  collection.Channel
	try      int
	task     collection.TaskKind
	deadline calendar.Date
	failed   bool
}

// pause is a hold as the books know it: from, and until or released, whichever
// comes first. The day of the release is not paused any more.
type pause struct{ from, until, released calendar.Date }

func (p pause) covers(d calendar.Date) bool {
	return d >= p.from && (p.until.IsZero() || d <= p.until) && (p.released.IsZero() || d < p.released)
}

func (l *life) today() calendar.Date { return l.Window.DateOf(l.now) }

func (l *life) command(t tester, command collection.Command) {
	t.Helper()
	before := l.Promises
	l.Case = after(t, l.Case, command)
	l.noteRests(t, before)
}

// work works on time from a moment until another.
func (l *life) work(t tester, from, until string) *life {
	t.Helper()
	l.now = at(l.Case, from)
	l.workUntil(t, at(l.Case, until))
	return l
}

// diary writes what was done as "2026-09-10 firm: email".
func (l *life) diary() []string {
	var lines []string
	for _, done := range l.contacts {
		what := string(done.channel)
		if done.task != "" {
			what = "task " + string(done.task)
		}
		lines = append(lines, l.Window.DateOf(done.at).String()+" "+done.step+": "+what)
	}
	return lines
}

// workUntil works on time until the next action is later than a moment, or only
// a command could lead to one.
func (l *life) workUntil(t tester, until time.Time) {
	t.Helper()
	for range 1000 {
		action := collection.Next(l.Case, l.now)
		switch action.Kind {
		case collection.ActionIdle:
			return
		case collection.ActionWait:
			require.True(t, action.At.After(l.now), "a wait ends in the future, or the case would never stop asking")
			if action.At.After(until) {
				return
			}
			l.now = action.At
		default:
			l.act(t, action)
		}
	}
	require.Fail(t, "the case acts without end")
}

// act does what the case asks for now.
func (l *life) act(t tester, action collection.Action) {
	t.Helper()
	require.Equal(t, l.now, action.At)
	done := contact{
		at: l.now, step: action.Step.Key, channel: action.Channel, try: action.Try, task: action.Task, deadline: action.Deadline,
	}
	switch {
	case action.Kind == collection.ActionConclude:
		l.conclude(t, action)
	case action.Task == collection.TaskDisputeOverdue:
		l.checkOverdue(t, action)
		l.command(t, collection.ReportTask{Task: done.task, At: l.now})
	case action.Task == collection.TaskLimitation:
		l.checkTelling(t, action.Day)
		l.told = append(l.told, telling{at: l.now, day: action.Day})
		l.command(t, collection.ReportTask{Task: done.task, At: l.now})
	case action.Task == collection.TaskApproval || action.Task == collection.TaskReach:
		l.checkAsking(t, done)
		l.command(t, collection.ReportTask{Step: done.step, Task: done.task, At: l.now})
		if l.approvesAtOnce {
			l.approve(nil)
		}
	case action.Kind == collection.ActionOpenTask:
		l.checkContact(t, action.Step)
		l.contacts = append(l.contacts, done)
		l.command(t, collection.ReportTask{Step: done.step, Task: done.task, At: l.now})
	default:
		require.True(t, l.StillAsks(done.step, done.channel, done.try), "what comes next is asked for")
		l.checkNotice(t, action.Step, done)
		l.checkContact(t, action.Step)
		done.failed = l.deliver != nil && !l.deliver(done)
		l.contacts = append(l.contacts, done)
		l.command(t, collection.ReportAttempt{
			Step: done.step, Channel: done.channel, Try: done.try, Failed: done.failed, At: l.now, Deadline: done.deadline,
		})
		require.True(t, done.failed || !l.StillAsks(done.step, done.channel, done.try), "what has left is not asked for again")
	}
}

// checkAsking: a person is asked once, and not about a case that rests.
func (l *life) checkAsking(t tester, done contact) {
	t.Helper()
	l.checkAwake(t)
	key := done.step + "/" + string(done.task) + "/" + string(rune('0'+done.try))
	require.False(t, l.asked[key], "asked twice: %s", key)
	if l.asked == nil {
		l.asked = map[string]bool{}
	}
	l.asked[key] = true
}

func (l *life) checkAwake(t tester) {
	t.Helper()
	require.False(t, l.IsClosed(), "nothing happens on a closed case")
	require.Positive(t, l.Open.Minor(), "nothing happens once it is paid")
	require.False(t, l.isBarred(), "nothing leaves once the limitation has passed")
	l.checkNotPromisedNorDisputed(t)
	for id, hold := range l.holds {
		require.False(t, hold.covers(l.today()), "nothing happens under hold %s", id)
	}
}

// checkContact: the rules for reaching out to a debtor at all.
func (l *life) checkContact(t tester, step collection.Step) {
	t.Helper()
	l.checkAwake(t)
	require.True(t, l.Window.Contains(l.now), "%s is outside the contact window", l.now)
	require.False(t, l.now.Before(l.notBefore), "the gate said not before %s", l.notBefore)
	if step.Approval {
		require.True(t, l.approved[step.Key], "step %s was not approved", step.Key)
	}
	if step.DueOffset < 0 {
		require.Less(t, l.today(), l.DueDate, "a courtesy notice makes no sense once the due date is there")
	}
	if l.wasBegun(step.Key) || l.isBroughtForward(t, step.Key) {
		return
	}
	require.GreaterOrEqual(t, l.today(), l.DueDate.AddDays(step.DueOffset), "step %s is too early", step.Key)
	l.checkOrder(t, step)
	l.checkSpacing(t, step)
}

// checkOrder: no step comes after a later one, and none is left out between the
// last one that was begun and this one.
func (l *life) checkOrder(t tester, step collection.Step) {
	t.Helper()
	steps := l.Strategy.Steps
	isStep := func(key string) func(collection.Step) bool {
		return func(s collection.Step) bool { return s.Key == key }
	}
	place, last := slices.IndexFunc(steps, isStep(step.Key)), -1
	for _, done := range l.contacts {
		last = max(last, slices.IndexFunc(steps, isStep(done.step)))
	}
	require.LessOrEqual(t, last, place, "step %s comes after a later one", step.Key)
	for i := max(last, 0); i < place; i++ {
		tooLate := steps[i].DueOffset < 0 && l.today() >= l.DueDate
		require.True(t, l.reached(steps[i].Key) || l.skipped[steps[i].Key] || tooLate || l.isPassedOver(t, i), "step %s left out %s", step.Key, steps[i].Key)
	}
}

// checkSpacing: the days between two contacts, without those on hold, and the
// deadline that was given.
func (l *life) checkSpacing(t tester, step collection.Step) {
	t.Helper()
	last, found := l.lastReached()
	if !found {
		return
	}
	contacted := l.Window.DateOf(last.at)
	free := 0
	for d := contacted; d < l.today(); d = d.AddDays(1) {
		if !l.onHold(d) {
			free++
		}
	}
	require.GreaterOrEqual(t, free, max(step.Spacing, 1), "step %s comes too soon after %s on %s", step.Key, last.step, contacted)
	require.Greater(t, l.today(), last.deadline, "step %s does not wait for the deadline given by %s", step.Key, last.step)
}

// checkNotice: the same notice never leaves twice over the same channel.
func (l *life) checkNotice(t tester, step collection.Step, done contact) {
	t.Helper()
	for _, earlier := range l.contacts {
		same := earlier.step == done.step && earlier.channel == done.channel && earlier.try == done.try
		require.False(t, same, "step %s leaves twice by %s", done.step, done.channel)
	}
	if step.DeadlineDays > 0 {
		require.GreaterOrEqual(t, done.deadline, l.today(), "the deadline named must lie ahead")
		require.True(t, l.Window.IsWorkingDay(done.deadline), "the deadline is a working day")
	}
}

func (l *life) onHold(d calendar.Date) bool {
	for _, hold := range l.holds {
		if hold.covers(d) {
			return true
		}
	}
	return false
}

func (l *life) wasBegun(step string) bool {
	for _, done := range l.contacts {
		if done.step == step && done.try == try(l.Case, step) {
			return true
		}
	}
	return false
}

// reached reports whether a step reached the debtor, or a person took over.
func (l *life) reached(step string) bool {
	for _, done := range l.contacts {
		if done.step == step && !done.failed {
			return true
		}
	}
	return false
}

func (l *life) lastReached() (contact, bool) {
	for i := len(l.contacts) - 1; i >= 0; i-- {
		if !l.contacts[i].failed {
			return l.contacts[i], true
		}
	}
	return contact{}, false
}
