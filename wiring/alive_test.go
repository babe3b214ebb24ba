package wiring_test

import (
	"bytes"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile/casefiletest"
	"relance/wiring"
)

// Nothing can leave while Temporal is away, whether the worker is there or not.
func TestAWorkerDoesNotSayThatItCanSendWhileTemporalIsAway(t *testing.T) {
	t.Parallel()
	nobody, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := nobody.Addr().String()
	require.NoError(t, nobody.Close())
	temporal, err := client.NewLazyClient(client.Options{HostPort: address, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer temporal.Close()
	store := casefiletest.Open(t)
	var log bytes.Buffer
	alive := wiring.Alive{Store: store, Clock: func() calendar.Clock { return calendar.Clock{} }, Temporal: temporal, Log: slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, alive.Report(t.Context()))

	now := time.Now()
	_, found, err := store.ReportAlive(t.Context(), now, now)
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, alive.Report(t.Context()))
	_, found, err = store.ReportAlive(t.Context(), now.AddDate(0, 0, 2), now.AddDate(0, 0, 2))
	require.NoError(t, err)
	require.True(t, found, "nobody could send since")
	require.Empty(t, log.String())
}
