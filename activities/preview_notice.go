package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/audience"
	"relance/messaging/compose"
)

// PreviewOrder asks how a message would read.
type PreviewOrder struct {
	CaseKey
	// Step is the one whose message is wanted; the next that sends one when it is
	// empty. Channel is one of the step's; its first when it is empty.
	Step    string
	Channel collection.Channel
	// Language and Audience are what they are for the debtor unless they are given.
	Language string
	Audience audience.Audience
}

// Preview is a message that is not sent.
type Preview struct {
	casefile.Draft
	Step    collection.Step
	Channel collection.Channel
	// At is when it would be sent, as far as is known.
	At time.Time
	// Withheld says why the message would not leave now; empty when it would.
	Withheld string
}

// previewMark is what the title of a letter says that is not sent.
var previewMark = map[string]string{"fr": "Aperçu – ", "en": "Preview – "}

// previewAhead is how far ahead a step is looked for: no strategy is longer.
const previewAhead = 2 * 366 * 24 * time.Hour

// Preview composes a message from the rows as they are, by the code that composes
// for sending. It stores nothing, sends nothing, and marks what it prints.
// What cannot be composed is an UnusableChannelError or a *collection.Refusal.
func (n *Notices) Preview(ctx context.Context, order PreviewOrder) (Preview, error) {
	c, err := n.Store.LoadCase(ctx, order.Creditor, order.Invoice)
	if err != nil {
		return Preview{}, err
	}
	preview, deadline, err := n.planned(ctx, c, order)
	if err != nil {
		return Preview{}, err
	}
	notice := NoticeOrder{
		CaseKey: order.CaseKey, Round: c.Round, Step: preview.Step.Key, Channel: preview.Channel,
		Template: preview.Step.Template, Tone: preview.Step.Tone, Deadline: deadline, At: preview.At,
	}
	m, gate, err := n.Store.PreviewMessage(ctx, casefile.Reservation{MessageKey: messageKey(notice), At: preview.At, Deadline: notice.Deadline, Step: preview.Step})
	if err != nil {
		return Preview{}, err
	}
	if !gate.Passes {
		preview.Withheld = gate.Reason
	}
	readAs(&m, order)
	draft, err := n.previewing().draftGroup(notice, m)
	preview.Draft = draft.Draft
	return preview, err
}

// planned chooses the step, the channel and the moment, and the day the message gives.
func (n *Notices) planned(ctx context.Context, c collection.Case, order PreviewOrder) (Preview, calendar.Date, error) {
	now := n.Clock().Now()
	if !collection.IsInstalmentStep(order.Step) {
		preview, err := previewed(c, order, now)
		return preview, c.DeadlineOf(preview.Step, preview.At), err
	}
	told, due, err := n.Store.PlanNotice(ctx, order.Creditor, order.Step, c.Window.DateOf(now))
	if err != nil {
		return Preview{}, 0, err
	}
	if !due {
		return Preview{}, 0, collection.Refuse(collection.RefusedNotNow, "nothing is to be told of %s: it is paid, or the plan does not go on", order.Step)
	}
	preview := Preview{At: now, Step: told.Step}
	preview.Channel, err = channelOf(told.Step, order.Channel)
	return preview, told.Deadline, err
}

// channelOf is the channel asked for, or the first of a step.
func channelOf(step collection.Step, asked collection.Channel) (collection.Channel, error) {
	channels := slices.Concat(step.Channels, step.Fallbacks)
	channel := cmp.Or(asked, channels[0])
	if !slices.Contains(channels, channel) {
		return "", collection.Refuse(collection.RefusedInvalid, "the step %s does not use the channel %q: it uses %v", step.Key, asked, channels)
	}
	return channel, nil
}

// previewing is the same sender, needing no provider and marking what it prints.
func (n *Notices) previewing() *Notices {
	marking := *n
	marking.previews = true
	marking.Print = func(letter compose.Letter) ([]byte, error) {
		letter.Title = previewMark[letter.Lang] + letter.Title
		return n.Print(letter)
	}
	return &marking
}

// previewed chooses the step, the channel and the moment.
func previewed(c collection.Case, order PreviewOrder, now time.Time) (Preview, error) {
	refuse := func(format string, args ...any) (Preview, error) {
		return Preview{}, &collection.Refusal{Code: collection.RefusedInvalid, Message: fmt.Sprintf(format, args...)}
	}
	preview := Preview{At: now}
	for _, planned := range collection.Forecast(c, now, now.Add(previewAhead)) {
		if planned.Kind == collection.ActionNotify && (order.Step == "" || planned.Step.Key == order.Step) {
			preview.Step, preview.At = planned.Step, planned.At
			break
		}
	}
	if preview.Step.Key == "" && order.Step != "" {
		preview.Step, _ = c.Strategy.Step(order.Step) // taken already, or on hold
	}
	var keys []string
	for _, step := range c.Strategy.Steps {
		if step.Template != "" {
			keys = append(keys, step.Key)
		}
	}
	switch {
	case preview.Step.Key == "" && order.Step == "":
		return refuse("no message comes next (%s): name one of the steps %s", collection.Next(c, now).Because, strings.Join(keys, ", "))
	case preview.Step.Template == "":
		return refuse("the strategy %s has no step %q that sends a message: its steps are %s", c.Strategy.Name, order.Step, strings.Join(keys, ", "))
	}
	var err error
	preview.Channel, err = channelOf(preview.Step, order.Channel)
	return preview, err
}

// readAs takes the debtor for another reader.
func readAs(m *casefile.MessageContext, order PreviewOrder) {
	if order.Language != "" {
		m.Debtor.Language = order.Language
		m.People.Contacts = slices.Clone(m.People.Contacts)
		for i := range m.People.Contacts {
			m.People.Contacts[i].Language = order.Language
		}
	}
	switch order.Audience {
	case audience.Anyone:
	case audience.Consumer:
		m.Debtor.Kind = casefile.DebtorConsumer
	case audience.Public:
		m.Debtor.Kind = casefile.DebtorPublic
	default:
		m.Debtor.Kind, m.Decided = casefile.DebtorBusiness, order.Audience
	}
}
