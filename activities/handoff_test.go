package activities_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/evidence"
	"relance/handoff"
	"relance/ledger"
	"relance/messaging"
	"relance/messaging/partner"
	"relance/messaging/simulator"
	"relance/money"
)

var handingOverAt = time.Date(2026, time.May, 26, 9, 0, 0, 0, time.UTC)

// giving is the activities of handoffs on a real case file, with a case that is
// approved to be handed over.
type giving struct {
	*activities.Handoffs
	t     *testing.T
	store *casefile.Store
	order activities.HandoffOrder
}

func approvedHandoff(t *testing.T, sender activities.PartnerSender) *giving {
	t.Helper()
	store := casefiletest.OpenWithLaw(t)
	require.NoError(t, store.SavePartners(t.Context(), []casefile.Partner{{ID: "etude", Kind: handoff.Commissaire, Name: "Lepage", Delivery: "api"}}))
	opening := casefiletest.Opening("F/1")
	opening.Debtor.SIREN = "732829320"
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	noticed := time.Date(2026, time.April, 21, 9, 0, 0, 0, time.UTC)
	_, err = store.SaveInvoiceDocument(t.Context(), casefile.InvoiceDocument{
		Creditor: casefiletest.Creditor, Invoice: "F/1", Name: "facture n° 1.pdf", Bytes: []byte("%PDF-1.7 the invoice"), At: noticed,
	})
	require.NoError(t, err)
	g := &giving{t: t, store: store, Handoffs: &activities.Handoffs{
		Store: store, Clock: func() calendar.Clock { return calendar.Clock{} }, CoolingOffDays: 5, CaseFiles: activities.CaseFileArchive{Store: store, Templates: builtIn(t)},
		Partners: map[string]activities.PartnerSender{"etude": sender},
	}, order: activities.HandoffOrder{CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F/1"}, ID: "H1", Reason: collection.RecallPaid}}
	g.decide("notice", noticed,
		collection.StepAttempted{Step: "formal-notice", Attempt: collection.Attempt{Channel: collection.ChannelLetter}, At: noticed, Deadline: calendar.NewDate(2026, time.May, 4)},
		collection.NoticeServed{Step: "formal-notice", On: calendar.NewDate(2026, time.April, 23)})
	proposed, err := g.Propose(t.Context(), activities.HandoffProposal{CaseKey: g.order.CaseKey, ID: "H1", Partner: "etude", Route: handoff.PaymentOrder, At: handingOverAt.AddDate(0, 0, -7)})
	require.NoError(t, err)
	require.Empty(t, proposed.Refused)
	require.Len(t, proposed.Events, 1)
	g.decide("approve", handingOverAt, collection.HandoffApproved{ID: "H1", Amount: money.FromMinor(12000, money.EUR)})
	return g
}

func (g *giving) decide(key string, at time.Time, events ...collection.Event) {
	g.t.Helper()
	require.NoError(g.t, g.store.RecordDecision(g.t.Context(), casefile.Decision{
		Creditor: casefiletest.Creditor, Invoice: "F/1", Key: key, Kind: key, At: at, Events: events,
	}))
}

func (g *giving) pay(cents int64) {
	g.t.Helper()
	_, err := g.store.PostEntry(g.t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F/1", At: handingOverAt, Entry: ledger.Entry{
		Kind: ledger.EntryPayment, ID: "P1", Amount: money.FromMinor(cents, money.EUR), ValueDate: calendar.DateOf(handingOverAt),
	}})
	require.NoError(g.t, err)
}

func (g *giving) state() collection.Handoff {
	g.t.Helper()
	c, err := g.store.LoadCase(g.t.Context(), casefiletest.Creditor, "F/1")
	require.NoError(g.t, err)
	return c.Handoffs[0]
}

// until tries again as Temporal does, until the partner's answer is known.
func (g *giving) until() activities.HandoffResult {
	g.t.Helper()
	for range 40 {
		if result, err := g.HandOver(g.t.Context(), g.order); err == nil {
			return result
		}
	}
	require.FailNow(g.t, "the partner was never reached")
	return activities.HandoffResult{}
}

func officeOf(t *testing.T, faults simulator.Faults) (*simulator.PartnerOffice, activities.PartnerSender) {
	t.Helper()
	played := simulator.NewPartnerOffice(simulator.PartnerOptions{Key: "the-key-of-the-office", Faults: faults, Seed: 7})
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	client, err := partner.New(partner.Config{BaseURL: server.URL, Key: "the-key-of-the-office", Timeout: 5 * time.Second})
	require.NoError(t, err)
	return played, activities.PartnerByAPI{Client: client}
}

