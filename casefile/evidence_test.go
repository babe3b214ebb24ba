package casefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
)

// told is a case with a bit of everything: a document, a message that was delivered, a
// payment, a hold and a task.
func told(t testing.TB, store *casefile.Store, number string) casefile.Message {
	t.Helper()
	openCase(t, store, number)
	_, err := store.SaveInvoiceDocument(t.Context(), casefile.InvoiceDocument{
		Creditor: acme, Invoice: number, Name: number + ".pdf", Bytes: []byte("%PDF-1.7 the invoice " + number), Actor: "billing", At: casefiletest.Opened,
	})
	require.NoError(t, err)
	message := sent(t, store, number)
	_, err = store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-"+number, sendingDay)
	require.NoError(t, err)
	_, err = store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "e-" + number, MessageID: message.ID, Kind: messaging.DeliveryDelivered, At: sendingDay.Add(time.Minute),
	})
	require.NoError(t, err)
	post(t, store, number, payment("P-"+number, 2000))
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: number, Key: "hold/1", Kind: "hold", Actor: "Anne", Summary: "dispute", At: sendingDay.Add(time.Hour),
	}))
	return message
}

func verified(t testing.TB, store *casefile.Store, number string) casefile.Verification {
	t.Helper()
	v, err := store.VerifyCase(t.Context(), acme, number)
	require.NoError(t, err)
	return v
}

// tamper changes what stands in the database as its owner can, who is asked nothing.
func tamper(t testing.TB, dsn, sql string) {
	t.Helper()
	require.NoError(t, execute(t, dsn, "alter table history disable trigger user; alter table anchored_head disable trigger user; "+sql+
		"; alter table history enable trigger user; alter table anchored_head enable trigger user"))
}

func TestTheHistoryOfACaseIsAChainThatHolds(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	told(t, store, "F-1")
	v := verified(t, store, "F-1")
	require.True(t, v.Holds(), "%+v", v)
	require.Empty(t, v.Unexplained)
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Len(t, file.History, v.Head.Lines)
	require.Equal(t, v.Head.Hash, file.History[len(file.History)-1].Hash)
	for i, line := range file.History {
		require.Equal(t, i+1, line.Line)
	}
	_, err = store.VerifyCase(t.Context(), acme, "F-2")
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

func TestWhateverIsChangedInTheDatabaseIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sql, says string }{
		"a summary":                   {"update history set summary = 'it was never sent' where kind = 'message-composed'", "was changed"},
		"an author":                   {"update history set actor = 'Bob' where kind = 'hold'", "was changed"},
		"a line":                      {"delete from history where kind = 'payment-received'", "the line is missing"},
		"the last line":               {"delete from history where line = (select max(line) from history)", "removed at the end"},
		"all lines":                   {"delete from history", "removed at the end"},
		"two lines' places":           {"update history set line = case line when 2 then 3 else 2 end where line in (2, 3)", "the order of the lines"},
		"a line that was put in":      {"insert into history (creditor, invoice, key, kind, actor, summary, at, line, hash) select creditor, invoice, 'new', kind, actor, summary, at, line, hash from history where line = 3", "was put in"},
		"a line that came at the end": {"insert into history (creditor, invoice, key, kind, actor, summary, at, line, hash) select creditor, invoice, 'new', kind, actor, summary, at, line + 1, hash from history where line = (select max(line) from history)", "does not have its recorded hash"},
		"the bytes of a message":      {"update message_content set bytes = 'something else'", "its bytes were changed"},
		"a message with its hash":     {"update message_content set bytes = 'x'; update message set sha256 = encode(sha256('x'), 'hex')", "not those of the history"},
		"a message that is gone":      {"delete from message_content; delete from message_notice; delete from message_text; delete from message", "its bytes are gone"},
		"a payment in the ledger":     {"update ledger_entry set amount_minor = amount_minor - 1 where kind = 'payment'", "it was changed or removed"},
		"a payment that is gone":      {"delete from allocation; delete from ledger_entry where kind = 'payment'", "it was changed or removed"},
		"a payment that was put in":   {"insert into ledger_entry (creditor, kind, id, invoice, currency, amount_minor, reverses, value_date, source, actor, at) select creditor, kind, 'P-new', invoice, currency, amount_minor, reverses, value_date, source, actor, at from ledger_entry where kind = 'payment'", "no line of the history tells of it: it was put in or changed"},
		"the invoice":                 {"update invoice_document set bytes = '%PDF-2', sha256 = encode(sha256('%PDF-2'), 'hex')", "no line of the history knows these bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := casefiletest.Database(t)
			store := casefiletest.OpenAt(t, dsn)
			told(t, store, "F-1")
			tamper(t, dsn, test.sql)
			v := verified(t, store, "F-1")
			require.False(t, v.Holds())
			require.Contains(t, fmt.Sprintf("%v %v", v.Broken, v.Bytes), test.says)
			var all []casefile.Verification
			require.NoError(t, store.VerifyAll(t.Context(), func(v casefile.Verification) { all = append(all, v) }))
			require.Equal(t, v, all[0])
		})
	}
}

