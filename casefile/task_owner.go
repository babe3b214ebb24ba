package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/collection"
)

// NobodysTasks selects, as the owner of a TaskFilter, the tasks that nobody owns.
const NobodysTasks = "nobody"

// AssignTask gives a task that is open to a person or a role of the creditor's directory:
// the e-mail address of a colleague who looks after the debtor or after all, or a role such
// as accountant; an empty owner gives it back to nobody. The history says who gave it to
// whom. An owner that the directory does not know, and a task that is not open or is about
// a dispute, which has an owner of its own, is a *collection.Refusal; an unknown ID is
// ErrUnknownTask. Given to who has it already, the task is returned unchanged.
func (s *Store) AssignTask(ctx context.Context, id int64, owner, by string, at time.Time) (Task, error) {
	var task found[Task]
	owner = strings.TrimSpace(owner)
	err := s.writing(ctx, func(tx *transaction) error {
		if err := s.readTask(ctx, tx, id, &task); err != nil {
			return err
		}
		var lock batch
		lock.exec(s.sql.LockCase, task.value)
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("locking the case of the task %d: %w", id, err)
		}
		if err := s.readTask(ctx, tx, id, &task); err != nil {
			return err
		}
		known, err := s.ownerInDirectory(ctx, tx, task.value, owner)
		if err != nil || known == task.value.Owner {
			return err
		}
		switch {
		case task.value.State != TaskOpen:
			return refuse(collection.RefusedNotNow, "the task %d is %s: nobody has to do it any more", id, task.value.State)
		case task.value.Kind == collection.TaskDispute:
			return refuse(collection.RefusedNotNow, "the task %d is for the owner of the dispute: give the dispute to somebody else (relance assign-dispute)", id)
		}
		task.value.Owner = known
		to := known
		if to == "" {
			to = NobodysTasks
		}
		assigned := businessTime(at)
		var b batch
		b.exec(s.sql.AssignTask, named{"id": id, "owner": known})
		b.exec(s.sql.InsertHistory, basis{}, named{
			"key": fmt.Sprintf("task/%d/assigned/%s/%d", id, to, assigned.UnixMicro()), "kind": "task-assigned", "actor": authorOf(by),
			"summary": fmt.Sprintf("task given to %s: %s", to, task.value.Title), "at": assigned,
		}, task.value)
		return b.run(ctx, tx)
	})
	return task.value, err
}

// ownerInDirectory is an owner as the directory writes it.
func (s *Store) ownerInDirectory(ctx context.Context, tx *transaction, task Task, owner string) (string, error) {
	if owner == "" || slices.Contains(collection.ColleagueRoles(), collection.Role(owner)) {
		return owner, nil
	}
	var known found[struct{ Email string }]
	var b batch
	one(&b, &known, s.sql.LoadOwner, named{"creditor": task.Creditor, "invoice": task.Invoice, "owner": owner})
	if err := b.run(ctx, tx); err != nil {
		return "", fmt.Errorf("looking up %s among the colleagues of %s: %w", owner, task.Creditor, err)
	}
	if !known.is {
		return "", refuse(collection.RefusedInvalid, "%q is no colleague of %s who looks after this debtor, and no role: give the e-mail address of one (relance contacts), or one of %s",
			owner, task.Creditor, listed(collection.ColleagueRoles()))
	}
	return known.value.Email, nil
}
