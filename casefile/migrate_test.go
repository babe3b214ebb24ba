package casefile_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/stack/stacktest"
)

func TestManyProgramsMigrateAtTheSameTime(t *testing.T) {
	t.Parallel()
	dsn := stacktest.Database(t, func(context.Context, string) error { return nil }, "empty")
	var together sync.WaitGroup
	for range 8 {
		together.Go(func() { require.NoError(t, casefile.Migrate(t.Context(), dsn)) })
	}
	together.Wait()
	migrated := dump(t, dsn)
	require.NoError(t, casefile.Migrate(t.Context(), dsn))
	require.Equal(t, migrated, dump(t, dsn))

	store, err := casefile.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	_, err = store.Cases(t.Context(), casefile.CaseFilter{})
	require.NoError(t, err)
}

func TestADatabaseThatIsNotThereIsReported(t *testing.T) {
	t.Parallel()
	_, err := casefile.Open(t.Context(), "postgres://127.0.0.1:1/nothing?connect_timeout=2")
	require.ErrorContains(t, err, "connecting to the database")
	require.Error(t, casefile.Migrate(t.Context(), "postgres://127.0.0.1:1/nothing?connect_timeout=2"))
}

func TestTheHistoryCannotBeChanged(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	before := dump(t, dsn)
	for _, change := range []string{
		"update history set summary = 'it was never sent'", "delete from history", "truncate history",
	} {
		require.ErrorContains(t, execute(t, dsn, change), "append-only")
	}
	require.Equal(t, before, dump(t, dsn))
}

func TestTheDatabaseRefusesStatesThatCannotBe(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	post(t, store, "F-1", payment("P-1", 100))
	before := dump(t, dsn)
	for what, change := range map[string]string{
		"a paid case that is open":             "update collection_case set stage = 'paid'",
		"an open case with nothing owed":       "update collection_case set open_minor = 0",
		"a negative open amount":               "update collection_case set open_minor = -1",
		"an unknown stage":                     "update collection_case set stage = 'angry'",
		"a message sending without a time":     "update message set state = 'sending'",
		"a message accepted without a time":    "update message set state = 'accepted'",
		"a second message for the same notice": "insert into message select gen_random_uuid(), creditor, invoice, round, step, channel, try, contact, recipient, template, language, subject, content_type, sha256, deadline, composed_currency, composed_open_minor, compositions, state, provider, provider_id, code, reason, sendings, unproven, business_at, settled_at, composed_at, sending_at, accepted_at, delivered_at, failed_at from message",
		"a payment of nothing":                 "update ledger_entry set amount_minor = 0",
		"a currency in small letters":          "update ledger_entry set currency = 'eur'",
		"an allocation of nothing":             "update allocation set amount_minor = 0",
		"a case without an invoice":            "delete from invoice",
		"an invoice due before it was issued":  "update invoice set due_date = issue_date - 1",
		"a contact of nobody":                  "update contact set debtor = 'nobody'",
	} {
		require.Error(t, execute(t, dsn, change), what)
	}
	require.Equal(t, before, dump(t, dsn))
	require.NotEmpty(t, message.ID)
}
