package arrangements

import (
	"fmt"
	"strings"

	"relance/calendar"
)

// A plan that was kept goes on again when money is taken back that had kept it: a debtor
// may have a SEPA direct debit repaid for eight weeks, and for thirteen months one that it
// never authorised (Code monétaire et financier, L133-25-1 and L133-24), so that what was
// paid is not for ever. The instalments that are open again keep their dates, and their
// grace counts from the day on which that was known.
//
// A plan that was broken or cancelled does not go on again: the whole balance is due at
// once, and each case is collected by itself. Nor does one of a debtor in insolvency
// proceedings, whose debts are declared, or one whose invoice follows another plan by now:
// package casefile, which knows of these, leaves it over. What was given up when the plan
// was kept, late fees and the rest of the principal, was told to the debtor and stays given
// up.

// reopen has a plan go on again of which less was received than when it was kept.
func (p Plan) reopen(command TakeMoney) []Event {
	if command.Received.Minor() >= p.Received.Minor() {
		return nil
	}
	taken := MoneyTaken{Received: command.Received, Open: command.Open}
	ended, state := p.EndedOn, p.State
	reopened := Reopened{On: max(command.Today, p.EndedOn)}
	after := ApplyAll(p, []Event{taken, reopened})
	switch {
	case after.Outstanding().Sign() == 0, after.Open.Sign() <= 0 && !p.Terms.Interest.isOn():
		return nil // more had come than was owed
	case state == StateSettledEarly && after.SettlementOn(ended).Sign() == 0:
		return nil
	default:
		return []Event{taken, reopened}
	}
}

// reopenedOn is the day on which the plan last went on again; not set when it never did.
func (p Plan) reopenedOn() calendar.Date {
	if len(p.Reopened) == 0 {
		return 0
	}
	return p.Reopened[len(p.Reopened)-1]
}

// begun is the day from which instalments can be late.
func (p Plan) begun() calendar.Date { return max(p.RunsFrom, p.reopenedOn()) }

// GivenUpID is the ID of what is given up of an invoice when the plan is kept: the credit
// note of its rest and the waiver of its late fees. A plan that goes on again and is kept
// again has others; no plan has a slash in its ID.
func (p Plan) GivenUpID(invoice string) string {
	if times := len(p.Reopened); times > 0 {
		return fmt.Sprintf("plan-%s/%d-%s", p.ID, times+1, invoice)
	}
	return "plan-" + p.ID + "-" + invoice
}

// IsGivenUp reports whether an entry of the account of an invoice is what a plan gave up
// of it.
func IsGivenUp(entry, plan, invoice string) bool {
	of, is := strings.CutPrefix(entry, "plan-"+plan)
	of, names := strings.CutSuffix(of, "-"+invoice)
	return is && names && (of == "" || of[0] == '/' && strings.Trim(of[1:], "0123456789") == "")
}
