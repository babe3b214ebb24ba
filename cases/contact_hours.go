package cases

import (
	"context"
	"fmt"

	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// ContactHours are the hours in which a creditor contacts its debtors, and those of
// the countries that have their own.
type ContactHours struct {
	Standard  calendar.Hours
	Countries map[string]calendar.Hours
}

// In are the hours for debtors of a country or of a zone of holidays such as FR-AM.
func (h ContactHours) In(place string) calendar.Hours {
	for _, country := range calendar.CountriesOf(place) {
		if own, found := h.Countries[country]; found {
			return own
		}
	}
	return h.Standard
}

// ApplyContactHours tells every open case of a creditor whose debtor may be contacted
// at other hours, or on other days, than the case was planned with; its next dates
// then move. It returns how many were told. What a case has been told already it is
// not told again.
func (s *Service) ApplyContactHours(ctx context.Context, creditor string, hours ContactHours) (int, error) {
	windows, err := s.Store.OpenWindows(ctx, creditor)
	if err != nil {
		return 0, err
	}
	told := 0
	for _, window := range windows {
		wanted := hours.In(window.Country)
		if window.During(wanted) == window {
			continue
		}
		n, err := s.tellContactHours(ctx, creditor, window, wanted)
		told += n
		if err != nil {
			return told, err
		}
	}
	return told, nil
}

func (s *Service) tellContactHours(ctx context.Context, creditor string, window calendar.Window, hours calendar.Hours) (int, error) {
	order := workflows.ContactHours{Opens: hours.Opens, Closes: hours.Closes, Closed: hours.Closed, By: "configuration"}
	told := 0
	var after string
	for {
		invoices, err := s.Store.CasesOfWindow(ctx, creditor, window, after, contactHoursBatch)
		if err != nil || len(invoices) == 0 {
			return told, err
		}
		for _, invoice := range invoices {
			err := s.Temporal.SignalWorkflow(ctx, collection.WorkflowID(creditor, invoice), "", workflows.CommandContactHours, order)
			if err != nil && !isNotRunning(err) {
				return told, fmt.Errorf("telling invoice %s of %s of its contact hours: %w", invoice, creditor, err)
			}
			told++
		}
		after = invoices[len(invoices)-1]
	}
}

// contactHoursBatch is how many cases are read at a time.
const contactHoursBatch = 500
