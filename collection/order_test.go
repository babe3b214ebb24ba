package collection_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
)

// independentCommands are commands of which none answers another: holds under
// their own IDs, releases of holds placed before, an approval, reports about the
// channels of one step.
func independentCommands(t *rapid.T, c collection.Case, now time.Time) []collection.Command {
	today := c.Window.DateOf(now)
	commands := []collection.Command{
		collection.ReleaseHold{ID: "old", On: today},
		collection.ApproveStep{Step: "formal", Author: "anne"},
		accepted(c, "firm", "sms", "2026-09-18 10:00"),
		failed(c, "firm", "email", "2026-09-18 10:00"),
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "holds") {
		hold := collection.PlaceHold{ID: fmt.Sprintf("h%d", i), On: today}
		if days := rapid.IntRange(-1, 40).Draw(t, "days"); days >= 0 {
			hold.Until = today.AddDays(days)
		}
		commands = append(commands, hold)
	}
	return commands
}

// What a case does next, and how it looks, is the same whatever the order of
// independent commands, and whatever arrives twice.
func TestTheOrderAndTheNumberOfCommandsDoNotMatter(t *testing.T) {
	t.Parallel()
	base := newCase(withStep("formal", func(s *collection.Step) { s.Approval = true }))
	now := at(base, "2026-09-18 11:00")
	base = after(t, base,
		accepted(base, "courteous", "email", "2026-09-10 10:00"),
		collection.PlaceHold{ID: "old", On: day("2026-09-12"), Until: day("2026-12-31")},
		collection.ReportTask{Step: "formal", Task: collection.TaskApproval, At: now},
	)
	rapid.Check(t, func(t *rapid.T) {
		commands := independentCommands(t, base, now)
		shuffled := rapid.Permutation(commands).Draw(t, "order")
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(commands)-1), 0, 6).Draw(t, "again") {
			shuffled = append(shuffled, commands[i])
		}
		one, other := after(t, base, commands...), after(t, base, shuffled...)
		for _, days := range []int{0, 1, 10, 41, 200} {
			moment := now.AddDate(0, 0, days)
			require.Equal(t, one.Stage(moment), other.Stage(moment))
			a, b := collection.Next(one, moment), collection.Next(other, moment)
			require.Equal(t, a, b)
		}
	})
}

func TestEveryCommandMayArriveTwice(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("courteous", func(s *collection.Step) { s.Approval = true }))
	second := standardLadder()
	second.Version = 2
	for _, command := range []collection.Command{
		collection.TakePosition{Open: euros(70_000)},
		collection.PlaceHold{ID: "h", On: day("2026-09-08")},
		collection.ReleaseHold{ID: "h", On: day("2026-09-09")},
		collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: at(c, "2026-09-10 10:00")},
		collection.ApproveStep{Step: "courteous", Author: "anne"},
		accepted(c, "courteous", "email", "2026-09-10 10:00"),
		failed(c, "courteous", "email", "2026-09-11 10:00"),
		failed(c, "courteous", "letter", "2026-09-11 10:01"),
		collection.ReportTask{Step: "courteous", Task: collection.TaskReach, At: at(c, "2026-09-11 10:02")},
		collection.SkipStep{Step: "courteous", Author: "anne", Reason: "called", At: at(c, "2026-09-12 10:00")},
		collection.ReleaseHold{On: day("2026-09-13")},
		collection.MigrateStrategy{Strategy: second, Author: "anne"},
		collection.CloseCase{Outcome: collection.StageWithdrawn, Author: "anne", Reason: "agreed"},
	} {
		c = after(t, c, command)
		requireNothingNew(t, c, command)
	}
}
