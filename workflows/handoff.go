package workflows

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

// HandoffProposal announces that the claim is to be given to a partner of the
// configuration by a route: collection-agency, small-claims,
// undisputed-commercial-claim, payment-order, european-payment-order or lawyer. It is
// refused, with the whole list, while something stands against it. Despite is why it is
// proposed though a rule of the route says no: a phrase without personal data.
type HandoffProposal struct {
	ID      string        `json:"id"`
	Partner string        `json:"partner"`
	Route   handoff.Route `json:"route"`
	Despite string        `json:"despite,omitempty"`
	By      string        `json:"by,omitempty"`
}

// HandoffApproval releases an announced handoff once its cooling-off time is over.
// Amount is the principal that the person saw: another one than is open is refused.
type HandoffApproval struct {
	ID       string  `json:"id"`
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency"`
	By       string  `json:"by,omitempty"`
}

// HandoffRefusal ends an announced handoff; it needs a Reason.
type HandoffRefusal struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// HandoffRecall takes the claim back from its partner.
type HandoffRecall struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// PartnerStatus is what a partner tells of a handoff: received, accepted, refused,
// in-progress, order-obtained, served, opposed, enforced, collected, closed-unpaid or
// returned, on a day. Event is the report's own ID; made of status and day when it is
// missing.
type PartnerStatus struct {
	Handoff string         `json:"handoff"`
	Event   string         `json:"event,omitempty"`
	Status  handoff.Status `json:"status"`
	On      calendar.Date  `json:"on,omitzero"`
	By      string         `json:"by,omitempty"`
}

// Remittance is how a partner accounts for what it collected. Gross pays the invoice,
// Fees are the creditor's own cost, and Net is Gross less Fees; it may be left out. ID
// is the account's own: it counts once.
type Remittance struct {
	ID       string        `json:"id"`
	Handoff  string        `json:"handoff"`
	Gross    Decimal       `json:"gross"`
	Fees     Decimal       `json:"fees,omitempty"`
	Net      Decimal       `json:"net,omitempty"`
	Currency string        `json:"currency"`
	On       calendar.Date `json:"on,omitzero"`
	By       string        `json:"by,omitempty"`
}

func (HandoffProposal) name() string { return CommandProposeHandoff }
func (HandoffApproval) name() string { return CommandApproveHandoff }
func (HandoffRefusal) name() string  { return CommandRefuseHandoff }
func (HandoffRecall) name() string   { return CommandRecallHandoff }
func (PartnerStatus) name() string   { return CommandPartnerStatus }
func (Remittance) name() string      { return CommandRemittance }

func (o HandoffProposal) author() string { return o.By }
func (o HandoffApproval) author() string { return o.By }
func (o HandoffRefusal) author() string  { return o.By }
func (o HandoffRecall) author() string   { return o.By }
func (o PartnerStatus) author() string   { return o.By }
func (o Remittance) author() string      { return o.By }

func (o HandoffApproval) note() string { return o.ID + ": " + string(o.Amount) + " " + o.Currency }
func (o HandoffRefusal) note() string  { return o.ID + ": " + o.Reason }
func (o HandoffRecall) note() string   { return strings.TrimSuffix(o.ID+": "+o.Reason, ": ") }

func (o HandoffApproval) command(_ time.Time, today calendar.Date) collection.Command {
	approved, _ := amount(o.Amount, o.Currency) // one that cannot be read is not what is open
	return collection.ApproveHandoff{ID: o.ID, Amount: approved, On: today}
}

func (o HandoffRefusal) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.RefuseHandoff{ID: o.ID, Reason: o.Reason, On: today}
}

func (o HandoffRecall) command(_ time.Time, today calendar.Date) collection.Command {
	return collection.RecallHandoff{ID: o.ID, On: today}
}

// partnerOrder is an order that an activity of its own carries out, because the case
// file knows what the case does not.
type partnerOrder interface {
	order
	// check refuses what makes no sense whatever the case file says.
	check(c collection.Case, today calendar.Date) error
	carryOut(ctx workflow.Context, r *caseRun, at time.Time, today calendar.Date) (ledger.EntryOutcome, error)
}

func (o HandoffProposal) check(c collection.Case, today calendar.Date) error {
	_, err := collection.Decide(c, collection.ProposeHandoff{ID: o.ID, Partner: o.Partner, Route: o.Route, On: today})
	return err
}

func (o HandoffProposal) carryOut(ctx workflow.Context, r *caseRun, at time.Time, today calendar.Date) (ledger.EntryOutcome, error) { //nolint:unparam // other orders are about money
	if err := o.check(r.state, today); err != nil {
		return "", err
	}
	var proposed activities.HandoffProposed
	err := inDatabase(ctx, "propose handoff "+o.ID, activities.NameProposeHandoff, activities.HandoffProposal{
		CaseKey: r.key(), ID: o.ID, Partner: o.Partner, Route: o.Route, Despite: o.Despite, By: o.By, At: at,
	}, &proposed)
	switch {
	case err != nil:
		return "", asRefusal(err)
	case proposed.Refused != "":
		return "", &collection.Refusal{Code: cmp.Or(proposed.RefusedAs, collection.RefusedConflict), Message: proposed.Refused}
	}
	if _, known := r.state.Handoff(o.ID); !known {
		r.state = collection.ApplyAll(r.state, proposed.Events)
		r.changes++
	}
	return "", nil
}

