package arrangements

import (
	"cmp"
	"slices"
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// The days a debtor has to accept, when the proposal does not say, and at most.
const (
	usualOfferDays = 30
	maxOfferDays   = 180
)

// Propose makes a plan of a proposal, or refuses it with a *collection.Refusal. It is
// offered at once when the proposer may grant its terms; else it waits for approval.
func Propose(p Proposal) (Plan, error) {
	if err := collection.CheckID("the plan", p.ID); err != nil {
		return Plan{}, err
	}
	if strings.ContainsAny(p.ID, "/% ") {
		return Plan{}, refuse(collection.RefusedInvalid, "the ID %q of the plan has a slash, a space or a percent sign in it: write it like P-12", p.ID)
	}
	principal, err := p.principal()
	if err != nil {
		return Plan{}, err
	}
	if err := p.Terms.check(principal, p.On); err != nil {
		return Plan{}, err
	}
	if err := p.Terms.checkConsumer(p.Consumer); err != nil {
		return Plan{}, err
	}
	days := cmp.Or(p.OfferDays, usualOfferDays)
	if days < 1 || days > maxOfferDays {
		return Plan{}, refuse(collection.RefusedInvalid, "the debtor has 1 to %d days to accept, not %d", maxOfferDays, days)
	}
	beyond, err := p.Policy.PlanBeyond(p.Role, principal, p.Terms)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		Creditor: p.Creditor, ID: p.ID, Debtor: p.Debtor, Consumer: p.Consumer, State: StateOffered, Rules: rulesOfCollection, Version: 1, Terms: p.Terms, Window: p.Window,
		Claims: slices.Clone(p.Claims), ProposedOn: p.On, OfferEnds: p.On.AddDays(days - 1), Beyond: beyond,
		Received: principal.Zero(), Open: principal,
	}
	slices.SortFunc(plan.Claims, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.DueDate, b.DueDate), strings.Compare(a.Invoice, b.Invoice))
	})
	if len(beyond) > 0 {
		plan.State = StateProposed
	}
	plan.Schedule = schedule(debt{sum: principal.Minor(), interest: p.lateInterest()}, principal.Currency(), p.Terms, p.On, p.Window)
	return plan, nil
}

// maxClaims bounds what one plan can hold.
const maxClaims = 200

func (p Proposal) principal() (money.Amount, error) {
	if len(p.Claims) == 0 || len(p.Claims) > maxClaims {
		return money.Amount{}, refuse(collection.RefusedInvalid, "a plan is over 1 to %d invoices, not %d", maxClaims, len(p.Claims))
	}
	sum := p.Claims[0].Amount.Zero()
	for i, claim := range p.Claims {
		switch {
		case slices.ContainsFunc(p.Claims[:i], func(c Claim) bool { return c.Invoice == claim.Invoice }):
			return sum, refuse(collection.RefusedInvalid, "the invoice %s is in the plan twice", claim.Invoice)
		case claim.Amount.Currency() != sum.Currency():
			return sum, refuse(collection.RefusedInvalid, "the invoice %s is in %s and the plan in %s: make one plan for each currency", claim.Invoice, claim.Amount.Currency(), sum.Currency())
		case claim.Amount.Sign() <= 0:
			return sum, refuse(collection.RefusedNotNow, "nothing is open of the invoice %s: leave it out of the plan", claim.Invoice)
		case claim.Interest.Sign() < 0 || claim.Interest.Minor() > claim.Amount.Minor():
			return sum, refuse(collection.RefusedInvalid, "of the %s of the invoice %s no %s can be interest", claim.Amount, claim.Invoice, claim.Interest)
		}
		var err error
		if sum, err = sum.Add(claim.Amount); err != nil {
			return sum, refuse(collection.RefusedInvalid, "the claims of the plan: %s", err)
		}
	}
	return sum, nil
}

// Decide says what a command changes, or refuses it with a *collection.Refusal. A
// command that was carried out before changes nothing and is not an error.
func Decide(p Plan, command Command) ([]Event, error) {
	switch command := command.(type) {
	case Approve:
		return p.approve(command)
	case Accept:
		return p.accept(command)
	case TakeMoney:
		return p.takeMoney(command)
	case ReportTold:
		return p.reportTold(command)
	case PostponeNotice:
		return []Event{NoticePostponed(command)}, nil
	case DeclareDefault:
		return p.declareDefault(command)
	case OfferSettlement:
		return p.offerSettlement(command)
	case Reschedule:
		return p.reschedule(command)
	case Cancel:
		return p.cancel(command)
	case RecordDebit:
		return p.recordDebit(command)
	case ReturnDebit:
		return p.returnDebit(command)
	default:
		return nil, refuse(collection.RefusedInvalid, "the command %T is not known", command)
	}
}

