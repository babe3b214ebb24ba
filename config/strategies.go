package config

import "embed"

// Strategies holds the folder strategies/: the built-in strategies, one file
// each. How to write one is in docs/strategies.md.
//
//go:embed strategies/*.yaml
var Strategies embed.FS
