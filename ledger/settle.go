package ledger

import (
	"cmp"
	"errors"
	"slices"

	"relance/calendar"
	"relance/latefees"
	"relance/law"
	"relance/money"
)

// settlement works out how an account stands on a day: first the principal and
// its interest, day by day; then what is left over pays the fixed sum and the
// costs, which stand on lines of their own, and interest that was claimed later.
type settlement struct {
	account     Account
	day         calendar.Date
	entries     []Entry // those that count, by date
	position    Position
	allocations []Allocation
	// left is what payments and credit notes have over, in the order of time.
	left []Allocation
	// waivers are what each waiver gave up of each part.
	waivers []Allocation
	// statement is how the interest came about; nil when none is told, and missing
	// then names the table that lacks a half-year.
	statement *latefees.Statement
	missing   *law.MissingRateError
}

func (a Account) settle(day calendar.Date) (*settlement, error) {
	reduced, _, err := a.withDiscounts(day)
	if err != nil {
		return nil, err
	}
	return reduced.settleFacts(day)
}

// settleFacts settles an account whose discounts are credits.
func (a Account) settleFacts(day calendar.Date) (*settlement, error) {
	s := &settlement{account: a, day: day, entries: a.counting(day)}
	zero := a.claim.Total.Zero()
	s.position = Position{AsOf: day, Total: a.claim.Total, Paid: zero, Credited: zero, Open: zero, Overpaid: zero}
	if err := s.receive(); err != nil {
		return nil, err
	}
	if err := s.payPrincipalAndInterest(); err != nil {
		return nil, err
	}
	if err := s.payTheRest(); err != nil {
		return nil, err
	}
	s.tolerate()
	if last := a.lastDay(); s.position.Tolerated.Sign() > 0 && day > last {
		// Nobody claims the rest any more, so that nothing runs on it after the payment
		// that left it.
		closed, err := a.settleFacts(last)
		if err == nil {
			closed.position.AsOf = day
		}
		return closed, err
	}
	return s, nil
}

// counting lists what counts on a day, in the order of time: of the payments only
// those in the invoice's currency, of the reversals the first of each payment.
func (a Account) counting(day calendar.Date) []Entry {
	var counting []Entry
	reversals := map[string]Entry{}
	for _, e := range a.entries {
		inCurrency := e.Amount.Currency() == a.claim.Total.Currency()
		switch {
		case e.ValueDate > day:
		case e.Kind == EntryReversal:
			if first, known := reversals[e.Reverses]; !known || cmp.Or(cmp.Compare(e.ValueDate, first.ValueDate), cmp.Compare(e.ID, first.ID)) < 0 {
				reversals[e.Reverses] = e
			}
		case !e.Kind.hasAmount(), inCurrency:
			counting = append(counting, e)
		}
	}
	for _, reversal := range reversals {
		payment, known := a.entries[entryKey{EntryPayment, reversal.Reverses}]
		if !known || payment.ValueDate > day || payment.Amount.Currency() != a.claim.Total.Currency() {
			continue
		}
		reversal.ValueDate = max(reversal.ValueDate, payment.ValueDate) // news may come in any order
		counting = append(counting, reversal)
	}
	slices.SortFunc(counting, inTime)
	return counting
}

func inTime(x, y Entry) int {
	return cmp.Or(cmp.Compare(x.ValueDate, y.ValueDate), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID))
}

func (s *settlement) isReversed(payment string) bool {
	return slices.ContainsFunc(s.entries, func(e Entry) bool { return e.Kind == EntryReversal && e.Reverses == payment })
}

// receive adds up what came in.
func (s *settlement) receive() error {
	var err error
	for _, e := range s.entries {
		switch {
		case e.Kind.isCredit():
			s.position.Credited, err = s.position.Credited.Add(e.Amount)
		case e.Kind == EntryPayment && !s.isReversed(e.ID):
			s.position.Paid, err = s.position.Paid.Add(e.Amount)
		}
		if err != nil {
			return err
		}
	}
	s.position.LateFees.ClaimedFrom = s.firstDay(EntryClaim)
	return nil
}

// firstDay is the day of the first entry of a kind, not set when there is none.
func (s *settlement) firstDay(kind EntryKind) calendar.Date {
	for _, e := range s.entries {
		if e.Kind == kind {
			return e.ValueDate
		}
	}
	return 0
}

// insolvencyOpened is the day of the first opening judgment that was not lifted.
func (s *settlement) insolvencyOpened() calendar.Date {
	for _, e := range s.entries {
		lifted := slices.ContainsFunc(s.entries, func(l Entry) bool { return l.Kind == EntryInsolvencyLifted && l.ID == e.ID })
		if e.Kind == EntryInsolvency && !lifted {
			return e.ValueDate
		}
	}
	return 0
}

