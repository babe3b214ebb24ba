package activities

import (
	"context"
	"errors"
	"slices"
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/compose"
)

// draftLetter composes a letter under its number in the creditor's register.
func (n *Notices) draftLetter(draft *casefile.Draft, order NoticeOrder, m casefile.MessageContext, facts compose.Facts) error {
	facts.LetterNumber, facts.Registered = m.LetterNumber, order.Channel == collection.ChannelRegisteredLetter
	pdf, err := n.letter(order, draft.Language, facts)
	if err != nil {
		return err
	}
	draft.Recipient = strings.Join(append([]string{m.Debtor.Name}, facts.Debtor.Address...), "\n")
	draft.ContentType, draft.Bytes = contentPDF, pdf
	return nil
}

// asCopy are the facts of a copy by mail of the letter that the step also posts: it
// says how that is posted, and has no number of its own.
func asCopy(order NoticeOrder, m casefile.MessageContext, facts compose.Facts) compose.Facts {
	step, found := m.Case.Strategy.Step(order.Step)
	facts.Registered = found && slices.Contains(step.Channels, collection.ChannelRegisteredLetter)
	return facts
}

func (n *Notices) letter(order NoticeOrder, language string, facts compose.Facts) ([]byte, error) {
	wording, err := n.Templates.Letter(order.Template, language, facts)
	if err != nil {
		return nil, &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	pdf, err := n.Print(wording)
	if err != nil {
		return nil, &UnusableChannelError{Channel: order.Channel, Reason: err.Error()}
	}
	return pdf, nil
}

// queueLetter puts the letter into the print queue and asks a person to print and post
// it. Both are idempotent.
func (n *Notices) queueLetter(ctx context.Context, order NoticeOrder, message casefile.Message) messaging.Outcome {
	letter, err := n.Store.QueueLetter(ctx, message.ID, message.BusinessAt)
	if err != nil && !errors.Is(err, casefile.ErrUnknownLetter) { // composed before there was a register, it has no number
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: err.Error()}
	}
	title, detail := letterTask(order, letter)
	_, _, err = n.Store.OpenTask(ctx, casefile.TaskOrder{
		Creditor: order.Creditor, Invoice: order.Invoice, Kind: collection.TaskPostLetter, Key: "post/" + message.ID,
		Title: title, Detail: detail, At: message.BusinessAt, DueOn: calendar.DateOf(message.BusinessAt).AddDays(1),
	})
	if err != nil {
		return messaging.Outcome{Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: err.Error()}
	}
	return messaging.Outcome{Verdict: messaging.Accepted, ProviderID: letter.ProviderID()}
}

// letterTask is what a person is asked to do with a letter.
func letterTask(order NoticeOrder, letter casefile.Letter) (title, detail string) {
	if letter.Number == "" {
		return taskTexts(TaskOrder{Task: collection.TaskPostLetter, Step: order.Step})
	}
	title, how := "Print and post the letter "+letter.Number, "Post it"
	if letter.Kind == casefile.LetterRegistered {
		title, how = "Print and post the registered letter "+letter.Number, "Post it registered, with acknowledgement of receipt,"
	}
	return title, "The letter of the step " + order.Step + " is in the print queue. " + how +
		" and report it as posted with its day and its posting number: that does this task."
}
