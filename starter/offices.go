package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"relance/api"
	"relance/config"
	"relance/messaging/simulator"
	"relance/stack"
	"relance/wiring"
)

// offices are the offices of the partners that the machine plays, by the partner's ID.
type offices struct {
	url    string
	played map[string]*simulator.PartnerOffice
}

// startOffices plays the partners whose configuration asks for it. What they are given
// reaches nobody, and stays in the data folder.
func (m *machine) startOffices(ctx context.Context, o machineOptions) error {
	c := &m.settings.config
	played := map[string]*simulator.PartnerOffice{}
	doors := http.NewServeMux()
	for n := range c.Handoff.Partners {
		p := &c.Handoff.Partners[n]
		if !p.IsSimulated() {
			continue
		}
		p.API.CallbackSecret = config.Secret(rand.Text())
		office, err := simulator.OpenPartnerOffice(simulator.PartnerOptions{
			Key: wiring.SimulatedPartnerKey, CallbackSecret: p.API.CallbackSecret.Reveal(), Callback: urlOf(c.HTTP.Listen) + api.PathPartnerEvents + p.ID,
			File: filepath.Join(m.folder, "partner-"+p.ID+".json"), Logger: m.log,
		})
		if err != nil {
			return err
		}
		played[p.ID] = office
		doors.Handle("/"+p.ID+"/", http.StripPrefix("/"+p.ID, office))
	}
	if len(played) == 0 {
		return nil
	}
	m.offices.played = played
	doors.HandleFunc("GET /{$}", m.offices.list)
	return m.openOffices(ctx, o, doors)
}

// openOffices serves the offices on a port of this machine.
func (m *machine) openOffices(ctx context.Context, o machineOptions, doors http.Handler) error {
	port, err := o.ports.offices()
	if err != nil {
		return err
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", net.JoinHostPort(stack.Loopback, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("opening the offices of simulated partners: %w", err)
	}
	server := &http.Server{Handler: doors, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	m.onStop(func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
	m.offices.url = urlOf(listener.Addr().String())
	m.settings.config.Handoff.SimulatorURL = m.offices.url
	return nil
}

// atPartner is a case as the list of the offices shows it.
type atPartner struct {
	Partner     string    `json:"partner"`
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	Case        string    `json:"case"`
	Amount      string    `json:"amount"`
	Currency    string    `json:"currency"`
	Status      string    `json:"status"`
	Submissions int       `json:"submissions"`
	Recalls     int       `json:"recalls"`
	File        string    `json:"file"`
	SHA256      string    `json:"sha256"`
	CreatedAt   time.Time `json:"created_at"`
}

// list answers with the cases that all offices have.
func (o offices) list(w http.ResponseWriter, _ *http.Request) {
	all := []atPartner{}
	for partner, office := range o.played {
		for _, known := range office.Cases() {
			all = append(all, atPartner{
				Partner: partner, ID: known.ID, Reference: known.Reference, Case: known.Creditor + "/" + known.Invoice, Amount: known.Amount, Currency: known.Currency,
				Status: known.Status, Submissions: known.Submissions, Recalls: known.Recalls, File: known.FileName, SHA256: known.SHA256, CreatedAt: known.CreatedAt,
			})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(map[string]any{"cases": all}) // a caller that went away
}
