package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
)

// inviting is a case whose next step invites to a mediation by a certain mediator.
func inviting(opening *casefile.Opening) {
	opening.Strategy = collection.Strategy{Name: "amicable", Version: 1, Steps: []collection.Step{{
		Key: "mediation", DueOffset: -20, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"}, Template: "mediation-invitation",
		Opens: collection.TaskMediation, Stage: collection.StageMediation,
		Mediation: collection.MediationOffer{Kind: collection.MediationContractual, Mediator: "cabinet-durand", RespondWithinDays: 8, Invite: true},
	}}}
}

func TestAnInvitationNamesTheMediatorAndBeginsTheMediation(t *testing.T) {
	t.Parallel()
	o := open(t, inviting)
	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.Mediators = []casefile.Mediator{{
		Key: "cabinet-durand", Kind: collection.MediationContractual, Name: "Cabinet Durand", Contact: "01 23 45 67 89", Fee: "Ses honoraires sont partagés par moitié.",
	}}
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	respondBy := calendar.NewDate(2026, time.March, 31)
	order := activities.NoticeOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: "mediation", Channel: collection.ChannelEmail,
		Template: "mediation-invitation", Tone: collection.ToneCourteous, At: moment, Deadline: respondBy,
	}
	for range 2 {
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
	}
	require.Equal(t, 1, o.accepted())
	sent, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
	require.NoError(t, err)
	text := unbroken(sent.Text)
	for _, words := range []string{"le médiateur que prévoit notre contrat (Cabinet Durand)", "Ses honoraires sont partagés par moitié.", "Pour joindre le médiateur : 01 23 45 67 89.", "au plus tard le 31 mars 2026"} {
		require.Contains(t, text, words)
	}
	require.NotContains(t, text, "gratuite")

	file := o.file()
	require.Equal(t, []collection.Mediation{{
		ID: "mediation-0-0", Kind: collection.MediationContractual, Mediator: "cabinet-durand", AskedBy: collection.PartyCreditor, Step: "mediation",
		Proposed: calendar.NewDate(2026, time.March, 23), RespondBy: respondBy,
	}}, file.Case.Mediations)
	require.Equal(t, collection.StageMediation, file.Row.Stage)
	gate, err := o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.Equal(t, casefile.GateMediation, gate.Code)
}

func TestAnInvitationOnDemandIsGatedSentOnceAndProven(t *testing.T) {
	t.Parallel()
	o := open(t)
	key := activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}
	file := &activities.CaseFile{Store: o.store, Clock: func() calendar.Clock { return o.clock }}
	facts, err := file.MediationFacts(t.Context(), activities.MediationQuestion{CaseKey: key, Kind: collection.MediationCompanies, On: calendar.DateOf(moment), At: moment})
	require.NoError(t, err)
	require.False(t, facts.Consumer)
	proposal := collection.ProposeMediation{
		ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: calendar.DateOf(moment), Invite: true, Consumer: facts.Consumer,
	}
	c := o.file().Case
	events, err := collection.Decide(c, proposal)
	require.NoError(t, err)
	require.NoError(t, file.RecordDecision(t.Context(), activities.DecisionOrder{CaseKey: key, Kind: "propose-mediation", By: "claire", Key: "propose", Events: events, At: moment}))

	wanted := collection.Next(o.file().Case, moment)
	require.Equal(t, collection.ActionNotify, wanted.Kind, wanted.Because.String())
	order := activities.NoticeOrder{
		CaseKey: key, Step: wanted.Step.Key, Channel: wanted.Channel, Template: wanted.Step.Template, Tone: wanted.Step.Tone, At: moment, Deadline: wanted.Deadline,
	}
	preview, err := o.Preview(t.Context(), activities.PreviewOrder{CaseKey: key, Language: "en"})
	require.NoError(t, err)
	require.Contains(t, preview.Subject, "Proposal of mediation")
	for range 2 {
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
	}
	require.Equal(t, 1, o.accepted())
	sent, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
	require.NoError(t, err)
	text := unbroken(sent.Text)
	for _, words := range []string{"le Médiateur des entreprises", "Elle est gratuite.", "au plus tard le 7 avril 2026"} {
		require.Contains(t, text, words)
	}
	require.NotContains(t, text, "40,00", "an invitation claims no indemnity")

	after := o.file()
	require.Equal(t, calendar.NewDate(2026, time.April, 7), after.Case.Mediations[0].RespondBy)
	require.Equal(t, "invitation/m", after.Messages[0].Step)
	require.NotEmpty(t, after.Messages[0].SHA256)
	require.Equal(t, collection.StageMediation, after.Row.Stage)
	require.Empty(t, after.Case.Steps)
	gate, err := o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.Equal(t, casefile.GateMediation, gate.Code, "nothing leaves until it is answered")
}

