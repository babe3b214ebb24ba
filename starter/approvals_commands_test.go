package main

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/cases"
	"relance/workflows"
)

func TestOfManyApprovalsEachIsToldWithWhatCameOfIt(t *testing.T) {
	t.Parallel()
	order := workflows.StepOrder{Step: "formal-notice", For: "1200.00 EUR by strict@2"}
	given := []cases.ApprovalGiven{
		{ApprovalOfMany: cases.ApprovalOfMany{Creditor: "acme", Invoice: "F-1", StepOrder: order}},
		{ApprovalOfMany: cases.ApprovalOfMany{Creditor: "acme", Invoice: "F-2", StepOrder: order}, Err: errors.New("the claim has changed")},
	}
	var out bytes.Buffer
	err := (&program{out: &out}).printApproved(given)
	require.EqualError(t, err, "1 of 2 approvals were refused; the others are approved")
	require.Equal(t, "acme/F-1  formal-notice  approved for 1200.00 EUR by strict@2\nacme/F-2  formal-notice  refused: the claim has changed\n", out.String())
	require.NoError(t, (&program{out: &out}).printApproved(given[:1]))
}

func TestARefusalThatContradictsItselfIsRefusedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), []string{"refuse", "acme/F-1", "formal-notice"}, io.Discard, io.Discard), "--reason")
	require.ErrorContains(t, run(t.Context(), []string{"refuse", "acme/F-1", "formal-notice", "--reason", "x", "--until", "2026-12-15"}, io.Discard, io.Discard), "--then hold")
	require.ErrorContains(t, run(t.Context(), []string{"approvals", "--up-to", "lots"}, io.Discard, io.Discard), "--up-to")
}
