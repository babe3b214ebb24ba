package config

import "embed"

// Law holds the folder law/: reference rates, rules of late interest, payment
// terms and deadlines as dated tables. How to add a half-year is in
// docs/late-fees.md.
//
//go:embed law/*.csv
var Law embed.FS
