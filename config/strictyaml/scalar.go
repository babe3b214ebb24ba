package strictyaml

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

var (
	durationType        = reflect.TypeFor[time.Duration]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isScalar reports whether values of a type are written as one plain value.
func isScalar(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textUnmarshalerType) {
		return true
	}
	return t.Kind() != reflect.Struct && t.Kind() != reflect.Slice && t.Kind() != reflect.Map
}

// SetText sets a string, whole number, number, truth value, duration or a type
// that reads its own text. The error says what was expected, without the field.
func SetText(into reflect.Value, text string) error {
	if own, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return own.UnmarshalText([]byte(text))
	}
	if into.Type() == durationType {
		return setDuration(into, text)
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", shortened(text))
		}
		into.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return fmt.Errorf("%q is not a number", shortened(text))
		}
		into.SetFloat(n)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", shortened(text))
		}
		into.SetBool(text == "true")
	default:
		return fmt.Errorf("a value cannot be read into a Go %s", into.Type())
	}
	return nil
}

func setDuration(into reflect.Value, text string) error {
	duration, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a duration: write it like 30s, 15m or 2h", shortened(text))
	}
	into.SetInt(int64(duration))
	return nil
}

// shortened keeps what a person needs to recognise a value they wrote.
func shortened(text string) string {
	const enough = 40
	runes := []rune(text)
	if len(runes) <= enough {
		return text
	}
	return string(runes[:enough]) + "…"
}
