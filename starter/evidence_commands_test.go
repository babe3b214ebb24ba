package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/casefile/chain"
	"relance/config"
	"relance/evidence"
	"relance/wiring"
)

func TestAnArchiveIsVerifiedWithoutAnInstallation(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	templates, err := wiring.Templates(config.Config{})
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "case.zip")
	require.NoError(t, writeWhole(name, func(w io.Writer) error {
		_, err := evidence.Build(t.Context(), evidence.Source{Store: store, Templates: templates, At: casefiletest.Opened}, casefiletest.Creditor, "F-1", "fr", w)
		return err
	}))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"verify-file", name}, &out, io.Discard))
	require.Contains(t, out.String(), "Case acme/F-1 as of 2026-03-02")
	require.Contains(t, out.String(), "All holds.")

	content, err := os.ReadFile(name)
	require.NoError(t, err)
	at := bytes.LastIndex(content, []byte("%PDF")) + 200 // within the PDF, which is stored as it is
	content[at] ^= 1
	require.NoError(t, os.WriteFile(name, content, 0o600))
	out.Reset()
	require.ErrorContains(t, run(t.Context(), []string{"verify-file", name}, &out, io.Discard), "does not hold")
	require.Contains(t, out.String(), "case-file.pdf")
	require.NoError(t, os.WriteFile(name, []byte("something else"), 0o600))
	require.ErrorIs(t, run(t.Context(), []string{"verify-file", name}, &out, io.Discard), evidence.ErrNotACaseFile)
}

func TestAFileThatCannotBeMadeLeavesTheOneThatIsThere(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "case.zip")
	require.NoError(t, os.WriteFile(name, []byte("before"), 0o600))
	require.ErrorIs(t, writeWhole(name, func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		return casefile.ErrUnknownCase
	}), casefile.ErrUnknownCase)
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "before", string(content))
	left, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

func TestWhatDoesNotHoldIsPrintedWithItsPlace(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	for words, v := range map[string]casefile.Verification{
		"acme/F-1 holds: 3 lines, the last with hash ab\n":                                                    {Creditor: "acme", Invoice: "F-1", Head: chain.Head{Lines: 3, Hash: "ab"}},
		"acme/F-1 does not hold at line 2 of 2026-03-02 09:00:00 UTC: it was changed\n":                       {Creditor: "acme", Invoice: "F-1", Broken: &chain.Break{Line: 2, At: at, Problem: "it was changed"}},
		"acme/F-1: the message M-1: its bytes are gone\n":                                                     {Creditor: "acme", Invoice: "F-1", Bytes: []casefile.ByteFault{{Kind: "message", Name: "M-1", Problem: "its bytes are gone"}}},
		"the anchors do not hold: the anchor of " + calendar.DateOf(at).String() + " is not the one it was\n": {Broken: &chain.Break{Problem: "the anchor of 2026-03-02 is not the one it was"}},
	} {
		var out bytes.Buffer
		(&program{out: &out}).printVerification(v)
		require.Equal(t, words, out.String())
	}
}

func TestVerifyAsksWhatToVerify(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, run(t.Context(), []string{"verify"}, io.Discard, io.Discard), errNothingToVerify)
	require.ErrorIs(t, run(t.Context(), []string{"verify", "acme/F-1", "--all"}, io.Discard, io.Discard), errNothingToVerify)
	require.ErrorContains(t, run(t.Context(), []string{"export", "acme/F-1", "-o", "case.doc"}, io.Discard, io.Discard), "neither a .zip nor a .pdf")
}
