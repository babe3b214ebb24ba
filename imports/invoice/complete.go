package invoice

import (
	"fmt"
	"slices"

	"relance/calendar"
	"relance/deadlines"
	"relance/identifiers"
	"relance/money"
)

// Field names used by checks that concern the document as a whole.
const (
	FieldDue       = "due date"
	FieldTotal     = "total with VAT"
	FieldAmountDue = "amount due"
	FieldDebtor    = "debtor"
)

// Complete checks the document as a whole, settles its due date and the kind of
// its debtor, and returns it, or a *Refusal with every fault found.
func (d *Draft) Complete() (Document, error) {
	d.checkDebtor()
	d.checkAmounts()
	d.settleDueDate()
	d.guessDebtorKind()
	d.warnOfLateDueDate()
	if d.Kind == CreditNote && len(d.References) == 0 {
		d.Warn(AboutDocument, Cell{Field: "credit note", Value: d.Number}, "names no invoice: it cannot be taken in until it says which one it lowers")
	}
	if len(d.faults) > 0 {
		return Document{}, &Refusal{Source: d.Source, Number: d.Number, Faults: d.faults}
	}
	return d.Document, nil
}

func (d *Draft) checkDebtor() {
	b := &d.Buyer
	if b.Name == "" {
		b.Name = b.TradingName
	}
	named := b.Name != "" || b.Ref != "" || b.SIREN != "" || b.SIRET != "" || b.VAT != "" ||
		b.LegalID.Value != "" || len(b.Identifiers) > 0
	if !named {
		d.Refuse(Cell{Field: FieldDebtor}, "nobody to claim from: neither a name nor an identifier is given")
	}
	if b.SIRET != "" && b.SIREN == "" {
		b.SIREN = b.SIRET[:9]
	}
	if b.SIRET != "" && b.SIRET[:9] != b.SIREN {
		d.Warn(AboutIdentifier, Cell{Field: "SIRET", Value: b.SIRET}, "belongs to another company than the SIREN "+b.SIREN)
	}
	if d.Seller.SIRET != "" && d.Seller.SIREN == "" {
		d.Seller.SIREN = d.Seller.SIRET[:9]
	}
}

func (d *Draft) checkAmounts() {
	if len(d.faults) > 0 && (d.Total == money.Amount{} || d.AmountDue == money.Amount{}) {
		return // the amount that is missing was refused already
	}
	switch {
	case d.AmountDue == money.Amount{}:
		d.Refuse(Cell{Field: FieldAmountDue}, "neither an amount due nor a total is stated")
		return
	case d.Total == money.Amount{}:
		d.Total = d.AmountDue
		d.Warn(AboutAmounts, Cell{Field: FieldTotal}, "not stated; the amount due stands in for it")
	}
	if d.Kind == Invoice && d.Total.Sign() < 0 {
		d.Refuse(Cell{Field: FieldTotal, Value: d.Total.Decimal()}, "an invoice cannot total less than zero; if it is a credit note, it must say so")
		return
	}
	d.checkSum()
}

// checkSum applies BR-CO-16 of EN 16931: due = total - prepaid + rounding. The
// stated amounts stand either way; a person is told when they disagree.
func (d *Draft) checkSum() {
	if (d.Prepaid == money.Amount{}) && d.Source.Format == FormatCSV {
		if d.Kind == Invoice && d.AmountDue.Minor() > d.Total.Minor() {
			d.Warn(AboutAmounts, Cell{Field: FieldAmountDue, Value: d.AmountDue.Decimal()}, "is more than the total "+d.Total.Decimal())
		}
		return // a ledger states what is still open, not what was paid before
	}
	if expected := d.Total.Minor() - d.Prepaid.Minor() + d.Rounding.Minor(); expected != d.AmountDue.Minor() {
		d.Warn(AboutAmounts, Cell{Field: FieldAmountDue, Value: d.AmountDue.Decimal()}, fmt.Sprintf(
			"is not the total %s less the prepaid %s (%s); the stated amount is claimed",
			d.Total.Decimal(), d.Prepaid.Decimal(), money.FromMinor(expected, d.Currency).Decimal()))
	}
}

