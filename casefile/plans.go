package casefile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

// ErrUnknownPlan: there is no plan of that ID.
var ErrUnknownPlan = errors.New("there is no such instalment plan")

// StoredPlan is a plan as it was last written.
type StoredPlan struct {
	Plan arrangements.Plan
	// Revision counts the writings.
	Revision int
}

// PlanWriting writes a plan and tells its cases.
type PlanWriting struct {
	StoredPlan
	// Kind is what happened in one word for the history of each case ("plan-accepted"),
	// Note the sentence; without a note the cases are not told.
	Kind  string
	Note  string
	Actor string
	At    time.Time
}

// RecordPlan writes a plan, its instalments and what its cases must know of it, with a
// line in the history of each, in one transaction. A revision that is written already
// changes nothing. A case that follows another plan, or is closed when the plan is
// new, is a *collection.Refusal, and so is a default that a payment has prevented.
func (s *Store) RecordPlan(ctx context.Context, w PlanWriting) error {
	_, err := s.recordPlan(ctx, w, func(StoredPlan) bool { return false })
	return err
}

// RecordDecidedPlan is RecordPlan for the workflow of a plan, and returns the revision
// that the plan has now. A task of the workflow that is done again, because its worker
// died, may decide otherwise than the first time, whose revisions are written: then the
// plan is written as the next.
func (s *Store) RecordDecidedPlan(ctx context.Context, w PlanWriting) (revision int, err error) {
	return s.recordPlan(ctx, w, func(known StoredPlan) bool {
		// What was reopened meanwhile is not closed by a writing from before.
		return len(known.Plan.Reopened) == len(w.Plan.Reopened) && !isSamePlan(known.Plan, w.Plan)
	})
}

// isSamePlan compares two plans as they are stored.
func isSamePlan(a, b arrangements.Plan) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (s *Store) recordPlan(ctx context.Context, w PlanWriting, isOvertaken func(known StoredPlan) bool) (revision int, err error) {
	err = s.writing(ctx, func(tx *transaction) error {
		w := w // a transaction may be tried again
		key := named{"creditor": w.Plan.Creditor, "id": w.Plan.ID}
		var known found[StoredPlan]
		var lock batch
		lock.exec(s.sql.LockPlan, key)
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("locking the plan %s: %w", w.Plan.ID, err)
		}
		var reads batch
		one(&reads, &known, s.sql.LoadPlan, key)
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the plan %s: %w", w.Plan.ID, err)
		}
		switch {
		case known.is && w.Revision == 1 && !isSameProposal(known.value.Plan, w.Plan):
			return refuse(collection.RefusedConflict, "a plan %s of %s is recorded already, with other terms: give the new one an ID of its own", w.Plan.ID, w.Plan.Creditor)
		case known.is && known.value.Revision >= w.Revision && !isOvertaken(known.value):
			revision = known.value.Revision
			return nil
		case known.is && known.value.Revision >= w.Revision:
			w.Revision = known.value.Revision + 1
		}
		revision = w.Revision
		if err := s.writePlan(ctx, tx, w); err != nil {
			return err
		}
		if w.Note == "" {
			return nil
		}
		if err := s.tellCases(ctx, tx, w, known); err != nil {
			return err
		}
		return s.refuseDefault(ctx, tx, w.Plan)
	})
	return revision, err
}

// refuseDefault refuses to write that a plan is broken when the ledger has by now what
// keeps it. Its cases are locked, so that no payment comes in between.
func (s *Store) refuseDefault(ctx context.Context, tx *transaction, p arrangements.Plan) error {
	if p.State != arrangements.StateDefaulted {
		return nil
	}
	sum, err := s.planMoney(ctx, tx, p.Creditor, p.ID, p.EndedOn)
	if err != nil {
		return err
	}
	p.State = arrangements.StateRunning
	p = arrangements.Apply(p, arrangements.MoneyTaken{Received: sum.Received, Open: sum.Open})
	if _, err := arrangements.Decide(p, arrangements.DeclareDefault{On: p.EndedOn}); err != nil {
		return refuse(collection.RefusedConflict, "%s came for the plan %s by now: it is not broken", sum.Received, p.ID)
	}
	return s.refuseUndemanded(ctx, tx, p)
}

