package workflows

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
)

func recordPlan(ctx workflow.Context, order activities.PlanOrder) error {
	ctx = inDatabase(ctx, order.Kind)
	return workflow.ExecuteActivity(ctx, activities.NameRecordPlan, order).Get(ctx, nil)
}

func planMoney(ctx workflow.Context, order activities.PlanMoneyOrder) (money activities.PlanMoney, err error) {
	ctx = inDatabase(ctx, "what came for the plan")
	err = workflow.ExecuteActivity(ctx, activities.NamePlanMoney, order).Get(ctx, &money)
	return money, err
}

func planNotice(ctx workflow.Context, order activities.PlanNoticeOrder) (notice activities.PlanNotice, err error) {
	ctx = inDatabase(ctx, "how to tell of instalment "+strconv.Itoa(order.Instalment))
	err = workflow.ExecuteActivity(ctx, activities.NamePlanNotice, order).Get(ctx, &notice)
	return notice, err
}

// deliverPlanNotice sends a notice of a plan, for no longer than patience.
func deliverPlanNotice(ctx workflow.Context, order activities.NoticeOrder, patience time.Duration) workflow.Future {
	ctx = throughProvider(ctx, taskQueueOf(order.Channel), order.Step+" by "+string(order.Channel))
	return workflow.ExecuteActivity(workflow.WithScheduleToCloseTimeout(ctx, patience), activities.NameDeliverNotice, order)
}

func tellInstalment(ctx workflow.Context, order activities.InstalmentOrder) error {
	ctx = inDatabase(ctx, "instalment "+strconv.Itoa(order.Instalment))
	return workflow.ExecuteActivity(ctx, activities.NameTellInstalment, order).Get(ctx, nil)
}

func openPlanTask(ctx workflow.Context, order activities.PlanTaskOrder) error {
	ctx = inDatabase(ctx, "task: "+order.Title)
	return workflow.ExecuteActivity(ctx, activities.NameOpenPlanTask, order).Get(ctx, nil)
}
