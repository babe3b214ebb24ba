package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// curlExample is a call that can be copied: the required members of the body
// with their examples.
func curlExample(description *huma.OpenAPI, o *huma.Operation) string {
	path := o.Path
	for _, parameter := range o.Parameters {
		if parameter.In == "path" {
			path = strings.ReplaceAll(path, "{"+parameter.Name+"}", fmt.Sprint(example(parameter.Name, parameter.Schema)))
		}
	}
	lines := []string{`curl "$RELANCE_URL` + path + `"`}
	if o.Security == nil {
		lines = append(lines, `-H "Authorization: Bearer $RELANCE_KEY"`)
	}
	if o.RequestBody == nil {
		return strings.Join(lines, " \\\n  ")
	}
	content, isJSON := o.RequestBody.Content["application/json"]
	if !isJSON {
		return strings.Join(append(lines, "--data-binary @ledger.csv"), " \\\n  ")
	}
	lines = append(lines, `--json '`+exampleBody(description, content.Schema)+`'`)
	return strings.Join(lines, " \\\n  ")
}

// exampleBody are the required members of a body.
func exampleBody(description *huma.OpenAPI, schema *huma.Schema) string {
	if schema.Ref != "" {
		schema = description.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	var members []string
	for _, name := range schema.Required {
		property := schema.Properties[name]
		if property.Ref != "" {
			inner := description.Components.Schemas.SchemaFromRef(property.Ref)
			if named, found := inner.Properties["name"]; found {
				members = append(members, fmt.Sprintf(`"%s": {"name": %s}`, name, asJSON(example("name", named))))
			}
			continue
		}
		members = append(members, fmt.Sprintf(`"%s": %s`, name, asJSON(example(name, property))))
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// example is a value to show for a member or a parameter.
func example(name string, schema *huma.Schema) any {
	switch {
	case len(schema.Examples) > 0:
		return schema.Examples[0]
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type == huma.TypeInteger:
		return 1
	default:
		return strings.ToUpper(name)
	}
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return strconv.Quote(fmt.Sprint(value))
	}
	return string(text)
}
