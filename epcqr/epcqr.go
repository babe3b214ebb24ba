// Package epcqr makes the QR code with which a debtor pays by scanning: a SEPA
// credit transfer filled in with payee, account, amount and reference, as banking
// apps read it (European Payments Council, EPC069-12).
package epcqr

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	qr "github.com/piglig/go-qr"

	"relance/identifiers"
	"relance/money"
)

// Transfer is the transfer a code proposes. The bank of a debtor lets nothing be
// changed silently: what is wrong here is wrong in the payment.
type Transfer struct {
	// Payee is the name of the account's holder, at most 70 characters.
	Payee string
	// IBAN is the account to pay to, in the Single Euro Payments Area.
	IBAN string
	// BIC is its bank; it may be empty.
	BIC string
	// Amount is 0.01 to 999 999 999.99 euros.
	Amount money.Amount
	// Reference comes back on the statement as the payer's bank read it. Either it
	// or Text is given, never both.
	Reference identifiers.CreditorReference
	// Text is the free text of the transfer where there is no reference, at most 140
	// characters.
	Text string
}

// Code is a payment code. The zero Code is none.
type Code struct {
	transfer Transfer
	payload  string
	symbol   *qr.QrCode
}

// The limits of EPC069-12.
const (
	longestPayee  = 70
	longestText   = 140
	longestBytes  = 331
	largestSymbol = 13 // the version of the QR code: 69 modules a side
	leastCents    = 1
	mostCents     = 999_999_999_99
)

// New makes the code of a transfer. The error names every field that cannot be
// used and says why.
func New(transfer Transfer) (Code, error) {
	transfer, problems := checked(transfer)
	if len(problems) > 0 {
		return Code{}, fmt.Errorf("there can be no payment code: %w", errors.Join(problems...))
	}
	payload := transfer.payload()
	if len(payload) > longestBytes {
		return Code{}, fmt.Errorf("there can be no payment code: payee and text are too long together: "+
			"the code would have %d bytes and at most %d are allowed (a letter with an accent takes two)", len(payload), longestBytes)
	}
	segment, err := qr.MakeBytes([]byte(payload))
	if err != nil {
		return Code{}, fmt.Errorf("the payment code cannot be drawn: %w", err)
	}
	// Level M exactly: a higher one for free would make other modules than the norm.
	symbol, err := qr.EncodeSegments([]*qr.QrSegment{segment}, qr.Medium, qr.MinVersion, largestSymbol, -1, false)
	if err != nil {
		return Code{}, fmt.Errorf("the payment code cannot be drawn: %w", err)
	}
	return Code{transfer: transfer, payload: payload, symbol: symbol}, nil
}

// checked brings the numbers of a transfer to their electronic form and lists what
// is wrong with it.
func checked(t Transfer) (Transfer, []error) {
	var problems []error
	refuse := func(field, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...)))
	}
	if reason := unfitLine(t.Payee, longestPayee); reason != "" {
		refuse("payee", "%s", reason)
	}
	if number, err := identifiers.ParseIBAN(t.IBAN); err != nil {
		refuse("IBAN", "%s", err)
	} else if t.IBAN = number; !identifiers.InSEPA(number) {
		refuse("IBAN", "%s is an account outside the Single Euro Payments Area", identifiers.PrintIBAN(number))
	}
	if t.BIC != "" {
		code, err := identifiers.ParseBIC(t.BIC)
		if err != nil {
			refuse("BIC", "%s", err)
		}
		t.BIC = code
	}
	switch cents := t.Amount.Minor(); {
	case t.Amount.Currency() == "":
		refuse("amount", "it is not set")
	case t.Amount.Currency() != money.EUR:
		refuse("amount", "%q is not in euros", t.Amount.String())
	case cents < leastCents || cents > mostCents:
		refuse("amount", "%s is not between 0.01 and 999999999.99", t.Amount)
	}
	switch {
	case t.Reference != "" && t.Text != "":
		refuse("reference", "a transfer has a reference or a text, never both")
	case t.Reference != "":
		reference, err := identifiers.ParseCreditorReference(string(t.Reference))
		if err != nil {
			refuse("reference", "%s", err)
		}
		t.Reference = reference
	case t.Text == "":
		refuse("reference", "there is neither a reference nor a text: nobody could tell what was paid")
	default:
		if reason := unfitLine(t.Text, longestText); reason != "" {
			refuse("text", "%s", reason)
		}
	}
	return t, problems
}

// unfitLine says why a text cannot be a line of the code, or nothing.
func unfitLine(text string, longest int) string {
	switch length := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		return "it is empty"
	case !utf8.ValidString(text):
		return "it is not valid UTF-8"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "it has a line break or a control character"
	case length > longest:
		return fmt.Sprintf("it has %d characters and at most %d are allowed", length, longest)
	}
	return ""
}

// payload is the text of the code, one element a line; elements after the last one
// given are left out.
func (t Transfer) payload() string {
	const (
		service   = "BCD"
		version   = "002" // the one in which the BIC is optional
		utf8Texts = "1"
		transfer  = "SCT"
		noPurpose = ""
	)
	lines := []string{
		service, version, utf8Texts, transfer, t.BIC, t.Payee, t.IBAN, string(money.EUR) + t.Amount.Decimal(), noPurpose, string(t.Reference),
	}
	if t.Text != "" {
		lines = append(lines, t.Text)
	}
	return strings.Join(lines, "\n")
}

// IsZero reports whether there is no code.
func (c Code) IsZero() bool { return c.symbol == nil }

// Transfer is what the code proposes, its numbers in their electronic form.
func (c Code) Transfer() Transfer { return c.transfer }

// Payload is the text in the code.
func (c Code) Payload() string { return c.payload }
