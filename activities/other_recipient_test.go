package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// released has the step approved for whom it goes to now.
func (o *postOffice) released(step string, at time.Time) {
	o.t.Helper()
	file := o.file()
	if file.Case.AwaitsApproval(step, file.Case.Window.DateOf(moment)) {
		casefiletest.Decide(o.t, o.store, "F-1", at, collection.ReportTask{Step: step, Task: collection.TaskApproval, At: at})
	}
	casefiletest.Decide(o.t, o.store, "F-1", at, collection.ApproveStep{
		Step: step, Author: "anne", For: file.Case.ClaimToApprove(), To: file.RecipientSeal(step, file.Case.Window.DateOf(moment)),
	})
}

func (o *postOffice) movesTo(email string) {
	o.t.Helper()
	contacts, err := o.store.Contacts(o.t.Context(), casefiletest.Creditor, casefiletest.Debtor)
	require.NoError(o.t, err)
	contact := contacts[0]
	contact.Email = email
	_, err = o.store.ChangeContact(o.t.Context(), contact, casefile.Author{By: "claire", At: moment})
	require.NoError(o.t, err)
}

func TestANoticeThatGoesToOthersThanItWasApprovedForDoesNotLeaveAndIsAskedForAnew(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Strategy.Steps[0].Approval = true
		opening.Strategy.Name = "released"
	})
	o.released("firm", moment)
	seal := o.file().RecipientSeal("firm", o.file().Case.Window.DateOf(moment))
	require.NotEmpty(t, seal)
	o.movesTo("someone.else@martin.example")
	require.NotEqual(t, seal, o.file().RecipientSeal("firm", o.file().Case.Window.DateOf(moment)))

	withheld := o.deliver("firm", "email")
	require.Equal(t, activities.DeliveryWithheld, withheld.Outcome)
	require.True(t, withheld.OtherRecipient)
	require.Contains(t, withheld.Reason, "goes to others than it was approved for")
	require.Zero(t, o.accepted())
	file := o.file()
	require.True(t, file.Case.AwaitsApproval("firm", file.Case.Window.DateOf(moment)), "the file knows it too")
	require.Equal(t, "approval-lapsed", file.History[len(file.History)-1].Kind)

	o.released("firm", moment.Add(time.Minute))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", "email").Outcome)
	require.Equal(t, "someone.else@martin.example", o.simulator.Messages(0)[0].To)
	o.movesTo("a.third@martin.example")
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", "sms").Outcome, "what has begun goes on")
}

func TestAnApprovalThatNamesNobodyHoldsWhoeverItGoesTo(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Strategy.Steps[0].Approval = true
		opening.Strategy.Name = "released"
	})
	casefiletest.Decide(t, o.store, "F-1", moment, collection.ReportTask{Step: "firm", Task: collection.TaskApproval, At: moment})
	casefiletest.Decide(t, o.store, "F-1", moment, collection.ApproveStep{Step: "firm", Author: "anne"})
	o.movesTo("someone.else@martin.example")
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", "email").Outcome)
}
