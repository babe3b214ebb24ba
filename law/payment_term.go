package law

import "fmt"

// PaymentTerm is the default or the longest term of payment for a kind of sale.
type PaymentTerm struct {
	Key     string `json:"key"`
	Country string `json:"country"`
	Debtor  Debtor `json:"debtor"`
	// Category names the sales whose longest term this is; several terms of one
	// category leave the choice between them. The default term has none.
	Category string `json:"category,omitempty"`
	Title    Words  `json:"title"`
	Days     int    `json:"days"`
	// CountedFrom is what the days are counted from.
	CountedFrom CountedFrom `json:"counted_from"`
	// EndOfMonth: the days and the end of the month, in either order. Such a term
	// holds only where the contract says so.
	EndOfMonth bool `json:"end_of_month,omitempty"`
	Dated
}

func (p PaymentTerm) key() string       { return p.Country + "/" + p.Key }
func (p PaymentTerm) dated() Dated      { return p.Dated }
func (p PaymentTerm) bare() PaymentTerm { p.Dated = Dated{}; return p }

// TermWithoutAgreement is the key of the term that holds when nothing was agreed.
const TermWithoutAgreement = "default"

// CountedFrom is what a payment term is counted from.
type CountedFrom string

// The starts of payment terms. A decade is a third of a month: it ends on the
// 10th, the 20th or the last day.
const (
	FromReceipt           CountedFrom = "receipt"
	FromIssue             CountedFrom = "issue"
	FromDelivery          CountedFrom = "delivery"
	FromDeliveryDecadeEnd CountedFrom = "delivery-decade-end"
	FromDeliveryMonthEnd  CountedFrom = "delivery-month-end"
)

// longestTerm is the longest payment term that is believed.
const longestTerm = 366

func paymentTermColumns() []string {
	return originColumns("key", "country", "debtor", "category", "title_en", "title_fr", "days", "counted_from", "end_of_month")
}

func readPaymentTerm(r row) PaymentTerm {
	return PaymentTerm{
		Key: r.text("key"), Country: r.country(), Debtor: choice(r, "debtor", Business, Consumer, Public),
		Category: r.category(), Title: r.words("title"), Days: r.count("days", longestTerm),
		CountedFrom: choice(r, "counted_from", FromReceipt, FromIssue, FromDelivery, FromDeliveryDecadeEnd, FromDeliveryMonthEnd),
		EndOfMonth:  choice(r, "end_of_month", "yes", "no") == "yes", Dated: r.origin(),
	}
}

// category is empty for the default term only.
func (r row) category() string {
	if r.optional("key") == TermWithoutAgreement {
		if r.optional("category") != "" {
			r.refuse("category", "the term %s holds for every sale without an agreement: leave it empty", TermWithoutAgreement)
		}
		return ""
	}
	return r.text("category")
}

func (p PaymentTerm) words() Words {
	from := map[CountedFrom]Words{
		FromReceipt:           {"from receipt", "depuis la réception"},
		FromIssue:             {"from the issue of the invoice", "depuis l’émission de la facture"},
		FromDelivery:          {"from delivery", "depuis la livraison"},
		FromDeliveryDecadeEnd: {"from the end of the ten days of delivery", "depuis la fin de la décade de livraison"},
		FromDeliveryMonthEnd:  {"from the end of the month of delivery", "depuis la fin du mois de livraison"},
	}[p.CountedFrom]
	days := Words{"days", "jours"}
	if p.EndOfMonth {
		days = Words{"days to the end of the month", "jours fin de mois"}
	}
	return Words{EN: fmt.Sprintf("%d %s %s", p.Days, days.EN, from.EN), FR: fmt.Sprintf("%d %s %s", p.Days, days.FR, from.FR)}
}
