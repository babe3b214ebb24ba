package strategyfile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/collection/strategyfile"
)

const small = `name: small
version: 2
title: {fr: Petit, en: Small}
description: {fr: Pour essayer., en: To try.}
for: business
steps:
  - key: courtesy
    title: {fr: Rappel, en: Courtesy}
    when: {before_due: 5}
    tone: courteous
    channels: [email]
    template: courtesy
  - key: reminder
    title: {fr: Relance, en: Reminder}
    when: {after_due: 2, after_previous: 6}
    tone: firm
    channels: [email, sms]
    fallback: [letter]
    template: reminder-firm
    deadline: 7
    approval: true
  - key: call
    title: {fr: Appel, en: Call}
    when: {after_previous: 10}
    opens: call
  - key: handoff
    title: {fr: Transmission, en: Handoff}
    when: {after_previous: 12}
    opens: handoff
`

func TestAStrategyIsReadAsWritten(t *testing.T) {
	t.Parallel()
	definition, err := strategyfile.Parse("small.yaml", []byte(small))
	require.NoError(t, err)
	require.Equal(t, collection.Strategy{
		Name: "small", Version: 2,
		Steps: []collection.Step{
			{
				Key: "courtesy", DueOffset: -5, Tone: collection.ToneCourteous,
				Channels: []collection.Channel{"email"}, Template: "courtesy", Stage: collection.StageOpen,
			},
			{
				Key: "reminder", DueOffset: 2, Spacing: 6, Tone: collection.ToneFirm,
				Channels: []collection.Channel{"email", "sms"}, Fallbacks: []collection.Channel{"letter"},
				Template: "reminder-firm", Approval: true, DeadlineDays: 7, Stage: collection.StageReminding,
			},
			{Key: "call", DueOffset: 12, Spacing: 10, Opens: collection.TaskCall, Stage: collection.StageReminding},
			{Key: "handoff", DueOffset: 24, Spacing: 12, Opens: collection.TaskHandoff, Stage: collection.StageHandoff},
		},
	}, definition.Strategy)
	require.Equal(t, "Petit", definition.Title.In("fr-BE"))
	require.Equal(t, "Small", definition.Title.In("de"))
	require.Equal(t, "Appel", definition.StepTitles["call"].In("fr"))
	require.Equal(t, strategyfile.ForBusiness, definition.For)
	require.True(t, definition.For.Suits(strategyfile.ForBusiness))
	require.False(t, definition.For.Suits(strategyfile.ForConsumer))
}

