package cases

import (
	"context"
	"errors"
	"fmt"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// stopBatch is how many cases are told of a stop before it is remembered how far it is.
const stopBatch = 500

// SetStop sets a hold of a debtor, an exclusion, a block or a kill switch. It is in
// force when this returns: nothing in its scope begins to leave any more. The first
// cases are told at once, so that they say why they rest; the others, and all if that
// fails, by TellStops. The errors are those of casefile.Store.SetStop.
func (s *Service) SetStop(ctx context.Context, stop casefile.Stop) (casefile.Stop, bool, error) {
	stop.At = s.now()
	placed, fresh, err := s.Store.SetStop(ctx, stop)
	if err != nil {
		return placed, false, err
	}
	s.tellAtOnce(ctx, placed)
	return placed, fresh, nil
}

// LiftStop ends a stop. Cases rest until they are told, which begins at once; what
// gathered under a wide stop then leaves in turn.
func (s *Service) LiftStop(ctx context.Context, id, by string) (casefile.Stop, error) {
	lifted, err := s.Store.LiftStop(ctx, id, by, s.now())
	if err != nil {
		return lifted, err
	}
	s.tellAtOnce(ctx, lifted)
	return lifted, nil
}

func (s *Service) tellAtOnce(ctx context.Context, stop casefile.Stop) {
	if stop.Told == stop.Changes {
		return
	}
	if _, _, err := s.tellSome(ctx, stop); err != nil {
		s.Log.Warn("the cases are told of a stop later; it is in force", "stop", stop.ID, "error", err)
	}
}

// TellStops tells the open cases of every stop that was set or lifted and of which they
// were not all told. It remembers how far it is, so that it goes on after a crash; a
// case that is told twice changes nothing. It tells how many cases it told.
func (s *Service) TellStops(ctx context.Context) (int, error) {
	stops, err := s.Store.Stops(ctx, casefile.StopFilter{ToTell: true})
	if err != nil {
		return 0, err
	}
	told := 0
	var problems []error
	for _, stop := range stops {
		n, err := s.tellAll(ctx, stop)
		told += n
		if err != nil {
			problems = append(problems, err)
		}
	}
	return told, errors.Join(problems...)
}

func (s *Service) tellAll(ctx context.Context, stop casefile.Stop) (int, error) {
	told := 0
	for {
		after, n, err := s.tellSome(ctx, stop)
		told += n
		if err != nil || n < stopBatch {
			return told, err
		}
		stop = after
	}
}

// tellSome tells the next cases of a stop and remembers it.
func (s *Service) tellSome(ctx context.Context, stop casefile.Stop) (casefile.Stop, int, error) {
	names, err := s.Store.CasesOfStop(ctx, stop, stopBatch)
	if err != nil {
		return stop, 0, err
	}
	by := stop.Author
	if !stop.Lifted.IsZero() {
		by = stop.LiftedBy
	}
	order := workflows.NewStopOrder(stop.Stop, by)
	for _, name := range names {
		err := s.Temporal.SignalWorkflow(ctx, collection.WorkflowID(name.Creditor, name.Invoice), "", workflows.CommandStop, order)
		if err != nil && !isNotRunning(err) { // one that is not running reads the case file when it starts
			return stop, 0, fmt.Errorf("telling invoice %s of %s of the stop %s: %w", name.Invoice, name.Creditor, stop.ID, err)
		}
		stop.ToldCreditor, stop.ToldInvoice = name.Creditor, name.Invoice
	}
	return stop, len(names), s.Store.MarkStopTold(ctx, stop, len(names) < stopBatch)
}
