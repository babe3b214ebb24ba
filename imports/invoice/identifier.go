package invoice

import "strings"

// Scheme codes (ISO 6523 ICD and the EAS list) that mean something here.
const (
	schemeSIREN    = "0002"
	schemeSIRET    = "0009"
	schemeLeitweg  = "0204" // German public bodies
	schemeFrenchEA = "0225" // French e-invoicing address: a SIREN, alone or with a suffix
	schemeVAT      = "VA"
	schemeEmail    = "EM"
)

// Identify records a stated identifier of a party (BT-29, BT-30, BT-46, BT-47,
// or a column) under its scheme. A SIREN, SIRET or VAT number that fails its
// check stays among the identifiers, with a warning: it is no reason to lose an
// invoice, but nothing may be matched on it.
func (d *Draft) Identify(party *Party, cell Cell, scheme string) {
	value := Tidy(cell.Value)
	if value == "" {
		return
	}
	scheme = Tidy(scheme)
	compact := withoutSpaces(value)
	switch {
	case scheme == schemeSIRET, scheme == schemeSIREN && len(compact) == lengthSIRET:
		if ValidSIRET(compact) {
			party.SIRET = compact
			return
		}
		d.Warn(AboutIdentifier, cell, "not a SIRET: fourteen digits with a checksum; it is kept but not used")
	case scheme == schemeSIREN:
		if ValidSIREN(compact) {
			party.SIREN = compact
			return
		}
		d.Warn(AboutIdentifier, cell, "not a SIREN: nine digits with a checksum; it is kept but not used")
	case scheme == schemeVAT:
		if vat, ok := ParseVAT(value); ok {
			party.VAT = vat
			return
		}
		d.Warn(AboutIdentifier, cell, "not a VAT number of the country it names; it is kept but not used")
	}
	party.Identifiers = append(party.Identifiers, Identifier{Scheme: scheme, Value: value})
}

// SetLegalID records the legal registration (BT-30, BT-47). Where no scheme says
// what it is, a French party's number that passes the check of a SIREN or SIRET
// is taken for one. Set the address before.
func (d *Draft) SetLegalID(party *Party, cell Cell, scheme string) {
	if cell.Empty() {
		return
	}
	party.LegalID = Identifier{Scheme: Tidy(scheme), Value: Tidy(cell.Value)}
	compact := withoutSpaces(party.LegalID.Value)
	switch {
	case party.LegalID.Scheme == schemeSIREN, party.LegalID.Scheme == schemeSIRET:
		d.Identify(party, cell, scheme)
	case party.LegalID.Scheme != "" || party.Address.Country != "FR":
	case ValidSIREN(compact):
		party.SIREN = compact
	case ValidSIRET(compact):
		party.SIRET = compact
	}
}

// SetEndpoint records the electronic address of a party (BT-34, BT-49). A French
// one begins with the SIREN.
func (d *Draft) SetEndpoint(party *Party, cell Cell, scheme string) {
	if cell.Empty() {
		return
	}
	party.Endpoint = Identifier{Scheme: Tidy(scheme), Value: Tidy(cell.Value)}
	if party.Endpoint.Scheme == schemeFrenchEA && party.SIREN == "" {
		if siren, _, _ := strings.Cut(party.Endpoint.Value, "_"); ValidSIREN(siren) {
			party.SIREN = siren
		}
	}
}

const (
	lengthSIREN = 9
	lengthSIRET = 14
	laPoste     = "356000000" // its establishments outgrew the checksum
)

// ValidSIREN reports whether the text is nine digits with a correct Luhn
// checksum, as INSEE gives them to companies.
func ValidSIREN(text string) bool { return len(text) == lengthSIREN && luhn(text) }

// isPublicSIREN recognises the ranges that INSEE keeps for the State and its
// bodies (11 to 19) and for local authorities (2); the others are given in order
// and mean nothing.
func isPublicSIREN(siren string) bool {
	return siren != "" && (siren[0] == '2' || siren[0] == '1' && siren[1] != '0')
}

// ValidSIRET reports whether the text is fourteen digits with a correct Luhn
// checksum and a valid SIREN. Establishments of La Poste need instead a sum of
// digits that five divides.
func ValidSIRET(text string) bool {
	if len(text) != lengthSIRET || !ValidSIREN(text[:lengthSIREN]) || !onlyDigits(text) {
		return false
	}
	if luhn(text) {
		return true
	}
	sum := 0
	for i := range len(text) {
		sum += int(text[i] - '0')
	}
	return text[:lengthSIREN] == laPoste && sum%5 == 0
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

func withoutSpaces(text string) string {
	return strings.Map(func(r rune) rune {
		if isBlank(r) || r == '.' {
			return -1
		}
		return r
	}, text)
}
