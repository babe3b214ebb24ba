package wiring

import (
	"errors"
	"fmt"

	"relance/arrangements"
	"relance/collection"
	"relance/config"
	"relance/law"
)

// Arrangements is what each role at a creditor may grant; the product's own limits
// where the creditor has none configured.
func Arrangements(c config.Creditor) (arrangements.Policy, error) {
	policy := arrangements.Policy{}
	var problems []error
	for _, given := range c.Arrangements {
		if policy.Roles == nil {
			policy.Roles = map[collection.Role]arrangements.Limits{}
		}
		limits := arrangements.Limits{Months: given.Months, Amount: given.Amount}
		for _, percent := range []struct {
			text string
			into *law.Percent
		}{{given.DownPayment, &limits.DownPayment}, {given.Discount, &limits.Discount}} {
			if percent.text == "" {
				continue
			}
			parsed, err := law.ParsePercent(percent.text)
			if err != nil {
				problems = append(problems, fmt.Errorf("creditor %s, arrangements of the role %s: %w", c.ID, given.Role, err))
			}
			*percent.into = parsed
		}
		policy.Roles[collection.Role(given.Role)] = limits
	}
	if err := policy.Validate(); err != nil {
		problems = append(problems, fmt.Errorf("creditor %s, arrangements: %w", c.ID, err))
	}
	return policy, errors.Join(problems...)
}

// CheckArrangements says what is wrong with what the creditors' roles may grant.
func CheckArrangements(creditors []config.Creditor) error {
	var problems []error
	for _, c := range creditors {
		_, err := Arrangements(c)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
