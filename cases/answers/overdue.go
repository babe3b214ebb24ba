package answers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// overdueAfter is how long the effect of an answer may be due, by the wall clock, before a
// person is told: what keeps it back, such as Temporal that is away, knows no other.
const overdueAfter = time.Hour

func isOverdue(answer casefile.Answer) bool { return time.Since(answer.DueSince) >= overdueAfter }

func overdueKey(answer casefile.Answer) string { return answer.TaskKey() + "/overdue" }

// tellOverdue opens, once, the task about an answer whose effect cannot be brought about.
// Its texts hold no personal data, and so not the words of the error. It is done by itself
// with the effect (finish).
func (s *Service) tellOverdue(ctx context.Context, answer casefile.Answer, why error) error {
	if answer.Creditor == "" || !isOverdue(answer) {
		return nil
	}
	missing := "its effect"
	var short *shortfall
	if errors.As(why, &short) {
		missing = strings.Join(short.parts, ", ")
	}
	at := s.now()
	_, _, err := s.Cases.Store.OpenTask(ctx, casefile.TaskOrder{
		Creditor: answer.Creditor, Invoice: answer.Invoice, Kind: collection.TaskAnswer, Key: overdueKey(answer),
		Title: "An answer of the debtor is without effect: find out why",
		Detail: fmt.Sprintf("Relance has tried for an hour and goes on trying. What is missing: %s. Nothing leaves for a case whose hold is missing.\n"+
			"The log of the server says why, under the ID of the answer: see whether Temporal can be reached, and whether the workflow of the case takes commands.\n"+
			"Read it: relance answers show %s\nTo go on without the hold: relance answers done %s --resume\nThis task is done by itself when nothing is missing any more.",
			missing, answer.ID, answer.ID),
		DueOn: calendar.DateOf(at), Actor: author, At: at,
	})
	return err
}
