package strategyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/collection/strategyfile"
)

// amicable ends with an invitation to a mediation that the strategy sends itself.
var amicable = strings.Replace(small, `  - key: handoff
    title: {fr: Transmission, en: Handoff}
    when: {after_previous: 12}
    opens: handoff
`, `  - key: mediation
    title: {fr: Médiation, en: Mediation}
    when: {after_previous: 12}
    opens: mediation
    mediation: {kind: company-mediator, respond_within_days: 15, longest_days: 60, invite: true}
    channels: [email]
    fallback: [letter]
`, 1)

func TestAStepMayInviteToAMediationItself(t *testing.T) {
	t.Parallel()
	definition, err := strategyfile.Parse("amicable.yaml", []byte(amicable))
	require.NoError(t, err)
	require.Equal(t, collection.Step{
		Key: "mediation", DueOffset: 24, Spacing: 12, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"},
		Fallbacks: []collection.Channel{"letter"}, Template: "mediation-invitation", Opens: collection.TaskMediation, Stage: collection.StageMediation,
		Mediation: collection.MediationOffer{Kind: collection.MediationCompanies, RespondWithinDays: 15, LongestDays: 60, Invite: true},
	}, definition.Steps[3])
	require.NoError(t, definition.Validate())
	require.NoError(t, definition.CheckTemplates(func(string, collection.Channel) bool { return true }))
	require.ErrorContains(t, definition.CheckTemplates(func(template string, _ collection.Channel) bool { return template != "mediation-invitation" }),
		"the template mediation-invitation has no text for email")
}

func TestAStepMayHaveAPersonProposeACertainMediation(t *testing.T) {
	t.Parallel()
	proposing := strings.Replace(amicable, `{kind: company-mediator, respond_within_days: 15, longest_days: 60, invite: true}
    channels: [email]
    fallback: [letter]`, "{kind: contractual, mediator: cabinet-durand}", 1)
	definition, err := strategyfile.Parse("amicable.yaml", []byte(proposing))
	require.NoError(t, err)
	require.Equal(t, collection.MediationOffer{Kind: collection.MediationContractual, Mediator: "cabinet-durand"}, definition.Steps[3].Mediation)
	require.Empty(t, definition.Steps[3].Channels)
}

func TestAMistakeInAnInvitationIsReportedWithItsReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ written, instead, problem string }{
		{"kind: company-mediator, ", "", "steps[4].mediation.kind: is missing"},
		{"kind: company-mediator", "kind: judge", `steps[4].mediation.kind: "judge" is not known: use company-mediator, conciliator, contractual, conventional`},
		{"kind: company-mediator", "kind: consumer", "steps[4].mediation.kind: only the consumer can turn to the consumer mediator"},
		{"for: business", "for: any", "steps[4].mediation.kind: the mediator of companies takes no disputes with consumers, and this strategy is for: any"},
		{"respond_within_days: 15, ", "", "steps[4].mediation.respond_within_days: is missing"},
		{"respond_within_days: 15", "respond_within_days: 0", "steps[4].mediation.respond_within_days: is 0: it must be 1 to 365 days"},
		{"longest_days: 60", "longest_days: 600", "steps[4].mediation.longest_days: is 600: it must be 1 to 365 days"},
		{"    channels: [email]\n    fallback: [letter]\n", "", "steps[4].channels: is missing"},
		{"    fallback: [letter]\n", "    tone: firm\n", "steps[4].tone: an invitation to a mediation is courteous"},
		{"    fallback: [letter]\n", "    deadline: 8\n", "steps[4].deadline: an invitation to a mediation is courteous"},
		{", invite: true}", "}", "steps[4].channels: this step opens a task (opens: mediation) and sends nothing"},
		{"    opens: mediation\n", "    opens: call\n", "steps[4].mediation: this step opens no mediation (opens: call): leave it out"},
		{"    template: courtesy", "    template: courtesy\n    mediation: {kind: conciliator}", "steps[1].mediation: this step opens no mediation: write opens: mediation"},
		{"    fallback: [letter]\n", "    template: consumer-mediation-invitation", "is written for consumers"},
	} {
		at := max(0, strings.LastIndex(amicable, c.written))
		written := amicable[:at] + strings.Replace(amicable[at:], c.written, c.instead, 1)
		require.NotEqual(t, amicable, written, c.written)
		_, err := strategyfile.Parse("amicable.yaml", []byte(written))
		require.ErrorContains(t, err, c.problem)
	}
}
