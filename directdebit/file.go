package directdebit

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/identifiers"
	"relance/money"
)

// Scheme is one of the two SEPA direct debit schemes.
type Scheme string

// The schemes: Core for everybody, with a refund within eight weeks; B2B for debtors
// who are no consumers, without one.
const (
	Core Scheme = "CORE"
	B2B  Scheme = "B2B"
)

// Sequence is the place of a collection among those under its mandate.
type Sequence string

// The places of a collection.
const (
	First     Sequence = "FRST"
	Recurrent Sequence = "RCUR"
	OneOff    Sequence = "OOFF"
	Final     Sequence = "FNAL"
)

// Check says what of a mandate a bank would refuse.
func (m Mandate) Check() error {
	var problems []error
	if err := CheckReference(m.ID); err != nil {
		problems = append(problems, err)
	}
	if !slices.Contains([]Scheme{Core, B2B}, m.Scheme) {
		problems = append(problems, fmt.Errorf("%q is no scheme: it is CORE or B2B", m.Scheme))
	}
	if m.SignedOn.IsZero() {
		problems = append(problems, errors.New("it does not say when it was signed"))
	}
	return errors.Join(append(problems, m.Debtor.check())...)
}

// Party is who is credited or debited. Since 15 November 2026 an address must be
// structured: at least town and country.
type Party struct {
	Name     string
	Street   string
	Postcode string
	Town     string
	// Country is the ISO 3166-1 alpha-2 code.
	Country string
	IBAN    string
	// BIC may be missing: the bank finds it by the IBAN.
	BIC string
}

// Mandate is what a debtor signed.
type Mandate struct {
	ID       string
	SignedOn calendar.Date
	Scheme   Scheme
	Debtor   Party
}

// Collection is one direct debit.
type Collection struct {
	// EndToEnd is the ID under which it is known from end to end, and comes back.
	EndToEnd   string
	Amount     money.Amount
	On         calendar.Date
	Sequence   Sequence
	Mandate    Mandate
	Remittance string
}

// File is what the creditor's bank is asked to collect.
type File struct {
	// MessageID makes the file count once at the bank.
	MessageID string
	Created   time.Time
	Creditor  Party
	// Identifier is the SEPA creditor identifier (ICS).
	Identifier  string
	Collections []Collection
}

// The longest texts of the scheme.
const (
	maxID         = 35
	maxName       = 70
	maxRemittance = 140
)

// Write writes the file as pain.008.001.08: one block for each date, sequence and
// scheme, in this order, with counts and control sums. It refuses, all at once, what a
// bank would refuse.
func (f File) Write() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, collection.Refuse(collection.RefusedInvalid, "the direct debit file %s cannot be written: %s", f.MessageID, err)
	}
	root := document{Namespace: Namespace, Initiation: f.initiation()}
	body, err := xml.MarshalIndent(root, "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing the direct debit file %s: %w", f.MessageID, err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

func (f File) check() error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if err := CheckReference(f.MessageID); err != nil {
		refuse("its ID: %w", err)
	}
	if _, err := identifiers.ParseCreditorIdentifier(f.Identifier); err != nil {
		problems = append(problems, err)
	}
	if err := f.Creditor.check(); err != nil {
		refuse("the creditor: %w", err)
	}
	if len(f.Collections) == 0 {
		refuse("there is nothing to collect")
	}
	seen := map[string]bool{}
	for _, c := range f.Collections {
		if seen[c.EndToEnd] {
			refuse("the collection %s is in it twice", c.EndToEnd)
		}
		seen[c.EndToEnd] = true
		if err := c.Check(calendar.DateOf(f.Created)); err != nil {
			refuse("the collection %s: %w", c.EndToEnd, err)
		}
	}
	return errors.Join(problems...)
}

// unusedMonths is after how many months without a collection a mandate is dead.
const unusedMonths = 36

// Check says what of a collection a bank would refuse in a file of a day.
func (c Collection) Check(today calendar.Date) error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for what, id := range map[string]string{"end-to-end ID": c.EndToEnd, "mandate": c.Mandate.ID} {
		if err := CheckReference(id); err != nil {
			refuse("the %s: %w", what, err)
		}
	}
	const most = 999_999_999_99
	switch {
	case c.Amount.Currency() != money.EUR:
		refuse("SEPA collects euros, not %q", c.Amount.Currency())
	case c.Amount.Sign() <= 0 || c.Amount.Minor() > most:
		refuse("%s is not an amount that can be collected", c.Amount)
	}
	if c.On < today {
		refuse("its day %s is over", c.On)
	}
	if c.Mandate.SignedOn.IsZero() || c.Mandate.SignedOn > c.On {
		refuse("its mandate %s was signed on %q, which is not before it", c.Mandate.ID, c.Mandate.SignedOn)
	}
	if !slices.Contains([]Scheme{Core, B2B}, c.Mandate.Scheme) {
		refuse("%q is no scheme: it is CORE or B2B", c.Mandate.Scheme)
	}
	if !slices.Contains([]Sequence{First, Recurrent, OneOff, Final}, c.Sequence) {
		refuse("%q is no sequence: it is FRST, RCUR, OOFF or FNAL", c.Sequence)
	}
	if err := c.Mandate.Debtor.check(); err != nil {
		refuse("the debtor: %w", err)
	}
	return errors.Join(problems...)
}

