package activities_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/directdebit"
	"relance/ledger"
	"relance/messaging"
	"relance/money"
)

// onPlan is a post office whose debtor pays F-1 and F-2, of 120.00 EUR each, by the plan
// P-1 in three instalments of 80.00 EUR from 26 March 2026 on.
type onPlan struct {
	*postOffice
	plan     arrangements.Plan
	revision int
	file     *activities.CaseFile
}

func openOnPlan(t *testing.T, change func(*arrangements.Proposal), opening ...func(*casefile.Opening)) *onPlan {
	t.Helper()
	o := open(t, opening...)
	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.ContactPolicy.ContactPolicy = collection.ContactPolicy{Spacing: 2, PerWeek: 3}
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	second := casefiletest.Opening("F-2")
	second.Debtor.SIREN, second.Strategy = "732829320", ladder()
	_, _, err = o.store.OpenCase(t.Context(), second)
	require.NoError(t, err)
	proposal := arrangements.Proposal{
		Creditor: casefiletest.Creditor, ID: "P-1", Debtor: casefiletest.Debtor, Role: collection.RoleOwner,
		On: calendar.NewDate(2026, time.March, 23), Window: casefiletest.Opening("any").Window,
		Terms: arrangements.Terms{Months: 3, FirstOn: calendar.NewDate(2026, time.March, 26), GraceDays: 5, RemindDays: 3},
	}
	for _, invoice := range []string{"F-1", "F-2"} {
		proposal.Claims = append(proposal.Claims, arrangements.Claim{Invoice: invoice, DueDate: calendar.NewDate(2026, time.March, 31), Amount: money.FromMinor(120_00, money.EUR)})
	}
	if change != nil {
		change(&proposal)
	}
	plan, err := arrangements.Propose(proposal)
	require.NoError(t, err)
	p := &onPlan{postOffice: o, plan: plan, file: &activities.CaseFile{Store: o.store, Clock: func() calendar.Clock { return o.clock }}}
	p.decide(nil)
	p.decide(arrangements.Accept{Acceptance: arrangements.Acceptance{On: plan.ProposedOn, How: arrangements.ByMail}, Today: plan.ProposedOn})
	return p
}

// decide takes a command of the plan and writes what comes of it.
func (p *onPlan) decide(command arrangements.Command) {
	p.t.Helper()
	if command != nil {
		events, err := arrangements.Decide(p.plan, command)
		require.NoError(p.t, err)
		p.plan = arrangements.ApplyAll(p.plan, events)
	}
	p.revision++
	require.NoError(p.t, p.store.RecordPlan(p.t.Context(), casefile.PlanWriting{
		StoredPlan: casefile.StoredPlan{Plan: p.plan, Revision: p.revision}, Kind: "plan-changed", Note: "the plan goes on", Actor: "anne", At: moment,
	}))
}

// notice asks how the debtor is told of an instalment, at an instant.
func (p *onPlan) notice(kind collection.InstalmentNotice, at time.Time) activities.PlanNotice {
	p.t.Helper()
	p.at(at)
	notice, err := p.file.PlanNotice(p.t.Context(), activities.PlanNoticeOrder{
		Creditor: casefiletest.Creditor, Plan: "P-1", Version: 1, Invoices: []string{"F-1", "F-2"}, Instalment: 1, Kind: kind, Again: p.plan.Schedule[0].Demands, At: at,
	})
	require.NoError(p.t, err)
	return notice
}

func (p *onPlan) send(notice activities.PlanNotice, channel collection.Channel) activities.Delivery {
	p.t.Helper()
	notice.Order.Channel = channel
	delivery, err := p.Deliver(p.t.Context(), notice.Order)
	require.NoError(p.t, err)
	return delivery
}

