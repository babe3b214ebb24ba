package strictyaml

import (
	"reflect"
	"strings"
)

// Fields lists the names a struct's fields have in a file, in order.
func Fields(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		if name := FieldName(field); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// FieldName is the name of a field in a file, empty when it has none there.
func FieldName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Nearest is the known word that a mistyped one was meant to be, empty when none
// is close.
func Nearest(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, candidate := range known {
		if d := distance(word, candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
