package main

import (
	"context"
	"time"

	"relance/cases/answers"
)

// answersInterval is how often answers are looked after whose effect a crash left
// undone, or whose hold has ended.
const answersInterval = 10 * time.Second

// keepAnswers looks after the answers of debtors until the context ends.
func keepAnswers(ctx context.Context, service *answers.Service) {
	ticks := time.NewTicker(answersInterval)
	defer ticks.Stop()
	for {
		if err := service.KeepUp(ctx); err != nil && ctx.Err() == nil {
			service.Log.Warn("answers of debtors could not be looked after", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
