package csvfile

import (
	"context"
	"errors"
	"io"
	"strings"

	"relance/calendar"
	"relance/imports/invoice"
	"relance/money"
)

// row is one row being read.
type row struct {
	table *table
	cells []string
	draft *invoice.Draft
}

// cell is the value of a column under the name the file gives it; empty where the
// file has no such column or the row is short.
func (r *row) cell(column Column) invoice.Cell {
	cell := invoice.Cell{Field: r.table.header.title(column), Line: r.draft.Source.Line}
	if place, ok := r.table.header.place[column]; ok && place < len(r.cells) {
		cell.Value = r.cells[place]
	}
	return cell
}

func (r *row) text(column Column) string { return invoice.Tidy(r.cell(column).Value) }

func (r *row) read(ctx context.Context) (invoice.Document, error) {
	d := r.draft
	d.SetNumber(r.cell(ColumnNumber))
	r.readKind()
	d.Issued = r.date(ColumnIssued)
	if r.cell(ColumnIssued).Empty() {
		d.Refuse(r.cell(ColumnIssued), "the issue date is missing")
	}
	d.Due = r.date(ColumnDue)
	d.SetTerms(r.cell(ColumnTerms))
	if currency := r.cell(ColumnCurrency); currency.Empty() {
		d.Currency = r.table.options.Currency
	} else {
		d.SetCurrency(currency)
	}
	if err := r.readAmounts(ctx); err != nil {
		return invoice.Document{}, err
	}
	r.readDebtor()
	d.AddReference(r.cell(ColumnCreditOf).Value, 0)
	d.OrderReference = r.text(ColumnOrder)
	d.PaymentReference = r.text(ColumnPaymentRef)
	d.Creditor = r.text(ColumnCreditor)
	if d.Creditor == "" {
		d.Creditor = r.table.options.Creditor
	}
	d.Strategy = r.text(ColumnStrategy)
	return d.Complete()
}

func (r *row) date(column Column) calendar.Date {
	cell := r.cell(column)
	if cell.Empty() {
		return 0
	}
	date, ok := r.table.options.Dates.parse(cell.Value)
	return r.draft.Date(cell, date, ok, r.table.options.Dates.hint())
}

// readAmounts reads the total and what is still open. Where a ledger has only one
// of the two columns, or one of the cells is empty, it stands for both.
func (r *row) readAmounts(ctx context.Context) error {
	d := r.draft
	for _, amount := range []struct {
		column Column
		target *money.Amount
	}{{ColumnTotal, &d.Total}, {ColumnAmountDue, &d.AmountDue}} {
		cell := r.cell(amount.column)
		if cell.Empty() || d.Currency == "" {
			continue
		}
		decimal, err := r.plainNumber(ctx, cell.Value)
		if failure := new(readFailure); errors.As(err, &failure) {
			return err
		}
		if err != nil {
			d.Refuse(cell, err.Error())
			continue
		}
		*amount.target = d.Amount(cell, decimal)
	}
	switch {
	case r.cell(ColumnTotal).Empty():
		d.Total = d.AmountDue
	case r.cell(ColumnAmountDue).Empty():
		d.AmountDue = d.Total
	}
	return nil
}

// plainNumber rewrites an amount for money.Parse. The first amount that can mean
// two things makes it ask the whole file how it writes amounts.
func (r *row) plainNumber(ctx context.Context, text string) (string, error) {
	n, err := dissect(text)
	if err != nil {
		return "", err
	}
	if n.currency != "" && n.currency != r.draft.Currency {
		return "", errors.New("is in " + string(n.currency) + ", but the currency of the row is " + string(r.draft.Currency))
	}
	decimal, err := n.plain(r.table.style)
	if !errors.Is(err, errAmbiguous) || r.table.decided {
		return decimal, err
	}
	if err := r.table.decideStyle(ctx); err != nil {
		return "", &readFailure{err}
	}
	return n.plain(r.table.style)
}

