package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/collection"
	"relance/deadlines"
	"relance/ledger"
	"relance/workflows"
)

// MediationFacts answers as the case file does for a business: the mediator of
// companies takes three months, and nobody is known by the key "nobody".
func (d *desk) MediationFacts(_ context.Context, question activities.MediationQuestion) (activities.MediationFacts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	position, err := d.account.Position()
	facts := activities.MediationFacts{Received: position.Paid, UnknownMediator: question.Mediator == "nobody"}
	if question.Kind == collection.MediationCompanies {
		facts.Longest = deadlines.Period{Months: 3}.End(question.On)
	}
	return facts, err
}

func (d *desk) tasksAbout(task collection.TaskKind) []string {
	var days []string
	for i, order := range d.tasks {
		if order.Task == task {
			days = append(days, dates(d.tasksAt[i:i+1])...)
		}
	}
	return days
}

// inviting has the mediation step send the invitation itself.
func (b *bench) inviting() *bench {
	inviting(&b.start.Case.Strategy.Steps[4])
	return b
}

// inviting has a mediation step send the invitation itself.
func inviting(step *collection.Step) {
	step.Channels, step.Template, step.Tone = []collection.Channel{collection.ChannelEmail}, "mediation-invitation", collection.ToneCourteous
	step.Mediation = collection.MediationOffer{Kind: collection.MediationCompanies, RespondWithinDays: 15, Invite: true}
}

// invitation is the ID of the mediation to which the step invites.
const invitation = "mediation-1-0"

func TestADeclinedInvitationLetsTheLadderGoOnWhereItStood(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.on("2026-05-20", func() {
		require.Equal(t, collection.StageMediation, b.status().Stage)
		require.Equal(t, workflows.MediationStatus{
			ID: invitation, Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, Phase: collection.MediationInvited, RespondBy: date(t, "2026-05-22"),
		}, b.status().Mediation)
		require.Contains(t, b.status().WhyFR, "le débiteur a jusqu’au 22/05/2026 pour répondre à l’invitation à une médiation")
	})
	b.signalOn("2026-05-21", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "declined"})
	b.on("2026-05-22", func() {
		require.Equal(t, "handoff", b.status().NextStep)
		require.Equal(t, collection.OutcomeDeclined, b.status().Mediation.Outcome)
	})
	b.payOn("2026-08-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email", "mediation/email"}, b.desk.steps())
	require.Equal(t, "2026-05-07", dates(b.desk.noticedAt)[5])
	require.Equal(t, []string{"2026-06-10"}, b.desk.tasksAbout(collection.TaskHandoff), "20 days after the invitation, and the fourteen on which it waited")
	require.Empty(t, b.desk.tasksAbout(collection.TaskMediation), "nobody was asked to propose it")
}

func TestAnInvitationThatNobodyAnswersIsToldAndTheNextStepFollows(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.payOn("2026-08-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-05-26"}, b.desk.tasksAbout(collection.TaskMediationLapsed), "after the weekend and Whit Monday")
	require.Equal(t, []string{"2026-06-12"}, b.desk.tasksAbout(collection.TaskHandoff))
	require.Equal(t, invitation, b.desk.tasks[0].Mediation)
}

func TestASettlementThatIsKeptGivesUpTheRestAndClosesTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.payOn("2026-04-10", "P0", "100.00")
	b.signalOn("2026-05-18", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted", InWriting: true})
	b.on("2026-05-19", func() {
		require.Equal(t, date(t, "2026-08-18"), b.status().Mediation.EndBy, "three months, as the table of the law has it")
	})
	b.signalOn("2026-06-02", workflows.CommandMediationSession, workflows.MediationSession{ID: invitation, On: date(t, "2026-06-02"), Meeting: "held"})
	b.signalOn("2026-06-10", workflows.CommandMediationEnded, workflows.MediationEnd{
		ID: invitation, Outcome: collection.OutcomeAgreement, Agreement: collection.AgreementSettlement, Amount: "600.00", Currency: "EUR", Until: date(t, "2026-07-10"),
	})
	b.payOn("2026-06-20", "P1", "200.00")
	b.on("2026-06-21", func() {
		require.Equal(t, collection.StageMediation, b.status().Stage)
		require.Equal(t, "as agreed in the mediation, the debtor pays 600.00 EUR by 2026-07-10, and the rest is then given up", b.status().Why)
		require.Equal(t, "700.00 EUR", b.status().Open.String(), "nothing is given up yet")
	})
	b.payOn("2026-07-09", "P2", "400.00")
	result := b.result()
	require.Equal(t, collection.StagePaid, result.Stage)
	position, err := b.desk.account.Position()
	require.NoError(t, err)
	require.Equal(t, "700.00 EUR", position.Paid.String())
	require.Equal(t, "300.00 EUR", position.Credited.String())
	require.Len(t, b.desk.notices, 6, "nothing left after the invitation")
	require.Empty(t, b.desk.tasksAbout(collection.TaskHandoff))
}