func (p Party) check() error {
	var problems []error
	if fold(p.Name, maxName) == "" {
		problems = append(problems, errors.New("it has no name"))
	}
	if _, err := identifiers.ParseIBAN(p.IBAN); err != nil {
		problems = append(problems, err)
	} else if !identifiers.InSEPA(identifiers.Compact(p.IBAN)) {
		problems = append(problems, fmt.Errorf("the account %s is not in SEPA", identifiers.PrintIBAN(p.IBAN)))
	}
	if p.BIC != "" {
		if _, err := identifiers.ParseBIC(p.BIC); err != nil {
			problems = append(problems, err)
		}
	}
	if fold(p.Town, maxTown) == "" || len(p.Country) != 2 || strings.Trim(p.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		problems = append(problems, errors.New("its address needs a town and a country of two capital letters: banks refuse others since 2026-11-15"))
	}
	return errors.Join(problems...)
}

// LastUse is the last day on which a mandate can be used, given when it was used last,
// or signed.
func LastUse(lastUsed calendar.Date) calendar.Date {
	begin := calendar.NewDate(lastUsed.Year(), lastUsed.Month()+unusedMonths, 1)
	return min(begin.AddDays(lastUsed.Day()-1), begin.EndOfMonth())
}

func (f File) initiation() initiation {
	made := initiation{Header: groupHeader{
		MessageID: f.MessageID, Created: f.Created.UTC().Format("2006-01-02T15:04:05"), Count: len(f.Collections), Sum: sumOf(f.Collections),
		Initiator: named{Name: fold(f.Creditor.Name, maxName)},
	}}
	collections := slices.SortedFunc(slices.Values(f.Collections), func(a, b Collection) int {
		return cmp.Or(compareBlocks(a, b), strings.Compare(a.EndToEnd, b.EndToEnd))
	})
	for len(collections) > 0 {
		n := 1
		for n < len(collections) && compareBlocks(collections[0], collections[n]) == 0 {
			n++
		}
		made.Payments = append(made.Payments, f.payment(len(made.Payments)+1, collections[:n]))
		collections = collections[n:]
	}
	return made
}

func compareBlocks(a, b Collection) int {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.Mandate.Scheme, b.Mandate.Scheme))
}

func (f File) payment(number int, collections []Collection) payment {
	first := collections[0]
	suffix := "-" + strconv.Itoa(number)
	made := payment{
		ID: f.MessageID[:min(len(f.MessageID), maxID-len(suffix))] + suffix, Method: "DD", Count: len(collections), Sum: sumOf(collections),
		Type: paymentType{Service: code{"SEPA"}, Instrument: code{string(first.Mandate.Scheme)}, Sequence: string(first.Sequence)},
		On:   first.On.String(), Creditor: partyOf(f.Creditor), Account: accountOf(f.Creditor), Agent: agentOf(f.Creditor), Charges: "SLEV",
	}
	made.Scheme.ID.Private.Other.ID, made.Scheme.ID.Private.Other.Name.Proprietary = identifiers.Compact(f.Identifier), "SEPA"
	for _, c := range collections {
		each := transaction{
			Amount: amount{Currency: string(c.Amount.Currency()), Value: c.Amount.Decimal()}, Agent: agentOf(c.Mandate.Debtor),
			Debtor: partyOf(c.Mandate.Debtor), Account: accountOf(c.Mandate.Debtor),
		}
		each.ID.EndToEnd = c.EndToEnd
		each.Mandate.Related.ID, each.Mandate.Related.SignedOn = c.Mandate.ID, c.Mandate.SignedOn.String()
		if words := fold(c.Remittance, maxRemittance); words != "" {
			each.Remittance = &remittance{Text: words}
		}
		made.Transactions = append(made.Transactions, each)
	}
	return made
}

func sumOf(collections []Collection) string {
	sum := int64(0)
	for _, c := range collections {
		sum += c.Amount.Minor()
	}
	return money.FromMinor(sum, money.EUR).Decimal()
}
