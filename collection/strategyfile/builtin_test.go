package strategyfile_test

import (
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/money"
)

func builtIn(t *testing.T) strategyfile.Set {
	t.Helper()
	set, err := strategyfile.LoadAll(config.Strategies)
	require.NoError(t, err)
	return set
}

func TestTheBuiltInStrategiesAreThere(t *testing.T) {
	t.Parallel()
	var names []string
	for _, definition := range builtIn(t).All() {
		names = append(names, definition.Name)
	}
	require.Equal(t, []string{"fr-b2b-standard", "fr-consumer", "gentle", "strict"}, names)
}

// The plan of each built-in strategy on an invoice due on Monday 7 September
// 2026, as a controller would write it in a diary.
func TestTheBuiltInStrategiesKeepTheirDiary(t *testing.T) {
	t.Parallel()
	diaries := map[string][]string{
		"fr-b2b-standard": {
			"2026-08-31 courtesy: email",
			"2026-09-10 reminder-courteous: email",
			"2026-09-18 reminder-firm: email",
			"2026-09-18 reminder-firm: sms",
			"2026-09-28 reminder-last: email", // the 26th is a Saturday
			"2026-10-12 formal-notice: registered-letter",
			"2026-10-12 formal-notice: email",
			"2026-10-28 mediation: email",
			"2026-11-13 : task mediation-lapsed", // nobody answered by the 12th
			"2026-11-25 handoff: task handoff",
		},
		"strict": {
			"2026-09-08 reminder-firm: email",
			"2026-09-08 reminder-firm: sms",
			"2026-09-16 reminder-last: email",
			"2026-09-16 reminder-last: sms",
			"2026-09-28 formal-notice: registered-letter",
			"2026-09-28 formal-notice: email",
			"2026-10-08 mediation: email",
			"2026-10-19 : task mediation-lapsed", // nobody answered by Friday the 16th
			"2026-10-20 handoff: task handoff",
		},
		"gentle": {
			"2026-08-31 courtesy: email",
			"2026-09-15 reminder: email",
			"2026-09-29 second-reminder: email",
			"2026-10-13 call: task call",
		},
		"fr-consumer": {
			"2026-08-31 courtesy: email",
			"2026-09-14 reminder: email", // the 12th is a Saturday
			"2026-09-24 last-reminder: email",
			"2026-10-07 formal-notice: registered-letter",
			"2026-10-07 formal-notice: email",
			"2026-10-23 conciliation: email",
			"2026-11-10 : task mediation-lapsed", // nobody answered by Monday the 9th
			"2026-11-24 handoff: task handoff",
		},
	}
	paris, err := calendar.ParseZone("Europe/Paris")
	require.NoError(t, err)
	for _, definition := range builtIn(t).All() {
		c := collection.Case{
			Creditor: "acme", Invoice: "F-1", Debtor: "martin",
			DueDate: calendar.NewDate(2026, time.September, 7), Open: money.FromMinor(120_000, money.EUR),
			Window: calendar.StandardWindow("FR", paris), Strategy: definition.Strategy,
		}
		from := time.Date(2026, time.August, 1, 8, 0, 0, 0, time.UTC)
		var diary []string
		for _, planned := range collection.Forecast(c, from, from.AddDate(1, 0, 0)) {
			what := string(planned.Channel)
			if planned.Task != "" {
				what = "task " + string(planned.Task)
			}
			diary = append(diary, c.Window.DateOf(planned.At).String()+" "+planned.Step.Key+": "+what)
		}
		require.Equal(t, diaries[definition.Name], diary, definition.Name)
	}
}

