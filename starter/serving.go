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
	"sync"
	"time"

	"relance/api"
	"relance/cases"
	"relance/config"
	"relance/law"
	"relance/wiring"
)

// httpServer is the running HTTP API.
type httpServer struct {
	listener net.Listener
	server   *http.Server
	// ended is closed when nothing is served any more; err is set before.
	ended chan struct{}
	err   error
}

func (s *httpServer) url() string { return urlOf(s.listener.Addr().String()) }

// reason says why the server has ended; nil after a stop.
func (s *httpServer) reason() error { return s.err }

// stop lets the requests under way finish; those that do not in time are cut off.
func (s *httpServer) stop(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests were still under way: %w", err), s.server.Close())
	}
	<-s.ended
	return errors.Join(err, s.err)
}

// serveAPI serves cases over HTTP. Without keys it may be called from this machine
// only, and only if withoutKey allows it.
func serveAPI(
	ctx context.Context, s *settings, service *cases.Service, book func() law.Book, texts *wiring.TemplateKeeper, withoutKey bool, logger *slog.Logger,
) (*httpServer, error) {
	made, err := wiring.Intake(service, s.strategies, s.config.Creditors, s.law)
	if err != nil {
		return nil, err
	}
	var keys []api.Key
	for name, secret := range s.config.HTTP.APIKeys {
		keys = append(keys, api.Key{Name: name, Secret: secret.Reveal()})
	}
	slices.SortFunc(keys, func(a, b api.Key) int { return strings.Compare(a.Name, b.Name) })
	handler, err := api.New(api.Options{
		Cases: service, Intake: made, Strategies: s.strategies, Law: book, Templates: s.templates, Keys: keys,
		AllowWithoutKey:   withoutKey && len(keys) == 0 && isPrivate(s.config.HTTP.Listen),
		SendGridPublicKey: s.config.Mail.SendGrid.WebhookPublicKey, TwilioAuthToken: twilioWebhookToken(s.config),
		PrintPostSecret: s.config.Letters.PrintAndPost.WebhookSecret.Reveal(),
		PartnerSecrets:  wiring.PartnerSecrets(s.config.Handoff),
		PublicURL:       s.config.HTTP.PublicURL, Log: logger,
		Answers: wiring.Answers(service, s.config.Inbound), ParseToken: s.config.Inbound.ParseToken.Reveal(),
		ParseUser: s.config.Inbound.ParseUser, ParsePassword: s.config.Inbound.ParsePassword.Reveal(), ParsePublicKey: s.config.Inbound.ParsePublicKey,
		Health: func(ctx context.Context) map[string]error {
			_, temporal := service.Temporal.CheckHealth(ctx, nil)
			return map[string]error{"postgresql": service.Store.Ping(ctx), "temporal": temporal}
		},
		Outdated: func() map[string]error { return map[string]error{"templates": texts.Fault()} },
	})
	if err != nil {
		return nil, err
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", s.config.HTTP.Listen)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", s.config.HTTP.Listen, err)
	}
	served := &httpServer{listener: listener, server: api.Server(s.config.HTTP.Listen, handler), ended: make(chan struct{})}
	go func() {
		defer close(served.ended)
		if err := served.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			served.err = err
		}
	}()
	return served, nil
}

// twilioWebhookToken is empty, which refuses the webhook, without the public
// address that Twilio signs.
func twilioWebhookToken(c config.Config) string {
	if c.HTTP.PublicURL == "" {
		return ""
	}
	return c.SMS.Twilio.AuthToken.Reveal()
}