// settleDueDate takes the stated date, else the date the terms give, else the
// legal default. Several stated dates are instalments: the document is then due
// on the last of them, because only then is the whole amount due, and claiming
// it earlier would claim what is not owed yet. The instalments are kept so that
// each can be followed on its own.
func (d *Draft) settleDueDate() {
	switch {
	case len(d.Instalments) == 1:
		d.Due, d.Instalments = max(d.Due, d.Instalments[0].Due), nil
	case len(d.Instalments) > 1:
		slices.SortStableFunc(d.Instalments, func(a, b Instalment) int { return int(a.Due) - int(b.Due) })
		first, last := d.Instalments[0].Due, d.Instalments[len(d.Instalments)-1].Due
		if d.Due < last {
			d.Due = last
		}
		d.Warn(AboutTerms, Cell{Field: FieldDue, Value: d.Due.String()},
			fmt.Sprintf("payable in %d instalments from %s on: the whole is followed from the last date", len(d.Instalments), first))
	}
	switch {
	case d.Issued.IsZero():
		return // refused already
	case !d.Due.IsZero():
		d.DueDateSource = DueStated
	case d.Kind == CreditNote:
		return
	case d.Terms != deadlines.Terms{}:
		d.Due, d.DueDateSource = d.Terms.DueDate(d.Issued), DueFromTerms
	case len(d.faults) == 0:
		d.takeLegalTerm()
	}
	if d.Kind == Invoice && d.DueDateSource == DueStated && d.Due < d.Issued {
		d.Refuse(Cell{Field: FieldDue, Value: d.Due.String()}, "is before the issue date "+d.Issued.String())
	}
}

// AddInstalment records one due date of several, or the only one.
func (d *Draft) AddInstalment(due calendar.Date, amount money.Amount, text string) {
	if due.IsZero() {
		return
	}
	same := func(i Instalment) bool { return i.Due == due && i.Amount == amount }
	if !slices.ContainsFunc(d.Instalments, same) {
		d.Instalments = append(d.Instalments, Instalment{Due: due, Amount: amount, Text: Tidy(text)})
	}
}

// guessDebtorKind reads the kind of debtor from what the document says about it.
// It never concludes "consumer" from silence: a business without an identifier
// would lose its late fees, a consumer taken for a business would be charged
// what the law forbids, so that silence stays "unknown".
func (d *Draft) guessDebtorKind() {
	b := &d.Buyer
	if b.Kind != KindUnknown {
		return
	}
	if kind, note := d.kindFromMentions(); kind != KindUnknown {
		b.Kind, b.KindReason = kind, note
		return
	}
	switch {
	case b.Endpoint.Scheme == schemeLeitweg || slices.ContainsFunc(b.Identifiers, func(i Identifier) bool { return i.Scheme == schemeLeitweg }):
		b.Kind, b.KindReason = KindPublic, "it is addressed by a Leitweg-ID"
	case identifiers.PublicSIREN(b.SIREN):
		b.Kind, b.KindReason = KindPublic, "its SIREN begins with "+b.SIREN[:2]+", as those of public bodies do"
	case b.SIREN != "":
		b.Kind, b.KindReason = KindBusiness, "it has a SIREN"
	case b.VAT != "":
		b.Kind, b.KindReason = KindBusiness, "it has a VAT number"
	case b.LegalID.Value != "":
		b.Kind, b.KindReason = KindBusiness, "it has a legal registration number"
	}
}

// kindFromMentions reads the French note that says how the invoice is regulated
// (subject BAR in XP Z12-012; ADN is met too).
func (d *Draft) kindFromMentions() (DebtorKind, string) {
	for _, m := range d.Mentions {
		if m.Code != "BAR" && m.Code != "ADN" {
			continue
		}
		reason := "the invoice says " + m.Text + " (note " + m.Code + ")"
		switch m.Text {
		case "B2B", "B2BINT":
			return KindBusiness, reason
		case "B2C":
			return KindConsumer, reason
		case "B2G":
			return KindPublic, reason
		}
	}
	return KindUnknown, ""
}
