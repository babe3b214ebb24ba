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
	keptWork{
		every: replaceInterval, do: notices.ReplaceLetters,
		done: func(count int) {
			logger.Info("wrote letters in place of others that were not true any more", "letters", count)
		},
		waits: func(err error) { logger.Error("letters that are to be written anew wait", "error", err) },
	}.keep(ctx)
}
