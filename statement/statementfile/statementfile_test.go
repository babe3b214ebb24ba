package statementfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sebdah/goldie/v2"
	"github.com/stretchr/testify/require"

	"relance/statement/statementfile"
)

func golden(t *testing.T) *goldie.Goldie {
	t.Helper()
	return goldie.New(t, goldie.WithFixtureDir("testdata"), goldie.WithNameSuffix(""), goldie.WithDiffEngine(goldie.ClassicDiff))
}

// The files as a reader can review them. After a change that is meant:
// go test ./statement/statementfile -run Reviewed -update
func TestTheFilesAreTheReviewedOnes(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for _, format := range []statementfile.Format{statementfile.CSV, statementfile.JSON} {
			golden(t).Assert(t, "one."+lang+"."+string(format), write(t, state(t, "2026-09-03", workedExample(t)), lang, format).Content)
			golden(t).Assert(t, "all."+lang+"."+string(format), write(t, state(t, "2026-09-03", everything(t)...), lang, format).Content)
		}
	}
}

func TestTheSameStatementIsTheSameFile(t *testing.T) {
	t.Parallel()
	for _, format := range []statementfile.Format{statementfile.PDF, statementfile.CSV, statementfile.JSON} {
		first, second := write(t, state(t, "2026-09-03", everything(t)...), "fr", format), write(t, state(t, "2026-09-03", everything(t)...), "fr", format)
		require.Equal(t, first, second)
		require.Equal(t, "releve-de-compte-C00042-2026-09-03."+string(format), first.Name)
	}
	_, err := writer(t).Write(state(t, "2026-09-03"), parties(), "fr", "docx")
	require.ErrorContains(t, err, `"docx" is no format of a statement`)
}

// RELANCE_PREVIEWS=folder go test ./statement/statementfile -run Previews writes the
// PDFs to look at.
func TestPreviews(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("RELANCE_PREVIEWS")
	if folder == "" {
		t.Skip("RELANCE_PREVIEWS names no folder")
	}
	for _, lang := range []string{"fr", "en"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "one."+lang+".pdf"), write(t, state(t, "2026-09-03", workedExample(t)), lang, statementfile.PDF).Content, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "all."+lang+".pdf"), write(t, state(t, "2026-09-03", everything(t)...), lang, statementfile.PDF).Content, 0o600))
	}
}
