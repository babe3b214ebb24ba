// Package report tells what the benchmark measured: as a table, as JSON, and as a page to keep.
package report

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// Machine describes what the figures were measured on.
type Machine struct {
	System string `json:"system"` // linux/amd64
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_bytes"`
	// LoadBefore is the load average of the minute before: what else the machine was doing.
	LoadBefore string `json:"load_before"`
	Go         string `json:"go"`
	SDK        string `json:"temporal_sdk"`
	Temporal   string `json:"temporal_server"`
	PostgreSQL string `json:"postgresql"`
	// Durability says what the servers do before they confirm.
	Durability string `json:"durability"`
}

// DescribeMachine looks around. What the system does not tell stays empty.
func DescribeMachine(ctx context.Context, temporal client.Client, database, durability string) (Machine, error) {
	m := Machine{
		System: runtime.GOOS + "/" + runtime.GOARCH, CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(),
		Go: runtime.Version(), SDK: moduleVersion("go.temporal.io/sdk"), Durability: durability,
	}
	if kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 10, 64); err == nil {
		m.Memory = kilobytes << 10
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.LoadBefore, _, _ = strings.Cut(string(load), " ")
	}
	cluster, err := temporal.WorkflowService().GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
	if err != nil {
		return m, fmt.Errorf("asking the Temporal server for its version: %w", err)
	}
	m.Temporal = cluster.GetServerVersion() + " on " + cluster.GetPersistenceStore()
	m.PostgreSQL, err = postgresVersion(ctx, database)
	return m, err
}

func postgresVersion(ctx context.Context, database string) (version string, err error) {
	connection, err := pgx.Connect(ctx, database)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, connection.Close(ctx)) }()
	err = connection.QueryRow(ctx, "show server_version").Scan(&version)
	return version, err
}

// field reads a line "name : value" of a file of the system.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func moduleVersion(path string) string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range build.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return ""
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// Name is the machine in a file's name: "2-cores-amd-epyc".
func (m Machine) Name() string {
	return strings.Trim(fmt.Sprintf("%d-cores-%s", m.Cores, notInNames.ReplaceAllString(strings.ToLower(m.CPU), "-")), "-")
}
