package api

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// reference is the API as the page shows it.
type reference struct {
	Title, Version, Description string
	Style                       template.CSS
	Groups                      []referenceGroup
	Schemas                     []referenceSchema
	Problems                    []referenceProblem
}

type referenceGroup struct {
	Name, Description string
	Operations        []referenceOperation
}

type referenceOperation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []referenceField
	Body                                   string // the schema, when the body is JSON
	BodyTypes                              string // the content types, when it is a file
	Answers                                []referenceAnswer
	Problems                               []referenceProblem
	Curl                                   string
}

type referenceAnswer struct {
	Status, Description, Schema string
	Kinds                       []string // the content types, when it is not JSON
}

type referenceSchema struct {
	Name   string
	Fields []referenceField
}

// referenceField is a parameter or a member of a schema.
type referenceField struct {
	Name, Place, Kind, Schema, Description string
	Required                               bool
}

type referenceProblem struct {
	Code, Title, Meaning string
	Status               int
}

func newReference(description *huma.OpenAPI, operations []*huma.Operation) reference {
	told := reference{
		Title: description.Info.Title, Version: description.Info.Version, Description: description.Info.Description,
		Style: template.CSS(docsStyle), //nolint:gosec // our own file
	}
	groups := map[string][]referenceOperation{}
	for _, o := range operations {
		groups[o.Tags[0]] = append(groups[o.Tags[0]], newReferenceOperation(description, o))
	}
	for _, tag := range description.Tags {
		told.Groups = append(told.Groups, referenceGroup{Name: tag.Name, Description: tag.Description, Operations: groups[tag.Name]})
	}
	schemas := description.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		told.Schemas = append(told.Schemas, referenceSchema{Name: name, Fields: newReferenceFields(schemas[name])})
	}
	for _, kind := range problemKinds() {
		told.Problems = append(told.Problems, referenceProblem{Code: string(kind.code), Title: kind.title, Meaning: kind.meaning, Status: kind.status})
	}
	return told
}

func newReferenceOperation(description *huma.OpenAPI, o *huma.Operation) referenceOperation {
	told := referenceOperation{ID: o.OperationID, Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Description}
	for _, parameter := range o.Parameters {
		told.Parameters = append(told.Parameters, referenceField{
			Name: parameter.Name, Place: parameter.In, Kind: kindOf(parameter.Schema), Description: parameter.Description, Required: parameter.Required,
		})
	}
	if o.RequestBody != nil {
		if content, isJSON := o.RequestBody.Content["application/json"]; isJSON {
			told.Body = schemaName(content.Schema)
		} else {
			told.BodyTypes = strings.Join(slices.Sorted(maps.Keys(o.RequestBody.Content)), ", ")
		}
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		answer := o.Responses[status]
		if _, isProblem := answer.Content[problemContentType]; isProblem {
			told.Problems = append(told.Problems, problemsOf(answer)...)
			continue
		}
		known := referenceAnswer{Status: status, Description: answer.Description}
		for _, contentType := range slices.Sorted(maps.Keys(answer.Content)) {
			if name := schemaName(answer.Content[contentType].Schema); name != "" {
				known.Schema = name
			} else {
				known.Kinds = append(known.Kinds, contentType)
			}
		}
		told.Answers = append(told.Answers, known)
	}
	told.Curl = curlExample(description, o)
	return told
}

// problemsOf are the problems that an answer of the description stands for.
func problemsOf(answer *huma.Response) []referenceProblem {
	var problems []referenceProblem
	for code := range strings.SplitSeq(strings.TrimPrefix(answer.Description, problemPrefix), ", ") {
		kind := problemCode(code).kind()
		problems = append(problems, referenceProblem{Code: code, Title: kind.title, Meaning: kind.meaning, Status: kind.status})
	}
	return problems
}

func newReferenceFields(schema *huma.Schema) []referenceField {
	var fields []referenceField
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name]
		fields = append(fields, referenceField{
			Name: name, Kind: kindOf(property), Schema: schemaName(property), Description: property.Description,
			Required: slices.Contains(schema.Required, name),
		})
	}
	slices.SortStableFunc(fields, func(x, y referenceField) int {
		return cmp.Compare(boolRank(!x.Required), boolRank(!y.Required))
	})
	return fields
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// kindOf is the type of a value in words: "date", "list of Contact", "one of …".
func kindOf(schema *huma.Schema) string {
	switch {
	case schema.Ref != "":
		return schemaName(schema)
	case schema.Type == huma.TypeArray:
		return "list of " + kindOf(schema.Items)
	case len(schema.Enum) > 0:
		words := make([]string, 0, len(schema.Enum))
		for _, word := range schema.Enum {
			words = append(words, fmt.Sprint(word))
		}
		return strings.Join(words, " | ")
	case schema.Format == "date", schema.Format == "date-time":
		return schema.Format
	case schema.Type == "":
		return "decimal, text or number"
	case schema.Pattern != "" && strings.Contains(schema.Pattern, `\d`):
		return "decimal, text"
	case schema.Type == huma.TypeObject && schema.AdditionalProperties != nil:
		return "object"
	default:
		return schema.Type
	}
}

// schemaName is the name of the schema that a value or the items of a list have.
func schemaName(schema *huma.Schema) string {
	if schema == nil {
		return ""
	}
	if schema.Type == huma.TypeArray {
		schema = schema.Items
	}
	return strings.TrimPrefix(schema.Ref, "#/components/schemas/")
}
