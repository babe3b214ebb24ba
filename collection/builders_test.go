package collection_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// tester is what both *testing.T and *rapid.T are.
type tester interface {
	require.TestingT
	Helper()
}

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func zone(name string) calendar.Zone {
	parsed, err := calendar.ParseZone(name)
	if err != nil {
		panic(err)
	}
	return parsed
}

// at is a moment on the debtor's wall: "2026-09-10 14:00".
func at(c collection.Case, text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, c.Window.Zone.Location())
	if err != nil {
		panic(err)
	}
	return moment.UTC()
}

// standardLadder climbs from a courtesy notice to a handoff, with every kind of
// step.
func standardLadder() collection.Strategy {
	email, sms, letter := collection.ChannelEmail, collection.ChannelSMS, collection.ChannelLetter
	return collection.Strategy{
		Name: "standard", Version: 1,
		Steps: []collection.Step{
			{Key: "courtesy", DueOffset: -7, Tone: collection.ToneCourteous, Channels: []collection.Channel{email}, Fallbacks: []collection.Channel{sms}, Template: "courtesy", Stage: collection.StageOpen},
			{Key: "courteous", DueOffset: 3, Tone: collection.ToneCourteous, Channels: []collection.Channel{email}, Fallbacks: []collection.Channel{letter}, Template: "courteous", Stage: collection.StageReminding},
			{Key: "firm", DueOffset: 11, Spacing: 8, Tone: collection.ToneFirm, Channels: []collection.Channel{email, sms}, Fallbacks: []collection.Channel{letter}, Template: "firm", DeadlineDays: 7, Stage: collection.StageReminding},
			{Key: "formal", DueOffset: 20, Spacing: 9, Tone: collection.ToneFormal, Channels: []collection.Channel{email, letter}, Template: "formal", DeadlineDays: 15, Stage: collection.StageFormalNotice},
			{Key: "mediation", DueOffset: 36, Spacing: 16, Opens: collection.TaskMediation, Stage: collection.StageMediation},
			{Key: "handoff", DueOffset: 60, Spacing: 20, Opens: collection.TaskHandoff, Stage: collection.StageHandoff},
		},
	}
}

// newCase is the collection of 1,000 euros due on Monday 7 September 2026 by a
// company in Paris.
func newCase(changes ...func(*collection.Case)) collection.Case {
	c := collection.Case{
		Creditor: "acme", Invoice: "F-1", Debtor: "martin",
		DueDate: day("2026-09-07"), Open: euros(100_000),
		Window:   calendar.StandardWindow("FR", zone("Europe/Paris")),
		Strategy: standardLadder(), Rules: collection.CurrentRules,
	}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func withStep(key string, change func(*collection.Step)) func(*collection.Case) {
	return func(c *collection.Case) {
		for i := range c.Strategy.Steps {
			if c.Strategy.Steps[i].Key == key {
				change(&c.Strategy.Steps[i])
			}
		}
	}
}

// after is the case after commands that must be accepted.
func after(t tester, c collection.Case, commands ...collection.Command) collection.Case {
	t.Helper()
	for _, command := range commands {
		events, err := collection.Decide(c, command)
		require.NoError(t, err, "%T", command)
		c = collection.ApplyAll(c, events)
	}
	return c
}

// accepted reports that a step's channel reached the debtor; failed, that it did
// not.
func accepted(c collection.Case, step string, channel collection.Channel, moment string) collection.Command {
	return collection.ReportAttempt{Step: step, Channel: channel, Try: try(c, step), At: at(c, moment)}
}

func failed(c collection.Case, step string, channel collection.Channel, moment string) collection.Command {
	return collection.ReportAttempt{Step: step, Channel: channel, Try: try(c, step), At: at(c, moment), Failed: true, Reason: "bounced"}
}

func try(c collection.Case, key string) int {
	for _, record := range c.Steps {
		if record.Key == key {
			return record.Tries
		}
	}
	return 0
}

// working lets a case work on time from a moment until another.
func working(t tester, c collection.Case, from, until string) *life {
	t.Helper()
	return (&life{Case: c}).work(t, from, until)
}

// picture is all there is to know of a case, to compare two of them.
func picture(t tester, c collection.Case) string {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return string(text)
}

func requireRefused(t *testing.T, c collection.Case, command collection.Command, code collection.RefusalCode, words string) {
	t.Helper()
	events, err := collection.Decide(c, command)
	var refusal *collection.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
	require.ErrorContains(t, err, words)
	require.Empty(t, events, "a refused command changes nothing")
}

func requireNothingNew(t *testing.T, c collection.Case, command collection.Command) {
	t.Helper()
	events, err := collection.Decide(c, command)
	require.NoError(t, err)
	require.Empty(t, events)
}