func TestAPartnerGetsTheCaseOnceWhateverFaultsItHas(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]simulator.Faults{
		"none":                {},
		"before it was taken": {FailBefore: 0.4, DropBefore: 0.4, LookupsFail: 0.3},
		"after it was taken":  {FailAfter: 0.5, DropAfter: 0.5, LookupsFail: 0.5},
		"a busy partner":      {RateLimited: 0.7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			played, sender := officeOf(t, faults)
			g := approvedHandoff(t, sender)
			require.Equal(t, collection.HandoffGiven, g.until().Outcome)
			require.Equal(t, collection.HandoffGiven, g.until().Outcome, "the activity ran again after a crash")
			require.Len(t, played.Cases(), 1)
			require.Equal(t, "120.00", played.Cases()[0].Amount)
			require.Equal(t, handoff.WithPartner, g.state().Phase)
			kept, err := g.store.LoadHandoffFile(t.Context(), played.Cases()[0].Reference)
			require.NoError(t, err)
			require.Equal(t, kept.Bytes, played.Cases()[0].File, "the partner has the very bytes that are kept")
		})
	}
}

func TestThePartnerIsGivenACaseFileThatVerifiesItself(t *testing.T) {
	t.Parallel()
	played, sender := officeOf(t, simulator.Faults{})
	g := approvedHandoff(t, sender)
	g.until()
	content := played.Cases()[0].File
	require.Equal(t, messaging.Hash(content), played.Cases()[0].SHA256)
	verified, err := evidence.Verify(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.True(t, verified.Holds(), "%+v", verified)
	reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	var originals []string
	for _, file := range reader.File {
		opened, err := file.Open()
		require.NoError(t, err)
		bytes, err := io.ReadAll(opened)
		require.NoError(t, err)
		originals = append(originals, string(bytes))
	}
	require.Contains(t, originals, "%PDF-1.7 the invoice")
}

func TestAPaymentAtTheLastCheckKeepsTheCaseFromThePartner(t *testing.T) {
	t.Parallel()
	for cents, phase := range map[int64]handoff.Phase{12000: handoff.Ended, 2000: handoff.Announced} {
		played, sender := officeOf(t, simulator.Faults{})
		g := approvedHandoff(t, sender)
		g.pay(cents)
		result, err := g.HandOver(t.Context(), g.order)
		require.NoError(t, err)
		require.Equal(t, collection.HandoffWithheld, result.Outcome)
		require.Equal(t, 12000-cents, result.Open.Minor())
		require.Empty(t, played.Cases())
		require.Equal(t, phase, g.state().Phase)
		require.True(t, g.state().Approved.IsZero() || phase == handoff.Ended)
	}
}

func TestAPaymentAfterThePartnerMayHaveTheCaseRecallsIt(t *testing.T) {
	t.Parallel()
	played, sender := officeOf(t, simulator.Faults{DropAfter: 1})
	g := approvedHandoff(t, sender)
	_, err := g.HandOver(t.Context(), g.order)
	require.ErrorContains(t, err, "may have the case")
	g.pay(12000)
	require.Equal(t, handoff.Recalling, g.state().Phase)
	require.NoError(t, played.SetFaults(simulator.Faults{}))
	require.Equal(t, collection.HandoffGiven, g.until().Outcome, "the partner has it: it must be told")
	for range 2 {
		_, err = g.Recall(t.Context(), g.order)
		require.NoError(t, err)
	}
	require.Equal(t, 1, played.Cases()[0].Recalls)
	require.Equal(t, handoff.EndRecalled, g.state().End)
}

func TestAPartnerThatDeclinesEndsTheHandoff(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(simulator.NewPartnerOffice(simulator.PartnerOptions{Key: "the-key-of-the-office", Declines: true}))
	t.Cleanup(server.Close)
	client, err := partner.New(partner.Config{BaseURL: server.URL, Key: "the-key-of-the-office"})
	require.NoError(t, err)
	g := approvedHandoff(t, activities.PartnerByAPI{Client: client})
	require.Equal(t, collection.HandoffDeclined, g.until().Outcome)
	require.Equal(t, handoff.EndDeclined, g.state().End)
}

// mailbox answers each e-mail with the next verdict.
type mailbox struct {
	mu       sync.Mutex
	verdicts []messaging.Verdict
	emails   []messaging.Email
}

func (m *mailbox) SendEmail(_ context.Context, email messaging.Email) messaging.Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	verdict := messaging.Accepted
	if len(m.verdicts) > 0 {
		verdict, m.verdicts = m.verdicts[0], m.verdicts[1:]
	}
	if verdict == messaging.Accepted {
		m.emails = append(m.emails, email)
	}
	return messaging.Outcome{Verdict: verdict}
}

