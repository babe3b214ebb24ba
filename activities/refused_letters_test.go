package activities_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/messaging/compose"
	"relance/messaging/simulator"
	"relance/workflows"
)

// signals is a Temporal that keeps what it is to signal, and may be away.
type signals struct {
	client.Client
	away bool
	told map[string]any
}

func (s *signals) SignalWorkflow(_ context.Context, workflowID, _, signal string, order any) error {
	if s.away {
		return errors.New("Temporal is away")
	}
	s.told[workflowID+" "+signal] = order
	return nil
}

// No workflow has sent the letter in place of another, and none would hear that the service
// has refused it: the formal notice would count as served.
func TestTheCasesOfALetterInPlaceOfAnotherAreToldThatItWasRefused(t *testing.T) {
	t.Parallel()
	q, played := inPlace(t)
	temporal := &signals{told: map[string]any{}}
	service := &cases.Service{Store: q.store, Clock: q.Clock, Temporal: temporal}
	none, err := service.TellRefused(t.Context())
	require.NoError(t, err)
	require.Zero(t, none)

	require.NoError(t, played.SetFaults(simulator.Faults{BounceMatching: "*"}))
	q.replace()
	require.Equal(t, casefile.LetterCancelled, q.register()["2026-000002"])
	require.True(t, q.fileOf("F-1").Case.Steps[0].Attempts[0].Failed)

	temporal.away = true
	_, err = service.TellRefused(t.Context())
	require.ErrorContains(t, err, "Temporal is away")
	temporal.away = false
	told, err := service.TellRefused(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, told)
	require.Equal(t, map[string]any{
		collection.WorkflowID(casefiletest.Creditor, "F-1") + " " + workflows.CommandDeliveryFailed: workflows.DeliveryFailed{Step: "formal", Channel: collection.ChannelRegisteredLetter, Reason: "failed"},
	}, temporal.told)
	again, err := service.TellRefused(t.Context())
	require.NoError(t, err)
	require.Zero(t, again)
}

// What cannot be handed to any service is refused before it is called, and told as well.
func TestTheCasesOfALetterThatNoServiceCouldTakeAreTold(t *testing.T) {
	t.Parallel()
	q, played := recalled(t)
	q.Print = func(compose.Letter) ([]byte, error) { return []byte("no PDF"), nil }
	q.replace()
	require.Len(t, played.Letters(), 1, "the first one, which was recalled")
	require.Equal(t, casefile.LetterCancelled, q.register()["2026-000002"])
	require.True(t, q.fileOf("F-1").Case.Steps[0].Attempts[0].Failed)
	temporal := &signals{told: map[string]any{}}
	told, err := (&cases.Service{Store: q.store, Clock: q.Clock, Temporal: temporal}).TellRefused(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, told)
	require.Contains(t, temporal.told, collection.WorkflowID(casefiletest.Creditor, "F-1")+" "+workflows.CommandDeliveryFailed)
}