func (p *onPlan) pays(invoice, id string, cents int64) {
	p.t.Helper()
	_, err := p.store.PostEntry(p.t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: invoice, At: moment, Entry: ledger.Entry{
		Kind: ledger.EntryPayment, ID: id, Amount: money.FromMinor(cents, money.EUR), ValueDate: calendar.NewDate(2026, time.March, 23),
	}})
	require.NoError(p.t, err)
}

func (p *onPlan) lastText() string {
	p.t.Helper()
	messages := p.simulator.Messages(0)
	require.NotEmpty(p.t, messages)
	content, err := p.simulator.Content(messages[0].Number)
	require.NoError(p.t, err)
	return content.Text
}

func TestAnInstalmentIsAnnouncedOnceWithItsScheduleAndMovesNoLadder(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	before, err := p.store.LoadCase(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	notice := p.notice(collection.InstalmentDue, moment)
	for range 2 {
		require.Equal(t, activities.DeliveryAccepted, p.send(notice, collection.ChannelEmail).Outcome)
	}
	require.Equal(t, 1, p.accepted(), "never twice")
	text := p.lastText()
	for _, said := range []string{"L’échéance 1 sur 3 de l’échéancier P-1", "F-1 et F-2", "80,00", "26\u00a0mars 2026", "prochaine", "à venir", "240,00", "F-1 F-2"} {
		require.Contains(t, text, said)
	}
	after, err := p.store.LoadCase(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, before, after, "the ladder stands where it stood")
	message := p.postOffice.file().Messages[0]
	require.Equal(t, "instalment/P-1/1/1/due", message.Step)
	require.Equal(t, "instalment-due", message.Template)
}

func TestAnInstalmentMessageAsksForWhatIsStillDueAtThatMoment(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	notice := p.notice(collection.InstalmentDue, moment)
	p.pays("F-2", "PAY-1", 30_00) // the plan was not told yet
	require.Equal(t, activities.DeliveryAccepted, p.send(notice, collection.ChannelEmail).Outcome)
	require.Contains(t, p.lastText(), "Nous avons déjà reçu 30,00")
	require.Contains(t, p.lastText(), "50,00")
}

func TestAnInstalmentThatIsPaidMeanwhileIsNotAskedFor(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	notice := p.notice(collection.InstalmentDue, moment)
	p.pays("F-2", "PAY-1", 80_00)
	require.Equal(t, activities.DeliveryWithheld, p.send(notice, collection.ChannelEmail).Outcome)
	require.True(t, p.notice(collection.InstalmentDue, moment).Nothing)
	require.Zero(t, p.accepted())
}

func TestAStopHoldsTheNoticesOfAPlanToo(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	require.NoError(t, p.store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Key: "hold", Kind: "hold-placed", At: moment,
		Events: []collection.Event{collection.HoldPlaced{Hold: collection.Hold{ID: "H-1", From: calendar.NewDate(2026, time.March, 23)}}},
	}))
	delivery := p.send(p.notice(collection.InstalmentDue, moment), collection.ChannelEmail)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.Zero(t, p.accepted())
}

func TestTheContactPolicyHoldsForNoticesOfAPlan(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	require.Equal(t, activities.DeliveryAccepted, p.send(p.notice(collection.InstalmentDue, moment), collection.ChannelEmail).Outcome)
	delivery := p.send(p.notice(collection.InstalmentMissed, moment.AddDate(0, 0, 1)), collection.ChannelEmail)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome, "one day after another message")
	require.Equal(t, collection.PostponedForSpacing, delivery.For)
	require.Equal(t, activities.DeliveryAccepted, p.send(p.notice(collection.InstalmentMissed, moment.AddDate(0, 0, 4)), collection.ChannelEmail).Outcome)
}

