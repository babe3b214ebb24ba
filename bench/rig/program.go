package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"relance/bench/bare"
	"relance/config"
	"relance/stack"
	"relance/wiring"
	"relance/worker/pool"
)

// The environment that makes the benchmark's program a worker.
const (
	envRole   = "RELANCE_BENCH_WORKER" // roleCases or roleBare
	envVitals = "RELANCE_BENCH_VITALS" // the address where it tells how it is
	envCached = "RELANCE_WORKER_CACHED_CASES"

	roleCases = "cases"
	roleBare  = "bare"
)

// IsWorker reports whether this program was started as one of the benchmark's workers: main calls WorkerProgram then.
func IsWorker() bool { return os.Getenv(envRole) != "" }

// WorkerProgram is the whole program of a worker. It runs until it is told to stop or its parent is gone.
func WorkerProgram() error {
	wiring.CollectLate() // as the product's worker does
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
	}()

	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	v := vitals{meter: NewMeter(), watch: newStopwatch(), statements: func() int64 { return 0 }}
	c, err := dial(logger, v.meter, v.watch)
	if err != nil {
		return err
	}
	defer c.Close()
	var stopWork func()
	if os.Getenv(envRole) == roleBare {
		stopWork, err = workBare(c)
	} else {
		stopWork, v.statements, err = workCases(ctx, c)
	}
	if err != nil {
		return err
	}
	defer stopWork()
	served, err := v.serve(ctx, os.Getenv(envVitals))
	if err != nil {
		return err
	}
	fmt.Println(stack.WorkerReady)
	<-ctx.Done()
	return served.Close()
}

// workCases runs the product's workers, put together as its own program does.
func workCases(ctx context.Context, c client.Client) (stop func(), statements func() int64, err error) {
	settings, err := config.Load("", os.Environ())
	if err != nil {
		return nil, nil, err
	}
	templates, err := wiring.Templates(settings)
	if err != nil {
		return nil, nil, err
	}
	book, err := wiring.Law(settings)
	if err != nil {
		return nil, nil, err
	}
	store, err := wiring.Store(ctx, settings, book)
	if err != nil {
		return nil, nil, err
	}
	clock, err := wiring.Clock(ctx, store)
	if err != nil {
		store.Close()
		return nil, nil, err
	}
	options, err := wiring.Workers(settings, store, clock, templates)
	if err != nil {
		store.Close()
		return nil, nil, err
	}
	workers, err := pool.Start(c, options)
	if err != nil {
		store.Close()
		return nil, nil, err
	}
	return func() { workers.Stop(); store.Close() }, store.Statements, nil
}

// workBare runs the bare workflow, with pollers like the product's.
func workBare(c client.Client) (stop func(), err error) {
	if cached, err := strconv.Atoi(os.Getenv(envCached)); err == nil && cached > 0 {
		worker.SetStickyWorkflowCacheSize(cached)
	}
	w := worker.New(c, bare.TaskQueue, worker.Options{
		DisableRegistrationAliasing: true,
		WorkflowTaskPollerBehavior:  worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		ActivityTaskPollerBehavior:  worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
	})
	bare.Register(w)
	return w.Stop, w.Start()
}

// vitals tell the benchmark how a worker is.
type vitals struct {
	meter *Meter
	watch *stopwatch
	// statements counts what the product's worker sent to the database.
	statements func() int64
}

// Memory is what a worker holds after a garbage collection, in bytes.
type Memory struct {
	Heap       int64 `json:"heap"`
	RSS        int64 `json:"rss"`
	Goroutines int   `json:"goroutines"`
}

func (v vitals) serve(ctx context.Context, address string) (io.Closer, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /counts", func(w http.ResponseWriter, _ *http.Request) { answer(w, v.meter.Counts()) })
	mux.HandleFunc("GET /times", func(w http.ResponseWriter, _ *http.Request) { answer(w, v.watch.times()) })
	mux.HandleFunc("GET /acted", func(w http.ResponseWriter, _ *http.Request) { answer(w, v.watch.count()) })
	mux.HandleFunc("GET /statements", func(w http.ResponseWriter, _ *http.Request) { answer(w, v.statements()) })
	mux.HandleFunc("GET /memory", func(w http.ResponseWriter, _ *http.Request) {
		memory, err := readMemory()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer(w, memory)
	})
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("the vitals are no longer served", "error", err)
		}
	}()
	return server, nil
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the one client has gone; nobody is left to tell
}

func readMemory() (Memory, error) {
	debug.FreeOSMemory() // collects garbage and gives back what is free
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	rss, err := residentBytes()
	return Memory{Heap: int64(stats.HeapAlloc), RSS: rss, Goroutines: runtime.NumGoroutine()}, err //nolint:gosec // bytes of a heap fit
}

// residentBytes is the VmRSS of this process; 0 where the system does not tell.
func residentBytes() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, nil
}
