package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

// judged is when the judgment of 15 April was recorded.
var judged = time.Date(2026, time.April, 16, 9, 0, 0, 0, time.UTC)

func judgment(t testing.TB, at time.Time, change ...func(*casefile.InsolvencyReport)) casefile.InsolvencyReport {
	t.Helper()
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{
		Creditor: acme, Debtor: casefiletest.Debtor, ID: "RJ-1", Kind: collection.Receivership, Judgment: date(t, "2026-04-15"), Actor: "claire", At: at,
	}}
	for _, apply := range change {
		apply(&report)
	}
	return report
}

func more(t testing.TB, at time.Time, change func(*casefile.InsolvencyReport)) casefile.InsolvencyReport {
	t.Helper()
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{Creditor: acme, Debtor: casefiletest.Debtor, ID: "RJ-1", Actor: "claire", At: at}}
	change(&report)
	return report
}

// withLateFees has the creditor count interest and claim it from the formal notice on.
func withLateFees(t testing.TB, store *casefile.Store) *casefile.Store {
	t.Helper()
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	creditor.LateFees = ledger.Policy{ClaimFrom: collection.ToneFormal}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	return store
}

func openTasksOf(t testing.TB, store *casefile.Store, kind collection.TaskKind) []casefile.Task {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: acme, Kind: kind, State: casefile.TaskOpen})
	require.NoError(t, err)
	return tasks
}

func TestAJudgmentFreezesAllCasesOfTheDebtorInOneMoment(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		openCase(t, store, number)
	}
	born := casefiletest.Opening("F-4") // delivered before, invoiced after
	born.Invoice.IssueDate, born.Invoice.DueDate, born.Invoice.CompletedOn = date(t, "2026-04-20"), date(t, "2026-05-20"), date(t, "2026-04-10")
	later := casefiletest.Opening("F-5")
	later.Invoice.IssueDate, later.Invoice.DueDate = date(t, "2026-04-16"), date(t, "2026-05-16")
	for _, opening := range []casefile.Opening{born, later} {
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	at := time.Date(2026, time.April, 3, 9, 0, 0, 0, time.UTC)
	key := casefile.MessageKey{Creditor: acme, Invoice: "F-1", Step: "reminder", Channel: collection.ChannelEmail}
	message := reserve(t, store, casefile.Reservation{MessageKey: key, At: at})

	recorded, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	require.Contains(t, recorded.Warning, "runs from the publication in the BODACC")
	sending, err := store.BeginSending(t.Context(), message.ID, at.Add(time.Hour))
	require.NoError(t, err)
	require.False(t, sending.MayCall, "what was composed does not leave any more")
	for _, number := range []string{"F-1", "F-2", "F-3", "F-4"} {
		file := readFile(t, store, number)
		require.Equal(t, collection.StageInsolvency, file.Row.Stage, number)
		require.Equal(t, "RJ-1", file.Case.Insolvency.Proceeding)
		require.Contains(t, file.Row.Why, "redressement")
		gate, err := store.CheckGate(t.Context(), acme, number, judged)
		require.NoError(t, err)
		require.Equal(t, casefile.GateInsolvent, gate.Code, number)
		require.Contains(t, gate.ReasonFR, "redressement judiciaire")
		var kinds []string
		for _, line := range file.History {
			kinds = append(kinds, line.Kind)
		}
		require.Subset(t, kinds, []string{"insolvency", "insolvency-opened"}, number)
	}
	open := readFile(t, store, "F-5")
	require.Equal(t, collection.StageOpen, open.Row.Stage, "a claim born after the judgment goes on")
	require.False(t, open.Case.Insolvency.IsKnown())
	require.Equal(t, "withheld", string(readFile(t, store, "F-1").Messages[0].State))

	again, err := store.RecordInsolvency(t.Context(), judgment(t, judged.Add(time.Hour)))
	require.NoError(t, err)
	require.True(t, again.Duplicate)
	require.Len(t, openTasksOf(t, store, collection.TaskInsolvency), 1, "one task for the debtor, not one for each case")

	waiting, err := store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 5)
	for _, told := range waiting {
		require.NoError(t, store.MarkTold(t.Context(), told))
	}
	waiting, err = store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, waiting)
}

