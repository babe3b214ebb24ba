package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/searchattribute/sadefs"
)

// searchAttributes are custom search attributes by name.
type searchAttributes map[string]enumspb.IndexedValueType

// attributeTypes are the types by the name a person writes.
func attributeTypes() searchAttributes {
	return searchAttributes{
		"Bool":        enumspb.INDEXED_VALUE_TYPE_BOOL,
		"Datetime":    enumspb.INDEXED_VALUE_TYPE_DATETIME,
		"Double":      enumspb.INDEXED_VALUE_TYPE_DOUBLE,
		"Int":         enumspb.INDEXED_VALUE_TYPE_INT,
		"Keyword":     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"KeywordList": enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST,
		"Text":        enumspb.INDEXED_VALUE_TYPE_TEXT,
	}
}

func attributeTypeNames() string {
	return strings.Join(slices.Sorted(maps.Keys(attributeTypes())), ", ")
}

// attributeName is what can be used in a query without quoting.
var attributeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// parseSearchAttributes reads "Name=Keyword,Name2=Datetime". All faults are reported at once.
func parseSearchAttributes(text string) (searchAttributes, error) {
	attributes := searchAttributes{}
	types := attributeTypes()
	var errs []error
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		name, typeName, found := strings.Cut(item, "=")
		kind, known := types[typeName]
		switch {
		case !found:
			errs = append(errs, fmt.Errorf("%q has no type: want Name=Type", item))
		case !attributeName.MatchString(name):
			errs = append(errs, fmt.Errorf("%q is not a name: want letters, digits and underscores, a letter first", name))
		case sadefs.IsReserved(name):
			errs = append(errs, fmt.Errorf("%q is a name that Temporal keeps for itself", name))
		case !known:
			errs = append(errs, fmt.Errorf("%s has the unknown type %q: want one of %s", name, typeName, attributeTypeNames()))
		case attributes[name] != 0 && attributes[name] != kind:
			errs = append(errs, fmt.Errorf("%s is given twice with different types", name))
		default:
			attributes[name] = kind
		}
	}
	return attributes, errors.Join(errs...)
}

// assignColumns gives each wanted attribute a column of its type in the visibility table. A namespace stores the
// assignment as aliases, column -> name; those already there keep their column. It returns the aliases with the new
// ones added, and whether any was.
func assignColumns(aliases map[string]string, wanted searchAttributes) (map[string]string, bool, error) {
	columns := sadefs.GetDBIndexSearchAttributes(nil).GetCustomSearchAttributes()
	assigned := maps.Clone(aliases)
	if assigned == nil {
		assigned = map[string]string{}
	}
	columnOf := map[string]string{}
	for column, name := range aliases {
		columnOf[name] = column
	}

	var errs []error
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		kind := wanted[name]
		if column, exists := columnOf[name]; exists {
			if has := columns[column]; has != kind {
				errs = append(errs, fmt.Errorf("search attribute %s already exists as %s and cannot become %s: choose another name", name, has, kind))
			}
			continue
		}
		column, free := freeColumn(columns, assigned, kind)
		if !free {
			errs = append(errs, fmt.Errorf("no room for search attribute %s: all columns of type %s are taken", name, kind))
			continue
		}
		assigned[column] = name
	}
	return assigned, len(assigned) > len(aliases), errors.Join(errs...)
}

// freeColumn is the first unassigned column of a type.
func freeColumn(columns searchAttributes, assigned map[string]string, kind enumspb.IndexedValueType) (string, bool) {
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		if _, taken := assigned[column]; !taken && columns[column] == kind {
			return column, true
		}
	}
	return "", false
}
