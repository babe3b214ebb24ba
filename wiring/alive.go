package wiring

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
)

// How often a worker says that it can send, and how often it looks for a server that is
// away: sooner, so that the outage is known before much of what gathered leaves.
const (
	aliveInterval = 10 * time.Second
	awayInterval  = time.Second
)

// Alive tells the case file while a worker can send, so that an outage is known
// (casefile.Store.ReportAlive).
type Alive struct {
	Store    *casefile.Store
	Clock    func() calendar.Clock
	Temporal client.Client
	Log      *slog.Logger
}

// Report says so once: call it before the worker begins. A Temporal server that cannot be
// reached is no error, and nothing is said then.
func (a Alive) Report(ctx context.Context) error {
	_, err := a.report(ctx)
	return err
}

// Keep says so until the context ends.
func (a Alive) Keep(ctx context.Context) {
	told := ""
	for {
		alive, err := a.report(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			told = ""
		case told != err.Error():
			told = err.Error()
			a.Log.Error("the worker cannot say that it is there", "error", err)
		}
		wait := awayInterval
		if alive {
			wait = aliveInterval
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (a Alive) report(ctx context.Context) (bool, error) {
	asking, cancel := context.WithTimeout(ctx, aliveInterval/2)
	defer cancel()
	if _, err := a.Temporal.CheckHealth(asking, nil); isAway(err) {
		return false, nil
	}
	now := time.Now()
	outage, found, err := a.Store.ReportAlive(ctx, a.Clock().At(now), now)
	if err != nil {
		return false, err
	}
	if found {
		a.Log.Warn("nothing could leave for a while: what gathered leaves over several days, each debtor in its turn",
			"from", outage.Began, "until", outage.Ended)
	}
	return true, nil
}

// isAway reports whether a server did not answer; one that answers with a refusal is there.
func isAway(err error) bool {
	unavailable, slow := new(serviceerror.Unavailable), new(serviceerror.DeadlineExceeded)
	return errors.As(err, &unavailable) || errors.As(err, &slow) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
