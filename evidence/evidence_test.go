package evidence_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/evidence"
)

// The archives are kept to be looked at where RELANCE_SHOW names a folder.
func show(t testing.TB, name string, content []byte) {
	t.Helper()
	if folder := os.Getenv("RELANCE_SHOW"); folder != "" {
		require.NoError(t, os.WriteFile(folder+"/"+name, content, 0o600))
	}
}

func verify(t testing.TB, archive []byte) evidence.Verdict {
	t.Helper()
	verdict, err := evidence.Verify(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	return verdict
}

func TestTheCaseFileHoldsAllThatProvesTheClaim(t *testing.T) {
	t.Parallel()
	s := told(t)
	for _, language := range evidence.Languages() {
		archive, summary := s.build(language)
		show(t, "case-"+language+".zip", archive)
		require.Equal(t, language, summary.Language)
		require.Equal(t, 7, summary.Documents)
		verdict := verify(t, archive)
		require.Empty(t, verdict.Faults)
		again, _ := s.build(language)
		require.True(t, bytes.Equal(archive, again), "the same state gives the same bytes")
	}
}
