package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/handoff"
)

// arranged is a case with everything that can be arranged with a debtor at once.
func arranged(t *testing.T) collection.Case {
	t.Helper()
	on := day("2026-09-20")
	return after(t, newCase(),
		collection.MakePromise{ID: "p", On: on, Date: on.AddDays(10), Source: collection.PromiseByStaff},
		collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "plan", Revision: 1, From: on}},
		collection.ProposeMediation{ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, On: on},
		collection.ProposeHandoff{ID: "h", Partner: "etude-nord", Route: handoff.Lawyer, On: on})
}

func judged(on string) collection.Insolvency {
	return collection.Insolvency{Proceeding: "RJ-1", Kind: collection.Receivership, Judgment: day(on), From: day(on)}
}

func opening(on string) collection.Command {
	return collection.TakeStanding{Standing: collection.Standing{Insolvency: judged(on)}}
}

func lifting(judgment, on string) collection.Command {
	insolvency := judged(judgment)
	insolvency.End, insolvency.EndedOn = collection.InsolvencyLifted, day(on)
	return collection.TakeStanding{Standing: collection.Standing{Insolvency: insolvency}}
}

func TestAnOpeningJudgmentEndsWhatWasArrangedWithTheDebtor(t *testing.T) {
	t.Parallel()
	c := after(t, arranged(t), opening("2026-09-24"))
	require.Equal(t, collection.PromiseOvertaken, c.Promises[0].Outcome)
	require.Equal(t, day("2026-09-24"), c.Promises[0].EndedOn)
	require.Equal(t, collection.EndedByInsolvency, c.Plans[0].EndedAs)
	require.Equal(t, collection.OutcomeWithdrawn, c.Mediations[0].Outcome)
	require.Equal(t, handoff.EndNotApproved, c.Handoffs[0].End)
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2026-09-25 10:00")).Kind)
	requireNothingNew(t, c, opening("2026-09-24"))

	refused := "is in insolvency proceedings (redressement, judgment of 2026-09-24)"
	on := day("2026-09-25")
	requireRefused(t, c, collection.MakePromise{ID: "q", On: on, Date: on, Source: collection.PromiseByStaff}, collection.RefusedNotNow, refused)
	requireRefused(t, c, collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "q", Revision: 1, From: on}}, collection.RefusedNotNow, refused)
	requireRefused(t, c, collection.ProposeMediation{ID: "q", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, On: on}, collection.RefusedNotNow, refused)
	requireRefused(t, c, collection.ProposeHandoff{ID: "q", Partner: "etude-nord", Route: handoff.Lawyer, On: on}, collection.RefusedNotNow, refused)
	requireNothingNew(t, c, collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "plan", Revision: 2, From: on}})
}

func TestOnceTheProceedingsAreLiftedTheLadderGoesOnAndNothingArrangedComesBack(t *testing.T) {
	t.Parallel()
	c := after(t, arranged(t), opening("2026-09-24"), lifting("2026-09-24", "2026-10-05"))
	next := collection.Next(c, at(c, "2026-10-05 12:00"))
	require.Equal(t, "courteous", next.Step.Key)
	require.Equal(t, collection.StageOpen, c.Stage(at(c, "2026-10-05 12:00")))
}

func TestADebtBornAfterTheJudgmentKeepsWhatWasArranged(t *testing.T) {
	t.Parallel()
	before := arranged(t)
	// the case file gives no proceedings to a claim that they do not concern: Insolvency.ConcernsClaim
	require.False(t, judged("2026-09-24").ConcernsClaim(0, day("2026-09-25"), before.DueDate))
	requireNothingNew(t, before, collection.TakeStanding{})
}

func TestAnAgreementOfAMediationCannotBeKeptAfterTheJudgment(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), proposed("2026-09-10", "2026-09-20"), joined("2026-09-12"), settlement("2026-09-15", "2026-10-15"), opening("2026-09-24"))
	require.Equal(t, day("2026-09-24"), c.Mediations[0].Agreement.Broken)
	_, open := c.OpenMediation()
	require.False(t, open)
}

func TestAPersonTellsThePartnerThatHasTheCaseOfTheJudgmentOnce(t *testing.T) {
	t.Parallel()
	on := day("2026-09-20")
	c := after(t, newCase(),
		collection.ProposeHandoff{ID: "h", Partner: "etude-nord", Route: handoff.Lawyer, On: on},
		collection.ApproveHandoff{ID: "h", Amount: euros(100_000), On: on},
		collection.ReportHandoff{ID: "h", Outcome: collection.HandoffBegun, On: on},
		collection.ReportHandoff{ID: "h", Outcome: collection.HandoffGiven, On: on}, opening("2026-09-24"))
	now := at(c, "2026-09-24 15:00")
	action := collection.Next(c, now)
	require.Equal(t, collection.ActionOpenTask, action.Kind)
	require.Equal(t, collection.TaskInsolvency, action.Task)
	require.Equal(t, "h", action.Handoff)
	c = after(t, c, collection.ReportTask{Task: action.Task, At: now})
	require.Equal(t, collection.ActionIdle, collection.Next(c, now).Kind)
	require.Equal(t, collection.StageInsolvency, c.Stage(now))
	c = after(t, c, collection.RecallHandoff{ID: "h", On: on.AddDays(5)})
	require.Equal(t, collection.ActionRecall, collection.Next(c, now).Kind, "the partner is told to stop, proceedings or not")
}
