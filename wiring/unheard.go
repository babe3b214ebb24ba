package wiring

import (
	"context"
	"log/slog"
	"time"

	"relance/cases"
	"relance/config"
	"relance/messaging"
	"relance/messaging/twilio"
)

const (
	// unheardInterval is how often messages are looked for that Twilio is to be asked about.
	unheardInterval = time.Minute
	// unheardAtATime is how many it is asked about in one round, of one worker.
	unheardAtATime = 500
)

// TwilioStatuses asks Twilio what became of a message; nil without an account.
func TwilioStatuses(c config.Config) (messaging.StatusFinder, error) {
	sender, err := twilioSender(c.SMS.Twilio, "")
	if sender == nil || err != nil {
		return nil, err
	}
	return sender, nil
}

// KeepUnheard asks Twilio what became of the messages of which nothing final was heard, until
// the context ends: Twilio reports a status once, and not again when nobody hears it. Without an
// account there is nothing to ask.
func KeepUnheard(ctx context.Context, service *cases.Service, statuses messaging.StatusFinder, logger *slog.Logger) {
	if statuses == nil {
		return
	}
	ticks := time.NewTicker(unheardInterval)
	defer ticks.Stop()
	told := ""
	for {
		heard, err := service.AskUnheard(ctx, twilio.Provider, statuses, time.Now(), unheardAtATime)
		if heard > 0 {
			logger.Info("asked Twilio about messages of which it had reported nothing final", "messages", heard)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			told = ""
		case told != err.Error():
			told = err.Error()
			logger.Error("messages of which Twilio has reported nothing final wait", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}