// Reported is the report with the day and the ID it has when they are left out.
func (o PartnerStatus) Reported(today calendar.Date) PartnerStatus {
	o.On = orToday(o.On, today)
	o.Event = cmp.Or(strings.TrimSpace(o.Event), fmt.Sprintf("%s-%s", o.Status, o.On))
	return o
}

func (o PartnerStatus) told(today calendar.Date) collection.TakePartnerStatus {
	return collection.TakePartnerStatus{ID: o.Handoff, Status: o.Status, On: o.On, Today: today}
}

func (o PartnerStatus) check(c collection.Case, today calendar.Date) error {
	o = o.Reported(today)
	if err := collection.CheckID("the report", o.Event); err != nil {
		return err
	}
	_, err := collection.Decide(c, o.told(today))
	return err
}

func (o PartnerStatus) carryOut(ctx workflow.Context, r *caseRun, at time.Time, today calendar.Date) (ledger.EntryOutcome, error) { //nolint:unparam // other orders are about money
	o = o.Reported(today)
	if err := o.check(r.state, today); err != nil {
		return "", err
	}
	var recorded activities.PartnerStatusRecorded
	err := inDatabase(ctx, "partner: "+string(o.Status), activities.NameRecordPartnerStatus, activities.PartnerStatusOrder{
		CaseKey: r.key(), Handoff: o.Handoff, Event: o.Event, Status: o.Status, On: o.On, By: o.By, At: at,
	}, &recorded)
	switch {
	case err != nil:
		return "", asRefusal(err)
	case recorded.Refused != "":
		return "", &collection.Refusal{Code: cmp.Or(recorded.RefusedAs, collection.RefusedConflict), Message: recorded.Refused}
	}
	told := o.told(today)
	told.Limits, told.Earlier = recorded.Limits, recorded.Earlier
	if err := r.decide(told); err != nil || !recorded.Limitation.IsKnown() {
		return "", err
	}
	return "", r.decide(collection.TakeLimitation{Limitation: recorded.Limitation})
}

// amounts are gross, fees and net; fees that are left out are none.
func (o Remittance) amounts() (gross, fees, net money.Amount, err error) {
	if gross, err = amount(o.Gross, o.Currency); err != nil {
		return gross, fees, net, fmt.Errorf("remittance %s: gross: %w", o.ID, err)
	}
	if fees, err = amount(cmp.Or(o.Fees, "0"), o.Currency); err != nil {
		return gross, fees, net, fmt.Errorf("remittance %s: fees: %w", o.ID, err)
	}
	if o.Net != "" {
		if net, err = amount(o.Net, o.Currency); err != nil {
			err = fmt.Errorf("remittance %s: net: %w", o.ID, err)
		}
		return gross, fees, net, err
	}
	net, err = gross.Sub(fees)
	return gross, fees, net, err
}

// Order is the remittance as the case file takes it; today fills in a missing date.
func (o Remittance) Order(key activities.CaseKey, at time.Time, today calendar.Date) (activities.RemittanceOrder, error) {
	gross, fees, net, err := o.amounts()
	if err != nil {
		return activities.RemittanceOrder{}, refusal(err)
	}
	order := activities.RemittanceOrder{
		CaseKey: key, Handoff: o.Handoff, ID: strings.TrimSpace(o.ID), Gross: gross, Fees: fees, Net: net, On: orToday(o.On, today), By: o.By, At: at,
	}
	if err := collection.CheckID("the remittance", order.ID); err != nil {
		return order, err
	}
	if order.On < today.AddDays(-oldestEntryDays) || order.On > today.AddDays(futureEntryDays) {
		return order, collection.Refuse(collection.RefusedInvalid, "the remittance %s is dated %s and today is %s: check the year", order.ID, order.On, today)
	}
	return order, nil
}

func (o Remittance) check(_ collection.Case, today calendar.Date) error {
	_, err := o.Order(activities.CaseKey{}, time.Time{}, today)
	return err
}

func (o Remittance) carryOut(ctx workflow.Context, r *caseRun, at time.Time, today calendar.Date) (ledger.EntryOutcome, error) {
	order, err := o.Order(r.key(), at, today)
	if err != nil {
		return "", err
	}
	var posted activities.EntryPosted
	if err := inDatabase(ctx, "remittance "+order.ID, activities.NameRecordRemittance, order, &posted); err != nil {
		return "", asRefusal(err)
	}
	switch {
	case posted.Refused != "":
		return "", &collection.Refusal{Code: cmp.Or(posted.RefusedAs, collection.RefusedConflict), Message: posted.Refused}
	case posted.Outcome == ledger.EntryDuplicate && posted.Open == r.state.Open, order.Gross.Sign() <= 0:
		return posted.Outcome, nil // the case has taken it
	}
	return posted.Outcome, r.decide(collection.TakeRemittance{ID: order.Handoff, Gross: order.Gross, Position: collection.TakePosition{
		Open: posted.Open, LateFees: posted.LateFees, Settled: posted.Settled, On: today,
	}})
}

