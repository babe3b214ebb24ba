package casefile_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

var (
	noticed   = time.Date(2026, time.April, 21, 9, 0, 0, 0, time.UTC)
	proposed  = time.Date(2026, time.May, 18, 9, 0, 0, 0, time.UTC)
	approved  = time.Date(2026, time.May, 26, 9, 0, 0, 0, time.UTC)
	delivered = approved.Add(time.Minute)
)

// partnered is a case file with partners and one case whose file is complete.
func partnered(t *testing.T, number string) *casefile.Store {
	t.Helper()
	return partneredAt(t, casefiletest.Database(t), number)
}

func partneredAt(t *testing.T, dsn, number string) *casefile.Store {
	t.Helper()
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	require.NoError(t, store.SavePartners(t.Context(), []casefile.Partner{
		{ID: "etude", Kind: handoff.Commissaire, Name: "Étude Lepage", Delivery: "api"},
		{ID: "agence", Kind: handoff.Agency, Name: "Recouvrance", Delivery: "email", Fees: "12 %"},
	}))
	ready(t, store, number)
	return store
}

func ready(t *testing.T, store *casefile.Store, number string) {
	t.Helper()
	opening := casefiletest.Opening(number)
	opening.Debtor.SIREN = "732829320"
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	decideAt(t, store, number, "notice", noticed,
		collection.StepAttempted{Step: "formal-notice", Attempt: collection.Attempt{Channel: collection.ChannelLetter}, At: noticed, Deadline: date(t, "2026-05-04")},
		collection.NoticeServed{Step: "formal-notice", On: date(t, "2026-04-23")})
	_, err = store.SaveInvoiceDocument(t.Context(), casefile.InvoiceDocument{
		Creditor: acme, Invoice: number, Name: "F.pdf", Bytes: []byte("%PDF-1.7 the invoice"), At: noticed,
	})
	require.NoError(t, err)
}

func decideAt(t *testing.T, store *casefile.Store, number, key string, at time.Time, events ...collection.Event) {
	t.Helper()
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: number, Key: key, Kind: key, At: at, Events: events,
	}))
}

func theHandoff(number string) casefile.HandoffKey {
	return casefile.HandoffKey{Creditor: acme, Invoice: number, ID: "H1"}
}

func proposal(number string) casefile.HandoffProposal {
	return casefile.HandoffProposal{
		HandoffKey: theHandoff(number), Partner: "etude", Route: handoff.PaymentOrder, CoolingOffDays: 5, Actor: "Anne", At: proposed,
	}
}

// withPartner brings a case to its partner.
func withPartner(t *testing.T, store *casefile.Store, number string) {
	t.Helper()
	_, err := store.ProposeHandoff(t.Context(), proposal(number))
	require.NoError(t, err)
	decideAt(t, store, number, "approve", approved, collection.HandoffApproved{ID: "H1", Amount: money.FromMinor(12000, money.EUR)})
	begun, err := store.BeginHandoff(t.Context(), theHandoff(number), approved)
	require.NoError(t, err)
	require.Empty(t, begun.Withheld)
	require.False(t, begun.MayCall, "there is no file yet")
	require.NoError(t, store.KeepHandoffFile(t.Context(), begun.Reference, casefile.HandoffFile{
		Attempt: begun.Attempt, Name: "case.zip", ContentType: "application/zip", Bytes: []byte("PK the file"),
	}, approved))
	begun, err = store.BeginHandoff(t.Context(), theHandoff(number), approved)
	require.NoError(t, err)
	require.True(t, begun.MayCall)
	news := casefile.HandoffNews{HandoffKey: theHandoff(number), Attempt: begun.Attempt, Outcome: collection.HandoffGiven, PartnerCase: "LP-77", At: delivered}
	require.NoError(t, store.RecordHandoffNews(t.Context(), news))
	require.NoError(t, store.RecordHandoffNews(t.Context(), news), "told again")
}

