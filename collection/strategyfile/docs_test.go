package strategyfile_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection/strategyfile"
)

func TestTheDocumentedExampleLoads(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/strategies.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	example, _, _ := strings.Cut(rest, "```")
	definition, err := strategyfile.Parse("docs/strategies.md", []byte(example))
	require.NoError(t, err)
	require.Equal(t, "garage", definition.Name)
	for _, builtIn := range builtIn(t).All() {
		require.Contains(t, string(page), "| `"+builtIn.Name+"` |")
	}
}
