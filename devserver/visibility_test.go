package main

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"go.temporal.io/server/common/searchattribute/sadefs"
)

// kept are the indexes that serve in every database.
var kept = []string{
	"by_workflow_id", "default_idx",
	"of_parent_workflow_id", "of_temporal_namespace_division", "of_temporal_scheduled_by_id", "of_temporal_worker_deployment",
	"of_temporal_worker_deployment_version", "sqlite_autoindex_executions_visibility_1",
}

func TestOnlyWhatCarriesAKeywordHasAnIndexAlsoInADatabaseOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	require.NoError(t, createFile(file))
	require.NoError(t, createSchema(file, storeConfig(file, durableOff)), "an earlier version left the server's own schema")
	require.Len(t, indexNames(t, file), 59)

	c := startChild(t, "-db", file, "-search-attributes", "Creditor=Keyword,DueDate=Datetime,Note=Text")
	c.stop(t)
	require.Equal(t, with(kept, "by_keyword_01"), indexNames(t, file))

	c = startChild(t, "-db", file, "-search-attributes", "Creditor=Keyword,DueDate=Datetime,Note=Text,Debtor=Keyword,AmountDue=Int")
	c.stop(t)
	require.Equal(t, with(kept, "by_keyword_01", "by_keyword_02"), indexNames(t, file), "added with their attributes")

	c = startChild(t, "-db", file, "-namespace", "other")
	c.stop(t)
	require.Equal(t, with(kept, "by_keyword_01", "by_keyword_02"), indexNames(t, file), "those of another namespace stay")
}

// The names and definitions are the server's, so that an update of the server which changes them is noticed here.
func TestAnIndexOfAColumnIsTheServersOwn(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	require.NoError(t, createFile(file))
	require.NoError(t, createSchema(file, storeConfig(file, durableOff)))
	original := schema(t, file, "index")

	everyColumn := map[string]bool{}
	for column := range sadefs.GetDBIndexSearchAttributes(nil).GetCustomSearchAttributes() {
		everyColumn[column] = true
	}
	made := 0
	for _, statement := range indexColumns(everyColumn) {
		if !strings.HasPrefix(statement, "CREATE") {
			continue
		}
		made++
		name := strings.Fields(statement)[5]
		require.Equal(t, squeeze(original[name]), squeeze(strings.Replace(statement, "IF NOT EXISTS ", "", 1)))
	}
	require.Equal(t, 10, made, "those of keywords")
	require.Len(t, indexColumns(everyColumn), 22)
	for _, statement := range indexColumns(nil) {
		require.Contains(t, original, strings.Fields(statement)[4], "dropped by its right name")
	}
	for _, dropped := range regexp.MustCompile(`DROP INDEX IF EXISTS (\w+)`).FindAllStringSubmatch(visibilityTable, -1) {
		require.Contains(t, original, dropped[1], "dropped by its right name")
	}
}

func TestTheFullTextTriggersWatchEveryColumnOfTheirTable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	require.NoError(t, createFile(file))
	store := storeConfig(file, durableOff)
	require.NoError(t, createSchema(file, store))
	require.NoError(t, tuneVisibility(store, nil))
	triggers := schema(t, file, "trigger")
	require.Len(t, triggers, 4, "one for insertion, one for deletion, two for updates")
	for _, table := range []string{"executions_visibility_fts_text", "executions_visibility_fts_keyword_list"} {
		condition, action, _ := strings.Cut(triggers[table+"_au"], "BEGIN")
		columns := rowsOf(t, file, "SELECT name FROM pragma_table_info('"+table+"')")
		require.NotEmpty(t, columns)
		require.Equal(t, len(columns), strings.Count(condition, "IS NOT"))
		for _, column := range columns {
			require.Contains(t, condition, "OLD."+column+" IS NOT NEW."+column)
			require.Equal(t, 1, strings.Count(action, "OLD."+column))
			require.Equal(t, 1, strings.Count(action, "NEW."+column))
		}
	}
}

// relive changes its words, then only a number, then takes a word back.
func relive(ctx workflow.Context) error {
	contacts, note, reminders := temporal.NewSearchAttributeKeyKeywordList("Contacts"), temporal.NewSearchAttributeKeyString("Note"), temporal.NewSearchAttributeKeyInt64("Reminders")
	for _, updates := range [][]temporal.SearchAttributeUpdate{
		{contacts.ValueSet([]string{"lawyer", "director"}), note.ValueSet("payment promised for friday")},
		{reminders.ValueSet(3)},
		{contacts.ValueSet([]string{"director"}), reminders.ValueSet(4)},
		{note.ValueUnset()},
	} {
		workflow.GetVersion(ctx, "reminders", workflow.DefaultVersion, 1)
		if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
			return err
		}
		workflow.GetSignalChannel(ctx, "go on").Receive(ctx, nil)
	}
	return nil
}

