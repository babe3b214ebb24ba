package endtoend_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"relance/collection"
	"relance/workflows"
)

// requireExplained reads what Temporal's own UI tells people of a running case that has
// sent something: a sentence at its start, its timers and its acts, and what everything is
// for that it can be asked or told.
func (i *installation) requireExplained(invoice string) {
	i.t.Helper()
	id := collection.WorkflowID(creditor, invoice)
	strategy := i.caseFile(invoice).Case.Strategy.Name
	seen := map[enums.EventType]int{}
	events := i.client.GetWorkflowHistory(i.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(i.t, err)
		switch event.GetEventType() {
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			require.Regexp(i.t, `^`+invoice+` · [0-9.]+ EUR due \d{4}-\d\d-\d\d · `+strategy+`$`, summaryOf(i.t, event))
		case enums.EVENT_TYPE_TIMER_STARTED:
			require.Regexp(i.t, `^[a-z].* \d{4}-\d\d-\d\d$`, summaryOf(i.t, event), "what timer %d is for, and its day", event.GetEventId())
		case enums.EVENT_TYPE_MARKER_RECORDED:
			if event.GetMarkerRecordedEventAttributes().GetMarkerName() != "LocalActivity" {
				continue
			}
			require.NotEmpty(i.t, summaryOf(i.t, event), "what act %d is", event.GetEventId())
		case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			require.NotEmpty(i.t, summaryOf(i.t, event), "what act %d is", event.GetEventId())
		default:
			continue
		}
		seen[event.GetEventType()]++
	}
	require.Equal(i.t, 1, seen[enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED])
	require.Positive(i.t, seen[enums.EVENT_TYPE_TIMER_STARTED])
	require.Positive(i.t, seen[enums.EVENT_TYPE_MARKER_RECORDED]+seen[enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED])
	requireDescribed(i.t, i.client, id)
}

// requireDescribed checks that people are told what a case can be asked and told.
func requireDescribed(t *testing.T, temporal client.Client, id string) {
	t.Helper()
	answer, err := temporal.QueryWorkflow(t.Context(), id, "", "__temporal_workflow_metadata")
	require.NoError(t, err)
	var metadata sdk.WorkflowMetadata
	require.NoError(t, answer.Get(&metadata))
	require.NotEmpty(t, metadata.GetCurrentDetails())
	require.Equal(t, workflows.WorkflowType, metadata.GetDefinition().GetType())
	names := func(kind string, handlers []*sdk.WorkflowInteractionDefinition) (names []string) {
		for _, handler := range handlers {
			require.NotEmpty(t, handler.GetDescription(), "the %s %s", kind, handler.GetName())
			names = append(names, handler.GetName())
		}
		return names
	}
	definition := metadata.GetDefinition()
	require.Subset(t, names("query", definition.GetQueryDefinitions()), []string{workflows.QueryStatus, workflows.QueryForecast})
	updates := names("update", definition.GetUpdateDefinitions())
	require.Contains(t, updates, workflows.CommandPaymentReceived)
	require.ElementsMatch(t, updates, names("signal", definition.GetSignalDefinitions()), "what can be sent can be asked for as well")
}

// summaryOf is the sentence that Temporal shows beside an event.
func summaryOf(t *testing.T, event *history.HistoryEvent) string {
	t.Helper()
	require.NotNil(t, event.GetUserMetadata().GetSummary(), "event %d, %s, has no summary", event.GetEventId(), event.GetEventType())
	var summary string
	require.NoError(t, converter.GetDefaultDataConverter().FromPayload(event.GetUserMetadata().GetSummary(), &summary))
	return summary
}
