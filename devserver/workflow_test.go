package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"go.temporal.io/server/common/log"
)

const (
	taskQueue    = "cases"
	allAttribute = "Creditor=Keyword,Stage=Keyword,DueDate=Datetime,AmountDue=Double,Reminders=Int,Disputed=Bool,Note=Text,Contacts=KeywordList"
)

// waitForPayment is an invoice in miniature: open until a signal says it is paid.
func waitForPayment(ctx workflow.Context) (string, error) {
	var reference string
	workflow.GetSignalChannel(ctx, "paid").Receive(ctx, &reference)
	return reference, nil
}

func everyAttribute() temporal.SearchAttributes {
	return temporal.NewSearchAttributes(
		temporal.NewSearchAttributeKeyKeyword("Creditor").ValueSet("acme"),
		temporal.NewSearchAttributeKeyKeyword("Stage").ValueSet("firm"),
		temporal.NewSearchAttributeKeyTime("DueDate").ValueSet(time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)),
		temporal.NewSearchAttributeKeyFloat64("AmountDue").ValueSet(1234.5),
		temporal.NewSearchAttributeKeyInt64("Reminders").ValueSet(2),
		temporal.NewSearchAttributeKeyBool("Disputed").ValueSet(false),
		temporal.NewSearchAttributeKeyString("Note").ValueSet("waiting for the purchase order"),
		temporal.NewSearchAttributeKeyKeywordList("Contacts").ValueSet([]string{"buyer", "director"}),
	)
}

// byEveryAttribute finds only workflows that carry all of everyAttribute. The date is a range because SQLite compares
// dates as text and stores "00:00:00.000" where a query says "00:00:00": >= and < are right, = and <= miss the instant.
const byEveryAttribute = `Creditor = "acme" AND Stage = "firm" AND DueDate >= "2026-11-30T00:00:00Z" AND DueDate < "2026-12-01T00:00:00Z" AND AmountDue > 1000 AND Reminders = 2 AND Disputed = false AND Note = "purchase" AND Contacts = "director"`

func TestAWorkflowStartedTheMomentTheServerIsReadyOutlivesARestartAndAKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	const id = "case/acme/F-2026-001"

	c := startChild(t, "-db", file, "-search-attributes", allAttribute)
	temporalClient := dial(t, c)
	start(t, temporalClient, id, everyAttribute())
	requireListed(t, temporalClient, byEveryAttribute, id)
	c.stop(t)

	c = startChild(t, "-db", file, "-search-attributes", allAttribute, "-durability", "normal")
	temporalClient = dial(t, c)
	requireListed(t, temporalClient, byEveryAttribute+` AND ExecutionStatus = "Running"`, id)
	require.NoError(t, temporalClient.SignalWorkflow(t.Context(), id, "", "paid", "virement 42"))
	c.kill(t)

	c = startChild(t, "-db", file, "-search-attributes", allAttribute)
	temporalClient = dial(t, c)
	runWorker(t, temporalClient)
	var reference string
	require.NoError(t, temporalClient.GetWorkflow(t.Context(), id, "").Get(t.Context(), &reference))
	require.Equal(t, "virement 42", reference, "the signal was accepted before the kill")
	requireListed(t, temporalClient, byEveryAttribute+` AND ExecutionStatus = "Completed"`, id)
	c.stop(t)
}

func TestAnAttributeAddedToAnExistingDatabaseWorksTheMomentTheServerIsReady(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	c := startChild(t, "-db", file, "-search-attributes", "Creditor=Keyword")
	start(t, dial(t, c), "old", temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Creditor").ValueSet("acme")))
	c.stop(t)

	c = startChild(t, "-db", file, "-search-attributes", allAttribute)
	temporalClient := dial(t, c)
	start(t, temporalClient, "new", everyAttribute())
	requireListed(t, temporalClient, byEveryAttribute, "new")
	requireListed(t, temporalClient, `Creditor = "acme" AND Stage IS NULL`, "old")
	c.stop(t)

	require.Contains(t, refusedStart(t, "-db", file, "-search-attributes", "Creditor=Int"),
		"search attribute Creditor already exists as Keyword and cannot become Int")
}

func TestGivenPortsAndTheRetentionHoldAcrossRestartsAndAMove(t *testing.T) {
	t.Parallel()
	oldFolder := t.TempDir()
	port, uiPort := freePort(t), freePort(t)
	args := []string{"-port", port, "-ui-port", uiPort, "-search-attributes", "Creditor=Keyword"}
	byCreditor := temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Creditor").ValueSet("acme"))

	c := startChild(t, append(args, "-db", filepath.Join(oldFolder, "temporal.db"))...)
	require.Equal(t, loopback+":"+port, c.Address)
	require.Equal(t, "http://"+loopback+":"+uiPort, c.UI)
	temporalClient := dial(t, c)
	require.Equal(t, 90*day, retention(t, temporalClient))
	start(t, temporalClient, "before the move", byCreditor)
	c.stop(t)

	newFolder := filepath.Join(t.TempDir(), "100% élan? oui")
	require.NoError(t, os.Rename(oldFolder, newFolder))
	c = startChild(t, append(args, "-db", filepath.Join(newFolder, "temporal.db"), "-retention", "30d")...)
	require.Equal(t, loopback+":"+port, c.Address)
	temporalClient = dial(t, c)
	require.Equal(t, 30*day, retention(t, temporalClient))
	start(t, temporalClient, "after the move", byCreditor)
	requireListed(t, temporalClient, `Creditor = "acme"`, "after the move", "before the move")
	c.stop(t)
}

func dial(t *testing.T, c *child) client.Client {
	t.Helper()
	temporalClient, err := client.DialContext(t.Context(), client.Options{HostPort: c.Address, Namespace: c.Namespace, Logger: quiet()})
	require.NoError(t, err)
	t.Cleanup(temporalClient.Close)
	return temporalClient
}

func start(t *testing.T, c client.Client, id string, attributes temporal.SearchAttributes) {
	t.Helper()
	_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: taskQueue, TypedSearchAttributes: attributes,
	}, waitForPayment)
	require.NoError(t, err)
}

func runWorker(t *testing.T, c client.Client) {
	t.Helper()
	w := worker.New(c, taskQueue, worker.Options{})
	w.RegisterWorkflow(waitForPayment)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

// requireListed waits until visibility, which lags a moment behind, shows exactly these workflows for the query. The IDs are sorted.
func requireListed(t *testing.T, c client.Client, query string, ids ...string) {
	t.Helper()
	require.Eventually(t, func() bool {
		list, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		var found []string
		for _, execution := range list.GetExecutions() {
			found = append(found, execution.GetExecution().GetWorkflowId())
		}
		slices.Sort(found)
		return err == nil && slices.Equal(found, ids)
	}, patience, 50*time.Millisecond, "%v are not what is found by %s", ids, query)
}

func retention(t *testing.T, c client.Client) time.Duration {
	t.Helper()
	description, err := c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "default"})
	require.NoError(t, err)
	return description.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
}

// freePort is a port that was free a moment ago, from the range the server chooses from, to stay clear of ports in use
// for outgoing connections.
func freePort(t *testing.T) string {
	t.Helper()
	l, port, err := listen(t.Context(), "", 0)
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return strconv.Itoa(port)
}

func quiet() sdklog.Logger { return log.NewSdkLogger(log.NewNoopLogger()) }