func TestWordsAreFoundAsTheyAreNowAndNoLongerAsTheyWere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	c := startChild(t, "-db", file, "-search-attributes", allAttribute)
	temporalClient := dial(t, c)
	const id = "case/acme/F-2026-002"
	w := worker.New(temporalClient, taskQueue, worker.Options{})
	w.RegisterWorkflow(relive)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	start(t, temporalClient, "bystander", everyAttribute())
	_, err := temporalClient.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: taskQueue, TypedSearchAttributes: everyAttribute(),
	}, relive)
	require.NoError(t, err)
	goOn := func() { require.NoError(t, temporalClient.SignalWorkflow(t.Context(), id, "", "go on", nil)) }

	requireListed(t, temporalClient, `Contacts = "lawyer" AND Note = "promised"`, id)
	requireListed(t, temporalClient, `Contacts = "buyer"`, "bystander")
	requireListed(t, temporalClient, `Note = "purchase"`, "bystander")
	requireListed(t, temporalClient, `TemporalChangeVersion = "reminders-1"`, id)
	goOn()
	requireListed(t, temporalClient, `Reminders = 3 AND Contacts = "lawyer" AND Note = "friday"`, id)
	requireListed(t, temporalClient, `Contacts = "director"`, "bystander", id)
	goOn()
	requireListed(t, temporalClient, `Reminders = 4 AND Contacts = "director" AND Note = "friday"`, id)
	requireListed(t, temporalClient, `Contacts = "lawyer"`)
	goOn()
	requireListed(t, temporalClient, `Note IS NULL AND Contacts = "director"`, id)
	requireListed(t, temporalClient, `Note = "friday"`)
	requireListed(t, temporalClient, `BuildIds IS NOT NULL AND TemporalChangeVersion = "reminders-1"`, id)
	goOn()
	requireListed(t, temporalClient, `ExecutionStatus = "Completed" AND Contacts = "director" AND TemporalChangeVersion = "reminders-1"`, id)
	c.stop(t)
	for _, table := range []string{"executions_visibility_fts_text", "executions_visibility_fts_keyword_list"} {
		execute(t, file, "INSERT INTO "+table+" ("+table+", rank) VALUES ('integrity-check', 1)")
	}
}

// What the UI looks for is found through an index: a portfolio of some 100,000 invoices is not read for it.
func TestTheQueriesOfTheUIUseAnIndex(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	require.NoError(t, createFile(file))
	store := storeConfig(file, durableOff)
	require.NoError(t, createSchema(file, store))
	aliases, _, err := assignColumns(nil, searchAttributes{"Creditor": enumspb.INDEXED_VALUE_TYPE_KEYWORD})
	require.NoError(t, err)
	require.Contains(t, aliases, "Keyword01")
	require.NoError(t, tuneVisibility(store, map[string]bool{"Keyword01": true}))

	const order = " ORDER BY COALESCE(close_time, '9999-12-31 23:59:59+00:00') DESC, start_time DESC, run_id LIMIT 20"
	for condition, index := range map[string]string{
		"":                                                   "default_idx",
		" AND workflow_id = 'case'":                          "by_workflow_id",
		" AND workflow_type_name = 'case'":                   "default_idx",
		" AND status = 2":                                    "default_idx",
		" AND root_workflow_id = 'case'":                     "default_idx",
		" AND parent_workflow_id = 'case'":                   "of_parent_workflow_id",
		" AND Keyword01 = 'acme'":                            "by_keyword_01",
		" AND TemporalScheduledById = 'tax'":                 "of_temporal_scheduled_by_id",
		" AND TemporalWorkerDeployment = 'relance'":          "of_temporal_worker_deployment",
		" AND TemporalWorkerDeploymentVersion = 'relance:1'": "of_temporal_worker_deployment_version",
	} {
		plan := rowsOf(t, file, "EXPLAIN QUERY PLAN SELECT * FROM executions_visibility WHERE namespace_id = 'default'"+condition+" AND TemporalNamespaceDivision IS NULL"+order)
		require.Len(t, plan, 1, "not sorted: %v", plan)
		require.Contains(t, plan[0], "USING INDEX "+index+" ", condition)
	}
	division := rowsOf(t, file, "EXPLAIN QUERY PLAN SELECT * FROM executions_visibility WHERE namespace_id = 'default' AND TemporalNamespaceDivision = 'TemporalScheduler'"+order)
	require.Contains(t, division[0], "USING INDEX of_temporal_namespace_division ")
}

func with(names []string, more ...string) []string {
	return slices.Sorted(slices.Values(slices.Concat(names, more)))
}

func indexNames(t *testing.T, file string) []string {
	t.Helper()
	return rowsOf(t, file, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'executions_visibility' ORDER BY name")
}

// schema are the definitions of the indexes or triggers of the visibility table, by name.
func schema(t *testing.T, file, kind string) map[string]string {
	t.Helper()
	definitions := map[string]string{}
	for _, name := range rowsOf(t, file, "SELECT name FROM sqlite_master WHERE type = '"+kind+"' AND tbl_name = 'executions_visibility'") {
		definitions[name] = rowsOf(t, file, "SELECT COALESCE(sql, '') FROM sqlite_master WHERE name = '"+name+"'")[0]
	}
	return definitions
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// rowsOf is the last column of each row that a query finds.
func rowsOf(t *testing.T, file, query string) []string {
	t.Helper()
	rows, err := open(t, file).QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var found []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(string)
		}
		require.NoError(t, rows.Scan(values...))
		found = append(found, *values[len(values)-1].(*string))
	}
	require.NoError(t, rows.Err())
	return found
}

func execute(t *testing.T, file, statement string) {
	t.Helper()
	_, err := open(t, file).ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// open reads a database file beside the server, with its own driver.
func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath())
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}
