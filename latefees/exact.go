package latefees

import (
	"fmt"
	"math"
	"math/bits"

	"relance/money"
)

// Exact is an amount of interest before it is rounded: whole minor units of its
// currency and a fraction of one more. It is never negative. Values compare
// with ==.
type Exact struct {
	minor int64
	// parts of one minor unit, less than wholeUnit.
	parts    int64
	currency money.Currency
}

const (
	// percentUnit is 100 % in ten-thousandths of a percent.
	percentUnit = 1_000_000
	yearDays    = 365
	leapDays    = 366
	// wholeUnit is what all fractions are parts of: every product of an amount, a
	// rate and a number of days, over 365 or over 366, is a whole number of them.
	wholeUnit = percentUnit * yearDays * leapDays
	// fixedUnit is enough when every year has 365 days.
	fixedUnit = percentUnit * yearDays
)

// Rounded is the amount rounded half up to the currency's minor unit.
func (e Exact) Rounded() money.Amount {
	if e.parts >= wholeUnit/2 {
		return money.FromMinor(e.minor+1, e.currency)
	}
	return money.FromMinor(e.minor, e.currency)
}

// Fraction is the amount as whole minor units and a fraction of one more.
func (e Exact) Fraction() (minor, numerator, denominator int64) { return e.minor, e.parts, wholeUnit }

// Cmp is -1, 0 or +1 as e is less than, equal to or more than other.
func (e Exact) Cmp(other Exact) int {
	switch {
	case e.minor < other.minor || e.minor == other.minor && e.parts < other.parts:
		return -1
	case e == other:
		return 0
	default:
		return 1
	}
}

// IsZero reports whether the amount is nothing.
func (e Exact) IsZero() bool { return e.minor == 0 && e.parts == 0 }

// Add is e+other, in the currency of e.
func (e Exact) Add(other Exact) (Exact, error) {
	minor, parts := e.minor+other.minor, e.parts+other.parts
	if parts >= wholeUnit {
		minor, parts = minor+1, parts-wholeUnit
	}
	if minor < 0 || minor == math.MaxInt64 {
		return Exact{}, errTooLarge
	}
	return Exact{minor: minor, parts: parts, currency: e.currency}, nil
}

var errTooLarge = fmt.Errorf("the interest does not fit: %w", money.ErrOverflow)

// product is principal x rate x days over a year of base days, in 128 bits.
func product(principal, rate, days, base int64, currency money.Currency) (Exact, error) {
	factor := uint64(rate * days * (wholeUnit / percentUnit / base)) //nolint:gosec // a rate below 2000 % for less than a century: positive and below 2^63
	high, low := bits.Mul64(uint64(principal), factor)               //nolint:gosec // the principal is not negative
	if high >= wholeUnit {
		return Exact{}, errTooLarge
	}
	minor, parts := bits.Div64(high, low, wholeUnit)
	if minor >= math.MaxInt64 {
		return Exact{}, errTooLarge
	}
	return Exact{minor: int64(minor), parts: int64(parts), currency: currency}, nil //nolint:gosec // checked above; parts < wholeUnit
}

// fits reports whether a principal times a factor, doubled, fits int64.
func fits(principal, factor int64) bool {
	high, low := bits.Mul64(uint64(principal), uint64(factor)) //nolint:gosec // neither is negative
	return high == 0 && low < math.MaxInt64/2
}

// String is the amount with six more decimals than the currency has, cut off:
// "33.28767123 EUR".
func (e Exact) String() string {
	const more = 1_000_000
	whole := money.FromMinor(e.minor, e.currency)
	digits := fmt.Sprintf("%06d", e.parts/(wholeUnit/more))
	if e.currency.Digits() == 0 {
		digits = "." + digits
	}
	if e.currency == "" {
		return whole.Decimal() + digits
	}
	return whole.Decimal() + digits + " " + string(e.currency)
}
