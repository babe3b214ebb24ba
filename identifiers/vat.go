package identifiers

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseVAT reads a VAT number with its country prefix, with or without spaces,
// dots and hyphens, and checks its shape. The key of a French number is checked
// against its SIREN where the key is numeric.
func ParseVAT(text string) (string, bool) {
	vat := strings.ToUpper(without(text, ".-"))
	if len(vat) < 4 || len(vat) > 16 || !matchesVATShape(vat) {
		return "", false
	}
	if strings.HasPrefix(vat, "FR") && !validFrenchVAT(vat) {
		return "", false
	}
	return vat, true
}

// validFrenchVAT checks the key of a number. Keys with letters have no public
// formula.
func validFrenchVAT(vat string) bool {
	key, siren := vat[2:4], vat[4:]
	return !onlyDigits(key) || key == frenchVATKey(siren)
}

// FrenchVAT is the VAT number of a French company, made from its SIREN; empty
// when the SIREN is not valid.
func FrenchVAT(siren string) string {
	if !ValidSIREN(siren) {
		return ""
	}
	return "FR" + frenchVATKey(siren) + siren
}

// frenchVATKey is (12 + 3 x (SIREN mod 97)) mod 97 in two digits.
func frenchVATKey(siren string) string {
	number, err := strconv.Atoi(siren)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%02d", (12+3*(number%97))%97)
}

// matchesVATShape compares a number with the patterns of its country. In a
// pattern 9 is a digit, A a letter, X a letter or digit, and anything else
// itself. A country without a pattern is given the benefit of the doubt.
func matchesVATShape(vat string) bool {
	patterns, known := vatShapes[vat[:2]]
	if !known {
		return isLetter(vat[0]) && isLetter(vat[1]) && matchesPattern(vat[2:], strings.Repeat("X", len(vat)-2))
	}
	for pattern := range strings.FieldsSeq(patterns) {
		if matchesPattern(vat[2:], pattern) {
			return true
		}
	}
	return false
}

// vatShapes are the shapes of VAT numbers in the European Union, as the VIES
// service documents them, and in some neighbours.
var vatShapes = map[string]string{
	"AT": "U99999999",
	"BE": "0999999999 1999999999",
	"BG": "999999999 9999999999",
	"CH": "E999999999 E999999999MWST E999999999TVA E999999999IVA",
	"CY": "99999999A",
	"CZ": "99999999 999999999 9999999999",
	"DE": "999999999",
	"DK": "99999999",
	"EE": "999999999",
	"EL": "999999999",
	"ES": "X9999999X",
	"FI": "99999999",
	"FR": "XX999999999",
	"GB": "999999999 999999999999 GD999 HA999",
	"HR": "99999999999",
	"HU": "99999999",
	"IE": "9X99999A 9+99999A 9*99999A 9999999AA",
	"IT": "99999999999",
	"LT": "999999999 999999999999",
	"LU": "99999999",
	"LV": "99999999999",
	"MT": "99999999",
	"NL": "999999999B99",
	"NO": "999999999MVA 999999999",
	"PL": "9999999999",
	"PT": "999999999",
	"RO": "99 999 9999 99999 999999 9999999 99999999 999999999 9999999999",
	"SE": "999999999999",
	"SI": "99999999",
	"SK": "9999999999",
	"XI": "999999999 999999999999 GD999 HA999",
}

func matchesPattern(text, pattern string) bool {
	if len(text) != len(pattern) {
		return false
	}
	for i := range len(text) {
		c := text[i]
		var fits bool
		switch pattern[i] {
		case '9':
			fits = isDigit(c)
		case 'A':
			fits = isLetter(c)
		case 'X':
			fits = isDigit(c) || isLetter(c)
		default:
			fits = c == pattern[i]
		}
		if !fits {
			return false
		}
	}
	return true
}
