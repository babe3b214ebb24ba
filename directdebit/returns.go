package directdebit

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/collection"
)

// Return is what a bank's reason for giving a direct debit back means (ISO 20022
// external return reason codes, as the SEPA rulebooks use them).
type Return struct {
	Code string
	// Meaning is the reason in English, MeaningFR in French.
	Meaning, MeaningFR string
	// Retries is how often the same debit may be tried again under the same mandate.
	Retries int
}

// RetryDays is how many days later a debit is tried again: the debtor is told in
// between, and has a chance to fill the account.
const RetryDays = 8

// returns are the reasons with what to do about them. Only a lack of money is worth
// another try; where the mandate or the account is at fault, or the debtor refused,
// a further debit would come back as well and cost both sides.
func returns() []Return {
	return []Return{
		{"AC01", "the account number is wrong", "le numéro de compte est incorrect", 0},
		{"AC04", "the account is closed", "le compte est clos", 0},
		{"AC06", "the account is blocked", "le compte est bloqué", 0},
		{"AC13", "the account is a consumer's, which B2B does not debit", "le compte est celui d’un consommateur, exclu du B2B", 0},
		{"AG01", "the account takes no direct debits", "le compte n’accepte pas les prélèvements", 0},
		{"AM04", "the account lacks the money", "provision insuffisante", 1},
		{"AM05", "the debit was sent twice", "le prélèvement a été présenté deux fois", 0},
		{"BE05", "the creditor identifier is wrong", "l’identifiant créancier SEPA est incorrect", 0},
		{"MD01", "there is no mandate, or it is not authorised", "mandat absent ou non autorisé", 0},
		{"MD02", "data of the mandate are missing or wrong", "données du mandat absentes ou erronées", 0},
		{"MD06", "the debtor asked for the money back within eight weeks", "le débiteur a demandé le remboursement dans les huit semaines", 0},
		{"MD07", "the debtor has died", "le débiteur est décédé", 0},
		{"MS02", "the debtor refused the debit", "le débiteur a refusé le prélèvement", 0},
		{"MS03", "the bank gives no reason", "la banque n’indique pas de motif", 1},
		{"SL01", "the debtor's bank keeps this creditor out on the debtor's wish", "la banque du débiteur bloque ce créancier à sa demande", 0},
	}
}

// ReturnOf is what a reason code means. A code of the right form that is not known is
// never tried again; another text is refused.
func ReturnOf(code string) (Return, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	for _, known := range returns() {
		if known.Code == code {
			return known, nil
		}
	}
	if len(code) != 4 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return Return{}, collection.Refuse(collection.RefusedInvalid, "%q is no reason of a bank for a returned direct debit: it has four letters and digits, such as AM04", code)
	}
	return Return{Code: code, Meaning: "reason " + code, MeaningFR: "motif " + code}, nil
}

// RetryOn is when a debit that came back on a day is tried again, after it was tried
// so many times; not set when it is not.
func (r Return) RetryOn(on calendar.Date, tried int) calendar.Date {
	if tried > r.Retries {
		return 0
	}
	return on.AddDays(RetryDays)
}

// String is the code and its meaning.
func (r Return) String() string { return fmt.Sprintf("%s: %s", r.Code, r.Meaning) }
