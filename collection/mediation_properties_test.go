package collection_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/deadlines"
	"relance/law"
)

// mediating lives a case from a moment until another; what is asked about mediations
// is noted beside the steps.
func mediating(t tester, c collection.Case, from, until string) *mediatedLife {
	t.Helper()
	l := &mediatedLife{life: life{Case: c, now: at(c, from), skipped: map[string]bool{}}}
	end := at(c, until)
	for range 1000 {
		action := collection.Next(l.Case, l.now)
		switch {
		case action.Kind == collection.ActionIdle, action.Kind == collection.ActionWait && action.At.After(end):
			return l
		case action.Kind == collection.ActionWait:
			require.True(t, action.At.After(l.now), "a wait ends in the future")
			l.now = action.At
		default:
			l.act(t, action)
		}
	}
	require.Fail(t, "the case acts without end")
	return nil
}

// mediatedLife is a life to which mediations happen. Its own books say when nothing may
// leave.
type mediatedLife struct {
	life
	// rests: a mediation is under way, or what it came to is still to be kept.
	rests bool
	id    string
	count int
	// log is what was done and asked, in the words of a diary.
	log []string
	// asked counts the tasks about mediations, by mediation and kind.
	asked map[string]int
}

func (l *mediatedLife) act(t tester, action collection.Action) {
	t.Helper()
	switch {
	case action.Kind == collection.ActionGiveUp:
		l.command(t, collection.TakePosition{Open: euros(0), Settled: collection.NewSettled(l.Mediations[len(l.Mediations)-1].Agreement.Received, euros(0))})
	case action.Kind == collection.ActionNotify && action.Mediation != "":
		require.True(t, l.Invites(action.Step.Key), "%s leaves although nobody is invited", action.Step.Key)
		l.log = append(l.log, l.today().String()+" "+action.Step.Key+": "+string(action.Channel))
		l.command(t, collection.ReportAttempt{Step: action.Step.Key, Channel: action.Channel, At: l.now, Deadline: action.Deadline})
		require.False(t, l.Invites(action.Step.Key), "an invitation leaves once")
	case action.Mediation != "":
		l.log = append(l.log, l.today().String()+" task "+string(action.Task))
		l.command(t, collection.ReportTask{Task: action.Task, At: l.now})
		l.note(t, action)
	default:
		require.False(t, l.rests && action.Task != collection.TaskLimitation && action.Task != collection.TaskLateFees,
			"%s %s acts although a mediation is under way", action.Kind, action.Step.Key)
		l.leaveOutMediated()
		before := len(l.contacts)
		l.life.act(t, action)
		l.log = append(l.log, l.diary()[before:]...)
	}
}

// leaveOutMediated: nobody is invited again to what took place or was refused.
func (l *mediatedLife) leaveOutMediated() {
	for _, m := range l.Mediations {
		tookPlace := m.Outcome == collection.OutcomeAgreement || m.Outcome == collection.OutcomeFailure || m.Outcome == collection.OutcomeDeclined
		for _, step := range l.Strategy.Steps {
			if tookPlace && step.Opens == collection.TaskMediation {
				l.skipped[step.Key] = true
			}
		}
	}
}

// note: a person is asked once about each thing, and not before its day.
func (l *mediatedLife) note(t tester, action collection.Action) {
	t.Helper()
	if l.asked == nil {
		l.asked = map[string]int{}
	}
	key := fmt.Sprintf("%s/%s/%d", action.Mediation, action.Task, action.Day)
	l.asked[key]++
	require.Equal(t, 1, l.asked[key], "asked twice: %s", key)
	if action.Task == collection.TaskMediationLapsed || action.Task == collection.TaskAgreementBroken {
		l.rests = false
	}
}

func (l *mediatedLife) propose(t *rapid.T) {
	l.count++
	id := fmt.Sprintf("m%d", l.count)
	events, err := collection.Decide(l.Case, collection.ProposeMediation{
		ID: id, Kind: rapid.SampledFrom(collection.MediationKinds()).Draw(t, "kind"), AskedBy: rapid.SampledFrom([]collection.Party{collection.PartyDebtor, collection.PartyCreditor}).Draw(t, "asked by"), On: l.today(),
		RespondBy: l.today().AddDays(rapid.IntRange(0, 40).Draw(t, "days to answer")), Invite: rapid.Bool().Draw(t, "invites"),
	})
	if err != nil {
		refusal := err.Error()
		require.True(t, l.rests || l.Open.Sign() <= 0 || strings.Contains(refusal, "only the consumer can turn to"), "refused: %s", err)
		return
	}
	require.False(t, l.rests, "two at a time")
	l.Case, l.rests, l.id = collection.ApplyAll(l.Case, events), true, id
}

func (l *mediatedLife) answer(t *rapid.T) {
	yes := rapid.Bool().Draw(t, "accepts")
	events, err := collection.Decide(l.Case, collection.AnswerMediation{ID: l.id, Accepted: yes, InWriting: true, On: l.today(), Today: l.today()})
	if err != nil || len(events) == 0 {
		return
	}
	l.Case, l.rests = collection.ApplyAll(l.Case, events), yes
}

