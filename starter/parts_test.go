package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/stack/stacktest"
	"relance/wiring"
	"relance/workflows"
)

func TestTheServerOfThisMachineIsUsedWhateverClusterTheUserHasAProfileFor(t *testing.T) {
	address := stacktest.Temporal(t, workflows.SearchAttributeTypes())
	file := filepath.Join(t.TempDir(), "temporal.toml")
	require.NoError(t, os.WriteFile(file, []byte("[profile.cloud]\naddress = \"127.0.0.1:1\"\nnamespace = \"theirs\"\napi_key = \"key\"\n[profile.cloud.tls]\nserver_name = \"theirs\"\n"), 0o600))
	for name, value := range map[string]string{
		"TEMPORAL_ADDRESS": "127.0.0.1:1", "TEMPORAL_NAMESPACE": "theirs", "TEMPORAL_CONFIG_FILE": file, "TEMPORAL_PROFILE": "cloud",
		"TEMPORAL_API_KEY": "key", "TEMPORAL_TLS_SERVER_NAME": "theirs",
	} {
		t.Setenv(name, value)
	}
	require.NoError(t, useTemporal(address, "default"))
	namespace, err := wiring.Namespace()
	require.NoError(t, err)
	require.Equal(t, "default", namespace)
	temporal, err := wiring.Temporal(slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	temporal.Close()
}
