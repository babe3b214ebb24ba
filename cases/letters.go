package cases

import (
	"context"

	"relance/casefile"
)

// ReportLetter records what became of a letter, and lets its message and its case know.
// It may be repeated.
func (s *Service) ReportLetter(ctx context.Context, report casefile.LetterReport) (casefile.Letter, error) {
	report.At = s.now()
	letter, err := s.Store.ReportLetter(ctx, report)
	if err != nil {
		return letter, err
	}
	if event, tells := letter.DeliveryEvent(report.At); tells {
		return letter, s.RecordDelivery(ctx, event)
	}
	return letter, nil
}
