package cases

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
)

func TestStartsAreConfirmedManyAtATimeAndEachOnce(t *testing.T) {
	t.Parallel()
	var s started
	var mu sync.Mutex
	confirmed := map[casefile.StartedCase]int{}
	note := func(batch []casefile.StartedCase) {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range batch {
			confirmed[c]++
		}
	}
	var adding sync.WaitGroup
	for i := range 3*startedBatch + 7 {
		adding.Go(func() {
			batch := s.add(casefile.StartedCase{Creditor: "acme", Invoice: fmt.Sprintf("F-%d", i)})
			if batch != nil {
				require.Len(t, batch, startedBatch)
				note(batch)
			}
		})
	}
	adding.Wait()
	require.Len(t, confirmed, 3*startedBatch)
	last := s.all()
	require.Len(t, last, 7)
	note(last)
	require.Len(t, confirmed, 3*startedBatch+7, "none is confirmed twice, none is forgotten")
	require.Empty(t, s.all())
}

func TestAProgramThatEndsLeavesNoStartUnconfirmed(t *testing.T) {
	t.Parallel()
	service := &Service{Store: casefiletest.Open(t)}
	_, _, err := service.Store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	require.NoError(t, service.confirm(t.Context(), service.started.add(casefile.StartedCase{Creditor: casefiletest.Creditor, Invoice: "F-1"})))
	waiting, err := service.Store.CasesToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1, "noted together with others")

	require.NoError(t, service.Close(t.Context()))
	waiting, err = service.Store.CasesToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, waiting)
	require.NoError(t, service.Close(t.Context()), "with nothing to note")
}
