package casefile

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// statementCount counts what is sent to the database.
type statementCount struct{ atomic.Int64 }

var (
	_ pgx.QueryTracer = (*statementCount)(nil)
	_ pgx.BatchTracer = (*statementCount)(nil)
)

// Statements is how many statements the store has sent to the database, those that
// begin and end transactions among them.
func (s *Store) Statements() int64 { return s.count.Load() }

func (c *statementCount) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.Add(1)
	return ctx
}

func (c *statementCount) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	c.Add(int64(data.Batch.Len()))
	return ctx
}

func (*statementCount) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (*statementCount) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (*statementCount) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
