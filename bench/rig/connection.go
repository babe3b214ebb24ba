package rig

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"

	"relance/wiring"
)

// dial connects as Temporal's environment configuration says, as the product does, and counts what goes over the wire.
func dial(logger *slog.Logger, meter *Meter, interceptors ...interceptor.ClientInterceptor) (client.Client, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("the Temporal connection is not configured well: %w", err)
	}
	options.Logger = log.NewStructuredLogger(logger)
	options.MetricsHandler = meter
	options.Interceptors = interceptors
	options.Identity = identity()
	options.ConnectionOptions.GrpcCompression = wiring.Compression(options.HostPort)
	c, err := client.Dial(options)
	if err != nil {
		return nil, fmt.Errorf("connecting to Temporal at %s: %w", cmp.Or(options.HostPort, client.DefaultHostPort), err)
	}
	return c, nil
}

// identity has the form of the product's: it stands in two of three events of every history, and so is part of what is
// measured.
func identity() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "relance"
	}
	host, _, _ = strings.Cut(host, ".")
	return fmt.Sprintf("%s.%d", host[:min(len(host), 12)], os.Getpid())
}
