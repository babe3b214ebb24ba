package wiring

import (
	"errors"
	"fmt"
	"strconv"

	"relance/collection"
	"relance/config"
)

// Terms are what a configured creditor says of promises and disputes in place of the
// strategies.
func Terms(c config.Creditor) (collection.CreditorTerms, error) {
	terms := collection.CreditorTerms{
		Promises: collection.PromiseTerms{Longest: c.Promises.Longest, MostBroken: c.Promises.MostBroken},
		Disputes: collection.DisputeTerms{RespondWithin: c.Disputes.RespondWithin, EscalateAfter: c.Disputes.EscalateAfter},
	}
	if c.Promises.Grace != "" {
		days, err := strconv.Atoi(c.Promises.Grace)
		if err != nil {
			return terms, fmt.Errorf("creditor %s: promises.grace: %q is no number of days", c.ID, c.Promises.Grace)
		}
		terms.Promises.Grace = &days
	}
	if err := terms.Validate(); err != nil {
		return terms, fmt.Errorf("creditor %s: promises, disputes: %w", c.ID, err)
	}
	return terms, nil
}

// CheckTerms refuses terms of promises and disputes that cannot be kept, all at once.
func CheckTerms(creditors []config.Creditor) error {
	var problems []error
	for _, c := range creditors {
		_, err := Terms(c)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
