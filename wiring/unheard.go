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
	keptWork{
		every: unheardInterval,
		do: func(ctx context.Context) (int, error) {
			return service.AskUnheard(ctx, twilio.Provider, statuses, time.Now(), unheardAtATime)
		},
		done: func(count int) {
			logger.Info("asked Twilio about messages of which it had reported nothing final", "messages", count)
		},
		waits: func(err error) {
			logger.Error("messages of which Twilio has reported nothing final wait", "error", err)
		},
	}.keep(ctx)
}
