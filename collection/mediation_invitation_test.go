package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

// invitedOn is a case in which the creditor asks for a mediation on a day, and whose
// invitation leaves by itself.
func invitedOn(t *testing.T, on, respondBy string) collection.Case {
	t.Helper()
	return after(t, newCase(), collection.ProposeMediation{
		ID: "m", Kind: collection.MediationCompanies, AskedBy: collection.PartyCreditor, On: day(on), RespondBy: day(respondBy), Invite: true,
	})
}

const invitation = "invitation/m"

func TestTheInvitationOfACreditorLeavesByItselfAndTheLadderWaitsForTheAnswer(t *testing.T) {
	t.Parallel()
	c := invitedOn(t, "2026-09-15", "2026-09-30")
	require.Equal(t, collection.StageMediation, c.Stage(at(c, "2026-09-15 20:00")))
	wait := collection.Next(c, at(c, "2026-09-15 20:00"))
	require.Equal(t, collection.ActionWait, wait.Kind, "outside of the contact hours")
	require.Equal(t, day("2026-09-16"), c.Window.DateOf(wait.At))
	require.Contains(t, wait.Because.String(), "invites the debtor to a mediation")

	action := collection.Next(c, at(c, "2026-09-16 11:00"))
	require.Equal(t, collection.ActionNotify, action.Kind)
	require.Equal(t, collection.ChannelEmail, action.Channel)
	require.Equal(t, day("2026-09-30"), action.Deadline)
	require.Equal(t, "mediation-invitation", action.Step.Template)
	require.Equal(t, "step invitation/m invites the debtor to a mediation (the mediator of companies), to be answered by 2026-09-30; nothing else leaves until then", action.Because.String())
	require.Equal(t, "l’étape invitation/m invite le débiteur à une médiation (le Médiateur des entreprises), réponse attendue au plus tard le 30/09/2026 ; rien d’autre ne part d’ici là", action.Because.French())
	require.True(t, c.Invites(invitation))

	c = after(t, c, collection.ReportAttempt{Step: invitation, Channel: collection.ChannelEmail, At: at(c, "2026-09-16 11:00"), Deadline: action.Deadline})
	require.False(t, c.Invites(invitation))
	require.Empty(t, c.Steps, "it is no rung of the ladder")
	wait = collection.Next(c, at(c, "2026-09-16 11:00"))
	require.Equal(t, collection.ActionWait, wait.Kind)
	require.Equal(t, collection.TaskMediationLapsed, wait.Task, "nobody is asked to invite")
	require.Equal(t, day("2026-10-01"), c.Window.DateOf(wait.At))
}

func TestAnInvitationThatFailsGoesByLetterAndInTheEndToAPerson(t *testing.T) {
	t.Parallel()
	c := invitedOn(t, "2026-09-15", "2026-09-30")
	c = after(t, c, accepted(c, invitation, collection.ChannelEmail, "2026-09-15 11:00"), failed(c, invitation, collection.ChannelEmail, "2026-09-15 15:00"))
	require.Equal(t, collection.ChannelLetter, collection.Next(c, at(c, "2026-09-16 11:00")).Channel, "a bounced invitation has not arrived")
	c = after(t, c, failed(c, invitation, collection.ChannelLetter, "2026-09-16 11:00"))
	action := collection.Next(c, at(c, "2026-09-16 12:00"))
	require.Equal(t, collection.TaskMediation, action.Task)
	require.Equal(t, "m", action.Mediation)
	c = after(t, c, collection.ReportTask{Task: collection.TaskMediation, At: action.At})
	require.Equal(t, collection.TaskMediationLapsed, collection.Next(c, at(c, "2026-09-16 12:00")).Task)
}

func TestAnInvitationThatLeavesLateGivesItsDaysAnew(t *testing.T) {
	t.Parallel()
	c := invitedOn(t, "2026-09-15", "2026-09-30")
	c = after(t, c, collection.PlaceHold{ID: "h", Reason: "moving house", On: day("2026-09-15"), Until: day("2026-09-24")})
	held := collection.Next(c, at(c, "2026-09-16 11:00"))
	require.Equal(t, collection.ActionWait, held.Kind, "a hold keeps it back")
	require.Equal(t, day("2026-09-25"), c.Window.DateOf(held.At))
	action := collection.Next(c, at(c, "2026-09-25 11:00"))
	require.Equal(t, collection.ActionNotify, action.Kind)
	require.Equal(t, day("2026-10-12"), action.Deadline, "fifteen days, to a Monday: five would be too few")
	c = after(t, c, collection.ReportAttempt{Step: invitation, Channel: collection.ChannelEmail, At: action.At, Deadline: action.Deadline})
	require.Equal(t, day("2026-10-12"), c.Mediations[0].RespondBy)
	require.Equal(t, day("2026-10-13"), c.Window.DateOf(collection.Next(c, action.At).At))
}

func TestNoInvitationLeavesOnceItIsAnsweredOrPaid(t *testing.T) {
	t.Parallel()
	c := invitedOn(t, "2026-09-15", "2026-09-30")
	answered := after(t, c, collection.AnswerMediation{ID: "m", Accepted: true, On: day("2026-09-15"), Today: day("2026-09-15")})
	require.False(t, answered.Invites(invitation))
	require.Equal(t, collection.TaskMediationOverdue, collection.Next(answered, at(c, "2026-09-16 11:00")).Task)
	late := after(t, answered, accepted(c, invitation, collection.ChannelEmail, "2026-09-16 11:00"))
	require.Equal(t, collection.MediationAccepted, late.Mediations[0].Phase(), "a report that comes late changes nothing of it")
	paid := after(t, c, collection.TakePosition{Open: euros(0), On: day("2026-09-15")})
	require.Equal(t, collection.ActionIdle, collection.Next(paid, at(c, "2026-09-16 11:00")).Kind)
}

func TestAConsumerIsInvitedInTheWordsForConsumersAndADebtorThatAsksIsNotInvited(t *testing.T) {
	t.Parallel()
	proposal := collection.ProposeMediation{
		ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyCreditor, On: day("2026-09-15"), Invite: true, Consumer: true,
	}
	c := after(t, newCase(), proposal)
	require.Equal(t, "consumer-mediation-invitation", collection.Next(c, at(c, "2026-09-15 11:00")).Step.Template)
	proposal.AskedBy = collection.PartyDebtor
	c = after(t, newCase(), proposal)
	require.Equal(t, collection.TaskMediationAnswer, collection.Next(c, at(c, "2026-09-15 11:00")).Task)
}
