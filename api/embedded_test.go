package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsEmbeddedInABodyIsExportedSoThatItsFieldsAreTaken(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	embedded := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "unsubscribe.go" { // a page, not a body
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			structure, isStruct := node.(*ast.StructType)
			if !isStruct {
				return true
			}
			for _, field := range structure.Fields.List {
				if of, plain := field.Type.(*ast.Ident); plain && len(field.Names) == 0 {
					embedded++
					require.True(t, of.IsExported(), "%s embeds %s: the schema does not know its fields, and a request with them is refused", name, of.Name)
				}
			}
			return true
		})
	}
	require.Positive(t, embedded)
}
