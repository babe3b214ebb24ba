package strategyfile

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"relance/collection"
	"relance/config"
)

var writeSchema = flag.Bool("write-schema", false, "write docs/strategy.schema.json anew from the Go types")

const schemaFile = "../../docs/strategy.schema.json"

type object = map[string]any

// newRegistry knows the types that may be written in two ways.
func newRegistry() huma.Registry {
	registry := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	registry.RegisterTypeAlias(reflect.TypeFor[approval](), reflect.TypeFor[approvalSchema]())
	registry.RegisterTypeAlias(reflect.TypeFor[amountLimit](), reflect.TypeFor[amountLimitSchema]())
	return registry
}

// approvalSchema is true, or the terms.
type approvalSchema struct{}

func (approvalSchema) Schema(huma.Registry) *huma.Schema {
	fields := map[string]*huma.Schema{}
	for field := range reflect.TypeFor[approval]().Fields() {
		if field.Name != "Required" {
			fields[strings.Split(field.Tag.Get("json"), ",")[0]] = &huma.Schema{
				Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(365.0), Description: field.Tag.Get("doc"),
			}
		}
	}
	terms := &huma.Schema{Type: huma.TypeObject, Properties: fields, AdditionalProperties: false}
	terms.PrecomputeMessages()
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeBoolean}, terms}}
}

// amountLimitSchema is an amount, or one for each currency.
type amountLimitSchema struct{}

func (amountLimitSchema) Schema(huma.Registry) *huma.Schema {
	amount := func() *huma.Schema {
		return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}}}
	}
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}, {Type: huma.TypeObject, AdditionalProperties: amount()}}}
}

// publishedSchema is the JSON Schema of a strategy file: the Go types, and what
// their tags cannot say.
func publishedSchema(t *testing.T) []byte {
	t.Helper()
	registry := newRegistry()
	registry.Schema(reflect.TypeFor[document](), true, "")
	generated, err := json.Marshal(registry.Map())
	require.NoError(t, err)
	var types map[string]object
	require.NoError(t, json.Unmarshal(generated, &types))
	for _, schema := range types {
		for _, property := range schema["properties"].(object) {
			tidy(property.(object))
		}
	}

	types["When"]["minProperties"] = 1
	types["When"]["not"] = object{"required": []string{"before_due", "after_due"}}
	types["Step"]["oneOf"] = []object{
		{"title": "a notice", "required": []string{"tone", "channels", "template"}, "not": object{"required": []string{"opens"}}},
		{"title": "an invitation to a mediation", "required": []string{"opens", "mediation", "channels"}, "properties": object{
			"opens":     object{"const": "mediation"},
			"mediation": object{"required": []string{"invite", "respond_within_days"}, "properties": object{"invite": object{"const": true}}},
		}, "not": object{"anyOf": []object{{"required": []string{"tone"}}, {"required": []string{"deadline"}}}}},
		{"title": "a task", "required": []string{"opens"}, "not": object{"anyOf": []object{
			{"required": []string{"tone"}}, {"required": []string{"channels"}}, {"required": []string{"fallback"}},
			{"required": []string{"template"}}, {"required": []string{"deadline"}}, {"required": []string{"approval"}}, {"required": []string{"approval_above"}},
			{"required": []string{"to"}}, {"required": []string{"copy"}}, {"required": []string{"sender"}},
		}}},
	}

	schema := types["Document"]
	delete(types, "Document")
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "Relance strategy"
	schema["$defs"] = types
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	return append(text, '\n')
}

// tidy drops what says nothing to an editor: the Go width of a number, and null
// in place of a list, which a strategy file does not allow.
func tidy(property object) {
	delete(property, "format")
	if types, ok := property["type"].([]any); ok && len(types) > 1 {
		property["type"] = types[0]
	}
}

func TestThePublishedSchemaIsThatOfTheGoTypes(t *testing.T) {
	t.Parallel()
	schema := publishedSchema(t)
	if *writeSchema {
		require.NoError(t, os.WriteFile(schemaFile, schema, 0o600))
	}
	published, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.JSONEq(t, string(schema), string(published), "write it anew with: go test ./collection/strategyfile -write-schema")
}

func TestTheSchemaKnowsTheWordsOfTheCore(t *testing.T) {
	t.Parallel()
	var schema struct {
		Properties map[string]enumerated
		Defs       map[string]struct{ Properties map[string]enumerated } `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(publishedSchema(t), &schema))
	step := schema.Defs["Step"].Properties
	require.Equal(t, texts(Audiences()), schema.Properties["for"].Enum)
	require.Equal(t, texts(collection.Tones()), step["tone"].Enum)
	require.Equal(t, texts(collection.Channels()), step["channels"].Items.Enum)
	require.Equal(t, texts(collection.Channels()), step["fallback"].Items.Enum)
	require.Equal(t, texts(collection.ContactRoles()), step["to"].Items.Enum)
	require.Equal(t, texts(append(collection.ContactRoles(), collection.ColleagueRoles()...)), step["copy"].Items.Enum)
	require.Equal(t, texts(collection.ColleagueRoles()), step["sender"].Enum)
	require.Equal(t, texts(collection.StepTasks()), step["opens"].Enum)
	require.Equal(t, texts(collection.StepStages()), step["stage"].Enum)
}

type enumerated struct {
	Enum  []string
	Items struct{ Enum []string }
}

func TestTheBuiltInStrategiesSatisfyTheSchema(t *testing.T) {
	t.Parallel()
	registry := newRegistry()
	schema := huma.SchemaFromType(registry, reflect.TypeFor[document]())
	files, err := fs.Glob(config.Strategies, "strategies/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := config.Strategies.ReadFile(file)
		require.NoError(t, err)
		var value any
		require.NoError(t, yaml.Unmarshal(data, &value))
		result := &huma.ValidateResult{}
		huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value, result)
		require.Empty(t, result.Errors, file)
	}
}
