package casefile_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// mediationDay is when the mediations of these tests are proposed.
var mediationDay = casefiletest.Opened.AddDate(0, 0, 1)

// decided records what commands decide about a case, and gives the case after it.
func decided(t *testing.T, store *casefile.Store, number string, at time.Time, commands ...collection.Command) collection.Case {
	t.Helper()
	c, err := store.LoadCase(t.Context(), acme, number)
	require.NoError(t, err)
	for _, command := range commands {
		events, err := collection.Decide(c, command)
		require.NoError(t, err, "%T", command)
		require.NotEmpty(t, events, "%T", command)
		require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
			Creditor: acme, Invoice: number, Key: strings.Repeat("x", len(c.Mediations)+1) + at.String() + string(rune('a'+len(events))) + typeName(command),
			Kind: "mediation", At: at, Events: events,
		}))
		c = collection.ApplyAll(c, events)
	}
	loaded, err := store.LoadCase(t.Context(), acme, number)
	require.NoError(t, err)
	requireSameCase(t, c, loaded)
	return loaded
}

func typeName(command collection.Command) string {
	switch command.(type) {
	case collection.ProposeMediation:
		return "propose"
	case collection.AnswerMediation:
		return "answer"
	case collection.ReportSession:
		return "session"
	default:
		return "end"
	}
}

func propose(id string) collection.Command {
	on := collection.ProposeMediation{ID: id, Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor}
	on.On = casefiletest.Opening("x").Window.DateOf(mediationDay)
	return on
}

func accept(id string) collection.Command {
	on := casefiletest.Opening("x").Window.DateOf(mediationDay)
	return collection.AnswerMediation{ID: id, Accepted: true, InWriting: true, On: on, Today: on}
}

func fail(id string) collection.Command {
	on := casefiletest.Opening("x").Window.DateOf(mediationDay)
	return collection.EndMediation{ID: id, Outcome: collection.OutcomeFailure, Certificate: "CONST-7", On: on, Today: on}
}

func mediated(t *testing.T) *casefile.Store {
	t.Helper()
	store := casefiletest.OpenWithLaw(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	return store
}

func TestAMediationIsKeptAsItsWorkflowKnowsItAndClosesTheGate(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	on := casefiletest.Opening("x").Window.DateOf(mediationDay)
	decided(t, store, "F-1", mediationDay, propose("m"), accept("m"),
		collection.ReportSession{ID: "m", On: on, Held: true, Today: on, EndBy: on.AddDays(40)})
	reminderDay := time.Date(2026, time.April, 3, 14, 0, 0, 0, time.UTC)
	gate, err := store.CheckGate(t.Context(), acme, "F-1", reminderDay)
	require.NoError(t, err)
	require.False(t, gate.Passes)
	require.Equal(t, casefile.GateMediation, gate.Code)
	require.Contains(t, gate.ReasonFR, "une médiation (un conciliateur de justice) est en cours")
	require.Equal(t, collection.StageMediation, readFile(t, store, "F-1").Row.Stage)

	_, gate, err = store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: "F-1", Step: "reminder", Channel: collection.ChannelEmail}, At: reminderDay,
	}, compose)
	require.NoError(t, err)
	require.Equal(t, casefile.GateMediation, gate.Code, "a message that was about to leave stays")

	decided(t, store, "F-1", mediationDay, fail("m"))
	gate, err = store.CheckGate(t.Context(), acme, "F-1", reminderDay)
	require.NoError(t, err)
	require.NotEqual(t, casefile.GateMediation, gate.Code)
}

func TestTheTasksOfAMediationAreDoneByWhatComesOfIt(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	decided(t, store, "F-1", mediationDay, propose("m"))
	open := func(kind collection.TaskKind, at time.Time) casefile.Task {
		task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{Creditor: acme, Invoice: "F-1", Kind: kind, Key: string(kind), Title: "do it", At: at})
		require.NoError(t, err)
		require.Equal(t, casefile.TaskOpen, task.State)
		return task
	}
	stateOf := func(kind collection.TaskKind) casefile.TaskState {
		tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: acme, Invoice: "F-1", Kind: kind})
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		return tasks[0].State
	}
	open(collection.TaskMediationAnswer, mediationDay)
	require.True(t, readFile(t, store, "F-1").Case.Mediations[0].Asked, "the case knows that a person was asked")
	decided(t, store, "F-1", mediationDay, accept("m"))
	require.Equal(t, casefile.TaskDone, stateOf(collection.TaskMediationAnswer))
	open(collection.TaskMediationOverdue, mediationDay.AddDate(0, 6, 0))
	decided(t, store, "F-1", mediationDay, fail("m"))
	require.Equal(t, casefile.TaskDone, stateOf(collection.TaskMediationOverdue))
}

