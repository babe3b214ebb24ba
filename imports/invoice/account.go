package invoice

import (
	"slices"

	"relance/identifiers"
)

// AccountCells are the cells that state one bank account (BG-17).
type AccountCells struct {
	IBAN  Cell // BT-84, where the source says or it looks like an IBAN
	Other Cell // BT-84 of another kind
	BIC   Cell // BT-86
	Name  Cell // BT-85
}

// AddAccount records an account to pay to. A wrong IBAN is left out with a
// warning, because a reminder that prints it sends the debtor's money astray. An
// account stated twice is recorded once.
func (d *Draft) AddAccount(cells AccountCells) {
	account := BankAccount{Other: Tidy(cells.Other.Value), Name: Tidy(cells.Name.Value)}
	if !cells.IBAN.Empty() {
		number, err := identifiers.ParseIBAN(cells.IBAN.Value)
		if err != nil {
			d.Warn(AboutAccount, cells.IBAN, "not an IBAN: its length or checksum is wrong; it is left out")
			return
		}
		account.IBAN, account.Other = number, ""
	}
	if account.IBAN == "" && account.Other == "" {
		return
	}
	if !cells.BIC.Empty() {
		if code, err := identifiers.ParseBIC(cells.BIC.Value); err != nil {
			d.Warn(AboutAccount, cells.BIC, "not a BIC: eight or eleven characters; it is left out")
		} else {
			account.BIC = code
		}
	}
	same := func(known BankAccount) bool { return known.IBAN == account.IBAN && known.Other == account.Other }
	if !slices.ContainsFunc(d.Accounts, same) {
		d.Accounts = append(d.Accounts, account)
	}
}
