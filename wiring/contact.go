package wiring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/cases"
	"relance/collection"
	"relance/config"
)

// ContactHours are when a configured creditor contacts its debtors.
func ContactHours(c config.Creditor) (cases.ContactHours, error) {
	standard, err := hours(c, "", nil)
	if err != nil {
		return cases.ContactHours{}, err
	}
	made := cases.ContactHours{Standard: standard, Countries: map[string]calendar.Hours{}}
	for _, country := range c.Contact.Countries {
		if made.Countries[country.Country], err = hours(c, country.Country, country.Closed); err != nil {
			return cases.ContactHours{}, err
		}
	}
	return made, nil
}

func hours(c config.Creditor, country string, closed []string) (calendar.Hours, error) {
	opens, closes, err := c.ContactHours(country)
	if err != nil {
		return calendar.Hours{}, fmt.Errorf("creditor %s: %w", c.ID, err)
	}
	closures, err := calendar.ParseClosures(slices.Concat(c.Contact.Closed, closed))
	if err != nil {
		return calendar.Hours{}, fmt.Errorf("creditor %s: contact: closed: %w", c.ID, err)
	}
	return calendar.Hours{Opens: opens, Closes: closes, Closed: closures}, nil
}

// ContactPolicies are how often a configured creditor contacts its debtors.
func ContactPolicies(c config.Creditor) collection.ContactPolicies {
	standard := collection.StandardContactPolicy()
	own := func(spacing, perWeek int, instead collection.ContactPolicy) collection.ContactPolicy {
		return collection.ContactPolicy{Spacing: cmp.Or(spacing, instead.Spacing), PerWeek: cmp.Or(perWeek, instead.PerWeek)}
	}
	made := collection.ContactPolicies{ContactPolicy: own(c.Contact.Spacing, c.Contact.PerWeek, standard)}
	for _, country := range c.Contact.Countries {
		if made.Countries == nil {
			made.Countries = map[string]collection.ContactPolicy{}
		}
		made.Countries[country.Country] = own(country.Spacing, country.PerWeek, made.ContactPolicy)
	}
	return made
}

// CheckContact refuses contact settings that cannot be followed, all at once.
func CheckContact(creditors []config.Creditor) error {
	var problems []error
	for _, c := range creditors {
		_, err := ContactHours(c)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
