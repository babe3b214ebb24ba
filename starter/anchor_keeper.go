package main

import (
	"context"
	"time"

	"relance/calendar"
	"relance/cases"
)

// anchorInterval is how often it is looked whether the day has its anchor.
const anchorInterval = time.Hour

// keepAnchors makes the anchor of every day (UTC, by the wall clock: an anchor is for
// people outside) until the context ends. The root stands in the log, which is kept
// apart from the database in most installations.
func keepAnchors(ctx context.Context, service *cases.Service) {
	ticks := time.NewTicker(anchorInterval)
	defer ticks.Stop()
	for {
		anchor, made, err := service.Store.AnchorDay(ctx, calendar.DateOf(time.Now().UTC()), "relance")
		switch {
		case err != nil && ctx.Err() == nil:
			service.Log.Warn("the case files could not be anchored today; it will be tried again", "error", err)
		case made:
			service.Log.Info("the case files are anchored", "day", anchor.Day, "cases", anchor.Cases, "root", anchor.Root)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
