package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"relance/config/strictyaml"
)

// Default is the configuration before any file or variable is read.
func Default() Config {
	return Config{
		HTTP:    HTTP{Listen: "127.0.0.1:8080"},
		Sending: Sending{AmbiguousAfter: 30 * time.Minute},
		Worker:  Worker{StopTimeout: 30 * time.Second},
		Log:     Log{Level: "info", Format: "text"},
	}
}

// envPrefix begins the name of every environment variable of the product.
const envPrefix = "RELANCE_"

// Load reads the file, unless its path is empty, then the environment (as
// os.Environ gives it), which wins. The error lists everything that is wrong.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	var problems strictyaml.Problems
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return c, fmt.Errorf("reading the configuration: %w", err)
		}
		_, problems = strictyaml.Decode(path, data, &c)
	}
	variables := map[string]string{}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		variables[name] = value
	}
	problems = append(problems, override(reflect.ValueOf(&c).Elem(), envPrefix, variables)...)
	return c, problems.Err()
}

// override sets the plain values that an environment variable names.
func override(into reflect.Value, prefix string, variables map[string]string) strictyaml.Problems {
	var problems strictyaml.Problems
	for i := range into.NumField() {
		name := prefix + strings.ToUpper(strictyaml.FieldName(into.Type().Field(i)))
		field := into.Field(i)
		switch field.Kind() {
		case reflect.Struct:
			problems = append(problems, override(field, name+"_", variables)...)
		case reflect.Slice, reflect.Map:
			continue // lists and maps stand in the file
		default:
			value, given := variables[name]
			if !given || value == "" {
				continue
			}
			if err := strictyaml.SetText(field, value); err != nil {
				problems = append(problems, strictyaml.Problem{File: "environment", Field: name, Reason: err.Error()})
			}
		}
	}
	return problems
}
