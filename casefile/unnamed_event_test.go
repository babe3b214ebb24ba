package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

// returned is a bounce that came back to SendGrid's Return-Path: it names an address and
// nothing else (sendgrid/docs, issue 5177).
func returned(event string) casefile.DeliveryEvent {
	return casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: event, Kind: messaging.DeliveryBounced, Code: "5.1.10", Recipient: "Jeanne@martin.example",
		At: sendingDay.Add(time.Hour), ProviderAt: time.Now(),
	}
}

// accepted is a mail that SendGrid has taken.
func accepted(t *testing.T, store *casefile.Store, invoice string) casefile.Message {
	t.Helper()
	message, err := store.MarkAccepted(t.Context(), sent(t, store, invoice).ID, "sendgrid", "sg-"+invoice, sendingDay)
	require.NoError(t, err)
	return message
}

// ofAnother opens a case of another debtor with the same contact: a group with one desk
// for all its bills.
func ofAnother(t *testing.T, store *casefile.Store, invoice string) {
	t.Helper()
	opening := casefiletest.Opening(invoice)
	opening.Debtor.ID, opening.Debtor.Name = "durand", "Durand SARL"
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
}

func contactIsInvalid(t *testing.T, store *casefile.Store, debtor string) bool {
	t.Helper()
	contacts, err := store.Contacts(t.Context(), acme, debtor)
	require.NoError(t, err)
	return !contacts[0].EmailInvalidAt.IsZero()
}

func whatCameBack(t *testing.T, store *casefile.Store) []casefile.Task {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: acme, Kind: collection.TaskProof})
	require.NoError(t, err)
	return tasks
}

func TestABounceWithoutAnyIDIsOfTheOneMailThatItsAddressHad(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	_, err := store.RecordDeliveryEvent(t.Context(), returned("r-0"))
	require.ErrorIs(t, err, casefile.ErrUnknownMessage, "nothing went there yet")
	message := accepted(t, store, "F-1")
	hear(t, store, news(message.ID, "e-1", messaging.DeliveryDelivered))

	bounce := hear(t, store, returned("r-1"))
	require.Equal(t, message.ID, bounce.Message.ID)
	require.Equal(t, casefile.MessageBounced, bounce.Message.State)
	require.True(t, bounce.Decisive)
	require.True(t, contactIsInvalid(t, store, casefiletest.Debtor))

	// It stays of that message, whatever goes to the address later.
	ofAnother(t, store, "F-2")
	later := accepted(t, store, "F-2")
	before := dump(t, dsn)
	again := hear(t, store, returned("r-1"))
	require.False(t, again.Fresh)
	require.Equal(t, message.ID, again.Message.ID)
	require.Equal(t, before, dump(t, dsn))
	require.Equal(t, casefile.MessageAccepted, readFile(t, store, "F-2").Messages[0].State, later.ID)
}

func TestABounceWithoutAnyIDThatMayBeOfSeveralMailsMovesNoneAndAPersonIsAsked(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	ofAnother(t, store, "F-2")
	first := accepted(t, store, "F-1")
	accepted(t, store, "F-2")

	require.Equal(t, casefile.Delivery{}, hear(t, store, returned("r-1")))
	for _, invoice := range []string{"F-1", "F-2"} {
		file := readFile(t, store, invoice)
		require.Equal(t, casefile.MessageAccepted, file.Messages[0].State, "nothing is guessed about a message")
		require.Contains(t, summaries(file, "message-maybe-bounced"), "an e-mail to the debtor came back (bounced 5.1.10), and sendgrid does not say which; it may be that of step "+first.Step)
	}
	require.True(t, contactIsInvalid(t, store, casefiletest.Debtor))
	require.True(t, contactIsInvalid(t, store, "durand"), "an address that does not work, does so wherever the creditor has it")
	tasks := whatCameBack(t, store)
	require.Len(t, tasks, 1)
	require.Equal(t, casefile.TaskOpen, tasks[0].State)
	require.Contains(t, tasks[0].Detail, "case/acme/F-1: step "+first.Step)
	require.Contains(t, tasks[0].Detail, "case/acme/F-2: step "+first.Step)
	require.NotContains(t, tasks[0].Detail, "@")
	require.False(t, tasks[0].Kind.IsDoneByDecision(), "whoever found out ticks it off")

	// Repeated, it changes nothing, also once only one of them could still have come back.
	hear(t, store, news(first.ID, "e-9", messaging.DeliveryBounced))
	before := dump(t, dsn)
	require.Equal(t, casefile.Delivery{}, hear(t, store, returned("r-1")))
	require.Equal(t, before, dump(t, dsn))
}

func TestABounceWithoutAnyIDIsOfNoMailThatLeftAfterItNorLongBefore(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	accepted(t, store, "F-1")
	for name, at := range map[string]time.Time{"it left after the bounce": time.Now().Add(-time.Hour), "it left long before": time.Now().Add(8 * 24 * time.Hour)} {
		bounce := returned(name)
		bounce.ProviderAt = at
		_, err := store.RecordDeliveryEvent(t.Context(), bounce)
		require.ErrorIs(t, err, casefile.ErrUnknownMessage, name)
	}
	require.False(t, contactIsInvalid(t, store, casefiletest.Debtor))
}

func TestABounceWithoutAnyIDOfACopySaysNothingOfTheNotice(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	_, err := store.SaveContact(t.Context(), casefile.Contact{Creditor: acme, Debtor: casefiletest.Debtor, Role: "buyer", Email: "bea@martin.example"})
	require.NoError(t, err)
	message, _, err := store.ReserveMessage(t.Context(), reminder("F-1"), func(m casefile.MessageContext) (casefile.Draft, error) {
		draft, err := compose(m)
		if err != nil {
			return draft, err
		}
		draft.Bytes, err = messaging.Email{
			MessageID: m.MessageID, From: messaging.Address{Email: "compta@acme.example"}, To: messaging.Address{Email: draft.Recipient},
			CC: []messaging.Address{{Email: "bea@martin.example"}}, Subject: "Facture", Text: "Bonjour",
		}.Encode()
		return draft, err
	})
	require.NoError(t, err)
	begin(t, store, message.ID)
	_, err = store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-1", sendingDay)
	require.NoError(t, err)
	bounce := returned("r-1")
	bounce.Recipient = "bea@martin.example"
	require.Equal(t, casefile.MessageAccepted, hear(t, store, bounce).Message.State)
	contacts, err := store.Contacts(t.Context(), acme, casefiletest.Debtor)
	require.NoError(t, err)
	for _, contact := range contacts {
		require.Equal(t, contact.Email == "bea@martin.example", !contact.EmailInvalidAt.IsZero(), contact.Role)
	}
}
