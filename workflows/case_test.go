package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

func TestTheLadderIsClimbedStepByStepAndEndsWithAPayment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-07-15", "P1", "1000.00")
	result := b.result()
	require.Equal(t, collection.StagePaid, result.Stage)
	require.True(t, result.Open.IsZero())
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email"}, b.desk.steps())
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-15", "2026-04-15", "2026-04-27"}, dates(b.desk.noticedAt),
		"Saturday 4 April and Easter Monday move the courteous reminder to the 7th; its deadline of the 14th is waited for")
	require.Len(t, b.desk.tasks, 2)
	require.Equal(t, collection.TaskMediation, b.desk.tasks[0].Task)
	require.Equal(t, collection.TaskHandoff, b.desk.tasks[1].Task)
}

func TestNoReminderLeavesAfterThePayment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-04-08", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps())
}

func TestAPartPaymentLowersTheClaimAndTheLadderGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-04-08", "P1", "400.00")
	b.on("2026-04-09", func() { require.Equal(t, "600.00 EUR", b.status().Open.String()) })
	b.payOn("2026-04-20", "P2", "600.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Len(t, b.desk.notices, 4)
}

func TestAPaymentSignalledTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-03-10", "P1", "600.00")
	b.payOn("2026-03-11", "P1", "600.00")
	b.on("2026-03-12", func() { require.Equal(t, "400.00 EUR", b.status().Open.String()) })
	b.payOn("2026-03-13", "P2", "500.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []ledger.EntryOutcome{ledger.EntryApplied, ledger.EntryDuplicate, ledger.EntryOverpaid}, b.desk.entries)
}

func TestAPaymentInAnotherCurrencyIsKeptAndDoesNotCount(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-10", workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "1000", Currency: "USD"})
	b.on("2026-03-11", func() { require.Equal(t, "1000.00 EUR", b.status().Open.String()) })
	b.payOn("2026-03-12", "P2", "1000")
	b.result()
	require.Equal(t, []ledger.EntryOutcome{ledger.EntryUnmatched, ledger.EntryApplied}, b.desk.entries)
}

func TestAReversedPaymentReopensTheClaimAtTheStepItHad(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-04-08", "P1", "700.00")
	b.signalOn("2026-04-09", workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
	b.on("2026-04-10", func() {
		require.Equal(t, "1000.00 EUR", b.status().Open.String())
		require.Equal(t, "firm", b.status().NextStep)
	})
	b.payOn("2026-04-12", "P2", "1000.00")
	b.result()
}

func TestACreditNoteForTheWholeInvoiceClosesTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-20", workflows.CommandCreditNoteIssued, workflows.CreditNoteIssued{Number: "A-1", Amount: "1000.00", Currency: "EUR"})
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Empty(t, b.desk.notices)
}

func TestAHoldStopsTheLadderAndResumingGoesOnWithTheSameSpacing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Reason: "dispute"})
	b.on("2026-04-30", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Contains(t, b.status().Why, "dispute")
	})
	b.signalOn("2026-05-08", workflows.CommandResume, workflows.ResumeOrder{HoldID: "H1"})
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-15", "2026-05-15", "2026-05-26"}, dates(b.desk.noticedAt),
		"30 days on hold shift the 8 days of spacing from 15 April to 15 May")
}

func TestWhoWaitsForTheAnswerIsAskedWhyACaseIsHeldAndASignalHoldsAllTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var refused updateAnswer
	b.on("2026-03-20", func() { b.UpdateWorkflow(workflows.CommandHold, "u1", &refused, workflows.HoldOrder{ID: "H1"}) })
	b.on("2026-03-21", func() { require.NotEqual(t, collection.StageOnHold, b.status().Stage) })
	b.signalOn("2026-03-22", workflows.CommandHold, workflows.HoldOrder{ID: "H2"})
	b.on("2026-03-23", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Contains(t, b.status().Why, collection.NoReasonGiven)
	})
	b.payOn("2026-03-24", "P1", "1000.00")
	b.result()
	require.ErrorContains(t, refused.rejection, "the hold H1 needs a reason")
	require.Len(t, b.desk.decisions, 1, "an update that is refused leaves no trace")
	require.Equal(t, collection.NoReasonGiven, b.desk.decisions[0].Note)
}

func TestAHoldWithAnEndResumesByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-20", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Until: calendar.NewDate(2026, time.April, 30)})
	b.on("2026-05-05", func() { require.Equal(t, collection.StageReminding, b.status().Stage) })
	b.payOn("2026-05-06", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courteous/email"}, b.desk.steps(), "the courtesy notice makes no sense after the due date")
	require.Equal(t, []string{"2026-05-04"}, dates(b.desk.noticedAt), "1 May is a holiday, 2 and 3 May a weekend")
}

