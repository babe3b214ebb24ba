package workflows_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
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

var onlyStories = flag.String("story", "", "record only the stories whose name matches this pattern, such as continues-*")

func TestEveryStoredHistoryReplays(t *testing.T) {
	t.Parallel()
	stored, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, stored)
	for _, file := range stored {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			replayer := worker.NewWorkflowReplayer()
			workflows.Register(replayer, &workflows.Cases{})
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
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
	keep := func(name string, history *historypb.History) {
		written, err := protojson.MarshalOptions{Indent: " "}.Marshal(history)
		require.NoError(t, err)
		written = bytes.ReplaceAll(written, []byte(`": `), []byte(`":`)) // protojson varies its spaces on purpose
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), written, 0o644))
	}
	onServer(ctx, t, nil, ofStories(t, stories(), func(s story) string { return s.name }), func(c client.Client, s story) { keep(s.name, tell(ctx, t, c, s)) })
	onServer(ctx, t, nil, ofStories(t, planStories(), func(s planStory) string { return s.name }), func(c client.Client, s planStory) { keep(s.name, tellPlan(ctx, t, c, s)) })
	keepRuns := func(c client.Client, name string, first *historypb.History) {
		runs := runsAfter(ctx, t, c, first)
		require.GreaterOrEqual(t, len(runs), 3, "%s is to continue as new twice", name)
		for n, run := range runs {
			keep(fmt.Sprintf("%s-run-%d", name, n+1), run)
		}
	}
	onServer(ctx, t, suggestingEarly, ofStories(t, continuedStories(), func(s story) string { return s.name }), func(c client.Client, s story) { keepRuns(c, s.name, tell(ctx, t, c, s)) })
	onServer(ctx, t, suggestingEarly, ofStories(t, continuedPlanStories(), func(s planStory) string { return s.name }), func(c client.Client, s planStory) { keepRuns(c, s.name, tellPlan(ctx, t, c, s)) })
}

// ofStories are those to be recorded.
func ofStories[S any](t *testing.T, all []S, name func(S) string) []S {
	t.Helper()
	return slices.DeleteFunc(all, func(s S) bool {
		matches, err := path.Match(cmp.Or(*onlyStories, "*"), name(s))
		require.NoError(t, err)
		return !matches
	})
}

// onServer tells stories on a server of their own with the given settings.
func onServer[S any](ctx context.Context, t *testing.T, settings map[string]string, stories []S, tell func(client.Client, S)) {
	t.Helper()
	if len(stories) == 0 {
		return
	}
	server, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary: cmp.Or(os.Getenv("RELANCE_TEMPORAL_BINARY"), "../.build/relance-temporal"), DataDir: t.TempDir(), SearchAttributes: workflows.SearchAttributeTypes(),
		DynamicConfig: settings,
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Stop(ctx)) }()
	c, err := client.Dial(client.Options{HostPort: server.Address, Identity: "recorder"})
	require.NoError(t, err)
	defer c.Close()
	for _, story := range stories {
		tell(c, story)
	}
}
