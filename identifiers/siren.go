package identifiers

import "strings"

// How many digits French company numbers have.
const (
	LengthSIREN = 9
	LengthSIRET = 14
)

const laPoste = "356000000" // its establishments outgrew the checksum

// ValidSIREN reports whether the text is nine digits with a correct Luhn
// checksum, as INSEE gives them to companies.
func ValidSIREN(text string) bool { return len(text) == LengthSIREN && luhn(text) }

// PublicSIREN recognises the ranges that INSEE keeps for the State and its
// bodies (11 to 19) and for local authorities (2); the others are given in order
// and mean nothing.
func PublicSIREN(siren string) bool {
	return len(siren) == LengthSIREN && (siren[0] == '2' || siren[0] == '1' && siren[1] != '0')
}

// ValidSIRET reports whether the text is fourteen digits with a correct Luhn
// checksum and a valid SIREN. Establishments of La Poste need instead a sum of
// digits that five divides.
func ValidSIRET(text string) bool {
	if len(text) != LengthSIRET || !ValidSIREN(text[:LengthSIREN]) || !onlyDigits(text) {
		return false
	}
	if luhn(text) {
		return true
	}
	sum := 0
	for i := range len(text) {
		sum += int(text[i] - '0')
	}
	return text[:LengthSIREN] == laPoste && sum%5 == 0
}

func luhn(text string) bool {
	if !onlyDigits(text) || strings.Trim(text, "0") == "" {
		return false
	}
	sum := 0
	for i := range len(text) {
		digit := int(text[len(text)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}
