package strategyfile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/collection/strategyfile"
)

func TestAStepSaysWhoIsWrittenToAndByWhom(t *testing.T) {
	t.Parallel()
	text := strings.Replace(small, "    template: reminder-firm\n",
		"    template: reminder-firm\n    to: [accounts-payable, director]\n    copy: [salesperson, buyer]\n    sender: manager\n", 1)
	definition, err := strategyfile.Parse("small.yaml", []byte(text))
	require.NoError(t, err)
	step, _ := definition.Strategy.Step("reminder")
	require.Equal(t, []collection.Role{"accounts-payable", "director"}, step.To)
	require.Equal(t, []collection.Role{"salesperson", "buyer"}, step.Copy)
	require.Equal(t, collection.RoleManager, step.Sender)
	require.NoError(t, definition.Validate())
}

func TestAMistakeAboutPeopleIsReportedWithItsLineAndAReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, written, problem string }{
		{"    template: courtesy", "    template: courtesy\n    to: [directr]", `small.yaml:13: steps[1].to[1]: "directr" is not known: did you mean director?`},
		{"    template: courtesy", "    template: courtesy\n    to: [manager]", `small.yaml:13: steps[1].to[1]: "manager" is not known: use accounts-payable, buyer, director, sales, legal, e-invoicing, other`},
		{"    template: courtesy", "    template: courtesy\n    to: []", "small.yaml:13: steps[1].to: is empty: name one of accounts-payable, buyer, director, sales, legal, e-invoicing, other, or leave it out"},
		{"    template: courtesy", "    template: courtesy\n    to: [buyer, buyer]", "small.yaml:13: steps[1].to[2]: buyer is named twice"},
		{"    template: courtesy", "    template: courtesy\n    to: [buyer]\n    copy: [buyer]", "small.yaml:14: steps[1].copy[1]: buyer is written to already (to): leave it out of the copies"},
		{"    template: courtesy", "    template: courtesy\n    sender: director", `small.yaml:13: steps[1].sender: "director" is not known: use salesperson, accountant, manager, owner`},
		{"    channels: [email]", "    channels: [sms]\n    copy: [manager]", "small.yaml:12: steps[1].copy: only an e-mail has a copy: add email to the channels, or leave it out"},
		{"    opens: call", "    opens: call\n    to: [buyer]", "small.yaml:26: steps[3].to: this step opens a task (opens: call) and sends nothing: leave to out, or make it a step of its own"},
	} {
		written := strings.Replace(small, c.line+"\n", c.written+"\n", 1)
		require.NotEqual(t, small, written)
		_, err := strategyfile.Parse("small.yaml", []byte(written))
		require.EqualError(t, err, c.problem, c.written)
	}
}

// Strategies are stored, and cases carry them: one that says nothing of people is
// the same bytes as before.
func TestAStrategyThatNamesNoPeopleIsStoredAsBefore(t *testing.T) {
	t.Parallel()
	stored, err := json.Marshal(collection.Step{Key: "reminder", Tone: collection.ToneFirm, Channels: []collection.Channel{"email"}, Template: "reminder"})
	require.NoError(t, err)
	require.JSONEq(t, `{"key":"reminder","tone":"firm","channels":["email"],"template":"reminder"}`, string(stored))
}

func TestTheCoreRefusesRolesThatNobodyHas(t *testing.T) {
	t.Parallel()
	for _, step := range []collection.Step{
		{Key: "a", Channels: []collection.Channel{"email"}, To: []collection.Role{"boss"}},
		{Key: "a", Channels: []collection.Channel{"email"}, To: []collection.Role{"buyer", "buyer"}},
		{Key: "a", Channels: []collection.Channel{"email"}, Copy: []collection.Role{"boss"}},
		{Key: "a", Channels: []collection.Channel{"email"}, Sender: "director"},
		{Key: "a", Opens: collection.TaskCall, To: []collection.Role{"buyer"}},
	} {
		require.Error(t, collection.Strategy{Name: "s", Version: 1, Steps: []collection.Step{step}}.Validate())
	}
}