func TestAnInvitationOnDemandDoesNotLeaveOnceItIsAnsweredOrHeld(t *testing.T) {
	t.Parallel()
	for what, happens := range map[string]collection.Command{
		"answered": collection.AnswerMediation{ID: "m", Accepted: true, On: calendar.DateOf(moment), Today: calendar.DateOf(moment)},
		"held":     collection.PlaceHold{ID: "h", Reason: "moving house", On: calendar.DateOf(moment)},
	} {
		o := open(t)
		key := activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}
		file := &activities.CaseFile{Store: o.store, Clock: func() calendar.Clock { return o.clock }}
		for i, command := range []collection.Command{
			collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: calendar.DateOf(moment), Invite: true}, happens,
		} {
			events, err := collection.Decide(o.file().Case, command)
			require.NoError(t, err, what)
			require.NoError(t, file.RecordDecision(t.Context(), activities.DecisionOrder{CaseKey: key, Kind: "decision", By: "claire", Key: string(rune('a' + i)), Events: events, At: moment}))
		}
		delivery, err := o.Deliver(t.Context(), activities.NoticeOrder{
			CaseKey: key, Step: collection.InvitationStep("m"), Channel: collection.ChannelEmail, Template: "mediation-invitation", Tone: collection.ToneCourteous,
			At: moment, Deadline: calendar.DateOf(moment).AddDays(15),
		})
		require.NoError(t, err, what)
		require.Equal(t, activities.DeliveryWithheld, delivery.Outcome, what)
		require.Zero(t, o.accepted(), what)
	}
}

// An invitation on paper waits in the print queue while the mediation that it began keeps
// everything else still; once it is answered it need not leave any more.
func TestTheLetterOfAnInvitationStaysInTheQueueUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	for step, change := range map[string]func(*casefile.Opening){
		"mediation": func(opening *casefile.Opening) {
			inviting(opening)
			opening.Strategy.Steps[0].Channels = []collection.Channel{collection.ChannelLetter}
		},
		collection.InvitationStep("m"): func(*casefile.Opening) {},
	} {
		o := open(t, change)
		key := activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}
		file := &activities.CaseFile{Store: o.store, Clock: func() calendar.Clock { return o.clock }}
		decide := func(id string, command collection.Command) {
			events, err := collection.Decide(o.file().Case, command)
			require.NoError(t, err, step)
			require.NoError(t, file.RecordDecision(t.Context(), activities.DecisionOrder{CaseKey: key, Kind: "decision", By: "claire", Key: id, Events: events, At: moment}))
		}
		if collection.IsInvitationStep(step) {
			decide("propose", collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: calendar.DateOf(moment), Invite: true})
			decide("failed", collection.ReportAttempt{Step: step, Channel: collection.ChannelEmail, Failed: true, Reason: "bounced", At: moment})
		}
		wanted := collection.Next(o.file().Case, moment)
		require.Equal(t, collection.ChannelLetter, wanted.Channel, "%s: %s", step, wanted.Because)
		delivery, err := o.Deliver(t.Context(), activities.NoticeOrder{
			CaseKey: key, Step: step, Channel: wanted.Channel, Template: wanted.Step.Template, Tone: wanted.Step.Tone, At: moment, Deadline: wanted.Deadline,
		})
		require.NoError(t, err, step)
		require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
		state := func() casefile.LetterState {
			letters, err := o.store.Letters(t.Context(), casefile.LetterFilter{})
			require.NoError(t, err)
			require.Len(t, letters, 1)
			return letters[0].State
		}
		require.Equal(t, casefile.LetterQueued, state(), step)
		id := o.file().Case.Mediations[0].ID
		decide("note", collection.PlaceHold{ID: "past", Reason: "moving house", On: calendar.DateOf(moment).AddDays(-9), Until: calendar.DateOf(moment).AddDays(-8)})
		require.Equal(t, casefile.LetterQueued, state(), "%s: whatever else is written about the case", step)
		decide("answer", collection.AnswerMediation{ID: id, Accepted: true, On: calendar.DateOf(moment), Today: calendar.DateOf(moment)})
		require.Equal(t, casefile.LetterCancelled, state(), "%s: it is answered", step)
	}
}

