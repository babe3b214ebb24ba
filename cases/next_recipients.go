package cases

import (
	"errors"
	"slices"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/recipients"
)

// NextRecipient is who the next notice of a case goes to by one of its channels, or
// why it can go to nobody.
type NextRecipient struct {
	Step    string
	Channel collection.Channel
	// Fallback: the channel is tried only when the others failed.
	Fallback bool
	Choice   recipients.Choice
	// Refusal is nil when there is a choice.
	Refusal *recipients.Refusal
}

// NextRecipients tells for each channel of the next notice of a case whom it goes
// to, by the rule that the notice itself follows when it is composed; none when no
// notice is to come in 90 days.
func NextRecipients(file casefile.File, now time.Time) []NextRecipient {
	plan := collection.Forecast(file.Case, now, now.AddDate(0, 0, 90))
	i := slices.IndexFunc(plan, func(p collection.Planned) bool { return p.Kind == collection.ActionNotify })
	if i < 0 {
		return nil
	}
	planned := plan[i]
	var list []NextRecipient
	add := func(channels []collection.Channel, fallback bool) {
		for _, channel := range channels {
			next := NextRecipient{Step: planned.Step.Key, Channel: channel, Fallback: fallback}
			choice, err := recipients.Choose(file.Question(next.Step, channel, file.Case.Window.DateOf(planned.At)))
			if !errors.As(err, &next.Refusal) {
				next.Choice = choice
			}
			list = append(list, next)
		}
	}
	add(planned.Step.Channels, false)
	add(planned.Step.Fallbacks, true)
	return list
}