func TestABouncedReminderFallsBackToTheNextChannel(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.Step == "formal" && order.Channel == collection.ChannelEmail {
			return activities.Delivery{Outcome: activities.DeliveryFailed, Reason: "no address"}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	b.payOn("2026-04-29", "P1", "1000.00")
	b.result()
	require.Equal(t, "formal/letter", b.desk.steps()[4])
}

func TestADebtorNobodyCanReachIsGivenToAPersonAndTriedAgainOnRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	reachable := false
	b.desk.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		if reachable {
			return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryFailed, Reason: "no address"}, nil
	}
	b.on("2026-03-30", func() {
		require.Equal(t, collection.StageUnreachable, b.status().Stage)
		reachable = true
		b.SignalWorkflow(workflows.CommandRetryStep, workflows.StepOrder{Step: "courtesy", By: "anne"})
	})
	b.payOn("2026-03-31", "P1", "1000.00")
	b.result()
	require.Equal(t, collection.TaskReach, b.desk.tasks[0].Task)
	require.Equal(t, 1, b.desk.notices[0].Try)
	require.Equal(t, []string{"courtesy/email"}, b.desk.steps())
}

func TestAMessageThatMayHaveArrivedIsNotSentAgainUntilSomebodyTellsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command string
		order   any
		steps   []string
	}{
		"it has arrived": {workflows.CommandDeliveryProven, workflows.DeliveryProven{Step: "courtesy", Channel: "email", By: "anne"}, nil},
		"it is lost":     {workflows.CommandRetryStep, workflows.StepOrder{Step: "courtesy", By: "anne"}, []string{"courtesy/email"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			first := true
			b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
				if first {
					first = false
					return activities.Delivery{Outcome: activities.DeliveryFailed, Doubtful: true, Reason: "failed (code no-proof)", At: order.At}, nil
				}
				return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
			}
			b.on("2026-03-30", func() {
				require.Contains(t, b.status().Why, "may have arrived")
				require.Len(t, b.desk.tasks, 1)
				require.True(t, b.desk.tasks[0].Doubtful)
				b.SignalWorkflow(c.command, c.order)
			})
			b.payOn("2026-03-31", "P1", "1000.00")
			b.result()
			require.Equal(t, c.steps, b.desk.steps())
			require.Len(t, b.desk.tasks, 1)
		})
	}
}

func TestAMessageThatBouncesLaterIsNotACompletedStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-28", workflows.CommandDeliveryFailed, workflows.DeliveryFailed{Step: "formal", Channel: "email", Reason: "mailbox full"})
	b.payOn("2026-05-02", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"formal/email", "formal/letter"}, b.desk.steps()[4:])
}

func TestACaseThatIsToldOfAFailedDeliveryTwiceDoesNotMind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bounced := workflows.DeliveryFailed{Step: "formal", Channel: "email", Reason: "mailbox full"}
	b.on("2026-04-28", func() {
		b.SignalWorkflow(workflows.CommandDeliveryFailed, bounced)
		b.SignalWorkflow(workflows.CommandDeliveryFailed, bounced)
	})
	b.signalOn("2026-04-30", workflows.CommandDeliveryFailed, bounced) // when the letter has left
	b.payOn("2026-05-02", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"formal/email", "formal/letter"}, b.desk.steps()[4:])
	require.Empty(t, b.desk.tasks)
}

func TestAProviderThatIsAwayDelaysTheNoticeAndNotThePayment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		return activities.Delivery{}, errors.New("503 Service Unavailable")
	}
	b.payOn("2026-03-26", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Empty(t, b.desk.notices)
}

func TestANoticeWithheldByTheLastGateWaitsUntilItMayGo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	withheld := false
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if !withheld {
			withheld = true
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "outside the contact hours", Until: order.At.AddDate(0, 0, 1)}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	b.payOn("2026-03-30", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-26"}, dates(b.desk.noticedAt))
}

func TestAGateThatKnowsMoreThanTheCaseTeachesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	nothing := money.FromMinor(0, money.EUR)
	b.desk.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "paid", Open: &nothing}, nil
	}
	require.Equal(t, collection.StagePaid, b.result().Stage)
}