// pauses are the times in which no interest runs, in order and without overlap.
func (s *settlement) pauses() []latefees.Span {
	var pauses []latefees.Span
	for _, e := range s.entries {
		lifted := slices.ContainsFunc(s.entries, func(l Entry) bool { return l.Kind == EntryInterestPauseLifted && l.ID == e.ID })
		if e.Kind != EntryInterestPaused || lifted {
			continue
		}
		pause := latefees.Span{From: e.ValueDate, To: cmp.Or(e.Until, latefees.FurtherNotice), Article: e.Note}
		if n := len(pauses); n > 0 {
			pause.From = max(pause.From, pauses[n-1].To+1)
		}
		if pause.From <= pause.To {
			pauses = append(pauses, pause)
		}
	}
	return pauses
}

func (s *settlement) isClaimed() bool { return !s.position.LateFees.ClaimedFrom.IsZero() }

// payPrincipalAndInterest lets the tariff divide every payment. Interest is paid by what
// came after it was claimed; what came before that pays the principal and nothing else,
// as does all money where no interest can be told.
func (s *settlement) payPrincipalAndInterest() error {
	if s.account.claim.Tariff == nil {
		return s.payPrincipal()
	}
	claim := s.account.claim
	asked := s.position.LateFees.ClaimedFrom + 1 // what came on that day was sent before
	if !s.isClaimed() {
		asked = s.day + 1
	}
	statement, err := claim.Tariff.Statement(latefees.Claim{
		Principal: claim.Total, Due: claim.Due, Movements: s.movements(), AskedFrom: asked,
		NoticeReceived: s.firstDay(EntryNoticeReceived), JudgmentEnforceable: s.firstDay(EntryJudgment),
		InsolvencyOpened: s.insolvencyOpened(), Grace: s.pauses(),
	}, s.day)
	var missing *law.MissingRateError
	if errors.As(err, &missing) {
		s.missing, s.position.LateFees.Unknown = missing, missing.Error()
		return s.payPrincipal()
	}
	if err != nil {
		return err
	}
	s.statement = statement
	s.take(statement)
	return nil
}

// movements are the entries as the tariff knows them.
func (s *settlement) movements() []latefees.Movement {
	kinds := map[EntryKind]latefees.MovementKind{
		EntryPayment: latefees.Payment, EntryReversal: latefees.Reversal, EntryCreditNote: latefees.CreditNote, EntryWaiver: latefees.Waiver,
		EntryDiscount: latefees.CreditNote,
	}
	var movements []latefees.Movement
	for _, e := range s.entries {
		kind, known := kinds[e.Kind]
		if !known || e.Kind == EntryWaiver && e.Part != PartInterest && e.Part != "" {
			continue
		}
		on := e.ValueDate
		if on.IsZero() {
			on = s.account.claim.Due // not dated: it changes nothing about the interest
		}
		amount := e.Amount
		if amount.IsZero() {
			amount = money.Amount{} // a waiver of all that is open
		}
		movements = append(movements, latefees.Movement{Kind: kind, ID: e.movementID(), On: on, Amount: amount, Reverses: e.Reverses})
	}
	return movements
}

// take reads a statement of late fees.
func (s *settlement) take(statement *latefees.Statement) {
	owed, fees := statement.Owed(), &s.position.LateFees
	fees.Interest = Dues{
		Arisen: statement.Interest(), Paid: statement.InterestPaid(), Waived: statement.InterestWaived(), Open: owed.Interest.Zero(),
	}
	zero := owed.Indemnity.Zero()
	fees.Indemnity = Dues{Arisen: owed.Indemnity, Paid: zero, Waived: zero, Open: zero}
	if s.isClaimed() {
		fees.Interest.Open, fees.Indemnity.Open = owed.Interest, owed.Indemnity
	}
	s.position.Open = owed.Principal
	for _, split := range statement.Splits() {
		kind, id := entryOfMovement(EntryKind(split.Kind), split.ID)
		reversedLater := kind == EntryPayment && s.isReversed(id)
		switch {
		case kind == EntryWaiver:
			s.giveUp(id, PartInterest, split.Interest)
		case split.Kind == latefees.CreditUsed || kind == EntryReversal || reversedLater:
		default:
			s.allocate(kind, id, PartInterest, split.Interest)
			s.allocate(kind, id, PartPrincipal, split.Principal)
			if split.Left.Sign() > 0 {
				s.left = append(s.left, Allocation{Kind: kind, ID: id, Amount: split.Left})
			}
		}
	}
	s.spendOnReopened(PartInterest, fees.Interest.Paid.Minor())
	s.spendOnReopened(PartPrincipal, s.account.claim.Total.Minor()-owed.Principal.Minor())
}

// spendOnReopened pays what reversals opened again of a part out of what entries had
// over: what is paid of it and came from no entry yet. Which of them paid is told by how
// it ended, not move by move, as one that had paid may have been taken back since.
func (s *settlement) spendOnReopened(part Part, paid int64) {
	for _, a := range s.allocations {
		if a.Part == part {
			paid -= a.Amount.Minor()
		}
	}
	s.spend(part, paid, true)
}

