package api

import (
	"regexp"
	"strings"
)

// frameworkWords say what the framework finds wrong in the words of the other
// problems: what is wrong with the value, and what to write. $1 is what the framework
// names.
var frameworkWords = []struct {
	said  *regexp.Regexp
	words string
}{
	{regexp.MustCompile(`^unexpected property$`), "is not known here: check its spelling"},
	{regexp.MustCompile(`^unknown query parameter$`), "is not known here: check its spelling"},
	{regexp.MustCompile(`^expected string to be RFC 3339 date$`), "is not a date: write it like 2026-11-30"},
	{regexp.MustCompile(`^expected string to be RFC 3339 date-time$`), "is not a time: write it like 2026-11-30T09:00:00Z"},
	{regexp.MustCompile(`^expected length >= 1$`), "is empty"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "is shorter than $1 characters"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "is longer than $1 characters"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "has fewer than $1 items"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "has more than $1 items"},
	{regexp.MustCompile(`^expected value to be one of "(.*?)(?:, )?"$`), "must be one of $1"},
	{regexp.MustCompile(`^expected number >= (.+)$`), "must be at least $1"},
	{regexp.MustCompile(`^expected number <= (.+)$`), "must be at most $1"},
	{regexp.MustCompile(`^(?:expected|invalid) integer$`), "must be a whole number"},
	{regexp.MustCompile(`^(?:expected|invalid) (boolean|number|string)$`), "must be a $1"},
	{regexp.MustCompile(`^expected (array|object)$`), "must be an $1"},
	{regexp.MustCompile(`cannot unmarshal number (\S+) into Go value`), "the number $1 is too large"},
}

var missingProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// worded is a fault that the framework found.
func worded(field, value, said string) Fault {
	if missing := missingProperty.FindStringSubmatch(said); missing != nil {
		return Fault{Field: strings.TrimPrefix(field+"."+missing[1], "."), Reason: "is missing"}
	}
	for _, known := range frameworkWords {
		if at := known.said.FindStringSubmatchIndex(said); at != nil {
			return Fault{Field: field, Value: value, Reason: string(known.said.ExpandString(nil, known.words, said, at))}
		}
	}
	return Fault{Field: field, Value: value, Reason: said}
}
