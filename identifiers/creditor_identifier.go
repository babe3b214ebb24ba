package identifiers

import (
	"errors"
	"fmt"
)

// The parts of a SEPA creditor identifier: country, check digits, business code, and
// the national number, of which there is at least one character.
const (
	identifierHead    = 7
	longestIdentifier = 35
)

// ParseCreditorIdentifier checks a SEPA creditor identifier (in French ICS), with or
// without spaces, and returns it without: "FR72ZZZ123456". Its check digits are those
// of ISO 7064 over the national number and the country; the business code in between,
// ZZZ unless the creditor chose another, does not count (EPC262-08).
func ParseCreditorIdentifier(text string) (string, error) {
	identifier := Compact(text)
	if err := checkIdentifier(identifier); err != nil {
		return "", fmt.Errorf("%q is not a SEPA creditor identifier: %w", text, err)
	}
	return identifier, nil
}

func checkIdentifier(identifier string) error {
	switch {
	case len(identifier) <= identifierHead || len(identifier) > longestIdentifier:
		return fmt.Errorf("it has %d characters where %d to %d are possible", len(identifier), identifierHead+1, longestIdentifier)
	case !matchesPattern(identifier[:4], "AA99"):
		return errors.New("it begins with a country and two check digits, such as FR72")
	}
	for i := range len(identifier) {
		if c := identifier[i]; !isDigit(c) && !isLetter(c) {
			return errors.New("it has characters other than letters and digits")
		}
	}
	if remainder97(identifier[identifierHead:]+identifier[:4]) != 1 {
		return errors.New("its check digits do not fit: a character is wrong or two are swapped")
	}
	return nil
}