// Each case changes one line of a good strategy.
func TestAMistakeIsReportedWithItsLineAndAReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, written, problem string }{
		{"name: small", "name: Small One", `small.yaml:1: name: "Small One" is not a key: use small letters, digits and single hyphens, such as last-reminder`},
		{"name: small", "", "small.yaml:1: name: is missing"},
		{"version: 2", "version: 0", "small.yaml:2: version: is 0: versions count from 1"},
		{"version: 2", "version: two", `small.yaml:2: version: "two" is not a whole number`},
		{"title: {fr: Petit, en: Small}", "title: {fr: Petit}", "small.yaml:3: title.en: is missing"},
		{"title: {fr: Petit, en: Small}", `title: {fr: Petit, en: " "}`, "small.yaml:3: title.en: is empty"},
		{"title: {fr: Petit, en: Small}", "title: Petit", `small.yaml:3: title: must hold fields (key: value), not "Petit"`},
		{"for: business", "for: companies", `small.yaml:5: for: "companies" is not known: use business, consumer, public, any`},
		{"for: business", "for: consumer", "small.yaml:12: steps[1].template: courtesy may claim costs that must not be asked of a consumer: use a template whose name begins with consumer-\n" +
			"small.yaml:19: steps[2].template: reminder-firm may claim costs that must not be asked of a consumer: use a template whose name begins with consumer-"},
		{"    template: courtesy", "    template: consumer-courtesy", "small.yaml:12: steps[1].template: consumer-courtesy is written for consumers, and this strategy is for: business"},
		{"  - key: reminder", "  - key: courtesy", `small.yaml:13: steps[2].key: "courtesy" is the key of step 1 already`},
		{"    when: {before_due: 5}", "    when: {}", "small.yaml:9: steps[1].when: says nothing: give before_due, after_due or after_previous, in days"},
		{"    when: {before_due: 5}", "    when: {before_due: 0}", "small.yaml:9: steps[1].when.before_due: is 0: it must be 1 to 365 days"},
		{"    when: {before_due: 5}", "    when: {before_due: 5, after_due: 1}", "small.yaml:9: steps[1].when: a step comes before_due or after_due, not both"},
		{"    when: {before_due: 5}", "    when: {before_do: 5}", "small.yaml:9: steps[1].when.before_do: there is no such field: did you mean before_due?"},
		{"    when: {before_due: 5}", "    when: {after_previous: 5}\n    deadline: 4", "small.yaml:9: steps[1].when.after_previous: the first step has none before it: give before_due or after_due"},
		{"    when: {after_due: 2, after_previous: 6}", "    when: {after_due: 400}", "small.yaml:15: steps[2].when.after_due: is 400: it must be 0 to 365 days"},
		{"    when: {after_previous: 10}", "    when: {after_due: 2}", "small.yaml:24: steps[3].when.after_due: step reminder is planned for day 2 after the due date: this one must come later than that"},
		{"    when: {after_previous: 10}", "    when: {after_previous: 7}", "small.yaml:24: steps[3].when: step reminder gives 7 days to pay and this one waits for them anyway: plan it at least 8 days after that step"},
		{"    when: {after_previous: 12}", "    when: {before_due: 1}", "small.yaml:28: steps[4].when.before_due: step call is not before the due date: the steps that are come first"},
		{"    tone: courteous", "    tone: firm", "small.yaml:10: steps[1].tone: nothing is late before the due date: the tone is courteous"},
		{"    tone: firm", "    tone: aggressive", `small.yaml:16: steps[2].tone: "aggressive" is not known: use courteous, firm, final, formal`},
		{"    tone: firm", "    tone: frm", `small.yaml:16: steps[2].tone: "frm" is not known: did you mean firm?`},
		{"    channels: [email, sms]", "    channels: []", "small.yaml:17: steps[2].channels: is empty: name one of email, sms, whatsapp, letter, registered-letter"},
		{"    channels: [email, sms]", "    channels: [email, fax]", `small.yaml:17: steps[2].channels[2]: "fax" is not known: use email, sms, whatsapp, letter, registered-letter`},
		{"    fallback: [letter]", "    fallback: [sms]", "small.yaml:18: steps[2].fallback[1]: sms is used twice in this step"},
		{"    template: reminder-firm", "", "small.yaml:13: steps[2].template: is missing"},
		{"    deadline: 7", "    deadline: -7", "small.yaml:20: steps[2].deadline: is -7: it must be 1 to 365 days"},
		{"    deadline: 7", "", "small.yaml:13: steps[2].deadline: is missing: a notice after the due date says how many days it gives to pay"},
		{"    template: courtesy", "    template: courtesy\n    deadline: 3", "small.yaml:13: steps[1].deadline: a notice before the due date asks for payment by that date: leave the deadline out"},
		{"    template: courtesy", "    template: courtesy\n    stage: reminding", "small.yaml:13: steps[1].stage: nothing is late before the due date: the case stays open"},
		{"    approval: true", "    approval: maybe", `small.yaml:21: steps[2].approval: "maybe" is neither true nor false, nor {expires_after: 5, deputy_after: 2}`},
		{"    opens: call", "    opens: call\n    channels: [email]", "small.yaml:26: steps[3].channels: this step opens a task (opens: call) and sends nothing: leave channels out, or make it a step of its own"},
		{"    opens: call", "    opens: lawyer", `small.yaml:25: steps[3].opens: "lawyer" is not known: use mediation, handoff, call`},
		{"    opens: handoff", "    opens: handoff\n    stage: open", "small.yaml:30: steps[4].stage: open comes before reminding, where step call leads: a case never goes back"},
		{"  - key: call", "  - call", "small.yaml:23: this is not YAML: mapping values are not allowed in this context"},
	} {
		written := strings.Replace(small, c.line+"\n", strings.TrimLeft(c.written+"\n", "\n"), 1)
		require.NotEqual(t, small, written, "the line %q must be in the strategy", c.line)
		_, err := strategyfile.Parse("small.yaml", []byte(written))
		require.Error(t, err, c.written)
		require.EqualError(t, err, c.problem, c.written)
	}
}

func TestStepsBeforeTheDueDateComeInOrder(t *testing.T) {
	t.Parallel()
	second := "  - {key: second, title: {fr: B, en: B}, when: {before_due: 5}, tone: courteous, channels: [email], template: courtesy}\n"
	_, err := strategyfile.Parse("small.yaml", []byte(strings.Replace(small, "  - key: reminder\n", second+"  - key: reminder\n", 1)))
	require.EqualError(t, err, "small.yaml:13: steps[2].when.before_due: step courtesy already comes 5 days before the due date: this one must come later than that")
}

func TestAMissingTextIsReportedWhereItIsUsed(t *testing.T) {
	t.Parallel()
	definition, err := strategyfile.Parse("small.yaml", []byte(small))
	require.NoError(t, err)
	err = definition.CheckTemplates(func(template string, channel collection.Channel) bool {
		return template == "courtesy" || channel == collection.ChannelSMS
	})
	require.EqualError(t, err, `small.yaml:17: steps[2].channels[1]: the template reminder-firm has no text for email
small.yaml:18: steps[2].fallback[1]: the template reminder-firm has no text for letter`)
}

