package pool

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// book is a case file of one invoice, or one that cannot be read.
type book struct {
	creditor, invoice string
	messages          []casefile.Message
	err               error
}

func (b book) MessagesOf(_ context.Context, creditor, invoice string) ([]casefile.Message, error) {
	if creditor != b.creditor || invoice != b.invoice {
		return nil, errors.New("another invoice was asked for")
	}
	return b.messages, b.err
}

// asked is what two queries of a case answer when its worker has that book.
func asked(t *testing.T, b book) (status workflows.Status, other string) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&deliveryTruth{messages: b}}})
	env.RegisterWorkflow(standsStill)
	env.ExecuteWorkflow(standsStill, workflows.Start{Case: collection.Case{Creditor: "acme", Invoice: "F-1/2"}})
	require.NoError(t, env.GetWorkflowError())
	answer, err := env.QueryWorkflow(workflows.QueryStatus)
	require.NoError(t, err)
	require.NoError(t, answer.Get(&status))
	answer, err = env.QueryWorkflow("other")
	require.NoError(t, err)
	require.NoError(t, answer.Get(&other))
	return status, other
}

// standsStill answers as a case does, and does nothing.
func standsStill(ctx workflow.Context, _ workflows.Start) error {
	err := workflow.SetQueryHandler(ctx, workflows.QueryStatus, func() (workflows.Status, error) {
		return workflows.Status{Case: "case/acme/F-1/2", LastStep: "reminder"}, nil
	})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, "other", func() (string, error) { return "as it is", nil })
}

func TestTheQueryOfACaseTellsWhatTheCaseFileKnowsOfItsMessages(t *testing.T) {
	t.Parallel()
	written := time.Date(2026, time.March, 10, 9, 30, 0, 0, time.UTC)
	message := func(try int, state casefile.MessageState) casefile.Message {
		m := casefile.Message{ID: "M", State: state, BusinessAt: written}
		m.Step, m.Channel, m.Try = "reminder", collection.ChannelEmail, try
		return m
	}
	opened, failed := message(1, casefile.MessageDelivered), message(0, casefile.MessageBounced)
	opened.OpenedAt, failed.Code = written, "550"
	status, other := asked(t, book{creditor: "acme", invoice: "F-1/2", messages: []casefile.Message{failed, opened}})
	require.Equal(t, "reminder", status.LastStep)
	require.Equal(t, []workflows.MessageStatus{
		{ID: "M", Step: "reminder", Channel: collection.ChannelEmail, Delivery: "bounced", At: written, Code: "550"},
		{ID: "M", Step: "reminder", Channel: collection.ChannelEmail, Try: 1, Delivery: "opened", At: written},
	}, status.Messages)
	require.Empty(t, status.MessagesUnknown)
	require.Equal(t, "as it is", other)
}

func TestTheQueryOfACaseAnswersWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	status, other := asked(t, book{creditor: "acme", invoice: "F-1/2", err: errors.New("connection refused")})
	require.Equal(t, "reminder", status.LastStep)
	require.Empty(t, status.Messages)
	require.Contains(t, status.MessagesUnknown, "connection refused")
	require.Equal(t, "as it is", other)
}
