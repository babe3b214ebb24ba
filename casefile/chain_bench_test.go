package casefile_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
)

// BenchmarkHistoryLine is one line of the history, by itself and a thousand in one
// statement, so that what the chain costs beside the round trip shows.
func BenchmarkHistoryLine(b *testing.B) {
	dsn := casefiletest.Database(b)
	connection, err := pgx.Connect(b.Context(), dsn)
	require.NoError(b, err)
	defer func() { _ = connection.Close(context.Background()) }()
	for i := 0; b.Loop(); i++ {
		_, err := connection.Exec(b.Context(), `insert into history (creditor, invoice, key, kind, actor, summary, at)
			select 'acme', 'F-' || n % 100, $1::int || '/' || n, 'payment-received', 'bank', 'the payment came in', now() from generate_series(1, 1000) n`, i)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/line")
}
