package casefile

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// batch is several statements in one round trip, in order. A failure of one fails
// all, because they run in one transaction.
type batch struct{ pgx.Batch }

// runner is a pool or a transaction.
type runner interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

func (b *batch) run(ctx context.Context, on runner) error {
	if b.Len() == 0 {
		return nil
	}
	return b.send(ctx, on)
}

func (b *batch) send(ctx context.Context, on runner) error {
	return on.SendBatch(ctx, &b.Batch).Close()
}

// exec queues a statement without an answer.
func (b *batch) exec(s statement, arguments ...any) {
	b.Queue(s.text, s.with(arguments...))
}

// execCounted queues a statement and tells how many rows it concerned.
func (b *batch) execCounted(answer func(rows int64) error, s statement, arguments ...any) {
	b.Queue(s.text, s.with(arguments...)).Exec(func(tag pgconn.CommandTag) error { return answer(tag.RowsAffected()) })
}

// all queues a query for a list of structs by column name; nil when there are none.
func all[T any](b *batch, into *[]T, s statement, arguments ...any) {
	b.Queue(s.text, s.with(arguments...)).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		if err != nil {
			return fmt.Errorf("reading the rows of %s: %w", s.name, err)
		}
		*into = nil
		if len(list) > 0 {
			*into = list
		}
		return nil
	})
}

// each queues a query whose rows, structs by column name, are taken one by one as they
// come: for lists that are too long to keep.
func each[T any](b *batch, take func(T), s statement, arguments ...any) {
	b.Queue(s.text, s.with(arguments...)).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			row, err := pgx.RowToStructByName[T](rows)
			if err != nil {
				return fmt.Errorf("reading the rows of %s: %w", s.name, err)
			}
			take(row)
		}
		return rows.Err()
	})
}

// found is a row that need not be there.
type found[T any] struct {
	value T
	is    bool
}

// one queues a query for at most one struct by column name.
func one[T any](b *batch, into *found[T], s statement, arguments ...any) {
	b.Queue(s.text, s.with(arguments...)).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		if err != nil {
			return fmt.Errorf("reading the row of %s: %w", s.name, err)
		}
		if into.is = len(list) > 0; into.is {
			into.value = list[0]
		}
		return nil
	})
}
