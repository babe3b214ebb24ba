package cases

import (
	"context"
	"errors"
	"fmt"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/handoff"
	"relance/workflows"
)

// CheckHandoff is what stands against handing a case over today, and how each route
// looks.
func (s *Service) CheckHandoff(ctx context.Context, creditor, invoice string) (handoff.Check, error) {
	return s.Store.CheckHandoff(ctx, creditor, invoice, s.now())
}

// HearPartner takes what a partner tells of its work. A case that is over takes it
// into its file.
func (s *Service) HearPartner(ctx context.Context, creditor, invoice string, told workflows.PartnerStatus) (workflows.Status, error) {
	return s.fromPartner(ctx, creditor, invoice, workflows.CommandPartnerStatus, told, func(today calendar.Date) error {
		report := told.Reported(today)
		_, err := s.Store.RecordPartnerStatus(ctx, casefile.PartnerReport{
			HandoffKey: casefile.HandoffKey{Creditor: creditor, Invoice: invoice, ID: report.Handoff},
			Event:      report.Event, Status: report.Status, On: report.On, Actor: report.By, At: s.now(),
		})
		return err
	})
}

// Remit takes how a partner accounts for what it collected. The same account counts
// once, and one that comes after the case ended is recorded all the same.
func (s *Service) Remit(ctx context.Context, creditor, invoice string, remittance workflows.Remittance) (workflows.Status, error) {
	return s.fromPartner(ctx, creditor, invoice, workflows.CommandRemittance, remittance, func(today calendar.Date) error {
		order, err := remittance.Order(activities.CaseKey{Creditor: creditor, Invoice: invoice}, s.now(), today)
		if err != nil {
			return asInvalid(err)
		}
		_, err = s.Store.RecordRemittance(ctx, creditor, casefile.Remittance{
			Handoff: order.Handoff, Invoice: invoice, ID: order.ID, Gross: order.Gross, Fees: order.Fees, Net: order.Net, On: order.On, Actor: order.By, At: order.At,
		})
		return err
	})
}

// fromPartner tells the workflow of a case, or writes to the file of one that is over.
// What no worker answers in time is stored at the workflow.
func (s *Service) fromPartner(ctx context.Context, creditor, invoice, command string, order any, directly func(today calendar.Date) error) (workflows.Status, error) {
	status, err := s.update(ctx, creditor, invoice, command, order)
	switch {
	case errors.Is(err, ErrNoAnswer):
		if signalled := s.Temporal.SignalWorkflow(ctx, collection.WorkflowID(creditor, invoice), "", command, order); signalled != nil {
			return status, fmt.Errorf("signalling %s: %w", collection.WorkflowID(creditor, invoice), signalled)
		}
		return workflows.Status{Case: collection.WorkflowID(creditor, invoice)}, nil
	case !isNotRunning(err):
		return status, err
	}
	known, err := s.Store.LoadCase(ctx, creditor, invoice)
	switch {
	case err != nil:
		return workflows.Status{}, err
	case !known.IsClosed():
		return s.Command(ctx, creditor, invoice, command, order)
	}
	if err := directly(known.Window.DateOf(s.now())); err != nil {
		return workflows.Status{}, err
	}
	return s.Status(ctx, creditor, invoice)
}
