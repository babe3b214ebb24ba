package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

var approvalDay = time.Date(2026, time.April, 20, 8, 30, 0, 0, time.UTC)

// requested is a case whose formal notice waits for an approval.
func requested(t testing.TB, store *casefile.Store, number string) casefile.Task {
	t.Helper()
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
	require.NoError(t, err)
	_, err = store.MarkAccepted(t.Context(), sent(t, store, number).ID, "sendgrid", "sg-"+number, sendingDay)
	require.NoError(t, err)
	return askApproval(t, store, number, "approve/0/formal-notice/0", collection.TaskApproval, approvalDay)
}

func askApproval(t testing.TB, store *casefile.Store, number, key string, kind collection.TaskKind, at time.Time) casefile.Task {
	t.Helper()
	task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: number, Step: "formal-notice", Kind: kind, Key: key, Title: "Approve the step formal-notice", At: at,
	})
	require.NoError(t, err)
	return task
}

func decideOn(t testing.TB, store *casefile.Store, number, key string, command collection.Command) {
	t.Helper()
	c, err := store.LoadCase(t.Context(), acme, number)
	require.NoError(t, err)
	events, err := collection.Decide(c, command)
	require.NoError(t, err)
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{Creditor: acme, Invoice: number, Key: key, Kind: "test", Actor: "anne", At: approvalDay, Events: events}))
}

func formalNotice(number string) casefile.Reservation {
	return casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: number, Step: "formal-notice", Channel: collection.ChannelEmail}, At: approvalDay,
	}
}

func TestMoneyThatComesAfterTheApprovalKeepsTheNoticeBackUntilItIsApprovedAgain(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	requested(t, store, "F-1")
	_, gate, err := store.ReserveMessage(t.Context(), formalNotice("F-1"), compose)
	require.NoError(t, err)
	require.Equal(t, casefile.GateUnapproved, gate.Code, "nobody has approved it")

	c, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	decideOn(t, store, "F-1", "approve-1", collection.ApproveStep{Step: "formal-notice", Author: "anne", For: c.ClaimToApprove()})
	message := reserve(t, store, formalNotice("F-1"))
	post(t, store, "F-1", payment("P-1", 2000))

	sending, err := store.BeginSending(t.Context(), message.ID, approvalDay)
	require.NoError(t, err)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateUnapproved, sending.Gate.Code)
	require.Contains(t, sending.Gate.Reason, "a person must approve step formal-notice for the claim as it is: 100.00 EUR by test-ladder@1")
	require.Equal(t, euros(10000), sending.Gate.Position.Open, "the case learns what is open from the gate")

	askApproval(t, store, "F-1", "approve/0/formal-notice/1", collection.TaskApproval, approvalDay)
	c, err = store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	decideOn(t, store, "F-1", "approve-2", collection.ApproveStep{Step: "formal-notice", Author: "anne", For: c.ClaimToApprove()})
	again := reserve(t, store, formalNotice("F-1"))
	require.Contains(t, string(again.Bytes), "owes 100.00 EUR")
	sending, err = store.BeginSending(t.Context(), again.ID, approvalDay)
	require.NoError(t, err)
	require.True(t, sending.MayCall)
}

func TestAskingAnewAndAnsweringCloseTheTasksOfAnApproval(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	first := requested(t, store, "F-1")
	deputy := askApproval(t, store, "F-1", "approve-deputy/0/formal-notice/1", collection.TaskDeputy, approvalDay)
	second := askApproval(t, store, "F-1", "approve/0/formal-notice/1", collection.TaskApproval, approvalDay)
	states := func() map[int64]casefile.TaskState {
		tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: acme, Invoice: "F-1"})
		require.NoError(t, err)
		states := map[int64]casefile.TaskState{}
		for _, task := range tasks {
			states[task.ID] = task.State
		}
		return states
	}
	require.Equal(t, map[int64]casefile.TaskState{first.ID: casefile.TaskDone, deputy.ID: casefile.TaskDone, second.ID: casefile.TaskOpen}, states())
	decideOn(t, store, "F-1", "refuse", collection.RefuseApproval{
		Step: "formal-notice", Author: "anne", Reason: "we talk to them", Then: collection.RefusalHolds, On: 20563, At: approvalDay,
	})
	require.Equal(t, casefile.TaskDone, states()[second.ID])
	c, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Len(t, c.Holds, 1)
	require.True(t, c.Holds[0].MovesDeadline)
	require.Equal(t, collection.StageOnHold, c.Stage(approvalDay))
}

func TestWhatAnApprovalWasGivenForIsReadBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	requested(t, store, "F-1")
	c, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	claim := c.ClaimToApprove()
	decideOn(t, store, "F-1", "approve-1", collection.ApproveStep{Step: "formal-notice", Author: "anne", For: claim})
	c, err = store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	record := c.Steps[len(c.Steps)-1]
	require.Equal(t, collection.ApprovalGranted, record.Approval)
	require.Equal(t, collection.ApprovalRequest{Asked: 1, At: approvalDay, For: claim, GrantedFor: claim, GrantedBy: "anne"}, record.ApprovalRequest)
}
