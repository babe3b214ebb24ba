package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"relance/calendar"
	"relance/collection"
)

// TaskState is how far a task has come.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskCancelled TaskState = "cancelled"
)

// Task is something a person must do. Its texts hold no personal data.
type Task struct {
	ID       int64
	Creditor string
	// Invoice is empty for a task about a table of the law.
	Invoice string
	Round   int
	Step    string
	Kind    collection.TaskKind
	// Key names the task within its case, or within its creditor.
	Key      string
	Title    string
	Detail   string
	State    TaskState
	DueOn    calendar.Date
	OpenedAt time.Time
	DoneAt   time.Time
	DoneBy   string
	Note     string
	// Owner is who is to do it: the e-mail address of a colleague, or a role at the
	// creditor; of a task about a dispute the user who was given that. Empty: nobody.
	Owner string
}

// IsDoneByDecision reports whether the task is done by the decision it asks for alone. To
// reach a debtor for no step of the ladder is work like other work.
func (t Task) IsDoneByDecision() bool {
	return t.Kind.IsDoneByDecision() && (t.Kind != collection.TaskReach || t.Step != "")
}

// Report is what the case is told about the task: give it to collection.Decide so
// that the workflow's case stays equal to the stored one.
func (t Task) Report() collection.ReportTask {
	return collection.ReportTask{Step: t.Step, Task: t.Kind, At: t.OpenedAt}
}

// TaskOrder asks for a task.
type TaskOrder struct {
	Creditor string
	Invoice  string
	// Round and Step are set when a step of the case asks for the task.
	Round int
	Step  string
	Kind  collection.TaskKind
	// Key names the task within its case: the same key again is the same task.
	Key    string
	Title  string
	Detail string
	DueOn  calendar.Date
	// Owner is who is to do it; whom the directory names for the kind when it is empty.
	Owner string
	Actor string
	At    time.Time
	// OfClosed: it is to be done though the case is closed.
	OfClosed bool
}

// OpenTask opens a task and, when the case asked for it, reports it to the case
// (Task.Report). The same key again returns the task as it is and false. On a
// closed case a task of the ladder is born cancelled and opens if the case does.
func (s *Store) OpenTask(ctx context.Context, order TaskOrder) (Task, bool, error) {
	if order.Key == "" || order.Title == "" {
		return Task{}, false, refuse(collection.RefusedInvalid, "a task for invoice %s needs a key and a title", order.Invoice)
	}
	var known found[Task]
	var task Task
	created := false
	order.Actor = cmp.Or(order.Actor, keeper) // no person asked for it
	why := because{at: order.At, actor: order.Actor, cause: "task/" + order.Key}
	err := s.changing(ctx, order.Creditor, order.Invoice, why, func(b *batch) {
		one(b, &known, s.sql.LoadTaskOfKey, order)
	}, func(c *lockedCase) error {
		if known.is {
			task = known.value
			return nil
		}
		created = true
		if order.Kind == collection.TaskApproval {
			c.finishTasks(order.Step, "asked for anew", collection.TaskApproval, collection.TaskDeputy)
		}
		task = c.newTask(order)
		c.insertTask(&task)
		if task.State == TaskOpen {
			c.noteOn(c.cause+"/opened", "task-opened", "task opened: "+task.Title, basis{Reason: task.why()})
		} else {
			c.noteOn(c.cause+"/opened", "task-opened", "task not opened, because the case is closed: "+task.Title, basis{Reason: "the case is closed"})
		}
		if task.concernsLadder() && task.Round == c.now.Round {
			c.report(task.Report())
			c.overtake(task.Kind)
		}
		return nil
	})
	return task, created, err
}

// concernsLadder reports whether the case itself asked for the task: a step of it,
// or the case as a whole.
func (t Task) concernsLadder() bool {
	return t.Step != "" || t.Kind == collection.TaskLateFees || t.Kind == collection.TaskLimitation || t.Kind == collection.TaskDisputeOverdue || t.Kind.IsOfMediation() || t.Kind == collection.TaskHandoffApproval || t.Kind == collection.TaskTimeLimit
}

