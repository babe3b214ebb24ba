package statementfile_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/money"
	"relance/statement"
	"relance/statement/statementfile"
)

var loadBuiltin = sync.OnceValues(func() (*compose.Templates, error) { return compose.Load(config.Templates) })

func writer(t *testing.T) *statementfile.Writer {
	t.Helper()
	templates, err := loadBuiltin()
	require.NoError(t, err)
	return statementfile.NewWriter(templates)
}

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func parties() compose.Facts {
	f := compose.Example()
	f.Today = day("2026-09-03")
	return f
}

func claimed(id, on string) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryClaim, ID: id, ValueDate: day(on)}
}

func paid(id, on string, amount money.Amount) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: amount, ValueDate: day(on)}
}

// accountOf is an invoice due on 1 May 2026 with its entries.
func accountOf(t *testing.T, number string, total money.Amount, entries ...ledger.Entry) statement.Account {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	tariff, err := latefees.NewTariff(book, law.Regime{Country: "FR", Debtor: law.Business}, latefees.Terms{})
	require.NoError(t, err)
	account, err := ledger.AccountOf(ledger.Claim{Total: total, Due: day("2026-05-01"), Tariff: tariff, Tolerance: money.FromMinor(50, total.Currency())}, entries)
	require.NoError(t, err)
	return statement.Account{Invoice: number, IssuedOn: calendar.NewDate(2026, time.April, 1), Ledger: account}
}

// workedExample is Q01.
func workedExample(t *testing.T) statement.Account {
	t.Helper()
	return accountOf(t, "FA-2026-0117", euros(1_000_000), claimed("C1", "2026-06-15"), paid("BNP-0031", "2026-07-01", euros(400_000)))
}

// everything are invoices on which everything happened that a statement shows.
func everything(t *testing.T) []statement.Account {
	t.Helper()
	dollars := func(minor int64) money.Amount { return money.FromMinor(minor, "USD") }
	yen := func(minor int64) money.Amount { return money.FromMinor(minor, "JPY") }
	writtenOff := accountOf(t, "FA-2026-0123", euros(45_050))
	writtenOff.Outcome, writtenOff.ClosedOn = collection.StageWrittenOff, day("2026-08-15")
	undated := accountOf(t, "FA-2026-0124", euros(77_777), paid("P-8", "2026-05-01", euros(77_740)))
	undated.IssuedOn = 0
	return []statement.Account{
		workedExample(t),
		accountOf(t, "FA-2026-0118", euros(250_000), claimed("C2", "2026-06-15"),
			paid("P-2", "2026-06-20", euros(100_000)),
			ledger.Entry{Kind: ledger.EntryReversal, ID: "R-2", Reverses: "P-2", ValueDate: day("2026-06-25")},
			ledger.Entry{Kind: ledger.EntryCreditNote, ID: "AV-7", Amount: euros(30_000), ValueDate: day("2026-07-02")},
			ledger.Entry{Kind: ledger.EntryCost, ID: "K-1", Amount: euros(8_512), Note: "lettre d’un commissaire de justice ; \"copie\"", ValueDate: day("2026-07-10")},
			ledger.Entry{Kind: ledger.EntryWaiver, ID: "W-1", Part: ledger.PartInterest, Amount: euros(1_000), Note: "=geste commercial", ValueDate: day("2026-07-12")},
			paid("P-3", "2026-08-03", euros(240_000))),
		accountOf(t, "FA-2026-0119", euros(120_000), paid("P-4", "2026-04-28", euros(150_000))),
		accountOf(t, "FA-2026-0120", dollars(1_234_567), claimed("C4", "2026-06-15"), paid("P-5", "2026-07-01", dollars(234_567)), paid("P-6", "2026-07-01", euros(5_000))),
		accountOf(t, "FA-2026-0121", yen(1_000_000), claimed("C5", "2026-06-15"), paid("P-7", "2026-07-01", yen(400_000))),
		accountOf(t, "FA-2026-0122", euros(33_333)),
		writtenOff, undated,
	}
}

func state(t *testing.T, on string, accounts ...statement.Account) statement.Statement {
	t.Helper()
	facts := statement.Facts{
		Creditor: statement.Party{ID: "vauban", Name: "Ateliers Vauban"}, Debtor: statement.Party{ID: "C00042", Name: "Menuiserie Durand SARL"}, Accounts: accounts,
	}
	if len(accounts) == 1 {
		facts.Invoice = accounts[0].Invoice
	}
	s, err := statement.New(facts, day(on))
	require.NoError(t, err)
	return s
}

func write(t *testing.T, s statement.Statement, lang string, format statementfile.Format) statementfile.File {
	t.Helper()
	file, err := writer(t).Write(s, parties(), lang, format)
	require.NoError(t, err)
	return file
}
