package latefees

import (
	"fmt"
	"slices"

	"relance/law"
)

// Terms are what a contract says about late payment, and the answers chosen
// where the law leaves a choice. The zero Terms are the law's and the product's
// own defaults.
type Terms struct {
	Clause      Clause      `json:"clause,omitzero"`
	Conventions Conventions `json:"conventions,omitzero"`
}

// ClauseKind says how a clause fixes the rate.
type ClauseKind string

// The kinds of clauses.
const (
	// NoClause: the law's own rate holds.
	NoClause ClauseKind = ""
	// FixedClause: a rate per year.
	FixedClause ClauseKind = "fixed"
	// LegalClause: a multiple of the French legal rate.
	LegalClause ClauseKind = "times-legal-rate"
	// ECBClause: the ECB main refinancing rate and points.
	ECBClause ClauseKind = "ecb-plus"
)

// Clause is the rate that a contract fixes.
type Clause struct {
	Kind ClauseKind `json:"kind,omitempty"`
	// Points is the fixed rate, or the points on top of the ECB rate.
	Points law.Percent `json:"points,omitempty"`
	// Hundredths is the multiple of the legal rate: 300 is three times.
	Hundredths int64 `json:"hundredths,omitempty"`
}

// FixedRate is a clause of a rate per year.
func FixedRate(rate law.Percent) Clause { return Clause{Kind: FixedClause, Points: rate} }

// TimesLegalRate is a clause of a multiple of the French legal rate, in
// hundredths: 300 is three times.
func TimesLegalRate(hundredths int64) Clause {
	return Clause{Kind: LegalClause, Hundredths: hundredths}
}

// ECBPlus is a clause of the ECB main refinancing rate and points.
func ECBPlus(points law.Percent) Clause { return Clause{Kind: ECBClause, Points: points} }

const maxHundredths = 10_000

func (c Clause) validate(regime law.Regime) error {
	switch c.Kind {
	case NoClause, FixedClause, ECBClause:
	case LegalClause:
		if regime.Country != "FR" {
			return fmt.Errorf("the clause refers to the French legal rate, which is no reference for %s", regime)
		}
		if c.Hundredths < 1 || c.Hundredths > maxHundredths {
			return fmt.Errorf("%d hundredths is no multiple of the legal rate: three times is 300", c.Hundredths)
		}
	default:
		return fmt.Errorf("%q is no kind of clause: it is %s, %s or %s", c.Kind, FixedClause, LegalClause, ECBClause)
	}
	if c.Points < 0 || c.Points > 1000*law.OnePercent {
		return fmt.Errorf("the clause has a rate of %s %%: it must lie between 0 and 1000", c.Points)
	}
	return nil
}

// reference is the rate the clause refers to, empty when it does to none.
func (c Clause) reference(rule law.LateInterest) law.ReferenceKey {
	switch c.Kind {
	case FixedClause:
		return ""
	case LegalClause:
		return law.FrenchLegalRate
	case ECBClause:
		return law.ECBOnTheFirstDay
	default:
		return rule.Reference
	}
}

// rate is the rate for a value of the reference rate.
func (c Clause) rate(rule law.LateInterest, reference law.Percent) (law.Percent, error) {
	switch c.Kind {
	case FixedClause:
		return c.Points, nil
	case LegalClause:
		product := int64(reference) * c.Hundredths
		if product%100 != 0 {
			return 0, fmt.Errorf("%d hundredths of %s %% is finer than a ten-thousandth of a percent", c.Hundredths, reference)
		}
		return law.Percent(product / 100), nil
	case ECBClause:
		return reference + c.Points, nil
	default:
		return rule.Rate(reference), nil
	}
}

// Conventions are the answers to what the law leaves open. Their names are the
// options of the law table contested_points.csv.
type Conventions struct {
	DayCount    DayCount    `json:"day_count,omitempty"`
	PartPayment PartPayment `json:"part_payment,omitempty"`
	CreditNotes CreditNotes `json:"credit_notes,omitempty"`
	PaymentDay  PaymentDay  `json:"payment_day,omitempty"`
}

// DayCount is the number of days of a year of interest.
type DayCount string

// The day counts. The default is Actual365.
const (
	Actual365    DayCount = "ACT/365F"
	ActualActual DayCount = "ACT/ACT"
)

// PartPayment is what a payment pays first.
type PartPayment string

// The orders of allocation. The default is InterestFirst (C. civ. 1343-1).
const (
	InterestFirst  PartPayment = "INTEREST_FIRST"
	PrincipalFirst PartPayment = "PRINCIPAL_FIRST"
)

// CreditNotes says from when a credit note reduces the principal.
type CreditNotes string

// The starts of credit notes. The default is FromTheirDate.
const (
	FromTheirDate CreditNotes = "FROM_ITS_DATE"
	Retroactive   CreditNotes = "RETROACTIVE"
)

// PaymentDay says whether interest runs from the day after the due date to the
// day of payment, or from the due date to the eve of payment.
type PaymentDay string

// The ways to count. The default is PaymentDayCounted.
const (
	PaymentDayCounted    PaymentDay = "COUNTED"
	PaymentDayNotCounted PaymentDay = "NOT_COUNTED"
)

func (c Conventions) validate() error {
	if err := oneOf("day count", c.DayCount, Actual365, ActualActual); err != nil {
		return err
	}
	if err := oneOf("order of part payments", c.PartPayment, InterestFirst, PrincipalFirst); err != nil {
		return err
	}
	if err := oneOf("start of credit notes", c.CreditNotes, FromTheirDate, Retroactive); err != nil {
		return err
	}
	return oneOf("way to count the day of payment", c.PaymentDay, PaymentDayCounted, PaymentDayNotCounted)
}

func oneOf[T ~string](what string, given, preset, other T) error {
	if !slices.Contains([]T{"", preset, other}, given) {
		return fmt.Errorf("%q is no %s: it is %s or %s", given, what, preset, other)
	}
	return nil
}