// decideStyle reads the amounts of the whole file. One kind of evidence decides;
// both kinds, or none, decide nothing, and what is ambiguous stays so.
func (t *table) decideStyle(ctx context.Context) error {
	t.decided = true
	rows, _, err := ofInvoices.openRows(t.probe.text(t.file, nil), t.rows.delimiter)
	if err != nil {
		return err
	}
	var commas, points bool
	for !commas || !points {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, _, err := rows.next()
		if broken := new(brokenRow); errors.As(err, &broken) {
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, column := range []Column{ColumnTotal, ColumnAmountDue} {
			place, ok := t.header.place[column]
			if !ok || place >= len(cells) {
				continue
			}
			if n, err := dissect(cells[place]); err == nil {
				shown, err := n.evidence()
				commas = commas || err == nil && shown == showsComma
				points = points || err == nil && shown == showsPoint
			}
		}
	}
	switch {
	case commas && !points:
		t.style = DecimalComma
	case points && !commas:
		t.style = DecimalPoint
	}
	return nil
}

func (r *row) readKind() {
	cell := r.cell(ColumnKind)
	if code := strings.TrimSpace(cell.Value); len(code) >= 2 && len(code) <= 3 && allDigits(code) {
		r.draft.SetType(cell, false)
		return
	}
	kind, ok := kindOf(cell.Value)
	if !ok {
		r.draft.Refuse(cell, "not a kind of document; use invoice or credit note, or the code 380 or 381")
		return
	}
	r.draft.Kind = kind
}

func (r *row) readDebtor() {
	d := r.draft
	b := &d.Buyer
	b.Ref = r.text(ColumnDebtorRef)
	b.Name = r.text(ColumnDebtorName)
	for line := range strings.SplitSeq(r.cell(ColumnAddress).Value, "\n") {
		if line = invoice.Tidy(line); line != "" {
			b.Address.Lines = append(b.Address.Lines, line)
		}
	}
	b.Address.Postcode = r.text(ColumnPostcode)
	b.Address.City = r.text(ColumnCity)
	d.SetCountry(&b.Address, r.cell(ColumnCountry))
	d.SetLanguage(r.cell(ColumnLanguage))
	d.Identify(&b.Party, r.cell(ColumnSIREN), schemeSIREN)
	d.Identify(&b.Party, r.cell(ColumnSIRET), schemeSIRET)
	d.Identify(&b.Party, r.cell(ColumnVAT), schemeVAT)
	r.readDebtorKind()
	r.readContacts()
	r.readParent()
}

// The schemes of the identifiers that have their own column.
const (
	schemeSIREN = "0002"
	schemeSIRET = "0009"
	schemeVAT   = "VA"
)

// readDebtorKind leaves a kind that is not understood unknown: which law applies
// is not for a misspelt cell to decide.
func (r *row) readDebtorKind() {
	cell := r.cell(ColumnDebtorKind)
	if cell.Empty() {
		return
	}
	kind, ok := debtorKindOf(cell.Value)
	if !ok {
		r.draft.Warn(invoice.AboutDebtor, cell, "not a kind of debtor; use business, consumer or public")
		return
	}
	r.draft.Buyer.Kind, r.draft.Buyer.KindReason = kind, "the ledger says so"
}

// readContacts reads the contacts of the row. The first that is named is the one to
// write to among those of its role.
func (r *row) readContacts() {
	first := map[invoice.Role]bool{}
	for _, columns := range []contactColumns{firstContact, secondContact, thirdContact} {
		if r.cell(columns.name).Empty() && r.cell(columns.email).Empty() && r.cell(columns.phone).Empty() {
			continue
		}
		role, ok := roleOf(r.cell(columns.role).Value)
		if !ok {
			r.draft.Warn(invoice.AboutContact, r.cell(columns.role), "not a role; use "+rolesInWords)
		}
		var language string
		if cell := r.cell(columns.language); !cell.Empty() {
			if language, ok = invoice.ParseLanguage(cell.Value); !ok {
				r.draft.Warn(invoice.AboutContact, cell, "not a language; use a code such as fr or en")
			}
		}
		several := columns != firstContact && first[role]
		r.draft.AddContact(invoice.ContactCells{
			Name: r.cell(columns.name), Email: r.cell(columns.email), Phone: r.cell(columns.phone), Role: role, Language: language,
			Preferred: !several && r.hasAnother(columns, role),
		})
		first[role] = true
	}
}

// hasAnother reports whether another contact of the row has the role.
func (r *row) hasAnother(than contactColumns, role invoice.Role) bool {
	for _, columns := range []contactColumns{firstContact, secondContact, thirdContact} {
		other, _ := roleOf(r.cell(columns.role).Value)
		if columns != than && other == role && !(r.cell(columns.email).Empty() && r.cell(columns.phone).Empty()) {
			return true
		}
	}
	return false
}

// readParent reads who is above the debtor and receives its messages.
func (r *row) readParent() {
	b := &r.draft.Buyer
	b.Parent = r.text(ColumnParent)
	cell := r.cell(ColumnBillTo)
	toParent, ok := billToParent(cell.Value)
	switch {
	case !ok:
		r.draft.Warn(invoice.AboutDebtor, cell, "nobody who can receive the messages; use debtor or parent")
	case toParent && b.Parent == "":
		r.draft.Warn(invoice.AboutDebtor, cell, "the row names no parent; the messages go to the debtor")
	default:
		b.BillToParent = toParent
	}
}