func TestTheNoticeOfDefaultAsksForTheWholeBalance(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	p.pays("F-1", "PAY-1", 20_00)
	late := time.Date(2026, time.April, 2, 8, 0, 0, 0, time.UTC)
	p.decide(arrangements.DeclareDefault{On: calendar.NewDate(2026, time.April, 2)})
	require.Equal(t, activities.DeliveryAccepted, p.send(p.notice(collection.PlanDefault, late), collection.ChannelEmail).Outcome)
	text := strings.ReplaceAll(p.lastText(), "\n", " ")
	require.Contains(t, text, "est exigible en une fois")
	require.Contains(t, text, "220,00")
	require.Contains(t, text, "qui a pris fin le 31\u00a0mars 2026")
	require.Contains(t, text, "Elle ne l’a pas été entièrement")
	require.Contains(t, text, "au plus tard le 10\u00a0avril 2026")
	require.Contains(t, text, "80,00\u00a0€  exigible", "the instalments that were to come are due")
	require.NotContains(t, text, "à venir")
}

func TestADirectDebitIsAnnouncedWithItsMandateAndWhoCollects(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, func(p *arrangements.Proposal) {
		p.Terms.Mandate, p.Terms.FirstOn = "RUM-1", calendar.NewDate(2026, time.April, 7)
	})
	creditor, err := p.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.SEPAIdentifier = "FR72ZZZ123456"
	require.NoError(t, p.store.SaveCreditor(t.Context(), creditor))
	require.NoError(t, p.store.SaveMandate(t.Context(), casefile.Mandate{
		Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, ID: "RUM-1", Scheme: directdebit.Core, SignedOn: calendar.NewDate(2026, time.March, 20),
		Name: "Martin SAS", Town: "Lyon", Country: "FR", IBAN: "FR7630006000011234567890189",
	}, "anne", moment))
	notice := p.notice(collection.InstalmentDue, moment)
	require.Equal(t, "instalment/P-1/1/1/collection", notice.Order.Step)
	require.Equal(t, activities.DeliveryAccepted, p.send(notice, collection.ChannelEmail).Outcome)
	for _, said := range []string{"prélèverons", "80,00", "7\u00a0avril 2026", "RUM-1", "FR72ZZZ123456", "…0189"} {
		require.Contains(t, p.lastText(), said)
	}
	again := p.notice(collection.InstalmentDue, moment.AddDate(0, 0, 1))
	require.Equal(t, activities.DeliveryAccepted, p.send(again, collection.ChannelLetter).Outcome, "what must be told in time is no reminder")

	require.True(t, p.notice(collection.InstalmentMissed, moment.AddDate(0, 0, 16)).ForPerson)
}

func TestAnInstalmentMailThatBouncesIsGivenToAPerson(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	require.Equal(t, activities.DeliveryAccepted, p.send(p.notice(collection.InstalmentDue, moment), collection.ChannelEmail).Outcome)
	message := p.postOffice.file().Messages[0]
	for range 2 {
		_, err := p.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
			Provider: "sendgrid", EventID: "e-1", MessageID: message.ID, Kind: messaging.DeliveryBounced, Code: "550", At: moment.Add(time.Minute),
		})
		require.NoError(t, err)
	}
	tasks := p.postOffice.file().Tasks
	require.Len(t, tasks, 1)
	require.Equal(t, collection.TaskInstalment, tasks[0].Kind)
	require.Contains(t, tasks[0].Title, "did not arrive")
}

func TestAChannelThatCannotBeUsedForAnInstalmentMovesNoLadder(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil, func(opening *casefile.Opening) { opening.Contacts = nil })
	before, err := p.store.LoadCase(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	p.Email = nil
	require.Equal(t, activities.DeliveryFailed, p.send(p.notice(collection.InstalmentDue, moment), collection.ChannelEmail).Outcome)
	after, err := p.store.LoadCase(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestANoticeOfAPlanCanBePreviewed(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, nil)
	preview, err := p.Preview(t.Context(), activities.PreviewOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: "instalment/P-1/1/2/missed", Language: "en",
	})
	require.NoError(t, err)
	require.Equal(t, collection.ChannelEmail, preview.Channel)
	require.Equal(t, "Instalment 2 of 3 of your plan is unpaid", preview.Subject)
	require.Zero(t, p.accepted())

	_, err = p.Preview(t.Context(), activities.PreviewOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: "instalment/P-1/1/9/due",
	})
	require.ErrorContains(t, err, "nothing is to be told")
}

