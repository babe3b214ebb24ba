package cases

import (
	"context"
	"sync"

	"relance/casefile"
)

// started remembers cases whose workflow runs and whose rows do not say so yet: to tell
// the case file of many at once costs little more than to tell it of one. A start that
// is forgotten, because the program dies, is made once more, which does nothing.
type started struct {
	mu    sync.Mutex
	cases []casefile.StartedCase
}

// startedBatch is how many starts are confirmed in one go.
const startedBatch = 50

// add remembers a case. It returns those to confirm now, once there are enough.
func (s *started) add(c casefile.StartedCase) []casefile.StartedCase {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cases = append(s.cases, c); len(s.cases) < startedBatch {
		return nil
	}
	return s.take()
}

// all are the remembered cases, which are forgotten.
func (s *started) all() []casefile.StartedCase {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take()
}

func (s *started) take() []casefile.StartedCase {
	taken := s.cases
	s.cases = nil
	return taken
}

// Close confirms the starts that are not confirmed yet. StartPending does so as well;
// a program that opens cases and then ends spares it the work.
func (s *Service) Close(ctx context.Context) error { return s.confirm(ctx, s.started.all()) }

func (s *Service) confirm(ctx context.Context, started []casefile.StartedCase) error {
	if len(started) == 0 {
		return nil
	}
	return s.Store.MarkStarted(ctx, started...)
}