func liveHandoff(t *testing.T, store *casefile.Store, number string) collection.Handoff {
	t.Helper()
	live, _ := readFile(t, store, number).Case.LiveHandoff()
	return live
}

func TestAProposalIsRefusedWithTheWholeListOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	require.NoError(t, store.SavePartners(t.Context(), []casefile.Partner{{ID: "etude", Kind: handoff.Commissaire, Name: "Lepage", Delivery: "api"}}))
	openCase(t, store, "F-1")
	decideAt(t, store, "F-1", "hold", noticed, collection.HoldPlaced{Hold: collection.Hold{ID: "d-7", Reason: "dispute about the quantity", From: date(t, "2026-04-21")}})
	_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: "F-1", At: noticed, Entry: ledger.Entry{
		Kind: ledger.EntryInsolvency, ID: "J1", ValueDate: date(t, "2026-04-20"),
	}})
	require.NoError(t, err)
	_, err = store.ProposeHandoff(t.Context(), proposal("F-1"))
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	for _, missing := range []string{
		"insolvency proceedings were opened on 2026-04-20 (C. com. L622-21", "the dispute d-7 is open", "no formal notice was sent (C. civ. 1344)",
		"the document of the invoice is not kept: attach its PDF (CPC 1407)",
	} {
		require.Contains(t, refused.Message, missing)
	}
	require.Empty(t, readFile(t, store, "F-1").Case.Handoffs, "nothing is half-applied")
	require.Empty(t, readFile(t, store, "F-1").Handoffs)
}

func TestAPartnerThatIsNotKnownOrDoesNotWorkTheRouteIsRefused(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	for says, change := range map[string]func(*casefile.HandoffProposal){
		"there is no partner":      func(p *casefile.HandoffProposal) { p.Partner = "nobody" },
		"does not work the route":  func(p *casefile.HandoffProposal) { p.Route = handoff.Lawyer },
		"is no route":              func(p *casefile.HandoffProposal) { p.Route = "duel" },
		"not against a debtor of ": func(p *casefile.HandoffProposal) { p.Route = handoff.SmallClaims },
	} {
		asked := proposal("F-1")
		change(&asked)
		_, err := store.ProposeHandoff(t.Context(), asked)
		require.ErrorContains(t, err, says)
	}
	require.NoError(t, store.SavePartners(t.Context(), nil))
	_, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.ErrorContains(t, err, "there is no partner", "one that was taken out of the configuration gets nothing new")
}

func TestARuleOfTheRouteMayBeDecidedAgainstWithAReasonAndTheFileMayNot(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	against := proposal("F-1")
	against.Route, against.Despite = handoff.SmallClaims, "the debtor is no merchant"
	_, err := store.ProposeHandoff(t.Context(), against)
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, "the debtor is no merchant", file.Handoffs[0].Despite)
	require.Contains(t, file.History[len(file.History)-1].Summary, "although a rule says no: the debtor is no merchant")

	openCase(t, store, "F-2")
	missing := proposal("F-2")
	missing.Despite = "never mind"
	_, err = store.ProposeHandoff(t.Context(), missing)
	require.ErrorContains(t, err, "no formal notice was sent")
}

func TestAHandoffIsRebuiltFromItsRowsAsItsWorkflowKnowsIt(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	before := readFile(t, store, "F-1").Case
	events, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.NoError(t, err)
	again, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.NoError(t, err)
	require.Equal(t, events, again, "a repeated activity gives the workflow the same")
	require.Equal(t, collection.ApplyAll(before, events), readFile(t, store, "F-1").Case)
	require.Equal(t, collection.StageHandoff, readFile(t, store, "F-1").Row.Stage)
	gate, err := store.CheckGate(t.Context(), acme, "F-1", proposed)
	require.NoError(t, err)
	require.Equal(t, casefile.GateHandedOver, gate.Code, "no message of a sibling carries it")
}

