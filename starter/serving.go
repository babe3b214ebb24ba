package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"relance/api"
	"relance/casefile"
	"relance/cases"
	"relance/wiring"
)

// httpServer is the running HTTP API.
type httpServer struct {
	listener net.Listener
	server   *http.Server
	ended    chan error
}

func (s *httpServer) url() string { return "http://" + s.listener.Addr().String() }

// stop lets the requests under way finish.
func (s *httpServer) stop(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	return errors.Join(err, <-s.ended)
}

// serveAPI serves cases over HTTP.
func serveAPI(ctx context.Context, s *settings, service *cases.Service, withoutKey bool, logger *slog.Logger) (*httpServer, error) {
	made, err := wiring.Intake(service, s.strategies, s.config.Creditors)
	if err != nil {
		return nil, err
	}
	var keys []api.Key
	for name, secret := range s.config.HTTP.APIKeys {
		keys = append(keys, api.Key{Name: name, Secret: secret.Reveal()})
	}
	slices.SortFunc(keys, func(a, b api.Key) int { return strings.Compare(a.Name, b.Name) })
	handler, err := api.New(api.Options{
		Cases: service, Intake: made, Strategies: s.strategies, Keys: keys, AllowWithoutKey: withoutKey && len(keys) == 0,
		SendGridPublicKey: s.config.Mail.SendGrid.WebhookPublicKey, TwilioAuthToken: s.config.SMS.Twilio.AuthToken.Reveal(),
		PublicURL: s.config.HTTP.PublicURL, Log: logger,
		Health: func(ctx context.Context) map[string]error {
			_, temporal := service.Temporal.CheckHealth(ctx, nil)
			return map[string]error{"postgresql": service.Store.Ping(ctx), "temporal": temporal}
		},
	})
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.config.HTTP.Listen)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", s.config.HTTP.Listen, err)
	}
	served := &httpServer{listener: listener, server: api.Server(s.config.HTTP.Listen, handler), ended: make(chan error, 1)}
	go func() {
		err := served.server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		served.ended <- err
	}()
	return served, nil
}

func (m *machine) startServer(ctx context.Context, _ machineOptions) error {
	server, err := serveAPI(ctx, m.settings, m.cases, true, m.log)
	if err != nil {
		return err
	}
	m.server = server
	m.onStop(server.stop)
	sweeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.onStop(func(context.Context) error { stop(); return nil })
	go startPending(sweeping, m.cases)
	return nil
}

// pendingInterval is how often cases are looked for whose start was lost.
const pendingInterval = 15 * time.Second

// startPending starts cases that were recorded but not started, until the
// context ends.
func startPending(ctx context.Context, service *cases.Service) {
	tick := time.NewTicker(pendingInterval)
	defer tick.Stop()
	for {
		if started, err := service.StartPending(ctx); ctx.Err() == nil && (started > 0 || err != nil) {
			service.Log.Info("started cases that were recorded and not started", "cases", started, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if s.config.Database.URL == "" {
		return errors.New("no database is configured: set RELANCE_DATABASE_URL or database.url (for one machine use `relance up`)")
	}
	logger := wiring.Logger(s.config.Log, p.errOut)
	store, err := p.preparedStore(s)
	if err != nil {
		return err
	}
	defer store.Close()
	service, closeTemporal, err := service(p.ctx, store, logger)
	if err != nil {
		return err
	}
	defer closeTemporal()
	server, err := serveAPI(p.ctx, s, service, false, logger)
	if err != nil {
		return err
	}
	logger.Info("serving", "address", server.url())
	go startPending(p.ctx, service)
	select {
	case <-p.ctx.Done():
	case err := <-server.ended:
		return err
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), stopTimeout)
	defer cancel()
	return server.stop(stopping)
}

// preparedStore migrates and opens the database, and writes the creditors to it.
func (p *program) preparedStore(s *settings) (*casefile.Store, error) {
	if err := casefile.Migrate(p.ctx, s.config.Database.URL.Reveal()); err != nil {
		return nil, err
	}
	store, err := casefile.Open(p.ctx, s.config.Database.URL.Reveal())
	if err != nil {
		return nil, err
	}
	if err := wiring.SaveCreditors(p.ctx, store, s.config.Creditors); err != nil {
		store.Close()
		return nil, err
	}
	return store, nil
}
