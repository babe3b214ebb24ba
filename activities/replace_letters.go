package activities

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

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

// outdated is the type of withheld's error about what is to be composed anew.
const outdated = "Outdated"

// sendReplacement hands a letter to whoever posts it. What the gate refuses now waits,
// unless what closed the gate has cancelled the letter; one that is out of date is cancelled
// by the gate, and composed anew.
func (n *Notices) sendReplacement(ctx context.Context, letter casefile.Replacement) error {
	message, err := n.Store.Reserved(ctx, letter.ID)
	if err != nil {
		return err
	}
	order := NoticeOrder{
		CaseKey: CaseKey{Creditor: letter.Creditor, Invoice: letter.Invoice}, Round: letter.Round, Step: letter.Step,
		Channel: letter.Channel, Try: letter.Try, Template: message.Template, Deadline: letter.Deadline,
	}
	_, err = n.transmit(ctx, order, message, n.Clock().Now(), func() {})
	var again *temporal.ApplicationError
	if errors.As(err, &again) && again.Type() == outdated {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sending the letter of message %s in place of another: %w", letter.ID, err)
	}
	return nil
}
