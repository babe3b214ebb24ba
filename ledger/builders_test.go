package ledger_test

import (
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/money"
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