func TestWhatAMessageSaidWhenItsProviderNeverAnsweredIsKept(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	first := sent(t, store, "F-1")
	_, err := store.MarkUnproven(t.Context(), first.ID, time.Hour, sendingDay)
	require.NoError(t, err)
	evidence, err := store.Evidence(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Empty(t, evidence.Originals, "it will be sent again as it is, so far")
	post(t, store, "F-1", payment("P-1", 2000))
	second := sent(t, store, "F-1")
	require.Equal(t, first.ID, second.ID)
	require.NotEqual(t, first.SHA256, second.SHA256, "it claims less")

	evidence, err = store.Evidence(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Len(t, evidence.Originals, 2)
	kept := evidence.Originals[slices.IndexFunc(evidence.Originals, func(o casefile.Original) bool { return o.Kind == casefile.OriginalUnproven })]
	require.Equal(t, first.ID+"/1", kept.ID)
	require.Equal(t, first.Recipient, kept.Name)
	content, err := store.OriginalBytes(t.Context(), acme, "F-1", kept)
	require.NoError(t, err)
	require.Equal(t, first.Bytes, content)

	require.True(t, verified(t, store, "F-1").Holds())
	tamper(t, dsn, "update unproven_composition set bytes = 'x', sha256 = encode(sha256('x'), 'hex')")
	require.Contains(t, fmt.Sprint(verified(t, store, "F-1").Bytes), "not those of the history")
}

// Not only what comes as a payment: what an invoice says was prepaid, proceedings that
// are known when a case is opened, a partner's account, fees that a notice claims.
func TestEveryEntryOfTheLedgerHasItsLineOfTheHistory(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := withLateFees(t, casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn)))
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	opening := casefiletest.Opening("F-2")
	opening.Invoice.Prepaid = euros(2000)
	opening.At = judged.AddDate(0, 0, 1)
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	var kinds []ledger.EntryKind
	for _, entry := range readFile(t, store, "F-2").Entries {
		kinds = append(kinds, entry.Kind)
	}
	require.ElementsMatch(t, []ledger.EntryKind{ledger.EntryPayment, ledger.EntryInsolvency}, kinds)
	for _, number := range []string{"F-1", "F-2"} {
		v := verified(t, store, number)
		require.True(t, v.Holds(), "%+v", v)
		require.Empty(t, v.Unexplained)
	}
	tamper(t, dsn, "update ledger_entry set amount_minor = 1 where id = 'prepaid/F-2'")
	require.Len(t, verified(t, store, "F-2").Bytes, 2, "the one that was booked is gone, another one was put in")
}

// What earlier versions booked without a line is not held against anybody.
func TestAnEntryOfBeforeItHadALineIsTakenAsKnown(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	goBackTo(t, dsn, 150)
	const booked = "insert into ledger_entry (creditor, kind, id, invoice, currency, amount_minor, reverses, value_date, source, actor, at) values ('" + acme + "', 'payment', '%s', 'F-1', 'EUR', 500, '', '2026-03-01', 'invoice', '', now())"
	require.NoError(t, execute(t, dsn, fmt.Sprintf(booked, "prepaid/F-1")))
	require.NoError(t, casefile.Migrate(t.Context(), dsn))
	v := verified(t, store, "F-1")
	require.True(t, v.Holds(), "%+v", v)
	require.Empty(t, v.Unexplained)
	require.NoError(t, execute(t, dsn, fmt.Sprintf(booked, "P-later")))
	v = verified(t, store, "F-1")
	require.Len(t, v.Bytes, 1)
	require.Equal(t, "payment/P-later", v.Bytes[0].Name)
}

