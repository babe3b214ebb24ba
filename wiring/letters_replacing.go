package wiring

import (
	"context"
	"log/slog"
	"time"

	"relance/activities"
)

// replaceInterval is how often letters are looked for that have to be written anew. A
// print queue is worked off once or twice a day.
const replaceInterval = 5 * time.Second

// KeepLetters writes letters anew that were cancelled before they were posted, until the
// context ends (activities.Notices.ReplaceLetters).
func KeepLetters(ctx context.Context, notices *activities.Notices, logger *slog.Logger) {
	ticks := time.NewTicker(replaceInterval)
	defer ticks.Stop()
	told := ""
	for {
		replaced, err := notices.ReplaceLetters(ctx)
		if replaced > 0 {
			logger.Info("wrote letters in place of others that were not true any more", "letters", replaced)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			told = ""
		case told != err.Error():
			told = err.Error()
			logger.Error("letters that are to be written anew wait", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