func TestTheFileGoesToThePartnerOnceAndIsFoundByItsReference(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	withPartner(t, store, "F-1")
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StageWithPartner, file.Row.Stage)
	require.False(t, file.Case.IsClosed())
	require.Equal(t, "LP-77", file.Handoffs[0].PartnerCase)
	again, err := store.BeginHandoff(t.Context(), theHandoff("F-1"), delivered)
	require.NoError(t, err)
	require.False(t, again.MayCall)
	require.Equal(t, casefile.DeliveryDelivered, again.Delivery)
	found, err := store.HandoffOfReference(t.Context(), theHandoff("F-1").Reference())
	require.NoError(t, err)
	require.Equal(t, theHandoff("F-1"), found.Key())
	kept, err := store.LoadHandoffFile(t.Context(), found.Reference)
	require.NoError(t, err)
	require.Equal(t, "PK the file", string(kept.Bytes))
	_, err = store.HandoffOfReference(t.Context(), "0b7f7a52-3d65-8c2e-9a51-000000000001")
	require.ErrorIs(t, err, casefile.ErrUnknownHandoff)
}

func TestAPaymentBeforeThePartnerIsCalledWins(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	_, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.NoError(t, err)
	decideAt(t, store, "F-1", "approve", approved, collection.HandoffApproved{ID: "H1", Amount: money.FromMinor(12000, money.EUR)})
	postTo(t, store, "F-1", "P1", 12000)
	begun, err := store.BeginHandoff(t.Context(), theHandoff("F-1"), approved)
	require.NoError(t, err)
	require.False(t, begun.MayCall)
	require.Equal(t, "the handoff is not announced any more", begun.Withheld)
	require.True(t, begun.Open.IsZero())
	require.Equal(t, handoff.EndPaid, readFile(t, store, "F-1").Case.Handoffs[0].End)
}

func TestAPartPaymentMakesAnApprovalStaleAtTheLastCheck(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	_, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.NoError(t, err)
	decideAt(t, store, "F-1", "approve", approved, collection.HandoffApproved{ID: "H1", Amount: money.FromMinor(12000, money.EUR)})
	postTo(t, store, "F-1", "P1", 2000)
	begun, err := store.BeginHandoff(t.Context(), theHandoff("F-1"), approved)
	require.NoError(t, err)
	require.False(t, begun.MayCall)
	require.Contains(t, begun.Withheld, "100.00 EUR is open")
}

// The partner may be away for days after the approval; what people arrange with the
// debtor meanwhile must win at the last check, as it does in the case itself.
func TestWhatIsArrangedWithTheDebtorAfterTheApprovalKeepsTheFileFromThePartner(t *testing.T) {
	t.Parallel()
	on := calendar.DateOf(approved)
	all := money.FromMinor(12000, money.EUR)
	for says, event := range map[string]collection.Event{
		"the debtor promised": collection.PromiseMade{Promise: collection.Promise{
			ID: "p", MadeOn: on, Date: on.AddDays(5), Until: on.AddDays(8), Amount: all, Open: all, Source: collection.PromiseByStaff,
		}},
		"asks for a mediation": collection.MediationProposed{Mediation: collection.Mediation{
			ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, Proposed: on, RespondBy: on.AddDays(15),
		}},
	} {
		store := partnered(t, "F-1")
		_, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
		require.NoError(t, err)
		decideAt(t, store, "F-1", "approve", approved, collection.HandoffApproved{ID: "H1", Amount: all})
		decideAt(t, store, "F-1", "arranged", approved.Add(time.Minute), event)
		begun, err := store.BeginHandoff(t.Context(), theHandoff("F-1"), approved.Add(2*time.Minute))
		require.NoError(t, err)
		require.False(t, begun.MayCall)
		require.Contains(t, begun.Withheld, says)
	}
}

