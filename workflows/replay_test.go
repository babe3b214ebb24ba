package workflows_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"relance/stack"
	"relance/workflows"
)

// Histories of released versions are recorded with -trimpath (a failure's stack
// trace must not carry the paths of the machine), added with a new folder name and never
// changed: a case may sleep for a year on the history an old version wrote.
var record = flag.String("record-histories", "", "live the stories on a real server and store their histories in this new folder of testdata")

var onlyStory = flag.String("story", "", "record this story only")

func TestEveryStoredHistoryReplays(t *testing.T) {
	t.Parallel()
	stored, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, stored)
	for _, path := range stored {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			replayer := worker.NewWorkflowReplayer()
			workflows.Register(replayer, &workflows.Cases{})
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, path))
		})
	}
}

func TestRecordHistories(t *testing.T) {
	if *record == "" {
		t.Skip("only to store the histories of a new version: go test -trimpath ./workflows -run TestRecordHistories -record-histories v2")
	}
	folder := filepath.Join("testdata", *record)
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	require.NoError(t, os.Mkdir(folder, 0o755), "histories that are stored are never changed: name a new folder")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	server, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary: "../.build/relance-temporal", DataDir: t.TempDir(), SearchAttributes: workflows.SearchAttributeTypes(),
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Stop(ctx)) }()
	c, err := client.Dial(client.Options{HostPort: server.Address, Identity: "recorder"})
	require.NoError(t, err)
	defer c.Close()
	keep := func(name string, history *historypb.History) {
		written, err := protojson.MarshalOptions{Indent: " "}.Marshal(history)
		require.NoError(t, err)
		written = bytes.ReplaceAll(written, []byte(`": `), []byte(`":`)) // protojson varies its spaces on purpose
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), written, 0o644))
	}
	for _, s := range stories() {
		if *onlyStory == "" || s.name == *onlyStory {
			keep(s.name, tell(ctx, t, c, s))
		}
	}
	for _, s := range planStories() {
		if *onlyStory == "" || s.name == *onlyStory {
			keep(s.name, tellPlan(ctx, t, c, s))
		}
	}
}
