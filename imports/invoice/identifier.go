package invoice

import (
	"strings"

	"relance/identifiers"
)

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
	compact := identifiers.Compact(value)
	switch {
	case scheme == schemeSIRET, scheme == schemeSIREN && len(compact) == identifiers.LengthSIRET:
		if identifiers.ValidSIRET(compact) {
			party.SIRET = compact
			return
		}
		d.Warn(AboutIdentifier, cell, "not a SIRET: fourteen digits with a checksum; it is kept but not used")
	case scheme == schemeSIREN:
		if identifiers.ValidSIREN(compact) {
			party.SIREN = compact
			return
		}
		d.Warn(AboutIdentifier, cell, "not a SIREN: nine digits with a checksum; it is kept but not used")
	case scheme == schemeVAT:
		if vat, ok := identifiers.ParseVAT(value); ok {
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
	compact := identifiers.Compact(party.LegalID.Value)
	switch {
	case party.LegalID.Scheme == schemeSIREN, party.LegalID.Scheme == schemeSIRET:
		d.Identify(party, cell, scheme)
	case party.LegalID.Scheme != "" || party.Address.Country != "FR":
	case identifiers.ValidSIREN(compact):
		party.SIREN = compact
	case identifiers.ValidSIRET(compact):
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
		if siren, _, _ := strings.Cut(party.Endpoint.Value, "_"); identifiers.ValidSIREN(siren) {
			party.SIREN = siren
		}
	}
}
