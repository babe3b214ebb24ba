package arrangements

import (
	"errors"
	"fmt"
	"slices"

	"relance/collection"
	"relance/law"
	"relance/money"
)

// Limits are what a role may grant alone. An empty limit is none.
type Limits struct {
	// Months is the greatest number of monthly instalments.
	Months int `json:"months,omitempty"`
	// DownPayment is the least down payment, in percent of what is owed.
	DownPayment law.Percent `json:"down_payment,omitzero"`
	// Amount is the greatest debt, in whole units of its currency: "5000".
	Amount string `json:"amount,omitempty"`
	// Discount is the greatest discount for quick payment, in percent of what is owed.
	Discount law.Percent `json:"discount,omitzero"`
}

// Policy is how a creditor grants plans: limits by role at the creditor, from the
// one that may grant least to the one that may grant most.
type Policy struct {
	Roles map[collection.Role]Limits `json:"roles,omitempty"`
}

// StandardPolicy is the product's default (a choice of the product, not of any law).
func StandardPolicy() Policy {
	return Policy{Roles: map[collection.Role]Limits{
		collection.RoleSalesperson: {Months: 3, DownPayment: 30 * law.OnePercent, Amount: "2000", Discount: law.OnePercent},
		collection.RoleAccountant:  {Months: 6, DownPayment: 20 * law.OnePercent, Amount: "10000", Discount: 5 * law.OnePercent},
		collection.RoleManager:     {Months: 12, Amount: "50000", Discount: 15 * law.OnePercent},
		collection.RoleOwner:       {},
	}}
}

// Validate refuses limits that nobody could apply.
func (p Policy) Validate() error {
	var problems []error
	for _, role := range collection.ColleagueRoles() {
		limits, given := p.Roles[role]
		if !given {
			continue
		}
		if limits.Months < 0 || limits.Months > maxInstalments {
			problems = append(problems, fmt.Errorf("plans of the role %s have at most %d months: it is 1 to %d, or 0 for no limit", role, limits.Months, maxInstalments))
		}
		for name, percent := range map[string]law.Percent{"down payment": limits.DownPayment, "discount": limits.Discount} {
			if percent < 0 || percent > 100*law.OnePercent {
				problems = append(problems, fmt.Errorf("the %s of the role %s is %s %%: it is 0 to 100", name, role, percent))
			}
		}
		if _, err := money.Parse(limits.Amount, money.EUR); limits.Amount != "" && err != nil {
			problems = append(problems, fmt.Errorf("the greatest amount of the role %s: %w", role, err))
		}
	}
	for role := range p.Roles {
		if !slices.Contains(collection.ColleagueRoles(), role) {
			problems = append(problems, fmt.Errorf("nobody at the creditor has the role %q: the roles are %s", role, collection.ColleagueRoles()))
		}
	}
	return errors.Join(problems...)
}

// limitsOf are the limits of a role. A role without any in a policy may grant
// nothing; without a policy the standard one counts.
func (p Policy) limitsOf(role collection.Role) (Limits, error) {
	roles := p.Roles
	if len(roles) == 0 {
		roles = StandardPolicy().Roles
	}
	limits, given := roles[role]
	if !given {
		return Limits{}, collection.Refuse(collection.RefusedInvalid, "the role %q may grant nothing here: the roles that may are in the creditor's configuration (arrangements)", role)
	}
	return limits, nil
}

// PlanBeyond lists, in words, what of the terms is beyond what a role may grant.
func (p Policy) PlanBeyond(role collection.Role, principal money.Amount, t Terms) ([]string, error) {
	limits, err := p.limitsOf(role)
	if err != nil {
		return nil, err
	}
	var beyond []string
	if limits.Months > 0 && t.months() > limits.Months {
		beyond = append(beyond, fmt.Sprintf("%d months, where the role %s grants %d", t.months(), role, limits.Months))
	}
	if isMoreThan(principal, limits.Amount) {
		beyond = append(beyond, fmt.Sprintf("%s owed, where the role %s grants plans up to %s", principal, role, limits.Amount))
	}
	if limits.DownPayment > 0 && share(t.DownPayment, principal) < limits.DownPayment {
		beyond = append(beyond, fmt.Sprintf("a down payment of %s, where the role %s asks for %s %%", orNone(t.DownPayment), role, limits.DownPayment))
	}
	return beyond, nil
}

// DiscountBeyond says, in words, why a discount on what is open is beyond what a role
// may grant; empty when it is not.
func (p Policy) DiscountBeyond(role collection.Role, discount, open money.Amount) (string, error) {
	limits, err := p.limitsOf(role)
	if err != nil {
		return "", err
	}
	if limits.Discount > 0 && isShareAbove(discount, open, limits.Discount) {
		return fmt.Sprintf("a discount of %s on %s, where the role %s grants %s %%", discount, open, role, limits.Discount), nil
	}
	return "", nil
}

func isMoreThan(amount money.Amount, limit string) bool {
	if limit == "" {
		return false
	}
	most, err := money.Parse(limit, amount.Currency())
	return err != nil || amount.Minor() > most.Minor()
}

// share is a part of a whole in percent, rounded down.
func share(part, whole money.Amount) law.Percent {
	if whole.Sign() <= 0 {
		return 0
	}
	return law.Percent(rationalShare(part.Minor(), whole.Minor()))
}

// isShareAbove compares exactly, without rounding.
func isShareAbove(part, whole money.Amount, limit law.Percent) bool {
	return compareShare(part.Minor(), whole.Minor(), int64(limit)) > 0
}

func orNone(amount money.Amount) string {
	if amount.IsZero() {
		return "nothing"
	}
	return amount.String()
}
