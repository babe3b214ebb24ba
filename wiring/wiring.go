// Package wiring builds the parts of the product from its configuration. It is
// the composition root that the worker and the starter share.
package wiring

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"

	"relance/calendar"
	"relance/casefile"
	"relance/config"
)

// Logger is the logger a program writes with.
func Logger(c config.Log, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cmp.Or(c.Level, "info"))); err != nil {
		level = slog.LevelInfo // refused by the configuration already
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

// Namespace is the Temporal namespace that the environment configuration names.
func Namespace() (string, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return "", fmt.Errorf("the Temporal connection is not configured well: %w", err)
	}
	return cmp.Or(options.Namespace, client.DefaultNamespace), nil
}

// Temporal connects as Temporal's standard environment configuration says.
func Temporal(logger *slog.Logger) (client.Client, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("the Temporal connection is not configured well: %w", err)
	}
	options.Logger = log.NewStructuredLogger(logger)
	options.Identity = identity()
	options.ConnectionOptions.GrpcCompression = Compression(options.HostPort)
	c, err := client.Dial(options)
	if err != nil {
		return nil, fmt.Errorf("connecting to Temporal at %s (set TEMPORAL_ADDRESS, or a profile): %w", cmp.Or(options.HostPort, client.DefaultHostPort), err)
	}
	return c, nil
}

// identity is short, because it stands in two of three events of every history.
func identity() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "relance"
	}
	host, _, _ = strings.Cut(host, ".")
	return fmt.Sprintf("%s.%d", host[:min(len(host), 12)], os.Getpid())
}

// Clock is the business clock of the installation: that of its database, or the
// wall's when it has none.
func Clock(ctx context.Context, store *casefile.Store) (func() calendar.Clock, error) {
	clock, _, err := store.Clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the installation's clock: %w", err)
	}
	return func() calendar.Clock { return clock }, nil
}
