package config

import "embed"

// Templates holds the folder templates/: the built-in mails, SMS and letters in
// French and English. How to write one is in docs/templates.md.
//
//go:embed templates
var Templates embed.FS
