package strategyfile

import (
	"fmt"
	"slices"
	"strings"

	"relance/collection"
	"relance/money"
)

// approval is how a file asks for approvals: true, or true with terms.
type approval struct {
	Required     bool `json:"-"`
	ExpiresAfter int  `json:"expires_after,omitempty" minimum:"1" maximum:"365" doc:"Working days after which an approval that nobody gave is asked for anew."`
	DeputyAfter  int  `json:"deputy_after,omitempty" minimum:"1" maximum:"365" doc:"Working days after which a deputy is asked as well."`
}

// UnmarshalText reads true or false.
func (a *approval) UnmarshalText(text []byte) error {
	if s := string(text); s != "true" && s != "false" {
		return fmt.Errorf("%q is neither true nor false, nor {expires_after: 5, deputy_after: 2}", s)
	}
	a.Required = string(text) == "true"
	return nil
}

func (a approval) isRequired() bool { return a.Required || a.terms() != (collection.ApprovalTerms{}) }

func (a approval) terms() collection.ApprovalTerms {
	return collection.ApprovalTerms{ExpiresAfter: a.ExpiresAfter, DeputyAfter: a.DeputyAfter}
}

// amountLimit is an amount in any currency, or an amount for each.
type amountLimit map[string]string

// UnmarshalText reads an amount in any currency.
func (l *amountLimit) UnmarshalText(text []byte) error {
	*l = amountLimit{string(collection.AnyCurrency): string(text)}
	return nil
}

func (l amountLimit) limit() collection.AmountLimit {
	if len(l) == 0 {
		return nil
	}
	limit := collection.AmountLimit{}
	for currency, amount := range l {
		limit[money.Currency(currency)] = amount
	}
	return limit
}

// approvals checks what the strategy says about all its approvals.
func (c *checker) approvals() {
	if c.given("approval") && c.doc.Approval.Required {
		c.Refuse("approval", "every step says itself whether it needs one: give the terms for all of them here, as {expires_after: 5, deputy_after: 2}")
	} else {
		c.approval("approval", c.doc.Approval)
	}
	c.approvalAbove("approval_above", c.doc.ApprovalAbove)
}

// approval checks the terms of an approval.
func (c *checker) approval(field string, a approval) {
	expires, deputy := field+".expires_after", field+".deputy_after"
	if !c.given(field) {
		return
	}
	if c.given(expires) {
		c.days(expires, a.ExpiresAfter, 1)
	}
	if c.given(deputy) {
		c.days(deputy, a.DeputyAfter, 1)
	}
	if c.given(expires) && c.given(deputy) && a.DeputyAfter >= a.ExpiresAfter {
		c.Refuse(deputy, "the approval expires after %d working days: ask the deputy before", a.ExpiresAfter)
	}
}

// approvalAbove checks the amounts above which an approval is needed.
func (c *checker) approvalAbove(field string, l amountLimit) {
	if c.given(field) && len(l) == 0 && !c.hasProblem(field) {
		c.Refuse(field, "says nothing: give an amount such as \"5000.00\", or one for each currency, as {EUR: \"5000.00\"}")
	}
	currencies := make([]string, 0, len(l))
	for currency := range l {
		currencies = append(currencies, currency)
	}
	slices.Sort(currencies)
	for _, currency := range currencies {
		at := field
		if currency != string(collection.AnyCurrency) {
			at += "." + currency
		}
		if c.unreadable[at] {
			continue
		}
		if err := (collection.AmountLimit{money.Currency(currency): l[currency]}).Validate(); err != nil {
			c.Refuse(at, "%s: write it like {EUR: \"5000.00\"}", strings.TrimSuffix(err.Error(), "."))
		}
	}
}
