package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"relance/api"
	"relance/collection"
)

// TestTheDescriptionKnowsEveryWordOfTheCode compares what the code can say with
// what the published description says it can: a client made from the description
// refuses a word that is missing there.
func TestTheDescriptionKnowsEveryWordOfTheCode(t *testing.T) {
	t.Parallel()
	described := publishedDescription(t)
	tests := []struct {
		dir, kind string
		schema    string   // Schema.property
		parameter string   // operation.parameter
		also      []string // what only the description has a word for
		without   []string // what is never said there
	}{
		{dir: "../collection", kind: "TaskKind", schema: "Task.kind"},
		{dir: "../collection", kind: "TaskKind", parameter: "list-tasks.kind"},
		{dir: "../collection", kind: "Stage", schema: "Status.stage"},
		{dir: "../collection", kind: "Stage", parameter: "list-cases.stage"},
		{dir: "../collection", kind: "Channel", schema: "Message.channel", without: []string{"task"}},
		{dir: "../collection", kind: "Tone", schema: "StrategyStep.tone"},
		{dir: "../collection", kind: "PromiseOutcome", schema: "Promise.outcome", also: []string{"running"}},
		{dir: "../collection", kind: "DisputeReason", schema: "DisputeOrder.reason"},
		{dir: "../collection", kind: "DisputeOutcome", schema: "Dispute.outcome", also: []string{"open"}},
		{dir: "../collection", kind: "StopKind", schema: "StopOrder.kind"},
		{dir: "../collection", kind: "StopScope", schema: "Stop.scope"},
		{dir: "../collection", kind: "MediationKind", schema: "MediationProposal.kind"},
		{dir: "../collection", kind: "MediationPhase", schema: "Mediation.phase"},
		{dir: "../collection", kind: "MediationOutcome", schema: "Mediation.outcome"},
		{dir: "../collection", kind: "AgreementKind", schema: "Mediation.agreement"},
		{dir: "../collection", kind: "InsolvencyKind", schema: "Insolvency.kind"},
		{dir: "../collection", kind: "HardshipKind", schema: "HardshipFlag.kind"},
		{dir: "../collection", kind: "HardshipReason", schema: "HardshipFlag.reason"},
		{dir: "../collection", kind: "ContactWay", schema: "ManualContact.channel"},
		{dir: "../collection", kind: "CallOutcome", schema: "ManualContact.outcome"},
		{dir: "../casefile", kind: "GateCode", schema: "GateOutputBody.code"},
		{dir: "../casefile", kind: "MessageState", schema: "Message.state"},
		{dir: "../casefile", kind: "DeliveryTruth", schema: "Message.delivery"},
		{dir: "../casefile", kind: "LetterState", schema: "Letter.state"},
		{dir: "../casefile", kind: "TaskState", schema: "Task.state"},
		{dir: "../casefile", kind: "AnswerState", schema: "AnswerView.state"},
		{dir: "../handoff", kind: "Route", schema: "HandoffProposal.route"},
		{dir: "../handoff", kind: "Phase", schema: "HandoffStatus.phase"},
		{dir: "../handoff", kind: "End", schema: "HandoffStatus.end"},
		{dir: "../handoff", kind: "Status", schema: "PartnerStatusReport.status"},
		{dir: "../handoff", kind: "PartnerKind", schema: "PartnerShown.kind"},
	}
	for _, test := range tests {
		t.Run(test.kind+" in "+test.schema+test.parameter, func(t *testing.T) {
			t.Parallel()
			said := constants(t, test.dir, test.kind)
			require.NotEmpty(t, said, "no constants of the type: was it renamed?")
			for _, word := range test.without {
				delete(said, word)
			}
			require.ElementsMatch(t, slices.AppendSeq(test.also, maps.Keys(said)), described.enumeration(t, test.schema, test.parameter))
		})
	}
}

func TestTheListOfStagesIsWhole(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, stage := range collection.Stages() {
		listed = append(listed, string(stage))
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(constants(t, "../collection", "Stage"))), listed)
}

func TestEveryKindOfProblemIsListedOnce(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, slices.Collect(maps.Keys(constants(t, ".", "problemCode"))), api.ListedProblems())
}

// constants are the values of the constants of a type of texts, by its source.
func constants(t *testing.T, dir, kind string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			general, is := declaration.(*ast.GenDecl)
			if !is || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec)
				if named, is := value.Type.(*ast.Ident); !is || named.Name != kind {
					continue
				}
				for _, each := range value.Values {
					text, err := strconv.Unquote(each.(*ast.BasicLit).Value)
					require.NoError(t, err)
					if text != "" { // not set: the member is missing
						found[text] = true
					}
				}
			}
		}
	}
	return found
}

// description is what the test reads of the published description.
type description struct {
	Components struct {
		Schemas map[string]struct {
			Properties map[string]enumerated `yaml:"properties"`
		} `yaml:"schemas"`
	} `yaml:"components"`
	Paths map[string]map[string]struct {
		OperationID string `yaml:"operationId"`
		Parameters  []struct {
			Name   string     `yaml:"name"`
			Schema enumerated `yaml:"schema"`
		} `yaml:"parameters"`
	} `yaml:"paths"`
}

type enumerated struct {
	Enum []string `yaml:"enum"`
}

func publishedDescription(t *testing.T) description {
	t.Helper()
	text, err := os.ReadFile("testdata/openapi.yaml")
	require.NoError(t, err)
	var read description
	require.NoError(t, yaml.Unmarshal(text, &read))
	return read
}

// enumeration is that of a property of a schema, or of a parameter of an operation.
func (d description) enumeration(t *testing.T, property, parameter string) []string {
	t.Helper()
	if schema, member, is := strings.Cut(property, "."); is {
		enumeration := d.Components.Schemas[schema].Properties[member].Enum
		require.NotEmpty(t, enumeration, "%s is described without a list of its words", property)
		return enumeration
	}
	operation, name, _ := strings.Cut(parameter, ".")
	for _, methods := range d.Paths {
		for _, o := range methods {
			if o.OperationID != operation {
				continue
			}
			for _, p := range o.Parameters {
				if p.Name == name {
					return p.Schema.Enum
				}
			}
		}
	}
	require.Failf(t, "not described", "the parameter %s", parameter)
	return nil
}
