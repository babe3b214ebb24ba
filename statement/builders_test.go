package statement_test

import (
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
	"relance/statement"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

// tariff is the law of late payment between French businesses.
func tariff(t tester) *latefees.Tariff {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	prepared, err := latefees.NewTariff(book, law.Regime{Country: "FR", Debtor: law.Business}, latefees.Terms{})
	require.NoError(t, err)
	return prepared
}

func claimed(id, on string) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryClaim, ID: id, ValueDate: day(on)}
}

func paid(id, on string, amount money.Amount) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: amount, ValueDate: day(on)}
}

// accountOf is an invoice due on 1 May 2026 with its entries.
func accountOf(t tester, number string, total money.Amount, entries ...ledger.Entry) statement.Account {
	t.Helper()
	account, err := ledger.AccountOf(ledger.Claim{Total: total, Due: day("2026-05-01"), Tariff: tariff(t)}, entries)
	require.NoError(t, err)
	return statement.Account{Invoice: number, IssuedOn: day("2026-04-01"), OpenedOn: day("2026-04-02"), Ledger: account}
}

func state(t tester, on string, accounts ...statement.Account) statement.Statement {
	t.Helper()
	s, err := statement.New(statement.Facts{
		Creditor: statement.Party{ID: "acme", Name: "Acme"}, Debtor: statement.Party{ID: "C-1", Name: "Durand"}, Accounts: accounts,
	}, day(on))
	require.NoError(t, err)
	return s
}

// line checks that a part was stated, and gives it.
func line(t tester, lines []statement.Line, part ledger.Part) statement.Line {
	t.Helper()
	for _, l := range lines {
		if l.Part == part {
			return l
		}
	}
	require.Fail(t, "no such part", part)
	return statement.Line{}
}

func codes(c statement.Case) []statement.NoteCode {
	var found []statement.NoteCode
	for _, note := range c.Notes {
		found = append(found, note.Code)
	}
	return found
}
