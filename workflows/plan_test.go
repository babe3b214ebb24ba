package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/law"
	"relance/money"
	"relance/workflows"
)

func TestAPlanThatIsKeptEndsWhenAllIsPaid(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.on("2026-03-03", func() {
		require.Equal(t, workflows.PlanAttached{Plan: "P-12", Revision: 1, From: b.start.Plan.ProposedOn}, b.last("F-1", workflows.CommandPlanAttached))
	})
	b.on("2026-03-05", func() {
		for _, invoice := range []string{"F-1", "F-2", "F-3"} {
			told := b.last(invoice, workflows.CommandPlanAttached).(workflows.PlanAttached)
			require.True(t, told.Accepted)
			require.Equal(t, "2026-04-07", told.NextOn.String())
			require.Equal(t, "250.00 EUR", told.NextAmount.String())
			require.Equal(t, deadlines.Acknowledgement, b.last(invoice, workflows.CommandLimitationEvent).(workflows.LimitationEvent).Event)
		}
		require.Equal(t, "instalment 1 of the plan P-12, 250.00 EUR, is due on 2026-04-07", b.status().Why)
		require.Equal(t, &workflows.InstalmentStatus{
			Number: 1, DueOn: calendar.NewDate(2026, time.April, 7), Amount: euros(250_00), Until: calendar.NewDate(2026, time.April, 12),
		}, b.status().Next)
	})
	b.payOn("2026-04-07", "F-1", 250_00)
	b.payOn("2026-04-30", "F-1", 250_00)
	b.on("2026-05-05", func() {
		require.Equal(t, "2026-06-05", b.last("F-3", workflows.CommandPlanAttached).(workflows.PlanAttached).NextOn.String())
	})
	b.payOn("2026-06-05", "F-2", 300_00)
	b.payOn("2026-07-01", "F-3", 200_00)
	result := b.result()
	require.Equal(t, arrangements.StateCompleted, result.State)
	require.Equal(t, "1000.00 EUR", result.Received.String())
	require.Equal(t, []string{"2026-04-07", "2026-06-02"}, dates(b.desk.toldAt),
		"three days before 7 April is a Saturday before Easter; the instalments of May and July were paid before theirs")
	require.Empty(t, b.desk.tasks)
	for _, invoice := range []string{"F-1", "F-2", "F-3"} {
		require.Equal(t, arrangements.StateCompleted, b.last(invoice, workflows.CommandPlanEnded).(workflows.PlanEnded).As)
		require.Contains(t, b.last(invoice, workflows.CommandWaiveLateFees).(workflows.LateFeesWaiver).Reason, "was kept")
	}
}

func TestAMissedSecondInstalmentBreaksThePlanAfterItsGrace(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-04-06", "F-1", 250_00)
	b.payOn("2026-05-06", "F-1", 100_00)
	b.on("2026-05-08", func() {
		require.Contains(t, b.status().Why, "instalment 2 of the plan P-12, 150.00 EUR, was missed; the whole balance is due if it is not paid by 2026-05-10")
	})
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Equal(t, []bool{false, true}, []bool{b.desk.told[0].Missed, b.desk.told[1].Missed})
	require.Equal(t, []string{"2026-05-04", "2026-05-06"}, dates(b.desk.toldAt))
	require.Equal(t, 2, b.desk.told[1].Instalment)
	require.Equal(t, "250.00 EUR", b.desk.told[1].Amount.String(), "the part came an hour later")
	ended := b.last("F-3", workflows.CommandPlanEnded).(workflows.PlanEnded)
	require.Equal(t, arrangements.StateDefaulted, ended.As)
	require.Equal(t, "2026-05-11", ended.On.String())
	require.Nil(t, b.last("F-3", workflows.CommandWaiveLateFees))
	require.Len(t, b.desk.tasks, 1)
	require.Contains(t, b.desk.written[len(b.desk.written)-1].Note, "the whole balance is due at once")
}

