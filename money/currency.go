package money

import (
	"fmt"

	"github.com/bojanz/currency"
)

// Currency is an ISO 4217 alphabetic code such as "EUR".
type Currency string

// EUR is the euro, the currency of the statutory amounts.
const EUR Currency = "EUR"

// ParseCurrency accepts a known ISO 4217 code in capitals.
func ParseCurrency(code string) (Currency, error) {
	if !currency.IsValid(code) {
		return "", fmt.Errorf("%q is not a currency: use an ISO 4217 code such as EUR", code)
	}
	return Currency(code), nil
}

// Digits is the number of decimals the currency is counted in: 2 for EUR, 0 for
// JPY, 3 for TND (Unicode CLDR); 2 for an unknown or empty code.
func (c Currency) Digits() int {
	if c == EUR {
		return 2
	}
	if digits, ok := currency.GetDigits(string(c)); ok {
		return int(digits)
	}
	return 2
}
