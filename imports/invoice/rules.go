package invoice

// Rules are the limits and defaults that every reader applies. The zero Rules
// are the usual ones.
type Rules struct {
	// MaxMinor is the largest amount accepted, in the currency's smallest unit.
	// Anything beyond is taken for a typing error or an attack. Default: 10^12,
	// ten billion euros.
	MaxMinor int64

	// DefaultTermDays is the payment period when a document states neither a due
	// date nor terms that are understood, counted from the later of issue and
	// delivery. Default: 30, the period C. com. L441-10 I gives where nothing was
	// agreed (and art. 3 of Directive 2011/7/EU elsewhere in the Union). The law
	// counts from delivery or performance; an invoice is rarely issued before, so
	// that the later of the two dates never claims too early.
	DefaultTermDays int

	// Country is the ISO 3166-1 code assumed for phone numbers written without an
	// international prefix when the debtor's country is not stated. Default: FR.
	Country string
}

const (
	defaultMaxMinor = 1_000_000_000_000
	defaultTermDays = 30
	defaultCountry  = "FR"
)

func (r Rules) withDefaults() Rules {
	if r.MaxMinor == 0 {
		r.MaxMinor = defaultMaxMinor
	}
	if r.DefaultTermDays == 0 {
		r.DefaultTermDays = defaultTermDays
	}
	if r.Country == "" {
		r.Country = defaultCountry
	}
	return r
}
