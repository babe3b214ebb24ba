package casefile

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/jackc/pgx/v5"

	"relance/money"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// statement is one named SQL statement of the query files.
type statement struct {
	name string
	// text has its arguments by position: $1 is the first of arguments.
	text string
	// arguments are the names after @ in the file.
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
		read, err := newStatement(name, text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		fields.Field(i).Set(reflect.ValueOf(read))
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

// newStatement reads the names of the arguments once, so that no call has to.
func newStatement(name, text string) (statement, error) {
	names := pgx.NamedArgs{}
	for _, match := range argumentPattern.FindAllStringSubmatch(text, -1) {
		names[match[1]] = match[1]
	}
	s := statement{name: name}
	text, positions, err := names.RewriteQuery(context.Background(), nil, "-- "+name+"\n"+text, nil)
	if err != nil {
		return s, fmt.Errorf("reading the statement %s: %w", name, err)
	}
	s.text = text
	for _, position := range positions {
		s.arguments = append(s.arguments, position.(string)) //nolint:forcetypeassert // its own name
	}
	return s, nil
}

// named are arguments by name.
type named map[string]any

// arguments are the values of a statement's arguments, in its order.
type arguments struct {
	of     statement
	values []any
	found  []bool
}

// with finds the statement's arguments in the sources: named values, or structs
// whose fields are arguments in snake case (LegalMentions is @legal_mentions; an
// amount Total is @total_minor and @total_currency; embedded structs count as
// their fields). The first source that has an argument wins. An argument that no
// source has makes the statement fail.
func (s statement) with(sources ...any) arguments {
	a := arguments{of: s, values: make([]any, len(s.arguments)), found: make([]bool, len(s.arguments))}
	for _, source := range sources {
		if values, ok := source.(named); ok {
			for i, name := range s.arguments {
				if value, has := values[name]; has {
					a.take(i, value)
				}
			}
			a.takeAmounts(values)
			continue
		}
		value := reflect.ValueOf(source)
		for _, column := range columnsOfType(value.Type()) {
			a.takeColumn(column, value)
		}
	}
	return a
}

var _ pgx.QueryRewriter = arguments{}

// RewriteQuery hands the values to pgx. An argument without a value is an error.
func (a arguments) RewriteQuery(context.Context, *pgx.Conn, string, []any) (string, []any, error) {
	if missing := slices.Index(a.found, false); missing >= 0 {
		return "", nil, fmt.Errorf("the statement %s has no value for @%s", a.of.name, a.of.arguments[missing])
	}
	return a.of.text, a.values, nil
}

func (a arguments) take(i int, value any) {
	if i >= 0 && !a.found[i] {
		a.values[i], a.found[i] = value, true
	}
}

// takeAmounts takes the named values that are two arguments each.
func (a arguments) takeAmounts(values named) {
	for name, value := range values {
		if amount, is := value.(money.Amount); is {
			a.takeAmount(name+minorSuffix, name+currencySuffix, amount)
		}
	}
}

func (a arguments) takeAmount(minor, currency string, amount money.Amount) {
	a.take(slices.Index(a.of.arguments, minor), amount.Minor())
	a.take(slices.Index(a.of.arguments, currency), string(amount.Currency()))
}

func (a arguments) takeColumn(c column, of reflect.Value) {
	if !c.isAmount {
		if i := slices.Index(a.of.arguments, c.name); i >= 0 {
			a.take(i, of.FieldByIndex(c.field).Interface())
		}
		return
	}
	if slices.Contains(a.of.arguments, c.minor) || slices.Contains(a.of.arguments, c.currency) {
		a.takeAmount(c.minor, c.currency, of.FieldByIndex(c.field).Interface().(money.Amount)) //nolint:forcetypeassert // isAmount
	}
}

// The two columns of an amount.
const (
	minorSuffix    = "_minor"
	currencySuffix = "_currency"
)

// column is a field of a struct as the tables name it.
type column struct {
	field    []int
	name     string
	isAmount bool
	// minor and currency are the names of an amount's two columns.
	minor, currency string
}

var columnsOfTypes sync.Map // of []column, by reflect.Type

// columnsOfType are the fields of a struct, those of embedded ones in their place.
func columnsOfType(t reflect.Type) []column {
	if known, is := columnsOfTypes.Load(t); is {
		return known.([]column) //nolint:forcetypeassert // nothing else is stored
	}
	var columns []column
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			for _, inner := range columnsOfType(field.Type) {
				inner.field = append([]int{i}, inner.field...)
				columns = append(columns, inner)
			}
			continue
		}
		if !field.IsExported() {
			continue
		}
		name := snakeCase(field.Name)
		columns = append(columns, column{
			field: []int{i}, name: name, isAmount: field.Type == reflect.TypeFor[money.Amount](),
			minor: name + minorSuffix, currency: name + currencySuffix,
		})
	}
	columnsOfTypes.Store(t, columns)
	return columns
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