func TestADebitOfWhichNothingIsKnownIsGivenToAPersonWithWhatToDo(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "RUM-1" })
	p.decide(arrangements.RecordDebit{Instalment: 1, Debit: arrangements.Debit{ID: "P-1-1-1-1", On: calendar.NewDate(2026, time.March, 26)}})
	notice := p.notice(collection.InstalmentMissed, moment.AddDate(0, 0, 12))
	require.True(t, notice.ForPerson)
	require.True(t, notice.Unresolved)
	require.NoError(t, p.file.TellInstalment(t.Context(), activities.InstalmentOrder{
		Creditor: casefiletest.Creditor, Plan: "P-1", Version: 1, Invoices: []string{"F-1", "F-2"}, Instalment: 1, DueOn: calendar.NewDate(2026, time.March, 26),
		Amount: money.FromMinor(80_00, money.EUR), Missed: true, Uncollected: notice.ForPerson, Unresolved: notice.Unresolved, Step: notice.Order.Step,
		Grace: calendar.NewDate(2026, time.April, 8), At: moment.AddDate(0, 0, 12),
	}))
	task := p.postOffice.file().Tasks[0]
	require.Equal(t, "Find out what became of the direct debit of instalment 1 of the plan P-1: 80.00 EUR was due on 2026-03-26", task.Title)
	require.Contains(t, task.Detail, "else the plan is broken after 2026-04-08")
}

// What a consumer missed again after it had met a demand is demanded again, and not taken
// for what was sent before.
func TestEachDemandOfAConsumerLeavesAsAMessageOfItsOwn(t *testing.T) {
	t.Parallel()
	p := openOnPlan(t, func(p *arrangements.Proposal) { p.Consumer = true })
	first := moment.AddDate(0, 0, 5)
	require.Equal(t, activities.DeliveryAccepted, p.send(p.notice(collection.InstalmentMissed, first), collection.ChannelEmail).Outcome)
	p.decide(arrangements.ReportTold{Instalment: 1, Missed: true, On: calendar.DateOf(first)})
	require.Equal(t, 1, p.accepted())
	money80, nothing := money.FromMinor(80_00, money.EUR), money.FromMinor(0, money.EUR)
	p.pays("F-1", "PAY-1", 80_00)
	p.decide(arrangements.TakeMoney{Received: money80, Open: money.FromMinor(160_00, money.EUR), On: calendar.DateOf(first).AddDays(2)})
	_, err := p.store.PostEntry(t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F-1", At: moment, Entry: ledger.Entry{
		Kind: ledger.EntryReversal, ID: "R-1", Reverses: "PAY-1", ValueDate: calendar.DateOf(first).AddDays(20),
	}})
	require.NoError(t, err)
	p.decide(arrangements.TakeMoney{Received: nothing, Open: money.FromMinor(240_00, money.EUR), On: calendar.DateOf(first).AddDays(20)})
	require.Equal(t, arrangements.ActionChase, arrangements.Next(p.plan, first.AddDate(0, 0, 24)).Kind)
	notice := p.notice(collection.InstalmentMissed, first.AddDate(0, 0, 24))
	require.Equal(t, "instalment/P-1/1/1/missed/2", notice.Order.Step)
	require.Equal(t, activities.DeliveryAccepted, p.send(notice, collection.ChannelEmail).Outcome)
	require.Equal(t, 2, p.accepted())
	stale := notice
	stale.Order.Step = "instalment/P-1/1/1/missed/3"
	require.Equal(t, activities.DeliveryWithheld, p.send(stale, collection.ChannelEmail).Outcome, "it is not that demand")
}