func TestInterestStopsOnTheEveOfTheJudgmentAndRunsOnWhenItIsLifted(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	interest := func() string {
		account, err := store.CaseAccount(t.Context(), acme, "F-1")
		require.NoError(t, err)
		position, err := account.Claims[0].Account.At(date(t, "2026-06-30"))
		require.NoError(t, err)
		return position.LateFees.Interest.Arisen.String()
	}
	running := interest()
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	stopped := interest()
	// 14 days from 1 to 14 April on 120 euros at 12.15 %: 0.559…
	require.Equal(t, "0.56 EUR", stopped)
	require.NotEqual(t, running, stopped)
	_, err = store.RecordInsolvency(t.Context(), more(t, judged.AddDate(0, 1, 0), func(r *casefile.InsolvencyReport) {
		r.Ended, r.EndedOn = collection.InsolvencyLifted, date(t, "2026-05-11")
	}))
	require.NoError(t, err)
	require.Equal(t, running, interest())
	file := readFile(t, store, "F-1")
	require.NotEqual(t, collection.StageInsolvency, file.Row.Stage)
	require.Empty(t, openTasksOf(t, store, collection.TaskInsolvency), "the tasks are answered")
}

// The time to declare runs from the publication; each day is told once for the
// debtor, whichever of its cases comes first.
func TestTheDeclarationIsAskedForOnceForAllCasesAndEndsWithItsProof(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	recorded, err := store.RecordInsolvency(t.Context(), more(t, judged.AddDate(0, 0, 25), func(r *casefile.InsolvencyReport) {
		r.Published, r.Court = date(t, "2026-05-08"), "TAE Lyon"
		r.OfficeHolder = &casefile.OfficeHolder{Role: casefile.RoleMandataire, Name: "Maître Untel", Address: casefile.Address{Line1: "1 rue Y", City: "Lyon"}}
	}))
	require.NoError(t, err)
	require.Equal(t, "2026-07-08", recorded.Insolvency.DeclareBy.String())
	require.Equal(t, "2026-11-09", recorded.Insolvency.Relief.String(), "8 November is a Sunday")
	require.Equal(t, judged.Format(time.DateOnly), recorded.Insolvency.From.String(), "frozen since it was first recorded")
	for _, number := range []string{"F-1", "F-2"} {
		action := collection.Next(readFile(t, store, number).Case, judged.AddDate(0, 1, 0))
		require.Equal(t, collection.TaskInsolvency, action.Task)
		require.Equal(t, "2026-06-08", action.Day.String())
		order := casefile.InsolvencyTaskOrder{TaskOrder: casefile.TaskOrder{Creditor: acme, Invoice: number, At: action.At}, Proceeding: "RJ-1", Day: action.Day}
		require.NoError(t, store.OpenInsolvencyTask(t.Context(), order))
		require.NoError(t, store.OpenInsolvencyTask(t.Context(), order), "a retried activity")
		require.Equal(t, "2026-06-08", readFile(t, store, number).Case.Insolvency.Told.String())
	}
	tasks := openTasksOf(t, store, collection.TaskInsolvency)
	require.Len(t, tasks, 2, "at the opening, and a month before")
	require.Contains(t, tasks[1].Title, "the last day is 2026-07-08")
	for _, task := range tasks {
		require.NotContains(t, task.Title+task.Detail, "Untel")
		require.NotContains(t, task.Title+task.Detail, "Martin SAS")
	}
	_, err = store.RecordInsolvency(t.Context(), more(t, judged.AddDate(0, 2, 0), func(r *casefile.InsolvencyReport) {
		r.Declared, r.DeclaredHow, r.Proof = date(t, "2026-06-10"), "registered letter", "1A 234 567 8901 2"
	}))
	require.NoError(t, err)
	require.Empty(t, openTasksOf(t, store, collection.TaskInsolvency))
	require.NotEqual(t, collection.TaskInsolvency, collection.Next(readFile(t, store, "F-1").Case, judged.AddDate(0, 2, 1)).Task)
	_, holder, err := store.ProceedingsOf(t.Context(), acme, casefiletest.Debtor, "")
	require.NoError(t, err)
	require.Equal(t, "Maître Untel", holder.Name)
}

