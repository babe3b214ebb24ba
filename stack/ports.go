package stack

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// Loopback is the only address a private server of the stack listens on.
const Loopback = "127.0.0.1"

// PortTakenError says that a wished TCP port is used by another program.
type PortTakenError struct {
	Port    int
	Purpose string // what the port was wanted for, "the Temporal server"
	Flag    string // the option that chooses another port, "--temporal-port"; may be empty
	Owner   string // the program that listens there, "temporal-server (process 4711)"; empty when unknown
}

func (e *PortTakenError) Error() string {
	by := ""
	if e.Owner != "" {
		by = " by " + e.Owner
	}
	way := "stop the other program"
	if e.Flag != "" {
		way += " or pass " + e.Flag + " with a free port"
	}
	return fmt.Sprintf("port %d, wanted for %s, is already in use%s: %s", e.Port, e.Purpose, by, way)
}

// FreePorts returns n different loopback TCP ports on which nothing listens now. Nothing reserves them: another
// program may take one before it is used, so a server that can choose its own port should rather listen on port 0.
func FreePorts(n int) ([]int, error) {
	ports := make([]int, 0, n)
	for range n {
		listener, err := listenLoopback(0)
		if err != nil {
			return nil, fmt.Errorf("find a free port on %s: %w", Loopback, err)
		}
		// Held until all are chosen, else the kernel may offer the same port again.
		defer closeQuietly(listener)
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port) //nolint:forcetypeassert // the address of a TCP listener
	}
	return ports, nil
}

// ChoosePort returns the wished loopback port if it is free, or any free port when the wish is 0.
// A port in use is a *PortTakenError that names the purpose, the flag and, where it can be seen, the other program.
func ChoosePort(wished int, purpose, flag string) (int, error) {
	if wished == 0 {
		ports, err := FreePorts(1)
		if err != nil {
			return 0, err
		}
		return ports[0], nil
	}
	if wished < 0 || wished > 65535 {
		return 0, fmt.Errorf("port %d, wanted for %s, does not exist: choose one from 1 to 65535", wished, purpose)
	}
	listener, err := listenLoopback(wished)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return 0, &PortTakenError{Port: wished, Purpose: purpose, Flag: flag, Owner: listenerOf(wished)}
	case errors.Is(err, syscall.EACCES):
		return 0, fmt.Errorf("port %d, wanted for %s, needs more rights than this user has: choose one above 1023", wished, purpose)
	case err != nil:
		return 0, fmt.Errorf("listen on port %d for %s: %w", wished, purpose, err)
	}
	closeQuietly(listener)
	return wished, nil
}

func listenLoopback(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort(Loopback, strconv.Itoa(port))) //nolint:noctx // binding a port does not wait
}

// closeQuietly closes a listener that was opened only to try a port; there is nothing to lose if that fails.
func closeQuietly(listener net.Listener) { _ = listener.Close() }
