package scenario

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"relance/bench/bare"
	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// Starts are cases opened a second, until each is asleep on its timer.
type Starts struct {
	// Cases are opened as programs open them: recorded in PostgreSQL, then started.
	Cases Turns `json:"cases"`
	// WithoutDatabase are the same workflows started with nothing recorded.
	WithoutDatabase Turns `json:"without_database"`
	Bare            Turns `json:"bare"`
}

// Starts measures how fast cases are opened.
func (b *Bench) Starts(ctx context.Context) (Starts, error) {
	var result Starts
	strategy, err := standard()
	if err != nil {
		return result, err
	}
	due := calendar.DateOf(time.Now()).AddDays(300)
	for round := range b.Size.Rounds {
		starts := make([]bare.Start, b.startsEach())
		for i := range starts {
			starts[i] = bare.Start{Due: []time.Time{farAway()}}
		}
		ids, turn, err := b.startBare(ctx, starts)
		if err != nil {
			return result, fmt.Errorf("starting bare workflows: %w", err)
		}
		b.bareAsleep = append(b.bareAsleep, ids...)
		result.Bare = append(result.Bare, turn)

		var cohort []invoice
		for i := range b.startsEach() {
			cohort = append(cohort, invoiceOf(fmt.Sprintf("1%d", round), i, due))
		}
		if turn, err = b.open(ctx, cohort, strategy); err != nil {
			return result, fmt.Errorf("opening cases: %w", err)
		}
		result.Cases = append(result.Cases, turn)

		for i := range cohort {
			cohort[i] = invoiceOf(fmt.Sprintf("2%d", round), i, due)
		}
		if turn, err = b.startUnrecorded(ctx, cohort, strategy); err != nil {
			return result, fmt.Errorf("starting cases that are not recorded: %w", err)
		}
		result.WithoutDatabase = append(result.WithoutDatabase, turn)
		b.Tell("  cases opened/s %.0f, without the database %.0f, bare %.0f",
			result.Cases[round].PerSecond, result.WithoutDatabase[round].PerSecond, result.Bare[round].PerSecond)
	}
	return result, nil
}

// startsEach is how many starts one turn takes: the last of them end one after the other, which weighs less the more
// there are.
func (b *Bench) startsEach() int { return 2 * b.Size.Block }

// startUnrecorded starts the workflows of cases with the input and the options that the product starts them with.
func (b *Bench) startUnrecorded(ctx context.Context, invoices []invoice, strategy collection.Strategy) (Turn, error) {
	asleep, err := tasksDone(b.Rig.CaseWorker(), len(invoices))
	if err != nil {
		return Turn{}, err
	}
	return b.timed(ctx, len(invoices), func() error {
		err := inParallel(ctx, len(invoices), b.Size.Clients, func(ctx context.Context, i int) error {
			c := collection.Case{
				Creditor: b.Rig.Creditor, Invoice: invoices[i].number, Debtor: invoices[i].debtor, DueDate: invoices[i].due,
				Open: owed(), Window: window(), Strategy: strategy,
			}
			_, err := b.Rig.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
				ID: c.ID(), TaskQueue: workflows.TaskQueue,
				WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
				TypedSearchAttributes:    workflows.InitialAttributes(c, time.Now()),
				StaticSummary:            fmt.Sprintf("%s · %s due %s · %s", c.Invoice, c.Open, c.DueDate, c.Strategy.Name),
			}, workflows.WorkflowType, workflows.Start{Case: c})
			return err
		})
		if err != nil {
			return err
		}
		return asleep(ctx)
	})
}