// refuseUndemanded refuses to write that a consumer's plan is broken unless what it missed
// was demanded, and the time to meet that is over: the mail was taken and did not come back,
// the letter was posted, or a person ticked off that it has sent it.
func (s *Store) refuseUndemanded(ctx context.Context, tx *transaction, p arrangements.Plan) error {
	next, isOpen := p.NextInstalment()
	if !p.Consumer || !isOpen {
		return nil
	}
	told, _ := p.NoticeOf(collection.InstalmentMissed, next.Number, p.EndedOn)
	invoices := make([]string, len(p.Claims))
	for i, claim := range p.Claims {
		invoices[i] = claim.Invoice
	}
	var demand found[struct{ MadeOn calendar.Date }]
	var b batch
	one(&b, &demand, s.sql.LoadDemand, named{"creditor": p.Creditor, "invoices": invoices, "step": told.Step.Key, "zone": p.Window.Zone.String()})
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("reading when instalment %d of the plan %s was demanded: %w", next.Number, p.ID, err)
	}
	switch made := demand.value.MadeOn; {
	case made.IsZero():
		return refuse(collection.RefusedNotNow, "instalment %d of the plan %s has not been demanded of its debtor, a consumer: a person is asked to (relance tasks)", next.Number, p.ID)
	case p.EndedOn <= p.DemandEnds(made):
		return refuse(collection.RefusedNotNow, "instalment %d of the plan %s was demanded on %s: its debtor, a consumer, can pay it until %s", next.Number, p.ID, made, p.DemandEnds(made))
	default:
		return nil
	}
}

func isSameProposal(a, b arrangements.Plan) bool {
	return a.Debtor == b.Debtor && slices.Equal(a.Claims, b.Claims) && a.ProposedOn == b.ProposedOn
}

func (s *Store) writePlan(ctx context.Context, tx *transaction, w PlanWriting) error {
	p := w.Plan
	next, _ := p.NextInstalment()
	ended := time.Time{}
	if p.State.IsOver() {
		ended = businessTime(w.At)
	}
	var b batch
	b.exec(s.sql.UpsertPlan, named{
		"creditor": p.Creditor, "id": p.ID, "debtor": p.Debtor, "state": p.State, "version": p.Version, "revision": w.Revision, "body": p,
		"next_on": next.DueOn, "next_minor": next.Amount().Minor(), "at": businessTime(w.At), "ended_at": ended,
		"total_currency": string(p.Currency()), "total_minor": p.Total().Minor(), "received_minor": p.Received.Minor(),
	})
	paid := p.Paid()
	for i, instalment := range p.Schedule {
		b.exec(s.sql.UpsertInstalment, named{
			"creditor": p.Creditor, "plan": p.ID, "version": p.Version, "number": instalment.Number, "due_on": instalment.DueOn,
			"principal_currency": string(p.Currency()), "principal_minor": instalment.Principal.Minor(),
			"earlier_interest_minor": instalment.EarlierInterest.Minor(), "interest_minor": instalment.Interest.Minor(), "paid_minor": paid[i].Minor(),
		})
	}
	if err := b.run(ctx, tx); err != nil {
		return fmt.Errorf("writing the plan %s of %s: %w", p.ID, p.Creditor, err)
	}
	return nil
}

// tellCases locks the cases of a plan, always in the same order, and writes what it
// means for them.
func (s *Store) tellCases(ctx context.Context, tx *transaction, w PlanWriting, known found[StoredPlan]) error {
	p, isNew := w.Plan, !known.is
	why := because{at: w.At, actor: w.Actor, cause: "decision/" + PlanKey(p.ID, w.Revision)}
	claims := slices.SortedFunc(slices.Values(p.Claims), func(a, b arrangements.Claim) int { return strings.Compare(a.Invoice, b.Invoice) })
	var cases lockedCases
	for _, claim := range claims { // all of them, before anything is written
		c, err := s.lockCase(ctx, tx, p.Creditor, claim.Invoice, why, nil)
		if err != nil {
			return err
		}
		cases = append(cases, c)
	}
	for i, claim := range claims {
		c := cases[i]
		if isNew {
			if err := c.joinPlan(p, claim); err != nil {
				return err
			}
		}
		if err := c.tellPlan(PlanNews(p, w.Revision)); err != nil && (isNew || !isRefused(err)) {
			return err
		}
		if takesSettlementAway(known.value.Plan, p) {
			if err := c.endSettlement(p.ID); err != nil {
				return err
			}
		}
		c.note("", w.Kind, w.Note)
	}
	return cases.save(ctx)
}

