package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// ui is Temporal's web UI.
type ui struct {
	url    string
	server *uiserver.Server
	failed chan error
}

// startUI starts the UI on its port in front of the frontend. It fetches nothing from outside this machine.
func startUI(ports servicePorts, namespace string) *ui {
	u := &ui{
		url:    "http://" + address(ports.ui),
		failed: make(chan error, 1),
		server: uiserver.NewServer(server_options.WithConfigProvider(&uiconfig.Config{
			Host:                loopback,
			Port:                ports.ui,
			TemporalGRPCAddress: address(ports.frontend),
			EnableUI:            true,
			DefaultNamespace:    namespace,
			DisableNewsFetch:    true,
			HideLogs:            true,
			Distribution:        "server",
			// Plain HTTP on the loopback address: a cookie for HTTPS only would not come back in every browser.
			CORS: uiconfig.CORS{CookieInsecure: true},
		})),
	}
	go func() { u.failed <- u.server.Start() }()
	return u
}

// await returns when the UI answers.
func (u *ui) await(ctx context.Context) error {
	for {
		if err := u.ping(ctx); err == nil {
			return nil
		} else if ctx.Err() != nil {
			return fmt.Errorf("the Temporal UI did not become ready: %w", errors.Join(context.Cause(ctx), err))
		}
		select {
		case err := <-u.failed:
			return fmt.Errorf("the Temporal UI stopped: %w", err)
		case <-ctx.Done():
		case <-time.After(readyPoll):
		}
	}
}

func (u *ui) ping(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.url+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", request.URL, response.Status)
	}
	return nil
}

func (u *ui) stop() { u.server.Stop() }
