package config

import _ "embed"

//go:embed example.yaml
var example []byte

// Example is a configuration file with every setting, explained, to begin from.
func Example() []byte { return append([]byte(nil), example...) }