func isRefused(err error) bool {
	var refused *collection.Refusal
	return errors.As(err, &refused)
}

// joinPlan records what a claim brings into a plan. Its debtor and what is open must
// be what the plan was proposed for.
func (c *lockedCase) joinPlan(p arrangements.Plan, claim arrangements.Claim) error {
	open := OpenClaim(c.position)
	live, withPartner := c.now.LiveHandoff()
	switch {
	case withPartner && live.Phase != handoff.Announced:
		return refuse(collection.RefusedNotNow, "the partner %s has the case %s: recall it before its debtor pays you in instalments", live.Partner, c.now.ID())
	case c.record.value.Debtor != p.Debtor:
		return refuse(collection.RefusedInvalid, "invoice %s is owed by %s and not by %s: a plan is of one debtor", claim.Invoice, c.record.value.Debtor, p.Debtor)
	case open != claim.Amount:
		return refuse(collection.RefusedConflict, "%s of invoice %s is open by now, and the plan was made for %s: propose it again", open, claim.Invoice, claim.Amount)
	}
	c.writes.exec(c.store.sql.InsertPlanInvoice, named{
		"creditor": p.Creditor, "plan": p.ID, "invoice": claim.Invoice,
		"amount_currency": string(claim.Amount.Currency()), "amount_minor": claim.Amount.Minor(),
		"received_minor": c.position.Paid.Minor() + c.position.Credited.Minor(),
	})
	return nil
}

// OpenClaim is what a plan over an account would pay: the principal and the late fees
// that were claimed.
func OpenClaim(p ledger.Position) money.Amount {
	return money.FromMinor(p.Open.Minor()+p.LateFees.Open(p.Total.Currency()).Minor(), p.Total.Currency())
}

// OpenInterest is what of the claim of a plan over an account is late interest.
func OpenInterest(p ledger.Position) money.Amount {
	interest := p.LateFees.Interest.Open
	if interest.Currency() != p.Total.Currency() || interest.Sign() <= 0 {
		return money.Amount{}
	}
	return interest
}

// PlanKey is the key of the decision, in the history of a case, by which a plan tells
// it of itself: its workflow takes the same decision under the same key.
func PlanKey(plan string, revision int) string { return fmt.Sprintf("plan/%s/%d", plan, revision) }

// PlanNews is what a plan tells its cases.
func PlanNews(p arrangements.Plan, revision int) collection.Command {
	if p.State.IsOver() {
		return collection.EndPlan{ID: p.ID, On: p.EndedOn, As: string(p.State), PayBy: p.BalanceDueBy(), Revision: revision}
	}
	followed := collection.FollowedPlan{ID: p.ID, Revision: revision, From: p.ProposedOn, Accepted: p.State == arrangements.StateRunning}
	if next, found := p.NextInstalment(); found && followed.Accepted {
		place := slices.IndexFunc(p.Schedule, func(i arrangements.Instalment) bool { return i.Number == next.Number })
		followed.NextOn, followed.NextAmount = next.DueOn, p.StillDue(place)
	}
	return collection.AttachPlan{FollowedPlan: followed, AgreedOn: p.Acceptance.On}
}

