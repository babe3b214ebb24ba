package activities

import (
	"relance/casefile"
	"relance/epcqr"
	"relance/identifiers"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/money"
)

// lateFees are what a notice asks for beside the principal, counted to its day;
// nil when there is nothing, or when a rate that is needed is not known: a notice
// goes without the amount rather than with a wrong one.
func lateFees(m casefile.MessageContext) *compose.LateFees {
	due, currency := m.Today.LateFees, m.Position.Total.Currency()
	if due.Unknown != "" {
		return nil
	}
	fees := &compose.LateFees{
		Interest: claimable(due.Interest, currency), Indemnity: claimable(due.Indemnity, currency), Costs: claimable(due.Costs, currency),
		AsOf: m.Today.AsOf,
	}
	total := money.FromMinor(0, currency)
	for _, line := range []money.Amount{fees.Interest, fees.Indemnity, fees.Costs} {
		sum, err := total.Add(line)
		if err != nil {
			return nil
		}
		total = sum
	}
	if total.IsZero() {
		return nil
	}
	fees.Total = total
	return fees
}

// claimable is what may be asked for of a line, nothing when it is in another
// currency than the invoice (the fixed sum is always in euros).
func claimable(line ledger.Dues, currency money.Currency) money.Amount {
	if line.Arisen.Currency() != currency {
		return money.FromMinor(0, currency)
	}
	return line.Claimable()
}

// paymentCode is the code the debtor may scan to pay exactly what the notice asks
// for; nil when there can be none: no account, another currency than the euro.
func paymentCode(m casefile.MessageContext, facts compose.Facts) *compose.PaymentCode {
	transfer := epcqr.Transfer{Payee: m.Creditor.Name, IBAN: m.Creditor.IBAN, BIC: m.Creditor.BIC, Amount: facts.TotalOpen}
	if facts.LateFees != nil {
		all, err := facts.TotalOpen.Add(facts.LateFees.Total)
		if err != nil {
			return nil
		}
		transfer.Amount = all
	}
	_, err := identifiers.ParseCreditorReference(m.Invoice.PaymentReference)
	if m.Invoice.PaymentReference != "" && err != nil {
		transfer.Text = m.Invoice.PaymentReference // the creditor's books look for what the invoice asked for
	} else {
		transfer.Reference = m.Invoice.CreditorReference()
	}
	code, err := epcqr.New(transfer)
	if err != nil {
		return nil
	}
	return &compose.PaymentCode{Code: code}
}
