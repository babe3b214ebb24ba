package casefile

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/recipients"
)

// RecipientSeal stands for whom a step of the notice's case is written to now, by each of
// its channels; empty when there is no such step. It tells one recipient from another and
// names nobody: a part of a keyed hash.
func (m MessageContext) RecipientSeal(step string) string {
	return recipientSeal(m.Case, m.Debtor, m.People.LinkKey, step, func(channel collection.Channel) recipients.Question { return m.Question(step, channel) })
}

// RecipientSeal stands for whom a step would be written to on a day, as that of a
// MessageContext does.
func (f File) RecipientSeal(step string, day calendar.Date) string {
	return recipientSeal(f.Case, f.Debtor, f.People.LinkKey, step, func(channel collection.Channel) recipients.Question { return f.Question(step, channel, day) })
}

func recipientSeal(c collection.Case, owes Debtor, key []byte, step string, ask func(collection.Channel) recipients.Question) string {
	asked, found := c.Strategy.Step(step)
	if !found || len(key) == 0 || len(asked.Channels) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, "recipients\x00") // a hash takes everything
	for _, channel := range slices.Concat(asked.Channels, asked.Fallbacks) {
		fmt.Fprintf(mac, "%s\x00%s\x00", channel, addressOf(owes, channel, ask(channel)))
	}
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// addressOf is where a channel leads, empty when it leads to nobody.
func addressOf(owes Debtor, channel collection.Channel, q recipients.Question) string {
	choice, err := recipients.Choose(q)
	switch {
	case err != nil:
		return ""
	case channel.IsPaper():
		return strings.ToLower(strings.Join([]string{owes.Name, owes.Line1, owes.Line2, owes.Postcode, owes.City, owes.Country}, "\n"))
	default:
		return strings.ToLower(choice.Address)
	}
}

// LapseApproval records that a step was approved for other recipients than it would go to
// now: it is asked for anew. The same again changes nothing.
func (s *Store) LapseApproval(ctx context.Context, d Decision, step string) error {
	d.Events = []collection.Event{collection.ApprovalLapsed{Step: step}}
	return s.RecordDecision(ctx, d)
}
