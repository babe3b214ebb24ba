package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/collection"
	"relance/workflows"
)

func TestAClosedDayThatIsAddedMovesTheNextDates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-03-10", workflows.CommandContactHours, workflows.ContactHours{Opens: 540, Closes: 1080, Closed: "03-25,2026-04-07..2026-04-08", By: "configuration"})
	b.on("2026-03-11", func() {
		require.Equal(t, "2026-03-26", dates([]time.Time{b.status().NextAt})[0])
	})
	b.signalOn("2026-03-12", workflows.CommandContactHours, workflows.ContactHours{Opens: 1080, Closes: 540})
	b.payOn("2026-04-14", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-26", "2026-04-09"}, dates(b.desk.noticedAt), "the dates would have been 25 March and 7 April")
	require.Contains(t, b.desk.decisions[1].Note, "contact hours", "hours that end before they begin are refused")
}

func TestANoticeThatIsPutOffSaysWhy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	refused := false
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.Step == "courteous" && !refused {
			refused = true
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Until: order.At.AddDate(0, 0, 2), For: collection.PostponedForSpacing}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	b.on("2026-04-08", func() {
		require.Equal(t, "step courteous waits, because the debtor was contacted too recently", b.status().Why)
		require.Equal(t, "l’étape courteous attend, car le débiteur a été contacté trop récemment", b.status().WhyFR)
	})
	b.payOn("2026-04-14", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-09"}, dates(b.desk.noticedAt))
}
