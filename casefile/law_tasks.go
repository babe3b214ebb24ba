package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"relance/calendar"
	"relance/collection"
)

// LawTask is what a table of the law lacks, or will soon.
type LawTask struct {
	// Key names it: "law/ecb-first-day/2027H1". A creditor is asked once.
	Key    string
	Title  string
	Detail string
	DueOn  calendar.Date
}

// keeper is who opens and completes the tasks about the law.
const keeper = "relance"

// KeepLawTasks makes the open tasks of a creditor about the law those that are
// needed: it opens each once, and completes those that are not needed any more.
// It tells how many it opened and completed.
func (s *Store) KeepLawTasks(ctx context.Context, creditor string, needed []LawTask, at time.Time) (opened, done int, err error) {
	at = businessTime(at)
	keys := make([]string, 0, len(needed))
	for _, task := range needed {
		if task.Key == "" || task.Title == "" {
			return 0, 0, refuse(collection.RefusedInvalid, "a task about the law for %s needs a key and a title", creditor)
		}
		keys = append(keys, task.Key)
	}
	err = s.writing(ctx, func(tx *transaction) error {
		opened, done = 0, 0
		var finishing batch
		finishing.execCounted(func(rows int64) error { done = int(rows); return nil },
			s.sql.FinishLawTasks, named{"creditor": creditor, "keys": keys, "actor": keeper, "at": at})
		if err := finishing.run(ctx, tx); err != nil {
			return err
		}
		for _, task := range needed {
			isNew, err := s.openLawTask(ctx, tx, creditor, task, at)
			if err != nil {
				return err
			}
			if isNew {
				opened++
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("keeping the tasks of %s about the law: %w", creditor, err)
	}
	return opened, done, nil
}

// openLawTask reports whether the task is new.
func (s *Store) openLawTask(ctx context.Context, tx *transaction, creditor string, asked LawTask, at time.Time) (bool, error) {
	task := Task{
		Creditor: creditor, Kind: collection.TaskLawTable, Key: asked.Key, Title: asked.Title, Detail: asked.Detail,
		State: TaskOpen, DueOn: asked.DueOn, OpenedAt: at,
	}
	isNew := false
	var b batch
	b.Queue(s.sql.InsertTask.text, s.sql.InsertTask.with(task, named{"closed_with_case": false, "owner_roles": task.Kind.TaskOwners()})).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&task.ID, &task.Owner)
		isNew = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err := b.run(ctx, tx); err != nil || !isNew {
		return false, err
	}
	var history batch
	history.exec(s.sql.InsertHistory, basis{Reason: asked.Key + " is not in the tables", Law: s.tariffs.Load().book.Version()}, named{
		"key": fmt.Sprintf("task/%d/opened", task.ID), "kind": "task-opened", "actor": keeper, "summary": "task opened: " + task.Title, "at": at,
	}, task)
	return true, history.run(ctx, tx)
}
