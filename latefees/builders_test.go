package latefees_test

import (
	"math/big"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

// tester is what *testing.T, *testing.B and *rapid.T are.
type tester interface {
	require.TestingT
	Helper()
}

func frenchBusiness() law.Regime { return law.Regime{Country: "FR", Debtor: law.Business} }
func frenchConsumer() law.Regime { return law.Regime{Country: "FR", Debtor: law.Consumer} }
func frenchPublic() law.Regime   { return law.Regime{Country: "FR", Debtor: law.Public} }

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func euros(text string) money.Amount { return amount(text, money.EUR) }

func amount(text string, currency money.Currency) money.Amount {
	parsed, err := money.Parse(text, currency)
	if err != nil {
		panic(err)
	}
	return parsed
}

func percent(text string) law.Percent {
	parsed, err := law.ParsePercent(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

func builtIn(t tester) law.Book {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	return book
}

func tariff(t tester, regime law.Regime, terms latefees.Terms) *latefees.Tariff {
	t.Helper()
	prepared, err := latefees.NewTariff(builtIn(t), regime, terms)
	require.NoError(t, err)
	return prepared
}

func statement(t tester, tariff *latefees.Tariff, claim latefees.Claim, asOf string) *latefees.Statement {
	t.Helper()
	s, err := tariff.Statement(claim, day(asOf))
	require.NoError(t, err)
	return s
}

func claim(principal, due string, movements ...latefees.Movement) latefees.Claim {
	return latefees.Claim{Principal: euros(principal), Due: day(due), Movements: movements}
}

func payment(id, on, sum string) latefees.Movement {
	return latefees.Movement{Kind: latefees.Payment, ID: id, On: day(on), Amount: euros(sum)}
}

func creditNote(id, on, sum string) latefees.Movement {
	return latefees.Movement{Kind: latefees.CreditNote, ID: id, On: day(on), Amount: euros(sum)}
}

func reversal(id, on, reverses string) latefees.Movement {
	return latefees.Movement{Kind: latefees.Reversal, ID: id, On: day(on), Reverses: reverses}
}

// rational is an exact amount in minor units, for comparison with math/big.
func rational(e latefees.Exact) *big.Rat {
	minor, numerator, denominator := e.Fraction()
	sum := new(big.Rat).SetFrac64(numerator, denominator)
	return sum.Add(sum, new(big.Rat).SetInt64(minor))
}

// codes are the warnings of a statement.
func codes(s *latefees.Statement) []latefees.WarningCode {
	var found []latefees.WarningCode
	for _, warning := range s.Warnings() {
		found = append(found, warning.Code)
	}
	return found
}

// rates are the rates of a statement's segments.
func rates(s *latefees.Statement) []string {
	var found []string
	for _, segment := range s.Segments() {
		found = append(found, segment.Rate.String())
	}
	return found
}
