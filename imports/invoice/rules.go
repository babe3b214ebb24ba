package invoice

import "relance/deadlines"

// Rules are the limits and defaults that every reader applies. The zero Rules
// are the usual ones.
type Rules struct {
	// MaxMinor is the largest amount accepted, in the currency's smallest unit.
	// Anything beyond is taken for a typing error or an attack. Default: 10^12,
	// ten billion euros.
	MaxMinor int64

	// Law gives the due date of a document that states neither a date nor terms
	// that are understood, and the latest date that may be agreed. Without it such
	// a document is refused, and no date is too late.
	Law Law

	// CreditorCountries are the countries of the creditors by their ID, under the
	// empty ID that of documents that name none. A seller's address goes before
	// it; Country comes after it.
	CreditorCountries map[string]string

	// Sells is what creditors sell where the law has a longest payment term of its
	// own for it, by their ID as in CreditorCountries; others sell in general.
	Sells map[string]deadlines.TermCategory

	// Country is the ISO 3166-1 code assumed for phone numbers written without an
	// international prefix when the debtor's country is not stated, and for
	// creditors whose country is not known. Default: FR.
	Country string
}

const (
	defaultMaxMinor = 1_000_000_000_000
	defaultCountry  = "FR"
)

func (r Rules) withDefaults() Rules {
	if r.MaxMinor == 0 {
		r.MaxMinor = defaultMaxMinor
	}
	if r.Country == "" {
		r.Country = defaultCountry
	}
	return r
}
