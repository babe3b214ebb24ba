package calls_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/calls"
	"relance/collection"
	"relance/config"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/money"
)

func desk(t *testing.T) *calls.Desk {
	t.Helper()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	opening.Contacts = append([]casefile.Contact{{Name: "Accueil", Phone: "+33478001234"}}, opening.Contacts...)
	opening.Contacts = append(opening.Contacts, casefile.Contact{Name: "Direktion", Phone: "+4930901820"})
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	clock, err := calendar.Accelerated(time.Now(), time.Date(2026, time.April, 10, 9, 0, 0, 0, time.UTC), 1)
	require.NoError(t, err)
	return &calls.Desk{Store: store, Templates: templates, Clock: func() calendar.Clock { return clock }}
}

func TestTheCallerSeesWhomToCallAndWhatToSay(t *testing.T) {
	t.Parallel()
	d := desk(t)
	task, _, err := d.Store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: collection.TaskCall, Key: "call/0", Title: "Call the debtor", At: casefiletest.Opened,
	})
	require.NoError(t, err)
	_, err = d.Store.RecordContact(t.Context(), casefile.ManualContact{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Key: "c-1", Channel: collection.ContactCall, Outcome: collection.CallPromised,
		On: calendar.NewDate(2026, time.April, 20), Promised: money.FromMinor(5_000, money.EUR), At: casefiletest.Opened, By: "anne", Note: "after the 20th",
	})
	require.NoError(t, err)
	_, err = d.Store.PostEntry(t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: money.FromMinor(2_000, money.EUR)}, At: casefiletest.Opened,
	})
	require.NoError(t, err)

	sheet, err := d.Sheet(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, []calls.Number{
		{Name: "Jeanne Martin", Role: "accounts-payable", E164: "+33612345678", Printed: "06 12 34 56 78"},
		{Name: "Accueil", E164: "+33478001234", Printed: "04 78 00 12 34"},
		{Name: "Direktion", E164: "+4930901820", Printed: "+49 30 901820"},
	}, sheet.Numbers)
	require.Equal(t, task.ID, sheet.Tasks[0].ID)
	require.Len(t, sheet.Promises, 1)
	require.Equal(t, []calls.Contact{{At: casefiletest.Opened.UTC(), How: "call", What: "promised", By: "anne", Note: "after the 20th"}}, sheet.Contacts)
	said := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(sheet.Script.Request, "\n"))
	require.Contains(t, said, "il reste 100,00 € à régler", "what came in counts")
	require.Contains(t, said, "Un règlement de 50,00 € a été promis pour le 20 avril 2026")
	require.Contains(t, said, "Le retard est de 10 jours")
	require.Contains(t, strings.Join(sheet.Script.Opening, "\n"), "Jeanne Martin")
}

func TestACallAsksForNothingThatIsContested(t *testing.T) {
	t.Parallel()
	d := desk(t)
	today := calendar.NewDate(2026, time.April, 10)
	raised := collection.RaiseDispute{
		ID: "D-1", Reason: collection.DisputeQuality, RaisedBy: collection.DisputeByDebtor, On: today, Today: today, Amount: money.FromMinor(3_000, money.EUR),
	}
	casefiletest.Decide(t, d.Store, "F-1", d.Clock().Now(), raised)
	sheet, err := d.Sheet(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, money.FromMinor(9_000, money.EUR), sheet.Open)
	require.Equal(t, money.FromMinor(3_000, money.EUR), sheet.Disputed)
	require.Contains(t, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(sheet.Script.Request, "\n")), "90,00 €")

	raised.ID, raised.Amount = "D-2", money.Amount{}
	casefiletest.Decide(t, d.Store, "F-1", d.Clock().Now(), raised)
	_, err = d.Sheet(t.Context(), casefiletest.Creditor, "F-1")
	require.ErrorContains(t, err, "contested")
}

func TestNothingIsCalledAboutAPaidInvoice(t *testing.T) {
	t.Parallel()
	d := desk(t)
	_, err := d.Store.PostEntry(t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: money.FromMinor(12_000, money.EUR)}, At: casefiletest.Opened,
	})
	require.NoError(t, err)
	_, err = d.Sheet(t.Context(), casefiletest.Creditor, "F-1")
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, collection.RefusedClosed, refused.Code)
	_, err = d.Sheet(t.Context(), casefiletest.Creditor, "F-9")
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}
