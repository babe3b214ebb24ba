package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/handoff"
	"relance/law"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// handoffDesk stands in for the case file and the partner of a handoff.
type handoffDesk struct {
	approved money.Amount
	// away: the partner cannot be reached.
	away bool
	// missing is what stands against a proposal.
	missing string

	attempts   int
	handedOn   []time.Time
	recalledOn []time.Time
	recalls    []collection.RecallReason
	reports    []activities.PartnerStatusOrder
	remitted   map[string]activities.RemittanceOrder
}

func (h *handoffDesk) hear(events collection.Events) {
	for _, event := range events {
		if approved, is := event.(collection.HandoffApproved); is {
			h.approved = approved.Amount
		}
	}
}

func (d *desk) ProposeHandoff(_ context.Context, order activities.HandoffProposal) (activities.HandoffProposed, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.handoffs.missing != "" {
		return activities.HandoffProposed{Refused: d.handoffs.missing, RefusedAs: collection.RefusedNotNow}, nil
	}
	return activities.HandoffProposed{Events: collection.Events{collection.HandoffProposed{Handoff: collection.Handoff{
		ID: order.ID, Partner: order.Partner, Route: order.Route, Phase: handoff.Announced, ProposedOn: calendar.DateOf(order.At), CoolingOffDays: 5,
	}}}}, nil
}

// HandOver makes the last check as the case file does.
func (d *desk) HandOver(context.Context, activities.HandoffOrder) (activities.HandoffResult, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handoffs.attempts++
	position, err := d.account.Position()
	switch {
	case err != nil:
		return activities.HandoffResult{}, err
	case position.Open != d.handoffs.approved:
		return activities.HandoffResult{Outcome: collection.HandoffWithheld, Open: &position.Open}, nil
	case d.handoffs.away:
		return activities.HandoffResult{}, errors.New("no connection to the partner")
	}
	d.handoffs.handedOn = append(d.handoffs.handedOn, d.now())
	return activities.HandoffResult{Outcome: collection.HandoffGiven}, nil
}

func (d *desk) RecallHandoff(_ context.Context, order activities.HandoffOrder) (activities.HandoffResult, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.handoffs.away {
		return activities.HandoffResult{}, errors.New("no connection to the partner")
	}
	d.handoffs.recalledOn, d.handoffs.recalls = append(d.handoffs.recalledOn, d.now()), append(d.handoffs.recalls, order.Reason)
	return activities.HandoffResult{}, nil
}

func (d *desk) RecordPartnerStatus(_ context.Context, order activities.PartnerStatusOrder) (activities.PartnerStatusRecorded, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handoffs.reports = append(d.handoffs.reports, order)
	book, err := law.Load(config.Law)
	if err != nil {
		return activities.PartnerStatusRecorded{}, err
	}
	limits, unknown := handoff.LimitsOf(handoff.PaymentOrder, order.Status, order.On, law.Business, book, "FR")
	return activities.PartnerStatusRecorded{Limits: limits, Unknown: unknown}, nil
}

func (d *desk) RecordRemittance(_ context.Context, order activities.RemittanceOrder) (activities.EntryPosted, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	outcome := ledger.EntryDuplicate
	if _, known := d.handoffs.remitted[order.ID]; !known {
		account, posted, err := d.account.Post(ledger.Entry{Kind: ledger.EntryPayment, ID: "remittance/" + order.ID, Amount: order.Gross, ValueDate: order.On})
		if err != nil {
			return activities.EntryPosted{}, err
		}
		d.account, outcome = account, posted
		if d.handoffs.remitted == nil {
			d.handoffs.remitted = map[string]activities.RemittanceOrder{}
		}
		d.handoffs.remitted[order.ID] = order
	}
	position, err := d.account.Position()
	return activities.EntryPosted{Outcome: outcome, Open: position.Open}, err
}

// handing proposes the handoff H1 on 2 March; it can be approved from Monday 9 March on.
func handing(t *testing.T) *bench {
	t.Helper()
	b := setup(t)
	b.signalOn("2026-03-02", workflows.CommandProposeHandoff, workflows.HandoffProposal{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder, By: "anne"})
	return b
}

func approval(euros string) workflows.HandoffApproval {
	return workflows.HandoffApproval{ID: "H1", Amount: workflows.Decimal(euros), Currency: "EUR", By: "bernard"}
}

func (b *bench) approveHandoffOn(date, euros string) {
	b.t.Helper()
	b.signalOn(date, workflows.CommandApproveHandoff, approval(euros))
}

