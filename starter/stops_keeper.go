package main

import (
	"context"
	"time"

	"relance/cases"
)

// stopsInterval is how often it is looked for cases that were not told of a stop.
const stopsInterval = 5 * time.Second

// keepStopsTold tells cases of stops that were set or lifted, until the context ends.
// The stops are in force meanwhile: this is for what the cases say, and for the end of
// their rest.
func keepStopsTold(ctx context.Context, service *cases.Service) {
	ticks := time.NewTicker(stopsInterval)
	defer ticks.Stop()
	for {
		switch told, err := service.TellStops(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			service.Log.Warn("cases could not be told of a stop; it is in force, and they are told later", "error", err)
		case told > 0:
			service.Log.Info("cases were told of a stop that was set or lifted", "cases", told)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