func TestAnInvitationThatNobodyAnsweredIsOverOnceThatIsTold(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	c := decided(t, store, "F-1", mediationDay, propose("m"))
	task := casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Kind: collection.TaskMediationLapsed, Key: "lapsed/m", Title: "nobody answered", At: mediationDay.AddDate(0, 0, 20),
	}
	for range 2 {
		opened, _, err := store.OpenTask(t.Context(), task)
		require.NoError(t, err)
		c = collection.ApplyAll(c, mustDecide(t, c, opened.Report()))
	}
	loaded := readFile(t, store, "F-1").Case
	require.Equal(t, collection.OutcomeUnanswered, loaded.Mediations[0].Outcome)
	requireSameCase(t, c, loaded)
}

func mustDecide(t *testing.T, c collection.Case, command collection.Command) []collection.Event {
	t.Helper()
	events, err := collection.Decide(c, command)
	require.NoError(t, err)
	return events
}

func TestMoneyThatComesInIsCountedTowardsASettlement(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	on := casefiletest.Opening("x").Window.DateOf(mediationDay)
	post(t, store, "F-1", payment("P-1", 2000))
	facts, err := store.MediationFacts(t.Context(), acme, "F-1", collection.MediationConciliator, "", on)
	require.NoError(t, err)
	require.Equal(t, money.FromMinor(2000, money.EUR), facts.Received)
	decided(t, store, "F-1", mediationDay, propose("m"), accept("m"), collection.EndMediation{
		ID: "m", Outcome: collection.OutcomeAgreement, On: on, Today: on, Agreement: collection.Agreement{
			Kind: collection.AgreementSettlement, Amount: money.FromMinor(6000, money.EUR), Until: on.AddDays(30), Before: facts.Received,
		},
	})
	post(t, store, "F-1", payment("P-2", 6000))
	c := readFile(t, store, "F-1").Case
	require.Equal(t, collection.MediationKept, c.Mediations[0].Phase())
	action := collection.Next(c, mediationDay)
	require.Equal(t, collection.ActionGiveUp, action.Kind)
	require.Equal(t, money.FromMinor(4000, money.EUR), action.Amount)
	note := payment("settlement/m", 4000)
	note.Kind = ledger.EntryCreditNote
	post(t, store, "F-1", note)
	require.Equal(t, collection.StagePaid, readFile(t, store, "F-1").Row.Stage)
}