// unbroken is a text on one line, with ordinary spaces.
func unbroken(text string) string {
	var line []rune
	for _, r := range text {
		if r == '\n' || r == '\u00a0' || r == '\u202f' {
			r = ' '
		}
		line = append(line, r)
	}
	return string(line)
}

func TestTheTasksOfAMediationSayWhatToDoAndAreDueInTime(t *testing.T) {
	t.Parallel()
	y := livingFor(t, casefiletest.Opening("F-1"))
	on := y.state.Window.DateOf(y.now)
	y.decide("propose", collection.ProposeMediation{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyDebtor, On: on, RespondBy: on.AddDays(10)})
	y.ask()
	y.now = y.now.AddDate(0, 0, 20)
	y.ask()
	file := y.file()
	require.Len(t, file.Tasks, 2)
	require.Equal(t, collection.TaskMediationAnswer, file.Tasks[0].Kind)
	require.Equal(t, on.AddDays(10), file.Tasks[0].DueOn, "an answer is due when it is due")
	require.Contains(t, file.Tasks[0].Detail, "The mediation m is to be answered by 2026-03-12")
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State, "it is too late for it")
	require.Equal(t, collection.TaskMediationLapsed, file.Tasks[1].Kind)
	require.Equal(t, casefile.TaskOpen, file.Tasks[1].State)
	require.Equal(t, y.state.Mediations, file.Case.Mediations, "the case file and the workflow agree")
	require.Equal(t, collection.OutcomeUnanswered, file.Case.Mediations[0].Outcome)
}

// ask asks a person what the case wants asked now; the activity runs twice.
func (y *years) ask() {
	y.Helper()
	action := collection.Next(y.state, y.now)
	require.Equal(y, collection.ActionOpenTask, action.Kind, action.Because.String())
	order := activities.TaskOrder{CaseKey: y.key, Round: y.state.Round, Task: action.Task, At: action.At, Day: action.Day, Mediation: action.Mediation}
	require.NoError(y, y.desk.OpenTask(y.Context(), order))
	require.NoError(y, y.desk.OpenTask(y.Context(), order))
	y.tell(collection.ReportTask{Task: action.Task, At: action.At})
}

func TestAMediationSuspendsTheLimitationOnTheRealTables(t *testing.T) {
	t.Parallel()
	y := livingFor(t, casefiletest.Opening("F-1"))
	plain := y.state.Limitation.LastDay
	facts, err := y.desk.MediationFacts(t.Context(), activities.MediationQuestion{CaseKey: y.key, Kind: collection.MediationCompanies, On: calendar.NewDate(2026, time.March, 2), At: y.now})
	require.NoError(t, err)
	require.Equal(t, "2026-06-02", facts.Longest.String())
	require.Empty(t, facts.Closed)
	y.happens(activities.LimitationOrder{ID: "mediation/m", Event: deadlines.Mediation, On: calendar.NewDate(2026, time.March, 2)})
	require.True(t, y.state.Limitation.Stopped)
	y.now = y.now.AddDate(0, 0, 40)
	y.happens(activities.LimitationOrder{ID: "mediation/m", Event: deadlines.Mediation, On: calendar.NewDate(2026, time.March, 2), Ended: calendar.NewDate(2026, time.April, 1)})
	require.False(t, y.state.Limitation.Stopped)
	require.Equal(t, plain.AddDays(30), y.state.Limitation.LastDay)
}
