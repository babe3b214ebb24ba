package api_test

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// The two functions below stand word for word in docs/signals.md.

func signalPayment(ctx context.Context, temporal client.Client) error {
	payment := map[string]string{
		"id": "BNP-2026-11-20-0031", "amount": "120.50", "currency": "EUR", "received_on": "2026-11-20",
	}
	// Fire and forget: stored even while no worker runs.
	return temporal.SignalWorkflow(ctx, "case/acme/F-2026-0042", "", "payment-received", payment)
}

func updateWithPayment(ctx context.Context, temporal client.Client) (outcome string, err error) {
	payment := map[string]string{
		"id": "BNP-2026-11-20-0031", "amount": "120.50", "currency": "EUR", "received_on": "2026-11-20",
	}
	var status struct {
		Outcome string `json:"outcome"` // applied, duplicate, overpaid or unmatched
	}
	for {
		// Waits for a worker; a refusal is an error and leaves no trace.
		update, err := temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: "case/acme/F-2026-0042", UpdateName: "payment-received", Args: []any{payment},
			UpdateID: "BNP-2026-11-20-0031", WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err == nil {
			err = update.Get(ctx, &status)
		}
		var dropped *serviceerror.WorkflowNotReady
		if !errors.As(err, &dropped) {
			return status.Outcome, err
		}
		<-time.After(100 * time.Millisecond) // Temporal dropped it: once more, under the same ID
	}
}

// elsewhere sends what is meant for the case of the guide to the case of a test.
type elsewhere struct {
	client.Client
	id string
}

func (e elsewhere) SignalWorkflow(ctx context.Context, _, run, name string, payload any) error {
	return e.Client.SignalWorkflow(ctx, e.id, run, name, payload)
}

func (e elsewhere) UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	options.WorkflowID = e.id
	return e.Client.UpdateWorkflow(ctx, options)
}
