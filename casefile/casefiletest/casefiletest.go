// Package casefiletest lends tests a case file of their own, on a real
// PostgreSQL, and the facts of a small business to fill it with.
package casefiletest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/money"
	"relance/stack/stacktest"
)

// The names of the small business.
const (
	Creditor = "acme"
	Debtor   = "martin"
)

// Opened is when the cases of the small business are opened: a Monday, 10:00 in
// Paris.
var Opened = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Open is the case file of a fresh database in which the creditor is known.
func Open(t testing.TB) *casefile.Store {
	t.Helper()
	return OpenAt(t, Database(t))
}

// Database is the address of a fresh, migrated database.
func Database(t testing.TB) (dsn string) {
	t.Helper()
	key, err := casefile.SchemaKey()
	require.NoError(t, err)
	return stacktest.Database(t, casefile.Migrate, key)
}

// OpenAt opens the case file of a database of Database and saves the creditor.
func OpenAt(t testing.TB, dsn string) *casefile.Store {
	t.Helper()
	store, err := casefile.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{
		ID: Creditor, Name: "Acme SARL", SenderEmail: "compta@acme.example", SenderName: "Acme", IBAN: "FR7630006000011234567890189",
		Address: casefile.Address{Line1: "1 rue de la Paix", Postcode: "75002", City: "Paris", Country: "FR"},
	}))
	return store
}

// Opening is an invoice of 120.00 EUR, due on 31 March 2026, followed by Ladder.
func Opening(number string) casefile.Opening {
	paris, err := calendar.ParseZone("Europe/Paris")
	if err != nil {
		paris = calendar.Zone{}
	}
	return casefile.Opening{
		Debtor: casefile.Debtor{
			Creditor: Creditor, ID: Debtor, Name: "Martin SAS", Kind: casefile.DebtorBusiness,
			Address: casefile.Address{Line1: "5 quai des Brumes", Postcode: "69001", City: "Lyon", Country: "FR"},
		},
		Contacts: []casefile.Contact{{Name: "Jeanne Martin", Role: "accounts-payable", Email: "jeanne@martin.example", Phone: "+33612345678"}},
		Invoice: casefile.Invoice{
			Number: number, IssueDate: calendar.NewDate(2026, time.March, 1), DueDate: calendar.NewDate(2026, time.March, 31),
			DueDateSource: "stated", Total: money.FromMinor(12000, money.EUR), Reference: "PO-7",
		},
		Strategy: Ladder(),
		Window:   calendar.StandardWindow("FR", paris),
		At:       Opened,
		Actor:    "import",
	}
}

// Ladder is a strategy with every kind of step.
func Ladder() collection.Strategy {
	return collection.Strategy{Name: "test-ladder", Version: 1, Steps: []collection.Step{
		{Key: "courtesy", DueOffset: -5, Tone: collection.ToneCourteous, Channels: []collection.Channel{collection.ChannelEmail}, Template: "courtesy"},
		{
			Key: "reminder", DueOffset: 3, Tone: collection.ToneFirm, Template: "reminder", Stage: collection.StageReminding,
			Channels: []collection.Channel{collection.ChannelEmail, collection.ChannelSMS}, Fallbacks: []collection.Channel{collection.ChannelLetter},
		},
		{
			Key: "formal-notice", DueOffset: 20, Spacing: 8, Tone: collection.ToneFormal, Template: "formal-notice", Approval: true, DeadlineDays: 8,
			Channels: []collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, Stage: collection.StageFormalNotice,
		},
		{Key: "handoff", DueOffset: 40, Opens: collection.TaskHandoff, Stage: collection.StageHandoff},
	}}
}

// OpenWithLaw is Open with the built-in tables of the law: late fees are counted
// and limitations watched.
func OpenWithLaw(t testing.TB) *casefile.Store {
	t.Helper()
	return UseLaw(t, Open(t))
}

// UseLaw gives a case file the built-in tables of the law.
func UseLaw(t testing.TB, store *casefile.Store) *casefile.Store {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	return store.UseLaw(book)
}

// Decide has the case of an invoice take a command, as its workflow would.
func Decide(t testing.TB, store *casefile.Store, invoice string, at time.Time, command collection.Command) {
	t.Helper()
	known, err := store.LoadCase(t.Context(), Creditor, invoice)
	require.NoError(t, err)
	events, err := collection.Decide(known, command)
	require.NoError(t, err)
	require.NotEmpty(t, events)
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: Creditor, Invoice: invoice, Key: collection.EventName(events[0]) + at.String(), Kind: "decided", Actor: "sophie", At: at, Events: events,
	}))
}
