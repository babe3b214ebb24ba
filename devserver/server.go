package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/metrics"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const (
	clusterName = "active"
	// The shard count is written into the database at its creation and can never change.
	historyShards = 4
	readyTimeout  = 60 * time.Second
	readyPoll     = 20 * time.Millisecond
)

// server is a running Temporal server with its UI.
type server struct {
	address  string // host:port of the frontend
	uiURL    string
	log      serverLog
	temporal temporal.Server
	ui       *ui
	unlock   func() error
}

// startServer opens the database and starts everything on it. When it returns, workflows can be started with all the
// search attributes of the options.
func startServer(ctx context.Context, o options) (_ *server, err error) {
	path, unlock, err := lockDatabase(ctx, o.db)
	if err != nil {
		return nil, err
	}
	s := &server{log: newServerLog(o.logLevel), unlock: unlock}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()

	if err := createFile(path); err != nil {
		return nil, err
	}
	store := storeConfig(path, o.durability)
	if err := createSchema(path, store); err != nil {
		return nil, err
	}
	if err := ensureNamespace(ctx, store, o); err != nil {
		return nil, err
	}
	carrying, err := attributeColumns(ctx, store)
	if err != nil {
		return nil, err
	}
	if err := tuneVisibility(store, carrying); err != nil {
		return nil, err
	}
	ports, err := choosePorts(ctx, o.port, o.uiPort)
	if err != nil {
		return nil, err
	}
	if err := s.startTemporal(store, ports, o); err != nil {
		return nil, err
	}
	s.ui = startUI(ports, o.namespace)
	s.uiURL = s.ui.url

	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := awaitFrontend(ctx, s.address, o.namespace); err != nil {
		return nil, err
	}
	if err := s.ui.await(ctx); err != nil {
		return nil, err
	}
	s.log.endTransition()
	return s, nil
}

func (s *server) startTemporal(store *config.SQL, ports servicePorts, o options) error {
	s.address = address(ports.frontend)
	srv, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(store, ports)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(map[primitives.ServiceName]static.Hosts{
			primitives.FrontendService: static.SingleLocalHost(address(ports.frontend)),
			primitives.HistoryService:  static.SingleLocalHost(address(ports.history)),
			primitives.MatchingService: static.SingleLocalHost(address(ports.matching)),
			primitives.WorkerService:   static.SingleLocalHost(address(ports.worker)),
		}),
		temporal.WithLogger(s.log.Logger),
		temporal.WithDynamicConfigClient(o.dynamic),
		// Anyone on this machine may do anything; nobody else can connect.
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
		temporal.WithCustomMetricsHandler(metrics.NoopMetricsHandler),
	)
	if err != nil {
		return fmt.Errorf("configure the Temporal server: %w", err)
	}
	if err := srv.Start(); err != nil {
		return fmt.Errorf("start the Temporal server: %w", err)
	}
	s.temporal = srv
	return nil
}

// stop ends what was started, in the reverse order.
func (s *server) stop() error {
	s.log.beginTransition()
	var errs []error
	if s.ui != nil {
		s.ui.stop()
	}
	if s.temporal != nil {
		errs = append(errs, s.temporal.Stop())
	}
	return errors.Join(append(errs, s.unlock())...)
}

func serverConfig(store *config.SQL, ports servicePorts) *config.Config {
	service := func(port int) config.Service {
		return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	disabled := config.ArchivalNamespaceDefaults{
		History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
		Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
	}
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback},
		},
		Persistence: config.Persistence{
			DefaultStore:     sqliteplugin.PluginName,
			VisibilityStore:  sqliteplugin.PluginName,
			NumHistoryShards: historyShards,
			DataStores:       map[string]config.DataStore{sqliteplugin.PluginName: {SQL: store}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: address(ports.frontend)},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			string(primitives.FrontendService): service(ports.frontend),
			string(primitives.HistoryService):  service(ports.history),
			string(primitives.MatchingService): service(ports.matching),
			string(primitives.WorkerService):   service(ports.worker),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: disabled},
		// The internal workers reach the frontend as any client does.
		PublicClient: config.PublicClient{HostPort: address(ports.frontend)},
	}
}

// awaitFrontend returns when a request has gone the whole way, through frontend, history and database.
func awaitFrontend(ctx context.Context, address, namespace string) error {
	c, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: namespace, Logger: log.NewSdkLogger(log.NewNoopLogger())})
	if err != nil {
		return fmt.Errorf("connect to the Temporal server: %w", err)
	}
	defer c.Close()

	for {
		_, err := c.DescribeWorkflowExecution(ctx, "relance-readiness-probe", "")
		var notFound *serviceerror.NotFound
		if errors.As(err, &notFound) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the Temporal server did not become ready: %w", errors.Join(context.Cause(ctx), err))
		case <-time.After(readyPoll):
		}
	}
}
