package identifiers

import (
	"errors"
	"fmt"

	"github.com/jacoelho/banking/bic"
	"github.com/jacoelho/banking/iban"
)

// ParseIBAN checks an IBAN, with or without spaces, and returns it without.
func ParseIBAN(text string) (string, error) {
	number := Compact(text)
	err := iban.Validate(number)
	if err == nil {
		return number, nil
	}
	var wrong *iban.ValidationError
	if !errors.As(err, &wrong) {
		return "", fmt.Errorf("%q is not an IBAN: %w", text, err)
	}
	reason := err.Error()
	switch wrong.Reason {
	case iban.ReasonInvalidLength:
		reason = fmt.Sprintf("it has %d characters where %d are needed", wrong.ActualLength, wrong.ExpectedLength)
	case iban.ReasonInvalidChecksum:
		reason = "its check digits do not fit: a character is wrong or two are swapped"
	case iban.ReasonInvalidCharacters:
		reason = fmt.Sprintf("%q must not stand at character %d", wrong.Actual, wrong.Position+1)
	case iban.ReasonUnsupportedCountry:
		reason = fmt.Sprintf("no country %q gives IBANs", wrong.Actual)
	}
	return "", fmt.Errorf("%q is not an IBAN: %s", text, reason)
}

// LooksLikeIBAN reports whether an account number of unstated kind begins as an
// IBAN does: two letters and two digits.
func LooksLikeIBAN(text string) bool {
	number := Compact(text)
	return len(number) > 4 && matchesPattern(number[:4], "AA99")
}

// InSEPA reports whether a valid IBAN is that of an account in the Single Euro
// Payments Area, to which euros are sent by an ordinary transfer.
func InSEPA(number string) bool {
	member, err := iban.IsSEPA(number)
	return err == nil && member
}

// PrintIBAN groups an IBAN the way it is printed: "FR76 3000 6000 …".
func PrintIBAN(number string) string { return inFours(Compact(number)) }

// ParseBIC checks a BIC, with or without spaces, and returns it without.
func ParseBIC(text string) (string, error) {
	code := Compact(text)
	if _, err := bic.Parse(code); err != nil {
		return "", fmt.Errorf("%q is not a BIC: it has 8 or 11 characters, such as AGRIFRPPXXX", text)
	}
	return code, nil
}
