package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/handoff"
)

func attached(revision int, accepted bool, agreedOn string) collection.AttachPlan {
	command := collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "P-1", Revision: revision, From: day("2026-09-01"), Accepted: accepted}}
	if agreedOn != "" {
		command.AgreedOn = day(agreedOn)
	}
	return command
}

func TestAPlanThatTheDebtorAcceptsConcludesWhatWasAgreedInAMediation(t *testing.T) {
	t.Parallel()
	agreed := after(t, newCase(), proposed("2026-09-08", "2026-09-18"), joined("2026-09-10"), collection.EndMediation{
		ID: "m", Outcome: collection.OutcomeAgreement, On: day("2026-09-20"), Today: day("2026-09-20"),
		Agreement: collection.Agreement{Kind: collection.AgreementPlan, Until: day("2026-10-05")},
	})
	offered := after(t, agreed, attached(1, false, ""))
	require.True(t, offered.RestsForMediation(), "an offer concludes nothing")
	accepted := after(t, offered, attached(2, true, "2026-09-28"))
	require.False(t, accepted.RestsForMediation())
	require.Equal(t, "2026-09-28", accepted.Mediations[0].Agreement.Concluded.String())
	require.NotEqual(t, collection.TaskAgreementBroken, collection.Next(accepted, at(accepted, "2026-10-20 12:00")).Task, "nobody is told that it was not concluded")
	earlier := after(t, agreed, attached(2, true, "2026-09-02"))
	require.True(t, earlier.RestsForMediation(), "a plan of before the mediation is not the one agreed on")
	require.True(t, after(t, agreed, attached(2, true, "")).RestsForMediation(), "a plan of an earlier version does not say when it was accepted")
}

func TestAPlanThatWasKeptCanGoOnAgainAndNoOther(t *testing.T) {
	t.Parallel()
	following := after(t, newCase(), attached(1, true, ""))
	for _, c := range []struct {
		as    string
		again bool
	}{{collection.PlanCompleted, true}, {collection.PlanSettledEarly, true}, {"defaulted", false}, {"cancelled", false}, {collection.EndedByInsolvency, false}} {
		ended := after(t, following, collection.EndPlan{ID: "P-1", On: day("2026-10-01"), As: c.as, Revision: 5})
		requireNothingNew(t, ended, attached(4, true, ""))
		if !c.again {
			requireNothingNew(t, ended, attached(6, true, ""))
			continue
		}
		again := after(t, ended, attached(6, true, ""))
		plan, follows := again.ActivePlan()
		require.True(t, follows, c.as)
		require.Equal(t, "2026-09-01", plan.From.String())
		require.Len(t, again.Plans, 1)
		other := attached(1, true, "")
		other.ID = "P-2"
		requireNothingNew(t, after(t, ended, other), attached(6, true, ""))
	}
}

func TestTheLadderWaitsForTheDayOnWhichTheBalanceOfABrokenPlanIsToBePaid(t *testing.T) {
	t.Parallel()
	following := after(t, newCase(), attached(1, true, ""))
	ended := collection.EndPlan{ID: "P-1", On: day("2026-10-01"), As: "defaulted", Revision: 5}
	atOnce := collection.Next(after(t, following, ended), at(following, "2026-10-02 12:00"))
	require.Equal(t, collection.ActionNotify, atOnce.Kind, "plans of earlier versions name no day")

	ended.PayBy = day("2026-10-09")
	waits := after(t, following, ended)
	next := collection.Next(waits, at(waits, "2026-10-02 12:00"))
	require.Equal(t, collection.ActionWait, next.Kind)
	require.Equal(t, "2026-10-12", waits.Window.DateOf(next.At).String(), "the first working day after it")
	require.Contains(t, next.Because.String(), "waits for the day of 2026-10-09 by which the debtor was asked to pay the balance of the broken plan P-1")
	require.Contains(t, next.Because.French(), "attend le 09/10/2026, date à laquelle le débiteur doit régler le solde de l’échéancier rompu P-1")
	require.Equal(t, collection.ActionNotify, collection.Next(waits, at(waits, "2026-10-12 12:00")).Kind)

	for _, wrong := range []string{"2026-09-30", "2027-01-01"} {
		ended.PayBy = day(wrong)
		_, err := collection.Decide(following, ended)
		require.ErrorContains(t, err, "must be within 60 days")
	}
}

func TestWhatHasBegunWaitsForTheBalanceOfABrokenPlanToo(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, accepted(c, "courteous", collection.ChannelEmail, "2026-09-11 12:00"), attached(1, true, ""))
	c = after(t, c, failed(c, "courteous", collection.ChannelEmail, "2026-09-20 12:00"))
	ended := collection.EndPlan{ID: "P-1", On: day("2026-10-01"), As: "defaulted", Revision: 5, PayBy: day("2026-10-09")}
	waits := collection.Next(after(t, c, ended), at(c, "2026-10-02 12:00"))
	require.Equal(t, collection.ActionWait, waits.Kind)
	require.Contains(t, waits.Because.String(), "waits for the day of 2026-10-09")
	_, awaits := after(t, c, ended).AwaitsBalance(day("2026-10-09"))
	require.True(t, awaits)
	_, awaits = after(t, c, ended).AwaitsBalance(day("2026-10-10"))
	require.False(t, awaits)
	ended.PayBy = 0
	require.NotEqual(t, collection.ActionWait, collection.Next(after(t, c, ended), at(c, "2026-10-02 12:00")).Kind)
}

func TestAHandoffWaitsForTheBalanceOfABrokenPlan(t *testing.T) {
	t.Parallel()
	on := day("2026-10-01")
	c := after(t, newCase(), collection.ProposeHandoff{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder, CoolingOffDays: 5, On: day("2026-09-10")}, attached(1, true, ""))
	for _, approved := range []bool{false, true} {
		broken := after(t, c, collection.EndPlan{ID: "P-1", On: on, As: "defaulted", Revision: 5, PayBy: day("2026-10-09")})
		if approved {
			broken = after(t, broken, collection.ApproveHandoff{ID: "H1", Amount: broken.Open, On: on})
		}
		waits := collection.Next(broken, at(broken, "2026-10-05 12:00"))
		require.Equal(t, collection.ActionWait, waits.Kind)
		require.Equal(t, "the handoff waits for the day of 2026-10-09 by which the debtor was asked to pay the balance of the broken plan P-1", waits.Because.String())
		require.Contains(t, waits.Because.French(), "la remise attend le 09/10/2026")
		require.NotEqual(t, collection.ActionWait, collection.Next(broken, at(broken, "2026-10-13 12:00")).Kind)
	}
}
