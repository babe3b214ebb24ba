package relance_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// known is how many faults of others the field's software has taught us.
const known = 19

var testName = regexp.MustCompile("`([a-z/]+)\\.(Test[A-Za-z0-9]+)`")

// TestEveryRegressionNamesTestsThatExist reads docs/regressions.md.
func TestEveryRegressionNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("docs/regressions.md")
	require.NoError(t, err)
	next := 1
	tests := map[string]map[string]bool{}
	for line := range strings.Lines(string(guide)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		number, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue // the heading
		}
		require.Equal(t, next, number, "each fault has its line, in order")
		next++
		named := testName.FindAllStringSubmatch(cells[3], -1)
		require.NotEmpty(t, named, "fault %d names no test", number)
		for _, test := range named {
			if tests[test[1]] == nil {
				tests[test[1]] = testsOf(t, test[1])
			}
			require.True(t, tests[test[1]][test[2]], "fault %d names %s, which the folder %s does not have", number, test[2], test[1])
		}
	}
	require.Equal(t, known, next-1)
}

// testsOf are the names of the tests in a folder.
func testsOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declared := range parsed.Decls {
			if function, is := declared.(*ast.FuncDecl); is && function.Recv == nil {
				names[function.Name.Name] = true
			}
		}
	}
	return names
}
