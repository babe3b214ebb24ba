package casefile_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// planOver proposes a plan over invoices of 120.00 EUR in three months.
func planOver(t testing.TB, id string, invoices ...string) arrangements.Plan {
	t.Helper()
	proposal := arrangements.Proposal{
		Creditor: acme, ID: id, Debtor: casefiletest.Debtor, Role: collection.RoleOwner, On: calendar.NewDate(2026, time.April, 3),
		Window: casefiletest.Opening("any").Window,
		Terms:  arrangements.Terms{Months: 3, FirstOn: calendar.NewDate(2026, time.May, 4), GraceDays: 5},
	}
	for _, invoice := range invoices {
		proposal.Claims = append(proposal.Claims, arrangements.Claim{Invoice: invoice, DueDate: calendar.NewDate(2026, time.March, 31), Amount: euros(12000)})
	}
	plan, err := arrangements.Propose(proposal)
	require.NoError(t, err)
	return plan
}

func writing(plan arrangements.Plan, revision int, note string) casefile.PlanWriting {
	return casefile.PlanWriting{
		StoredPlan: casefile.StoredPlan{Plan: plan, Revision: revision}, Kind: "plan-changed", Note: note, Actor: "anne", At: sendingDay,
	}
}

func decidePlan(t testing.TB, plan arrangements.Plan, command arrangements.Command) arrangements.Plan {
	t.Helper()
	events, err := arrangements.Decide(plan, command)
	require.NoError(t, err)
	return arrangements.ApplyAll(plan, events)
}

func acceptPlan(t testing.TB, plan arrangements.Plan) arrangements.Plan {
	t.Helper()
	return decidePlan(t, plan, arrangements.Accept{
		Acceptance: arrangements.Acceptance{On: plan.ProposedOn, How: arrangements.ByMail}, Today: plan.ProposedOn,
	})
}

func TestAPlanIsWrittenOnceWithWhatItsCasesMustKnow(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	plan := planOver(t, "P-1", "F-2", "F-1")
	ctx := t.Context()
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 1, "the plan P-1 is proposed")))
	for _, invoice := range []string{"F-1", "F-2"} {
		file := readFile(t, store, invoice)
		require.Equal(t, collection.StagePlan, file.Row.Stage)
		require.Contains(t, file.Row.Why, "the plan P-1 was proposed to the debtor")
		require.Equal(t, "the plan P-1 is proposed", file.History[len(file.History)-1].Summary)
	}
	plan = acceptPlan(t, plan)
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 2, "the debtor accepted")))
	before := dump(t, dsn)
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 2, "the debtor accepted")))
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 1, "the plan P-1 is proposed")))
	require.Equal(t, before, dump(t, dsn), "what is written already changes nothing")
	require.Contains(t, readFile(t, store, "F-1").Row.Why, "next instalment of 80.00 EUR on 2026-05-04")

	// The workflow of the case takes the same under the same key.
	require.NoError(t, store.RecordDecision(ctx, casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: casefile.PlanKey("P-1", 2), Kind: "plan-attached", At: sendingDay,
		Events: []collection.Event{collection.PlanFollowed{Plan: readFile(t, store, "F-1").Case.Plans[0]}},
	}))
	require.Equal(t, before, dump(t, dsn))

	stored, err := store.Plan(ctx, acme, "P-1")
	require.NoError(t, err)
	require.Equal(t, casefile.StoredPlan{Plan: plan, Revision: 2}, stored)
	plans, err := store.Plans(ctx, casefile.PlanFilter{Creditor: acme, Invoice: "F-2", State: arrangements.StateRunning})
	require.NoError(t, err)
	require.Len(t, plans, 1)
	_, err = store.Plan(ctx, acme, "P-9")
	require.ErrorIs(t, err, casefile.ErrUnknownPlan)
}

