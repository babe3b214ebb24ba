package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

const usage = `Usage: relance-temporal -db FILE [flags]

Runs a complete Temporal server with its web UI in one process, for this machine only (127.0.0.1). All state is in one
SQLite file, which is created when it does not exist. When the server is ready it prints one JSON line:

  {"ready":true,"address":"127.0.0.1:7233","ui":"http://127.0.0.1:8233","namespace":"default"}

Flags:
`

// durability is what a power cut may cost. A crash or kill -9 of the server loses nothing either way.
type durability string

const (
	// durableFull syncs each commit to the disk.
	durableFull durability = "full"
	// durableNormal syncs at checkpoints: faster, and a power cut may lose the last commits.
	durableNormal durability = "normal"
	// durableOff leaves syncing to the system: a power cut may break the file. For tests.
	durableOff durability = "off"
)

type options struct {
	db           string
	port         int // 0 means any free port
	uiPort       int // 0 means any free port
	namespace    string
	retention    time.Duration
	durability   durability
	attributes   searchAttributes
	dynamic      dynamicconfig.StaticClient
	logLevel     string
	dieWithStdin bool
}

// parseOptions reads the command line. It writes the usage text itself when asked for it, and returns flag.ErrHelp.
func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{
		namespace:  "default",
		retention:  90 * day,
		durability: durableFull,
		dynamic:    singleMachineTuning(),
		logLevel:   "warn",
	}
	flags := flag.NewFlagSet("relance-temporal", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.db, "db", "", "database `file` (required)")
	flags.IntVar(&o.port, "port", 0, "gRPC `port` of the Temporal frontend; 0 chooses a free one")
	flags.IntVar(&o.uiPort, "ui-port", 0, "HTTP `port` of the web UI; 0 chooses a free one")
	flags.StringVar(&o.namespace, "namespace", o.namespace, "`name` of the namespace, created when it does not exist")
	flags.Func("retention", "how long closed workflows stay visible, in days or hours: `90d`, 36h (default 90d)", func(text string) (err error) {
		o.retention, err = parseRetention(text)
		return err
	})
	flags.Func("durability", "`full` syncs every commit; normal is faster, a power cut may lose the last commits; off is for tests, a power cut may break the file (default full)", func(text string) error {
		o.durability = durability(text)
		if known := []durability{durableFull, durableNormal, durableOff}; !slices.Contains(known, o.durability) {
			return errors.New("want full, normal or off")
		}
		return nil
	})
	flags.Func("search-attributes", "custom search attributes to register, as `Name=Type,...`; types: "+attributeTypeNames(), func(text string) (err error) {
		o.attributes, err = parseSearchAttributes(text)
		return err
	})
	flags.Func("dynamic-config", "`key=value` of the server's dynamic configuration; may be repeated", func(text string) error {
		return setDynamicConfig(o.dynamic, text)
	})
	flags.Func("log-level", "`level` of the log on standard error: debug, info, warn, error (default warn)", func(text string) error {
		o.logLevel = text
		if levels := []string{"debug", "info", "warn", "error"}; !slices.Contains(levels, text) {
			return fmt.Errorf("want one of %s", strings.Join(levels, ", "))
		}
		return nil
	})
	flags.BoolVar(&o.dieWithStdin, "die-with-stdin", false, "stop when standard input is closed, so that the server ends with the program that started it")

	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp { //nolint:errorlint // the flag package returns it bare
			flags.SetOutput(stderr)
			_, _ = io.WriteString(stderr, usage)
			flags.PrintDefaults()
			return options{}, flag.ErrHelp
		}
		return options{}, setupErrorf("%w (see -help)", err)
	}
	if flags.NArg() > 0 {
		return options{}, setupErrorf("unexpected argument %q (see -help)", flags.Arg(0))
	}
	return o, o.validate()
}

func (o options) validate() error {
	for name, port := range map[string]int{"-port": o.port, "-ui-port": o.uiPort} {
		if port < 0 || port > 65535 {
			return setupErrorf("%s %d is not a port: give a number from 1 to 65535, or 0 for any free one", name, port)
		}
	}
	switch {
	case o.db == "":
		return setupErrorf("-db is missing: give the path of the database file, which is created when it does not exist")
	case o.port != 0 && o.port == o.uiPort:
		return setupErrorf("-port and -ui-port are both %d: give them different ports", o.port)
	case o.namespace == "":
		return setupErrorf("-namespace is empty: give it a name such as \"default\"")
	}
	return nil
}

const day = 24 * time.Hour

// parseRetention reads "90d", or a Go duration in hours and less. The server keeps nothing for less than an hour.
func parseRetention(text string) (time.Duration, error) {
	var retention time.Duration
	if days, found := strings.CutSuffix(text, "d"); found {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, errors.New("want a whole number of days such as 90d")
		}
		retention = time.Duration(n) * day
	} else {
		var err error
		if retention, err = time.ParseDuration(text); err != nil {
			return 0, errors.New("want days such as 90d or hours such as 36h")
		}
	}
	if retention < time.Hour {
		return 0, errors.New("want one hour at least")
	}
	return retention, nil
}
