package wiring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// Store opens the case file, which counts late fees by a book of law.
func Store(ctx context.Context, c config.Config, book law.Book) (*casefile.Store, error) {
	store, err := casefile.Open(ctx, c.Database.URL.Reveal())
	if err != nil {
		return nil, err
	}
	return store.UseLaw(book), nil
}

// LateFees is the policy that a creditor's configuration describes.
func LateFees(c config.Creditor) (ledger.Policy, error) {
	claimFrom := collection.Tone(cmp.Or(c.LateFees.ClaimFrom, string(collection.ToneFormal)))
	if c.LateFees.ClaimFrom == "never" {
		claimFrom = ""
	}
	clause, err := clauseOf(c.LateFees.Rate)
	if err != nil {
		return ledger.Policy{}, fmt.Errorf("creditor %s: late_fees.rate: %w", c.ID, err)
	}
	return ledger.Policy{
		ClaimFrom: claimFrom, Tolerance: c.LateFees.Tolerance,
		Terms: latefees.Terms{Clause: clause, Conventions: latefees.Conventions{
			DayCount: latefees.DayCount(c.LateFees.DayCount), PartPayment: latefees.PartPayment(c.LateFees.PartPayment),
			CreditNotes: latefees.CreditNotes(c.LateFees.CreditNotes), PaymentDay: latefees.PaymentDay(c.LateFees.PaymentDay),
		}},
	}, nil
}

// clauseOf reads the rate of a contract: "12.5", "legal x 3" or "ecb + 10".
func clauseOf(rate string) (latefees.Clause, error) {
	if times, found := strings.CutPrefix(rate, "legal x "); found {
		// A multiple with two decimals is an amount in the smallest unit of the euro.
		multiple, err := money.Parse(times, money.EUR)
		return latefees.TimesLegalRate(multiple.Minor()), err
	}
	if points, found := strings.CutPrefix(rate, "ecb + "); found {
		percent, err := law.ParsePercent(points)
		return latefees.ECBPlus(percent), err
	}
	if rate == "" {
		return latefees.Clause{}, nil
	}
	percent, err := law.ParsePercent(rate)
	return latefees.FixedRate(percent), err
}

// CheckLateFees refuses policies that cannot be followed under the law, all at
// once.
func CheckLateFees(creditors []config.Creditor, book law.Book) error {
	var problems []error
	for _, c := range creditors {
		policy, err := LateFees(c)
		if err == nil && knows(book, c.Address.Country) {
			err = policy.Validate(book, c.Address.Country)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("creditor %s: late_fees: %w", c.ID, err))
		}
	}
	return errors.Join(problems...)
}

// knows reports whether the law of a country is in the book; where it is not,
// late fees are not counted.
func knows(book law.Book, country string) bool {
	for _, regime := range book.Regimes() {
		if regime.Country == country {
			return true
		}
	}
	return false
}
