package statementfile

import (
	"cmp"
	"strings"

	"relance/epcqr"
	"relance/identifiers"
	"relance/messaging/compose"
	"relance/money"
	"relance/statement"
)

// longestText is what the free text of a transfer holds (EPC069-12).
const longestText = 140

// payable adds to the facts how the total is paid: what to write on the transfer,
// and the code to scan where the total is in euros and the creditor has an account
// that takes such transfers. Where nothing is due there is nothing to pay.
func payable(s statement.Statement, f compose.Facts) compose.Facts {
	var invoices []string
	given := ""
	for _, c := range s.Cases {
		for _, due := range c.Due {
			if due.Sign() > 0 {
				invoices, given = append(invoices, c.Invoice), c.PaymentReference
				break
			}
		}
	}
	f.PaymentReference, f.PaymentCode, f.Deadline = "", nil, 0
	if len(invoices) == 0 {
		f.Creditor.IBAN, f.Creditor.BIC = "", ""
		return f
	}
	transfer := epcqr.Transfer{Payee: f.Creditor.Name, IBAN: f.Creditor.IBAN, BIC: f.Creditor.BIC}
	reference, err := identifiers.ParseCreditorReference(given)
	switch text := strings.Join(invoices, " "); {
	case len(invoices) > 1 && len(text) <= longestText:
		transfer.Text = text
	case len(invoices) > 1:
		transfer.Text = cmp.Or(f.Debtor.Account, s.Debtor.ID)
	case err == nil:
		transfer.Reference = reference
	case given != "":
		transfer.Text = given
	default:
		transfer.Reference = identifiers.NewCreditorReference(s.Creditor.ID, invoices[0])
	}
	f.PaymentReference = cmp.Or(transfer.Reference.Print(), transfer.Text)
	for _, total := range s.Totals {
		if total.Currency == money.EUR {
			transfer.Amount = total.Due
		}
	}
	// Without an account in the area there is no code, and the panel does without.
	if code, err := epcqr.New(transfer); err == nil {
		f.PaymentCode = &compose.PaymentCode{Code: code}
	}
	return f
}
