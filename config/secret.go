package config

import (
	"fmt"
	"log/slog"
)

// Secret is a value that is never printed: logs, dumps and errors show stars.
type Secret string

const masked = "***"

// Reveal is the secret itself, for the one place that uses it.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// Format hides the secret from every verb of package fmt, also the wrong ones.
func (s Secret) Format(out fmt.State, verb rune) {
	if verb == 'q' {
		_, _ = fmt.Fprintf(out, "%q", s.String())
		return
	}
	_, _ = fmt.Fprint(out, s.String())
}

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