func (m *machine) startServer(ctx context.Context, _ machineOptions) error {
	post, err := wiring.Post(m.settings.config.Letters)
	if err != nil {
		return err
	}
	tables := newLawKeeper(m.settings, m.log)
	texts := wiring.NewTemplateKeeper(m.settings.config, m.settings.templates, m.log)
	server, err := serveAPI(ctx, m.settings, m.cases, tables.book, texts, true, m.log)
	if err != nil {
		return err
	}
	m.server = server
	m.onStop(server.stop)
	m.untilStopped(ctx, func(ctx context.Context) { keepCasesRunning(ctx, m.cases) })
	m.untilStopped(ctx, func(ctx context.Context) { tables.keep(ctx, m.cases) })
	m.untilStopped(ctx, func(ctx context.Context) { applyContactHours(ctx, m.cases, m.settings.config.Creditors) })
	m.untilStopped(ctx, func(ctx context.Context) { keepAnswers(ctx, wiring.Answers(m.cases, m.settings.config.Inbound)) })
	m.untilStopped(ctx, func(ctx context.Context) { keepAnchors(ctx, m.cases) })
	m.untilStopped(ctx, func(ctx context.Context) { keepStandingTold(ctx, m.cases) })
	m.untilStopped(ctx, func(ctx context.Context) { keepStopsTold(ctx, m.cases) })
	m.untilStopped(ctx, texts.Keep)
	m.untilStopped(ctx, func(ctx context.Context) { keepLettersTold(ctx, m.cases, post) })
	return nil
}

// How often cases are looked for whose start was lost, and cases that are late
// because their workflow is gone; and how late, on the wall, they must be.
const (
	pendingInterval = 15 * time.Second
	lostInterval    = 10 * time.Minute
	lostAfter       = 10 * time.Minute
)

// keepCasesRunning starts cases that were recorded but not started, and those
// whose workflow is gone, until the context ends.
func keepCasesRunning(ctx context.Context, service *cases.Service) {
	pending, lost := time.NewTicker(pendingInterval), time.NewTicker(lostInterval)
	defer pending.Stop()
	defer lost.Stop()
	for {
		if started, err := service.StartPending(ctx); ctx.Err() == nil && (started > 0 || err != nil) {
			service.Log.Info("started cases that were recorded and not started", "cases", started, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-pending.C:
		case <-lost.C:
			late := lostAfter * time.Duration(max(1, service.Clock().Speed))
			if restarted, err := service.RestartLost(ctx, late); ctx.Err() == nil && (restarted > 0 || err != nil) {
				service.Log.Warn("started cases again whose workflow was gone", "cases", restarted, "error", err)
			}
			if restarted, err := service.RestartLostPlans(ctx, late); ctx.Err() == nil && (restarted > 0 || err != nil) {
				service.Log.Warn("started plans again whose workflow was gone", "plans", restarted, "error", err)
			}
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
	post, err := wiring.Post(s.config.Letters)
	if err != nil {
		return err
	}
	tables := newLawKeeper(s, logger)
	texts := wiring.NewTemplateKeeper(s.config, s.templates, logger)
	server, err := serveAPI(p.ctx, s, service, tables.book, texts, false, logger)
	if err != nil {
		return err
	}
	logger.Info("serving", "address", server.url())
	for _, sentence := range wiring.WithoutNews(s.config) {
		logger.Warn("some delivery news cannot come in", "reason", sentence)
	}
	ctx, cancel := context.WithCancel(p.ctx)
	var pending sync.WaitGroup
	pending.Go(func() { keepCasesRunning(ctx, service) })
	pending.Go(func() { tables.keep(ctx, service) })
	pending.Go(func() { applyContactHours(ctx, service, s.config.Creditors) })
	pending.Go(func() { keepAnswers(ctx, wiring.Answers(service, s.config.Inbound)) })
	pending.Go(func() { keepAnchors(ctx, service) })
	pending.Go(func() { keepStandingTold(ctx, service) })
	pending.Go(func() { keepStopsTold(ctx, service) })
	pending.Go(func() { texts.Keep(ctx) })
	pending.Go(func() { recallLetters(ctx, service, post) })
	select {
	case <-ctx.Done():
	case <-server.ended: // its reason comes from stop
	}
	cancel()
	pending.Wait()
	return ending{server.stop, stopTimeout}.run(p.ctx)
}