func (l *mediatedLife) end(t *rapid.T) {
	command := collection.EndMediation{ID: l.id, On: l.today(), Today: l.today(), Outcome: rapid.SampledFrom([]collection.MediationOutcome{
		collection.OutcomeAgreement, collection.OutcomeFailure, collection.OutcomeWithdrawn,
	}).Draw(t, "outcome")}
	if command.Outcome == collection.OutcomeAgreement {
		command.Agreement = collection.Agreement{
			Kind:   rapid.SampledFrom([]collection.AgreementKind{collection.AgreementSettlement, collection.AgreementPlan}).Draw(t, "agreement"),
			Amount: euros(1), Until: l.today().AddDays(rapid.IntRange(0, 40).Draw(t, "days to keep it")),
		}
	}
	events, err := collection.Decide(l.Case, command)
	if err != nil || len(events) == 0 {
		return
	}
	l.Case, l.rests = collection.ApplyAll(l.Case, events), command.Outcome == collection.OutcomeAgreement
}

func (l *mediatedLife) wake(t *rapid.T) {
	action := collection.Next(l.Case, l.now)
	if action.Kind == collection.ActionWait {
		require.True(t, action.At.After(l.now))
		l.now = action.At
		action = collection.Next(l.Case, l.now)
	}
	if action.Kind != collection.ActionWait && action.Kind != collection.ActionIdle {
		l.act(t, action)
	}
}

func (l *mediatedLife) sleep(t *rapid.T) {
	l.now = l.Window.Instant(l.today().AddDays(rapid.IntRange(1, 60).Draw(t, "days")), l.Debtor)
}

// Whatever happens to a case: nothing leaves while a mediation lasts, and a step that
// was taken is never taken again after it.
func TestNothingLeavesWhileAMediationLasts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		c.Limitation = collection.Limitation{}
		l := &mediatedLife{life: life{Case: c, now: c.Window.Instant(c.DueDate.AddDays(-20), c.Debtor), holds: map[string]*pause{}, approved: map[string]bool{}, skipped: map[string]bool{}}}
		t.Repeat(map[string]func(*rapid.T){
			"wake": l.wake, "oversleep": l.sleep, "propose": l.propose, "answer": l.answer, "end": l.end, "hold": l.hold, "release": l.release,
			"person approves": l.approve,
			"stage is told": func(t *rapid.T) {
				if l.rests && !l.IsClosed() && !l.onHold(l.today()) {
					require.Equal(t, collection.StageMediation, l.Stage(l.now))
				}
			},
		})
	})
}

// The ladder goes on with the step it had, later by exactly the days of the mediation.
func TestAfterAMediationTheLadderGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		undisturbed := newCase()
		from, began := "2026-08-20 08:00", rapid.IntRange(0, 60).Draw(t, "begins after days")
		begin := day("2026-08-20").AddDays(began)
		lasts := rapid.IntRange(1, 80).Draw(t, "lasts days")
		l := mediating(t, undisturbed, from, begin.String()+" 07:00")
		before := nextStep(l.Case, begin)
		l.Case = after(t, l.Case,
			collection.ProposeMediation{ID: "m", Kind: collection.MediationConventional, AskedBy: collection.PartyDebtor, On: begin},
			collection.AnswerMediation{ID: "m", Accepted: true, On: begin, Today: begin, EndBy: begin.AddDays(lasts)})
		end := begin.AddDays(lasts)
		ended := after(t, l.Case, collection.EndMediation{ID: "m", Outcome: collection.OutcomeWithdrawn, On: end, Today: end})
		held := after(t, mediating(t, undisturbed, from, begin.String()+" 07:00").Case,
			collection.PlaceHold{ID: "h", On: begin}, collection.ReleaseHold{ID: "h", On: end})
		now := at(ended, end.String()+" 07:00")
		require.Equal(t, collection.Next(held, now).At, collection.Next(ended, now).At, "a mediation counts its days as a hold does")
		require.Equal(t, collection.Next(held, now).Step.Key, collection.Next(ended, now).Step.Key)
		if before != "courtesy" { // which makes no sense once the due date is there
			require.Equal(t, before, nextStep(ended, end))
		}
	})
}

func nextStep(c collection.Case, on calendar.Date) string {
	return collection.Next(c, at(c, on.String()+" 07:00")).Step.Key
}

// C. civ. 2238: the days of the mediation are added to the limitation, and at least six
// months are left after it.
func TestTheLimitationIsLongerByTheDaysOfTheMediation(t *testing.T) {
	t.Parallel()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	limits := deadlines.TimeLimits(book)
	rapid.Check(t, func(t *rapid.T) {
		c := newCase()
		claim := deadlines.Claim{Kind: rapid.SampledFrom([]deadlines.ClaimKind{deadlines.BetweenProfessionals, deadlines.AgainstConsumer}).Draw(t, "kind"), Due: c.DueDate}
		plain, err := deadlines.LimitationOf(claim, nil, limits)
		require.NoError(t, err)
		begin := c.DueDate.AddDays(rapid.IntRange(1, int(plain.LastDay-c.DueDate)).Draw(t, "begins after days"))
		lasts := rapid.IntRange(0, 300).Draw(t, "lasts days")
		end := begin.AddDays(lasts)
		c = after(t, c, collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: begin},
			collection.AnswerMediation{ID: "m", Accepted: true, InWriting: true, On: begin, Today: begin},
			collection.EndMediation{ID: "m", Outcome: collection.OutcomeFailure, On: end, Today: end})
		event, found := c.Mediations[0].Suspension()
		require.True(t, found)
		suspended, err := deadlines.LimitationOf(claim, []deadlines.LimitationEvent{event}, limits)
		require.NoError(t, err)
		sixMonths := deadlines.Period{Months: 6}.End(end)
		require.Equal(t, max(plain.LastDay.AddDays(lasts), sixMonths), suspended.LastDay)
		require.False(t, suspended.Stopped)
	})
}
