package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"relance/stack"
)

// Worker is a worker in a process of its own, as in production: what it holds in memory is its own, and its garbage
// collector is not that of whoever makes the load.
type Worker struct {
	name    string
	address string
	program *stack.Worker
}

func startWorker(ctx context.Context, role string, environment []string, cached int, log io.Writer) (*Worker, error) {
	port, err := stack.ChoosePort(0, "the vitals of a worker", "")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the benchmark's own program: %w", err)
	}
	w := &Worker{name: role, address: net.JoinHostPort(stack.Loopback, strconv.Itoa(port))}
	environment = append(environment, envRole+"="+role, envVitals+"="+w.address, envCached+"="+strconv.Itoa(cached))
	w.program, err = stack.StartWorker(ctx, stack.WorkerOptions{Binary: self, Env: environment, Log: log})
	if err != nil {
		return nil, fmt.Errorf("starting the worker of the %s: %w", role, err)
	}
	return w, nil
}

// Counts is what the worker's SDK has counted.
func (w *Worker) Counts(ctx context.Context) (Counts, error) { return ask[Counts](ctx, w, "/counts") }

// Memory is what the worker holds after a garbage collection.
func (w *Worker) Memory(ctx context.Context) (Memory, error) { return ask[Memory](ctx, w, "/memory") }

// Times is when each payment (by its ID) was committed and each bare activity (by its workflow) returned.
func (w *Worker) Times(ctx context.Context) (map[string]time.Time, error) {
	return ask[map[string]time.Time](ctx, w, "/times")
}

// Acted is how many of Times there are.
func (w *Worker) Acted(ctx context.Context) (int, error) { return ask[int](ctx, w, "/acted") }

// Statements is how many statements the worker has sent to the database.
func (w *Worker) Statements(ctx context.Context) (int64, error) {
	return ask[int64](ctx, w, "/statements")
}

// Profile writes a CPU profile of the worker over a time.
func (w *Worker) Profile(ctx context.Context, over time.Duration, to io.Writer) error {
	body, err := w.get(ctx, "/debug/pprof/profile?seconds="+strconv.Itoa(max(1, int(over.Seconds()))))
	if err != nil {
		return err
	}
	_, err = io.Copy(to, body)
	return errors.Join(err, body.Close())
}

func (w *Worker) get(ctx context.Context, path string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.address+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the worker of the %s: %w", w.name, errors.Join(err, w.program.Err()))
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the worker of the %s answers %s with %s", w.name, path, response.Status), response.Body.Close())
	}
	return response.Body, nil
}

func ask[T any](ctx context.Context, w *Worker, path string) (answer T, err error) {
	body, err := w.get(ctx, path)
	if err != nil {
		return answer, err
	}
	err = json.NewDecoder(body).Decode(&answer)
	return answer, errors.Join(err, body.Close())
}