func TestMoneyThatIsOnlyInTheLedgerKeepsThePlanFromDefault(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.on("2026-04-12", func() { b.desk.received["F-1"] = 250_00 }) // nobody told the plan
	b.on("2026-04-20", func() { require.Equal(t, arrangements.StateRunning, b.status().State) })
	b.payOn("2026-04-21", "F-2", 750_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

func TestADebtorMaySettleEarlyForLess(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-04-07", "F-1", 250_00)
	b.signalOn("2026-04-10", workflows.CommandSettlePlan, workflows.PlanSettlement{
		Reduction: "100.00", Until: calendar.NewDate(2026, time.April, 30), Role: collection.RoleManager, By: "anne",
	})
	b.on("2026-04-11", func() {
		require.Equal(t, "650.00 EUR", b.status().SettledBy.String())
		for invoice, part := range map[string]workflows.Decimal{"F-1": "33.34", "F-2": "40.00", "F-3": "26.66"} { // of 250, 300 and 200 that are open
			offer := b.last(invoice, workflows.CommandOfferDiscount).(workflows.DiscountOffer)
			require.Equal(t, part, offer.Amount)
			require.Equal(t, "2026-04-30", offer.Until.String())
		}
	})
	b.payOn("2026-04-20", "F-1", 216_66)
	b.payOn("2026-04-20", "F-2", 260_00)
	b.payOn("2026-04-20", "F-3", 173_34)
	require.Equal(t, arrangements.StateSettledEarly, b.result().State)
}

func TestAPlanThatIsSettledEarlyAsksForTheLateFeesThatAreInItAndForNoLaterOnes(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.signalOn("2026-04-10", workflows.CommandSettlePlan, workflows.PlanSettlement{
		Reduction: "100.00", Until: calendar.NewDate(2026, time.April, 11), Role: collection.RoleManager,
	})
	b.on("2026-04-11", func() {
		require.True(t, b.last("F-1", workflows.CommandOfferDiscount).(workflows.DiscountOffer).KeepsLateFees, "they are part of what the plan asks for")
		b.desk.rests = map[string]money.Amount{"F-1": euros(2_10)}
	})
	b.payOn("2026-04-11", "F-1", 450_00)
	b.payOn("2026-04-11", "F-2", 270_00)
	b.payOn("2026-04-11", "F-3", 180_00)
	require.Equal(t, arrangements.StateSettledEarly, b.result().State)
	given := b.last("F-1", workflows.CommandCreditNoteIssued).(workflows.CreditNoteIssued)
	require.Equal(t, workflows.Decimal("2.10"), given.Amount, "what its money paid of the late fees that arose since")
	require.Equal(t, "2026-04-11", given.IssuedOn.String())
}

func TestAnInvoiceThatIsPaidTakesNoPartOfAReduction(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-04-07", "F-1", 500_00)
	offer := workflows.PlanSettlement{Reduction: "60.00", Until: calendar.NewDate(2026, time.April, 30), Role: collection.RoleManager}
	var second planAnswer
	b.signalOn("2026-04-10", workflows.CommandSettlePlan, offer)
	b.on("2026-04-11", func() {
		require.Nil(t, b.last("F-1", workflows.CommandOfferDiscount))
		require.Equal(t, workflows.Decimal("36.00"), b.last("F-2", workflows.CommandOfferDiscount).(workflows.DiscountOffer).Amount)
		require.Equal(t, workflows.Decimal("24.00"), b.last("F-3", workflows.CommandOfferDiscount).(workflows.DiscountOffer).Amount)
		offer.Reduction = "70.00"
		b.UpdateWorkflow(workflows.CommandSettlePlan, "u1", &second, offer)
	})
	b.payOn("2026-04-20", "F-2", 264_00)
	b.payOn("2026-04-20", "F-3", 176_00)
	require.Equal(t, arrangements.StateSettledEarly, b.result().State)
	require.ErrorContains(t, second.err, "can be settled early for 60.00 EUR less until 2026-04-30")
}

func TestAReschedulingGoesOnWithAnotherScheduleOfWhatIsOwed(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-04-07", "F-1", 300_00)
	var refused, answer planAnswer
	b.on("2026-05-04", func() {
		terms := workflows.PlanTerms{Months: 20, FirstOn: calendar.NewDate(2026, time.June, 15), GraceDays: 5}
		b.UpdateWorkflow(workflows.CommandReschedulePlan, "u1", &refused, workflows.PlanRescheduling{Terms: terms, Role: collection.RoleManager})
		terms.Months = 7
		b.UpdateWorkflow(workflows.CommandReschedulePlan, "u2", &answer, workflows.PlanRescheduling{Terms: terms, Role: collection.RoleManager})
	})
	b.payOn("2026-06-01", "F-2", 700_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
	require.ErrorContains(t, refused.rejection, "20 months, where the role manager grants 12")
	require.NoError(t, answer.err)
	require.Equal(t, 2, answer.status.Version)
	require.Equal(t, "700.00 EUR", answer.status.Total.String())
	require.Equal(t, "2026-06-15", b.last("F-1", workflows.CommandPlanAttached).(workflows.PlanAttached).NextOn.String())
}

func TestAReschedulingKeepsTheInterestThatIsOwedApart(t *testing.T) {
	t.Parallel()
	sixPercent := arrangements.InterestClause{Kind: arrangements.AgreedInterest, Rate: 6 * law.OnePercent}
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Terms.Interest = sixPercent }).accepted()
	var answer planAnswer
	b.on("2026-04-01", func() {
		b.UpdateWorkflow(workflows.CommandReschedulePlan, "u", &answer, workflows.PlanRescheduling{
			Terms: workflows.PlanTerms{Months: 3, FirstOn: calendar.NewDate(2026, time.May, 4), GraceDays: 5, Interest: sixPercent}, Role: collection.RoleManager,
		})
	})
	b.signalOn("2026-04-02", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "paid in cash"})
	b.result()
	require.NoError(t, answer.err)
	require.Equal(t, "4.93 EUR", answer.status.EarlierInterest.String(), "1,000.00 x 6 % x 30 / 365, from the proposal on")
	require.Equal(t, "1015.53 EUR", answer.status.Total.String(), "1,000.00, 4.93, and interest on 1,000.00 and on no more")
}

