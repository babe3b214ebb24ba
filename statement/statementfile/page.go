package statementfile

import (
	"cmp"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/letters"
	"relance/messaging/compose"
	"relance/money"
	"relance/statement"
)

// page is the statement as it is printed. The totals of a single invoice are those
// of the invoice, and not printed again.
func page(s statement.Statement, words compose.StatementWording) letters.Statement {
	p := pager{words}
	printed := letters.Statement{Letter: words.Letter, Summary: p.summary(s)}
	printed.Letter.Subject = words.Words("subject", "on", words.Date(s.On))
	for _, c := range s.Cases {
		printed.Sections = append(printed.Sections, p.invoice(c, s.On))
	}
	if len(s.Cases) > 1 {
		for _, total := range s.Totals {
			printed.Sections = append(printed.Sections, p.total(total, s.On))
		}
	}
	if !isDue(s) {
		printed.Letter.Payment, printed.Letter.PaymentCode = nil, nil
	}
	return printed
}

func isDue(s statement.Statement) bool {
	for _, total := range s.Totals {
		if total.Due.Sign() > 0 {
			return true
		}
	}
	return false
}

// pager words the parts of a page.
type pager struct{ compose.StatementWording }

func (p pager) summary(s statement.Statement) []string {
	if len(s.Cases) == 0 {
		return []string{p.Words("no-invoices")}
	}
	var lines []string
	for _, total := range s.Totals {
		if total.Due.Sign() > 0 {
			lines = append(lines, p.Words("total-due", "amount", p.Amount(total.Due)))
		}
	}
	if len(lines) == 0 {
		return []string{p.Words("nothing-due")}
	}
	return lines
}

// nothing stands where there is no amount.
const nothing = "–"

// figure is an amount in a table.
func (p pager) figure(a money.Amount) string {
	if a.IsZero() {
		return nothing
	}
	return p.Amount(a)
}

func (p pager) invoice(c statement.Case, on calendar.Date) letters.Section {
	heading := p.Words("case.heading", "invoice", c.Invoice, "issued", p.ShortDate(c.IssuedOn), "due", p.ShortDate(c.DueOn))
	if c.IssuedOn.IsZero() {
		heading = p.Words("case.due", "invoice", c.Invoice, "due", p.ShortDate(c.DueOn))
	}
	if c.Closed != "" {
		heading += " – " + p.Words("case."+string(c.Closed), "on", p.ShortDate(c.ClosedOn))
	}
	lines := []compose.Line{{Label: p.Words("label.invoiced"), Value: p.Amount(c.Total)}}
	if !c.ClaimedFrom.IsZero() {
		lines = append(lines, compose.Line{Label: p.Words("label.claimed-from"), Value: p.ShortDate(c.ClaimedFrom)})
	}
	return letters.Section{Heading: heading, Lines: lines, Blocks: []letters.Block{
		p.receipts(c), p.interest(c), p.costs(c), p.waivers(c), p.parts(c.Lines), p.dues(c, on),
	}}
}

// only keeps the columns that show something, and those that always stand.
func only(table letters.Table, always ...int) letters.Table {
	kept := letters.Table{Rows: make([][]string, len(table.Rows))}
	for at, column := range table.Columns {
		shows := false
		for _, place := range always {
			shows = shows || place == at
		}
		for _, row := range table.Rows {
			shows = shows || row[at] != nothing && row[at] != ""
		}
		if !shows {
			continue
		}
		kept.Columns = append(kept.Columns, column)
		for i, row := range table.Rows {
			kept.Rows[i] = append(kept.Rows[i], row[at])
		}
	}
	return kept
}

func (p pager) texts(names ...string) []letters.Column {
	var columns []letters.Column
	for _, name := range names {
		columns = append(columns, letters.Column{Heading: p.Words("column." + name)})
	}
	return columns
}

func (p pager) numbers(names ...string) []letters.Column {
	columns := p.texts(names...)
	for i := range columns {
		columns[i].IsNumber = true
	}
	return columns
}

func (p pager) receipts(c statement.Case) letters.Block {
	table := letters.Table{Columns: append(p.texts("date", "what"), p.numbers("amount", "principal", "interest", "indemnity", "costs", "credit")...)}
	for _, r := range c.Receipts {
		amount := nothing
		if r.Amount.Currency() != "" {
			amount = p.figure(r.Amount)
		}
		table.Rows = append(table.Rows, []string{
			p.ShortDate(r.On), p.receipt(r), amount, p.figure(r.Pays.Principal), p.figure(r.Pays.Interest), p.figure(r.Pays.Indemnity),
			p.figure(r.Pays.Costs), p.figure(r.Pays.Credit),
		})
	}
	return letters.Block{Title: p.titleOf("receipts", table), Table: only(table, 0, 1, 2)}
}

