// Package cases opens, signals and shows cases for every program that serves
// people: the HTTP API, the command line, the providers' webhooks. It sends
// commands to the workflow that owns a case, and writes to the case file itself
// only when there is no workflow to write: before a case began and after it
// ended.
package cases

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// Service is what programs do with cases. Its fields are set once.
type Service struct {
	Temporal client.Client
	Store    *casefile.Store
	// Clock is the installation's business clock.
	Clock func() calendar.Clock
	Log   *slog.Logger

	started started
}

// Errors that callers decide on.
var (
	// ErrUnknownCase: there is no invoice of that number.
	ErrUnknownCase = casefile.ErrUnknownCase
	// ErrNoAnswer: the command was not answered in time; it may still be carried
	// out. Sending the same one again is safe.
	ErrNoAnswer = errors.New("the case has not answered yet: no worker may be running")
)

func (s *Service) now() time.Time { return s.Clock().Now() }

// Open records an invoice and starts its case. Opening the same invoice again
// changes nothing; created is false then.
func (s *Service) Open(ctx context.Context, opening casefile.Opening) (status workflows.Status, created bool, err error) {
	opening.At = s.now()
	opened, result, err := s.Store.OpenCase(ctx, opening)
	if err != nil {
		return workflows.Status{}, false, err
	}
	if result.Created && !opened.IsClosed() {
		starting, cancel := context.WithTimeout(ctx, startTimeout)
		defer cancel()
		if err := s.start(starting, opened); err != nil {
			// The case row is the outbox: StartPending will start it.
			s.Log.Warn("the case is recorded and will be started later", "case", opened.ID(), "error", err)
		}
	}
	return workflows.NewStatus(opened, opening.At), result.Created, nil
}

// startTimeout is how long opening a case waits for Temporal before it leaves the
// start to StartPending.
const startTimeout = 10 * time.Second

// start begins the workflow of a case, if none is running.
func (s *Service) start(ctx context.Context, c collection.Case) error {
	_, err := s.Temporal.ExecuteWorkflow(ctx, s.startOptions(c), workflows.WorkflowType, workflows.Start{Case: c, Clock: s.Clock()})
	if err != nil {
		return fmt.Errorf("starting the workflow %s: %w", c.ID(), err)
	}
	return s.confirm(ctx, s.started.add(casefile.StartedCase{Creditor: c.Creditor, Invoice: c.Invoice}))
}

// startOptions: one workflow for each case. That a closed case is not started
// anew is the case file's to say, because Temporal forgets closed workflows.
func (s *Service) startOptions(c collection.Case) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: c.ID(), TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    workflows.InitialAttributes(c, s.now()),
		StaticSummary:            fmt.Sprintf("%s · %s due %s · %s", c.Invoice, c.Open, c.DueDate, c.Strategy.Name),
	}
}

// pendingBatch is how many cases StartPending starts in one go.
const pendingBatch = 500

// StartPending starts the workflows of cases that were recorded and not
// started, because a program died in between.
func (s *Service) StartPending(ctx context.Context) (int, error) {
	if err := s.confirm(ctx, s.started.all()); err != nil {
		return 0, err
	}
	pending, err := s.Store.CasesToStart(ctx, pendingBatch)
	if err != nil {
		return 0, err
	}
	started := 0
	var problems []error
	for _, row := range pending {
		c, err := s.Store.LoadCase(ctx, row.Creditor, row.Invoice)
		if err == nil && c.IsClosed() {
			err = s.Store.MarkStarted(ctx, casefile.StartedCase{Creditor: c.Creditor, Invoice: c.Invoice})
		} else if err == nil {
			err = s.start(ctx, c)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		started++
	}
	confirmed := s.confirm(ctx, s.started.all())
	plans, err := s.startPendingPlans(ctx)
	return started + plans, errors.Join(errors.Join(problems...), confirmed, err)
}

// Status is how a case stands, open or closed, from the case file.
func (s *Service) Status(ctx context.Context, creditor, invoice string) (workflows.Status, error) {
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return workflows.Status{}, err
	}
	return workflows.NewStatus(c, s.now()), nil
}

// Forecast is what a case does in the next 90 days if nobody pays.
func (s *Service) Forecast(ctx context.Context, creditor, invoice string) ([]workflows.ForecastEntry, error) {
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return nil, err
	}
	return workflows.NewForecast(c, s.now()), nil
}

func isNotRunning(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}

// asRefusal finds the core's refusal in the error of an update.
func asRefusal(err error) error {
	var application *temporal.ApplicationError
	if !errors.As(err, &application) || application.Type() != workflows.ErrorRefused {
		return nil
	}
	code := collection.RefusedInvalid
	if application.HasDetails() {
		_ = application.Details(&code) // an older worker may send none
	}
	return &collection.Refusal{Code: code, Message: application.Message()}
}
