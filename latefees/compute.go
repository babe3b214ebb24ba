package latefees

import (
	"relance/calendar"
	"relance/law"
)

// Statement is what a claim costs on a date. The error is a
// *law.MissingRateError when a half-year it needs is not known.
func (t *Tariff) Statement(claim Claim, asOf calendar.Date) (*Statement, error) {
	s := &Statement{}
	if err := t.Fill(s, &claim, asOf); err != nil {
		return nil, err
	}
	return s, nil
}

// Fill is Statement in the memory of one that is no longer needed. After an
// error the statement says nothing.
func (t *Tariff) Fill(s *Statement, claim *Claim, asOf calendar.Date) error {
	if err := claim.validate(asOf); err != nil {
		return err
	}
	t.begin(s, claim, asOf)
	w := walk{Statement: s, period: s.frozen, isUsual: s.inWords && !s.isFrozen && s.raisedFrom == noDay}
	if t.retroactive {
		w.creditAll()
	}
	for i := range s.movements {
		if s.movements[i].On > asOf {
			break
		}
		if err := w.move(i); err != nil {
			return err
		}
	}
	return w.finish()
}

// starts is the first day that can bear interest.
func (t *Tariff) starts(claim *Claim) calendar.Date {
	eve := claim.Due
	if t.version(claim.Due+1).Starts == law.AfterNotice {
		// A judgment demands payment as a formal notice does.
		demanded := claim.NoticeReceived
		if judgment := claim.JudgmentEnforceable; !judgment.IsZero() && (demanded.IsZero() || judgment < demanded) {
			demanded = judgment
		}
		if demanded.IsZero() {
			return 0
		}
		eve = max(eve, demanded)
	}
	return eve + 1 - t.early
}

// begin sets a statement to the morning of the claim, with the days that its
// dates fix.
func (t *Tariff) begin(s *Statement, claim *Claim, asOf calendar.Date) {
	s.tariff, s.currency, s.asOf, s.starts = t, claim.Principal.Currency(), asOf, t.starts(claim)
	s.due, s.opened, s.judgment = claim.Due, claim.InsolvencyOpened, claim.JudgmentEnforceable
	s.grace, s.movements = claim.Grace, inOrder(claim.Movements)
	s.principal, s.interest, s.claimed, s.waived, s.credit = claim.Principal.Minor(), 0, 0, 0, 0
	s.askedFrom = claim.AskedFrom
	s.late, s.afterInsolvency = false, false
	s.last, s.raisedFrom = noDay, noDay
	s.isFrozen, s.frozen = false, 0
	s.units, s.exact = 0, Exact{}
	s.segments, s.splits = s.segments[:0], s.splits[:0]
	if s.starts.IsZero() {
		s.next, s.last, s.inWords = noDay, 0, true
		return
	}
	s.next = s.starts
	if !s.opened.IsZero() {
		s.last = s.opened - 1
	}
	if !s.judgment.IsZero() {
		if rule := t.version(s.judgment); rule.JudgmentPoints > 0 {
			s.raisedFrom = monthsAfter(s.judgment, rule.JudgmentMonths) + 1
		}
	}
	s.frozen = t.locate(s.starts)
	s.isFrozen = t.version(s.starts).Moves == law.Frozen
	days := int64(max(asOf-s.starts+1, 1))
	s.inWords = fits(t.steepest, days) && fits(s.principal, t.steepest*days)
	if !s.inWords {
		s.exact.currency = s.currency
	}
}
