package main

import (
	"context"
	"time"

	"relance/cases"
	"relance/messaging"
)

// lettersInterval is how often letters are looked for that must not be posted any more, and
// those in place of them. A service prints once or twice a day.
const lettersInterval = 15 * time.Second

// keepLettersTold tells the service that prints and posts which letters were cancelled, if
// there is one, and cases which day the letters in place of them name or that those were
// refused, until the context ends.
func keepLettersTold(ctx context.Context, service *cases.Service, post messaging.Post) {
	ticks := time.NewTicker(lettersInterval)
	defer ticks.Stop()
	for {
		if told, err := service.TellReplaced(ctx); ctx.Err() == nil && (told > 0 || err != nil) {
			service.Log.Info("told cases which day the letters in place of others name", "cases", told, "error", err)
		}
		if told, err := service.TellRefused(ctx); ctx.Err() == nil && (told > 0 || err != nil) {
			service.Log.Info("told cases of letters in place of others that were refused", "letters", told, "error", err)
		}
		if post != nil {
			recallLetters(ctx, service, post)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

func recallLetters(ctx context.Context, service *cases.Service, post messaging.Post) {
	if recalled, err := service.RecallLetters(ctx, post); ctx.Err() == nil && (recalled > 0 || err != nil) {
		service.Log.Info("told the print-and-post service which letters are not to be posted", "letters", recalled, "error", err)
	}
}