func TestTheLiquidatorsPaymentIsAppliedAndAPersonAsksWhoPaid(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	paid := payment("LIQ-1", 12000)
	paid.ValueDate = date(t, "2026-09-01")
	posted := post(t, store, "F-1", paid)
	require.True(t, posted.IsClosed)
	require.Equal(t, collection.StagePaid, readFile(t, store, "F-1").Row.Stage)
	var titles []string
	for _, task := range openTasksOf(t, store, collection.TaskInsolvency) {
		titles = append(titles, task.Title)
	}
	require.Contains(t, titles, "Find out who paid after the judgment: the payment LIQ-1 of 120.00 EUR")
}

func TestAnInvoiceTakenInLaterIsFrozenFromItsFirstDayWhenItIsOlderThanTheJudgment(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	opening := casefiletest.Opening("F-9")
	opening.At = judged.AddDate(0, 0, 5)
	opened, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	require.True(t, opened.Insolvency.Freezes())
	requireSameCase(t, opened, readFile(t, store, "F-9").Case)
	require.Equal(t, collection.StageInsolvency, readFile(t, store, "F-9").Row.Stage)
	waiting, err := store.CasesToTell(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1, "its workflow begins with it and need not be told")
	account, err := store.CaseAccount(t.Context(), acme, "F-9")
	require.NoError(t, err)
	position, err := account.Claims[0].Account.At(date(t, "2026-06-30"))
	require.NoError(t, err)
	require.Equal(t, "0.56 EUR", position.LateFees.Interest.Arisen.String())
}

func TestWhatContradictsTheProceedingsIsRefusedAndNothingIsHalfRecorded(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	before := dump(t, dsn)
	for says, change := range map[string]func(*casefile.InsolvencyReport){
		"and not as 2026-04-14":   func(r *casefile.InsolvencyReport) { r.Judgment = date(t, "2026-04-14") },
		"before it was given":     func(r *casefile.InsolvencyReport) { r.Published = date(t, "2026-04-01") },
		"which is to come":        func(r *casefile.InsolvencyReport) { r.Declared = date(t, "2027-04-01") },
		"has no day":              func(r *casefile.InsolvencyReport) { r.Ended = collection.InsolvencyLifted },
		"say how the proceedings": func(r *casefile.InsolvencyReport) { r.EndedOn = date(t, "2026-04-16") },
		"only a liquidation":      func(r *casefile.InsolvencyReport) { r.Simplified = true },
		"in the proceedings RJ-1": func(r *casefile.InsolvencyReport) {
			r.ID = "LJ-2"
			r.Kind, r.Judgment = collection.Liquidation, date(t, "2026-04-15")
		},
		"are not recorded: say":        func(r *casefile.InsolvencyReport) { r.ID = "LJ-2" },
		"needs a name and a role":      func(r *casefile.InsolvencyReport) { r.OfficeHolder = &casefile.OfficeHolder{Name: "X"} },
		"is no kind of insolvency":     func(r *casefile.InsolvencyReport) { r.Kind = "faillite" },
		"is no way in which proceedin": func(r *casefile.InsolvencyReport) { r.Ended, r.EndedOn = "over", date(t, "2026-04-16") },
	} {
		_, err := store.RecordInsolvency(t.Context(), more(t, judged.Add(time.Hour), change))
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal, says)
		require.ErrorContains(t, err, says)
	}
	_, err = store.RecordInsolvency(t.Context(), judgment(t, judged, func(r *casefile.InsolvencyReport) { r.Debtor = "nobody" }))
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
	require.Equal(t, before, dump(t, dsn))
	require.Error(t, execute(t, dsn, "update insolvency set kind = 'liquidation'"), "what was recorded stays")
}

