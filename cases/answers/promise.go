package answers

import (
	"context"
	"errors"
	"slices"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/inbound/intent"
	"relance/workflows"
)

// PromiseTerms are what a person takes over of a promise that was recognised in an
// answer; what is left out is taken from it.
type PromiseTerms struct {
	Date calendar.Date
	// Amount and Currency are of the case of the answer; without them all of it.
	Amount   workflows.Decimal
	Currency string
	// Reason is needed for a promise further ahead than the strategy takes.
	Reason string
	By     string
}

// AcceptPromise notes the promise of an answer on the cases it is about, those that
// are open, and ends the hold the answer placed: the promise keeps them still from
// now on. A promise that names an amount is for the case that stands for the answer.
// An answer that says no day needs one; accepting it again changes nothing.
func (s *Service) AcceptPromise(ctx context.Context, id string, terms PromiseTerms) (casefile.Answer, error) {
	answer, err := s.Cases.Store.Answer(ctx, id)
	if err != nil {
		return answer, err
	}
	if answer.Creditor == "" || answer.Invoice == "" {
		return answer, collection.Refuse(collection.RefusedNotNow, "nobody knows yet whose answer %s is: put it to a case first", id)
	}
	terms = terms.completed(answer)
	if terms.Date.IsZero() {
		return answer, collection.Refuse(collection.RefusedInvalid, "the answer %s names no day: say for which day it promises", id)
	}
	invoices, err := s.promised(ctx, answer, terms)
	if err != nil {
		return answer, err
	}
	for _, invoice := range invoices {
		_, err := s.Cases.Command(ctx, answer.Creditor, invoice, workflows.CommandPromise, workflows.PromiseOrder{
			ID: promiseID(id), Date: terms.Date, Amount: terms.Amount, Currency: terms.Currency, Source: collection.PromiseByReply,
			Reason: terms.Reason, By: terms.By,
		})
		var refused *collection.Refusal
		isBeside := invoice != answer.Invoice
		if err != nil && (!isBeside || !errors.As(err, &refused) || refused.Code != collection.RefusedClosed) {
			return answer, err
		}
	}
	return s.settle(ctx, id, casefile.AnswerHandled, "the promise for "+terms.Date.String()+" is noted", terms.By, true)
}

// promiseID is the promise an answer makes: the same answer makes it once.
func promiseID(id string) string { return "answer-" + id }

func (t PromiseTerms) completed(answer casefile.Answer) PromiseTerms {
	at := slices.IndexFunc(answer.Intents, func(one intent.Intent) bool { return one.Kind == intent.Promise })
	if at < 0 {
		return t
	}
	recognised := answer.Intents[at]
	if t.Date.IsZero() {
		t.Date = recognised.Date
	}
	if t.Amount == "" && !recognised.Amount.IsZero() {
		t.Amount, t.Currency = workflows.Decimal(recognised.Amount.Decimal()), string(recognised.Amount.Currency())
	}
	return t
}

// promised are the cases a promise is about: the one that stands for the answer
// first, then, where it names no amount, those the answer names or holds.
func (s *Service) promised(ctx context.Context, answer casefile.Answer, terms PromiseTerms) ([]string, error) {
	invoices := []string{answer.Invoice}
	if terms.Amount != "" {
		return invoices, nil
	}
	about, _, err := s.Cases.Store.AnswerParts(ctx, answer.ID)
	for _, one := range about {
		if !one.Closed && !slices.Contains(invoices, one.Invoice) {
			invoices = append(invoices, one.Invoice)
		}
	}
	return invoices, err
}