func TestWhatMakesANoticeFormalIsChecked(t *testing.T) {
	t.Parallel()
	formal := func(change ...string) error {
		text := strings.NewReplacer("tone: firm", "tone: formal").Replace(small)
		_, err := strategyfile.Parse("small.yaml", []byte(strings.NewReplacer(change...).Replace(text)))
		return err
	}
	require.NoError(t, formal())
	require.EqualError(t, formal("[email, sms]", "[sms]"),
		"small.yaml:17: steps[2].channels: a formal notice goes by letter or email: a short message alone is no proof")
	require.EqualError(t, formal("approval: true", "stage: reminding"),
		"small.yaml:21: steps[2].stage: after a formal notice the case stands at formal-notice or later")
	require.EqualError(t, formal("for: business", "for: any"),
		"small.yaml:16: steps[2].tone: a formal notice to a consumer is not one to a business: write it in a strategy that is for one of them")
}

func TestATaskBetweenTwoNoticesDoesNotLetTheToneGetMilder(t *testing.T) {
	t.Parallel()
	text := strings.Replace(small, "    opens: handoff\n", "    tone: courteous\n    channels: [email]\n    template: courtesy\n    deadline: 8\n", 1)
	_, err := strategyfile.Parse("small.yaml", []byte(text))
	require.EqualError(t, err, "small.yaml:29: steps[4].tone: courteous is milder than the firm tone of step reminder before it: a strategy never gets milder")
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := strategyfile.Parse("bad.yaml", []byte(`name: bad
version: ten
titel: {fr: a, en: b}
for: nobody
steps:
  - key: one
    title: {fr: Un, en: One}
    when: {after_due: -1}
    tone: firm
    channels: email
    template: t
    deadline: 5
  - when: {after_previous: 3}
    opens: mediation
    tone: formal
`))
	require.EqualError(t, err, `bad.yaml:1: title: is missing
bad.yaml:1: description: is missing
bad.yaml:2: version: "ten" is not a whole number
bad.yaml:3: titel: there is no such field: did you mean title?
bad.yaml:4: for: "nobody" is not known: use business, consumer, public, any
bad.yaml:8: steps[1].when.after_due: is -1: it must be 0 to 365 days
bad.yaml:10: steps[1].channels: must be a list, not "email": write [one, two], or one line with - for each
bad.yaml:13: steps[2].key: is missing
bad.yaml:13: steps[2].title: is missing
bad.yaml:15: steps[2].tone: this step opens a task (opens: mediation) and sends nothing: leave tone out, or make it a step of its own`)
	var problems strategyfile.Problems
	require.ErrorAs(t, err, &problems)
	require.Equal(t, strategyfile.Problem{
		File: "bad.yaml", Line: 8, Field: "steps[1].when.after_due", Reason: "is -1: it must be 0 to 365 days",
	}, problems[5])
}

func TestALadderThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(small, "  - key: courtesy")
	_, err := strategyfile.Parse("small.yaml", []byte(head+strings.Repeat("  - {key: x}\n", 21)))
	require.EqualError(t, err, "small.yaml:6: steps: there are 21: a strategy has 1 to 20 steps")
	_, err = strategyfile.Parse("small.yaml", []byte(strings.TrimSuffix(head, "\n")+" []\n"))
	require.EqualError(t, err, "small.yaml:6: steps: there are 0: a strategy has 1 to 20 steps")
}

func TestASetHoldsTheVersionsOfEachStrategy(t *testing.T) {
	t.Parallel()
	older := strings.Replace(small, "version: 2", "version: 1", 1)
	set, err := strategyfile.LoadAll(
		fstest.MapFS{"small.yaml": {Data: []byte(older)}, "notes.txt": {Data: []byte("not a strategy")}},
		fstest.MapFS{"own/small-2.yml": {Data: []byte(small)}},
	)
	require.NoError(t, err)
	require.Len(t, set.All(), 1)
	newest, err := set.Newest("small")
	require.NoError(t, err)
	require.Equal(t, 2, newest.Version)
	require.Equal(t, "own/small-2.yml", newest.File)
	first, found := set.Version("small", 1)
	require.True(t, found)
	require.Equal(t, "small.yaml", first.File)
	_, found = set.Version("small", 3)
	require.False(t, found)
	_, err = set.Newest("smal")
	require.EqualError(t, err, `there is no strategy "smal": the strategies are small`)
}

func TestProblemsOfAllFilesAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := strategyfile.LoadAll(fstest.MapFS{
		"a.yaml": {Data: []byte(small)},
		"b.yaml": {Data: []byte(small)},
		"c.yaml": {Data: []byte(strings.Replace(small, "version: 2", "version: x", 1))},
		"d.yaml": {Data: []byte("")},
	})
	require.EqualError(t, err, `b.yaml:2: version: small version 2 is also in a.yaml: raise the version of the newer one
c.yaml:2: version: "x" is not a whole number
d.yaml: the file is empty`)
}
