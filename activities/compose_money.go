package activities

import (
	"relance/casefile"
	"relance/collection"
	"relance/epcqr"
	"relance/identifiers"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/money"
)

// namesLateFees reports whether the messages of a channel have room for the late fees and
// how they came about: what is not named is not claimed.
func namesLateFees(channel collection.Channel) bool {
	return channel == collection.ChannelEmail || channel.IsPaper()
}

// lateFees are what a message asks for beside the principal of what is due, counted
// to its day; nil when there is nothing, or when a rate that is needed for one of the
// invoices is not known: a message goes without the amount rather than with a wrong
// one.
func lateFees(group messageGroup) *compose.LateFees {
	currency := group.due[0].Position.Total.Currency()
	nothing := money.FromMinor(0, currency)
	fees := &compose.LateFees{Interest: nothing, Indemnity: nothing, Costs: nothing, Total: nothing, AsOf: group.due[0].Today.AsOf}
	for _, notice := range group.due {
		if notice.Case.Disputed().Sign() > 0 {
			continue // late fees on what is disputed are not asked for; they go on arising
		}
		due := notice.Today.LateFees
		if due.Unknown != "" {
			return nil
		}
		for _, line := range []struct {
			of  *money.Amount
			add money.Amount
		}{
			{&fees.Interest, claimable(due.Interest, currency)},
			{&fees.Indemnity, claimable(due.Indemnity, currency)},
			{&fees.Costs, claimable(due.Costs, currency)},
		} {
			sum, err := line.of.Add(line.add)
			if err != nil {
				return nil
			}
			*line.of = sum
			if fees.Total, err = fees.Total.Add(line.add); err != nil {
				return nil
			}
		}
	}
	if fees.Total.IsZero() {
		return nil
	}
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
// for, less the discount while one is offered; nil when there can be none: no account, another currency than the euro.
func paymentCode(m casefile.MessageContext, group messageGroup, facts compose.Facts) *compose.PaymentCode {
	if !facts.AsksToPay() {
		return nil
	}
	transfer := epcqr.Transfer{Payee: m.Creditor.Name, IBAN: m.Creditor.IBAN, BIC: m.Creditor.BIC}
	claimed, err := facts.Claimed()
	if err != nil {
		return nil
	}
	transfer.Amount = claimed
	if offer := facts.Discount(); offer != nil {
		transfer.Amount = offer.ToPay
	}
	switch {
	case facts.Plan != nil && len(facts.Invoices) > 1:
		transfer.Text = paymentText(facts.Numbers(), facts.Debtor.Account, facts.MessageRef)
	case len(group.due) > 1:
		transfer.Text = group.paymentText(facts.Debtor.Account, facts.MessageRef)
	default:
		transfer.Reference, transfer.Text = paymentReference(group.due[0].Invoice)
	}
	code, err := epcqr.New(transfer)
	if err != nil {
		return nil
	}
	return &compose.PaymentCode{Code: code}
}

// paymentReference is what to write on a transfer that pays one invoice: the
// reference it asked for, which the creditor's books look for, else its creditor
// reference.
func paymentReference(invoice casefile.Invoice) (identifiers.CreditorReference, string) {
	_, err := identifiers.ParseCreditorReference(invoice.PaymentReference)
	if invoice.PaymentReference != "" && err != nil {
		return "", invoice.PaymentReference
	}
	return invoice.CreditorReference(), ""
}