func (c *lockedCase) newTask(order TaskOrder) Task {
	task := Task{
		Creditor: order.Creditor, Invoice: order.Invoice, Round: order.Round, Step: order.Step, Kind: order.Kind, Key: order.Key,
		Title: order.Title, Detail: order.Detail, State: TaskOpen, DueOn: order.DueOn, OpenedAt: c.at, Owner: order.Owner,
	}
	needless := c.now.IsClosed() || !isDunned(c.now) && order.Kind != collection.TaskLateFees
	if needless && !order.OfClosed && order.Kind != collection.TaskMatchPayment && order.Kind != collection.TaskAnswer {
		task.State, task.DoneAt, task.Note = TaskCancelled, c.at, "nothing is left to collect"
	}
	return task
}

// insertTask queues a task, which has its ID once the writes have run; it does
// nothing when the task is there.
func (c *lockedCase) insertTask(task *Task) {
	insert := c.store.sql.InsertTask
	c.writes.Queue(insert.text, insert.with(*task, named{"closed_with_case": task.State == TaskCancelled, "owner_roles": task.Kind.TaskOwners()})).
		QueryRow(func(row pgx.Row) error {
			if err := row.Scan(&task.ID, &task.Owner); !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			return nil
		})
}

// CompleteTask records that a person did a task. A task that is not open is
// returned unchanged. An unknown ID is ErrUnknownTask.
func (s *Store) CompleteTask(ctx context.Context, id int64, by, note string, at time.Time) (Task, error) {
	var task found[Task]
	err := s.writing(ctx, func(tx *transaction) error {
		if err := s.readTask(ctx, tx, id, &task); err != nil {
			return err
		}
		var b batch
		b.exec(s.sql.LockCase, task.value)
		var completed found[Task]
		one(&b, &completed, s.sql.CompleteTask, named{"id": id, "by": by, "note": note, "at": businessTime(at)})
		if err := b.run(ctx, tx); err != nil {
			return fmt.Errorf("completing the task %d: %w", id, err)
		}
		if !completed.is {
			return s.readTask(ctx, tx, id, &task)
		}
		task = completed
		var history batch
		history.exec(s.sql.InsertHistory, basis{}, named{
			"key": fmt.Sprintf("task/%d/done", id), "kind": "task-done", "actor": authorOf(by), "summary": "task done: " + task.value.Title, "at": task.value.DoneAt,
		}, task.value)
		return history.run(ctx, tx)
	})
	return task.value, err
}

func (s *Store) readTask(ctx context.Context, on runner, id int64, task *found[Task]) error {
	var b batch
	one(&b, task, s.sql.LoadTask, named{"id": id})
	if err := b.run(ctx, on); err != nil {
		return fmt.Errorf("reading the task %d: %w", id, err)
	}
	if !task.is {
		return fmt.Errorf("%w: %d", ErrUnknownTask, id)
	}
	return nil
}

// TaskFilter selects tasks; empty fields select all.
type TaskFilter struct {
	Creditor string
	Invoice  string
	Kind     collection.TaskKind
	State    TaskState
	// Owner is a person, whose roles' tasks are its own too, a role, or NobodysTasks.
	Owner string
	// Limit is 100 unless given; After is the ID of the last task seen.
	Limit int
	After int64
}

// Tasks lists tasks in the order they were opened.
func (s *Store) Tasks(ctx context.Context, filter TaskFilter) ([]Task, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var tasks []Task
	var b batch
	all(&b, &tasks, s.sql.LoadTasks, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing tasks: %w", err)
	}
	return tasks, nil
}

// TaskOfKey is the task of a key within its case.
func (s *Store) TaskOfKey(ctx context.Context, creditor, invoice, key string) (task Task, known bool, err error) {
	var loaded found[Task]
	var b batch
	one(&b, &loaded, s.sql.LoadTaskOfKey, named{"creditor": creditor, "invoice": invoice, "key": key})
	if err := b.run(ctx, s.pool); err != nil {
		return Task{}, false, fmt.Errorf("reading the task %s: %w", key, err)
	}
	return loaded.value, loaded.is, nil
}