func TestAStepThatNeedsApprovalWaitsForIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start.Case.Strategy.Steps[0].Approval = true
	b.on("2026-03-26", func() { require.Contains(t, b.status().Why, "approval") })
	b.signalOn("2026-03-27", workflows.CommandApproveStep, workflows.StepOrder{Step: "courtesy", By: "anne"})
	b.payOn("2026-03-28", "P1", "1000.00")
	b.result()
	require.Equal(t, collection.TaskApproval, b.desk.tasks[0].Task)
	require.Equal(t, []string{"2026-03-27"}, dates(b.desk.noticedAt))
}

func TestARefusedSignalLeavesATraceInTheCaseFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-03-10", func() { b.SignalWorkflow(workflows.CommandPaymentReceived, "not a payment") })
	b.signalOn("2026-03-11", workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P0", Amount: "-5", Currency: "EUR"})
	b.signalOn("2026-03-12", workflows.CommandApproveStep, workflows.StepOrder{Step: "firm"})
	b.payOn("2026-03-13", "P1", "1000.00")
	b.result()
	require.Len(t, b.desk.decisions, 3)
	for _, decision := range b.desk.decisions {
		require.Equal(t, "refused", decision.Kind)
	}
	require.Contains(t, b.desk.decisions[1].Note, "must be more than nothing")
}

func TestAnUpdateAnswersWithTheCaseAndARefusedOneLeavesNoTrace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var accepted, refused updateAnswer
	b.on("2026-03-10", func() {
		b.UpdateWorkflow(workflows.CommandPaymentReceived, "u1", &accepted, workflows.PaymentReceived{ID: "P1", Amount: "250.00", Currency: "EUR"})
		b.UpdateWorkflow(workflows.CommandSkipStep, "u2", &refused, workflows.StepOrder{Step: "courtesy"})
	})
	b.payOn("2026-03-13", "P2", "750.00")
	b.result()
	require.NoError(t, accepted.err)
	require.Equal(t, ledger.EntryApplied, accepted.status.Outcome)
	require.Equal(t, "750.00 EUR", accepted.status.Open.String())
	require.ErrorContains(t, refused.rejection, "needs a reason")
	require.Empty(t, b.desk.decisions)
}

func TestAPersonCanSkipAStepMigrateAndCloseTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-10", workflows.CommandSkipStep, workflows.StepOrder{Step: "courtesy", Reason: "called already", By: "anne"})
	other := ladder()
	other.Version = 2
	other.Steps[1].DueOffset = 10
	b.signalOn("2026-03-11", workflows.CommandMigrateStrategy, workflows.MigrationOrder{Strategy: other, By: "anne"})
	b.on("2026-03-12", func() {
		require.Equal(t, "test-ladder@2", b.status().Strategy)
		require.Equal(t, "courteous", b.status().NextStep)
	})
	b.signalOn("2026-04-20", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "insolvent", By: "anne"})
	require.Equal(t, collection.StageWrittenOff, b.result().Stage)
	require.Equal(t, []string{"2026-04-13"}, dates(b.desk.noticedAt), "10 days after the due date is a Saturday")
}

func TestTheCaseHasOneOpenTimerAtMost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := map[string]bool{}
	b.SetOnTimerScheduledListener(func(id string, _ time.Duration) { open[id] = true })
	b.SetOnTimerFiredListener(func(id string) { delete(open, id) })
	b.SetOnTimerCanceledListener(func(id string) { delete(open, id) })
	b.signalOn("2026-04-08", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Until: calendar.NewDate(2026, time.April, 20)})
	b.payOn("2026-04-09", "P1", "10.00")
	b.signalOn("2026-04-10", workflows.CommandResume, workflows.ResumeOrder{})
	for _, date := range []string{"2026-03-03", "2026-03-28", "2026-04-12", "2026-04-30"} {
		b.on(date, func() { require.Len(t, open, 1, date) })
	}
	b.payOn("2026-05-02", "P2", "990.00")
	b.result()
}

func TestAPartPaymentKeepsTheTimerThatIsRunning(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cancelled := 0
	b.SetOnTimerCanceledListener(func(string) { cancelled++ })
	b.payOn("2026-03-10", "P1", "10.00")
	b.payOn("2026-03-11", "P2", "10.00")
	b.on("2026-03-12", func() { require.Zero(t, cancelled) })
	b.payOn("2026-03-13", "P3", "980.00")
	b.result()
}