// An answer to the announcement is heard before the partner is called, and so is a stop
// that is just being set.
func TestTheFileDoesNotGoToThePartnerOnceAnAnswerOrAStopHasComeIn(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := partneredAt(t, dsn, "F-1")
	_, err := store.ProposeHandoff(t.Context(), proposal("F-1"))
	require.NoError(t, err)
	decideAt(t, store, "F-1", "approve", approved, collection.HandoffApproved{ID: "H1", Amount: money.FromMinor(12000, money.EUR)})

	setting, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, setting.Close(context.WithoutCancel(t.Context()))) }()
	stopping, err := setting.Begin(t.Context())
	require.NoError(t, err)
	_, err = stopping.Exec(t.Context(), "select pg_advisory_xact_lock(hashtextextended('stops', 0))")
	require.NoError(t, err)
	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = store.BeginHandoff(impatient, theHandoff("F-1"), approved)
	require.ErrorIs(t, err, context.DeadlineExceeded, "it waits for the stop")
	require.NoError(t, stopping.Rollback(t.Context()))

	heard(t, store, "F-1", "F-1")
	begun, err := store.BeginHandoff(t.Context(), theHandoff("F-1"), approved)
	require.NoError(t, err)
	require.False(t, begun.MayCall)
	require.Contains(t, begun.Withheld, "an answer of the debtor has come in")
}

func postTo(t *testing.T, store *casefile.Store, number, id string, cents int64) {
	t.Helper()
	_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: number, At: approved, Entry: payment(id, cents)})
	require.NoError(t, err)
}

func TestAnOrderIsToBeServedWithinTheTimeOfItsDateAndItsServiceInterruptsTheLimitation(t *testing.T) {
	t.Parallel()
	for on, last := range map[string]string{"2026-08-31": "2027-03-01", "2026-09-01": "2026-12-01"} { // six months, then three
		store := partnered(t, "F-1")
		withPartner(t, store, "F-1")
		report := casefile.PartnerReport{
			HandoffKey: theHandoff("F-1"), Event: "E1", Status: handoff.OrderObtained, On: date(t, on), Actor: "etude", At: time.Date(2026, time.September, 3, 9, 0, 0, 0, time.UTC),
		}
		reported, err := store.RecordPartnerStatus(t.Context(), report)
		require.NoError(t, err)
		require.Len(t, reported.Command.Limits, 1)
		require.Equal(t, last, reported.Command.Limits[0].Last.String())
		again, err := store.RecordPartnerStatus(t.Context(), report)
		require.NoError(t, err)
		require.Equal(t, reported, again)
		report.Status = handoff.Returned
		_, err = store.RecordPartnerStatus(t.Context(), report)
		require.ErrorContains(t, err, "is recorded as order-obtained", "another report under the same ID")

		served := report
		served.Event, served.Status, served.On, served.At = "E2", handoff.Served, date(t, "2026-09-20"), time.Date(2026, time.September, 21, 9, 0, 0, 0, time.UTC)
		reported, err = store.RecordPartnerStatus(t.Context(), served)
		require.NoError(t, err)
		require.Equal(t, "2031-09-20", reported.Limitation.LastDay.String(), "five years from the service")
		file := readFile(t, store, "F-1")
		require.Equal(t, deadlines.PaymentOrderServed, file.LimitationEvents[0].Kind)
		keys := []string{}
		for _, limit := range liveHandoff(t, store, "F-1").Limits {
			keys = append(keys, limit.Key)
		}
		require.Equal(t, []string{"payment-order-opposition", "payment-order-enforceable"}, keys, "the time to serve it is kept")
		require.Len(t, file.PartnerStatuses, 2)
	}
}

