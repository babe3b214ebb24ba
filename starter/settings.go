package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"relance/collection/strategyfile"
	"relance/config"
	"relance/law"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
	"relance/wiring"
)

// settings is the configuration with what was made of it.
type settings struct {
	file       string
	config     config.Config
	templates  *compose.Templates
	strategies strategyfile.Set
	// findings are what is to be said about the texts of the installation.
	findings []lint.Finding
	law      law.Book
	// ownLaw is the folder of law tables of a machine of its own, there or not;
	// empty with a database elsewhere.
	ownLaw string
}

// settings reads the configuration, the strategies, the templates and the law
// tables, and tells everything that is wrong with them at once.
func (p *program) settings() (*settings, error) { return p.settingsOf(p.cli.Config) }

func (p *program) settingsOf(file string) (*settings, error) {
	s := &settings{file: file}
	var problems []error
	var err error
	if s.config, err = config.Load(s.file, os.Environ()); err != nil {
		problems = append(problems, err)
	}
	if s.templates, err = wiring.Templates(s.config); err != nil {
		problems = append(problems, err)
	} else if s.strategies, err = wiring.Strategies(s.config, s.templates); err != nil {
		problems = append(problems, err)
	} else if s.findings, err = wiring.Lint(s.templates, s.strategies); err != nil {
		problems = append(problems, err)
	}
	if s.config.Database.URL == "" {
		s.ownLaw = filepath.Join(p.cli.Data, "law")
	}
	if s.law, err = s.readLaw(); err != nil {
		problems = append(problems, err)
	}
	p.zones = zonesOf(s.config.Creditors)
	return s, errors.Join(problems...)
}

// readLaw reads the law tables as they stand now: the built-in ones, and on top
// of them those of the configured folder, or else of the machine's own.
func (s *settings) readLaw() (law.Book, error) {
	if info, err := os.Stat(s.ownLaw); s.config.Law.Folder == "" && err == nil && info.IsDir() {
		s.config.Law.Folder = s.ownLaw
	}
	return wiring.Law(s.config)
}

// quiet keeps the logs of short commands to what went wrong.
func quiet(c config.Log) config.Log {
	c.Level = "error"
	return c
}

// findStrategy reads "name" or "name@version".
func findStrategy(set strategyfile.Set, name string) (strategyfile.Definition, error) {
	plain, version, pinned := strings.Cut(name, "@")
	if !pinned {
		return set.Newest(plain)
	}
	var number int
	if _, err := fmt.Sscanf(version, "%d", &number); err != nil {
		return strategyfile.Definition{}, fmt.Errorf("%q is not a version: write %s@1", version, plain)
	}
	definition, found := set.Version(plain, number)
	if !found {
		return definition, fmt.Errorf("there is no version %d of the strategy %q", number, plain)
	}
	return definition, nil
}