// The first time the task of the workflow decided twice, and died; done again it finds all
// the money at once.
func TestAPlanThatIsDecidedOtherwiseWhenItsTaskIsDoneAgainIsWrittenAsItIsNow(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ctx := t.Context()
	plan := planOver(t, "P-1", "F-1")
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 1, "proposed")))
	accepted := acceptPlan(t, plan)
	received := func(cents int64) arrangements.Plan {
		return decidePlan(t, accepted, arrangements.TakeMoney{Received: euros(cents), Open: euros(12000 - cents), On: plan.ProposedOn, Today: plan.ProposedOn})
	}
	record := func(plan arrangements.Plan, revision int) int {
		written, err := store.RecordDecidedPlan(ctx, writing(plan, revision, ""))
		require.NoError(t, err)
		return written
	}
	require.Equal(t, 2, record(accepted, 2))
	require.Equal(t, 3, record(received(1000), 3))
	require.Equal(t, 4, record(received(1500), 4))

	require.Equal(t, 5, record(received(2000), 3), "its own revision is taken")
	require.Equal(t, 5, record(received(2000), 3), "asked for once more, it is written already")
	stored, err := store.Plan(ctx, acme, "P-1")
	require.NoError(t, err)
	require.Equal(t, casefile.StoredPlan{Plan: received(2000), Revision: 5}, stored)

	reopened := received(3000)
	reopened.Reopened = append(reopened.Reopened, plan.ProposedOn)
	require.Equal(t, 6, record(reopened, 6))
	require.Equal(t, 6, record(received(2500), 6), "what was decided before it went on again is late")
	stored, err = store.Plan(ctx, acme, "P-1")
	require.NoError(t, err)
	require.Equal(t, reopened, stored.Plan)
}

func TestTheInterestThatWasOwedStandsOnItsOwnBesideThePrincipalOfEachInstalment(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	plan := planOver(t, "P-1", "F-1")
	proposal := arrangements.Proposal{
		Creditor: acme, ID: "P-1", Debtor: plan.Debtor, Role: collection.RoleOwner, On: plan.ProposedOn, Window: plan.Window, Terms: plan.Terms, Claims: plan.Claims,
	}
	proposal.Claims[0].Interest = euros(5000) // of 120.00: the first instalment, of 40.00, is interest alone
	plan, err := arrangements.Propose(proposal)
	require.NoError(t, err)
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	stored, err := store.Plan(t.Context(), acme, "P-1")
	require.NoError(t, err)
	require.Equal(t, plan, stored.Plan)
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	var sums string
	require.NoError(t, conn.QueryRow(t.Context(),
		"select string_agg(principal_minor || ' ' || earlier_interest_minor, ', ' order by number) from instalment").Scan(&sums))
	require.Equal(t, "0 4000, 3000 1000, 4000 0", sums)
}

func TestAPlanIsLateOnceItShouldHaveActed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	plan := acceptPlan(t, planOver(t, "P-1", "F-1")) // 4 May 2026 is its first instalment, with five days of grace
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	late := func(day time.Time) []casefile.StoredPlan {
		plans, err := store.PlansThatAreLate(t.Context(), day, 10)
		require.NoError(t, err)
		return plans
	}
	afterTheFirst := time.Date(2026, time.May, 6, 18, 0, 0, 0, time.UTC)
	require.Empty(t, late(afterTheFirst), "its workflow was not started yet: that is another list")
	require.NoError(t, store.MarkPlanStarted(t.Context(), acme, "P-1"))
	require.Empty(t, late(time.Date(2026, time.May, 4, 18, 0, 0, 0, time.UTC)))
	require.Len(t, late(afterTheFirst), 1)

	told := decidePlan(t, plan, arrangements.ReportTold{Instalment: 1, Missed: true, On: calendar.NewDate(2026, time.May, 5)})
	require.NoError(t, store.RecordPlan(t.Context(), writing(told, 2, "")))
	require.Empty(t, late(afterTheFirst))
	require.Len(t, late(time.Date(2026, time.May, 12, 18, 0, 0, 0, time.UTC)), 1, "it should have ended")
}

func TestNoReminderPassesTheGateOfACaseOnAPlan(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	plan := acceptPlan(t, planOver(t, "P-1", "F-1"))
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	file := readFile(t, store, "F-1")
	_, gate, err := store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: "F-1", Round: file.Case.Round, Step: "reminder", Channel: collection.ChannelEmail},
		At:         sendingDay, Step: file.Case.Strategy.Steps[1],
	}, func(casefile.MessageContext) (casefile.Draft, error) {
		require.Fail(t, "nothing is composed")
		return casefile.Draft{}, nil
	})
	require.NoError(t, err)
	require.False(t, gate.Passes)
	require.Equal(t, casefile.GateHeld, gate.Code)
	require.Contains(t, gate.ReasonFR, "le dossier suit l’échéancier P-1")
}

