package stack

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

func TestWorkflowsSurviveAStopACrashAndANewAttribute(t *testing.T) {
	t.Parallel()
	options := temporalOptions(t)
	options.SearchAttributes = map[string]string{"Creditor": "Keyword"}
	first := startTemporal(t, options)
	require.Equal(t, "default", first.Namespace)
	startCase(t, first, "case/acme/F1", temporal.NewSearchAttributeKeyKeyword("Creditor").ValueSet("acme"))
	require.NoError(t, first.Stop(t.Context()))
	require.NoError(t, first.Err(), "a stop that was asked for is no failure")
	require.NoError(t, first.Stop(t.Context()), "a second stop does nothing")

	options.SearchAttributes["Disputed"] = "Bool"
	second := startTemporal(t, options)
	requireOpen(t, second, "case/acme/F1")
	startCase(t, second, "case/acme/F2", temporal.NewSearchAttributeKeyBool("Disputed").ValueSet(true))
	require.NoError(t, syscall.Kill(second.server.PID(), syscall.SIGKILL))
	<-second.Done()
	require.ErrorContains(t, second.Err(), "the Temporal server (process "+strconv.Itoa(second.server.PID())+") ended by itself: signal: killed")

	third := startTemporal(t, options)
	requireOpen(t, third, "case/acme/F1")
	requireOpen(t, third, "case/acme/F2")
}

func TestTheTemporalUIAnswersOnItsGivenPort(t *testing.T) {
	t.Parallel()
	options := temporalOptions(t)
	ports, err := FreePorts(2)
	require.NoError(t, err)
	options.Port, options.UIPort, options.Namespace = ports[0], ports[1], "relance"
	server := startTemporal(t, options)
	require.Equal(t, net.JoinHostPort(Loopback, strconv.Itoa(ports[0])), server.Address)
	require.Equal(t, "http://"+net.JoinHostPort(Loopback, strconv.Itoa(ports[1])), server.UI)
	require.Equal(t, "relance", server.Namespace)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.UI+"/namespaces/relance/workflows", nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestATemporalServerThatIsNotBuiltSaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "relance-temporal")
	_, err := StartTemporal(t.Context(), TemporalOptions{Binary: binary, DataDir: t.TempDir()})
	var missing *TemporalMissingError
	require.ErrorAs(t, err, &missing)
	require.EqualError(t, err, "the Temporal server is not built, there is no "+binary+": build it with `./relance build`")
}

func TestATakenTemporalPortNamesItsOwnerAndFlag(t *testing.T) {
	t.Parallel()
	options := temporalOptions(t)
	listener, err := listenLoopback(0)
	require.NoError(t, err)
	t.Cleanup(func() { closeQuietly(listener) })
	options.UIPort, options.UIPortFlag = listener.Addr().(*net.TCPAddr).Port, "--temporal-ui-port"

	_, err = StartTemporal(t.Context(), options)
	var taken *PortTakenError
	require.ErrorAs(t, err, &taken)
	require.Equal(t, options.UIPort, taken.Port)
	require.Equal(t, "the Temporal UI", taken.Purpose)
	require.ErrorContains(t, err, "--temporal-ui-port")
}

func TestAFaultOfSetupIsExplainedInTheWordsOfTheServer(t *testing.T) {
	t.Parallel()
	options := temporalOptions(t)
	options.SearchAttributes = map[string]string{"AmountDue": "Money"}
	_, err := StartTemporal(t.Context(), options)
	require.ErrorContains(t, err, "the Temporal server did not start: ")
	require.ErrorContains(t, err, `AmountDue has the unknown type "Money"`)
}

func TestAStartThatIsGivenUpLeavesNoServerBehind(t *testing.T) {
	t.Parallel()
	options := temporalOptions(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("the user pressed Ctrl-C")

	// The first line of a talkative log comes long before the server is ready.
	talkative := options
	talkative.Binary = filepath.Join(t.TempDir(), "talkative")
	script := "#!/bin/sh\nexec " + options.Binary + ` "$@" -log-level debug` + "\n"
	require.NoError(t, os.WriteFile(talkative.Binary, []byte(script), 0o700))
	talkative.Log = writerFunc(func([]byte) { cancel(enough) })
	_, err := StartTemporal(ctx, talkative)
	require.ErrorIs(t, err, enough)

	startTemporal(t, options) // the folder is free again
}

func temporalOptions(t *testing.T) TemporalOptions {
	t.Helper()
	binary := os.Getenv("RELANCE_TEMPORAL_BINARY")
	if binary == "" {
		binary = filepath.Join("..", ".build", "relance-temporal")
	}
	binary, err := filepath.Abs(binary)
	require.NoError(t, err)
	if _, err := os.Stat(binary); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the Temporal server is not built (%s): build it with ./relance build, or name one in RELANCE_TEMPORAL_BINARY", binary)
	}
	return TemporalOptions{Binary: binary, DataDir: filepath.Join(t.TempDir(), "temporal"), Durability: Disposable}
}

func startTemporal(t *testing.T, options TemporalOptions) *Temporal {
	t.Helper()
	server, err := StartTemporal(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.WithoutCancel(t.Context()))) })
	return server
}

func startCase(t *testing.T, server *Temporal, id string, attributes ...temporal.SearchAttributeUpdate) {
	t.Helper()
	_, err := dialTemporal(t, server).ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: "cases", TypedSearchAttributes: temporal.NewSearchAttributes(attributes...),
	}, "Case")
	require.NoError(t, err)
}

func requireOpen(t *testing.T, server *Temporal, id string) {
	t.Helper()
	description, err := dialTemporal(t, server).DescribeWorkflow(t.Context(), id, "")
	require.NoError(t, err)
	require.Nil(t, description.WorkflowCloseTime)
}

func dialTemporal(t *testing.T, server *Temporal) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: server.Address, Namespace: server.Namespace})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}