// Beside the messages: what a partner was given, what proves that a mediation failed, the
// papers of a dispute.
func TestBytesOfHandoffsMediationsAndDisputesAreBoundAsThoseOfMessages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sql, says string }{
		"nothing":                     {"select 1", "<nil> []"},
		"a given file":                {"update handoff_file set bytes = 'PK another'", "its bytes were changed"},
		"a given file with its hash":  {"update handoff_file set bytes = 'PK another', sha256 = encode(sha256('PK another'), 'hex')", "not those of the history"},
		"a given file that is gone":   {"delete from handoff_file", "its bytes are gone"},
		"a certificate with its hash": {"update mediation_certificate set bytes = 'x', sha256 = encode(sha256('x'), 'hex')", "its bytes are gone"},
		"the bytes of a certificate":  {"update mediation_certificate set bytes = 'x'", "its bytes were changed"},
		"a paper of a dispute":        {"update dispute_document set bytes = 'x'", "its bytes were changed"},
		"a paper that is gone":        {"delete from dispute_document", "its bytes are gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := casefiletest.Database(t)
			store := partneredAt(t, dsn, "F-1")
			on := date(t, "2026-04-24")
			decideAt(t, store, "F-1", "mediation", noticed.AddDate(0, 0, 4), collection.MediationProposed{Mediation: collection.Mediation{
				ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyCreditor, Proposed: on, RespondBy: on, Accepted: on, EndBy: on, Ended: on, Outcome: collection.OutcomeFailure,
			}}, collection.DisputeRaised{Dispute: collection.Dispute{
				ID: "d", Reason: collection.DisputePrice, WholeClaim: true, Amount: euros(12000), RaisedBy: collection.DisputeByDebtor, RaisedOn: on, RespondBy: on, EscalateOn: on,
				Outcome: collection.DisputeWithdrawn, ResolvedOn: on, EndedOn: on,
			}})
			_, err := store.SaveMediationCertificate(t.Context(), acme, "F-1", "m", []byte("%PDF-1.7 it failed"), "anne", noticed.AddDate(0, 0, 5))
			require.NoError(t, err)
			_, _, err = store.KeepDisputeDocument(t.Context(), acme, "F-1", casefile.DisputeDocument{Dispute: "d", Name: "delivery.pdf", Bytes: []byte("%PDF-1.7 it was delivered"), By: "anne", At: noticed.AddDate(0, 0, 5)})
			require.NoError(t, err)
			withPartner(t, store, "F-1")
			for _, line := range readFile(t, store, "F-1").History {
				require.True(t, line.Law != "" || line.Kind == "case-opened", "%s rests on the law of no version", line.Key)
			}
			tamper(t, dsn, test.sql)
			v := verified(t, store, "F-1")
			require.Equal(t, name == "nothing", v.Holds(), "%+v", v)
			require.Contains(t, fmt.Sprintf("%v %v", v.Broken, v.Bytes), test.says)
		})
	}
}

func TestAnAnchorFindsWhatTheChainAloneDoesNot(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	told(t, store, "F-1")
	told(t, store, "F-2")
	day := calendar.NewDate(2026, time.April, 3)
	anchor, made, err := store.AnchorDay(t.Context(), day, "relance")
	require.NoError(t, err)
	require.True(t, made)
	require.Equal(t, 2, anchor.Cases)
	again, made, err := store.AnchorDay(t.Context(), day, "relance")
	require.NoError(t, err)
	require.False(t, made)
	require.Equal(t, anchor, again)

	post(t, store, "F-2", payment("P-late", 100))
	next, _, err := store.AnchorDay(t.Context(), day.AddDays(1), "relance")
	require.NoError(t, err)
	require.Equal(t, 1, next.Cases, "only what has moved")
	require.Equal(t, anchor.Root, next.Previous)
	_, _, err = store.AnchorDay(t.Context(), day, "relance")
	require.NoError(t, err)
	_, _, err = store.AnchorDay(t.Context(), day.AddDays(-1), "relance")
	require.ErrorContains(t, err, "would come before it")
	require.True(t, verified(t, store, "F-2").Holds())

	// The end is cut off and the head set back, as its owner can.
	cut := `delete from history where invoice = 'F-2' and line = (select max(line) from history where invoice = 'F-2');
		update history_head h set lines = h.lines - 1, hash = (select hash from history where invoice = 'F-2' order by line desc limit 1) where invoice = 'F-2'`
	tamper(t, dsn, cut)
	v := verified(t, store, "F-2")
	require.ErrorContains(t, v.Broken, "the end was cut off")
	require.True(t, verified(t, store, "F-1").Holds())

	tamper(t, dsn, "update anchored_head set lines = lines - 1 where invoice = 'F-1'")
	broken, err := store.VerifyAnchors(t.Context())
	require.NoError(t, err)
	require.Contains(t, broken, "the anchor of 2026-04-03 does not have its recorded root")
	require.ErrorContains(t, execute(t, dsn, "delete from evidence_anchor"), "append-only")
}

func TestAHistoryThatWasHashedAnewDiffersFromItsAnchor(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	told(t, store, "F-1")
	_, _, err := store.AnchorDay(t.Context(), calendar.NewDate(2026, time.April, 3), "relance")
	require.NoError(t, err)
	tamper(t, dsn, `update history set summary = 'nothing happened' where line = 2;
		do $$ declare h history; previous bytea := ''; begin
			for h in select * from history order by line loop
				previous := hash_history(previous, h.line, h);
				update history set hash = previous where id = h.id;
			end loop;
			update history_head set hash = previous;
		end $$`)
	require.ErrorContains(t, verified(t, store, "F-1").Broken, "the history was written anew")
}

