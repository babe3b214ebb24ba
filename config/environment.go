package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"relance/config/strictyaml"
)

const (
	// environment stands for the file in problems with variables.
	environment = "environment"
	// envPrefix begins the name of every environment variable of the product.
	envPrefix = "RELANCE_"
	// fileSuffix ends a variable that names a file with a secret in it.
	fileSuffix = "_FILE"
)

var (
	secretType  = reflect.TypeFor[Secret]()
	secretsType = reflect.TypeFor[map[string]Secret]()
)

// override sets what environment variables name. Empty variables count as not
// given, because compose files and service managers set them so.
func (o origin) override(c *Config, environ []string) Problems {
	given := map[string]string{}
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); value != "" && strings.HasPrefix(name, envPrefix) {
			given[name] = value
		}
	}
	var problems Problems
	for _, s := range settingsOf(reflect.ValueOf(c).Elem(), "") {
		if s.Variable == "" {
			continue
		}
		value, variable, err := s.lookUp(given)
		if variable == "" {
			continue
		}
		o.variables[s.Key] = variable
		if err == nil {
			err = s.set(value)
		}
		if err != nil {
			problems = append(problems, Problem{File: environment, Field: variable, Reason: err.Error()})
		}
	}
	return append(problems, unknownVariables(given)...)
}

// lookUp finds the value of a setting and the variable that gave it; no
// variable, when there is none. A secret may stand in a file that the variable
// names.
func (s setting) lookUp(given map[string]string) (value, variable string, err error) {
	value = given[s.Variable]
	if value != "" {
		variable = s.Variable
	}
	file := given[s.Variable+fileSuffix]
	switch {
	case !s.Secret || file == "":
		return value, variable, nil
	case value != "":
		return "", s.Variable + fileSuffix, fmt.Errorf("%s is given too: keep one of them", s.Variable)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", s.Variable + fileSuffix, fmt.Errorf("reading the secret: %w", err)
	}
	return strings.TrimRight(string(content), "\r\n"), s.Variable + fileSuffix, nil
}

func (s setting) set(text string) error {
	if s.value.Type() != secretsType {
		return strictyaml.SetText(s.value, text)
	}
	secrets := map[string]Secret{}
	for pair := range strings.SplitSeq(text, ",") {
		name, secret, found := strings.Cut(strings.TrimSpace(pair), "=")
		if !found || name == "" || secret == "" {
			return fmt.Errorf("must be a list of name=secret, separated by commas")
		}
		if _, twice := secrets[name]; twice {
			return fmt.Errorf("%s is given twice", name)
		}
		secrets[name] = Secret(secret)
	}
	s.value.Set(reflect.ValueOf(secrets))
	return nil
}

// unknownVariables refuses mistyped names: those that begin like a section of
// the configuration. Other variables of the product belong to other programs.
func unknownVariables(given map[string]string) Problems {
	var known, sections []string
	for _, s := range Settings() {
		if s.Variable == "" {
			continue
		}
		known = append(known, s.Variable)
		if s.Secret {
			known = append(known, s.Variable+fileSuffix)
		}
		if section, _, nested := strings.Cut(s.Key, "."); nested {
			sections = append(sections, variableOf(section)+"_")
		}
	}
	var problems Problems
	for name := range given {
		begins := func(section string) bool { return strings.HasPrefix(name, section) }
		if slices.Contains(known, name) || !slices.ContainsFunc(sections, begins) {
			continue
		}
		reason := "there is no such setting: docs/configuration.md lists them"
		if near := strictyaml.Nearest(name, known); near != "" {
			reason = fmt.Sprintf("there is no such setting: did you mean %s?", near)
		}
		problems = append(problems, Problem{File: environment, Field: name, Reason: reason})
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	return problems
}

func variableOf(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