// Callbacks are repeated until they are taken, so that an older one may come last.
func TestAReportThatComesLateSetsNothingBack(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.October, 20, 9, 0, 0, 0, time.UTC)
	ordered := casefile.PartnerReport{HandoffKey: theHandoff("F-1"), Event: "E1", Status: handoff.OrderObtained, On: date(t, "2026-09-01"), Actor: "etude", At: at}
	served, opposed := ordered, ordered
	served.Event, served.Status, served.On = "E2", handoff.Served, date(t, "2026-09-20")
	opposed.Event, opposed.Status, opposed.On = "E3", handoff.Opposed, date(t, "2026-10-15")
	for name, reports := range map[string][]casefile.PartnerReport{
		"in order": {ordered, served, opposed}, "the order last": {served, opposed, ordered}, "backwards": {opposed, served, ordered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := partnered(t, "F-1")
			withPartner(t, store, "F-1")
			for _, report := range reports {
				first, err := store.RecordPartnerStatus(t.Context(), report)
				require.NoError(t, err)
				again, err := store.RecordPartnerStatus(t.Context(), report)
				require.NoError(t, err)
				require.Equal(t, first.Command, again.Command)
			}
			file, live := readFile(t, store, "F-1"), liveHandoff(t, store, "F-1")
			require.Len(t, file.PartnerStatuses, 3, "all of it stands in the file")
			require.Equal(t, handoff.Opposed, live.Status)
			require.Equal(t, date(t, "2026-10-15"), live.StatusOn)
			require.Len(t, live.Limits, 1)
			require.Equal(t, "payment-order-deposit", live.Limits[0].Key, "nobody is asked to serve again what was served and opposed")
			require.Equal(t, "2026-10-30", live.Limits[0].Last.String())
			require.Equal(t, "2031-09-20", file.Case.Limitation.LastDay.String(), "the service interrupts whenever it is told")
		})
	}
}

// CPC 750-1, 5°: who has tried the simplified procedure in vain needs no other attempt.
func TestASmallClaimsProcedureTriedInVainIsTheAttemptThatACivilCourtAsksFor(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	opening := casefiletest.Opening("F-1")
	opening.Debtor.Kind = casefile.DebtorConsumer
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	attempt := func(at time.Time) handoff.Finding {
		check, err := store.CheckHandoff(t.Context(), acme, "F-1", at)
		require.NoError(t, err)
		order, known := check.Of(handoff.PaymentOrder)
		require.True(t, known)
		for _, finding := range order.Findings {
			if finding.Key == "amicable-attempt" {
				return finding
			}
		}
		return handoff.Finding{}
	}
	tried := collection.Handoff{ID: "H1", Partner: "etude", Route: handoff.SmallClaims, Phase: handoff.Ended, ProposedOn: date(t, "2026-04-21")}
	notTaken := tried
	notTaken.End, notTaken.EndedOn = handoff.EndNotApproved, date(t, "2026-04-22")
	decideAt(t, store, "F-1", "not-taken", noticed, collection.HandoffProposed{Handoff: notTaken})
	require.Equal(t, handoff.No, attempt(proposed).Verdict, "one that never left is no attempt")

	tried.ID, tried.DeliveredOn, tried.End, tried.EndedOn = "H2", date(t, "2026-04-23"), handoff.EndUnpaid, date(t, "2026-05-12")
	decideAt(t, store, "F-1", "tried", noticed.Add(time.Hour), collection.HandoffProposed{Handoff: tried})
	require.Equal(t, handoff.Yes, attempt(proposed).Verdict)
	require.Contains(t, attempt(proposed).Saw.EN, "2026-05-12")
}

func TestAReportThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	withPartner(t, store, "F-1")
	report := casefile.PartnerReport{HandoffKey: theHandoff("F-1"), Event: "E", Status: handoff.Served, On: date(t, "2026-05-26"), At: delivered}
	for says, change := range map[string]func(*casefile.PartnerReport){
		"is no status":          func(r *casefile.PartnerReport) { r.Status = "happy" },
		"which is to come":      func(r *casefile.PartnerReport) { r.On = date(t, "2026-05-27") },
		"was proposed on":       func(r *casefile.PartnerReport) { r.On = date(t, "2026-05-01") },
		"does not say on":       func(r *casefile.PartnerReport) { r.On = 0 },
		`has no handoff "H9"`:   func(r *casefile.PartnerReport) { r.ID = "H9" },
		"the case is not known": func(r *casefile.PartnerReport) { r.Invoice = "F-9" },
	} {
		wrong := report
		change(&wrong)
		_, err := store.RecordPartnerStatus(t.Context(), wrong)
		require.ErrorContains(t, err, says)
	}
	require.Empty(t, readFile(t, store, "F-1").PartnerStatuses)
}