func TestManyWritersOfOneCaseMakeOneChain(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	const writers, each = 8, 6
	var together sync.WaitGroup
	for writer := range writers {
		together.Go(func() {
			for i := range each {
				key := fmt.Sprintf("note/%d", (writer+i)%each) // several write the same
				require.NoError(t, store.FinishAnswer(t.Context(), casefile.Answer{ID: "00000000-0000-0000-0000-000000000000"}, casefile.AnswerEffect{
					History: []casefile.AnswerNote{{
						Creditor: acme, Invoice: "F-1", Key: key, Kind: "answer-received", Actor: "relance", Summary: "an answer", Reason: "an answer came in", At: sendingDay,
					}},
				}))
				post(t, store, "F-1", payment(fmt.Sprintf("P-%d-%d", writer, i), 1))
			}
		})
	}
	together.Wait()
	v := verified(t, store, "F-1")
	require.True(t, v.Holds(), "%+v", v)
	require.GreaterOrEqual(t, v.Head.Lines, 1+each+writers*each)
}

func TestWhatIsRefusedOrThereAlreadyLeavesTheChainAsItIs(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	before := verified(t, store, "F-1")
	const twice = "insert into history (creditor, invoice, key, kind, actor, summary, at) values ('acme', 'F-1', 'opening', 'x', 'x', 'x', now())"
	require.ErrorContains(t, execute(t, dsn, twice), "duplicate key")
	require.NoError(t, execute(t, dsn, twice+" on conflict (creditor, invoice, key) do nothing"))
	require.Equal(t, before, verified(t, store, "F-1"))
}

func TestEveryActSaysWhatItRestedOn(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	message := told(t, store, "F-1")
	task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Step: "handoff", Kind: collection.TaskHandoff, Key: "t", Title: "decide", Actor: "relance", At: sendingDay,
	})
	require.NoError(t, err)
	require.NotZero(t, task.ID)
	post(t, store, "F-1", payment("P-rest", 12000)) // pays it: the task and what is composed are cancelled
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	kinds := map[string]casefile.HistoryEntry{}
	for _, line := range file.History {
		kinds[line.Kind] = line
		require.NotEmpty(t, line.Actor, "%+v", line)
		require.Equal(t, "test-ladder", line.Strategy, "%+v", line)
		require.Equal(t, 1, line.StrategyVersion)
		if line.Actor == "relance" {
			require.NotEmpty(t, line.Reason, "an act of the product itself has its reason: %+v", line)
		}
	}
	composed := kinds["message-composed"]
	require.Equal(t, message.SHA256, composed.SHA256)
	require.Equal(t, message.Template, composed.Template)
	require.Len(t, composed.Law, 64, "the version of the tables of the law")
	require.Contains(t, kinds["message-delivered"].Reason, "sendgrid reported")
	require.Equal(t, "nothing is left to collect", kinds["task-cancelled"].Reason)
	require.Equal(t, "the step handoff asks for it", kinds["task-opened"].Reason)
	require.Equal(t, casefile.ByItself, kinds["task-opened"].Actor, "no person asked for it")
	require.Equal(t, "Anne", kinds["hold"].Actor)
}

func TestNobodysActIsKeptAsNobodys(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{Creditor: acme, Invoice: "F-1", Key: "1", Kind: "hold", At: sendingDay}))
	file, err := store.CaseFile(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, "unknown", file.History[len(file.History)-1].Actor)
}

// What was written before there were chains is chained by the migration as it stands.
func TestTheHistoryOfBeforeIsChained(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	told(t, store, "F-1")
	told(t, store, "F-2")
	goBackTo(t, dsn, 129)
	require.NoError(t, casefile.Migrate(t.Context(), dsn))
	store = openStore(t, dsn)
	for _, number := range []string{"F-1", "F-2"} {
		v := verified(t, store, number)
		require.True(t, v.Holds(), "%+v", v)
		require.Greater(t, v.Head.Lines, 5)
	}
	post(t, store, "F-1", payment("P-new", 100))
	require.True(t, verified(t, store, "F-1").Holds(), "what comes now goes on with the chain")
	require.ErrorContains(t, execute(t, dsn, "update history set actor = 'nobody'"), "append-only")
}

// openStore opens a store anew: connections remember the columns of before a migration.
func openStore(t testing.TB, dsn string) *casefile.Store {
	t.Helper()
	store, err := casefile.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// Statements that write several lines at once do not pass through the code that
// completes what a line says: they must say themselves why they act.
func TestEveryStatementThatWritesTheHistoryGivesTheReason(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("queries/*.sql")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, columns := range regexp.MustCompile(`insert into history \(([^)]*)\)`).FindAllStringSubmatch(string(content), -1) {
			found++
			require.Contains(t, columns[1], "reason", file)
		}
	}
	require.Greater(t, found, 10)
}
