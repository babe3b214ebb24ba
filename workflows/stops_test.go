package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/collection"
	"relance/workflows"
)

func stopOrder(lifted ...time.Time) workflows.StopOrder {
	order := workflows.StopOrder{
		ID: "k-1", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "wrong bank account",
		At: time.Date(2026, time.April, 8, 10, 0, 0, 0, time.UTC), By: "anne",
	}
	if len(lifted) > 0 {
		order.LiftedAt = lifted[0]
	}
	return order
}

func TestAKillSwitchStopsTheLadderAndItGoesOnInTurnAtTheSameStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-04-08", func() {
		for range 2 { // a broadcast that goes on after a crash tells some cases twice
			b.SignalWorkflow(workflows.CommandStop, stopOrder())
		}
	})
	b.on("2026-04-20", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Equal(t, "the kill switch is set for everybody: nothing leaves until a person lifts it (wrong bank account)", b.status().Why)
		require.Equal(t, "l’arrêt d’urgence général est enclenché : rien ne part jusqu’à la levée par une personne (wrong bank account)", b.status().WhyFR)
		require.Zero(t, b.status().NextAt)
	})
	b.on("2026-05-08", func() {
		b.SignalWorkflow(workflows.CommandStop, stopOrder(time.Date(2026, time.May, 8, 10, 0, 0, 0, time.UTC)))
		b.SignalWorkflow(workflows.CommandStop, stopOrder()) // old news
	})
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email"}, b.desk.steps())
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-15", "2026-05-15", "2026-05-26"}, dates(b.desk.noticedAt),
		"30 days still shift the 8 days of spacing from 15 April to 15 May, when the backlog has left")
	told := 0
	for _, decision := range b.desk.decisions {
		if decision.Kind == workflows.CommandStop {
			told++
		}
	}
	require.Equal(t, 2, told, "set and lifted are recorded once each")
}

func TestAStopThatTheCaseFileDoesNotKnowChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-04-06", func() { b.desk.refuse = "no stop \"k-1\" concerns the case" })
	b.signalOn("2026-04-06", workflows.CommandStop, stopOrder())
	b.payOn("2026-04-08", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps())
}

func TestACaseThatWasNotToldYetWaitsForWhatTheGateSays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	asked := 0
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if asked++; asked == 1 {
			b.SignalWorkflow(workflows.CommandStop, workflows.StopOrder{
				ID: "k-1", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "incident", At: order.At.Add(-time.Minute),
			})
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "kill switch"}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	b.on("2026-03-27", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Equal(t, 1, asked, "the gate is not asked again and again")
	})
	b.payOn("2026-03-30", "P1", "1000.00")
	b.result()
}
