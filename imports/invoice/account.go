package invoice

import (
	"slices"
	"strings"

	"github.com/jacoelho/banking/bic"
	"github.com/jacoelho/banking/iban"
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
		number, err := ParseIBAN(cells.IBAN.Value)
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
		code := strings.ToUpper(withoutSpaces(cells.BIC.Value))
		if _, err := bic.Parse(code); err != nil {
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

// ParseIBAN checks an IBAN, with or without spaces, and returns it without.
func ParseIBAN(text string) (string, error) {
	number := strings.ToUpper(withoutSpaces(text))
	if err := iban.Validate(number); err != nil {
		return "", err
	}
	return number, nil
}

// LooksLikeIBAN reports whether an account number of unstated kind begins as an
// IBAN does: two letters and two digits.
func LooksLikeIBAN(text string) bool {
	number := strings.ToUpper(withoutSpaces(text))
	return len(number) > 4 && matchesPattern(number[:4], "AA99")
}
