package statementfile

import (
	"relance/calendar"
	"relance/statement"
)

// rows are all rows of a statement: its own, those of every invoice, the totals.
func rows(s statement.Statement, p pager) []row {
	all := []row{{
		kind: rowStatement, label: p.Words("label.statement", "on", p.Date(s.On)), id: s.Debtor.ID, from: s.On, text: s.Creditor.Name + " – " + s.Debtor.Name,
	}}
	for _, c := range s.Cases {
		all = append(all, p.rowsOf(c, s.On)...)
	}
	for _, t := range s.Totals {
		all = append(all, p.totalRows(t, s.On)...)
	}
	return all
}

func (p pager) rowsOf(c statement.Case, on calendar.Date) []row {
	made := []row{{
		kind: rowInvoice, label: p.Words("label.invoiced"), from: c.IssuedOn, to: c.DueOn, amount: c.Total, text: closedLabel(p.StatementWording, c.Closed, c.ClosedOn),
	}}
	for _, r := range c.Receipts {
		made = append(made, row{
			kind: string(r.Kind), label: p.receipt(r), id: r.ID, from: r.On, amount: r.Amount,
			principal: r.Pays.Principal, interest: r.Pays.Interest, indemnity: r.Pays.Indemnity, costs: r.Pays.Costs, credit: r.Pays.Credit,
			text: string(r.NotCounted),
		})
	}
	for _, s := range c.Segments {
		made = append(made, row{
			kind: rowSegment, label: p.Words("label.segment"), id: s.Rule, part: "interest", from: s.From, to: s.To, days: s.Days, rate: s.Rate.String(),
			yearDays: s.YearDays, base: s.Base, amount: s.Amount, exact: s.Exact, article: s.Article,
		})
	}
	for _, cost := range c.Costs {
		made = append(made, row{kind: rowCost, label: p.Words("part.costs"), id: cost.ID, part: "costs", from: cost.On, amount: cost.Amount, text: cost.Note})
	}
	for _, waiver := range c.Waivers {
		made = append(made, row{
			kind: rowWaiver, label: p.part(waiver.Part), id: waiver.ID, part: string(waiver.Part), from: waiver.On, amount: waiver.Amount, text: waiver.Note,
		})
	}
	for _, line := range c.Lines {
		made = append(made, p.partRow(rowPart, line))
		if line.Part == "interest" {
			made[len(made)-1].from, made[len(made)-1].exact = c.ClaimedFrom, c.InterestExact
		}
	}
	made = append(made, row{kind: rowOverpaid, label: p.Words("label.overpaid"), amount: c.Overpaid})
	if c.Disputed.Sign() > 0 {
		made = append(made, row{kind: rowDisputed, label: p.Words("label.disputed"), amount: c.Disputed})
	}
	for _, due := range c.Due {
		made = append(made, row{kind: rowDue, label: p.Words("label.due"), amount: due})
	}
	made = append(made, p.dailyRows(rowPerDay, c.PerDay, on)...)
	for _, note := range c.Notes {
		made = append(made, row{kind: rowNote, label: p.Words("label.note"), id: string(note.Code), text: note.Text})
	}
	for i := range made {
		made[i].invoice = c.Invoice
	}
	return made
}

func (p pager) partRow(kind string, l statement.Line) row {
	return row{
		kind: kind, label: p.part(l.Part), part: string(l.Part), arisen: l.Arisen, paid: l.Paid, credited: l.Credited, waived: l.Waived,
		tolerated: l.Tolerated, claimed: l.NotClaimed, open: l.Open, article: l.Article,
	}
}

func (p pager) dailyRows(kind string, daily statement.Daily, on calendar.Date) []row {
	if daily == (statement.Daily{}) || daily.Unknown {
		return nil
	}
	return []row{{
		kind: kind, label: p.Words("label.per-day", "on", p.ShortDate(on)), part: "interest", from: on.AddDays(1), amount: daily.Amount, exact: daily.Exact,
	}}
}

func (p pager) totalRows(t statement.Total, on calendar.Date) []row {
	var made []row
	for _, line := range t.Lines {
		made = append(made, p.partRow(rowTotalPart, line))
	}
	made = append(made,
		row{kind: rowTotalOverpaid, label: p.Words("label.overpaid"), amount: t.Overpaid},
		row{kind: rowTotalGivenUp, label: p.Words("label.given-up"), amount: t.GivenUp})
	if t.Disputed.Sign() > 0 {
		made = append(made, row{kind: rowTotalDisputed, label: p.Words("label.disputed"), amount: t.Disputed})
	}
	made = append(made, row{kind: rowTotalDue, label: p.Words("label.due"), amount: t.Due})
	return append(made, p.dailyRows(rowTotalPerDay, t.PerDay, on)...)
}
