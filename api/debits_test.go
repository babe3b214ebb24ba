package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/directdebit"
	"relance/ledger"
	"relance/money"
)

// firstDebit is the day of the first instalment of the plans of these tests.
var firstDebit = calendar.NewDate(2026, time.December, 7)

// collects has the creditor collect direct debits.
func (b *bundle) collects() {
	b.t.Helper()
	owner, err := b.cases.Store.Creditor(b.t.Context(), b.creditor)
	require.NoError(b.t, err)
	owner.SEPAIdentifier, owner.IBAN = "FR72ZZZ123456", "FR7630006000011234567890189"
	require.NoError(b.t, b.cases.Store.SaveCreditor(b.t.Context(), owner))
}

func (b *bundle) mandate(id, debtor string) casefile.Mandate {
	b.t.Helper()
	m := casefile.Mandate{
		Creditor: b.creditor, Debtor: debtor, ID: id, Scheme: directdebit.Core, SignedOn: calendar.NewDate(2026, time.November, 2),
		Name: "Menuiserie Durand", Town: "Lyon", Country: "FR", IBAN: "FR1420041010050500013M02606",
	}
	require.NoError(b.t, b.cases.Store.SaveMandate(b.t.Context(), m, "anne", today))
	return m
}

// collected is a running plan over an invoice whose instalments, of 600.00 EUR, are collected
// under a mandate.
func (b *bundle) collected(id, invoice, mandate string) arrangements.Plan {
	b.t.Helper()
	c, err := b.cases.Store.LoadCase(b.t.Context(), b.creditor, invoice)
	require.NoError(b.t, err)
	on := calendar.DateOf(today)
	plan, err := arrangements.Propose(arrangements.Proposal{
		Creditor: b.creditor, ID: id, Debtor: c.Debtor, Role: collection.RoleOwner, Window: c.Window, On: on,
		Claims: []arrangements.Claim{{Invoice: invoice, DueDate: c.DueDate, Amount: c.Open}},
		Terms:  arrangements.Terms{Months: 2, FirstOn: firstDebit, GraceDays: 5, Mandate: mandate},
	})
	require.NoError(b.t, err)
	for revision, command := range []arrangements.Command{nil, arrangements.Accept{Acceptance: arrangements.Acceptance{On: on, How: arrangements.ByMail}, Today: on}} {
		if command != nil {
			events, err := arrangements.Decide(plan, command)
			require.NoError(b.t, err)
			plan = arrangements.ApplyAll(plan, events)
		}
		require.NoError(b.t, b.cases.Store.RecordPlan(b.t.Context(), casefile.PlanWriting{
			StoredPlan: casefile.StoredPlan{Plan: plan, Revision: revision + 1}, Kind: "plan", Note: "written", Actor: "anne", At: today,
		}))
	}
	return plan
}

func TestAPlanIsNotProposedUnderAMandateThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.collects()
	b.opened("F-1")
	revoked := b.mandate("M-OLD", "C-1007")
	require.NoError(t, b.cases.Store.RevokeMandate(t.Context(), b.creditor, revoked.ID, calendar.NewDate(2026, time.November, 20)))
	b.mandate("M-1", "C-1007")
	propose := func(id, mandate string) reply {
		return b.call(http.MethodPost, "/v1/plans/"+b.creditor, object{
			"id": id, "invoices": []string{"F-1"}, "months": 2, "first_on": "2026-12-07", "grace_days": 5, "role": "owner", "mandate": mandate,
		})
	}
	require.Contains(t, propose("P-1", "M-9").isProblem(http.StatusUnprocessableEntity, "invalid")["detail"], "mandate M-9 is recorded: record the one")
	require.Contains(t, propose("P-1", "M-OLD").isProblem(http.StatusConflict, "not-now")["detail"], "was revoked on 2026-11-20")
	require.Contains(t, propose("P-with-an-ID-that-is-far-too-long", "M-1").isProblem(http.StatusUnprocessableEntity, "invalid")["detail"], "give the plan a shorter ID")
	plan := propose("P-1", "M-1").is(http.StatusCreated)
	require.Equal(t, object{"number": 1.0, "due_on": "2026-12-07", "amount": "600.00"}, object(plan.at("next_instalment").(map[string]any)))
	require.Equal(t, "P-1", b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK).at("status", "plan", "id"))
}

func TestWhatOneDebtorCannotBeDebitedForDoesNotKeepBackTheOthers(t *testing.T) {
	b := setup(t)
	b.collects()
	b.opened("F-1")
	b.mandate("M-1", "C-1007")
	gone := b.mandate("M-2", "C-1007")
	b.opened("F-2")
	b.opened("F-3")
	b.collected("P-1", "F-1", "M-1")
	b.collected("P-2", "F-2", gone.ID)
	b.collected("P-3", "F-3", "M-1")
	require.NoError(t, b.cases.Store.RevokeMandate(t.Context(), b.creditor, gone.ID, calendar.NewDate(2026, time.November, 23)))
	_, err := b.cases.Store.PostEntry(t.Context(), casefile.Posting{
		Creditor: b.creditor, Invoice: "F-3", At: today,
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "BANK-1", Amount: money.FromMinor(250_00, money.EUR), ValueDate: calendar.DateOf(today)},
	})
	require.NoError(t, err)
	b.work()

	made, err := b.cases.WriteDebitFile(t.Context(), b.creditor, firstDebit, "anne")
	require.NoError(t, err)
	require.Len(t, made.Debits, 2)
	amounts, sequences := map[string]string{}, []directdebit.Sequence{}
	for _, debit := range made.Debits {
		amounts[debit.EndToEnd] = debit.Amount.Decimal()
		sequences = append(sequences, debit.Sequence)
	}
	require.Equal(t, map[string]string{"P-1-1-1-1": "600.00", "P-3-1-1-1": "350.00"}, amounts, "a payment that the plan has not heard of is not collected again")
	require.ElementsMatch(t, []directdebit.Sequence{directdebit.First, directdebit.Recurrent}, sequences, "a mandate begins once, whatever plans are under it")
	require.Len(t, made.LeftOut, 1)
	require.Equal(t, "P-2", made.LeftOut[0].Plan)
	require.ErrorContains(t, made.LeftOut[0].Why, "was revoked on 2026-11-23: agree on another way to pay")
	stored, err := b.cases.Store.Plan(t.Context(), b.creditor, "P-1")
	require.NoError(t, err)
	require.Equal(t, "P-1-1-1-1", stored.Plan.Schedule[0].Debits[0].ID)

	made, err = b.cases.WriteDebitFile(t.Context(), b.creditor, firstDebit, "anne")
	require.NoError(t, err)
	require.Empty(t, made.Content)
	require.Len(t, made.LeftOut, 1)

	// A debit can come back for eight weeks, and its plan be over by then.
	plan := "/v1/plans/" + b.creditor + "/P-1"
	b.call(http.MethodPost, plan+"/cancel", object{"reason": "the company was sold"}).is(http.StatusOK)
	require.Eventually(t, func() bool {
		back := b.call(http.MethodPost, plan+"/debits/P-1-1-1-1/return", object{"reason": "MD06"})
		return strings.Contains(string(back.body), "take the payment back on its invoice (relance reverse), and what is open of it is claimed again")
	}, eventually, often)
}