// A notice of earlier proceedings that comes again, or says more of them, must not thaw
// what later ones freeze.
func TestWhatIsSaidOfEarlierProceedingsLeavesLaterOnesInForce(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	first := judgment(t, judged)
	lifted := more(t, judged.AddDate(0, 0, 2), func(r *casefile.InsolvencyReport) {
		r.Ended, r.EndedOn = collection.InsolvencyLifted, date(t, "2026-04-18")
	})
	second := judgment(t, judged.AddDate(0, 0, 14), func(r *casefile.InsolvencyReport) {
		r.ID, r.Kind, r.Judgment = "LJ-2", collection.Liquidation, date(t, "2026-04-29")
	})
	for _, report := range []casefile.InsolvencyReport{first, lifted, second} {
		_, err := store.RecordInsolvency(t.Context(), report)
		require.NoError(t, err)
	}
	frozen := readFile(t, store, "F-1").Case.Insolvency
	require.Equal(t, "LJ-2", frozen.Proceeding)

	first.At = judged.AddDate(0, 0, 20)
	again, err := store.RecordInsolvency(t.Context(), first)
	require.NoError(t, err)
	require.True(t, again.Duplicate)
	require.Equal(t, "LJ-2", again.Insolvency.Proceeding, "the cases carry what is in force")
	_, err = store.RecordInsolvency(t.Context(), more(t, judged.AddDate(0, 0, 21), func(r *casefile.InsolvencyReport) { r.Court = "TAE de Paris" }))
	require.NoError(t, err)
	require.Equal(t, frozen, readFile(t, store, "F-1").Case.Insolvency)
	proceedings, _, err := store.ProceedingsOf(t.Context(), acme, casefiletest.Debtor, "RJ-1")
	require.NoError(t, err)
	require.Equal(t, "TAE de Paris", proceedings.Court, "what was said of the earlier ones is recorded")
}

func TestProceedingsWithoutAssetsWriteTheCasesOffAndALaterPaymentIsTold(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	_, err = store.RecordInsolvency(t.Context(), more(t, judged.AddDate(0, 6, 0), func(r *casefile.InsolvencyReport) {
		r.Ended, r.EndedOn = collection.InsolvencyWithoutAssets, date(t, "2026-10-12")
	}))
	require.NoError(t, err)
	require.Equal(t, collection.StageWrittenOff, readFile(t, store, "F-1").Row.Stage)
	require.Contains(t, openTasksOf(t, store, collection.TaskInsolvency)[0].Title, "certificate")
	post(t, store, "F-1", payment("P-late", 500))
	tasks := openTasksOf(t, store, collection.TaskClosedCase)
	require.Len(t, tasks, 1)
	require.Contains(t, tasks[0].Title, "closed (written-off): the payment P-late of 5.00 EUR")
	require.Equal(t, collection.StageWrittenOff, readFile(t, store, "F-1").Row.Stage, "it is not silently reopened")
}

func TestHardshipIsRecordedForTheDebtorWithItsTasksAndItsEnd(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	opening := casefiletest.Opening("F-1")
	opening.Debtor.Kind = casefile.DebtorConsumer
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	flag := casefile.HardshipFlag{
		Creditor: acme, Debtor: casefiletest.Debtor, ID: "H-1", Kind: collection.OverIndebtedness, Reason: collection.HardshipAdmissible,
		From: date(t, "2026-04-15"), Actor: "claire", At: judged,
	}
	_, err = store.Hardships(t.Context(), acme, "nobody")
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
	flagged, err := store.FlagHardship(t.Context(), flag)
	require.NoError(t, err)
	require.Equal(t, "2026-07-15", flagged.ReviewOn.String())
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StageOnHold, file.Row.Stage)
	gate, err := store.CheckGate(t.Context(), acme, "F-1", judged)
	require.NoError(t, err)
	require.Equal(t, casefile.GateHeld, gate.Code)
	require.Len(t, openTasksOf(t, store, collection.TaskHardship), 2)
	_, err = store.FlagHardship(t.Context(), flag)
	require.NoError(t, err)
	require.Len(t, openTasksOf(t, store, collection.TaskHardship), 2)

	for says, wrong := range map[string]casefile.HardshipFlag{
		"details of a person's health are never stored": {ID: "H-2", Kind: collection.SoftHardship, Reason: "long illness"},
		"still holds":                {ID: "H-2", Kind: collection.SoftHardship, Reason: collection.HardshipCash},
		"has no hardship H-3 to end": {ID: "H-3", Ended: date(t, "2026-06-16")},
		"say its kind":               {ID: "H-3"},
	} {
		wrong.Creditor, wrong.Debtor, wrong.At = acme, casefiletest.Debtor, judged
		if says == "details of a person's health are never stored" {
			wrong.ID, wrong.Ended = "H-1", 0
		}
		_, err := store.FlagHardship(t.Context(), wrong)
		require.ErrorContains(t, err, says)
	}
	_, err = store.FlagHardship(t.Context(), casefile.HardshipFlag{Creditor: acme, Debtor: casefiletest.Debtor, ID: "H-1", Ended: date(t, "2026-07-16"), At: judged.AddDate(0, 3, 0)})
	require.NoError(t, err)
	require.Empty(t, openTasksOf(t, store, collection.TaskHardship))
	require.NotEqual(t, collection.StageOnHold, readFile(t, store, "F-1").Row.Stage)
}

