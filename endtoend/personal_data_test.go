package endtoend_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"relance/casefile"
)

// requireNoPersonalData reads everything Temporal holds of every case, and finds
// no name, address, e-mail or telephone number of the case file in it.
func requireNoPersonalData(t *testing.T, temporal client.Client, store *casefile.Store) {
	t.Helper()
	personal := personalData(t, store)
	require.NotEmpty(t, personal)
	workflows, shown := 0, 0
	var page []byte
	for {
		listed, err := temporal.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{PageSize: 500, NextPageToken: page})
		require.NoError(t, err)
		for _, execution := range listed.GetExecutions() {
			workflows++
			id := execution.GetExecution().GetWorkflowId()
			held := allText(execution) // memo and search attributes
			described, err := temporal.DescribeWorkflowExecution(t.Context(), id, execution.GetExecution().GetRunId())
			require.NoError(t, err)
			held += allText(described)
			events := temporal.GetWorkflowHistory(t.Context(), id, execution.GetExecution().GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
			for events.HasNext() {
				event, err := events.Next()
				require.NoError(t, err)
				held += allText(event)
			}
			if execution.GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING && shown < shownDetails {
				shown++
				held += currentDetails(t, temporal, id)
			}
			require.Contains(t, held, "creditor", "the contents of the payloads of %s were read", id)
			for what, text := range personal {
				require.NotContains(t, held, text, "%s is in Temporal, at %s", what, id)
			}
		}
		if page = listed.GetNextPageToken(); len(page) == 0 {
			break
		}
	}
	rows, err := store.Cases(t.Context(), casefile.CaseFilter{Limit: 5000})
	require.NoError(t, err)
	require.GreaterOrEqual(t, workflows, len(rows)/2, "cases are in Temporal, except those that were paid before they began")
}

// shownDetails is of how many running cases the details are asked for: each
// question costs a worker a task.
const shownDetails = 10

// currentDetails is what the Temporal UI shows of a running case, which no
// history holds.
func currentDetails(t *testing.T, temporal client.Client, id string) string {
	t.Helper()
	answer, err := temporal.QueryWorkflow(t.Context(), id, "", "__temporal_workflow_metadata")
	require.NoError(t, err)
	var details converter.RawValue
	require.NoError(t, answer.Get(&details))
	text := allText(details.Payload())
	require.Contains(t, text, "still due", "the details of %s were read", id)
	return text
}

// personalData are the texts that must not be found, by what they are.
func personalData(t *testing.T, store *casefile.Store) map[string]string {
	t.Helper()
	rows, err := store.Cases(t.Context(), casefile.CaseFilter{Limit: 5000})
	require.NoError(t, err)
	personal := map[string]string{}
	add := func(what, text string) {
		if text = plain(text); len(text) > 3 {
			personal[what+" "+text] = text
		}
	}
	for _, row := range rows {
		file, err := store.CaseFile(t.Context(), row.Creditor, row.Invoice)
		require.NoError(t, err)
		add("the debtor", file.Debtor.Name)
		add("the street", file.Debtor.Line1)
		add("the street", file.Debtor.Line2)
		if !strings.Contains(plain(file.Debtor.Zone), plain(file.Debtor.City)) { // Europe/Paris is no address
			add("the town", file.Debtor.City)
		}
		for _, contact := range file.Contacts {
			add("the contact", contact.Name)
			add("the e-mail", contact.Email)
			if digits := strings.TrimPrefix(contact.Phone, "+"); len(digits) > 9 {
				add("the phone", digits[len(digits)-9:]) // without its prefix, however it is written
			}
		}
	}
	return personal
}

// allText is every text in a message of Temporal's protocol, also that within
// payloads.
func allText(message proto.Message) string {
	var all strings.Builder
	writeText(&all, message.ProtoReflect())
	return plain(all.String())
}

func plain(text string) string { return strings.ToLower(text) }

func writeText(all *strings.Builder, message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
			value.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
				fmt.Fprintln(all, key.String())
				writeValue(all, field.MapValue(), value)
				return true
			})
		case field.IsList():
			for n := range value.List().Len() {
				writeValue(all, field, value.List().Get(n))
			}
		default:
			writeValue(all, field, value)
		}
		return true
	})
}

func writeValue(all *strings.Builder, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		writeText(all, value.Message())
	case protoreflect.StringKind:
		fmt.Fprintln(all, value.String())
	case protoreflect.BytesKind:
		fmt.Fprintln(all, string(value.Bytes()))
		var decoded any // JSON may have escaped what we look for
		if json.Unmarshal(value.Bytes(), &decoded) == nil {
			fmt.Fprintf(all, "%v\n", decoded)
		}
	default:
	}
}

func TestTheSearchForPersonalDataFindsItWhereverItHides(t *testing.T) {
	t.Parallel()
	escaped := &common.Payload{Data: []byte(`{"debtor":"Lef\u00e8vre \u0026 Fils"}`)}
	hidden := map[string]proto.Message{
		"an input": &history.HistoryEvent{Attributes: &history.HistoryEvent_WorkflowExecutionStartedEventAttributes{
			WorkflowExecutionStartedEventAttributes: &history.WorkflowExecutionStartedEventAttributes{
				Input: &common.Payloads{Payloads: []*common.Payload{escaped}},
			},
		}},
		"a memo": &history.HistoryEvent{Attributes: &history.HistoryEvent_WorkflowExecutionStartedEventAttributes{
			WorkflowExecutionStartedEventAttributes: &history.WorkflowExecutionStartedEventAttributes{
				Memo: &common.Memo{Fields: map[string]*common.Payload{"debtor": escaped}},
			},
		}},
		"a failed attempt": &history.HistoryEvent{Attributes: &history.HistoryEvent_ActivityTaskStartedEventAttributes{
			ActivityTaskStartedEventAttributes: &history.ActivityTaskStartedEventAttributes{Identity: "Lefèvre & Fils"},
		}},
	}
	for where, message := range hidden {
		require.Contains(t, allText(message), "lefèvre & fils", where)
	}
}
