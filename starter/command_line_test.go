package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestANegativeAmountIsExplained(t *testing.T) {
	t.Parallel()
	for _, amount := range []string{"-5", "-5.00", "-1,50"} {
		err := run(t.Context(), []string{"pay", "acme/F-1", amount, "--id", "B-1"}, io.Discard, io.Discard)
		require.ErrorContains(t, err, amount+" is negative: amounts are written without a sign")
		require.NotContains(t, err.Error(), "unknown flag")
	}
	err := run(t.Context(), []string{"pay", "acme/F-1", "5", "--idd", "B-1"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "relance --help")
}

func TestTheCommandLineKnowsEveryStage(t *testing.T) {
	t.Parallel()
	var commands cli
	parser, err := newParser(&commands, io.Discard, io.Discard)
	require.NoError(t, err)
	for _, stage := range collection.Stages() {
		_, err := parser.Parse([]string{"list", "--stage", string(stage)})
		require.NoError(t, err)
		require.Equal(t, string(stage), commands.List.Stage)
	}
	_, err = parser.Parse([]string{"list"})
	require.NoError(t, err, "without a stage, all of them")
	_, err = parser.Parse([]string{"list", "--stage", "on hold"})
	require.ErrorContains(t, err, "on-hold", "what there is to choose from is told")
}

func TestCheckRefusesDefaultStrategiesThatDoNotSuit(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "relance.yaml")
	write := func(strategy string) {
		require.NoError(t, os.WriteFile(file, []byte("creditors:\n  - id: acme\n    name: Acme\n    address: {country: FR}\n"+
			"    sender_email: a@acme.example\n    strategies: {consumer: "+strategy+"}\n"), 0o600))
	}
	var said bytes.Buffer
	write("fr-consumer")
	require.NoError(t, run(t.Context(), []string{"--config", file, "check"}, &said, io.Discard))
	require.Contains(t, said.String(), "The configuration is sound: 1 creditor, ")

	for _, strategy := range []string{"strict", "fr-consumers"} {
		write(strategy)
		err := run(t.Context(), []string{"--config", file, "check"}, io.Discard, io.Discard)
		require.ErrorContains(t, err, "creditor acme: strategies.consumer: ")
		require.ErrorContains(t, err, strategy)
		require.Error(t, run(t.Context(), []string{"--config", file, "--data", t.TempDir(), "up"}, io.Discard, io.Discard), "nothing starts with it")
	}
}
