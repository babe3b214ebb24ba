package main

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/common/searchattribute/sadefs"
)

//go:embed visibility.sql
var visibilityTable string

// tuneVisibility brings the indexes and triggers of the visibility table to what serves: visibility.sql, and of the
// columns for custom search attributes those that carry one. It also puts right a database that an earlier version made,
// and one in which attributes were added since. The server must not run yet.
func tuneVisibility(store *config.SQL, carrying map[string]bool) (err error) {
	db, err := sql.NewSQLAdminDB(sqlplugin.DbKindUnknown, store, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("open the visibility table: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return inTransaction(db, func() error {
		for _, statements := range append([]string{visibilityTable}, indexColumns(carrying)...) {
			if err := db.Exec(statements); err != nil {
				return fmt.Errorf("bring the indexes of the visibility table to what serves: %w", err)
			}
		}
		return nil
	})
}

// indexColumns are the statements that give an index to each column that carries a keyword, and take it from the others.
// Words and lists of keywords are found through the full-text tables. Dates and numbers, which change most, are looked
// for among the rows that remain: their indexes cost every change of them more than a rare look at them gains.
func indexColumns(carrying map[string]bool) []string {
	var statements []string
	columns := sadefs.GetDBIndexSearchAttributes(nil).GetCustomSearchAttributes()
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		kind := columns[column]
		if kind == enumspb.INDEXED_VALUE_TYPE_TEXT || kind == enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST {
			continue
		}
		if carrying[column] && kind == enumspb.INDEXED_VALUE_TYPE_KEYWORD {
			statements = append(statements, "CREATE INDEX IF NOT EXISTS "+columnIndex(column)+" ON executions_visibility (namespace_id, "+column+
				", (COALESCE(close_time, '9999-12-31 23:59:59+00:00')) DESC, start_time DESC, run_id)")
		} else {
			statements = append(statements, "DROP INDEX IF EXISTS "+columnIndex(column))
		}
	}
	return statements
}

// columnIndex is the server's name for the index of a column: by_keyword_01 for Keyword01.
func columnIndex(column string) string {
	kind := strings.TrimRight(column, "0123456789")
	return "by_" + strings.ToLower(kind) + "_" + column[len(kind):]
}
