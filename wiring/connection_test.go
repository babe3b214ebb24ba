package wiring_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/wiring"
)

func TestOnlyWhatLeavesTheMachineIsCompressed(t *testing.T) {
	t.Parallel()
	for address, compressed := range map[string]bool{
		"":                                false, // Temporal's default, on this machine
		"localhost:7233":                  false,
		"127.0.0.1:7233":                  false,
		"[::1]:7233":                      false,
		"10.0.0.7:7233":                   true,
		"temporal.example.org:7233":       true,
		"dns:///temporal.example.org":     true,
		"relance.a1b2.tmprl.cloud:7233":   true,
		"passthrough:///unix:///tmp/sock": true,
	} {
		_, none := wiring.Compression(address).(*client.GrpcCompressionNone)
		require.Equal(t, compressed, !none, address)
	}
}
