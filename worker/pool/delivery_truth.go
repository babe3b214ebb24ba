package pool

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"relance/casefile"
	"relance/workflows"
)

// deliveryTruth completes what the query "status" of a case answers by what became of its
// messages. Providers report to the case file only: telling each case of each message
// that was delivered and opened would double its history, and it decides nothing by it.
// A query is no part of the history, so its answer may read what the workflow may not.
type deliveryTruth struct {
	interceptor.WorkerInterceptorBase
	messages messages
}

// messages is the part of the case file that tells of messages.
type messages interface {
	MessagesOf(ctx context.Context, creditor, invoice string) ([]casefile.Message, error)
}

// InterceptWorkflow implements interceptor.WorkerInterceptor.
func (t *deliveryTruth) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &caseQueries{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, messages: t.messages}
}

// caseQueries answers the queries of one run of a workflow.
type caseQueries struct {
	interceptor.WorkflowInboundInterceptorBase
	messages          messages
	creditor, invoice string
}

// ExecuteWorkflow implements interceptor.WorkflowInboundInterceptor.
func (q *caseQueries) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	for _, argument := range in.Args {
		if start, is := argument.(workflows.Start); is {
			q.creditor, q.invoice = start.Case.Creditor, start.Case.Invoice
		}
	}
	return q.Next.ExecuteWorkflow(ctx, in)
}

// readWithin is how long the case file may take: whoever asks waits for it, and so does
// the case if it has something to do.
const readWithin = time.Second

// HandleQuery implements interceptor.WorkflowInboundInterceptor.
func (q *caseQueries) HandleQuery(ctx workflow.Context, in *interceptor.HandleQueryInput) (any, error) {
	answer, err := q.Next.HandleQuery(ctx, in)
	status, is := answer.(workflows.Status)
	if err != nil || !is {
		return answer, err
	}
	reading, stop := context.WithTimeout(context.Background(), readWithin)
	defer stop()
	known, err := q.messages.MessagesOf(reading, q.creditor, q.invoice)
	if err != nil {
		status.MessagesUnknown = fmt.Sprintf("%v; ask again, or look in Relance itself", err)
		return status, nil // the rest of the answer holds without the database
	}
	now := time.Now()
	for _, m := range known {
		status.Messages = append(status.Messages, workflows.MessageStatus{
			ID: m.ID, Round: m.Round, Step: m.Step, Channel: m.Channel, Try: m.Try,
			Delivery: string(m.Truth(now)), At: m.BusinessAt, Code: m.Code,
		})
	}
	return status, nil
}
