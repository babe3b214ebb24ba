package arrangements

import (
	"slices"

	"relance/calendar"
	"relance/collection"
	"relance/law"
	"relance/money"
)

// Terms are what is agreed about the payments of a plan.
type Terms struct {
	// Months is the number of monthly instalments after the down payment. With Amounts
	// it may be left out.
	Months int `json:"months,omitempty"`
	// FirstOn is the date of the first monthly instalment; the others follow on the
	// same day of the month, each moved to a working day.
	FirstOn calendar.Date `json:"firstOn"`
	// DownPayment is paid first, on DownPaymentOn.
	DownPayment   money.Amount  `json:"downPayment,omitzero"`
	DownPaymentOn calendar.Date `json:"downPaymentOn,omitzero"`
	// Amounts are what each monthly instalment pays of what is owed, in place of an even
	// split; the interest of the plan comes on top.
	Amounts  []money.Amount `json:"amounts,omitempty"`
	Interest InterestClause `json:"interest,omitzero"`
	// GraceDays is for how many days an instalment may be late before the whole
	// balance is due.
	GraceDays int `json:"graceDays"`
	// RemindDays is how many days before an instalment the debtor is reminded of it;
	// 0: not.
	RemindDays int `json:"remindDays,omitempty"`
	// CollectionNoticeDays is how many days before a direct debit the debtor is told of it,
	// where that was agreed; 14 when it is 0.
	CollectionNoticeDays int `json:"collectionNoticeDays,omitempty"`
	// Mandate is the ID of the SEPA mandate under which the instalments are collected;
	// empty: the debtor pays by transfer.
	Mandate string `json:"mandate,omitempty"`
}

// The bounds of what a plan can be, whoever grants it.
const (
	maxInstalments = 120
	maxGraceDays   = 60
	maxRemindDays  = 30
	// pastDays is how many days before its proposal a plan may begin.
	pastDays = 0
	// startDays is how many days after its proposal it must have begun.
	startDays = 366
)

// check refuses terms that make no sense for a principal, on the day they are
// proposed.
func (t Terms) check(principal money.Amount, on calendar.Date) error {
	invalid := func(format string, args ...any) error {
		return collection.Refuse(collection.RefusedInvalid, format, args...)
	}
	months := t.months()
	switch {
	case months < 1 || months > maxInstalments:
		return invalid("a plan has 1 to %d monthly instalments, not %d", maxInstalments, months)
	case t.Months != 0 && len(t.Amounts) > 0 && t.Months != len(t.Amounts):
		return invalid("the plan has %d months and %d amounts: give one amount for each month, or the months alone", t.Months, len(t.Amounts))
	case t.FirstOn.IsZero():
		return invalid("the plan does not say when its first instalment is due (first_on)")
	case t.FirstOn < on.AddDays(-pastDays) || t.FirstOn > on.AddDays(startDays):
		return invalid("the first instalment is on %s and today is %s: it must be within a year from today", t.FirstOn, on)
	case t.GraceDays < 0 || t.GraceDays > maxGraceDays:
		return invalid("the grace of an instalment is 0 to %d days, not %d", maxGraceDays, t.GraceDays)
	case t.CollectionNoticeDays < 0 || t.CollectionNoticeDays > maxRemindDays:
		return invalid("a debtor is told of a direct debit 1 to %d days before it, not %d", maxRemindDays, t.CollectionNoticeDays)
	case t.CollectionNoticeDays > 0 && t.Mandate == "":
		return invalid("the plan says how many days before a direct debit the debtor is told of it, and has no mandate")
	case t.RemindDays < 0 || t.RemindDays > maxRemindDays:
		return invalid("a debtor is reminded 0 to %d days before an instalment, not %d", maxRemindDays, t.RemindDays)
	}
	if err := t.checkDownPayment(principal, on); err != nil {
		return err
	}
	if err := t.checkAmounts(principal); err != nil {
		return err
	}
	return t.Interest.check()
}

func (t Terms) checkDownPayment(principal money.Amount, on calendar.Date) error {
	invalid := func(format string, args ...any) error {
		return collection.Refuse(collection.RefusedInvalid, format, args...)
	}
	switch {
	case t.DownPayment.IsZero() && !t.DownPaymentOn.IsZero():
		return invalid("the plan has a day for a down payment (%s) and no amount", t.DownPaymentOn)
	case t.DownPayment.IsZero():
		return nil
	case t.DownPayment.Currency() != principal.Currency():
		return invalid("the down payment is in %s and the claims are in %s", t.DownPayment.Currency(), principal.Currency())
	case t.DownPayment.Sign() < 0 || t.DownPayment.Minor() >= principal.Minor():
		return invalid("the down payment of %s must be more than nothing and less than the %s of the claims", t.DownPayment, principal)
	case t.DownPaymentOn < on || t.DownPaymentOn > t.FirstOn:
		return invalid("the down payment is due on %q: it must be from today (%s) to the first instalment (%s)", t.DownPaymentOn, on, t.FirstOn)
	default:
		return nil
	}
}

func (t Terms) checkAmounts(principal money.Amount) error {
	rest := principal.Minor() - t.DownPayment.Minor()
	if len(t.Amounts) == 0 {
		if rest < int64(t.months()) {
			return collection.Refuse(collection.RefusedInvalid, "%s cannot be divided into %d instalments", money.FromMinor(rest, principal.Currency()), t.months())
		}
		return nil
	}
	sum := int64(0)
	for i, amount := range t.Amounts {
		if amount.Currency() != principal.Currency() || amount.Sign() <= 0 || amount.Minor() > rest {
			return collection.Refuse(collection.RefusedInvalid, "the amount of instalment %d is %s: it must be more than nothing, in %s, and no more than what is owed", i+1, amount, principal.Currency())
		}
		sum += amount.Minor()
	}
	if sum != rest {
		return collection.Refuse(collection.RefusedInvalid, "the amounts of the instalments add up to %s and not to the %s that are owed after the down payment",
			money.FromMinor(sum, principal.Currency()), money.FromMinor(rest, principal.Currency()))
	}
	return nil
}

// maxRate bounds what can be typed; what is lawful for a debtor is for people to
// judge.
const maxRate = 30 * law.OnePercent

func (c InterestClause) check() error {
	switch {
	case !slices.Contains([]InterestKind{"", NoInterest, LatePaymentInterest, AgreedInterest}, c.Kind):
		return collection.Refuse(collection.RefusedInvalid, "the interest of a plan is %s, %s or %s, not %q", NoInterest, LatePaymentInterest, AgreedInterest, c.Kind)
	case !c.isOn() && c.Rate != 0:
		return collection.Refuse(collection.RefusedInvalid, "the plan has a rate of %s %% and no interest clause", c.Rate)
	case c.isOn() && (c.Rate <= 0 || c.Rate > maxRate):
		return collection.Refuse(collection.RefusedInvalid, "the rate of %s %% per year is not one of a plan: it is more than 0 and at most %s", c.Rate, maxRate)
	default:
		return nil
	}
}

func (c InterestClause) isOn() bool { return c.Kind == LatePaymentInterest || c.Kind == AgreedInterest }

func (t Terms) months() int {
	if len(t.Amounts) > 0 {
		return len(t.Amounts)
	}
	return t.Months
}
