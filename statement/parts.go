package statement

import (
	"cmp"
	"slices"

	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// receipts are what came in and went back, each with what it paid.
func receipts(e ledger.Explanation, currency money.Currency) []Receipt {
	found := []Receipt{}
	payments, reversals := map[string]ledger.Entry{}, map[string]ledger.Entry{}
	for _, entry := range e.Entries {
		switch entry.Kind {
		case ledger.EntryPayment:
			payments[entry.ID] = entry
		case ledger.EntryReversal:
			reversals[entry.Reverses] = entry
		default:
		}
	}
	for _, entry := range e.Entries {
		receipt := Receipt{Kind: entry.Kind, ID: entry.ID, On: entry.ValueDate, Amount: entry.Amount, Reverses: entry.Reverses}
		reversal, isReversed := reversals[entry.ID]
		switch {
		case !entry.Kind.IsKept() && entry.Kind != ledger.EntryDiscount:
			continue
		case entry.Kind == ledger.EntryReversal:
			receipt.Amount = payments[entry.Reverses].Amount.Neg()
		case entry.Kind == ledger.EntryPayment && isReversed:
			receipt.ReversedOn = reversal.ValueDate
		default:
			receipt.Pays = paysOf(entry, e.Allocations, currency)
		}
		found = append(found, receipt)
	}
	for _, entry := range e.Aside {
		receipt := Receipt{
			Kind: entry.Kind, ID: entry.ID, On: entry.ValueDate, Amount: entry.Amount, Reverses: entry.Reverses, NotCounted: AnotherCurrency,
		}
		if entry.Kind == ledger.EntryReversal {
			receipt.NotCounted = PaymentNotKnown
			if _, counted := payments[entry.Reverses]; counted {
				receipt.NotCounted = TakenBackAlready
			}
		}
		found = append(found, receipt)
	}
	slices.SortStableFunc(found, func(x, y Receipt) int { return cmp.Compare(x.On, y.On) })
	return found
}

// paysOf divides an entry among what it paid; what is left is the debtor's.
func paysOf(entry ledger.Entry, allocations []ledger.Allocation, currency money.Currency) Pays {
	paid := map[ledger.Part]int64{}
	left := entry.Amount.Minor()
	for _, a := range allocations {
		if a.Kind == entry.Kind && a.ID == entry.ID {
			paid[a.Part] += a.Amount.Minor()
			left -= a.Amount.Minor()
		}
	}
	amount := func(minor int64) money.Amount { return money.FromMinor(minor, currency) }
	return Pays{
		Principal: amount(paid[ledger.PartPrincipal]), Interest: amount(paid[ledger.PartInterest]),
		Indemnity: amount(paid[ledger.PartIndemnity]), Costs: amount(paid[ledger.PartCosts]), Credit: amount(left),
	}
}

func segments(e ledger.Explanation) []Segment {
	told := make([]Segment, 0, len(e.Segments))
	for _, s := range e.Segments {
		told = append(told, Segment{
			From: s.From, To: s.To, Days: s.Days, Rate: s.Rate, YearDays: s.Base, Base: s.Principal, Amount: s.Shown, Exact: s.Exact.String(),
			Rule: s.Rule, Article: s.Article,
		})
	}
	return told
}

func costs(e ledger.Explanation) []Cost {
	told := []Cost{}
	for _, entry := range e.Entries {
		if entry.Kind == ledger.EntryCost {
			told = append(told, Cost{ID: entry.ID, On: entry.ValueDate, Amount: entry.Amount, Note: entry.Note})
		}
	}
	return told
}

func waivers(e ledger.Explanation) []Waiver {
	told := []Waiver{}
	for _, given := range e.Waivers {
		waiver := Waiver{ID: given.ID, Part: given.Part, Amount: given.Amount}
		for _, entry := range e.Entries {
			if entry.Kind == ledger.EntryWaiver && entry.ID == given.ID {
				waiver.On, waiver.Note = entry.ValueDate, entry.Note
			}
		}
		told = append(told, waiver)
	}
	slices.SortStableFunc(told, func(x, y Waiver) int { return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.ID, y.ID)) })
	return told
}

// lines are the parts of what is owed that arose, the principal always.
func lines(e ledger.Explanation) []Line {
	p := e.Position
	told := []Line{newLine(e, ledger.PartPrincipal, ledger.Dues{Arisen: p.Total, Waived: p.Total.Zero(), Open: p.Open}, p.Tolerated)}
	for _, late := range []struct {
		part ledger.Part
		dues ledger.Dues
	}{
		{ledger.PartInterest, p.LateFees.Interest}, {ledger.PartIndemnity, p.LateFees.Indemnity}, {ledger.PartCosts, p.LateFees.Costs},
	} {
		if late.dues.IsZero() {
			continue
		}
		line := newLine(e, late.part, late.dues, money.Amount{})
		if late.part == ledger.PartIndemnity {
			line.Article = e.Indemnity.Article
		}
		told = append(told, line)
	}
	return told
}

func newLine(e ledger.Explanation, part ledger.Part, dues ledger.Dues, tolerated money.Amount) Line {
	currency := dues.Arisen.Currency()
	paid := map[ledger.EntryKind]int64{}
	for _, a := range e.Allocations {
		if a.Part == part {
			paid[a.Kind] += a.Amount.Minor()
		}
	}
	amount := func(minor int64) money.Amount { return money.FromMinor(minor, currency) }
	line := Line{
		Part: part, Arisen: dues.Arisen, Waived: dues.Waived, Open: dues.Open, Tolerated: amount(tolerated.Minor()),
		Paid: amount(paid[ledger.EntryPayment]), Credited: amount(paid[ledger.EntryCreditNote] + paid[ledger.EntryDiscount]),
	}
	line.NotClaimed = amount(line.Arisen.Minor() - line.Paid.Minor() - line.Credited.Minor() - line.Waived.Minor() -
		line.Tolerated.Minor() - line.Open.Minor())
	return line
}

// notes are what the reader of the case should know.
func (c Case) notes(e ledger.Explanation) []Note {
	notes := []Note{}
	add := func(code NoteCode) { notes = append(notes, Note{Code: code}) }
	if e.Missing != nil {
		notes = append(notes, Note{Code: NoteRateMissing, Rate: e.Missing.Title, HalfYear: e.Missing.HalfYear})
	}
	for _, warning := range e.Warnings {
		switch warning.Code {
		case latefees.NextDayUnknown:
			notes = append(notes, Note{Code: NoteNextDayUnknown, HalfYear: law.HalfYearOf(e.Position.AsOf + 1)})
		case latefees.NoNotice:
			add(NoteNoNotice)
		case latefees.InterestPaused:
			code := NoteInterestWasPaused
			if warning.Pause.To == latefees.FurtherNotice {
				code = NoteInterestPaused
			}
			notes = append(notes, Note{Code: code, Pause: warning.Pause})
		default: // the others are for the creditor alone, before it claims
		}
	}
	if !c.IsGivenUp() && slices.ContainsFunc(c.Lines, func(l Line) bool { return l.NotClaimed.Sign() > 0 }) {
		add(NoteNotClaimed)
	}
	if interest, found := c.Line(ledger.PartInterest); found && c.shownInterest() != interest.Arisen.Minor() {
		add(NoteRounded)
	}
	if c.IsGivenUp() {
		add(NoteGivenUp)
	}
	return notes
}

func (c Case) shownInterest() int64 {
	sum := int64(0)
	for _, segment := range c.Segments {
		sum += segment.Amount.Minor()
	}
	return sum
}
