package main

import (
	"context"
	"time"

	"relance/cases"
)

// standingInterval is how often cases are looked for that were not told yet what is
// known of their debtor.
const standingInterval = 10 * time.Second

// keepStandingTold tells cases what is known of their debtor, where a crash left it
// untold, until the context ends.
func keepStandingTold(ctx context.Context, service *cases.Service) {
	ticks := time.NewTicker(standingInterval)
	defer ticks.Stop()
	for {
		if told, err := service.TellStanding(ctx); ctx.Err() == nil && (told > 0 || err != nil) {
			service.Log.Info("told cases what is known of their debtor", "cases", told, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
