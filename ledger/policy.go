package ledger

import (
	"errors"
	"fmt"
	"slices"

	"relance/collection"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

// Policy is how a creditor claims late fees.
type Policy struct {
	// ClaimFrom is the mildest tone whose notices claim them; empty: they are
	// never claimed, and not counted.
	ClaimFrom collection.Tone `json:"claim_from,omitempty"`
	// Terms are the clause of the creditor's contracts and its answers to what the
	// law leaves open.
	Terms latefees.Terms `json:"terms,omitzero"`
	// Tolerance is the rest, in whole units of the invoice's currency ("0.50"), at
	// or below which a claim counts as paid once something came in.
	Tolerance string `json:"tolerance,omitempty"`
}

// Claims reports whether a notice of a tone claims the late fees.
func (p Policy) Claims(tone collection.Tone) bool {
	from := slices.Index(collection.Tones(), p.ClaimFrom)
	return from >= 0 && slices.Index(collection.Tones(), tone) >= from
}

// Validate refuses a policy that nobody could follow.
func (p Policy) Validate(book law.Book, country string) error {
	var problems []error
	if p.ClaimFrom != "" && !slices.Contains(collection.Tones(), p.ClaimFrom) {
		problems = append(problems, fmt.Errorf("late fees are claimed from the tone %q: it is one of %s, or empty for never", p.ClaimFrom, collection.Tones()))
	}
	if _, err := p.tolerance(money.EUR); err != nil {
		problems = append(problems, err)
	}
	if p.ClaimFrom != "" {
		if _, err := latefees.NewTariff(book, law.Regime{Country: country, Debtor: law.Business}, p.Terms); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (p Policy) tolerance(currency money.Currency) (money.Amount, error) {
	if p.Tolerance == "" {
		return money.FromMinor(0, currency), nil
	}
	tolerance, err := money.Parse(p.Tolerance, currency)
	if err != nil || tolerance.Sign() < 0 {
		return money.Amount{}, fmt.Errorf("the tolerance %q is not an amount like 0.50", p.Tolerance)
	}
	return tolerance, nil
}

// ToleranceIn is the tolerance in a currency, nothing when it has finer decimals
// than the currency.
func (p Policy) ToleranceIn(currency money.Currency) money.Amount {
	tolerance, err := p.tolerance(currency)
	if err != nil {
		return money.FromMinor(0, currency)
	}
	return tolerance
}

// Regime is whose law of late payment applies to a claim: that of the creditor's
// country between professionals and against public bodies, where the contract is
// performed (Regulation (EC) 593/2008, art. 4); against a consumer that of the
// consumer's country (art. 6).
func Regime(creditorCountry, debtorCountry string, debtor law.Debtor) law.Regime {
	country := creditorCountry
	if debtor == law.Consumer && debtorCountry != "" {
		country = debtorCountry
	}
	return law.Regime{Country: country, Debtor: debtor}
}