func TestAPaymentThatIsTakenBackOpensItsInstalmentAgain(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-04-07", "F-1", 250_00)
	b.payOn("2026-04-16", "F-1", -250_00)
	b.on("2026-04-17", func() { require.Contains(t, b.status().Why, "instalment 1") })
	require.Equal(t, arrangements.StateDefaulted, b.result().State, "its grace is over already, so that the whole is due")
}

func TestAnInvoiceOfThePlanThatIsPaidMeanwhileCountsForTheInstalments(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.payOn("2026-03-20", "F-2", 300_00)
	b.on("2026-04-20", func() {
		require.Contains(t, b.status().Why, "instalment 2 of the plan P-12, 200.00 EUR")
		require.Equal(t, "200.00 EUR", b.last("F-1", workflows.CommandPlanAttached).(workflows.PlanAttached).NextAmount.String(), "what is still due of it")
	})
	b.payOn("2026-05-05", "F-1", 500_00)
	b.payOn("2026-07-06", "F-3", 200_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

func TestAPlanBeyondTheLimitsWaitsForApprovalAndAnOfferExpires(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Role = collection.RoleSalesperson })
	var tooSoon, approved planAnswer
	b.on("2026-03-03", func() {
		b.UpdateWorkflow(workflows.CommandAcceptPlan, "u1", &tooSoon, workflows.PlanAcceptance{How: arrangements.ByMail})
		b.UpdateWorkflow(workflows.CommandApprovePlan, "u2", &approved, workflows.PlanApproval{Role: collection.RoleManager, By: "anne"})
	})
	require.Equal(t, arrangements.StateCancelled, b.result().State)
	require.ErrorContains(t, tooSoon.rejection, "waits for approval")
	require.Equal(t, arrangements.StateOffered, approved.status.State)
	ended := b.last("F-1", workflows.CommandPlanEnded).(workflows.PlanEnded)
	require.Equal(t, "2026-04-01", ended.On.String(), "30 days to accept")
	require.Contains(t, b.desk.written[len(b.desk.written)-1].Note, "was not accepted")
}

