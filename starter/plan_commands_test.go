package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

func TestAPlanIsPrintedWithItsScheduleAndWhatWaitsForApproval(t *testing.T) {
	t.Parallel()
	zone, err := calendar.ParseZone("Europe/Paris")
	require.NoError(t, err)
	plan, err := arrangements.Propose(arrangements.Proposal{
		Creditor: "acme", ID: "P-12", Debtor: "D-1", Role: collection.RoleSalesperson, On: calendar.NewDate(2026, time.March, 2), Window: calendar.StandardWindow("FR", zone),
		Claims: []arrangements.Claim{{Invoice: "F-1", DueDate: calendar.NewDate(2026, time.January, 10), Amount: money.FromMinor(100_000, money.EUR)}},
		Terms:  arrangements.Terms{Months: 4, FirstOn: calendar.NewDate(2026, time.April, 5)},
	})
	require.NoError(t, err)
	var out bytes.Buffer
	(&program{out: &out}).printPlan(plan, workflows.NewPlanStatus(plan, time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)))
	for _, says := range []string{"plan/acme/P-12  proposed, 0.00 EUR received of 1000.00 EUR", "needs approval  4 months", "settles today   1000.00 EUR", "2026-07-06", "250.00 EUR"} {
		require.Contains(t, out.String(), says)
	}
}

func TestCommandsAboutPlansSayWhatTheyMiss(t *testing.T) {
	t.Parallel()
	for says, line := range map[string][]string{
		"--role":                           {"plan", "propose", "acme/P-1", "F-1", "--months", "3", "--first-on", "2026-12-05"},
		"write <creditor>/<plan>":          {"plan", "show", "P-1"},
		"--how":                            {"plan", "accept", "acme/P-1"},
		"--until":                          {"discount", "offer", "acme/F-1", "--id", "S", "--amount", "5", "--role", "owner"},
		"with --amount, or with --percent": {"discount", "offer", "acme/F-1", "--id", "S", "--until", "2026-12-05", "--role", "owner"},
		"--output":                         {"debit-file", "acme", "--until", "2026-12-05"},
		"--until=DATE or --again=ID":       {"debit-file", "acme", "-o", "debits.xml"},
		"--until and --again can't":        {"debit-file", "acme", "--until", "2026-12-05", "--again", "DD-1", "-o", "debits.xml"},
		"--iban":                           {"mandate", "add", "acme", "M-1", "--debtor", "D", "--signed-on", "2026-11-20", "--holder", "X", "--town", "Lyon"},
	} {
		err := run(t.Context(), line, io.Discard, io.Discard)
		require.ErrorContains(t, err, says)
	}
}
