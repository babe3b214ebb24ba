// Package strictyaml reads the YAML files that people write: every mistake is
// reported at once, each with its file, line, field and reason, and nothing that
// was written is silently ignored.
//
// It reads a subset that everybody understands: one document of mappings, lists
// and plain values. Aliases, merge keys and tags are refused. A Go field has the
// name of its json tag.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxBytes is far beyond any file written by hand.
const maxBytes = 1 << 20

// Document remembers where each field of a file stands.
type Document struct {
	file  string
	lines map[string]int
}

// Decode reads a file into the struct that into points to. Fields that are not
// in the file keep their values. With problems, what could be read is still
// there, so that the caller can check it and report everything together.
func Decode(file string, data []byte, into any) (Document, Problems) {
	r := reader{Document: Document{file: file, lines: map[string]int{}}}
	if len(data) > maxBytes {
		return r.Document, Problems{r.Problem("", "the file is larger than %d bytes", maxBytes)}
	}
	root, problem := parse(file, data)
	if problem != nil {
		return r.Document, Problems{*problem}
	}
	r.readRoot(root, into)
	return r.Document, r.problems
}

// Has reports whether the file gives a field.
func (d Document) Has(field string) bool { return d.lines[field] > 0 }

// Problem is a mistake in a field. Its line is the field's own; that of what
// encloses it when the file does not give the field.
func (d Document) Problem(field, format string, args ...any) Problem {
	return Problem{File: d.file, Line: d.line(field), Field: field, Reason: fmt.Sprintf(format, args...)}
}

func (d Document) line(field string) int {
	for {
		if line := d.lines[field]; line > 0 {
			return line
		}
		enclosing := strings.LastIndexAny(field, ".[")
		if enclosing < 0 {
			return d.lines[""]
		}
		field = field[:enclosing]
	}
}

func parse(file string, data []byte) (*yaml.Node, *Problem) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, more yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, &Problem{File: file, Reason: "the file is empty"}
	case err != nil:
		return nil, syntaxProblem(file, err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, syntaxProblem(file, err)
		}
		return nil, &Problem{File: file, Line: more.Line, Reason: "the file holds more than one document (---): write one file for each"}
	}
	return document.Content[0], nil
}

var syntaxError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

func syntaxProblem(file string, err error) *Problem {
	problem := &Problem{File: file, Reason: "this is not YAML: " + err.Error()}
	if found := syntaxError.FindStringSubmatch(err.Error()); found != nil {
		problem.Line, _ = strconv.Atoi(found[1]) // no line stays 0
		problem.Reason = "this is not YAML: " + found[2]
	}
	return problem
}
