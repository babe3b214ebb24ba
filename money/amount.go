// Package money holds exact amounts of money: a whole number of a currency's
// smallest unit. Nothing in it is approximate and nothing in it rounds.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrCurrencyMismatch is wrapped by every operation on two different currencies.
var ErrCurrencyMismatch = errors.New("the amounts are in different currencies")

// ErrOverflow is wrapped when a result does not fit (beyond about 92 million
// billion euros).
var ErrOverflow = errors.New("the amount is too large")

// Amount is a sum of money in one currency, exact to its smallest unit. Amounts
// are values and compare with ==. The zero Amount has no currency and means
// "no amount given"; zero euros is FromMinor(0, "EUR").
type Amount struct {
	minor    int64
	currency Currency
}

// FromMinor makes an amount of minor units: FromMinor(12345, "EUR") is 123.45 EUR.
func FromMinor(minor int64, currency Currency) Amount {
	return Amount{minor: minor, currency: currency}
}

// Parse reads a plain decimal number ("1234.5", "-3", "+0.10") as an amount.
// It refuses more decimals than the currency has, unless they are zeros.
func Parse(decimal string, currency Currency) (Amount, error) {
	digits := currency.Digits()
	unsigned := strings.TrimLeft(decimal, "+-")
	negative := strings.HasPrefix(decimal, "-")
	if len(decimal)-len(unsigned) > 1 {
		return Amount{}, fmt.Errorf("%q is not an amount: more than one sign", decimal)
	}
	whole, fraction, hasPoint := strings.Cut(unsigned, ".")
	if whole == "" && fraction == "" || hasPoint && fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return Amount{}, fmt.Errorf("%q is not an amount: write it like 1234.50", decimal)
	}
	if len(fraction) > digits {
		if strings.Trim(fraction[digits:], "0") != "" {
			return Amount{}, fmt.Errorf("%q has more decimals than %s allows (%d)", decimal, currency, digits)
		}
		fraction = fraction[:digits]
	}
	fraction += strings.Repeat("0", digits-len(fraction))
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", decimal, ErrOverflow)
	}
	if negative {
		minor = -minor
	}
	return Amount{minor: minor, currency: currency}, nil
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Minor is the amount in the currency's smallest unit.
func (a Amount) Minor() int64 { return a.minor }

// Currency is the amount's currency, empty for the zero Amount.
func (a Amount) Currency() Currency { return a.currency }

// IsZero reports whether the amount is nothing, with or without a currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// OmitNothing is no amount at all in place of nothing in a currency: the two are the
// same to whoever reads it, and only one of them is left out when it is written.
func OmitNothing(a Amount) Amount {
	if a.IsZero() {
		return Amount{}
	}
	return a
}

// Sign is -1, 0 or +1.
func (a Amount) Sign() int {
	switch {
	case a.minor < 0:
		return -1
	case a.minor > 0:
		return 1
	default:
		return 0
	}
}

// Neg is the amount with the opposite sign.
func (a Amount) Neg() Amount { return Amount{minor: -a.minor, currency: a.currency} }

// Zero is nothing, in the amount's currency.
func (a Amount) Zero() Amount { return Amount{currency: a.currency} }

// Add is a+b. The zero Amount adds to any currency.
func (a Amount) Add(b Amount) (Amount, error) {
	currency, err := sharedCurrency(a, b)
	if err != nil {
		return Amount{}, err
	}
	sum := a.minor + b.minor
	if (a.minor > 0 && b.minor > 0 && sum < 0) || (a.minor < 0 && b.minor < 0 && sum >= 0) {
		return Amount{}, fmt.Errorf("%s + %s: %w", a, b, ErrOverflow)
	}
	return Amount{minor: sum, currency: currency}, nil
}

// Sub is a-b.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b.minor == math.MinInt64 {
		return Amount{}, fmt.Errorf("%s - %s: %w", a, b, ErrOverflow)
	}
	return a.Add(b.Neg())
}

// Cmp is -1, 0 or +1 as a is less than, equal to or more than b.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := sharedCurrency(a, b); err != nil {
		return 0, err
	}
	switch {
	case a.minor < b.minor:
		return -1, nil
	case a.minor > b.minor:
		return 1, nil
	default:
		return 0, nil
	}
}

func sharedCurrency(a, b Amount) (Currency, error) {
	switch {
	case a.currency == b.currency, b == Amount{}:
		return a.currency, nil
	case a == Amount{}:
		return b.currency, nil
	default:
		return "", fmt.Errorf("%s and %s: %w", a, b, ErrCurrencyMismatch)
	}
}

// Decimal is the number alone, with all the decimals of the currency: "1234.50".
func (a Amount) Decimal() string {
	digits := a.currency.Digits()
	magnitude := strconv.FormatUint(magnitude(a.minor), 10)
	if pad := digits + 1 - len(magnitude); pad > 0 {
		magnitude = strings.Repeat("0", pad) + magnitude
	}
	if digits > 0 {
		magnitude = magnitude[:len(magnitude)-digits] + "." + magnitude[len(magnitude)-digits:]
	}
	if a.minor < 0 {
		return "-" + magnitude
	}
	return magnitude
}

func magnitude(minor int64) uint64 {
	if minor < 0 {
		return -uint64(minor) //nolint:gosec // two's complement: exact for every int64, the smallest included
	}
	return uint64(minor)
}

// String is the number and the currency, "1234.50 EUR", for machines and logs;
// what debtors read is formatted for their language elsewhere.
func (a Amount) String() string {
	if a.currency == "" {
		return a.Decimal()
	}
	return a.Decimal() + " " + string(a.currency)
}

// French is the amount as French readers write it, with the no-break spaces that keep it
// in one piece: "1 234,50 €", "1 234,50 USD".
func (a Amount) French() string {
	const narrow, wide = "\u202f", "\u00a0"
	whole, fraction, hasFraction := strings.Cut(a.Decimal(), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + narrow + whole[i:]
	}
	if hasFraction {
		whole += "," + fraction
	}
	switch a.currency {
	case "":
		return sign + whole
	case EUR:
		return sign + whole + wide + "€"
	default:
		return sign + whole + wide + string(a.currency)
	}
}

// MarshalText writes "1234.50 EUR", and nothing for the zero Amount.
func (a Amount) MarshalText() ([]byte, error) {
	if a == (Amount{}) {
		return []byte{}, nil
	}
	if a.currency == "" {
		return nil, fmt.Errorf("%s has no currency and cannot be written", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (a *Amount) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Amount{}
		return nil
	}
	number, code, found := strings.Cut(string(text), " ")
	if !found {
		return fmt.Errorf(`%q is not an amount with its currency: write it like "1234.50 EUR"`, text)
	}
	currency, err := ParseCurrency(code)
	if err != nil {
		return err
	}
	parsed, err := Parse(number, currency)
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