func TestWhenAPlanEndsEachCaseStandsWhereItStood(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, invoice := range []string{"F-1", "F-2", "F-3"} {
		openCase(t, store, invoice)
	}
	require.NoError(t, store.RecordDecision(t.Context(), decision("F-1", "courtesy", collection.StepAttempted{
		Step: "courtesy", Attempt: collection.Attempt{Channel: collection.ChannelEmail}, At: sendingDay.AddDate(0, 0, -8),
	})))
	plan := acceptPlan(t, planOver(t, "P-1", "F-1", "F-2", "F-3"))
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	_, err := store.PostEntry(t.Context(), posting("F-2", payment("P-2", 12000)))
	require.NoError(t, err)
	plan = decidePlan(t, plan, arrangements.DeclareDefault{On: calendar.NewDate(2026, time.June, 11)})
	ended := writing(plan, 2, "the plan is broken: the whole balance is due at once")
	ended.At = time.Date(2026, time.June, 11, 8, 0, 0, 0, time.UTC)
	require.NoError(t, store.RecordPlan(t.Context(), ended))
	for invoice, stage := range map[string]collection.Stage{"F-1": collection.StageOpen, "F-2": collection.StagePaid, "F-3": collection.StageOpen} {
		file := readFile(t, store, invoice)
		require.Equal(t, stage, file.Row.Stage, invoice)
		require.Equal(t, ended.Note, file.History[len(file.History)-1].Summary, "one line in each case, also in the one that is closed")
		require.Equal(t, "defaulted", file.Case.Plans[0].EndedAs)
		require.Equal(t, plan.BalanceDueBy(), file.Case.Plans[0].PayBy)
	}
	goesOn := readFile(t, store, "F-1")
	require.Equal(t, "reminder", goesOn.Row.NextStep, "after its courtesy notice")
	require.Equal(t, "2026-06-22", goesOn.Case.Window.DateOf(goesOn.Row.NextAt).String(), "on the first contact day after Friday 19 June, by which the balance is due")
	require.Equal(t, "120.00 EUR", readFile(t, store, "F-1").Position.Open.String())
}

func TestAPaymentThatComesAsAPlanIsBrokenKeepsIt(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	plan := acceptPlan(t, planOver(t, "P-1", "F-1"))
	require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
	broken := decidePlan(t, plan, arrangements.DeclareDefault{On: calendar.NewDate(2026, time.May, 11)})
	post := func(id string, minor int64) {
		t.Helper()
		_, err := store.PostEntry(t.Context(), posting("F-1", payment(id, minor)))
		require.NoError(t, err)
	}
	post("P-1", 3999)
	post("P-2", 1) // after the plan had read the ledger, and before it is written
	before := dump(t, dsn)
	var refused *collection.Refusal
	require.ErrorAs(t, store.RecordPlan(t.Context(), writing(broken, 2, "the whole balance is due at once")), &refused)
	require.ErrorContains(t, refused, "40.00 EUR came for the plan P-1 by now")
	require.Equal(t, before, dump(t, dsn), "its cases go on resting")
	kept := decidePlan(t, plan, arrangements.TakeMoney{Received: euros(4000), Open: euros(8000), On: calendar.NewDate(2026, time.May, 11)})
	require.NoError(t, store.RecordPlan(t.Context(), writing(kept, 2, "40.00 EUR received")))
}

func TestAPlanIsRefusedWhereItsClaimsAreNotWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	ctx := t.Context()
	_, err := store.PostEntry(ctx, posting("F-2", payment("P-2", 100)))
	require.NoError(t, err)
	before := dump(t, dsn)
	refuses := func(plan arrangements.Plan, says string) {
		t.Helper()
		var refused *collection.Refusal
		err := store.RecordPlan(ctx, writing(plan, 1, "proposed"))
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, says)
		require.Equal(t, before, dump(t, dsn), "nothing is half done")
	}
	refuses(planOver(t, "P-1", "F-1", "F-2"), "119.00 EUR of invoice F-2 is open by now")
	other := planOver(t, "P-1", "F-1")
	other.Debtor = "durand"
	require.Error(t, store.RecordPlan(ctx, writing(other, 1, "proposed")))
	require.NoError(t, store.RecordPlan(ctx, writing(planOver(t, "P-1", "F-1"), 1, "proposed")))
	before = dump(t, dsn)
	refuses(planOver(t, "P-2", "F-1"), "follows the plan P-1")
	again := planOver(t, "P-1", "F-1")
	again.Claims[0].Amount = euros(500)
	refuses(again, "is recorded already, with other terms")
}