func TestASettlementThatIsNotKeptIsGoneAndTheLadderGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.signalOn("2026-05-18", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted"})
	b.signalOn("2026-06-10", workflows.CommandMediationEnded, workflows.MediationEnd{
		ID: invitation, Outcome: collection.OutcomeAgreement, Agreement: collection.AgreementSettlement, Amount: "600.00", Currency: "EUR", Until: date(t, "2026-07-10"),
	})
	b.payOn("2026-07-01", "P1", "599.99")
	b.on("2026-07-20", func() {
		require.Equal(t, "400.01 EUR", b.status().Open.String(), "the rest was not given up")
		require.Equal(t, "handoff", b.status().NextStep)
	})
	b.payOn("2026-09-01", "P2", "400.01")
	b.result()
	require.Equal(t, []string{"2026-07-15"}, b.desk.tasksAbout(collection.TaskAgreementBroken), "the third day after it is a Monday, the 14th a holiday")
	require.Equal(t, []string{"2026-08-04"}, b.desk.tasksAbout(collection.TaskHandoff))
}

func TestAFailureWithItsCertificateIsFollowedByTheHandoff(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting().claiming(deadlines.BetweenProfessionals)
	plain := b.start.Case.Limitation.LastDay
	b.signalOn("2026-05-18", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted", InWriting: true})
	b.on("2026-06-01", func() { require.True(t, b.status().Limitation.Stopped, "it is suspended while the mediation lasts") })
	var ended updateAnswer
	b.on("2026-07-07", func() {
		b.UpdateWorkflow(workflows.CommandMediationEnded, "u1", &ended, workflows.MediationEnd{ID: invitation, Outcome: collection.OutcomeFailure, Certificate: "CONST-7"})
	})
	b.payOn("2026-12-01", "P1", "1000.00")
	b.result()
	require.NoError(t, ended.err)
	require.Equal(t, "CONST-7", ended.status.Mediation.Certificate)
	require.Equal(t, deadlines.Suspends, ended.status.Limitation.Effect)
	require.Equal(t, plain.AddDays(50), ended.status.Limitation.LastDay, "18 May to 7 July")
	require.False(t, ended.status.Limitation.Stopped)
	require.Equal(t, []deadlines.LimitationEvent{{Kind: deadlines.Mediation, On: date(t, "2026-05-18"), Until: date(t, "2026-07-07")}}, b.desk.limits.events)
	require.Equal(t, []string{"mediation/" + invitation}, b.desk.limits.ids)
	require.Equal(t, []string{"2026-07-27"}, b.desk.tasksAbout(collection.TaskHandoff))
	require.Equal(t, []string{workflows.CommandMediationAnswered, workflows.CommandMediationEnded}, []string{b.desk.decisions[0].Kind, b.desk.decisions[1].Kind})
	require.Contains(t, b.desk.decisions[1].Note, "certificate CONST-7")
}

func TestAMediationThatWasNotAcceptedInWritingSuspendsFromItsFirstSession(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.BetweenProfessionals)
	plain := b.start.Case.Limitation.LastDay
	b.signalOn("2026-04-09", workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyCreditor})
	b.signalOn("2026-04-10", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted"})
	b.signalOn("2026-04-20", workflows.CommandMediationSession, workflows.MediationSession{ID: "m", On: date(t, "2026-04-20"), Meeting: "missed"})
	b.signalOn("2026-04-27", workflows.CommandMediationSession, workflows.MediationSession{ID: "m", On: date(t, "2026-04-27"), Meeting: "held"})
	b.on("2026-04-26", func() { require.False(t, b.status().Limitation.Stopped) })
	b.signalOn("2026-05-07", workflows.CommandMediationEnded, workflows.MediationEnd{ID: "m", Outcome: collection.OutcomeFailure})
	b.on("2026-05-08", func() { require.Equal(t, plain.AddDays(10), b.status().Limitation.LastDay) })
	b.payOn("2026-05-09", "P1", "1000.00")
	b.result()
	require.Equal(t, deadlines.Conciliation, b.desk.limits.events[0].Kind)
	require.Empty(t, b.desk.tasksAbout(collection.TaskMediation))
	require.Equal(t, []string{"courtesy/email", "courteous/email", "invitation/m/email"}, b.desk.steps(), "the invitation leaves by itself")
	require.Equal(t, "2026-04-09", dates(b.desk.noticedAt)[2])
}

