package endtoend_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging/simulator"
)

// unruly is how providers are on a bad day: slow, limiting, failing or hanging up
// after they took a message, with events that come late, twice and out of order.
var unruly = simulator.Faults{
	LatencyMS: 40, JitterMS: 200,
	RateLimited: 0.06, RetryAfterS: 1, FailAfter: 0.06, DropAfter: 0.06,
	LookupsFail:  0.2,
	EventDelayMS: 300, EventJitterMS: 25_000, EventDuplicates: 1, EventsShuffled: true,
}

func TestKillingTheWorkerWhileItSendsNeitherDoublesNorLosesANotice(t *testing.T) {
	const kills = 12
	// Proof comes later than the search for it begins, and before it is given up.
	i := install(t, plan{faults: unruly, ambiguousAfter: 40 * time.Second, concurrentSends: 6})
	claims := sharedNotices(500)
	i.importLedger(claims)

	// The same seed kills at the same moments of the same count of sends. Which
	// messages these are, the race of the workers decides.
	chance := rand.New(rand.NewPCG(2026, 3))
	whileSending := 0
	for kill := range kills {
		i.startWorker()
		at := []moment{arrived, accepted, answered}[kill%3]
		var killed error
		struck := i.provider.aim(1+chance.IntN(8), at, chance, func() { killed = i.worker.Kill() })
		select {
		case <-struck.done:
		case <-time.After(90 * time.Second):
			require.Fail(t, "no send came to be killed in", "kill %d, %s", kill, at)
		}
		require.NoError(t, killed)
		<-i.worker.Done()
		if struck.underWay > 0 {
			whileSending++
		}
	}
	require.GreaterOrEqual(t, whileSending, 8, "kills while sends were under way")

	i.startWorker()
	i.untilWorkedOff(4 * time.Minute)
	i.requireOnceEach(claims)
	requireNoPersonalData(t, i.client, i.store) // also in the reasons of failed attempts
	t.Logf("%d kills, %d while sends were under way; the providers answered %v", kills, whileSending, i.provider.Stats().Answers)
}
