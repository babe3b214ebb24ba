package casefile_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/ledger"
	"relance/money"
)

func TestFeesThatWereRemittedBeforeTheJournalKnewThemAreBookedOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := partneredAt(t, dsn, "F-1")
	withPartner(t, store, "F-1")
	_, err := store.RecordRemittance(t.Context(), acme, casefile.Remittance{
		Handoff: "H1", Invoice: "F-1", ID: "R2", Gross: money.FromMinor(1000, money.EUR), Fees: money.FromMinor(100, money.EUR), Net: money.FromMinor(900, money.EUR),
		On: date(t, "2026-06-10"), Actor: "etude", At: delivered.AddDate(0, 0, 20),
	})
	require.NoError(t, err)
	goBackTo(t, dsn, 192)
	database, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	_, err = database.ExecContext(t.Context(), `insert into remittance (creditor, id, reference, currency, gross_minor, fees_minor, net_minor, on_date, actor, at)
		select creditor, 'R1', reference, 'EUR', 0, 4000, -4000, '2026-06-01', 'etude', now() from handoff`)
	require.NoError(t, err)
	require.NoError(t, database.Close())
	require.NoError(t, casefile.Migrate(t.Context(), dsn))

	journal, err := store.Journal(t.Context(), acme, "F-1")
	require.NoError(t, err)
	balances := map[ledger.BookAccount]int64{}
	for _, entry := range journal {
		for _, leg := range entry.Legs {
			balances[leg.Account] += leg.Amount.Minor()
		}
	}
	require.Equal(t, "remittance/R1/fees", journal[len(journal)-1].Key)
	require.Equal(t, "2026-06-01", journal[len(journal)-1].ValueDate.String())
	require.Equal(t, int64(4100), balances[ledger.BookPartnerFees])
	require.Equal(t, int64(-4100), balances[ledger.BookPartnerKept])
	require.Equal(t, int64(11000), balances[ledger.BookPrincipal])
}