func TestALongHistoryContinuesAsNewWithoutLosingCommands(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-03-10", "P1", "100.00")
	b.on("2026-03-11", func() {
		b.SetContinueAsNewSuggested(true)
		for _, id := range []string{"P2", "P3"} {
			b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: id, Amount: "100.00", Currency: "EUR"})
		}
	})
	b.run()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, b.GetWorkflowError(), &again)
	require.Len(t, b.desk.entries, 3)
}

func TestACancelledWorkflowWithdrawsTheCaseAndSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-03-10", b.CancelWorkflow)
	b.run()
	require.True(t, temporal.IsCanceledError(b.GetWorkflowError()), b.GetWorkflowError())
	require.Len(t, b.desk.decisions, 1)
	require.Equal(t, collection.Events{collection.CaseEnded{Outcome: collection.StageWithdrawn}}, b.desk.decisions[0].Events)
	require.Empty(t, b.desk.notices)
}

func TestAPaymentSignalledBeforeACancellationIsNotLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-03-10", func() {
		b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "100.00", Currency: "EUR"})
		b.CancelWorkflow()
	})
	b.run()
	require.Equal(t, []ledger.EntryOutcome{ledger.EntryApplied}, b.desk.entries)
	require.True(t, temporal.IsCanceledError(b.GetWorkflowError()))
}

func TestAStrategyThatNoCaseCouldFollowIsRefusedAndTheCaseGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, strategy := range []collection.Strategy{
		{Name: "no-steps", Version: 1},
		{Name: "", Version: 1, Steps: ladder().Steps},
		{Name: "silent", Version: 1, Steps: []collection.Step{{Key: "courtesy"}}},
		{Name: "twice", Version: 1, Steps: append(ladder().Steps, ladder().Steps[0])},
		{Name: "huge", Version: 1 << 40, Steps: ladder().Steps},
	} {
		b.signalOn("2026-03-10", workflows.CommandMigrateStrategy, workflows.MigrationOrder{Strategy: strategy})
	}
	b.payOn("2026-03-27", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Len(t, b.desk.decisions, 5)
	for _, decision := range b.desk.decisions {
		require.Equal(t, "refused", decision.Kind, decision.Note)
	}
	require.Equal(t, []string{"courtesy/email"}, b.desk.steps())
}

func TestWhatTheCaseFileRefusesForGoodIsRefusedToTheCaller(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.refuse = "this strategy is recorded with other steps"
	var migrated updateAnswer
	b.on("2026-03-10", func() {
		other := ladder()
		other.Version = 2
		b.UpdateWorkflow(workflows.CommandMigrateStrategy, "u1", &migrated, workflows.MigrationOrder{Strategy: other})
	})
	b.payOn("2026-03-11", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage, "payments do not queue behind what can never be done")
	require.ErrorContains(t, migrated.err, "recorded with other steps")
}

func TestACaseStartedWithItsNameOnlyReadsTheCaseFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.loaded = activities.LoadedCase{Case: b.start.Case}
	b.start = workflows.Start{Case: collection.Case{Creditor: "atelier", Invoice: "F-1"}}
	b.payOn("2026-03-27", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email"}, b.desk.steps())
}

// A day in a second: the server fires timers up to a second late, and the case
// decides as if it had been on time.
func TestAnAcceleratedCaseDecidesLikeARealOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	clock, err := calendar.Accelerated(b.Now(), b.Now(), 86_400)
	require.NoError(t, err)
	b.start.Clock = clock
	b.RegisterDelayedCallback(func() {
		b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "1000.00", Currency: "EUR"})
	}, 100*time.Second)
	require.Equal(t, collection.StagePaid, b.result().Stage)
	var planned []time.Time
	for _, order := range b.desk.notices {
		planned = append(planned, order.At)
	}
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-15", "2026-04-15", "2026-04-27"}, dates(planned))
}

func TestSearchAttributesAreWrittenOnlyWhenTheyChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetTypedSearchAttributesOnStart(workflows.InitialAttributes(b.start.Case, b.Now())))
	b.payOn("2026-03-10", "P1", "1000.00")
	b.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(
		workflows.AttributeStage.ValueSet("paid"), workflows.AttributeAmountDue.ValueSet(0), workflows.AttributeNextActionDate.ValueUnset(),
	)).Return(nil).Once()
	b.result()
	b.AssertExpectations(t)
}

type updateAnswer struct {
	status    workflows.Status
	rejection error
	err       error
}

func (a *updateAnswer) Accept()          {}
func (a *updateAnswer) Reject(err error) { a.rejection = err }
func (a *updateAnswer) Complete(answer any, err error) {
	a.err = err
	if status, ok := answer.(workflows.Status); ok {
		a.status = status
	}
}
