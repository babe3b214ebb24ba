package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

const loopback = "127.0.0.1"

// Free ports are looked for below the range that the kernel hands out by itself, so that no outgoing connection or
// automatic port takes one between our choice and the server's use of it.
const (
	lowestFreePort  = 20000
	highestFreePort = 32767
	portAttempts    = 200
)

// servicePorts are the TCP ports of one server, all on the loopback address.
type servicePorts struct {
	frontend, history, matching, worker int
	ui                                  int
}

// choosePorts checks that the given ports are free and finds free ones for the rest. The ports are held until all are
// chosen, so that they differ.
func choosePorts(ctx context.Context, frontend, ui int) (servicePorts, error) {
	var held []net.Listener
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	var errs []error
	take := func(flagName string, port int) int {
		l, port, err := listen(ctx, flagName, port)
		if err != nil {
			errs = append(errs, err)
			return 0
		}
		held = append(held, l)
		return port
	}
	p := servicePorts{
		frontend: take("-port", frontend),
		ui:       take("-ui-port", ui),
		history:  take("", 0),
		matching: take("", 0),
		worker:   take("", 0),
	}
	return p, errors.Join(errs...)
}

// listen occupies the port, or any free one when it is 0, and returns which.
func listen(ctx context.Context, flagName string, port int) (net.Listener, int, error) {
	var config net.ListenConfig
	if port != 0 {
		l, err := config.Listen(ctx, "tcp4", address(port))
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			return nil, 0, setupErrorf("port %d is in use by another program: stop it, or give another port with %s", port, flagName)
		case err != nil:
			return nil, 0, setupErrorf("cannot listen on port %d, give another one with %s: %w", port, flagName, err)
		}
		return l, port, nil
	}
	var err error
	for range portAttempts {
		candidate := lowestFreePort + rand.IntN(highestFreePort-lowestFreePort+1) //nolint:gosec // no secret
		var l net.Listener
		if l, err = config.Listen(ctx, "tcp4", address(candidate)); err == nil {
			return l, candidate, nil
		}
	}
	return nil, 0, fmt.Errorf("no free port between %d and %d on %s: %w", lowestFreePort, highestFreePort, loopback, err)
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
