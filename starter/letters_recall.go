package main

import (
	"context"
	"time"

	"relance/cases"
	"relance/messaging"
)

// recallInterval is how often letters are looked for that must not be posted any more. A
// service prints once or twice a day.
const recallInterval = 15 * time.Second

// recallLetters tells the service that prints and posts which letters were cancelled,
// until the context ends. Without a service there is nothing to do.
func recallLetters(ctx context.Context, service *cases.Service, post messaging.Post) {
	if post == nil {
		return
	}
	ticks := time.NewTicker(recallInterval)
	defer ticks.Stop()
	for {
		if recalled, err := service.RecallLetters(ctx, post); ctx.Err() == nil && (recalled > 0 || err != nil) {
			service.Log.Info("told the print-and-post service which letters are not to be posted", "letters", recalled, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
