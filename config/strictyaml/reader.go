package strictyaml

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reader walks a file and the Go value it fills side by side.
type reader struct {
	Document
	problems Problems
}

func (r *reader) refuse(field, format string, args ...any) {
	r.problems = append(r.problems, r.Problem(field, format, args...))
}

func (r *reader) readRoot(root *yaml.Node, into any) {
	r.lines[""] = root.Line
	value := reflect.ValueOf(into).Elem()
	if root.Kind != yaml.MappingNode {
		r.refuse("", "the file must hold fields (key: value), such as %s", strings.Join(Fields(value.Type()), ", "))
		return
	}
	r.read(root, "", value)
}

func (r *reader) read(node *yaml.Node, field string, into reflect.Value) {
	switch {
	case !r.isPlain(node, field):
	case isScalar(into.Type()) && !isWrittenOut(node, into.Type()):
		r.readScalar(node, field, into)
	case into.Kind() == reflect.Struct:
		r.readStruct(node, field, into)
	case into.Kind() == reflect.Slice:
		r.readList(node, field, into)
	default:
		r.readMap(node, field, into)
	}
}

// isWrittenOut reports whether fields are given for a type that may also be written as
// one value.
func isWrittenOut(node *yaml.Node, t reflect.Type) bool {
	hasFields := t.Kind() == reflect.Map || t.Kind() == reflect.Struct && len(Fields(t)) > 0
	return node.Kind == yaml.MappingNode && hasFields
}

// isPlain refuses what makes a file mean something else than it shows.
func (r *reader) isPlain(node *yaml.Node, field string) bool {
	switch {
	case node.Kind == yaml.AliasNode:
		r.refuse(field, "aliases (*%s) are not allowed: write the value out", node.Value)
	case strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!"):
		r.refuse(field, "the tag %s is not allowed: write the value alone", node.Tag)
	case node.ShortTag() == "!!null":
		r.refuse(field, "has no value: give it one or remove the line")
	default:
		return true
	}
	return false
}

func (r *reader) readScalar(node *yaml.Node, field string, into reflect.Value) {
	if node.Kind != yaml.ScalarNode {
		r.refuse(field, "must be one value, not %s", describe(node))
		return
	}
	if err := SetText(into, node.Value); err != nil {
		r.refuse(field, "%s", err)
	}
}

func (r *reader) readStruct(node *yaml.Node, field string, into reflect.Value) {
	r.eachEntry(node, field, func(key string, value *yaml.Node) {
		path := join(field, key)
		for candidate, target := range into.Fields() {
			if name := FieldName(candidate); name != "" && name == key {
				r.read(value, path, target)
				return
			}
		}
		known := Fields(into.Type())
		if near := Nearest(key, known); near != "" {
			r.refuse(path, "there is no such field: did you mean %s?", near)
			return
		}
		r.refuse(path, "there is no such field: the fields here are %s", strings.Join(known, ", "))
	})
}

func (r *reader) readMap(node *yaml.Node, field string, into reflect.Value) {
	entries := reflect.MakeMap(into.Type())
	r.eachEntry(node, field, func(key string, value *yaml.Node) {
		entry := reflect.New(into.Type().Elem()).Elem()
		r.read(value, join(field, key), entry)
		entries.SetMapIndex(reflect.ValueOf(key), entry)
	})
	into.Set(entries)
}

// eachEntry visits the fields of a mapping, each once.
func (r *reader) eachEntry(node *yaml.Node, field string, visit func(key string, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.refuse(field, "must hold fields (key: value), not %s", describe(node))
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.refuse(field, "line %d does not begin with the name of a field", key.Line)
			continue
		}
		path := join(field, key.Value)
		if first := r.lines[path]; first > 0 {
			r.problems = append(r.problems, Problem{
				File: r.file, Line: key.Line, Field: path, Reason: fmt.Sprintf("is written twice, first on line %d", first),
			})
			continue
		}
		r.lines[path] = key.Line
		visit(key.Value, value)
	}
}

func (r *reader) readList(node *yaml.Node, field string, into reflect.Value) {
	if node.Kind != yaml.SequenceNode {
		r.refuse(field, "must be a list, not %s: write [one, two], or one line with - for each", describe(node))
		return
	}
	list := reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content))
	for i, item := range node.Content {
		path := fmt.Sprintf("%s[%d]", field, i+1)
		r.lines[path] = item.Line
		r.read(item, path, list.Index(i))
	}
	into.Set(list)
}

func join(field, key string) string {
	if field == "" {
		return key
	}
	return field + "." + key
}

func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "fields"
	case yaml.SequenceNode:
		return "a list"
	default:
		return strconv.Quote(shortened(node.Value))
	}
}
