package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/imports/invoice"
)

func (a *api) registerTasks() {
	register(a, operation{
		id: "list-tasks", method: http.MethodGet, path: "/v1/tasks", group: groupTasks,
		summary:     "List what people are asked to do",
		description: "In the order they were opened.",
	}, a.listTasks)
	register(a, operation{
		id: "complete-task", method: http.MethodPost, path: "/v1/tasks/{id}/done", group: groupTasks,
		summary: "Record that a task is done",
		description: "A task that is done or cancelled already stays as it is. Approvals are given by approving or skipping the step, " +
			"and a debtor is reached by retrying or skipping it: those decisions do the task.",
		problems: []problemCode{codeUnknownTask, codeNotNow},
	}, a.completeTask)
	register(a, operation{
		id: "assign-task", method: http.MethodPost, path: "/v1/tasks/{id}/owner", group: groupTasks,
		summary: "Give a task to somebody",
		description: "To a colleague of the directory who looks after the debtor or after all, by its e-mail address, or to a role; an empty owner is nobody. " +
			"The history of the case says who gave it to whom. The task to answer a dispute goes with the dispute: assign that.",
		problems: []problemCode{codeUnknownTask, codeNotNow},
	}, a.assignTask)
}

// task is something a person must do.
type task struct {
	ID       int64         `json:"id"`
	Case     string        `json:"case,omitempty" doc:"Missing when the task is about no case."`
	Creditor string        `json:"creditor"`
	Invoice  string        `json:"invoice,omitempty" doc:"Missing when the task is about no invoice."`
	Kind     string        `json:"kind" enum:"mediation,mediation-answer,mediation-lapsed,mediation-overdue,agreement-broken,handoff,approve-handoff,time-limit,call,approve,approve-deputy,announce,prove-delivery,post-letter,pull-letter,reach-debtor,late-fees,limitation,insolvency,hardship,closed-case,match-payment,law-table,answer,dispute,dispute-overdue,instalment,plan"`
	Step     string        `json:"step,omitempty" doc:"The step that asked for it."`
	Title    string        `json:"title"`
	Detail   string        `json:"detail,omitempty"`
	State    string        `json:"state" enum:"open,done,cancelled"`
	DueOn    calendar.Date `json:"due_on,omitzero"`
	OpenedAt time.Time     `json:"opened_at"`
	DoneAt   time.Time     `json:"done_at,omitzero"`
	DoneBy   string        `json:"done_by,omitempty"`
	Note     string        `json:"note,omitempty"`
	Owner    string        `json:"owner,omitempty" example:"accountant" doc:"Who is to do it: the e-mail address of a colleague, a role, or the user whose dispute it is about; missing: nobody."`
}

func newTask(t casefile.Task) task {
	about := ""
	if t.Invoice != "" {
		about = collection.WorkflowID(t.Creditor, t.Invoice)
	}
	return task{
		ID: t.ID, Case: about, Creditor: t.Creditor, Invoice: t.Invoice, Kind: string(t.Kind),
		Step: t.Step, Title: t.Title, Detail: t.Detail, State: string(t.State), DueOn: t.DueOn, OpenedAt: t.OpenedAt,
		DoneAt: t.DoneAt, DoneBy: t.DoneBy, Note: t.Note, Owner: t.Owner,
	}
}