// handOver gives the case file to the partner. That may take days; commands are
// answered meanwhile, and the last check before the partner is called sees what they
// did.
func (r *caseRun) handOver(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	if err := r.decide(collection.ReportHandoff{ID: action.Handoff, Outcome: collection.HandoffBegun}); err != nil {
		return err
	}
	var given activities.HandoffResult
	err := r.answeringMeanwhile(ctx, throughPartner(ctx, activities.NameHandOver, activities.HandoffOrder{CaseKey: r.key(), ID: action.Handoff}), &given)
	if err != nil {
		return r.tryPartnerAgain(ctx, action, err)
	}
	if given.Open != nil && *given.Open != r.state.Open {
		if err := r.decide(collection.TakePosition{Open: *given.Open, LateFees: given.LateFees}); err != nil {
			return err
		}
	}
	return r.decide(collection.ReportHandoff{ID: action.Handoff, Outcome: given.Outcome, On: r.today(ctx)})
}

// recall tells the partner to stop.
func (r *caseRun) recall(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	if err := r.show(ctx, action); err != nil {
		return err
	}
	var recalled activities.HandoffResult
	err := r.answeringMeanwhile(ctx, throughPartner(ctx, activities.NameRecallHandoff, activities.HandoffOrder{
		CaseKey: r.key(), ID: action.Handoff, Reason: action.Because.Recall,
	}), &recalled)
	if err != nil {
		return r.tryPartnerAgain(ctx, action, err)
	}
	return r.decide(collection.ReportRecalled{ID: action.Handoff, On: r.today(ctx)})
}

// tryPartnerAgain goes on in an hour after a call that failed in a way retrying cannot
// cure (a worker of another version, say), or at the next command: what is begun with a
// partner is not forgotten.
func (r *caseRun) tryPartnerAgain(ctx workflow.Context, action collection.Action, err error) error {
	if ctx.Err() != nil {
		return err
	}
	workflow.GetLogger(ctx).Error("A partner could not be called, and is tried again in an hour", "error", err)
	return r.waitUntil(ctx, collection.Action{Kind: collection.ActionWait, Task: collection.TaskTimeLimit, At: r.now(ctx).Add(time.Hour), Because: action.Because})
}

func (r *caseRun) today(ctx workflow.Context) calendar.Date {
	return r.state.Window.DateOf(r.clock.At(workflow.Now(ctx)))
}

// throughPartner is for calls to a partner: tried again for as long as it, or the
// network, is away.
func throughPartner(ctx workflow.Context, name string, order activities.HandoffOrder) workflow.Future {
	options := workflow.GetActivityOptions(throughProvider(ctx, TaskQueue, name+" "+order.ID))
	options.StartToCloseTimeout = partnerTimeout
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, order)
}

// partnerTimeout is longer than a call to a partner and the building of a case file.
const partnerTimeout = 3 * time.Minute

// answeringMeanwhile waits for an activity and answers commands until it is done.
func (r *caseRun) answeringMeanwhile(ctx workflow.Context, acting workflow.Future, result any) error {
	if err := r.answerUntil(ctx, acting, func() {}); err != nil {
		return err
	}
	return acting.Get(ctx, result)
}

// settleWithPartner brings to its end what is begun with a partner, for a case whose
// workflow is cancelled.
func (r *caseRun) settleWithPartner(ctx workflow.Context) error {
	for r.state.OwesPartner() {
		if err := r.act(ctx, collection.Next(r.state, r.now(ctx))); err != nil {
			return err
		}
	}
	return nil
}

// HandoffStatus is how a handoff stands.
type HandoffStatus struct {
	ID      string        `json:"id"`
	Partner string        `json:"partner"`
	Route   handoff.Route `json:"route"`
	Phase   handoff.Phase `json:"phase"`
	// ApproveFrom is the first day on which it may be approved.
	ApproveFrom calendar.Date       `json:"approve_from,omitzero"`
	Delivered   calendar.Date       `json:"delivered,omitzero"`
	Status      handoff.Status      `json:"status,omitempty"`
	StatusOn    calendar.Date       `json:"status_on,omitzero"`
	Limits      []handoff.TimeLimit `json:"limits,omitempty"`
	Remitted    money.Amount        `json:"remitted,omitzero"`
	End         handoff.End         `json:"end,omitempty"`
}

// newHandoffStatus is how the last handoff of a case stands; nil without one.
func newHandoffStatus(c collection.Case) *HandoffStatus {
	if len(c.Handoffs) == 0 {
		return nil
	}
	h := c.Handoffs[len(c.Handoffs)-1]
	return &HandoffStatus{
		ID: h.ID, Partner: h.Partner, Route: h.Route, Phase: h.Phase, ApproveFrom: h.ProposedOn.AddDays(h.CoolingOffDays), Delivered: h.DeliveredOn,
		Status: h.Status, StatusOn: h.StatusOn, Limits: h.Limits, Remitted: h.Remitted, End: h.End,
	}
}
