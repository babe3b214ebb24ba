package cases

import (
	"context"
	"errors"
	"fmt"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/workflows"
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

// TellReplaced tells cases until when the debtor may pay by the letter that is in place of
// another: their next step waits for that day. It tells how many it told, and tells them
// again until they know.
func (s *Service) TellReplaced(ctx context.Context) (int, error) {
	notices, err := s.Store.ReplacedNotices(ctx)
	if err != nil {
		return 0, err
	}
	told := 0
	var problems []error
	for _, notice := range notices {
		id := collection.WorkflowID(notice.Creditor, notice.Invoice)
		err := s.Temporal.SignalWorkflow(ctx, id, "", workflows.CommandNoticeReplaced, workflows.ReplacedNotice{Step: notice.Step, Deadline: notice.Deadline})
		switch {
		case err == nil:
			told++
		case !isNotRunning(err): // else it is started again (RestartLost), and told then
			problems = append(problems, fmt.Errorf("telling %s of its letter: %w", id, err))
		}
	}
	return told, errors.Join(problems...)
}

// TellRefused tells the cases of letters in place of others that were refused for good: their
// workflows, which have not sent them, go on to the next channel or ask a person. It tells
// how many letters it told of; a case that is told twice does not mind.
func (s *Service) TellRefused(ctx context.Context) (int, error) {
	refused, err := s.Store.FailuresToTell(ctx)
	if err != nil {
		return 0, err
	}
	told := 0
	var problems []error
	for _, message := range refused {
		err := s.tellFailed(ctx, message)
		if err == nil {
			err = s.Store.MarkFailureTold(ctx, message.ID)
		}
		if err == nil {
			told++
		}
		problems = append(problems, err)
	}
	return told, errors.Join(problems...)
}

// mostRecalled is how many letters RecallLetters recalls in one go.
const mostRecalled = 100

// RecallLetters tells the service that prints and posts which letters are not to be
// posted any more, because they were paid for or a person cancelled them. It tells how
// many it held back; what it could not ask about is asked again the next time.
func (s *Service) RecallLetters(ctx context.Context, post messaging.Post) (int, error) {
	letters, err := s.Store.Letters(ctx, casefile.LetterFilter{ToRecall: true, Limit: mostRecalled})
	if err != nil {
		return 0, err
	}
	recalled := 0
	var problems []error
	for _, letter := range letters {
		inTime, err := post.CancelLetter(ctx, letter.Message)
		if err == nil {
			err = s.Store.MarkLetterRecalled(ctx, letter.Message, inTime, s.now())
		}
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("recalling letter %s of %s: %w", letter.Number, letter.Creditor, err))
		case inTime:
			recalled++
		}
	}
	return recalled, errors.Join(problems...)
}
