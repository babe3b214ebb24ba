package activities

import (
	"fmt"

	"relance/casefile"
	"relance/collection"
)

// handoffTask is what a person is asked to approve or told about a handoff.
func handoffTask(order TaskOrder) casefile.TaskOrder {
	task := ordinaryTask(order)
	if order.Task == collection.TaskTimeLimit {
		return timeLimitTask(order, task)
	}
	task.Key = fmt.Sprintf("%s/%s/%d", order.Task, order.Handoff, order.Try)
	task.Title = fmt.Sprintf("Approve that the case is handed over to %s", order.Partner)
	task.Detail = fmt.Sprintf("The cooling-off time of the handoff %s is over and the claim is not paid. Look at the case (relance handoff check) and approve the "+
		"handoff with the amount that is open (relance handoff approve), or refuse it with a reason.", order.Handoff)
	if order.Doubtful {
		task.Title = fmt.Sprintf("Find out whether %s has the case file", order.Partner)
		task.Detail = fmt.Sprintf("Nobody knows whether the e-mail of the handoff %s arrived. Ask the partner: record its status (relance handoff status %s received), "+
			"or approve the handoff again to have the file sent once more.", order.Handoff, order.Handoff)
	}
	return task
}

func timeLimitTask(order TaskOrder, task casefile.TaskOrder) casefile.TaskOrder {
	limit := order.Limit
	task.Key = fmt.Sprintf("%s/%s/%s/%s/%s", order.Task, order.Handoff, limit.Key, limit.From, order.Day)
	task.DueOn = limit.Target
	task.Title = fmt.Sprintf("%s: work towards %s, last day %s", limit.Title.EN, limit.Target, limit.Last)
	task.Detail = fmt.Sprintf("The time limit runs since %s (%s). See with the partner of the handoff %s that it is kept, and record what it reports.", limit.From, limit.Article, order.Handoff)
	switch {
	case limit.Waits && order.Day > limit.Last:
		task.DueOn = order.Day.AddDays(taskDays)
		task.Title = fmt.Sprintf("%s: it ended on %s", limit.Title.EN, limit.Last)
		task.Detail = fmt.Sprintf("The debtor and the court had until then (%s). Ask the partner of the handoff %s what it does next, and record what it reports.", limit.Article, order.Handoff)
	case order.Day > limit.Last:
		task.DueOn = order.Day.AddDays(taskDays)
		task.Title = fmt.Sprintf("%s: the last day was %s", limit.Title.EN, limit.Last)
		task.Detail = fmt.Sprintf("No report says that it was kept (%s). Ask the partner of the handoff %s at once; what was not done in time may be void.", limit.Article, order.Handoff)
	}
	return task
}
