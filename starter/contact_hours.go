package main

import (
	"context"

	"relance/cases"
	"relance/config"
	"relance/wiring"
)

// applyContactHours tells the open cases, once, that the configuration has other
// contact hours or closed days than they were planned with.
func applyContactHours(ctx context.Context, service *cases.Service, creditors []config.Creditor) {
	for _, c := range creditors {
		hours, err := wiring.ContactHours(c)
		told := 0
		if err == nil {
			told, err = service.ApplyContactHours(ctx, c.ID, hours)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			service.Log.Error("the contact hours of a creditor could not be applied to its open cases; they are at the next start", "creditor", c.ID, "error", err)
		case told > 0:
			service.Log.Info("the contact hours or closed days have changed: the next dates of open cases move", "creditor", c.ID, "cases", told)
		}
	}
}
