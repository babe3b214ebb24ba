package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

func TestTheMediationIsPrintedAsItStands(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate(2026, time.June, 10)
	m := workflows.MediationStatus{ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, RespondBy: day, EndBy: day}
	status := func(phase collection.MediationPhase, change func(*workflows.MediationStatus)) workflows.MediationStatus {
		changed := m
		changed.Phase = phase
		if change != nil {
			change(&changed)
		}
		return changed
	}
	for words, s := range map[string]workflows.MediationStatus{
		"": {},
		"  mediation   m: conciliator, asked for by the debtor, invited, to be answered by 2026-06-10\n": status(collection.MediationInvited, nil),
		"  mediation   m: conciliator, asked for by the debtor, accepted, to end by 2026-06-10\n":        status(collection.MediationAccepted, nil),
		"  mediation   m: conciliator, asked for by the debtor, agreed, settlement of 6.00 EUR by 2026-06-10\n": status(collection.MediationAgreed, func(s *workflows.MediationStatus) {
			s.Agreement, s.Amount, s.Until = collection.AgreementSettlement, money.FromMinor(600, money.EUR), day
		}),
		"  mediation   m: conciliator, asked for by the debtor, over, failure on 2026-06-10, certificate C-7\n": status(collection.MediationOver, func(s *workflows.MediationStatus) {
			s.Outcome, s.Ended, s.Certificate = collection.OutcomeFailure, day, "C-7"
		}),
	} {
		var out bytes.Buffer
		(&program{out: &out}).printMediation(s)
		require.Equal(t, words, out.String())
	}
}

func TestMediationsAreListedWithWhatCameOfThem(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	(&program{out: &out}).printMediations([]collection.Mediation{
		{ID: "a", Kind: collection.MediationContractual, AskedBy: collection.PartyCreditor, Outcome: collection.OutcomeFailure, Certificate: "C-7"},
		{ID: "b", Kind: collection.MediationContractual, AskedBy: collection.PartyDebtor, Outcome: collection.OutcomeAgreement, Agreement: collection.Agreement{Kind: collection.AgreementPlan}},
		{ID: "c", Kind: collection.MediationContractual, AskedBy: collection.PartyDebtor},
	})
	for _, words := range []string{"failure", "C-7", "plan, agreed", "invited"} {
		require.Contains(t, out.String(), words)
	}
}

func TestTheNotesOfAMediationAreMarkedConfidential(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &program{out: &out}
	p.printNotes([]casefile.MediationNote{{Key: "n-1", Author: "anne", At: time.Date(2026, time.June, 10, 9, 30, 0, 0, time.UTC), Text: "would pay half"}}, time.UTC)
	require.Contains(t, out.String(), "Confidential")
	require.Contains(t, out.String(), "n-1  anne, ")
	require.Contains(t, out.String(), "would pay half")
	out.Reset()
	p.printNotes(nil, time.UTC)
	require.Contains(t, out.String(), "Nothing was noted.")
}

func TestWhatIsNoAnswerToAMediationIsRefusedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"mediation", "answer", "acme/F-1", "perhaps"}, {"mediation", "session", "acme/F-1", "so-so", "--on", "2026-06-10"},
		{"mediation", "end", "acme/F-1", "draw"}, {"mediation", "propose", "acme/F-1", "judge"},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), "must be one of", args)
	}
}
