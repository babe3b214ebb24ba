package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"relance/config/strictyaml"
)

// Problem is one mistake in the configuration: in the file with its line, or in
// an environment variable, which is then the Field and "environment" the File.
type Problem = strictyaml.Problem

// Problems are all the mistakes in the configuration, as one error.
type Problems = strictyaml.Problems

// Default is the configuration before any file or variable is read.
func Default() Config {
	return Config{
		HTTP:    HTTP{Listen: "127.0.0.1:8080"},
		Letters: Letters{Provider: LettersByQueue},
		Mail:    Mail{SMTP: SMTP{TLS: "mandatory", Timeout: 25 * time.Second}},
		Sending: Sending{AmbiguousAfter: 30 * time.Minute},
		Inbound: Inbound{HoldDays: 3},
		Handoff: Handoff{CoolingOffDays: usualCoolingOff, LinkDays: usualLinkDays},
		Worker:  Worker{StopTimeout: 30 * time.Second},
		Log:     Log{Level: "info", Format: "text"},
	}
}

// Load reads the file, unless its path is empty, then the environment (as
// os.Environ gives it), which wins, and checks the result. The error is Problems
// with everything that is wrong, or that of a file that cannot be read.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	source := origin{variables: map[string]string{}}
	var problems Problems
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return c, fmt.Errorf("reading the configuration: %w", err)
		}
		source.file, problems = strictyaml.Decode(path, data, &c)
		c.StrategiesDir = beside(path, c.StrategiesDir)
		c.TemplatesDir = beside(path, c.TemplatesDir)
		c.Law.Folder = beside(path, c.Law.Folder)
	}
	problems = append(problems, source.override(&c, environ)...)
	problems = append(problems, check(&c, source, problems)...)
	return c, problems.Err()
}

// beside is a path that the configuration file gives relative to itself.
func beside(file, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// origin remembers where each setting was made, to report mistakes there.
type origin struct {
	file      strictyaml.Document
	variables map[string]string // by the key of the setting
}

func (o origin) problem(key, format string, args ...any) Problem {
	if variable := o.variable(key); variable != "" {
		return Problem{File: environment, Field: variable, Reason: fmt.Sprintf(format, args...)}
	}
	return o.file.Problem(key, format, args...)
}

// variable is the environment variable that gave a setting or what encloses it.
// Without a file, it is the one that could.
func (o origin) variable(key string) string {
	for enclosing := key; ; {
		if variable := o.variables[enclosing]; variable != "" {
			return variable
		}
		dot := strings.LastIndex(enclosing, ".")
		if dot < 0 {
			break
		}
		enclosing = enclosing[:dot]
	}
	if !o.file.Has("") {
		return variableOf(key)
	}
	return ""
}
