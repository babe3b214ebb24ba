package collection_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// anyCommand is any command at all, sensible or not.
func anyCommand(t *rapid.T, c collection.Case, now time.Time) collection.Command {
	step := rapid.SampledFrom(append(slices.Clone(c.Strategy.Steps), collection.Step{Key: "unknown"})).Draw(t, "step").Key
	id := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "id")
	date := calendar.Date(rapid.SampledFrom([]int{0, int(c.Window.DateOf(now)), 20_800}).Draw(t, "date"))
	channel := rapid.SampledFrom(collection.Channels()).Draw(t, "channel")
	reason := rapid.SampledFrom([]string{"", "because"}).Draw(t, "reason")
	other := standardLadder()
	other.Version = rapid.IntRange(1, 3).Draw(t, "version")
	return rapid.SampledFrom([]collection.Command{
		nil,
		collection.TakePosition{Open: euros(rapid.Int64Range(-1, 5).Draw(t, "open"))},
		collection.TakePosition{},
		collection.TakeLimitation{Limitation: anyLimitation(t, c, -20, 40)},
		collection.TakeLimitation{},
		collection.PlaceHold{ID: id, Reason: reason, On: date},
		collection.PlaceHold{ID: id, On: date, Until: date.AddDays(rapid.IntRange(-1, 20).Draw(t, "days"))},
		collection.ReleaseHold{ID: id, On: date},
		collection.ReportAttempt{Step: step, Channel: channel, Try: rapid.IntRange(0, 1).Draw(t, "try"), Failed: rapid.Bool().Draw(t, "failed"), At: now, Deadline: date},
		collection.ReportTask{Step: step, Task: rapid.SampledFrom([]collection.TaskKind{collection.TaskApproval, collection.TaskReach, collection.TaskMediation, collection.TaskLimitation}).Draw(t, "task"), At: now},
		collection.Postpone{Until: now.Add(time.Hour)},
		collection.ApproveStep{Step: step},
		collection.SkipStep{Step: step, Reason: reason, At: now},
		collection.RetryStep{Step: step},
		collection.CloseCase{Outcome: collection.StageWithdrawn, Reason: reason},
		collection.MigrateStrategy{Strategy: other, ResumeAt: rapid.SampledFrom([]string{"", step}).Draw(t, "resume")},
	}).Draw(t, "command")
}

// Cases are values: whatever is asked of one, of the cases before it and of those
// that branch off, no other case changes.
func TestNothingEverChangesACaseThatSomebodyElseHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type snapshot struct {
			c       collection.Case
			picture string
		}
		c := newCase(withStep("formal", func(s *collection.Step) { s.Approval = true }))
		kept := []snapshot{{c, picture(t, c)}}
		now := at(c, "2026-08-20 10:00")
		for range rapid.IntRange(1, 15).Draw(t, "commands") {
			from := kept[rapid.IntRange(max(0, len(kept)-2), len(kept)-1).Draw(t, "from")].c
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			command := anyCommand(t, from, now)
			before := picture(t, from)
			events, err := collection.Decide(from, command)
			if err != nil {
				var refusal *collection.Refusal
				require.ErrorAs(t, err, &refusal)
				require.NotEmpty(t, refusal.Message)
				require.Empty(t, events, "a refused command changes nothing")
			}
			next := collection.ApplyAll(from, events)
			collection.Next(next, now)
			collection.Forecast(next, now, now.AddDate(0, 3, 0))
			require.Equal(t, before, picture(t, from))
			kept = append(kept, snapshot{next, picture(t, next)})
		}
		for _, s := range kept {
			require.Equal(t, s.picture, picture(t, s.c))
		}
	})
}

// A slice with room to spare is where two cases that branch off could write over
// each other.
func TestTwoCasesThatBranchOffDoNotShareTheirHoldsOrAttempts(t *testing.T) {
	t.Parallel()
	c := newCase()
	c.Holds = append(make([]collection.Hold, 0, 8), collection.Hold{ID: "a", From: day("2026-09-01"), Until: day("2026-09-02")})
	attempts := append(make([]collection.Attempt, 0, 8), collection.Attempt{Channel: "email", Failed: true})
	c.Steps = append(make([]collection.StepRecord, 0, 8), collection.StepRecord{Key: "firm", Attempts: attempts})

	held := after(t, c, collection.PlaceHold{ID: "b", On: day("2026-09-08")})
	texted := after(t, c, accepted(c, "firm", "sms", "2026-09-18 10:00"))
	begun := after(t, c, accepted(c, "formal", "email", "2026-09-28 10:00"))
	pictures := []string{picture(t, held), picture(t, texted), picture(t, begun)}
	after(t, c, collection.PlaceHold{ID: "c", On: day("2026-09-09")}, failed(c, "firm", "letter", "2026-09-18 10:00"),
		accepted(c, "formal", "letter", "2026-09-28 10:00"))
	for i, kept := range []collection.Case{held, texted, begun} {
		require.Equal(t, pictures[i], picture(t, kept))
	}
}

// A case travels through the workflow's history and through PostgreSQL as JSON.
func TestACaseThatWasWrittenAndReadDecidesTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := newCase(func(c *collection.Case) { c.Window = anyWindow(t) }, withStep("formal", func(s *collection.Step) { s.Approval = true }))
		now := at(c, "2026-08-20 10:00")
		for range rapid.IntRange(1, 12).Draw(t, "commands") {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			events, _ := collection.Decide(c, anyCommand(t, c, now))
			requireSameJSON(t, events)
			c = collection.ApplyAll(c, events)
		}
		var read collection.Case
		require.NoError(t, json.Unmarshal([]byte(picture(t, c)), &read))
		require.Equal(t, picture(t, c), picture(t, read))
		for range 20 {
			require.Equal(t, c.Stage(now), read.Stage(now))
			action, again := collection.Next(c, now), collection.Next(read, now)
			require.Equal(t, action, again)
			now = now.Add(31 * time.Hour)
		}
	})
}

func requireSameJSON(t *rapid.T, events collection.Events) {
	written, err := json.Marshal(events)
	require.NoError(t, err)
	var read collection.Events
	require.NoError(t, json.Unmarshal(written, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.JSONEq(t, string(written), string(again))
}

func TestTheCaseAndItsWorkflowShareOneName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "case/acme/F-1", newCase().ID())
	require.Equal(t, collection.WorkflowID("acme", "F-1"), newCase().ID())
}