func TestAPersonMayInviteByHand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-09", workflows.CommandProposeMediation, workflows.MediationProposal{
		ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyCreditor, ByHand: true,
	})
	b.payOn("2026-04-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-04-09"}, b.desk.tasksAbout(collection.TaskMediation), "a person writes to the debtor")
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps())
}

func TestAPaymentDuringAMediationClosesItWithTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.signalOn("2026-05-18", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted", InWriting: true})
	b.payOn("2026-06-01", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Empty(t, b.desk.tasks, "and nobody is asked about it any more")
}

func TestADebtorMayAskForAMediationWhileItIsReminded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandProposeMediation, workflows.MediationProposal{
		ID: "m", Kind: collection.MediationConventional, AskedBy: collection.PartyDebtor, RespondBy: date(t, "2026-04-20"),
	})
	b.on("2026-04-16", func() {
		require.Equal(t, collection.StageMediation, b.status().Stage)
		require.Contains(t, b.status().Why, "the debtor asks for a mediation (a mediator), to be answered by 2026-04-20")
	})
	b.signalOn("2026-04-17", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted", EndBy: date(t, "2026-05-20")})
	b.signalOn("2026-05-04", workflows.CommandMediationEnded, workflows.MediationEnd{ID: "m", Outcome: collection.OutcomeFailure})
	b.payOn("2026-07-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-04-08"}, b.desk.tasksAbout(collection.TaskMediationAnswer))
	require.Equal(t, "2026-04-20", b.desk.tasks[0].Day.String())
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email"}, b.desk.steps())
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-11", "2026-05-11", "2026-05-21"}, dates(b.desk.noticedAt), "26 days of mediation shift the 8 days of spacing")
	require.Empty(t, b.desk.tasksAbout(collection.TaskMediation), "nobody proposes again what has failed")
}

func TestAMediationRunsOnWhileTheCaseIsOnHold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Reason: "dispute", Until: date(t, "2026-04-30")})
	b.signalOn("2026-04-09", workflows.CommandProposeMediation, workflows.MediationProposal{
		ID: "m", Kind: collection.MediationContractual, AskedBy: collection.PartyDebtor, RespondBy: date(t, "2026-04-15"),
	})
	b.on("2026-04-10", func() { require.Equal(t, collection.StageOnHold, b.status().Stage) })
	b.signalOn("2026-05-04", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted", On: date(t, "2026-04-29")})
	b.on("2026-05-05", func() { require.Equal(t, collection.StageMediation, b.status().Stage, "an answer that came late") })
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-04-16"}, b.desk.tasksAbout(collection.TaskMediationLapsed), "on hold or not")
	require.Len(t, b.desk.notices, 2, "the hold and then the mediation kept everything still")
	kinds := []string{}
	for _, decision := range b.desk.decisions {
		kinds = append(kinds, decision.Kind)
	}
	require.Contains(t, kinds, "hold-ended")
}

func TestAMediationThatLastsTooLongIsAskedAboutAndNothingLeaves(t *testing.T) {
	t.Parallel()
	b := setup(t).inviting()
	b.signalOn("2026-05-18", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted", InWriting: true})
	b.on("2026-12-01", func() { require.Contains(t, b.status().Why, "was to end by 2026-08-18") })
	b.signalOn("2026-12-02", workflows.CommandMediationEnded, workflows.MediationEnd{
		ID: invitation, Outcome: collection.OutcomeAgreement, Agreement: collection.AgreementWithdrawal,
	})
	require.Equal(t, collection.StageWithdrawn, b.result().Stage)
	require.Equal(t, []string{"2026-08-19"}, b.desk.tasksAbout(collection.TaskMediationOverdue))
	require.Len(t, b.desk.notices, 6)
}

func TestAMediationOrderThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := map[string]*updateAnswer{}
	b.on("2026-03-10", func() {
		b.SignalWorkflow(workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyDebtor})
	})
	b.on("2026-03-11", func() {
		for says, order := range map[string]struct {
			name    string
			payload any
		}{
			"say accepted or declined":        {workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "perhaps"}},
			"say held or missed":              {workflows.CommandMediationSession, workflows.MediationSession{ID: "m", On: date(t, "2026-03-10"), Meeting: "so-so"}},
			"no mediation \"x\" was proposed": {workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "x", Answer: "accepted"}},
			"currency":                        {workflows.CommandMediationEnded, workflows.MediationEnd{ID: "m", Outcome: "agreement", Agreement: "settlement", Amount: "1", Currency: "?"}},
			"is not over: end it before":      {workflows.CommandProposeMediation, workflows.MediationProposal{ID: "n", Kind: "conciliator", AskedBy: "debtor"}},
		} {
			answers[says] = &updateAnswer{}
			b.UpdateWorkflow(order.name, says, answers[says], order.payload)
		}
	})
	b.signalOn("2026-03-12", workflows.CommandMediationEnded, workflows.MediationEnd{ID: "m", Outcome: collection.OutcomeWithdrawn})
	var unknown updateAnswer
	b.on("2026-03-13", func() {
		b.UpdateWorkflow(workflows.CommandProposeMediation, "unknown", &unknown, workflows.MediationProposal{
			ID: "n", Kind: collection.MediationConventional, Mediator: "nobody", AskedBy: collection.PartyCreditor,
		})
	})
	b.payOn("2026-03-14", "P1", "1000.00")
	b.result()
	for says, answer := range answers {
		require.ErrorContains(t, answer.rejection, says)
	}
	require.ErrorContains(t, unknown.err, `the creditor has no mediator "nobody" of the kind conventional`)
}

func TestTheRestIsNotGivenUpTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-10", workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationConventional, AskedBy: collection.PartyDebtor})
	b.signalOn("2026-03-11", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted"})
	// The books have a credit of that name already, of another amount.
	b.signalOn("2026-03-11", workflows.CommandCreditNoteIssued, workflows.CreditNoteIssued{Number: "settlement/m", Amount: "1.00", Currency: "EUR"})
	b.signalOn("2026-03-12", workflows.CommandMediationEnded, workflows.MediationEnd{
		ID: "m", Outcome: collection.OutcomeAgreement, Agreement: collection.AgreementSettlement, Amount: "600.00", Currency: "EUR", Until: date(t, "2026-03-30"),
	})
	b.payOn("2026-03-13", "P1", "600.00")
	b.on("2026-03-14", func() {
		require.Equal(t, "399.00 EUR", b.status().Open.String())
		require.Equal(t, collection.MediationOver, b.status().Mediation.Phase, "the settlement could not be carried out")
	})
	b.payOn("2026-03-15", "P2", "399.00")
	b.result()
	require.Contains(t, b.desk.decisions[len(b.desk.decisions)-1].Note, "could not be given up")
	require.Equal(t, ledger.EntryApplied, b.desk.entries[len(b.desk.entries)-1])
}

func TestTheMediationSurvivesContinuingAsNew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := map[string]bool{}
	b.SetOnTimerScheduledListener(func(id string, _ time.Duration) { open[id] = true })
	b.SetOnTimerFiredListener(func(id string) { delete(open, id) })
	b.SetOnTimerCanceledListener(func(id string) { delete(open, id) })
	b.signalOn("2026-03-10", workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationConventional, AskedBy: collection.PartyDebtor})
	for _, day := range []string{"2026-03-11", "2026-03-13"} {
		b.on(day, func() { require.Len(t, open, 1, day) })
	}
	b.on("2026-03-14", func() {
		b.SetContinueAsNewSuggested(true)
		b.SignalWorkflow(workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted"})
	})
	b.run()
	require.ErrorContains(t, b.GetWorkflowError(), "continue as new")
}

func TestAPlanOrADiscountThatIsConcludedEndsTheRestOfItsMediation(t *testing.T) {
	t.Parallel()
	for _, kind := range []collection.AgreementKind{collection.AgreementPlan, collection.AgreementDiscount} {
		b := setup(t)
		b.desk.concludes = "m"
		b.signalOn("2026-03-10", workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationConventional, AskedBy: collection.PartyDebtor})
		b.signalOn("2026-03-11", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted"})
		b.signalOn("2026-03-12", workflows.CommandMediationEnded, workflows.MediationEnd{
			ID: "m", Outcome: collection.OutcomeAgreement, Agreement: kind, Amount: "900.00", Currency: "EUR", Until: date(t, "2026-03-30"),
		})
		if kind == collection.AgreementPlan {
			b.signalOn("2026-03-20", workflows.CommandPlanAttached, workflows.PlanAttached{Plan: "P-12", Revision: 2, From: date(t, "2026-03-13"), Accepted: true, AgreedOn: date(t, "2026-03-19")})
		} else {
			b.signalOn("2026-03-20", workflows.CommandOfferDiscount, workflows.DiscountOffer{ID: "S-1", Amount: "100.00", Currency: "EUR", Until: date(t, "2026-03-27"), By: "anne"})
		}
		b.on("2026-03-21", func() { require.NotEqual(t, collection.StageMediation, b.status().Stage, kind) })
		b.signalOn("2026-04-20", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "too small", By: "anne"})
		b.result()
		require.Empty(t, b.desk.tasksAbout(collection.TaskAgreementBroken), kind)
	}
}