// The mediation of each audience is one that the law opens to it, costs the debtor
// nothing and leaves it time to answer; older versions stay as they were released.
func TestTheBuiltInStrategiesInviteToTheMediationOfTheirAudience(t *testing.T) {
	t.Parallel()
	kinds := map[string]collection.MediationKind{
		"fr-b2b-standard": collection.MediationCompanies, "strict": collection.MediationCompanies, "fr-consumer": collection.MediationConciliator,
	}
	for _, definition := range builtIn(t).All() {
		var offered collection.MediationKind
		for i, step := range definition.Steps {
			if step.Opens != collection.TaskMediation {
				continue
			}
			offered = step.Mediation.Kind
			require.True(t, step.Mediation.Invite, definition.Name)
			require.GreaterOrEqual(t, step.Mediation.RespondWithinDays, 8, definition.Name)
			require.Equal(t, collection.ToneCourteous, step.Tone, definition.Name)
			require.Equal(t, collection.ToneFormal, definition.Steps[i-1].Tone, "%s: the debtor is in default before", definition.Name)
			require.Equal(t, collection.StageHandoff, definition.Steps[i+1].Stage, definition.Name)
		}
		require.Equal(t, kinds[definition.Name], offered, definition.Name)
	}
	for name := range kinds {
		third, found := builtIn(t).Version(name, 3)
		require.True(t, found, name)
		for _, step := range third.Steps {
			require.False(t, step.Mediation.Invite, "%s: a version stays as it was released", name)
		}
	}
}

func TestEveryBuiltInStepHasItsTexts(t *testing.T) {
	t.Parallel()
	suffix := map[collection.Channel]string{
		collection.ChannelEmail: "mail", collection.ChannelSMS: "sms", collection.ChannelLetter: "letter",
		collection.ChannelRegisteredLetter: "letter",
	}
	exists := func(template string, channel collection.Channel) bool {
		for _, language := range []string{"fr", "en"} {
			if _, err := fs.Stat(config.Templates, "templates/"+template+"/"+language+"."+suffix[channel]); err != nil {
				return false
			}
		}
		return true
	}
	require.NoError(t, builtIn(t).CheckTemplates(exists))
}

// A case keeps the version it was opened with, so that a version stays as it was
// released.
func TestTheFirstVersionsSendPlainLetters(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"fr-b2b-standard", "fr-consumer", "strict"} {
		first, found := builtIn(t).Version(name, 1)
		require.True(t, found, name)
		step, found := first.Step("formal-notice")
		require.True(t, found, name)
		require.ElementsMatch(t, []collection.Channel{collection.ChannelEmail, collection.ChannelLetter}, step.Channels, name)
	}
}

func TestAFormalNoticeIsApprovedAnnouncedAndProven(t *testing.T) {
	t.Parallel()
	for _, definition := range builtIn(t).All() {
		for _, step := range definition.Steps {
			formal := step.Tone == collection.ToneFormal
			require.Equal(t, formal, step.Approval, "%s of %s", step.Key, definition.Name)
			require.Equal(t, formal, step.CoolingOffDays > 0, "%s of %s", step.Key, definition.Name)
			require.Equal(t, formal, step.Proof == collection.ChannelRegisteredLetter, "%s of %s", step.Key, definition.Name)
		}
	}
	for _, name := range []string{"fr-b2b-standard", "fr-consumer"} {
		second, found := builtIn(t).Version(name, 2)
		require.True(t, found)
		step, _ := second.Step("formal-notice")
		require.False(t, step.Approval, "a version stays as it was released")
	}
}

// A consumer must not be asked for the fixed indemnity or for recovery costs,
// which the texts for businesses claim.
func TestConsumersAreSentTextsForConsumers(t *testing.T) {
	t.Parallel()
	for _, definition := range builtIn(t).All() {
		if !definition.For.Suits(strategyfile.ForConsumer) {
			continue
		}
		for _, step := range definition.Steps {
			require.NotEqual(t, "formal-notice", step.Template, definition.Name)
			if definition.For == strategyfile.ForConsumer && step.Opens == "" {
				require.Contains(t, step.Template, "consumer-", definition.Name)
			}
		}
	}
}
