// Package inwords writes amounts of money in words, as documents ask that state a
// sum in figures and in words: an acknowledgement of debt (C. civ. 1376).
package inwords

import (
	"fmt"
	"strings"

	"relance/money"
)

// Limit is the first number that is not written: a million millions.
const Limit = 1_000_000_000_000

const (
	thousand = 1_000
	million  = 1_000_000
	milliard = 1_000_000_000
)

// euros are whole euros and cents of an amount that can be written.
func euros(amount money.Amount) (whole, cents int64, err error) {
	if amount.Currency() != money.EUR {
		return 0, 0, fmt.Errorf("%s cannot be written in words: only euros can", amount)
	}
	const centsOfEuro = 100
	whole, cents = amount.Minor()/centsOfEuro, amount.Minor()%centsOfEuro
	if amount.Sign() < 0 || whole >= Limit {
		return 0, 0, fmt.Errorf("%s cannot be written in words: it is less than nothing or beyond a million millions", amount)
	}
	return whole, cents, nil
}

// joined are words with single spaces between them.
func joined(words ...string) string {
	var kept []string
	for _, word := range words {
		if word != "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}
