package wiring

import (
	"context"
	"log/slog"
	"time"

	"relance/casefile"
	"relance/config"
)

// lawInterval is how often the files of the law tables are looked at.
const lawInterval = 30 * time.Second

// KeepLaw has a case file count by the law tables as they stand in the files, until
// the context ends: a half-year that is added counts without a restart. Tables
// that have become wrong are told once, and those read before stay.
func KeepLaw(ctx context.Context, c config.Config, store *casefile.Store, logger *slog.Logger) {
	ticks := time.NewTicker(lawInterval)
	defer ticks.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		book, err := Law(c)
		switch {
		case err == nil:
			told = ""
			store.UseLaw(book)
		case told != err.Error():
			told = err.Error()
			logger.Error("the law tables cannot be read any more; those read before stay in use", "error", err)
		}
	}
}