// Eight weeks after it was paid, the payment is taken back: the case is what it was,
// and its file tells both lives.
func TestAPaymentTakenBackAfterEightWeeksReopensTheCaseAsItWas(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	reminded := date(t, "2026-04-03").Time(time.UTC).Add(9 * time.Hour)
	for _, channel := range []collection.Channel{collection.ChannelEmail, collection.ChannelSMS} {
		require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
			Creditor: acme, Invoice: "F-1", Key: "sent-" + string(channel), Kind: "step-attempted", At: reminded,
			Events: []collection.Event{collection.StepAttempted{Step: "reminder", Attempt: collection.Attempt{Channel: channel}, At: reminded}},
		}))
	}
	before := readFile(t, store, "F-1").Case
	paid := payment("P-1", 12000)
	paid.ValueDate = date(t, "2026-04-10")
	require.True(t, post(t, store, "F-1", paid).IsClosed)
	back := ledger.Entry{Kind: ledger.EntryReversal, ID: "R-1", Reverses: "P-1", ValueDate: date(t, "2026-06-05")}
	posted, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: "F-1", Entry: back, Source: "api", Actor: "bank", At: judged.AddDate(0, 0, 50)})
	require.NoError(t, err)
	require.True(t, posted.WasClosed)
	require.False(t, posted.IsClosed)

	file := readFile(t, store, "F-1")
	requireSameCase(t, before, file.Case)
	require.Equal(t, collection.StageReminding, file.Row.Stage)
	next := collection.Next(file.Case, judged.AddDate(0, 0, 50))
	require.Equal(t, "formal-notice", next.Step.Key, "no step is repeated")
	var kinds []string
	for _, line := range file.History {
		kinds = append(kinds, line.Kind)
	}
	require.Subset(t, kinds, []string{"case-opened", "payment-received", "case-closed", "payment-reversed", "case-reopened"})
	pending, err := store.CasesToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, pending, 1, "should nobody live to start it now, it is started later")

	account, err := store.CaseAccount(t.Context(), acme, "F-1")
	require.NoError(t, err)
	position, err := account.Claims[0].Account.At(calendar.NewDate(2026, time.June, 30))
	require.NoError(t, err)
	require.Equal(t, "120.00 EUR", position.Open.String())
	require.Equal(t, 1, position.LateFees.Interest.Arisen.Sign(), "the creditor had the money from 10 April to 5 June, and interest runs on after that")
	require.Equal(t, before.Limitation, file.Case.Limitation)
}