func TestAReturnedDebitIsTriedAgainOnceAndThenGivenToAPerson(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" }).accepted()
	b.signalOn("2026-04-01", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-1", On: calendar.NewDate(2026, time.April, 7)})
	b.signalOn("2026-04-09", workflows.CommandDebitReturned, workflows.DebitReturned{ID: "E-1", Reason: "AM04"})
	b.on("2026-04-10", func() { require.Empty(t, b.desk.tasks) })
	b.signalOn("2026-04-15", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-2", On: calendar.NewDate(2026, time.April, 17)})
	b.signalOn("2026-04-20", workflows.CommandDebitReturned, workflows.DebitReturned{ID: "E-2", Reason: "AM04"})
	b.on("2026-04-21", func() {
		require.Len(t, b.desk.tasks, 1)
		require.Contains(t, b.desk.tasks[0].Detail, "AM04: the account lacks the money. It is not tried again")
	})
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Equal(t, "2026-04-27", b.last("F-1", workflows.CommandPlanEnded).(workflows.PlanEnded).On.String(),
		"20 April, when it came back for good, and five days of grace to a Saturday")
}

func TestADebitThatCameBackIsTriedAgainThoughItsMoneyWasTakenBackFirst(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" }).accepted()
	b.signalOn("2026-04-01", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-1", On: calendar.NewDate(2026, time.April, 7)})
	b.payOn("2026-04-07", "F-1", 250_00)
	b.payOn("2026-04-14", "F-1", -250_00)
	b.signalOn("2026-04-16", workflows.CommandDebitReturned, workflows.DebitReturned{ID: "E-1", Reason: "AM04", On: calendar.NewDate(2026, time.April, 13)})
	b.on("2026-04-17", func() { require.Equal(t, arrangements.StateRunning, b.status().State) })
	b.signalOn("2026-04-18", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-2", On: calendar.NewDate(2026, time.April, 21)})
	b.payOn("2026-04-21", "F-1", 250_00)
	b.payOn("2026-05-04", "F-1", 750_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

func TestADebitReturnThatIsToldAgainChangesNothing(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" }).accepted()
	back := workflows.DebitReturned{ID: "E-1", Reason: "MD06"}
	b.signalOn("2026-04-01", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-1", On: calendar.NewDate(2026, time.April, 7)})
	b.payOn("2026-04-07", "F-1", 250_00)
	b.payOn("2026-04-09", "F-1", -250_00)
	b.signalOn("2026-04-10", workflows.CommandDebitReturned, back)
	b.payOn("2026-04-11", "F-1", 100_00)
	written := 0
	b.on("2026-04-11", func() {
		b.desk.mu.Lock()
		defer b.desk.mu.Unlock()
		require.Len(t, b.desk.tasks, 1)
		written = len(b.desk.written)
	})
	b.signalOn("2026-04-12", workflows.CommandDebitReturned, back)
	b.on("2026-04-13", func() {
		require.Len(t, b.desk.tasks, 1, "though the account was written in between")
		require.Len(t, b.desk.written, written+1, "the money of the 11th, and nothing since")
	})
	b.signalOn("2026-04-14", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "paid in cash"})
	require.Equal(t, arrangements.StateCancelled, b.result().State)
}

func TestADebitOfAReplacedScheduleThatComesBackIsGivenToAPerson(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" }).accepted()
	b.signalOn("2026-04-01", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-1", On: calendar.NewDate(2026, time.April, 7)})
	b.payOn("2026-04-07", "F-1", 250_00)
	b.signalOn("2026-04-08", workflows.CommandReschedulePlan, workflows.PlanRescheduling{
		Terms: workflows.PlanTerms{Months: 3, FirstOn: calendar.NewDate(2026, time.May, 5), GraceDays: 5, Mandate: "M-1"}, Role: collection.RoleManager,
	})
	b.payOn("2026-04-13", "F-1", -250_00)
	b.signalOn("2026-04-13", workflows.CommandDebitReturned, workflows.DebitReturned{ID: "E-1", Reason: "AM04"})
	b.on("2026-04-14", func() {
		require.Len(t, b.desk.tasks, 1)
		require.Equal(t, "The direct debit of instalment 1 of the plan P-12 came back", b.desk.tasks[0].Title)
		require.Contains(t, b.desk.tasks[0].Detail, "due with the next instalment of the schedule that replaced it")
		require.Equal(t, "1000.00 EUR", b.status().Outstanding.String())
	})
	b.signalOn("2026-04-20", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "paid in cash"})
	require.Equal(t, arrangements.StateCancelled, b.result().State)
}

func TestACancelledPlanLetsItsCasesGo(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.signalOn("2026-03-20", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "the company was sold", By: "anne"})
	require.Equal(t, arrangements.StateCancelled, b.result().State)
	require.Equal(t, arrangements.StateCancelled, b.last("F-2", workflows.CommandPlanEnded).(workflows.PlanEnded).As)
}

func TestAPlanWhoseWorkflowIsCancelledInTemporalLetsItsCasesGo(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.on("2026-03-20", b.CancelWorkflow)
	b.ExecuteWorkflow(workflows.PlanWorkflowType, b.start)
	require.Error(t, b.GetWorkflowError())
	require.Equal(t, arrangements.StateCancelled, b.last("F-2", workflows.CommandPlanEnded).(workflows.PlanEnded).As)
}

func TestAPlanContinuesAsNewAndTellsNothingTwice(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.on("2026-03-20", func() {
		b.SetContinueAsNewSuggested(true)
		b.SignalWorkflow(workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{})
	})
	b.ExecuteWorkflow(workflows.PlanWorkflowType, b.start)
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, b.GetWorkflowError(), &again)
	require.Len(t, b.desk.signals["case/atelier/F-1"], 3, "offered, accepted, acknowledged")
}

// planAnswer is what became of an update of a plan.
type planAnswer struct {
	status    workflows.PlanStatus
	rejection error
	err       error
}

func (a *planAnswer) Accept()          {}
func (a *planAnswer) Reject(err error) { a.rejection = err }
func (a *planAnswer) Complete(result any, err error) {
	a.err = err
	if status, is := result.(workflows.PlanStatus); is {
		a.status = status
	}
}