// receipt is what a receipt is, with what became of it.
func (p pager) receipt(r statement.Receipt) string {
	what := p.Words("kind."+string(r.Kind), "id", r.ID, "payment", r.Reverses)
	if !r.ReversedOn.IsZero() {
		what += ", " + p.Words("kind.reversed", "on", p.ShortDate(r.ReversedOn))
	}
	if r.NotCounted != "" {
		what += ", " + p.Words("reason."+string(r.NotCounted))
	}
	return what
}

// titleOf is the title of a table, empty when it has no rows.
func (p pager) titleOf(name string, table letters.Table) string {
	if len(table.Rows) == 0 {
		return ""
	}
	return p.Words("table." + name)
}

func (p pager) interest(c statement.Case) letters.Block {
	columns := append(append(p.texts("article"), p.numbers("from", "to", "days", "base", "rate")...), p.numbers("amount")...)
	table := letters.Table{Columns: columns}
	for _, s := range c.Segments {
		table.Rows = append(table.Rows, []string{
			s.Article, p.ShortDate(s.From), p.ShortDate(s.To), itoa(s.Days), p.Amount(s.Base), p.Rate(s.Rate) + " / " + itoa(s.YearDays), p.figure(s.Amount),
		})
	}
	return letters.Block{Title: p.titleOf("interest", table), Table: table}
}

func (p pager) costs(c statement.Case) letters.Block {
	table := letters.Table{Columns: append(p.texts("date", "what"), p.numbers("amount")...)}
	for _, cost := range c.Costs {
		table.Rows = append(table.Rows, []string{p.ShortDate(cost.On), cost.Note, p.figure(cost.Amount)})
	}
	return letters.Block{Title: p.titleOf("costs", table), Table: table}
}

func (p pager) waivers(c statement.Case) letters.Block {
	table := letters.Table{Columns: append(p.texts("date", "part", "what"), p.numbers("amount")...)}
	for _, waiver := range c.Waivers {
		table.Rows = append(table.Rows, []string{p.ShortDate(waiver.On), p.part(waiver.Part), waiver.Note, p.figure(waiver.Amount)})
	}
	return letters.Block{Title: p.titleOf("waivers", table), Table: table}
}

func (p pager) part(part ledger.Part) string { return p.Words("part." + string(part)) }

func (p pager) parts(lines []statement.Line) letters.Block {
	table := letters.Table{
		Columns: append(p.texts("part"), p.numbers("arisen", "paid", "credited", "waived", "tolerated", "not-claimed", "open")...),
	}
	for _, l := range lines {
		table.Rows = append(table.Rows, []string{
			p.part(l.Part), p.figure(l.Arisen), p.figure(l.Paid), p.figure(l.Credited), p.figure(l.Waived), p.figure(l.Tolerated),
			p.figure(l.NotClaimed), p.figure(l.Open),
		})
	}
	return letters.Block{Title: p.titleOf("parts", table), Table: only(table, 0, 1, len(table.Columns)-1)}
}

func (p pager) dues(c statement.Case, on calendar.Date) letters.Block {
	block := letters.Block{}
	add := func(label string, amount money.Amount) {
		block.Lines = append(block.Lines, compose.Line{Label: p.Words(label), Value: p.Amount(amount)})
	}
	if c.Overpaid.Sign() > 0 {
		add("label.overpaid", c.Overpaid)
	}
	if c.Disputed.Sign() > 0 {
		add("label.disputed", c.Disputed)
	}
	for _, due := range c.Due {
		add("label.due", due)
	}
	block.Strong = len(c.Due)
	block = p.withDaily(block, c.PerDay, on)
	for _, note := range c.Notes {
		block.Remarks = append(block.Remarks, note.Text)
	}
	return block
}

// withDaily adds what each day more costs, below what is due.
func (p pager) withDaily(block letters.Block, daily statement.Daily, on calendar.Date) letters.Block {
	if daily.Amount.Sign() > 0 {
		block.Remarks = append(block.Remarks, p.Words("per-day", "on", p.Date(on), "amount", p.Amount(daily.Amount)))
	}
	return block
}

func (p pager) total(t statement.Total, on calendar.Date) letters.Section {
	block := letters.Block{}
	for _, line := range []struct {
		label  string
		amount money.Amount
	}{{"label.overpaid", t.Overpaid}, {"label.given-up", t.GivenUp}, {"label.disputed", t.Disputed}, {"label.due", t.Due}} {
		if line.amount.Sign() > 0 || line.label == "label.due" {
			block.Lines = append(block.Lines, compose.Line{Label: p.Words(line.label), Value: p.Amount(line.amount)})
		}
	}
	block.Strong = 1
	return letters.Section{
		Heading: p.Words("totals.heading", "currency", string(t.Currency)),
		Blocks:  []letters.Block{p.parts(t.Lines), p.withDaily(block, t.PerDay, on)},
	}
}

// closedLabel is how a person closed a case, in words.
func closedLabel(words compose.StatementWording, closed collection.Stage, on calendar.Date) string {
	if closed == "" {
		return ""
	}
	return words.Words("case."+string(closed), "on", cmp.Or(words.ShortDate(on), nothing))
}