func TestMoneyOnACaseThatAPersonClosedIsToldAndDoesNotReopenIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	post(t, store, "F-1", payment("P-1", 5000))
	end := casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: "end", Kind: "close-case", At: judged, Events: []collection.Event{collection.CaseEnded{Outcome: collection.StageHandedOver}},
	}
	require.NoError(t, store.RecordDecision(t.Context(), end))
	back := reversal("R-1", "P-1")
	post(t, store, "F-1", back)
	post(t, store, "F-1", back)
	tasks := openTasksOf(t, store, collection.TaskClosedCase)
	require.Len(t, tasks, 1)
	require.Equal(t, "Money moved on a case that is closed (handed-over): the reversal R-1 of payment P-1", tasks[0].Title)
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StageHandedOver, file.Row.Stage)
	require.Equal(t, money.FromMinor(12000, money.EUR), file.Position.Open, "its account is right all the same")
}

func TestAJudgmentEndsWhatTheRowsKnowOfAPromiseAndAPersonTellsThePartnerOnce(t *testing.T) {
	t.Parallel()
	store := withLateFees(t, casefiletest.OpenWithLaw(t))
	openCase(t, store, "F-1")
	on := date(t, "2026-04-09")
	all := readFile(t, store, "F-1").Case.Open
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: "promise/p", Kind: "promise", At: judged.AddDate(0, 0, -7), Events: []collection.Event{
			collection.PromiseMade{Promise: collection.Promise{ID: "p", MadeOn: on, Date: on.AddDays(20), Until: on.AddDays(23), Amount: all, Open: all, Source: collection.PromiseByStaff}},
		},
	}))
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.PromiseOvertaken, file.Case.Promises[0].Outcome)
	var kinds []string
	for _, line := range file.History {
		kinds = append(kinds, line.Kind)
	}
	require.Contains(t, kinds, "promise-overtaken")

	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: "handoff/h", Kind: "handoff", At: judged.Add(time.Minute), Events: []collection.Event{
			collection.HandoffProposed{Handoff: collection.Handoff{ID: "h", Partner: "etude-nord", Route: handoff.Lawyer, Phase: handoff.WithPartner, ProposedOn: on, DeliveredOn: on}},
		},
	}))
	for range 2 {
		require.NoError(t, store.OpenInsolvencyTask(t.Context(), casefile.InsolvencyTaskOrder{
			TaskOrder: casefile.TaskOrder{Creditor: acme, Invoice: "F-1", At: judged.Add(time.Hour)}, Proceeding: "RJ-1", Day: date(t, "2026-04-15"), Handoff: "h", Partner: "etude-nord",
		}))
	}
	var titles []string
	for _, task := range openTasksOf(t, store, collection.TaskInsolvency) {
		titles = append(titles, task.Title)
	}
	require.Contains(t, titles, "Tell etude-nord that the debtor is in insolvency proceedings")
	require.Len(t, titles, 2, "beside the declaration, once")
	require.Equal(t, "RJ-1", readFile(t, store, "F-1").Case.Handoffs[0].Frozen)
}

func TestAFlagOfHardshipIsHeardBetweenComposingAMessageAndSendingIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	gentle := casefiletest.Ladder()
	gentle.Name = "gentle"
	gentle.Steps[0].DueOffset = 1
	opening := casefiletest.Opening("F-1")
	opening.Strategy = gentle
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	mail := reserve(t, store, reminder("F-1"))
	letter, _, err := store.ReserveMessage(t.Context(), letterOf("F-1", collection.ChannelLetter), onPaper)
	require.NoError(t, err)
	require.Equal(t, "reminder", mail.Template)
	_, err = store.FlagHardship(t.Context(), casefile.HardshipFlag{
		Creditor: acme, Debtor: casefiletest.Debtor, ID: "H-1", Kind: collection.SoftHardship, Reason: collection.HardshipCash, Actor: "anne", At: sendingDay,
	})
	require.NoError(t, err)
	for _, composed := range []casefile.Message{mail, letter} {
		sending := begin(t, store, composed.ID)
		require.False(t, sending.MayCall)
		require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	}
	require.Equal(t, "courtesy", reserve(t, store, reminder("F-1")).Template)
	require.True(t, begin(t, store, mail.ID).MayCall)
	again, _, err := store.ReserveMessage(t.Context(), letterOf("F-1", collection.ChannelLetter), onPaper)
	require.NoError(t, err)
	require.Equal(t, "courtesy", again.Template)
	require.True(t, begin(t, store, letter.ID).MayCall)
}
