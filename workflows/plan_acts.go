package workflows

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
)

func recordPlan(ctx workflow.Context, order activities.PlanOrder) (recorded activities.PlanRecorded, err error) {
	err = inDatabase(ctx, order.Kind, activities.NameRecordPlan, order, &recorded)
	return recorded, err
}

func planMoney(ctx workflow.Context, order activities.PlanMoneyOrder) (money activities.PlanMoney, err error) {
	err = inDatabase(ctx, "what came for the plan", activities.NamePlanMoney, order, &money)
	return money, err
}

func planNotice(ctx workflow.Context, order activities.PlanNoticeOrder) (notice activities.PlanNotice, err error) {
	err = inDatabase(ctx, "how to tell of instalment "+strconv.Itoa(order.Instalment), activities.NamePlanNotice, order, &notice)
	return notice, err
}

// deliverPlanNotice sends a notice of a plan, for no longer than patience.
func deliverPlanNotice(ctx workflow.Context, order activities.NoticeOrder, patience time.Duration) workflow.Future {
	ctx = throughProvider(ctx, taskQueueOf(order.Channel), noticeSummary(order))
	return workflow.ExecuteActivity(workflow.WithScheduleToCloseTimeout(ctx, patience), activities.NameDeliverNotice, order)
}

func tellInstalment(ctx workflow.Context, order activities.InstalmentOrder) error {
	return inDatabase(ctx, "instalment "+strconv.Itoa(order.Instalment), activities.NameTellInstalment, order, nil)
}

func openPlanTask(ctx workflow.Context, order activities.PlanTaskOrder) error {
	return inDatabase(ctx, "task: "+order.Title, activities.NameOpenPlanTask, order, nil)
}
