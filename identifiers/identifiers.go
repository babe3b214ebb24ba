// Package identifiers reads, checks and prints the numbers by which companies,
// bank accounts and payments are known: SIREN and SIRET, VAT numbers, IBAN and
// BIC, and the creditor reference that lets a payment find its invoice again.
package identifiers

import (
	"strings"
	"unicode"
)

// Compact is a number as machines write it: in capitals, without the spaces and
// dots of paper.
func Compact(text string) string { return strings.ToUpper(without(text, ".")) }

// without drops white space, control characters and the characters named.
func without(text, dropped string) string {
	return strings.Map(func(r rune) rune {
		if isBlank(r) || strings.ContainsRune(dropped, r) {
			return -1
		}
		return r
	}, text)
}

// inFours groups a number the way it is printed: "FR76 3000 6000 …".
func inFours(number string) string {
	var groups []string
	for len(number) > 4 {
		groups = append(groups, number[:4])
		number = number[4:]
	}
	return strings.Join(append(groups, number), " ")
}

func isBlank(r rune) bool  { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }

func onlyDigits(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return text != ""
}
