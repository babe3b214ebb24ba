package identifiers

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// CreditorReference is a structured creditor reference (ISO 11649) as machines
// write it: "RF", two check digits and up to 21 letters and digits. Banks carry it
// unchanged from the payer to the creditor's statement.
type CreditorReference string

const (
	referencePrefix = "RF"
	referenceHead   = len(referencePrefix) + 2 // with the check digits
	longestBody     = 21                       // behind them
)

// How much of a reference is told from the invoice number and how much is a
// fingerprint. The short one keeps apart numbers that differ in punctuation or
// case only; the long one stands for what is not written at all.
const (
	shortFingerprint = 6
	longFingerprint  = 10
)

// NewCreditorReference makes the reference of what the parts name together: the
// creditor and the number of an invoice. The last part is the one people look for.
// Written in capitals and digits only, it is the reference as it stands, the same
// that a billing program makes of it: FA20260042 gives RF83FA20260042. Otherwise it
// loses what a reference cannot carry and takes a fingerprint of all the parts
// instead, so that two numbers of one creditor practically never share a reference.
// The same parts give the same reference for ever: it is printed on letters.
func NewCreditorReference(parts ...string) CreditorReference {
	number := ""
	if len(parts) > 0 {
		number = parts[len(parts)-1]
	}
	body, onlyPunctuationLost := referenceLetters(number)
	switch {
	case body == number && body != "" && len(body) <= longestBody:
	case onlyPunctuationLost && body != "" && len(body) <= longestBody-shortFingerprint:
		body += fingerprint(parts, shortFingerprint)
	default:
		// The end of a number is what sets it apart.
		body = body[max(0, len(body)-(longestBody-longFingerprint)):] + fingerprint(parts, longFingerprint)
	}
	check := 98 - remainder97(body+referencePrefix+"00")
	return CreditorReference(fmt.Sprintf("%s%02d%s", referencePrefix, check, body))
}

// referenceLetters keeps of a number what a reference can carry, in capitals, and
// tells whether all that was lost is punctuation, spaces and case.
func referenceLetters(number string) (body string, onlyPunctuationLost bool) {
	onlyPunctuationLost = true
	body = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r):
			onlyPunctuationLost = false
		}
		return -1
	}, number)
	return body, onlyPunctuationLost
}

const base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// fingerprint is the beginning of the SHA-256 of the parts in base 36.
func fingerprint(parts []string, length int) string {
	var all strings.Builder
	for _, part := range parts {
		// With its length before it, no part can be taken for two.
		fmt.Fprintf(&all, "%d:%s", len(part), part)
	}
	sum := sha256.Sum256([]byte(all.String()))
	number := binary.BigEndian.Uint64(sum[:])
	digits := make([]byte, length)
	for i := range digits {
		digits[i] = base36[number%uint64(len(base36))]
		number /= uint64(len(base36))
	}
	return string(digits)
}

// ParseCreditorReference reads a reference in any case, with or without the spaces
// of paper, and checks it.
func ParseCreditorReference(text string) (CreditorReference, error) {
	reference := strings.ToUpper(without(text, ""))
	if err := checkReference(reference); err != nil {
		return "", fmt.Errorf("%q is not a creditor reference: %w", text, err)
	}
	return CreditorReference(reference), nil
}

func checkReference(reference string) error {
	switch body := strings.TrimPrefix(reference, referencePrefix); {
	case body == reference:
		return errors.New("it begins with RF")
	case len(body) < 3 || !onlyDigits(body[:2]):
		return errors.New("RF is followed by two check digits and at least one letter or digit")
	case len(reference) > referenceHead+longestBody:
		return fmt.Errorf("it has %d characters: at most %d are allowed", len(reference), referenceHead+longestBody)
	case strings.Trim(body, base36) != "":
		return errors.New("it has characters other than letters without accents and digits")
	}
	if !referenceFits(reference) {
		return errors.New("its check digits do not fit: a character is wrong or two are swapped")
	}
	return nil
}

// referenceFits checks the check digits of a text that has the form of a
// reference. ISO 7064 never gives 00, 01 and 99, which would fit as 97, 98 and 02.
func referenceFits(reference string) bool {
	check := reference[2:4]
	return check != "00" && check != "01" && check != "99" && remainder97(reference[referenceHead:]+reference[:referenceHead]) == 1
}

// remainder97 is a text modulo 97, its letters read as 10 to 35 (ISO 7064).
func remainder97(text string) int {
	remainder := 0
	for i := range len(text) {
		if c := text[i]; isDigit(c) {
			remainder = (remainder*10 + int(c-'0')) % 97
		} else {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		}
	}
	return remainder
}

// Print groups the reference the way it is printed: "RF83 FA20 2600 42".
func (r CreditorReference) Print() string { return inFours(string(r)) }
