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
	again, err := s.tellUntold(ctx)
	return told + again, errors.Join(errors.Join(problems...), err)
}

// tellUntold tells the cases that may have missed a stop of all that concern them, set or
// lifted: they opened again meanwhile, or had not begun when the others were told. What
// is set or lifted after they were read is told to them with the others.
func (s *Service) tellUntold(ctx context.Context) (int, error) {
	told := 0
	var after casefile.CaseName
	for {
		untold, err := s.Store.CasesUntoldOfStops(ctx, after, stopBatch)
		if err != nil {
			return told, err
		}
		for _, c := range untold {
			after = casefile.CaseName{Creditor: c.Creditor, Invoice: c.Invoice}
			isTold, err := s.tellOfStops(ctx, c)
			if err != nil {
				return told, err
			}
			if isTold {
				told++
			}
		}
		if len(untold) < stopBatch {
			return told, nil
		}
	}
}

// tellOfStops tells a case of all stops that concern it; false while its workflow has not
// begun, which is then asked again.
func (s *Service) tellOfStops(ctx context.Context, untold casefile.UntoldOfStops) (bool, error) {
	c, err := s.Store.LoadCase(ctx, untold.Creditor, untold.Invoice)
	if err != nil {
		return false, err
	}
	for _, stop := range c.Stops {
		err := s.Temporal.SignalWorkflow(ctx, c.ID(), "", workflows.CommandStop, workflows.NewStopOrder(stop, "relance"))
		switch {
		case isNotRunning(err):
			return false, nil
		case err != nil:
			return false, fmt.Errorf("telling %s of the stop %s: %w", c.ID(), stop.ID, err)
		}
	}
	return true, s.Store.MarkToldOfStops(ctx, untold)
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
		if isNotRunning(err) { // it may be starting just now, with what the case file said before
			err = s.Store.DoubtStops(ctx, name)
		}
		if err != nil {
			return stop, 0, fmt.Errorf("telling invoice %s of %s of the stop %s: %w", name.Invoice, name.Creditor, stop.ID, err)
		}
		stop.ToldCreditor, stop.ToldInvoice = name.Creditor, name.Invoice
	}
	return stop, len(names), s.Store.MarkStopTold(ctx, stop, len(names) < stopBatch)
}