func TestTheMediationsOfACaseAreShownToOneWhoGoesToCourt(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	decided(t, store, "F-1", mediationDay, propose("m"), accept("m"))
	document := []byte("%PDF-1.7 constat d’échec")
	_, err := store.SaveMediationCertificate(t.Context(), acme, "F-1", "m", document, "anne", mediationDay)
	require.ErrorContains(t, err, "did not fail: record how it ended first")
	decided(t, store, "F-1", mediationDay, fail("m"))
	for range 2 {
		kept, err := store.SaveMediationCertificate(t.Context(), acme, "F-1", "m", document, "anne", mediationDay)
		require.NoError(t, err)
		require.Equal(t, "application/pdf", kept.ContentType)
	}
	attempts, err := store.MediationAttempts(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Len(t, attempts, 1)
	require.Equal(t, collection.MediationConciliator, attempts[0].Kind)
	require.Equal(t, collection.OutcomeFailure, attempts[0].Outcome)
	require.Equal(t, "CONST-7", attempts[0].Certificate)
	require.NotZero(t, attempts[0].Ended)
	read, err := store.MediationCertificate(t.Context(), acme, "F-1", "m")
	require.NoError(t, err)
	require.Equal(t, document, read.Bytes)
	require.Equal(t, attempts[0].CertificateSHA256, read.SHA256)

	_, err = store.SaveMediationCertificate(t.Context(), acme, "F-1", "m", []byte("text"), "anne", mediationDay)
	require.ErrorContains(t, err, "neither a PDF nor a PNG nor a JPEG")
	_, err = store.SaveMediationCertificate(t.Context(), acme, "F-1", "x", document, "anne", mediationDay)
	require.ErrorIs(t, err, casefile.ErrUnknownMediation)
	_, err = store.MediationCertificate(t.Context(), acme, "F-1", "x")
	require.ErrorIs(t, err, casefile.ErrNoMediationCertificate)
	_, err = store.MediationAttempts(t.Context(), acme, "F-2")
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

func TestWhoMediatesAndHowLongIsLookedUp(t *testing.T) {
	t.Parallel()
	store := mediated(t)
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	creditor.Mediators = []casefile.Mediator{{Key: "maitre-durand", Kind: collection.MediationConventional, Name: "Maître Durand", LongestDays: 45}}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	on := date(t, "2026-03-31")
	for _, c := range []struct {
		kind     collection.MediationKind
		mediator string
		longest  string
		unknown  bool
		closed   law.Words
	}{
		{collection.MediationCompanies, "", "2026-06-30", false, law.Words{}},
		{collection.MediationConsumer, "", "2026-06-29", false, law.Words{}},
		{collection.MediationConventional, "", "", false, law.Words{}},
		{collection.MediationConventional, "maitre-durand", "2026-05-15", false, law.Words{}},
		{collection.MediationCompanies, "maitre-durand", "2026-05-15", true, law.Words{}},
		{collection.MediationContractual, "nobody", "", true, law.Words{}},
	} {
		facts, err := store.MediationFacts(t.Context(), acme, "F-1", c.kind, c.mediator, on)
		require.NoError(t, err)
		require.Equal(t, c.unknown, facts.Unknown, c)
		if c.longest == "" {
			require.Zero(t, facts.Longest, c)
		} else {
			require.Equal(t, c.longest, facts.Longest.String(), c)
		}
		require.Equal(t, c.closed, facts.Closed, c)
	}

	consumer := casefiletest.Opening("F-2")
	consumer.Debtor.ID, consumer.Debtor.Kind = "dupont", casefile.DebtorConsumer
	_, _, err = store.OpenCase(t.Context(), consumer)
	require.NoError(t, err)
	facts, err := store.MediationFacts(t.Context(), acme, "F-2", collection.MediationCompanies, "", on)
	require.NoError(t, err)
	require.Equal(t, "not against a debtor of the kind consumer", facts.Closed.EN)
}

// What is said in a mediation is confidential: a note of it stands in its own table and
// nowhere else, whatever is done with the case afterwards.
func TestANoteOfAMediationStandsNowhereElse(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	decided(t, store, "F-1", mediationDay, propose("m"), accept("m"))
	const secret = "would take sixty percent, says Jeanne"
	note := casefile.MediationNote{Key: "n-1", Author: "anne", At: mediationDay, Text: secret}
	for i := range 2 {
		fresh, err := store.AddMediationNote(t.Context(), acme, "F-1", "m", note)
		require.NoError(t, err)
		require.Equal(t, i == 0, fresh)
	}
	other := note
	other.Text = "something else"
	_, err = store.AddMediationNote(t.Context(), acme, "F-1", "m", other)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.NotContains(t, err.Error(), "sixty percent")
	decided(t, store, "F-1", mediationDay, fail("m"))
	post(t, store, "F-1", payment("P-1", 12000))

	notes, err := store.MediationNotes(t.Context(), acme, "F-1", "m", "claire", mediationDay)
	require.NoError(t, err)
	require.Len(t, notes, 1)
	require.Equal(t, secret, notes[0].Text)
	require.Equal(t, "anne", notes[0].Author)
	readings, err := store.MediationReadings(t.Context(), acme, "F-1", "m", collection.RoleManager)
	require.NoError(t, err)
	require.Equal(t, []casefile.MediationReading{{Reader: "claire", At: mediationDay.UTC()}}, readings, "who read them is recorded")
	for _, role := range []collection.Role{collection.RoleAccountant, collection.RoleSalesperson, ""} {
		_, err = store.MediationReadings(t.Context(), acme, "F-1", "m", role)
		require.ErrorContains(t, err, "is shown to a supervisor (manager, owner)")
	}
	_, err = store.MediationReadings(t.Context(), acme, "F-1", "another", collection.RoleOwner)
	require.ErrorIs(t, err, casefile.ErrUnknownMediation)
	database, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	for _, change := range []string{"update mediation_note_reading set reader = 'nobody'", "delete from mediation_note_reading", "truncate mediation_note_reading"} {
		_, err = database.ExecContext(t.Context(), change)
		require.ErrorContains(t, err, "append-only", change)
	}
	require.NoError(t, database.Close())

	for table, rows := range tables(dump(t, dsn)) {
		if table == "mediation_note" {
			require.Contains(t, rows, secret)
			continue
		}
		require.NotContains(t, rows, "sixty percent", table)
	}
	for _, entry := range readFile(t, store, "F-1").History {
		require.NotContains(t, entry.Summary, "sixty percent")
	}

	for words, wrong := range map[string]casefile.MediationNote{
		"has no ID":                 {Author: "anne", Text: "a"},
		"says nothing":              {Key: "n", Author: "anne", Text: " "},
		"does not say whose":        {Key: "n", Text: "a"},
		"longer than 4000 characte": {Key: "n", Author: "anne", Text: strings.Repeat("a", 4001)},
	} {
		_, err := store.AddMediationNote(t.Context(), acme, "F-1", "m", wrong)
		require.ErrorContains(t, err, words)
	}
	_, err = store.AddMediationNote(t.Context(), acme, "F-1", "x", note)
	require.ErrorIs(t, err, casefile.ErrUnknownMediation)
	_, err = store.MediationNotes(t.Context(), acme, "F-1", "m", "", mediationDay)
	require.ErrorContains(t, err, "say who reads them")
}

// tables are the rows of a dump by table.
func tables(dump string) map[string]string {
	byName := map[string]string{}
	for _, section := range strings.Split(dump, "== ")[1:] {
		name, rows, _ := strings.Cut(section, "\n")
		byName[name] = rows
	}
	return byName
}
