package cases

import (
	"context"
	"errors"
	"fmt"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

// TransferShare is what a transfer paid of an invoice, and what became of it.
type TransferShare struct {
	casefile.Share
	MoneyOutcome
}

// ReceiveTransfer takes one payment that may be for many invoices: it is divided
// once (casefile.Store.DivideTransfer), and each case is told of its share. Sending
// it again tells every case again, which changes nothing.
func (s *Service) ReceiveTransfer(ctx context.Context, transfer casefile.Transfer, wait bool) ([]TransferShare, error) {
	transfer.At = s.now()
	if transfer.ReceivedOn.IsZero() {
		transfer.ReceivedOn = calendar.DateOf(transfer.At)
	}
	shares, err := s.Store.DivideTransfer(ctx, transfer)
	if err != nil {
		return nil, err
	}
	var told []TransferShare
	var problems []error
	for _, share := range shares {
		payment := workflows.PaymentReceived{
			ID: share.Payment, Amount: workflows.Decimal(share.Amount.Decimal()), Currency: string(share.Amount.Currency()),
			ReceivedOn: transfer.ReceivedOn, By: transfer.Actor,
		}
		outcome, err := s.receiveShare(ctx, transfer, share, payment, wait)
		if err != nil {
			problems = append(problems, fmt.Errorf("the share of invoice %s: %w", share.Invoice, err))
			continue
		}
		told = append(told, TransferShare{Share: share, MoneyOutcome: outcome})
	}
	return told, errors.Join(problems...)
}

func (s *Service) receiveShare(ctx context.Context, t casefile.Transfer, share casefile.Share, payment workflows.PaymentReceived, wait bool) (MoneyOutcome, error) {
	if share.Invoice != "" {
		return s.ReceivePayment(ctx, t.Creditor, share.Invoice, payment, wait)
	}
	// It fits no invoice: a person finds out what it was for.
	recorded, err := s.record(ctx, t.Creditor, "", payment, t.Actor)
	return kept(collection.WorkflowID(t.Creditor, ""), recorded), err
}

// MovePayment takes a payment off one invoice and puts it on another of the same
// creditor, under the ID of the move: money that was allocated wrongly. It arrives
// at its new invoice before it leaves the old one, so that a crash between loses
// nothing; sending it again finishes it.
func (s *Service) MovePayment(ctx context.Context, creditor, from, payment, to, id, by string) (left, arrived MoneyOutcome, err error) {
	file, err := s.Store.CaseFile(ctx, creditor, from)
	if err != nil {
		return left, arrived, err
	}
	if _, err := s.Store.LoadCase(ctx, creditor, to); err != nil {
		return left, arrived, err
	}
	moved, err := movable(file, payment, id)
	if err != nil {
		return left, arrived, err
	}
	arrived, err = s.ReceivePayment(ctx, creditor, to, workflows.PaymentReceived{
		ID: id, Amount: workflows.Decimal(moved.Amount.Decimal()), Currency: string(moved.Amount.Currency()), ReceivedOn: moved.ValueDate, By: by,
	}, true)
	if err != nil {
		return left, arrived, err
	}
	// Taken back on its own day: it never was money for this invoice.
	left, err = s.ReversePayment(ctx, creditor, from, workflows.PaymentReversed{ID: id, PaymentID: payment, ReversedOn: moved.ValueDate, By: by}, true)
	return left, arrived, err
}

// movable is the payment of a case, unless it was taken back already by something
// else than this move.
func movable(file casefile.File, payment, id string) (ledger.Entry, error) {
	var found ledger.Entry
	for _, e := range file.Entries {
		switch {
		case e.Kind == ledger.EntryPayment && e.ID == payment:
			found = e.Entry
		case e.Kind == ledger.EntryReversal && e.Reverses == payment && e.ID != id:
			return found, collection.Refuse(collection.RefusedNotNow, "the payment %s was taken back already by %s: there is nothing to move", payment, e.ID)
		}
	}
	if found.ID == "" {
		return found, collection.Refuse(collection.RefusedInvalid, "invoice %s has no payment %s", file.Row.Invoice, payment)
	}
	return found, nil
}
