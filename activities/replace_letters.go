package activities

import (
	"context"
	"errors"
	"fmt"

	"relance/casefile"
	"relance/collection"
)

// ReplaceLetters composes other letters in place of those that were cancelled because
// an invoice in them was paid, lowered or held before they were posted, and brings them
// on their way. It tells how many it composed. It may be stopped at any point and run by
// many: each notice leaves in one letter.
func (n *Notices) ReplaceLetters(ctx context.Context) (int, error) {
	cancelled, err := n.Store.LettersToReplace(ctx, n.Clock().Now())
	if err != nil {
		return 0, err
	}
	replaced := 0
	var problems []error
	for _, id := range cancelled {
		again, err := n.replaceLetter(ctx, id)
		if again {
			replaced++
		}
		problems = append(problems, err)
	}
	waiting, err := n.Store.ReplacementsToSend(ctx)
	problems = append(problems, err)
	for _, letter := range waiting {
		problems = append(problems, n.sendReplacement(ctx, letter))
	}
	return replaced, errors.Join(problems...)
}

func (n *Notices) replaceLetter(ctx context.Context, id string) (bool, error) {
	replaced, err := n.Store.ReplaceLetter(ctx, id, n.Clock().Now(), func(m casefile.MessageContext) (casefile.Draft, error) {
		draft, err := n.draftGroup(leadingOrder(NoticeOrder{Channel: m.Key.Channel, At: m.At}, m.NoticeContext), m)
		return draft.Draft, err
	})
	var unusable *UnusableChannelError
	if errors.As(err, &unusable) {
		err = n.askToWrite(ctx, id, unusable)
	}
	return replaced, err
}

// askToWrite asks a person, once, for what a letter in place of another lacks. It is
// composed as soon as that is there.
func (n *Notices) askToWrite(ctx context.Context, id string, why *UnusableChannelError) error {
	message, err := n.Store.Reserved(ctx, id)
	if err != nil {
		return err
	}
	_, _, err = n.Store.OpenTask(ctx, casefile.TaskOrder{
		Creditor: message.Creditor, Invoice: message.Invoice, Kind: collection.TaskReach, Key: casefile.ReplaceTaskKey(id), At: n.Clock().Now(),
		Title: "Correct what keeps the letter of step " + message.Step + " from being written anew", Detail: why.Error(),
	})
	return err
}

// sendReplacement hands a letter to whoever posts it. What the gate refuses now waits:
// whatever closed the gate has cancelled the letter as well.
func (n *Notices) sendReplacement(ctx context.Context, letter casefile.Replacement) error {
	message, err := n.Store.Reserved(ctx, letter.ID)
	if err != nil {
		return err
	}
	order := NoticeOrder{
		CaseKey: CaseKey{Creditor: letter.Creditor, Invoice: letter.Invoice}, Round: letter.Round, Step: letter.Step,
		Channel: letter.Channel, Try: letter.Try, Template: message.Template, Deadline: letter.Deadline,
	}
	if _, err := n.transmit(ctx, order, message, n.Clock().Now()); err != nil {
		return fmt.Errorf("sending the letter of message %s in place of another: %w", letter.ID, err)
	}
	return nil
}