func (s *settlement) allocate(kind EntryKind, id string, part Part, amount money.Amount) {
	if amount.Sign() > 0 {
		s.allocations = append(s.allocations, Allocation{Kind: kind, ID: id, Part: part, Amount: amount})
	}
}

func (s *settlement) giveUp(id string, part Part, amount money.Amount) {
	if amount.Sign() > 0 {
		s.waivers = append(s.waivers, Allocation{Kind: EntryWaiver, ID: id, Part: part, Amount: amount})
	}
}

// spend pays a part out of what is left over and returns what it paid. Only money
// pays late fees: a credit note lowers the price, nothing else.
func (s *settlement) spend(part Part, minor int64, alsoCredit bool) int64 {
	spent := int64(0)
	for i := range s.left {
		left := &s.left[i]
		if left.Kind.isCredit() && !alsoCredit {
			continue
		}
		paid := min(minor-spent, left.Amount.Minor())
		s.allocate(left.Kind, left.ID, part, money.FromMinor(paid, left.Amount.Currency()))
		left.Amount = money.FromMinor(left.Amount.Minor()-paid, left.Amount.Currency())
		spent += paid
	}
	return spent
}

// payPrincipal takes credit notes and then payments off the principal.
func (s *settlement) payPrincipal() error {
	rest := s.account.claim.Total.Minor()
	currency := s.account.claim.Total.Currency()
	for _, kind := range []EntryKind{EntryCreditNote, EntryDiscount, EntryPayment} {
		for _, e := range s.entries {
			if e.Kind != kind || kind == EntryPayment && s.isReversed(e.ID) {
				continue
			}
			part := min(rest, e.Amount.Minor())
			rest -= part
			s.allocate(e.Kind, e.ID, PartPrincipal, money.FromMinor(part, currency))
			if over := e.Amount.Minor() - part; over > 0 {
				s.left = append(s.left, Allocation{Kind: e.Kind, ID: e.ID, Amount: money.FromMinor(over, currency)})
			}
		}
	}
	s.position.Open = money.FromMinor(rest, currency)
	return nil
}

// payTheRest lets what payments have left over pay the late fees that are asked for and
// not waived: also interest, out of money that came before it was claimed, since who
// claims it sets it off (C. civ. 1347). What remains is the debtor's.
func (s *settlement) payTheRest() error {
	fees, currency := &s.position.LateFees, s.account.claim.Total.Currency()
	if err := s.addCosts(); err != nil {
		return err
	}
	s.waive(PartIndemnity, &fees.Indemnity)
	s.waive(PartCosts, &fees.Costs)
	for _, line := range []struct {
		part Part
		dues *Dues
	}{{PartInterest, &fees.Interest}, {PartIndemnity, &fees.Indemnity}, {PartCosts, &fees.Costs}} {
		if line.dues.Open.Currency() != currency || line.dues.Open.Sign() <= 0 {
			continue
		}
		paid := s.spend(line.part, line.dues.Open.Minor(), false)
		line.dues.Paid = money.FromMinor(line.dues.Paid.Minor()+paid, currency)
		line.dues.Open = money.FromMinor(line.dues.Open.Minor()-paid, currency)
	}
	over := int64(0)
	for _, left := range s.left {
		over += left.Amount.Minor()
	}
	s.position.Overpaid = money.FromMinor(over, currency)
	return nil
}

func (s *settlement) addCosts() error {
	zero := s.account.claim.Total.Zero()
	costs := Dues{Arisen: zero, Paid: zero, Waived: zero, Open: zero}
	var err error
	for _, e := range s.entries {
		if e.Kind == EntryCost {
			if costs.Arisen, err = costs.Arisen.Add(e.Amount); err != nil {
				return err
			}
		}
	}
	costs.Open = costs.Arisen
	if !costs.IsZero() {
		s.position.LateFees.Costs = costs
	}
	return nil
}

// waive takes the waivers of a part off what is open of it.
func (s *settlement) waive(part Part, dues *Dues) {
	for _, e := range s.entries {
		if e.Kind != EntryWaiver || e.Part != part && e.Part != "" {
			continue
		}
		waived := dues.Open.Minor()
		if e.Amount.Sign() > 0 {
			waived = min(waived, e.Amount.Minor())
		}
		s.giveUp(e.ID, part, money.FromMinor(waived, dues.Open.Currency()))
		dues.Waived = money.FromMinor(dues.Waived.Minor()+waived, dues.Open.Currency())
		dues.Open = money.FromMinor(dues.Open.Minor()-waived, dues.Open.Currency())
	}
}

// tolerate counts a claim as paid when only a small rest is open after something
// was paid or credited.
func (s *settlement) tolerate() {
	p, tolerance := &s.position, s.account.claim.Tolerance
	received := p.Paid.Sign() > 0 || p.Credited.Sign() > 0
	if received && p.Open.Sign() > 0 && p.Open.Currency() == tolerance.Currency() && p.Open.Minor() <= tolerance.Minor() {
		p.Tolerated, p.Open = p.Open, p.Open.Zero()
	}
}