func byEmail(box *mailbox) activities.PartnerByEmail {
	return activities.PartnerByEmail{
		Sender: box, To: messaging.Address{Name: "Lepage", Email: "etude@partner.example"}, Language: "fr", LinkDays: 14,
		From: func(context.Context, string) (messaging.Address, error) {
			return messaging.Address{Name: "Acme", Email: "compta@acme.example"}, nil
		},
		Link: func(_ context.Context, to partner.Linked, until time.Time) (string, error) {
			return partner.NewLinks("https://relance.example", []byte("key")).URL(to, until), nil
		},
	}
}

func TestAPartnerWithoutAnAPIGetsALinkAndIsToldToStop(t *testing.T) {
	t.Parallel()
	box := &mailbox{verdicts: []messaging.Verdict{messaging.NotSent, messaging.NotSent}}
	g := approvedHandoff(t, byEmail(box))
	require.Equal(t, collection.HandoffGiven, g.until().Outcome)
	require.Equal(t, collection.HandoffGiven, g.until().Outcome)
	require.Len(t, box.emails, 1)
	require.Contains(t, box.emails[0].Text, "https://relance.example"+partner.FilePath)
	require.Contains(t, box.emails[0].Subject, "120,00\u00a0€ à recouvrer")
	require.Empty(t, box.emails[0].Attachments, "the file is downloaded, no mailbox keeps it")
	g.pay(12000)
	_, err := g.Recall(t.Context(), g.order)
	require.NoError(t, err)
	require.Len(t, box.emails, 2)
	require.Contains(t, box.emails[1].Text, "Merci d’arrêter")
	require.NotEqual(t, box.emails[0].MessageID, box.emails[1].MessageID)
}

func TestAnEmailThatMayHaveLeftIsGivenToAPerson(t *testing.T) {
	t.Parallel()
	box := &mailbox{verdicts: []messaging.Verdict{messaging.Unknown}}
	g := approvedHandoff(t, byEmail(box))
	require.Equal(t, collection.HandoffDoubtful, g.until().Outcome)
	require.Empty(t, box.emails, "it is not sent again blindly")
	require.True(t, g.state().Doubtful)

	action := collection.Next(func() collection.Case {
		c, err := g.store.LoadCase(t.Context(), casefiletest.Creditor, "F/1")
		require.NoError(t, err)
		return c
	}(), handingOverAt.AddDate(0, 0, 1))
	require.Equal(t, collection.TaskHandoffApproval, action.Task)
	desk := &activities.CaseFile{Store: g.store}
	require.NoError(t, desk.OpenTask(t.Context(), activities.TaskOrder{CaseKey: g.order.CaseKey, Task: action.Task, Handoff: action.Handoff, Partner: action.Partner, Doubtful: action.Doubtful, Try: action.Try, At: handingOverAt}))
	tasks, err := g.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskHandoffApproval, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.True(t, strings.HasPrefix(tasks[0].Title, "Find out whether etude has the case file"), tasks[0].Title)
	// The partner says that it has it.
	_, err = g.RecordStatus(t.Context(), activities.PartnerStatusOrder{
		CaseKey: g.order.CaseKey, Handoff: "H1", Event: "E1", Status: handoff.Received, On: calendar.DateOf(handingOverAt), At: handingOverAt,
	})
	require.NoError(t, err)
	require.Equal(t, handoff.WithPartner, g.state().Phase)
	tasks, err = g.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskHandoffApproval, State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Empty(t, tasks, "the question is answered")
}

func TestATimeLimitIsATaskWithItsLastDay(t *testing.T) {
	t.Parallel()
	_, sender := officeOf(t, simulator.Faults{})
	g := approvedHandoff(t, sender)
	g.until()
	recorded, err := g.RecordStatus(t.Context(), activities.PartnerStatusOrder{
		CaseKey: g.order.CaseKey, Handoff: "H1", Event: "E1", Status: handoff.OrderObtained, On: calendar.NewDate(2026, time.September, 1), At: time.Date(2026, time.September, 2, 9, 0, 0, 0, time.UTC),
	})
	require.NoError(t, err)
	require.Len(t, recorded.Limits, 1)
	desk := &activities.CaseFile{Store: g.store}
	order := activities.TaskOrder{
		CaseKey: g.order.CaseKey, Task: collection.TaskTimeLimit, Handoff: "H1", Limit: recorded.Limits[0], Day: recorded.Limits[0].Days[0],
		At: time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC),
	}
	for range 2 {
		require.NoError(t, desk.OpenTask(t.Context(), order))
	}
	tasks, err := g.store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskTimeLimit})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, "Serve an order for payment: work towards 2026-12-01, last day 2026-12-01", tasks[0].Title)
	require.Equal(t, "2026-12-01", tasks[0].DueOn.String())
	require.Equal(t, recorded.Limits[0].Days[0], g.state().Limits[0].Told, "the stored case knows that it was told")
}