func (p Plan) approve(command Approve) ([]Event, error) {
	if p.State == StateOffered && len(p.Beyond) == 0 {
		return nil, nil
	}
	if p.State != StateProposed {
		return nil, p.refuseState("approved")
	}
	beyond, err := command.Policy.PlanBeyond(command.Role, p.Principal(), p.Terms)
	if err != nil {
		return nil, err
	}
	if len(beyond) > 0 {
		return nil, refuse(collection.RefusedNotNow, "the plan %s is beyond what the role %s may grant: %s", p.ID, command.Role, strings.Join(beyond, "; "))
	}
	return []Event{Approved{}}, nil
}

func (p Plan) accept(command Accept) ([]Event, error) {
	switch {
	case p.State == StateRunning && p.Acceptance == command.Acceptance:
		return nil, nil
	case p.State == StateProposed:
		return nil, refuse(collection.RefusedNotNow, "the plan %s waits for approval by somebody who may grant it: %s", p.ID, strings.Join(p.Beyond, "; "))
	case p.State != StateOffered:
		return nil, p.refuseState("accepted")
	case !slices.Contains([]AcceptedBy{BySignedDocument, ByMail, ByPortal}, command.How):
		return nil, refuse(collection.RefusedInvalid, "a plan is accepted by %s, %s or %s, not by %q", BySignedDocument, ByMail, ByPortal, command.How)
	case command.On.IsZero() || command.On > command.Today || command.On < p.ProposedOn:
		return nil, refuse(collection.RefusedInvalid, "the plan %s was proposed on %s and today is %s: it cannot have been accepted on %q", p.ID, p.ProposedOn, command.Today, command.On)
	case command.On > p.OfferEnds:
		return nil, refuse(collection.RefusedNotNow, "the offer of the plan %s ended on %s: propose it again", p.ID, p.OfferEnds)
	case !collection.IsPlainText(command.Document):
		return nil, refuse(collection.RefusedInvalid, "the name of the document is too long or has control characters in it")
	}
	return []Event{Accepted{Acceptance: command.Acceptance, On: command.Today}}, nil
}

// takeMoney counts what came, and ends the plan when all of it did.
func (p Plan) takeMoney(command TakeMoney) ([]Event, error) {
	if command.Received.Currency() != p.Currency() || command.Open.Currency() != p.Currency() {
		return nil, refuse(collection.RefusedInvalid, "the plan %s is in %s, not in %s", p.ID, p.Currency(), command.Received.Currency())
	}
	if p.State.WasKept() {
		return p.reopen(command), nil
	}
	if p.State.IsOver() || command.Received == p.Received && command.Open == p.Open {
		return nil, nil
	}
	taken := MoneyTaken{Received: command.Received, Open: command.Open}
	after := Apply(p, taken)
	switch {
	case after.State != StateRunning && after.Open.Sign() <= 0:
		return []Event{taken, Ended{State: StateCancelled, On: command.On, Reason: "the claims are paid"}}, nil
	case after.State != StateRunning:
		return []Event{taken}, nil
	case after.Outstanding().Sign() == 0, after.Open.Sign() <= 0 && !p.Terms.Interest.isOn():
		return []Event{taken, Ended{State: StateCompleted, On: command.On}}, nil
	case after.SettlementOn(command.On).Sign() == 0:
		return []Event{taken, Ended{State: StateSettledEarly, On: command.On}}, nil
	default:
		return []Event{taken}, nil
	}
}

func (p Plan) reportTold(command ReportTold) ([]Event, error) {
	place := p.placeOf(command.Instalment)
	if place < 0 || p.State != StateRunning {
		return nil, nil
	}
	if p.Rules >= rulesOfCollection && command.Missed {
		switch {
		case p.IsPaid(place):
			return nil, nil
		case command.Asked:
			return []Event{Told(command)}, nil
		}
	}
	known := p.Schedule[place].Announced
	if command.Missed {
		known = p.Schedule[place].Missed
	}
	if !known.IsZero() {
		return nil, nil
	}
	return []Event{Told(command)}, nil
}

