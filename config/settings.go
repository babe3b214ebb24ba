package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"relance/config/strictyaml"
)

// Setting is one value of the configuration, for documentation and help.
type Setting struct {
	// Key is the path in the file: "mail.sendgrid.api_key", "creditors[].name".
	Key string
	// Variable is the environment variable that overrides it, empty for what
	// stands in the file only.
	Variable string
	// Default is the value when nothing is given, as text.
	Default string
	// Doc says what the setting does.
	Doc string
	// Secret: it is never printed, and may come from a file that Variable_FILE names.
	Secret bool
}

// setting is a Setting with the place of its value.
type setting struct {
	Setting
	value reflect.Value
}

// Settings lists every setting in the order of the file.
func Settings() []Setting {
	c := Default()
	c.Creditors = []Creditor{{Colleagues: make([]Colleague, 1), Mediators: make([]Mediator, 1)}}
	c.Creditors[0].Contact.Countries = make([]CountryContact, 1)
	c.Handoff.Partners = make([]Partner, 1)
	var settings []Setting
	for _, s := range settingsOf(reflect.ValueOf(&c).Elem(), "") {
		settings = append(settings, s.Setting)
	}
	return settings
}

func settingsOf(section reflect.Value, prefix string) []setting {
	var settings []setting
	for field, value := range section.Fields() {
		key := prefix + strictyaml.FieldName(field)
		switch {
		case value.Kind() == reflect.Struct:
			settings = append(settings, settingsOf(value, key+".")...)
		case value.Kind() == reflect.Slice:
			settings = append(settings, setting{Setting: Setting{Key: key, Doc: field.Tag.Get("doc")}, value: value})
			if value.Len() > 0 && value.Index(0).Kind() == reflect.Struct {
				settings = append(settings, settingsOf(value.Index(0), key+"[].")...)
			}
		default:
			settings = append(settings, setting{Setting: describe(key, field, value), value: value})
		}
	}
	return settings
}

func describe(key string, field reflect.StructField, value reflect.Value) Setting {
	s := Setting{
		Key: key, Doc: field.Tag.Get("doc"), Default: defaultText(value),
		Secret: field.Type == secretType || field.Type == secretsType,
	}
	if !strings.Contains(key, "[]") {
		s.Variable = variableOf(key)
	}
	return s
}

func defaultText(value reflect.Value) string {
	switch {
	case value.Kind() == reflect.Map || value.IsZero() && value.Kind() == reflect.String:
		return ""
	case value.Type() == reflect.TypeFor[time.Duration]():
		return shortDuration(time.Duration(value.Int()))
	default:
		return fmt.Sprint(value.Interface())
	}
}

// shortDuration writes 30m, not 30m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
