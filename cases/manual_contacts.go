package cases

import (
	"context"
	"errors"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// ContactMade is what recording a contact with a debtor did.
type ContactMade struct {
	casefile.ContactRecorded
	// Status is how the case stands after a promise that the contact brought was noted;
	// nil when it brought none.
	Status *workflows.Status
	// NotNoted is why such a promise was not noted on the case, a *collection.Refusal, or
	// why nobody knows yet, ErrNoAnswer; nil when it was noted, or when there is none.
	NotNoted error
}

// RecordContact records how a person got in touch with a debtor (Store.RecordContact). A
// call that brought a promise notes it on the case as well, under the ID of the contact,
// in place of one that is running: the ladder rests for it. A promise that the case
// refuses, or does not answer, leaves the contact as it was recorded. The same contact
// again changes nothing, and notes the promise if it was not.
func (s *Service) RecordContact(ctx context.Context, contact casefile.ManualContact) (ContactMade, error) {
	recorded, err := s.Store.RecordContact(ctx, contact)
	made := ContactMade{ContactRecorded: recorded}
	if err != nil || contact.Outcome != collection.CallPromised {
		return made, err
	}
	c, err := s.Store.LoadCase(ctx, contact.Creditor, contact.Invoice)
	if err != nil {
		return made, err
	}
	promise := workflows.PromiseOrder{ID: contact.Key, Date: contact.On, Source: collection.PromiseByStaff, By: contact.By}
	if contact.Promised.Sign() > 0 {
		promise.Amount, promise.Currency = workflows.Decimal(contact.Promised.Decimal()), string(contact.Promised.Currency())
	}
	if running, is := c.RunningPromise(); is && running.ID != promise.ID {
		promise.Replaces = running.ID
	}
	status, err := s.Command(ctx, contact.Creditor, contact.Invoice, workflows.CommandPromise, promise)
	var refused *collection.Refusal
	switch {
	case errors.As(err, &refused):
		made.NotNoted = refused
	case errors.Is(err, ErrNoAnswer):
		made.NotNoted = err
	case err != nil:
		return made, err
	default:
		made.Status = &status
	}
	return made, nil
}