func (b *bench) reportOn(date string, status handoff.Status, on string) {
	b.t.Helper()
	day, err := calendar.ParseDate(on)
	require.NoError(b.t, err)
	b.signalOn(date, workflows.CommandPartnerStatus, workflows.PartnerStatus{Handoff: "H1", Status: status, On: day})
}

func TestACaseIsAnnouncedApprovedHandedOverAndCollected(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.on("2026-03-03", func() {
		require.Equal(t, collection.StageHandoff, b.status().Stage)
		require.Contains(t, b.status().Why, "announced to be handed over to lepage: a person approves it from 2026-03-07 on")
		require.Contains(t, b.status().WhyFR, "sauf paiement")
	})
	b.on("2026-03-09", func() { require.Contains(t, b.status().Why, "waits for a person's approval of 1000.00 EUR") })
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.on("2026-03-11", func() {
		require.Equal(t, collection.StageWithPartner, b.status().Stage)
		require.Contains(t, b.status().Why, "with lepage since 2026-03-10: 1000.00 EUR open")
		require.Contains(t, b.status().WhyFR, "chez lepage depuis le 10/03/2026 : 1\u202f000,00\u00a0€ à recouvrer")
	})
	remittance := workflows.Remittance{ID: "R1", Handoff: "H1", Gross: "1000.00", Fees: "120.00", Currency: "EUR"}
	b.signalOn("2026-06-01", workflows.CommandRemittance, workflows.Remittance{ID: "R0", Handoff: "H1", Gross: "10.00", Net: "9.00", Currency: "EUR"})
	b.signalOn("2026-06-02", workflows.CommandRemittance, remittance)
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"2026-03-10"}, dates(b.desk.handoffs.handedOn))
	require.Equal(t, []string{"2026-03-09"}, b.desk.tasksOf(collection.TaskHandoffApproval), "5 days end on a Saturday")
	require.Empty(t, b.desk.handoffs.recalls, "the partner collected it and knows")
	require.Empty(t, b.desk.notices, "the debtor hears from nobody else")
	require.Equal(t, "880.00 EUR", b.desk.handoffs.remitted["R1"].Net.String())
}

func TestAPaymentAtTheLastSecondOfTheCoolingOffTimeWins(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.on("2026-03-03", func() {
		b.RegisterDelayedCallback(func() {
			b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "1000.00", Currency: "EUR"})
			b.SignalWorkflow(workflows.CommandApproveHandoff, approval("1000.00"))
		}, b.status().NextAt.Add(-time.Second).Sub(b.Now()))
	})
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Zero(t, b.desk.handoffs.attempts)
	require.Empty(t, b.desk.tasksOf(collection.TaskHandoffApproval))
}

func TestTwoApprovalsAtOnceHandTheCaseOverOnce(t *testing.T) {
	t.Parallel()
	b := handing(t)
	var first, second updateAnswer
	b.on("2026-03-10", func() {
		b.UpdateWorkflow(workflows.CommandApproveHandoff, "u1", &first, approval("1000.00"))
		b.UpdateWorkflow(workflows.CommandApproveHandoff, "u2", &second, approval("1000.00"))
	})
	b.payOn("2026-04-01", "P1", "1000.00")
	b.result()
	require.NoError(t, first.err)
	require.NoError(t, second.err)
	require.Len(t, b.desk.handoffs.handedOn, 1)
	require.Len(t, b.desk.decisions, 1, "the second one changes nothing")
}

func TestAHandoffThatAPaymentEndedHasEndedOnThatDay(t *testing.T) {
	t.Parallel()
	b := handing(t)
	var late updateAnswer
	b.signalOn("2026-03-04", workflows.CommandClaimCost, workflows.CostClaim{ID: "K1", Amount: "25.00", Currency: "EUR", What: "letter"}) // the case stays open
	b.payOn("2026-03-05", "P1", "1000.00")
	b.on("2026-03-06", func() { b.UpdateWorkflow(workflows.CommandApproveHandoff, "u1", &late, approval("1000.00")) })
	b.signalOn("2026-03-07", workflows.CommandWaiveLateFees, workflows.LateFeesWaiver{ID: "W1", Reason: "a good customer"})
	b.result()
	require.ErrorContains(t, late.rejection, "it ended on 2026-03-05 because the debtor paid before lepage had the file")
}

