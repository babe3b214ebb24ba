package cases

import (
	"context"
	"errors"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// RecordInsolvency records insolvency proceedings of a debtor, or more of them. When
// it returns, no message about a claim that they freeze can leave, and the workflows
// of the debtor's cases have been told, or will be (TellStanding).
func (s *Service) RecordInsolvency(ctx context.Context, report casefile.InsolvencyReport) (casefile.InsolvencyRecorded, error) {
	report.At = s.now()
	recorded, err := s.Store.RecordInsolvency(ctx, report)
	if err != nil {
		return recorded, err
	}
	s.tellSoon(ctx)
	return recorded, nil
}

// FlagHardship records difficulties of a debtor, or their end, as RecordInsolvency
// does insolvency.
func (s *Service) FlagHardship(ctx context.Context, flag casefile.HardshipFlag) (casefile.HardshipFlag, error) {
	flag.At = s.now()
	flagged, err := s.Store.FlagHardship(ctx, flag)
	if err != nil {
		return flagged, err
	}
	s.tellSoon(ctx)
	return flagged, nil
}

// tellSoon tells the workflows at once. What fails here is told by the server, which
// looks again every few seconds.
func (s *Service) tellSoon(ctx context.Context) {
	if _, err := s.TellStanding(ctx); err != nil && s.Log != nil {
		s.Log.Warn("cases could not be told at once what is known of their debtor; they are told later", "error", err)
	}
}

// tellBatch is how many cases are told in one go.
const tellBatch = 500

// TellStanding tells the workflows of open cases that what is known of their debtor
// has changed. The rows of the cases say who was told: nobody is forgotten when a
// program dies, and nobody is told twice for long. It returns how many were told.
func (s *Service) TellStanding(ctx context.Context) (int, error) {
	told := 0
	for {
		waiting, err := s.Store.CasesToTell(ctx, tellBatch)
		if err != nil || len(waiting) == 0 {
			return told, err
		}
		var problems []error
		for _, c := range waiting {
			if err := s.tellStanding(ctx, c); err != nil {
				problems = append(problems, err)
				continue
			}
			told++
		}
		if err := errors.Join(problems...); err != nil {
			return told, err
		}
	}
}

func (s *Service) tellStanding(ctx context.Context, c casefile.CaseToTell) error {
	err := s.Tell(ctx, c.Creditor, c.Invoice, workflows.CommandDebtorStanding, workflows.DebtorStanding{By: "relance"})
	var refused *collection.Refusal
	if errors.As(err, &refused) && refused.Code == collection.RefusedClosed {
		err = nil // closed meanwhile: it reads what is known when it opens again
	}
	if err != nil {
		return err
	}
	return s.Store.MarkTold(ctx, c)
}