type listTasksInput struct {
	Creditor string `query:"creditor" maxLength:"100" doc:"Only the tasks of this creditor."`
	Invoice  string `query:"invoice" maxLength:"100" doc:"Only the tasks about this invoice number."`
	Kind     string `query:"kind" enum:"mediation,mediation-answer,mediation-lapsed,mediation-overdue,agreement-broken,handoff,approve-handoff,time-limit,call,approve,approve-deputy,announce,prove-delivery,post-letter,pull-letter,reach-debtor,late-fees,limitation,insolvency,hardship,closed-case,match-payment,law-table,answer,dispute,dispute-overdue,instalment,plan" doc:"Only tasks of this kind."`
	State    string `query:"state" enum:"open,done,cancelled,all" default:"open" doc:"Only tasks in this state."`
	Owner    string `query:"owner" maxLength:"200" doc:"Only the tasks of this colleague, by its e-mail address (those of its roles too), or of this role; nobody: those without an owner."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	Cursor   string `query:"cursor" maxLength:"20" pattern:"^[0-9]*$" doc:"next_cursor of the previous answer."`
}

type listTasksOutput struct {
	Body struct {
		Tasks      []task `json:"tasks" nullable:"false"`
		NextCursor string `json:"next_cursor,omitempty" doc:"Asks for the tasks after these; missing when there are none."`
	} `nameHint:"TaskList"`
}

func (a *api) listTasks(ctx context.Context, in *listTasksInput) (*listTasksOutput, error) {
	filter := casefile.TaskFilter{
		Creditor: invoice.Tidy(in.Creditor), Invoice: invoice.Tidy(in.Invoice), Kind: collection.TaskKind(in.Kind), Owner: invoice.Tidy(in.Owner), Limit: in.Limit + 1,
	}
	if in.State != "all" {
		filter.State = casefile.TaskState(in.State)
	}
	if in.Cursor != "" {
		after, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil {
			return nil, invalid("query.cursor", in.Cursor, "it is none that this API gave out: take next_cursor of the previous answer as it is")
		}
		filter.After = after
	}
	tasks, err := a.Cases.Store.Tasks(ctx, filter)
	if err != nil {
		return nil, err
	}
	var out listTasksOutput
	if len(tasks) > in.Limit {
		tasks = tasks[:in.Limit]
		out.Body.NextCursor = strconv.FormatInt(tasks[in.Limit-1].ID, 10)
	}
	out.Body.Tasks = each(tasks, newTask)
	return &out, nil
}

type completeTaskInput struct {
	ID   int64 `path:"id" minimum:"1" doc:"The task's ID."`
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"500" doc:"What came of it, without personal data."`
		By   string `json:"by,omitempty" maxLength:"100" doc:"Who did it; the name of the key when it is missing."`
	} `nameHint:"TaskReport"`
}

type taskOutput struct{ Body task }

func (a *api) completeTask(ctx context.Context, in *completeTaskInput) (*taskOutput, error) {
	given := orZero(in.Body)
	done, err := a.Cases.CompleteTask(ctx, in.ID, author(ctx, given.By), invoice.Tidy(given.Note))
	if needed := new(cases.DecisionNeededError); errors.As(err, &needed) {
		return nil, decisionNeeded(needed.Task)
	}
	if err != nil {
		return nil, err
	}
	return &taskOutput{Body: newTask(done)}, nil
}

type assignTaskInput struct {
	ID   int64 `path:"id" minimum:"1" doc:"The task's ID."`
	Body struct {
		Owner string `json:"owner" maxLength:"200" example:"accountant" doc:"E-mail address of a colleague, or a role: salesperson, accountant, manager or owner; empty: nobody."`
		By    string `json:"by,omitempty" maxLength:"100" doc:"Who gives it; the name of the key when it is missing."`
	} `nameHint:"TaskAssignment"`
}

func (a *api) assignTask(ctx context.Context, in *assignTaskInput) (*taskOutput, error) {
	given, err := a.Cases.Store.AssignTask(ctx, in.ID, invoice.Tidy(in.Body.Owner), author(ctx, in.Body.By), a.Cases.Clock().Now())
	if err != nil {
		return nil, err
	}
	return &taskOutput{Body: newTask(given)}, nil
}

// decisionNeeded says by which decision a task is done.
func decisionNeeded(task casefile.Task) *Problem {
	of := caseURL(task.Creditor, task.Invoice)
	steps := of + "/steps/" + task.Step
	var how string
	switch task.Kind {
	case collection.TaskReach:
		how = "correct the contact, or the debtor's postal address, and POST " + steps + "/retry, or POST " + steps + "/skip; " +
			"of a message that may have arrived, say what became of it: POST " + of + "/messages/{id}/resolution"
	case collection.TaskDispute, collection.TaskDisputeOverdue:
		how = "POST " + of + "/disputes/{id}/resolve"
	default:
		how = "POST " + steps + "/approve or " + steps + "/refuse"
	}
	return problem(codeNotNow, "the case waits for a decision, which does this task: "+how)
}
