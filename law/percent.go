package law

import (
	"fmt"
	"strconv"
	"strings"
)

// Percent is a rate per year in ten-thousandths of a percent: 12.15 % is 121500.
type Percent int64

// OnePercent is one percent, or one point added to a rate.
const OnePercent Percent = 10_000

const (
	percentDigits = 4
	maxPercent    = 1000 * OnePercent
)

// ParsePercent reads a decimal number with at most four decimals, "12.15" or "-0.88".
func ParsePercent(text string) (Percent, error) {
	unsigned, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(unsigned, ".")
	if !isDigits(whole) || hasPoint && !isDigits(fraction) || len(whole) > percentDigits || len(fraction) > percentDigits {
		return 0, fmt.Errorf("%q is not a percentage: write it like 12.15", text)
	}
	units, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", percentDigits-len(fraction)), 10, 64)
	if err != nil || units > int64(maxPercent) {
		return 0, fmt.Errorf("%q is not a percentage between -1000 and 1000", text)
	}
	if negative {
		units = -units
	}
	return Percent(units), nil
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// String is the number with at least two decimals, "12.15" or "0.1275".
func (p Percent) String() string {
	sign, units := "", int64(p)
	if units < 0 {
		sign, units = "-", -units
	}
	text := fmt.Sprintf("%s%d.%04d", sign, units/int64(OnePercent), units%int64(OnePercent))
	return strings.TrimSuffix(strings.TrimSuffix(text, "0"), "0")
}

// Words is the percentage as people write it, "12.15 %" and "12,15 %".
func (p Percent) Words() Words {
	return Words{EN: p.String() + " %", FR: strings.Replace(p.String(), ".", ",", 1) + " %"}
}

// MarshalText writes what String gives.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Percent) UnmarshalText(text []byte) error {
	parsed, err := ParsePercent(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// upToHalfPoint is the percentage raised to the next half point; a half point
// stays what it is.
func (p Percent) upToHalfPoint() Percent {
	const half = OnePercent / 2
	if over := ((p % half) + half) % half; over != 0 {
		return p - over + half
	}
	return p
}
