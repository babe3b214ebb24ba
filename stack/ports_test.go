package stack

import (
	"net"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFreePortsAreDifferentAndUsable(t *testing.T) {
	t.Parallel()
	ports, err := FreePorts(20)
	require.NoError(t, err)
	seen := map[int]bool{}
	for _, port := range ports {
		require.False(t, seen[port], "port %d was offered twice", port)
		seen[port] = true
	}
	require.Len(t, seen, 20)
}

func TestAWishedPortIsKeptWhenItIsFree(t *testing.T) {
	t.Parallel()
	free, err := FreePorts(1)
	require.NoError(t, err)

	chosen, err := ChoosePort(free[0], "the Temporal server", "--temporal-port")
	require.NoError(t, err)
	require.Equal(t, free[0], chosen)
}

func TestAPortInUseNamesThePurposeTheOwnerAndTheFlag(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	port := listener.Addr().(*net.TCPAddr).Port

	_, err = ChoosePort(port, "the Temporal server", "--temporal-port")

	var taken *PortTakenError
	require.ErrorAs(t, err, &taken)
	require.Equal(t, port, taken.Port)
	require.Contains(t, taken.Owner, "process "+strconv.Itoa(os.Getpid()), "this test is the program that listens")
	require.ErrorContains(t, err, "port "+strconv.Itoa(port)+", wanted for the Temporal server, is already in use by ")
	require.ErrorContains(t, err, "stop the other program or pass --temporal-port with a free port")
}

func TestAPortThatCannotExistIsRefused(t *testing.T) {
	t.Parallel()
	_, err := ChoosePort(70000, "the Temporal UI", "--ui-port")
	require.EqualError(t, err, "port 70000, wanted for the Temporal UI, does not exist: choose one from 1 to 65535")
}