func TestARemittancePaysTheInvoiceWithItsGrossAmountAndAsksForNoRecall(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	withPartner(t, store, "F-1")
	remittance := casefile.Remittance{
		Handoff: "H1", Invoice: "F-1", ID: "R1", Gross: money.FromMinor(12000, money.EUR), Fees: money.FromMinor(1440, money.EUR), Net: money.FromMinor(10560, money.EUR),
		On: date(t, "2026-06-10"), Actor: "etude", At: delivered.AddDate(0, 0, 20),
	}
	var together sync.WaitGroup
	outcomes := make([]ledger.EntryOutcome, 4)
	for i := range outcomes {
		together.Go(func() {
			remitted, err := store.RecordRemittance(t.Context(), acme, remittance)
			require.NoError(t, err)
			outcomes[i] = remitted.Outcome
		})
	}
	together.Wait()
	require.ElementsMatch(t, []ledger.EntryOutcome{ledger.EntryApplied, ledger.EntryDuplicate, ledger.EntryDuplicate, ledger.EntryDuplicate}, outcomes)
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StagePaid, file.Row.Stage)
	require.Equal(t, handoff.EndCollected, file.Case.Handoffs[0].End)
	require.False(t, file.Case.OwesPartner())
	require.Len(t, file.Remittances, 1)

	other := remittance
	other.Fees, other.Net = money.FromMinor(1000, money.EUR), money.FromMinor(11000, money.EUR)
	_, err := store.RecordRemittance(t.Context(), acme, other)
	require.ErrorContains(t, err, "is recorded as 120.00 EUR with fees of 14.40 EUR")
	other.ID, other.Net = "R2", money.FromMinor(11001, money.EUR)
	_, err = store.RecordRemittance(t.Context(), acme, other)
	require.ErrorContains(t, err, "does not add up")
}

func TestFeesAfterARecallAreRecordedThoughTheCaseIsClosed(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	withPartner(t, store, "F-1")
	postTo(t, store, "F-1", "P1", 12000)
	require.True(t, readFile(t, store, "F-1").Case.OwesPartner(), "paid directly: the partner must hear of it")
	require.NoError(t, store.RecordRecall(t.Context(), theHandoff("F-1"), "recalled", delivered))
	require.NoError(t, store.RecordRecall(t.Context(), theHandoff("F-1"), "recalled", delivered))
	file := readFile(t, store, "F-1")
	require.False(t, file.Case.OwesPartner())
	require.Equal(t, handoff.EndRecalled, file.Case.Handoffs[0].End)
	_, err := store.RecordRemittance(t.Context(), acme, casefile.Remittance{
		Handoff: "H1", Invoice: "F-1", ID: "R1", Gross: money.FromMinor(0, money.EUR), Fees: money.FromMinor(4000, money.EUR), Net: money.FromMinor(-4000, money.EUR),
		On: date(t, "2026-06-10"), At: delivered,
	})
	require.NoError(t, err)
	require.Equal(t, "-40.00 EUR", readFile(t, store, "F-1").Remittances[0].Net.String())
}

