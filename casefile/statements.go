package casefile

import (
	"embed"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"relance/money"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// statement is one named SQL statement of the query files.
type statement struct {
	name string
	text string
	// arguments are the names after @ in the text.
	arguments []string
}

var argumentPattern = regexp.MustCompile(`@([a-z][a-z0-9_]*)`)

// loadStatements reads the query files, in which "-- name: LockCase" begins each
// statement, and finds one for every field of statements.
func loadStatements() (*statements, error) {
	texts, err := readQueryFiles()
	if err != nil {
		return nil, err
	}
	loaded := &statements{}
	fields := reflect.ValueOf(loaded).Elem()
	var faults []error
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		text, found := texts[name]
		if !found {
			faults = append(faults, fmt.Errorf("no query file has the statement %s", name))
			continue
		}
		delete(texts, name)
		fields.Field(i).Set(reflect.ValueOf(newStatement(name, text)))
	}
	for name := range texts {
		faults = append(faults, fmt.Errorf("the statement %s of the query files is not used", name))
	}
	return loaded, errors.Join(faults...)
}

func readQueryFiles() (map[string]string, error) {
	files, err := queryFiles.ReadDir("queries")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, file := range files {
		content, err := queryFiles.ReadFile("queries/" + file.Name())
		if err != nil {
			return nil, err
		}
		for _, section := range strings.Split(string(content), "-- name: ")[1:] {
			name, text, _ := strings.Cut(section, "\n")
			name = strings.TrimSpace(name)
			if _, twice := texts[name]; twice {
				return nil, fmt.Errorf("%s: the statement %s is defined twice", file.Name(), name)
			}
			texts[name] = strings.TrimSpace(text)
		}
	}
	return texts, nil
}

func newStatement(name, text string) statement {
	s := statement{name: name, text: "-- " + name + "\n" + text}
	for _, match := range argumentPattern.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(s.arguments, match[1]) {
			s.arguments = append(s.arguments, match[1])
		}
	}
	return s
}

// named are arguments by name.
type named map[string]any

// with finds the statement's arguments in the sources: named values, or structs
// whose fields are arguments in snake case (LegalMentions is @legal_mentions; an
// amount Total is @total_minor and @total_currency; embedded structs count as
// their fields). The first source that has an argument wins. An argument that no
// source has makes the statement fail.
func (s statement) with(sources ...any) pgx.StrictNamedArgs {
	found := pgx.StrictNamedArgs{}
	for _, source := range sources {
		if values, ok := source.(named); ok {
			for name, value := range values {
				s.take(found, name, value)
			}
			continue
		}
		s.takeFields(found, reflect.ValueOf(source))
	}
	return found
}

func (s statement) takeFields(found pgx.StrictNamedArgs, source reflect.Value) {
	for i := range source.NumField() {
		field, value := source.Type().Field(i), source.Field(i)
		if field.Anonymous && value.Kind() == reflect.Struct {
			s.takeFields(found, value)
			continue
		}
		if !field.IsExported() {
			continue
		}
		s.take(found, snakeCase(field.Name), value.Interface())
	}
}

func (s statement) take(found pgx.StrictNamedArgs, name string, value any) {
	if amount, ok := value.(money.Amount); ok {
		s.take(found, name+"_minor", amount.Minor())
		s.take(found, name+"_currency", string(amount.Currency()))
		return
	}
	if _, known := found[name]; !known && slices.Contains(s.arguments, name) {
		found[name] = value
	}
}

// snakeCase is the column name of a Go field: "VATID" and "SenderEmail" are
// "vat_id" and "sender_email".
func snakeCase(field string) string {
	var name strings.Builder
	letters := []rune(strings.ReplaceAll(field, "VATID", "VatID"))
	for i, letter := range letters {
		startsWord := i > 0 && unicode.IsUpper(letter) &&
			(!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if startsWord {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToLower(letter))
	}
	return name.String()
}