func TestTheMoneyOfAPlanIsWhatCameSinceOnAllItsInvoices(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	ctx := t.Context()
	post := func(invoice string, e ledger.Entry) {
		t.Helper()
		given := posting(invoice, e)
		given.Role = collection.RoleOwner
		_, err := store.PostEntry(ctx, given)
		require.NoError(t, err)
	}
	post("F-1", payment("before", 2000))
	plan := planOver(t, "P-1", "F-1", "F-2")
	plan.Claims[0].Amount = euros(10000)
	plan = acceptPlan(t, plan)
	require.NoError(t, store.RecordPlan(ctx, writing(plan, 1, "proposed")))
	day := calendar.NewDate(2026, time.May, 30)
	sum := func() casefile.PlanMoney {
		t.Helper()
		came, err := store.PlanMoney(ctx, acme, "P-1", day)
		require.NoError(t, err)
		return came
	}
	require.Equal(t, euros(0), sum().Received)
	require.Equal(t, euros(22000), sum().Open)
	post("F-1", payment("one", 3000))
	post("F-2", ledger.Entry{Kind: ledger.EntryCreditNote, ID: "A-1", Amount: euros(500), ValueDate: calendar.NewDate(2026, time.May, 5)})
	require.Equal(t, casefile.PlanMoney{
		Received: euros(3500), Open: euros(18500), PaidOn: calendar.NewDate(2026, time.May, 5),
		Principal: map[string]money.Amount{"F-1": euros(7000), "F-2": euros(11500)},
	}, sum())
	// A reduction that the plan offers is no money.
	post("F-2", ledger.Entry{Kind: ledger.EntryDiscount, ID: "plan/P-1/3/F-2", Amount: euros(1500), ValueDate: calendar.NewDate(2026, time.May, 6), Until: calendar.NewDate(2026, time.May, 20)})
	post("F-2", ledger.Entry{Kind: ledger.EntryPayment, ID: "two", Amount: euros(10000), ValueDate: calendar.NewDate(2026, time.May, 19)})
	require.Equal(t, casefile.PlanMoney{
		Received: euros(13500), Open: euros(7000), PaidOn: calendar.NewDate(2026, time.May, 19), Principal: map[string]money.Amount{"F-1": euros(7000)},
	}, sum())
	post("F-2", ledger.Entry{Kind: ledger.EntryReversal, ID: "back", Reverses: "two", ValueDate: calendar.NewDate(2026, time.May, 25)})
	require.Equal(t, euros(3500), sum().Received)
	require.Equal(t, euros(18500), sum().Open)
	_, err := store.PlanMoney(ctx, acme, "P-9", day)
	require.ErrorIs(t, err, casefile.ErrUnknownPlan)
}

func TestAPlanAsksForTheStartOfItsWorkflowUntilItRuns(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ctx := t.Context()
	require.NoError(t, store.RecordPlan(ctx, writing(planOver(t, "P-1", "F-1"), 1, "proposed")))
	names, err := store.PlansToStart(ctx, 10)
	require.NoError(t, err)
	require.Equal(t, []casefile.PlanName{{Creditor: acme, ID: "P-1"}}, names)
	require.NoError(t, store.MarkPlanStarted(ctx, acme, "P-1"))
	names, err = store.PlansToStart(ctx, 10)
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestADiscountBeyondTheRoleNeedsAnApproval(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	offer := posting("F-1", ledger.Entry{
		Kind: ledger.EntryDiscount, ID: "S-1", Amount: euros(1000), ValueDate: calendar.NewDate(2026, time.April, 3), Until: calendar.NewDate(2026, time.April, 20),
	})
	refuses := func(role collection.Role, says string) {
		t.Helper()
		offer.Role = role
		_, err := store.PostEntry(t.Context(), offer)
		require.ErrorContains(t, err, says)
	}
	refuses("", "needs an approval: it is a discount of 10.00 EUR on 120.00 EUR, where the role salesperson grants 1.00 %")
	refuses(collection.RoleAccountant, "where the role accountant grants 5.00 %")
	refuses("intern", "may grant nothing here")
	offer.Role, offer.ApprovedBy = collection.RoleAccountant, "marie"
	posted, err := store.PostEntry(t.Context(), offer)
	require.NoError(t, err)
	require.Equal(t, euros(12000), posted.Position.Open)
	posted, err = store.PostEntry(t.Context(), posting("F-1", ledger.Entry{
		Kind: ledger.EntryPayment, ID: "P", Amount: euros(11000), ValueDate: calendar.NewDate(2026, time.April, 20),
	}))
	require.NoError(t, err)
	require.True(t, posted.IsClosed)
	file := readFile(t, store, "F-1")
	require.Equal(t, euros(1000), file.Position.Credited)
	require.Len(t, file.Allocations, 2)
	require.Equal(t, ledger.EntryDiscount, file.Allocations[0].Kind)
	require.Equal(t, calendar.NewDate(2026, time.April, 20), file.Entries[0].Until)
	require.Contains(t, file.History[1].Summary, "the discount S-1 of 10.00 EUR is offered for payment in full by 2026-04-20; the late fees are given up with it")
}
