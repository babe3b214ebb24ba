package endtoend_test

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging/simulator"
)

func TestNothingIsLostOrDoubledWhenPostgreSQLStopsAndTemporalIsKilled(t *testing.T) {
	t.Parallel()
	i := install(t, plan{
		ownPostgres: true, concurrentSends: 4, ambiguousAfter: 45 * time.Second,
		faults: simulator.Faults{LatencyMS: 200, JitterMS: 300, EventDelayMS: 100, EventJitterMS: 1000},
	})
	claims := sharedNotices(80)
	i.importLedger(claims)
	i.startWorker()
	for range 2 {
		i.untilSends(15)
		require.NoError(t, i.postgres.Stop(t.Context()))
		i.until("the HTTP server says that it cannot work", time.Minute, func() bool { return !i.isReady() })
		i.startPostgres(portOf(t, i.database))
		i.until("the HTTP server works again", time.Minute, i.isReady)

		i.untilSends(15)
		i.killTemporal()
		i.until("the HTTP server says that it cannot work", time.Minute, func() bool { return !i.isReady() })
		i.startTemporal(portOf(t, "tcp://"+i.temporal.Address))
		i.until("the HTTP server works again", time.Minute, i.isReady)
	}

	i.untilWorkedOff(5 * time.Minute)
	i.requireOnceEach(claims)
	requireNoPersonalData(t, i.client, i.store)
	i.server.requireRunning()
	select {
	case <-i.worker.Done():
		require.NoError(t, i.worker.Err(), "the worker outlives the servers it needs")
	default:
	}
}

// untilSends waits until that many sends more have arrived at the providers.
func (i *installation) untilSends(more int) {
	i.t.Helper()
	wanted := i.provider.sendsBegun() + more
	i.until(strconv.Itoa(more)+" more sends", 2*time.Minute, func() bool { return i.provider.sendsBegun() >= wanted })
}

// killTemporal ends the server as a crash would, and waits until it is gone.
func (i *installation) killTemporal() {
	i.t.Helper()
	pid := processWith(i.t, filepath.Join(i.temporalFolder(), "temporal.db"))
	require.NoError(i.t, syscall.Kill(pid, syscall.SIGKILL))
	<-i.temporal.Done()
}

// processWith is the one process that has a text among its arguments.
func processWith(t *testing.T, argument string) int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var found []int
	for _, line := range lines {
		text, err := os.ReadFile(line)
		if err != nil || !strings.Contains(string(text), argument) {
			continue // it may have ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(line)))
		require.NoError(t, err)
		found = append(found, pid)
	}
	require.Len(t, found, 1, "processes with %s", argument)
	return found[0]
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(parsed.Host)
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	return number
}
