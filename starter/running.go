package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// running is how the commands of a second terminal find the machine that runs on
// a data folder. After a crash the file stays behind.
type running struct {
	PID int `json:"pid"`
	// Start is the command that starts the machine again.
	Start string `json:"start"`
	// Config is the machine's configuration file.
	Config      string `json:"config,omitempty"`
	DatabaseURL string `json:"database_url"`
	Temporal    string `json:"temporal_address"`
	Namespace   string `json:"temporal_namespace"`
	HTTP        string `json:"http"`
	UI          string `json:"ui"`
	Mailbox     string `json:"mailbox,omitempty"`

	folder string
}

func runningFile(folder string) string { return filepath.Join(folder, "running.json") }

// writeRunning tells other programs of the same user where the parts are. It
// holds the database password: nobody else may read it.
func (m *machine) writeRunning(o machineOptions) error {
	r := running{
		PID: os.Getpid(), Start: o.again, Config: m.settings.file, DatabaseURL: m.postgres.DSN(),
		Temporal: m.temporal.Address, Namespace: m.temporal.Namespace, HTTP: m.server.url(), UI: m.temporal.UI,
	}
	if m.simulator != nil {
		r.Mailbox = m.simulator.URL()
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	file := runningFile(m.folder)
	if err := os.WriteFile(file, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("telling other programs where the parts run: %w", err)
	}
	m.onStop(func(context.Context) error { return os.Remove(file) })
	return nil
}

func readRunning(folder string) (*running, error) {
	file := runningFile(folder)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("nothing runs on the data folder %s, and no database is configured: start `relance up` or `relance demo`, name its folder with --data, or set RELANCE_DATABASE_URL and TEMPORAL_ADDRESS", folder)
	}
	r := &running{folder: folder}
	if err == nil {
		err = json.Unmarshal(data, r)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	return r, nil
}

// unreachable explains why the parts could not be connected to. Whether a process
// of the machine's number lives proves nothing: the number is given again.
func (r *running) unreachable(err error) error {
	if r == nil {
		return err
	}
	return fmt.Errorf("the machine that ran on %s (process %d) has ended; start it again with `%s`: %w", r.folder, r.PID, r.Start, err)
}
