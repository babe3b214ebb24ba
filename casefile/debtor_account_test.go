package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// claiming is a case file whose creditor claims late fees under the built-in law.
func claiming(t *testing.T) *casefile.Store {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	store := casefiletest.Open(t).UseLaw(book)
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	creditor.LateFees = ledger.Policy{ClaimFrom: collection.ToneFormal}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	return store
}

func TestTheAccountsOfADebtorAreReadAtOneMoment(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	for number, debtor := range map[string]string{"F-1": casefiletest.Debtor, "F-2": casefiletest.Debtor, "F-3": "durand"} {
		opening := casefiletest.Opening(number)
		opening.Debtor.ID = debtor
		if number == "F-2" {
			opening.Invoice.Total = money.FromMinor(50_000, "USD")
			opening.Invoice.DueDate = calendar.NewDate(2026, time.March, 15)
		}
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryClaim, ID: "C-1", ValueDate: calendar.NewDate(2026, time.April, 20)})
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: euros(5_000), ValueDate: calendar.NewDate(2026, time.April, 30)})
	post(t, store, "F-3", payment("P-3", 12_000))

	read, err := store.DebtorAccount(t.Context(), acme, casefiletest.Debtor)
	require.NoError(t, err)
	require.Equal(t, "Acme SARL", read.Creditor.Name)
	require.Equal(t, "Martin SAS", read.Debtor.Name)
	require.Len(t, read.Claims, 2, "F-3 is another debtor's")
	require.Equal(t, []string{"F-2", "F-1"}, []string{read.Claims[0].Invoice, read.Claims[1].Invoice}, "by due date")
	require.Equal(t, calendar.NewDate(2026, time.March, 2), read.Claims[0].OpenedOn)

	position, err := read.Claims[1].Account.At(calendar.NewDate(2026, time.April, 30))
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, file.Position, position, "the same as the case file says on the day of the last entry")
	require.Positive(t, position.LateFees.Interest.Paid.Minor())

	one, err := store.CaseAccount(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, read.Debtor, one.Debtor)
	require.Equal(t, read.Claims[1:], one.Claims)
}

// What the journal has booked is what the account says on the day of its last
// entry.
func TestTheAccountAgreesWithTheJournal(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	openCase(t, store, "F-1")
	for _, entry := range []ledger.Entry{
		{Kind: ledger.EntryClaim, ID: "C-1", ValueDate: calendar.NewDate(2026, time.April, 20)},
		{Kind: ledger.EntryCost, ID: "K-1", Amount: euros(1_500), Note: "letter", ValueDate: calendar.NewDate(2026, time.April, 21)},
		{Kind: ledger.EntryPayment, ID: "P-1", Amount: euros(5_000), ValueDate: calendar.NewDate(2026, time.April, 30)},
		{Kind: ledger.EntryWaiver, ID: "W-1", Part: ledger.PartIndemnity, Note: "good customer", ValueDate: calendar.NewDate(2026, time.May, 2)},
	} {
		post(t, store, "F-1", entry)
	}
	journal, err := store.Journal(t.Context(), acme, "F-1")
	require.NoError(t, err)
	var booked []ledger.Leg
	for _, entry := range journal {
		booked = append(booked, entry.Legs...)
	}
	read, err := store.CaseAccount(t.Context(), acme, "F-1")
	require.NoError(t, err)
	position, err := read.Claims[0].Account.At(calendar.NewDate(2026, time.May, 2))
	require.NoError(t, err)
	require.Empty(t, ledger.Correction(booked, position.Books(false)))
}

func TestTheOutcomeOfACaseIsReadWithItsDay(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	openCase(t, store, "F-1")
	decide(t, store, "F-1", "close", collection.CaseEnded{Outcome: collection.StageWrittenOff})
	read, err := store.CaseAccount(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, collection.StageWrittenOff, read.Claims[0].Outcome)
	require.Equal(t, calendar.NewDate(2026, time.March, 4), read.Claims[0].ClosedOn)
}

func TestUnknownAccountsAreTold(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	openCase(t, store, "F-1")
	_, err := store.DebtorAccount(t.Context(), "umbrella", casefiletest.Debtor)
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	_, err = store.DebtorAccount(t.Context(), acme, "nobody")
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
	_, err = store.CaseAccount(t.Context(), acme, "F-9")
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

func TestALetterIsAddressedAbroadWithTheCountry(t *testing.T) {
	t.Parallel()
	creditor := casefile.Creditor{Name: "Acme", Address: casefile.Address{Country: "FR"}}
	debtor := casefile.Debtor{ID: "C-7", Name: "Muster", SIREN: "1", Address: casefile.Address{Line1: "Weg 1", Postcode: "10115", City: "Berlin", Country: "DE"}}
	addressee := debtor.Addressee(creditor, "fr")
	require.Equal(t, []string{"Weg 1", "10115 Berlin", "ALLEMAGNE"}, addressee.Address)
	require.Equal(t, "C-7", addressee.Account)
	require.EqualValues(t, "business", addressee.Kind)
	debtor.Country = "FR"
	require.Len(t, debtor.Addressee(creditor, "fr").Address, 2)
}
