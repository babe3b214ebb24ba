package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestAnApprovalLapsesWhenTheStepGoesToOthersAndIsAskedAnewWithTheReason(t *testing.T) {
	t.Parallel()
	l := asked(t, collection.ApprovalTerms{})
	claim := l.ClaimToApprove()
	approve := func(to string) collection.Command {
		return collection.ApproveStep{Step: "courteous", Author: "anne", For: claim, To: to}
	}
	requireNothingNew(t, l.Case, collection.LapseApproval{Step: "courteous"})
	l.command(t, approve("seal-1"))
	require.Equal(t, "seal-1", l.ApprovedTo("courteous"))
	require.False(t, l.AwaitsApproval("courteous", day("2026-09-11")))
	requireNothingNew(t, l.Case, approve("seal-1"))
	requireRefused(t, l.Case, collection.ApproveStep{Step: "courteous", Author: "bob", For: claim, To: "seal-1"}, collection.RefusedConflict, "was approved already by anne")

	lapsed := after(t, l.Case, collection.LapseApproval{Step: "courteous"})
	require.True(t, lapsed.AwaitsApproval("courteous", day("2026-09-11")))
	anew := collection.Next(lapsed, at(lapsed, "2026-09-11 09:00"))
	require.Equal(t, collection.TaskApproval, anew.Task)
	require.Equal(t, 1, anew.Try, "it is a task of its own")
	require.True(t, anew.Because.IsOtherRecipient())
	require.Equal(t, "step courteous goes to others than it was approved for: it is asked for anew", anew.Because.String())
	require.Equal(t, "l’étape courteous s’adresse à d’autres que ceux pour qui l’accord a été donné : il est redemandé", anew.Because.French())
	requireNothingNew(t, lapsed, collection.LapseApproval{Step: "courteous"})

	askedAgain := after(t, lapsed, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: anew.At})
	require.Empty(t, askedAgain.ApprovedTo("courteous"))
	again := after(t, askedAgain, approve("seal-2"))
	require.Equal(t, "seal-2", again.ApprovedTo("courteous"))

	replaced := after(t, l.Case, approve("seal-2"))
	require.Equal(t, "seal-2", replaced.ApprovedTo("courteous"), "who approves it for others before it lapsed has seen them")
	begun := after(t, l.Case, accepted(l.Case, "courteous", "email", "2026-09-11 10:00"))
	require.Empty(t, begun.ApprovedTo("courteous"), "what has begun goes on")
}