func (p Plan) declareDefault(command DeclareDefault) ([]Event, error) {
	if p.State == StateDefaulted {
		return nil, nil
	}
	if p.State != StateRunning || !p.isInDefault(command.On) {
		if days := p.IsAcceleratedAfter(); days > 0 {
			return nil, refuse(collection.RefusedNotNow, "the plan %s has no instalment that is late beyond its grace of %d days and was demanded %d days before: its debtor is a consumer", p.ID, p.Terms.GraceDays, days)
		}
		return nil, refuse(collection.RefusedNotNow, "the plan %s has no instalment that is late beyond its grace of %d days", p.ID, p.Terms.GraceDays)
	}
	return []Event{Ended{State: StateDefaulted, On: command.On}}, nil
}

// isInDefault: an instalment is not paid and its grace is over.
func (p Plan) isInDefault(today calendar.Date) bool {
	next, found := p.NextInstalment()
	return found && p.isDemanded(next) && !p.isCreditorsTurn(next) && today > p.GraceEnd(next)
}

// returnDays is for how many calendar days after its day a bank may give a direct debit
// back: five banking days (EPC016-06, returns) with a weekend and a holiday between.
const returnDays = 8

// GraceEnd is the last day on which an instalment can be paid without default. Of a
// consumer's instalment that was not demanded yet it is an earliest day.
func (p Plan) GraceEnd(i Instalment) calendar.Date { return p.graceEnd(i, i.Missed) }

// PayableUntil is the last day on which an instalment can be paid without default, as it is
// known on a day; not set while it is the creditor's turn.
func (p Plan) PayableUntil(i Instalment, today calendar.Date) calendar.Date {
	if p.isCreditorsTurn(i) {
		return 0
	}
	chaseOn, _ := p.chaseOn(i, today)
	return p.graceEnd(i, cmp.Or(i.Missed, max(chaseOn, today)))
}

// graceEnd is the same for an instalment that was, or is, demanded on a day.
func (p Plan) graceEnd(i Instalment, demanded calendar.Date) calendar.Date {
	from := max(i.DueOn, p.begun())
	for _, debit := range i.Debits {
		// The debtor has done its part until the debit came back, whatever is told first:
		// the money that was taken back, or the reason.
		back := debit.On.AddDays(returnDays)
		if !debit.Returned.IsZero() {
			back = max(debit.Returned, debit.RetryOn)
		}
		from = max(from, back)
	}
	if back, found := p.cameBackFor(i); found {
		from = max(from, back.until())
	}
	return max(from.AddDays(p.Terms.GraceDays), p.DemandEnds(demanded))
}

func (p Plan) offerSettlement(command OfferSettlement) ([]Event, error) {
	owed := p.Outstanding()
	switch {
	case p.State != StateRunning:
		return nil, p.refuseState("settled early")
	case command.Until < command.On:
		return nil, refuse(collection.RefusedInvalid, "the offer to settle the plan %s ends on %q, which is over", p.ID, command.Until)
	case !command.Reduction.IsZero() && command.Reduction.Currency() != p.Currency():
		return nil, refuse(collection.RefusedInvalid, "the reduction is in %s and the plan %s in %s", command.Reduction.Currency(), p.ID, p.Currency())
	case command.Reduction.Sign() < 0 || command.Reduction.Minor() >= owed.Minor():
		return nil, refuse(collection.RefusedInvalid, "the reduction of %s must not be less than nothing, and less than the %s that the plan %s still asks for", command.Reduction, owed, p.ID)
	}
	beyond, err := command.Policy.DiscountBeyond(command.Role, command.Reduction, owed)
	if err != nil {
		return nil, err
	}
	if beyond != "" {
		return nil, refuse(collection.RefusedNotNow, "the offer is beyond what the role may grant: %s", beyond)
	}
	if command.Settlement == p.Settlement {
		return nil, nil
	}
	offered := SettlementOffered{Settlement: command.Settlement}
	if Apply(p, offered).SettlementOn(command.On).Sign() == 0 {
		return []Event{offered, Ended{State: StateSettledEarly, On: command.On}}, nil
	}
	return []Event{offered}, nil
}

