package casefile

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"relance/collection"
)

// keepStrategy records a version of a strategy, or makes sure that it is the one
// on record: an open case must be able to rely on the version it follows.
func (s *Store) keepStrategy(ctx context.Context, tx *transaction, strategy collection.Strategy) error {
	given, err := json.Marshal(strategy)
	if err != nil {
		return fmt.Errorf("writing the strategy %s: %w", strategy.Name, err)
	}
	key := strategyKey{strategy.Name, strategy.Version}
	if kept, known := s.keptStrategy(key); known && kept.definition == string(given) {
		return nil
	}
	var known found[struct{ Strategy collection.Strategy }]
	isNew := false
	var b batch
	b.execCounted(func(rows int64) error {
		isNew = rows > 0
		return nil
	}, s.sql.InsertStrategy, strategy, named{"definition": given})
	one(&b, &known, s.sql.LoadStrategy, strategy)
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("recording the strategy %s version %d: %w", strategy.Name, strategy.Version, err)
	}
	if err := agree(known.value.Strategy, strategy); err != nil {
		return err
	}
	if !isNew { // else this transaction may yet be taken back
		return s.keep(key, strategy)
	}
	return nil
}

// readStrategy finds the strategy that the record of a case names: in memory, else with
// what else is queued. What is read stays in memory, for the record of a version never
// changes once it is committed; no transaction records a strategy and then reads its case.
func (s *Store) readStrategy(b *batch, rows *caseRows) {
	key := strategyKey{rows.record.value.Strategy, rows.record.value.StrategyVersion}
	kept, known := s.keptStrategy(key)
	if known {
		rows.strategy = kept.Strategy
		return
	}
	if key.name == "" {
		return // no case
	}
	b.Queue(s.sql.LoadStrategy.text, s.sql.LoadStrategy.with(collection.Strategy{Name: key.name, Version: key.version})).Query(func(found pgx.Rows) error {
		strategy, err := pgx.CollectExactlyOneRow(found, pgx.RowTo[collection.Strategy])
		if err != nil {
			return fmt.Errorf("reading the strategy %s version %d: %w", key.name, key.version, err)
		}
		rows.strategy = strategy
		return s.keep(key, strategy)
	})
}

// keep has a strategy that is on record stay in memory, as it is read from there: no
// caller has a hand on it.
func (s *Store) keep(key strategyKey, strategy collection.Strategy) error {
	definition, err := json.Marshal(strategy)
	if err != nil {
		return err
	}
	kept := keptStrategy{definition: string(definition)}
	if err := json.Unmarshal(definition, &kept.Strategy); err != nil {
		return err
	}
	s.strategies.Store(key, kept)
	return nil
}

func (s *Store) keptStrategy(key strategyKey) (keptStrategy, bool) {
	kept, known := s.strategies.Load(key)
	if !known {
		return keptStrategy{}, false
	}
	return kept.(keptStrategy), true //nolint:forcetypeassert // nothing else is stored
}

// keptStrategy is a version of a strategy that is on record, and how it was written to
// be there.
type keptStrategy struct {
	collection.Strategy
	definition string
}

// strategyKey names a version of a strategy, whose record never changes.
type strategyKey struct {
	name    string
	version int
}

// agree compares two definitions of one version, step by step.
func agree(known, given collection.Strategy) error {
	if known.Grouping != given.Grouping {
		return &ConflictError{
			Subject: fmt.Sprintf("the strategy %s version %d", given.Name, given.Version),
			Field:   "grouping", Known: string(known.Grouping), Given: string(given.Grouping),
		}
	}
	for i := range max(len(known.Steps), len(given.Steps)) {
		was, is := stepAt(known, i), stepAt(given, i)
		if was != is {
			return &ConflictError{
				Subject: fmt.Sprintf("the strategy %s version %d", given.Name, given.Version),
				Field:   fmt.Sprintf("step %d", i+1), Known: was, Given: is,
			}
		}
	}
	return nil
}

// stepAt is a step as it is written, empty when there is none.
func stepAt(strategy collection.Strategy, i int) string {
	if i >= len(strategy.Steps) {
		return ""
	}
	written, err := json.Marshal(strategy.Steps[i])
	if err != nil {
		return err.Error()
	}
	return string(written)
}
