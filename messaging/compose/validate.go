package compose

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"relance/identifiers"
	"relance/money"
)

// validate says, all at once, why the facts must not be put into a message.
func (f Facts) validate() error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	if f.Creditor.Name == "" {
		refuse("the creditor has no name")
	}
	if checkWebsite(f.Unsubscribe) != nil {
		refuse("the address to unsubscribe at, %q, is not an http or https address", f.Unsubscribe)
	}
	if err := checkWebsite(f.Creditor.Website); err != nil {
		problems = append(problems, err)
	}
	if f.Debtor.Name == "" {
		refuse("the debtor has no name")
	}
	switch f.Debtor.Kind {
	case Business, Public:
	case Consumer:
		if f.LateFees != nil && f.LateFees.Costs.Sign() != 0 {
			refuse("the costs of recovery must not be claimed from a consumer (CPCE L111-8)")
		}
		if f.LateFees != nil && f.LateFees.Indemnity.Sign() != 0 {
			refuse("the fixed indemnity for recovery costs must not be claimed from a consumer (C. com. L441-10, CPCE L111-8)")
		}
	default:
		refuse("the debtor's kind is %q: it must be business, consumer or public", f.Debtor.Kind)
	}
	if f.Today.IsZero() {
		refuse("the day the message is written is not set")
	}
	if len(f.Invoices) == 0 {
		refuse("the message is about no invoice")
	}
	for i, invoice := range f.Invoices {
		if err := invoice.validate(); err != nil {
			refuse("invoice %d (%s): %w", i+1, invoice.Number, err)
		}
	}
	for i, invoice := range f.Upcoming {
		if err := invoice.validate(); err != nil {
			refuse("announced invoice %d (%s): %w", i+1, invoice.Number, err)
		}
		if invoice.Open.Currency() != f.TotalOpen.Currency() {
			refuse("announced invoice %d (%s) is in %s, the message in %s", i+1, invoice.Number, invoice.Open.Currency(), f.TotalOpen.Currency())
		}
	}
	if err := f.checkTotal(); err != nil {
		problems = append(problems, err)
	}
	if f.Plan != nil {
		if err := f.validatePlan(); err != nil {
			problems = append(problems, err)
		}
	}
	if err := f.validateDiscounts(); err != nil {
		problems = append(problems, err)
	}
	if f.LateFees != nil {
		if err := f.LateFees.validate(); err != nil {
			problems = append(problems, err)
		}
	}
	if f.PaymentCode != nil {
		if err := f.checkPaymentCode(); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// checkPaymentCode keeps the picture from paying something else, or to somebody
// else, than the words around it say.
func (f Facts) checkPaymentCode() error {
	if f.PaymentCode.Code.IsZero() {
		return errors.New("the payment code is empty")
	}
	if pays := f.PaymentCode.IBAN(); pays != identifiers.PrintIBAN(f.Creditor.IBAN) {
		return fmt.Errorf("the payment code pays to %s but the creditor's account is %q", pays, identifiers.PrintIBAN(f.Creditor.IBAN))
	}
	asked := []money.Amount{f.TotalOpen}
	if f.LateFees != nil {
		if all, err := f.TotalOpen.Add(f.LateFees.Total); err == nil {
			asked = append(asked, all)
		}
	}
	if d := f.Discount(); d != nil {
		asked = append(asked, d.ToPay)
	}
	if !slices.Contains(asked, f.PaymentCode.Amount()) {
		return fmt.Errorf("the payment code pays %s but %s is still due", f.PaymentCode.Amount(), f.TotalOpen)
	}
	return nil
}

// checkTotal keeps a message from contradicting itself: what it asks for is the
// sum of what its table shows.
func (f Facts) checkTotal() error {
	if f.Plan != nil {
		return nil // it asks for an instalment, which its schedule shows
	}
	var sum money.Amount
	for _, invoice := range f.Invoices {
		var err error
		if sum, err = sum.Add(invoice.Open); err != nil {
			return fmt.Errorf("the invoices cannot be totalled: %w", err)
		}
	}
	if sum != f.TotalOpen {
		return fmt.Errorf("the total still due is given as %s but the invoices add up to %s", f.TotalOpen, sum)
	}
	return nil
}

func (i Invoice) validate() error {
	switch {
	case i.Number == "":
		return errors.New("it has no number")
	case i.DueDate.IsZero():
		return errors.New("its due date is not set")
	case i.Total.Currency() == "":
		return errors.New("its total is not set")
	case i.Open.Currency() == "":
		return errors.New("what is still due on it is not set")
	}
	left, err := i.Total.Sub(i.Paid)
	if err == nil {
		left, err = left.Sub(i.Credited)
	}
	if err == nil {
		left, err = left.Sub(i.Disputed)
	}
	if err != nil {
		return fmt.Errorf("its amounts do not go together: %w", err)
	}
	overpaid := left.Sign() < 0 && i.Open.IsZero()
	if left != i.Open && !overpaid {
		return fmt.Errorf("%s is shown as still due, but total less payments, credit notes and what is disputed is %s", i.Open, left)
	}
	return nil
}

func (l LateFees) validate() error {
	sum, err := l.Interest.Add(l.Indemnity)
	if err == nil {
		sum, err = sum.Add(l.Costs)
	}
	if err != nil {
		return fmt.Errorf("the late fees cannot be totalled: %w", err)
	}
	if sum != l.Total {
		return fmt.Errorf("the late fees are given as %s but interest, indemnity and costs add up to %s", l.Total, sum)
	}
	return nil
}

func checkWebsite(website string) error {
	if website == "" {
		return nil
	}
	address, err := url.Parse(website)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return fmt.Errorf("the creditor's website %q is not an http or https address", website)
	}
	return nil
}

// cleaned is a copy of the facts in which every text is one harmless line.
// Names and references come from outside: a line break in one would let it add a
// mail header or a fact of its own, a direction mark could turn an amount around.
func (f Facts) cleaned() Facts {
	clean := cleanValue(reflect.ValueOf(f))
	return clean.Interface().(Facts) //nolint:forcetypeassert // cleanValue keeps the type
}

func cleanValue(v reflect.Value) reflect.Value {
	clean := reflect.New(v.Type()).Elem()
	clean.Set(v)
	switch v.Kind() {
	case reflect.String:
		clean.SetString(cleanLine(v.String()))
	case reflect.Slice:
		if v.IsNil() {
			break
		}
		clean.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			clean.Index(i).Set(cleanValue(v.Index(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			clean.Set(reflect.New(v.Type().Elem()))
			clean.Elem().Set(cleanValue(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				clean.Field(i).Set(cleanValue(v.Field(i)))
			}
		}
	default: // numbers, dates and the like carry no text
	}
	return clean
}

// cleanLine makes a text one line of visible characters.
func cleanLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r == '\u2011': // the no-break hyphen is missing from many fonts
			return '-'
		case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }), " ")
}