func (p Plan) reschedule(command Reschedule) ([]Event, error) {
	if p.State != StateRunning {
		return nil, p.refuseState("rescheduled")
	}
	rest := p.BalanceOn(command.On) // a reduction is for who pays all at once
	owed, accrued := debt{sum: rest.Minor(), interest: p.unpaidInterest(command.On)}, p.accrued(command.On)
	if command.InterestAsPrincipal {
		owed.interest, accrued = 0, 0
	}
	if rest.Sign() <= 0 {
		return nil, refuse(collection.RefusedNotNow, "the plan %s has nothing left to pay in instalments", p.ID)
	}
	if err := command.Terms.check(rest, command.On); err != nil {
		return nil, err
	}
	if err := command.Terms.checkConsumer(p.Consumer); err != nil {
		return nil, err
	}
	beyond, err := command.Policy.PlanBeyond(command.Role, rest, command.Terms)
	if err != nil {
		return nil, err
	}
	if len(beyond) > 0 {
		return nil, refuse(collection.RefusedNotNow, "the new terms of the plan %s are beyond what the role %s may grant: %s", p.ID, command.Role, strings.Join(beyond, "; "))
	}
	return []Event{Rescheduled{
		Terms: command.Terms, Schedule: schedule(owed, p.Currency(), command.Terms, command.On, p.Window), On: command.On,
		Accrued: money.OmitNothing(money.FromMinor(accrued, p.Currency())),
	}}, nil
}

func (p Plan) cancel(command Cancel) ([]Event, error) {
	switch {
	case p.State == StateCancelled:
		return nil, nil
	case p.State.IsOver():
		return nil, p.refuseState("cancelled")
	case command.Reason == "" || !collection.IsPlainText(command.Reason):
		return nil, refuse(collection.RefusedInvalid, "cancelling the plan %s needs a short reason", p.ID)
	}
	return []Event{Ended{State: StateCancelled, On: command.On, Reason: command.Reason}}, nil
}

func (p Plan) recordDebit(command RecordDebit) ([]Event, error) {
	place := p.placeOf(command.Instalment)
	switch {
	case p.State != StateRunning:
		return nil, p.refuseState("collected")
	case place < 0:
		return nil, refuse(collection.RefusedInvalid, "the plan %s has no instalment %d", p.ID, command.Instalment)
	case p.Terms.Mandate == "":
		return nil, refuse(collection.RefusedNotNow, "the plan %s has no mandate: its instalments are paid by transfer", p.ID)
	case slices.ContainsFunc(p.Schedule[place].Debits, func(d Debit) bool { return d.ID == command.Debit.ID }):
		return nil, nil
	}
	return []Event{DebitRecorded(command)}, nil
}

func (p Plan) returnDebit(command ReturnDebit) ([]Event, error) {
	_, debit, isReplaced, found := p.Debit(command.ID)
	switch {
	case !found:
		return nil, refuse(collection.RefusedInvalid, "the plan %s has no direct debit %s", p.ID, command.ID)
	case !debit.Returned.IsZero():
		return nil, nil
	case command.On < debit.On:
		return nil, refuse(collection.RefusedInvalid, "the direct debit %s was collected on %s: it cannot have come back on %s", debit.ID, debit.On, command.On)
	case isReplaced:
		command.RetryOn = 0 // what it was to bring is due with the schedule of today
	case !command.RetryOn.IsZero():
		command.RetryOn = workingDay(command.RetryOn, p.Window)
	}
	return []Event{DebitReturned(command)}, nil
}

// Debit is the direct debit of an ID with the number of its instalment; isReplaced says
// that it is of a schedule that was replaced.
func (p Plan) Debit(id string) (instalment int, debit Debit, isReplaced, found bool) {
	schedules := [][]Instalment{p.Schedule}
	for _, past := range p.Past {
		schedules = append(schedules, past.Schedule)
	}
	for version, schedule := range schedules {
		for _, instalment := range schedule {
			for _, debit := range instalment.Debits {
				if debit.ID == id {
					return instalment.Number, debit, version > 0, true
				}
			}
		}
	}
	return 0, Debit{}, false, false
}

// placeOf is the place of an instalment in the schedule, -1 when it has none of the
// number.
func (p Plan) placeOf(number int) int {
	return slices.IndexFunc(p.Schedule, func(i Instalment) bool { return i.Number == number })
}

func (p Plan) refuseState(what string) error {
	code := collection.RefusedNotNow
	if p.State.IsOver() {
		code = collection.RefusedClosed
	}
	return refuse(code, "the plan %s is %s and cannot be %s", p.ID, p.State, what)
}

func refuse(code collection.RefusalCode, format string, args ...any) error {
	return collection.Refuse(code, format, args...)
}