func TestApprovingAHandoffThatCameBackIsRefusedAndTheFileNotesIt(t *testing.T) {
	t.Parallel()
	b := handing(t)
	var refused updateAnswer
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.reportOn("2026-04-20", handoff.Returned, "2026-04-20")
	b.on("2026-04-21", func() { b.UpdateWorkflow(workflows.CommandApproveHandoff, "u1", &refused, approval("1000.00")) })
	b.approveHandoffOn("2026-04-21", "1000.00")
	b.payOn("2026-04-22", "P1", "1000.00")
	b.result()
	require.ErrorContains(t, refused.rejection, "cannot be approved: it ended on 2026-04-20 because lepage gave it back")
	last := b.desk.decisions[len(b.desk.decisions)-1]
	require.Equal(t, "refused", last.Kind)
	require.Contains(t, last.Note, "because lepage gave it back")
	require.Len(t, b.desk.handoffs.handedOn, 1)
}

// A history of before this was refused: the approval is in it, and nothing that came of it.
func TestAnApprovalOfAnEndedHandoffReplaysAsItWasTakenBefore(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.OnGetVersion("refuse-approval-of-ended-handoff", workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.reportOn("2026-04-20", handoff.Returned, "2026-04-20")
	b.approveHandoffOn("2026-04-21", "1000.00")
	b.payOn("2026-04-22", "P1", "1000.00")
	b.result()
	require.Len(t, b.desk.decisions, 1, "only the first approval")
}

func TestAnApprovalIsRefusedBeforeItsTimeAndOnceTheClaimHasChanged(t *testing.T) {
	t.Parallel()
	b := handing(t)
	var early, stale, fresh updateAnswer
	b.on("2026-03-05", func() { b.UpdateWorkflow(workflows.CommandApproveHandoff, "u1", &early, approval("1000.00")) })
	b.payOn("2026-03-10", "P1", "400.00")
	b.on("2026-03-11", func() { b.UpdateWorkflow(workflows.CommandApproveHandoff, "u2", &stale, approval("1000.00")) })
	b.on("2026-03-12", func() { b.UpdateWorkflow(workflows.CommandApproveHandoff, "u3", &fresh, approval("600.00")) })
	b.payOn("2026-04-01", "P2", "600.00")
	b.result()
	require.ErrorContains(t, early.rejection, "it can be approved from 2026-03-07 on")
	require.ErrorContains(t, stale.rejection, "names 1000.00 EUR, and 600.00 EUR is open now")
	require.NoError(t, fresh.err)
	require.Len(t, b.desk.handoffs.handedOn, 1)
}

func TestAPartnerThatIsAwayForADayGetsTheCaseOnce(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.desk.handoffs.away = true
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.on("2026-03-11", func() { b.desk.handoffs.away = false })
	b.reportOn("2026-03-20", handoff.Accepted, "2026-03-19")
	b.payOn("2026-04-01", "P1", "1000.00")
	b.result()
	require.Greater(t, b.desk.handoffs.attempts, 10)
	require.Equal(t, []string{"2026-03-11"}, dates(b.desk.handoffs.handedOn))
	require.Equal(t, []collection.RecallReason{collection.RecallPaid}, b.desk.handoffs.recalls)
}

func TestAPartPaymentWhileThePartnerIsAwayAsksForTheApprovalAgain(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.desk.handoffs.away = true
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.payOn("2026-03-11", "P1", "300.00")
	b.on("2026-03-12", func() {
		require.Contains(t, b.status().Why, "approval of 700.00 EUR")
		b.desk.handoffs.away = false
	})
	b.approveHandoffOn("2026-03-13", "700.00")
	b.payOn("2026-04-01", "P2", "700.00")
	b.result()
	require.Equal(t, []string{"2026-03-13"}, dates(b.desk.handoffs.handedOn))
	require.Len(t, b.desk.tasksOf(collection.TaskHandoffApproval), 2)
	require.Equal(t, 1, b.desk.tasks[len(b.desk.tasks)-1].Try, "another question has another key")
}

func TestAPaymentWhileThePartnerIsAwayWins(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.desk.handoffs.away = true
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.payOn("2026-03-11", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Empty(t, b.desk.handoffs.handedOn)
	require.Empty(t, b.desk.handoffs.recalls, "the partner never had it")
}

func TestADirectPaymentRecallsTheCaseOnceThePartnerCanBeReached(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.on("2026-03-20", func() { b.desk.handoffs.away = true })
	b.payOn("2026-03-21", "P1", "250.00")
	b.payOn("2026-03-25", "P2", "750.00")
	b.on("2026-03-26", func() {
		require.Equal(t, collection.StagePaid, b.status().Stage)
		require.Contains(t, b.status().Why, "taken back from lepage: the debtor paid the creditor directly")
	})
	b.on("2026-03-27", func() { b.desk.handoffs.away = false })
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"2026-03-27"}, dates(b.desk.handoffs.recalledOn), "the workflow ends only when the partner knows")
}