// Plan reads a plan; an unknown one is ErrUnknownPlan.
func (s *Store) Plan(ctx context.Context, creditor, id string) (StoredPlan, error) {
	var plan found[StoredPlan]
	var b batch
	one(&b, &plan, s.sql.LoadPlan, named{"creditor": creditor, "id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return StoredPlan{}, fmt.Errorf("reading the plan %s of %s: %w", id, creditor, err)
	}
	if !plan.is {
		return StoredPlan{}, fmt.Errorf("%w: %s of %s", ErrUnknownPlan, id, creditor)
	}
	return plan.value, nil
}

// PlanFilter selects plans; empty fields select all.
type PlanFilter struct {
	Creditor string
	Debtor   string
	Invoice  string
	State    arrangements.State
	// Limit is 100 unless given.
	Limit int
}

// Plans lists plans, those proposed last first.
func (s *Store) Plans(ctx context.Context, filter PlanFilter) ([]StoredPlan, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var plans []StoredPlan
	var b batch
	all(&b, &plans, s.sql.LoadPlans, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing plans: %w", err)
	}
	return plans, nil
}

// PlanName names a plan.
type PlanName struct{ Creditor, ID string }

// PlansToStart lists plans that were recorded and whose workflow was not confirmed to
// run.
func (s *Store) PlansToStart(ctx context.Context, limit int) ([]PlanName, error) {
	var names []PlanName
	var b batch
	all(&b, &names, s.sql.PlansToStart, named{"limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the plans to start: %w", err)
	}
	return names, nil
}

// planReach is how many days before an instalment a plan acts on it, at most.
const planReach = 31

// PlansThatAreLate lists plans that should have acted before an instant of business time
// and have not: their provider may be away, their workers busy, or their workflow gone.
func (s *Store) PlansThatAreLate(ctx context.Context, before time.Time, limit int) ([]StoredPlan, error) {
	var plans []StoredPlan
	var b batch
	all(&b, &plans, s.sql.PlansThatMayBeLate, named{"until": calendar.DateOf(before).AddDays(planReach), "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the plans that are late: %w", err)
	}
	return slices.DeleteFunc(plans, func(p StoredPlan) bool {
		next := arrangements.Next(p.Plan, before)
		return next.Kind == arrangements.ActionWait || next.Kind == arrangements.ActionIdle
	}), nil
}

// MarkPlanStarted confirms that the workflow of a plan runs.
func (s *Store) MarkPlanStarted(ctx context.Context, creditor, id string) error {
	var b batch
	b.exec(s.sql.MarkPlanStarted, named{"creditor": creditor, "id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("marking the plan %s as started: %w", id, err)
	}
	return nil
}

// PlanMoney is what the ledger says of the claims of a plan.
type PlanMoney struct {
	// Received is the money, and what was credited, since the plan was proposed. A
	// reduction that the plan itself offered is none of it, nor what it gave up.
	Received money.Amount
	// Open is what is open of them, late fees that were claimed included.
	Open money.Amount
	// PaidOn is the value date of the last money that counts, at most the day asked for.
	PaidOn calendar.Date
	// Principal is what is open of the principal, by invoice; those of nothing are left out.
	Principal map[string]money.Amount
	// Rests are, by invoice, what a debtor who has kept the plan need not pay any more
	// (ledger.Account.RestOfKeptPlan); those of nothing are left out.
	Rests map[string]money.Amount
}

// PlanMoney reads what came on the claims of a plan until a day.
func (s *Store) PlanMoney(ctx context.Context, creditor, plan string, today calendar.Date) (PlanMoney, error) {
	var sum PlanMoney
	err := s.reading(ctx, func(tx *transaction) error {
		var err error
		sum, err = s.planMoney(ctx, tx, creditor, plan, today)
		return err
	})
	return sum, err
}

func (s *Store) planMoney(ctx context.Context, tx *transaction, creditor, plan string, today calendar.Date) (PlanMoney, error) {
	var sum PlanMoney
	err := func() error {
		var joined []planClaim
		var b batch
		all(&b, &joined, s.sql.LoadPlanInvoices, named{"creditor": creditor, "plan": plan})
		if err := b.run(ctx, tx); err != nil {
			return err
		}
		if len(joined) == 0 {
			return fmt.Errorf("%w: %s of %s", ErrUnknownPlan, plan, creditor)
		}
		rows := make([]caseRows, len(joined))
		var reads batch
		for i, claim := range joined {
			s.readCase(&reads, &rows[i], creditor, claim.Invoice)
		}
		if err := reads.run(ctx, tx); err != nil {
			return err
		}
		if err := s.readRest(ctx, tx, pointersTo(rows)...); err != nil {
			return err
		}
		accounts := make([]claimedAccount, len(joined))
		for i, claim := range joined {
			_, account, _, err := s.rebuild(rows[i])
			if err != nil {
				return err
			}
			accounts[i] = claimedAccount{planClaim: claim, account: account, entries: rows[i].entries, plans: rows[i].plans}
		}
		var err error
		sum, err = moneyOf(plan, accounts, today)
		return err
	}()
	if err != nil {
		return PlanMoney{}, fmt.Errorf("reading what came for the plan %s of %s: %w", plan, creditor, err)
	}
	return sum, nil
}

// planClaim is an invoice of a plan: what it brought into it, and what had been received
// and credited before.
type planClaim struct {
	Invoice          string
	Amount, Received money.Amount
}

// claimedAccount is the account of an invoice of a plan.
type claimedAccount struct {
	planClaim

	account ledger.Account
	entries []LedgerEntry
	plans   []collection.FollowedPlan
}

// moneyOf adds up what the accounts say.
func moneyOf(plan string, accounts []claimedAccount, today calendar.Date) (PlanMoney, error) {
	received, open, currency := int64(0), int64(0), accounts[0].Amount.Currency()
	sum := PlanMoney{Principal: map[string]money.Amount{}}
	for _, claim := range accounts {
		position, err := claim.account.Today(today)
		if err != nil {
			return PlanMoney{}, err
		}
		reduced, err := reducedBy(claim.account, settlementDiscount(plan), today)
		if err != nil {
			return PlanMoney{}, err
		}
		given := claim.givenUpBy(plan)
		if err := sum.addRest(claim, plan, given, today); err != nil {
			return PlanMoney{}, err
		}
		received += position.Paid.Minor() + position.Credited.Minor() - claim.Received.Minor() - reduced - given.Minor()
		open += OpenClaim(position).Minor()
		if position.Open.Sign() > 0 {
			sum.Principal[claim.Invoice] = position.Open
		}
		sum.PaidOn = max(sum.PaidOn, lastMoney(claim.entries, today))
	}
	sum.Received, sum.Open = money.FromMinor(max(0, received), currency), money.FromMinor(open, currency)
	sum.PaidOn = cmp.Or(sum.PaidOn, today)
	return sum, nil
}

// givenUpBy is what a plan gave up of the principal when it was kept: no money, but a
// credit note.
func (c claimedAccount) givenUpBy(plan string) money.Amount {
	sum := int64(0)
	for _, e := range c.entries {
		if e.Kind == ledger.EntryCreditNote && arrangements.IsGivenUp(e.ID, plan, c.Invoice) {
			sum += e.Amount.Minor()
		}
	}
	return money.FromMinor(sum, c.Amount.Currency())
}

// addRest adds what the plan leaves of an invoice that is kept.
func (m *PlanMoney) addRest(claim claimedAccount, plan string, given money.Amount, today calendar.Date) error {
	followed := slices.IndexFunc(claim.plans, func(p collection.FollowedPlan) bool { return p.ID == plan })
	if followed < 0 {
		return nil
	}
	rest, err := claim.account.RestOfKeptPlan(claim.plans[followed].From, today, given)
	if err != nil || rest.Sign() <= 0 {
		return err
	}
	if m.Rests == nil {
		m.Rests = map[string]money.Amount{}
	}
	m.Rests[claim.Invoice] = rest
	return nil
}

// reducedBy is what the discounts whose IDs begin so took off an account.
func reducedBy(account ledger.Account, prefix string, today calendar.Date) (int64, error) {
	discounts, err := account.Discounts(today)
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, d := range discounts {
		if d.State == ledger.DiscountApplied && strings.HasPrefix(d.ID, prefix) {
			sum += d.Amount.Minor()
		}
	}
	return sum, nil
}

func lastMoney(entries []LedgerEntry, today calendar.Date) calendar.Date {
	last := calendar.Date(0)
	for _, e := range entries {
		if e.Kind == ledger.EntryPayment || e.Kind == ledger.EntryCreditNote {
			last = max(last, min(e.ValueDate, today))
		}
	}
	return last
}
