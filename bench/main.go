// Command bench measures the product on the embedded servers, or on those it is pointed at, and tells each figure as a
// ratio to a bare workflow on the same servers in the same run.
//
//	go -C bench run .             the figures, in about eight minutes
//	go -C bench run . -quick      everything once at a small size, in a minute and a half
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"relance/bench/rig"
	"relance/bench/scenario"
)

func main() {
	if rig.IsWorker() {
		end(rig.WorkerProgram())
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	end(bench(ctx, os.Args[1:]))
}

func end(err error) {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func bench(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	result, err := run(ctx, o, os.Stdout)
	if err != nil {
		return err
	}
	fmt.Println()
	result.Table(os.Stdout)
	for _, word := range result.Trouble.Words {
		fmt.Println("  ", word)
	}
	if o.results == "" {
		return nil
	}
	paths, err := result.Save(o.results)
	if err == nil {
		fmt.Printf("\nWritten to %s and %s\n", paths[0], paths[1])
	}
	return err
}

func parse(args []string) (options, error) {
	full := scenario.Full()
	o := options{size: full, settings: map[string]string{}, binary: os.Getenv("RELANCE_TEMPORAL_BINARY")}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "run everything at a small size: shows that it works, not how fast")
	cases := flags.Int("cases", 0, fmt.Sprintf("how many `cases` are open meanwhile (default %d)", full.Cases))
	rounds := flags.Int("rounds", 0, fmt.Sprintf("how many `rounds` product and bare workflow take turns (default %d)", full.Rounds))
	block := flags.Int("block", 0, fmt.Sprintf("how many `cases` and payments one turn takes (default %d)", full.Block))
	steps := flags.Int("steps", 0, fmt.Sprintf("how many `steps` fall due in one turn (default %d)", full.Steps))
	debtors := flags.Int("debtors", 0, fmt.Sprintf("how many `debtors` are written to on the morning of the outreach (default %d)", full.Debtors))
	window := flags.Duration("window", 0, fmt.Sprintf("the `time` that the nine hours of the morning are compressed to (default %s)", full.Window))
	only := flags.String("only", "", "`parts` to measure, as memory,starts,payments,steps,history,morning,outreach; others have no figures then, and payments need starts")
	flags.StringVar(&o.temporal, "temporal-address", "", "`host:port` of an existing Temporal server, further described by TEMPORAL_* variables; by default the embedded one is started")
	flags.Func("temporal-setting", "`key=value` of the dynamic configuration of the Temporal server started here, to try it; may be repeated", func(text string) error {
		key, value, found := strings.Cut(text, "=")
		if !found {
			return fmt.Errorf("%q: write it like history.transferProcessorSchedulerWorkerCount=16", text)
		}
		o.settings[key] = value
		return nil
	})
	flags.StringVar(&o.database, "database-url", "", "`address` of an existing PostgreSQL, in which a database is made and dropped; by default a private one is started")
	flags.StringVar(&o.durability, "durability", "durable", "of the servers started here: durable, relaxed or disposable")
	flags.StringVar(&o.results, "results", "results", "`folder` for the results; empty writes none")
	flags.StringVar(&o.keep, "keep", "", "`folder` for the data of the run, kept afterwards; by default a temporary one")
	flags.StringVar(&o.profile, "profile", "", "`folder` for CPU profiles of the product's worker")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if *quick {
		o.size, o.results = scenario.Quick(), ""
	}
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	if *cases > 0 {
		o.size.Cases = *cases
		o.size.Cache = max(1, *cases/5)
	}
	for chosen, size := range map[*int]*int{rounds: &o.size.Rounds, block: &o.size.Block, steps: &o.size.Steps, debtors: &o.size.Debtors} {
		if *chosen > 0 {
			*size = *chosen
		}
	}
	if *window > 0 {
		o.size.Window = *window
	}
	if o.binary == "" && o.temporal == "" {
		var err error
		if o.binary, err = findTemporal(); err != nil {
			return o, err
		}
	}
	return o, nil
}

// findTemporal looks for the built server above the current folder.
func findTemporal() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for folder := here; ; folder = filepath.Dir(folder) {
		binary := filepath.Join(folder, ".build", "relance-temporal")
		if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
			return binary, err
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("the Temporal server is not built: build it with `./relance build`, or give -temporal-address")
		}
	}
}