func TestAPersonTellsThePartnerOfAPartPaymentAndOfATimeLimitNobodyKnows(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-1")
	decideAt(t, store, "F-1", "asked", proposed, collection.StepAttempted{Step: "handoff", Attempt: collection.Attempt{Channel: "task"}, At: proposed})
	_, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{Creditor: acme, Invoice: "F-1", Step: "handoff", Kind: collection.TaskHandoff, Key: "handoff/0/handoff/0", Title: "Hand the case over", At: proposed})
	require.NoError(t, err)
	withPartner(t, store, "F-1")
	for range 2 {
		postTo(t, store, "F-1", "P1", 2000)
	}
	late := casefile.PartnerReport{HandoffKey: theHandoff("F-1"), Event: "E1", Status: handoff.OrderObtained, On: date(t, "2045-11-10"), At: time.Date(2045, time.November, 20, 9, 0, 0, 0, time.UTC)}
	reported, err := store.RecordPartnerStatus(t.Context(), late)
	require.NoError(t, err)
	require.Equal(t, []string{"payment-order-serve"}, reported.Unknown, "the holidays of that year are not known")
	states := map[string]casefile.TaskState{}
	for _, task := range readFile(t, store, "F-1").Tasks {
		states[task.Title] = task.State
	}
	require.Equal(t, map[string]casefile.TaskState{
		"Hand the case over":                              casefile.TaskDone,
		"Tell etude that 100.00 EUR is open now":          casefile.TaskOpen,
		"Find out which time limit runs since 2045-11-10": casefile.TaskOpen,
	}, states)
}

// Whatever a partner remits, in whatever order and however often: what it collected is
// what it kept and what it paid over, and what the invoice lost of its open amount.
func TestMoneyOfPartnersIsConserved(t *testing.T) {
	t.Parallel()
	store := partnered(t, "F-0")
	count := 0
	rapid.Check(t, func(rt *rapid.T) {
		count++
		number := "C-" + time.Unix(int64(count), 0).UTC().Format("150405")
		ready(t, store, number)
		withPartner(t, store, number)
		var collected, kept, paidOver int64
		for i := range rapid.IntRange(1, 4).Draw(rt, "remittances") {
			gross := rapid.Int64Range(0, 5000).Draw(rt, "gross")
			fees := rapid.Int64Range(0, 3000).Draw(rt, "fees")
			remittance := casefile.Remittance{
				Handoff: "H1", Invoice: number, ID: number + "/" + string(rune('a'+i)), Gross: money.FromMinor(gross, money.EUR),
				Fees: money.FromMinor(fees, money.EUR), Net: money.FromMinor(gross-fees, money.EUR), On: date(t, "2026-06-10"), At: delivered,
			}
			for range rapid.IntRange(1, 2).Draw(rt, "times") {
				_, err := store.RecordRemittance(t.Context(), acme, remittance)
				if gross == 0 && fees == 0 {
					require.Error(rt, err)
					continue
				}
				require.NoError(rt, err)
			}
			collected += gross
		}
		file := readFile(t, store, number)
		for _, remittance := range file.Remittances {
			kept, paidOver = kept+remittance.Fees.Minor(), paidOver+remittance.Net.Minor()
		}
		require.Equal(rt, collected, kept+paidOver)
		books := map[ledger.BookAccount]int64{}
		journal, err := store.Journal(t.Context(), acme, number)
		require.NoError(rt, err)
		for _, entry := range journal {
			var sum int64
			for _, leg := range entry.Legs {
				sum += leg.Amount.Minor()
				books[leg.Account] += leg.Amount.Minor()
			}
			require.Zero(rt, sum, "the entry %s balances", entry.Key)
		}
		require.Equal(rt, kept, books[ledger.BookPartnerFees], "the fees are a cost of the creditor")
		require.Equal(rt, paidOver, books[ledger.BookReceived]+books[ledger.BookPartnerKept], "what came in less what was kept reached the creditor")
		require.Equal(rt, file.Position.Open.Minor(), books[ledger.BookPrincipal], "the debtor owes nothing of them")
		require.Equal(rt, max(0, 12000-collected), file.Position.Open.Minor())
	})
}