func TestACaseThatIsReturnedGoesOnAtItsSavedStep(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.reportOn("2026-04-20", handoff.Returned, "2026-04-20")
	b.on("2026-04-21", func() {
		require.Equal(t, handoff.EndReturned, b.status().Handoff.End)
		require.NotEqual(t, collection.StageWithPartner, b.status().Stage)
	})
	b.payOn("2026-05-02", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
	require.Equal(t, []string{"2026-04-20", "2026-04-28", "2026-04-28"}, dates(b.desk.noticedAt))
	require.Empty(t, b.desk.handoffs.recalls)
}

func TestAPersonRecallsACaseAndTheLadderGoesOn(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	recall := workflows.HandoffRecall{ID: "H1", Reason: "plan agreed", By: "anne"}
	b.signalOn("2026-03-20", workflows.CommandRecallHandoff, recall)
	b.signalOn("2026-03-20", workflows.CommandRecallHandoff, recall)
	b.on("2026-03-21", func() { require.Equal(t, handoff.EndRecalled, b.status().Handoff.End) })
	b.payOn("2026-04-21", "P1", "1000.00")
	b.result()
	require.Equal(t, []collection.RecallReason{collection.RecallByPerson}, b.desk.handoffs.recalls)
	require.NotEmpty(t, b.desk.notices)
}

func TestAnOrderForPaymentHasItsTimeLimitsAsTasks(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.reportOn("2026-09-02", handoff.OrderObtained, "2026-09-01") // to be served by 1 December
	b.on("2026-09-03", func() {
		require.Contains(t, b.status().Why, "Serve an order for payment: last day 2026-12-01 (CPC 1411")
		require.Contains(t, b.status().WhyFR, "dernier jour le 01/12/2026")
	})
	b.reportOn("2026-11-27", handoff.Served, "2026-11-26") // opposition until 28 December, enforceable after two months
	b.payOn("2027-03-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-11-02", "2026-11-24", "2026-12-29", "2027-01-27"}, b.desk.tasksOf(collection.TaskTimeLimit),
		"a month and a week before, at their working days; nothing on the day itself once it is served; then after each wait")
	require.Len(t, b.desk.handoffs.reports, 2)
}

func TestAProposalIsRefusedWithWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.handoffs.missing = "no formal notice was sent (C. civ. 1344); the dispute d-7 is open"
	var refused, unknown, nothing updateAnswer
	b.on("2026-03-03", func() {
		b.UpdateWorkflow(workflows.CommandProposeHandoff, "u1", &refused, workflows.HandoffProposal{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder})
		b.UpdateWorkflow(workflows.CommandProposeHandoff, "u2", &unknown, workflows.HandoffProposal{ID: "H1", Partner: "lepage", Route: "duel"})
		b.UpdateWorkflow(workflows.CommandPartnerStatus, "u3", &nothing, workflows.PartnerStatus{Handoff: "H1", Status: handoff.Served})
	})
	b.payOn("2026-03-04", "P1", "1000.00")
	b.result()
	require.ErrorContains(t, refused.err, "no formal notice was sent")
	require.ErrorContains(t, unknown.rejection, "is no route")
	require.ErrorContains(t, nothing.rejection, `has no handoff "H1"`)
}

func TestACancelledWorkflowTellsThePartnerToStop(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.on("2026-03-20", b.CancelWorkflow)
	b.run()
	require.Equal(t, []collection.RecallReason{collection.RecallClosed}, b.desk.handoffs.recalls)
}

func TestACaseClosedAsHandedOverStaysWithItsPartner(t *testing.T) {
	t.Parallel()
	b := handing(t)
	b.approveHandoffOn("2026-03-10", "1000.00")
	b.signalOn("2026-03-20", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageHandedOver, Reason: "for good"})
	require.Equal(t, collection.StageHandedOver, b.result().Stage)
	require.Empty(t, b.desk.handoffs.recalls)
}
