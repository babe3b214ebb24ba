package invoice

import (
	"cmp"
	"fmt"

	"relance/deadlines"
	"relance/law"
)

// Law is what the law says about due dates, taken once from its book for any
// number of documents.
type Law struct {
	book   law.Book
	limits []deadlines.TermLimit
}

// LawOf is the law of a book.
func LawOf(book law.Book) Law { return Law{book: book, limits: deadlines.TermLimits(book)} }

const (
	france = "FR"
	// union stands in for member states whose own term is in no table.
	union = "EU"
)

// creditorCountry is the country whose law gives the due date.
func (d *Draft) creditorCountry() string {
	return cmp.Or(d.Seller.Address.Country, d.rules.CreditorCountries[d.Creditor], d.rules.Country)
}

// takeLegalTerm takes the term that holds when nothing was agreed, counted from
// the later of issue and delivery: the law counts from receipt, which is rarely
// before, so that the date never claims too early.
func (d *Draft) takeLegalTerm() {
	country := d.creditorCountry()
	term, found := d.rules.Law.book.PaymentTerm(country, law.TermWithoutAgreement, d.Issued)
	if !found {
		term, found = d.rules.Law.book.PaymentTerm(union, law.TermWithoutAgreement, d.Issued)
	}
	if !found {
		d.Refuse(Cell{Field: FieldDue}, fmt.Sprintf("neither a due date nor terms are stated, and no law table says when an invoice of %s falls due then (%s): state the date", d.Issued, country))
		return
	}
	d.Due, d.DueDateSource = max(d.Issued, d.Delivered).AddDays(term.Days), DueLegalDefault
	if d.TermsText != "" {
		d.Warn(AboutTerms, Cell{Field: "payment terms", Value: d.TermsText},
			fmt.Sprintf("not understood, and no due date is stated: due after %d days by default (%s)", term.Days, term.Article))
	}
}

// warnOfLateDueDate tells of a date later than French law lets a French creditor
// agree with a business or a public body of France. The date stays: it is what
// the parties agreed. The limits are those of what the creditor sells; a public
// body is taken for the State or a local authority.
func (d *Draft) warnOfLateDueDate() {
	category := cmp.Or(d.rules.Sells[d.Creditor], deadlines.General)
	switch d.Buyer.Kind {
	case KindBusiness:
	case KindPublic:
		category = deadlines.PublicStateLocal
	default:
		return
	}
	agreed := d.DueDateSource == DueStated || d.DueDateSource == DueFromTerms
	if d.Kind != Invoice || !agreed || d.creditorCountry() != france || cmp.Or(d.Buyer.Address.Country, france) != france {
		return
	}
	limits, err := deadlines.LimitsOf(d.rules.Law.limits, category, d.Issued)
	if err != nil {
		return // older than the table: nothing is said about it
	}
	invoiced := deadlines.Invoiced{Issued: d.Issued, Delivered: d.Delivered}
	for _, excess := range deadlines.Exceeds(deadlines.Agreed{Terms: d.Terms, Due: d.Due}, invoiced, limits) {
		d.Warn(AboutTerms, Cell{Field: FieldDue, Value: d.Due.String()}, excess.Because.String())
	}
}
