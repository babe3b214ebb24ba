package declaration_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
	"relance/statement"
	"relance/statement/declaration"
)

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func tariff(t require.TestingT) *latefees.Tariff {
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	made, err := latefees.NewTariff(book, law.Regime{Country: "FR", Debtor: law.Business}, latefees.Terms{})
	require.NoError(t, err)
	return made
}

// account is an invoice of which the interest stopped with a judgment of 2026-07-01.
func account(t require.TestingT, tariff *latefees.Tariff, number string, total money.Amount, due string, entries ...ledger.Entry) statement.Account {
	entries = append(entries, ledger.Entry{Kind: ledger.EntryInsolvency, ID: "RJ-1/" + number, ValueDate: day("2026-07-01")})
	made, err := ledger.AccountOf(ledger.Claim{Total: total, Due: day(due), Tariff: tariff}, entries)
	require.NoError(t, err)
	return statement.Account{Invoice: number, IssuedOn: day("2026-04-01"), Ledger: made}
}

func facts(accounts ...statement.Account) declaration.Facts {
	return declaration.Facts{Accounts: accounts, Declaration: declaration.Declaration{
		WrittenOn: day("2026-07-20"), Debtor: declaration.DeclaredParty{ID: "C-1", Name: "Durand"},
		Proceedings: declaration.OpenedProceedings{ID: "RJ-1", Kind: collection.Receivership, Judgment: day("2026-07-01")},
	}}
}

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

// 10,000 euros due on 1 May: 60 days to 30 June at 12.15 % are 199.73.
func TestAClaimIsDeclaredAsItStoodOnTheDayOfTheJudgment(t *testing.T) {
	t.Parallel()
	rates := tariff(t)
	made, err := declaration.New(facts(
		account(t, rates, "F-1", euros(1_000_000), "2026-05-01"),
		account(t, rates, "F-2", euros(50_000), "2026-08-01"), // not due yet: neither interest nor the fixed sum
		account(t, rates, "F-3", euros(20_000), "2026-05-01", ledger.Entry{Kind: ledger.EntryPayment, ID: "P-0", Amount: euros(20_000), ValueDate: day("2026-04-30")}),
		account(t, rates, "F-4", euros(30_000), "2026-08-15", ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: euros(30_000), ValueDate: day("2026-07-10")}),
	))
	require.NoError(t, err)
	require.Equal(t, "chirographaire", made.Rank)
	require.Equal(t, []string{"F-1", "F-2", "F-4"}, made.Documents, "what was paid before is not declared; a payment after the judgment does not count")
	first := made.Claims[0]
	require.Equal(t, "10000.00 EUR", first.Principal.String())
	require.Equal(t, "199.73 EUR", first.Interest.String())
	require.Equal(t, "40.00 EUR", first.Indemnity.String())
	require.Equal(t, day("2026-06-30"), first.Segments[len(first.Segments)-1].To, "the eve of the judgment is the last day")
	require.False(t, first.FallsDue)
	require.True(t, made.Claims[1].FallsDue)
	require.Zero(t, made.Claims[1].Interest.Sign()+made.Claims[1].Indemnity.Sign())
	require.Len(t, made.Totals, 1)
	require.Equal(t, "11039.73 EUR", made.Totals[0].Total.String())
}

func TestADeclarationOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	_, err := declaration.New(facts())
	require.ErrorContains(t, err, "there is nothing to declare")
}

// Whatever was paid before and after: the totals are those of the ledger, to the cent.
func TestTheTotalsAreThoseOfTheLedger(t *testing.T) {
	t.Parallel()
	rates := tariff(t)
	rapid.Check(t, func(t *rapid.T) {
		var accounts []statement.Account
		var owed int64
		for i := range rapid.IntRange(1, 4).Draw(t, "invoices") {
			due := day("2026-03-01").AddDays(rapid.IntRange(32, 200).Draw(t, "due"))
			paid := ledger.Entry{Kind: ledger.EntryPayment, ID: string(rune('p' + i)), Amount: euros(rapid.Int64Range(1, 50_000).Draw(t, "paid")), ValueDate: day("2026-04-02").AddDays(rapid.IntRange(0, 150).Draw(t, "on"))}
			a := account(t, rates, string(rune('A'+i)), euros(rapid.Int64Range(60_000, 1_000_000).Draw(t, "total")), due.String(), paid)
			accounts = append(accounts, a)
			position, err := a.Ledger.At(day("2026-07-01"))
			require.NoError(t, err)
			owed += position.Open.Minor() + position.LateFees.Interest.Claimable().Minor() + position.LateFees.Indemnity.Claimable().Minor()
		}
		made, err := declaration.New(facts(accounts...))
		require.NoError(t, err)
		require.Equal(t, owed, made.Totals[0].Total.Minor())
		total := made.Totals[0]
		require.Equal(t, total.Total.Minor(), total.Principal.Minor()+total.Interest.Minor()+total.Indemnity.Minor()+total.Costs.Minor())
	})
}
