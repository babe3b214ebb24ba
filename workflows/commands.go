package workflows

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
)

// entryOrder is an order that posts an entry to the account.
type entryOrder interface {
	order
	Entry(today calendar.Date) (ledger.Entry, error)
}

// decisionOrder is an order that the core decides on.
type decisionOrder interface {
	order
	command(at time.Time, today calendar.Date) collection.Command
	note() string
}

// checked refuses what of an order cannot be read, before the core sees it.
func checked(o decisionOrder) error {
	if readable, isChecked := o.(interface{ check() error }); isChecked {
		return readable.check()
	}
	return nil
}

// listen registers every command as a signal and as an update, and the queries.
func (r *caseRun) listen(ctx workflow.Context) error {
	for _, register := range []func(*caseRun, workflow.Context) error{
		accept[PaymentReceived]("Money arrived for the invoice. The same payment ID counts once."),
		accept[PaymentReversed]("A payment was taken back. The claim is open again."),
		accept[CreditNoteIssued]("The creditor lowered the claim by a credit note."),
		accept[LateFeesClaim]("From a day on the debtor is asked for the late fees as well."),
		accept[LateFeesWaiver]("The creditor gives up late fees; needs a reason."),
		accept[CostClaim]("A cost of recovery that the creditor can prove is claimed."),
		accept[LegalEvent]("A day that changes the interest: a formal notice received, a judgment, an insolvency."),
		accept[LimitationEvent]("Something that touches the limitation of the claim, or that people believe does."),
		accept[MediationProposal]("One side asks for a mediation. The ladder rests until it is answered."),
		accept[MediationAnswer]("The other side takes part in the mediation, or declines."),
		accept[MediationSession]("A meeting with the mediator was held or missed."),
		accept[MediationEnd]("The mediation ended: with an agreement, a failure, or withdrawn."),
		accept[HoldOrder]("Pause the ladder until a date, or until it is resumed."),
		accept[ResumeOrder]("End a hold, or all holds."),
		accept[PromiseOrder]("The debtor promised to pay on a day; the ladder rests until then."),
		accept[PromiseWithdrawal]("A promise was taken back, or noted by mistake; needs a reason."),
		accept[DisputeOrder]("The debtor contests the claim, all or a part; that is not asked for meanwhile."),
		accept[DisputeAnswer]("A dispute is answered: credit-note, split, rejected (needs a reason) or withdrawn."),
		accept[DisputeAssignment]("A dispute has another owner."),
		accept[StopOrder]("A hold of the debtor, an exclusion, a block or a kill switch was set or lifted."),
		accept[StepApproval]("Release a step that waits for approval."),
		accept[ApprovalRefusal]("Refuse to release a step: it is skipped, or the case is put on hold; needs a reason."),
		accept[StepSkip]("Do not take the next step; needs a reason."),
		accept[StepRetry]("Try the failed channels of a step again, once the contact is corrected."),
		accept[ReplacedNotice]("A letter in place of another gives the debtor until a later day."),
		accept[ServedNotice]("A notice is proven to have reached the debtor; its deadline runs from that day."),
		accept[MigrationOrder]("Move the case to another strategy or version."),
		accept[CloseOrder]("End the case without full payment; needs a reason."),
		accept[PlanAttached]("An instalment plan goes on: the case rests."),
		accept[PlanEnded]("The instalment plan is over: what is open is due at once."),
		accept[DiscountOffer]("The claim is lowered if the rest is paid in full until a day."),
		accept[DiscountRevocation]("An offer of a discount that was not earned yet ends."),
		accept[ContactHours]("The contact hours or closed days of the creditor have changed; the next dates move."),
		accept[DebtorStanding]("What is known of the debtor's insolvency or hardship has changed; the case reads it anew."),
		accept[HandoffProposal]("Announce that the claim is given to a professional; refused with the list of what stands against it."),
		accept[HandoffApproval]("Release an announced handoff, for the amount that is open."),
		accept[HandoffRefusal]("Do not hand the case over; needs a reason."),
		accept[HandoffRecall]("Take the claim back from its partner."),
		accept[PartnerStatus]("What the partner of a handoff did, on a day."),
		accept[Remittance]("The partner accounts for what it collected and kept."),
		accept[DeliveryFailed]("A message that the provider had accepted did not arrive."),
		accept[DeliveryProven]("A message of which nobody knew what became of it has arrived."),
	} {
		if err := register(r, ctx); err != nil {
			return err
		}
	}
	return r.answerQueries(ctx)
}

func accept[T order](description string) func(*caseRun, workflow.Context) error {
	return func(r *caseRun, ctx workflow.Context) error {
		return listenTo[T](ctx, &r.inbox, r.validate, description)
	}
}

// validate refuses, before anything is recorded, what the core would refuse.
func (r *caseRun) validate(ctx workflow.Context, o order) error {
	at := r.clock.At(workflow.Now(ctx))
	today := r.state.Window.DateOf(at)
	if len(r.state.Strategy.Steps) == 0 {
		return nil // the case file is still being read; the main loop will judge
	}
	switch o := o.(type) {
	case entryOrder:
		_, err := o.Entry(today)
		return err
	case LimitationEvent:
		return o.check(today)
	case mediationOrder:
		return r.checkMediation(o, today)
	case partnerOrder:
		return o.check(r.state, today)
	case decisionOrder:
		if err := checked(o); err != nil {
			return err
		}
		command := o.command(at, today)
		if err := collection.Unexplained(command); err != nil {
			return err
		}
		if err := r.state.Contradiction(command); err != nil {
			return err
		}
		_, err := collection.Decide(r.state, command)
		return err
	default:
		return nil
	}
}

// answerCommands carries out all that was asked. A signal that cannot be read is written
// to the case's history.
func (r *caseRun) answerCommands(ctx workflow.Context) error {
	return r.inbox.answer(ctx, r.carryOut, func(ctx workflow.Context, source, name string, why error) error {
		r.begin(source)
		return r.recordRefusal(ctx, name, "", fmt.Errorf("the payload cannot be read: %w", why))
	})
}

// begin has the decisions that follow be those of a request.
func (r *caseRun) begin(source string) { r.source, r.decisions = source, 0 }

// carryOut does what an order asks. A refusal is recorded and returned.
func (r *caseRun) carryOut(ctx workflow.Context, source string, o order) (Status, error) {
	r.begin(source)
	r.readClock(ctx)
	at := r.clock.At(workflow.Now(ctx))
	today := r.state.Window.DateOf(at)
	var outcome ledger.EntryOutcome
	var effect activities.LimitationRecorded
	var err error
	switch o := o.(type) {
	case entryOrder:
		outcome, err = r.post(ctx, o, at, today)
	case LimitationEvent:
		effect, err = r.recordLimitationEvent(ctx, o, at, today)
	case DisputeAnswer:
		outcome, err = r.resolveDispute(ctx, o, at, today)
	case DebtorStanding:
		err = r.takeStanding(ctx, at)
	case mediationOrder:
		effect, err = r.carryOutMediation(ctx, o, at, today)
	case partnerOrder:
		outcome, err = o.carryOut(ctx, r, at, today)
	case decisionOrder:
		err = r.carryOutDecision(ctx, o, at, today)
	}
	if isRefusal(err) {
		if recordErr := r.recordRefusal(ctx, o.name(), o.author(), err); recordErr != nil {
			return Status{}, recordErr
		}
	}
	status := r.status(ctx)
	status.Outcome = outcome
	status.Limitation = status.Limitation.after(effect)
	return status, err
}

func (r *caseRun) post(ctx workflow.Context, o entryOrder, at time.Time, today calendar.Date) (ledger.EntryOutcome, error) {
	entry, err := o.Entry(today)
	if err != nil {
		return "", refusal(err)
	}
	order := activities.EntryOrder{CaseKey: r.key(), Entry: entry, By: o.author(), At: at}
	if discount, is := o.(DiscountOffer); is {
		order.Role, order.ApprovedBy = discount.Role, discount.ApprovedBy
	}
	posted, err := postEntry(ctx, order)
	if err != nil {
		return "", err
	}
	if posted.Refused != "" {
		return "", &collection.Refusal{Code: cmp.Or(posted.RefusedAs, collection.RefusedConflict), Message: posted.Refused}
	}
	if err := r.takePosition(ctx, collection.TakePosition{Open: posted.Open, LateFees: posted.LateFees, Settled: posted.Settled, On: today}); err != nil {
		return "", err
	}
	if posted.Plan.ID != "" { // it may go on again: the case rests before its plan tells it so
		if err := r.decide(collection.AttachPlan{FollowedPlan: posted.Plan}); err != nil {
			return "", err
		}
	}
	if posted.Concluded != "" {
		if err := r.decide(collection.ConcludeAgreement{Mediation: posted.Concluded, On: today}); err != nil {
			return "", err
		}
	}
	r.tellPlan(ctx)
	return posted.Outcome, nil
}

func (r *caseRun) carryOutDecision(ctx workflow.Context, o decisionOrder, at time.Time, today calendar.Date) error {
	if err := checked(o); err != nil {
		return err
	}
	command := o.command(at, today)
	events, err := collection.Decide(r.state, command)
	if approval, is := command.(collection.ApproveHandoff); is && r.state.IgnoredAsApproved(approval) && !refusesApprovalOfEndedHandoff(ctx) {
		return nil
	}
	if err != nil || len(events) == 0 {
		return err
	}
	err = recordDecision(ctx, activities.DecisionOrder{
		CaseKey: r.key(), Key: r.keyOf(o), Kind: o.name(), By: o.author(), Note: o.note(),
		At: at, Events: events,
	})
	if err != nil {
		return asRefusal(err)
	}
	r.state = collection.ApplyAll(r.state, events)
	r.changes++
	return nil
}

// asRefusal turns what the case file refused for good into the core's refusal.
func asRefusal(err error) error {
	var application *temporal.ApplicationError
	if errors.As(err, &application) && application.Type() == activities.ErrorRefused {
		return &collection.Refusal{Code: collection.RefusedConflict, Message: application.Message()}
	}
	return err
}

func (r *caseRun) recordRefusal(ctx workflow.Context, name, by string, why error) error {
	at := r.clock.At(workflow.Now(ctx))
	return recordDecision(ctx, activities.DecisionOrder{
		CaseKey: r.key(), Key: r.decisionKey("refused"), Kind: "refused", By: by,
		Note: name + ": " + why.Error(), At: at,
	})
}

// keyOf is the key a decision is recorded under: its own, when it has one.
func (r *caseRun) keyOf(o decisionOrder) string {
	if keyed, has := o.(interface{ naturalKey() string }); has {
		return keyed.naturalKey()
	}
	return r.decisionKey(o.name())
}

// decisionKey is the natural key of a decision: what, on whose request, and the how
// manieth of that. It says nothing of time: a task that the server has done again, because
// its worker died or because a signal came while it was to end the run, decides at another
// moment, and its decisions are in the case file already.
func (r *caseRun) decisionKey(kind string) string {
	r.decisions++
	return fmt.Sprintf("%s/%s/%d", kind, r.source, r.decisions)
}

// ErrorRefused is the type of the application error that a refused update fails
// with; its detail is the collection.RefusalCode.
const ErrorRefused = "Refused"

func asApplicationError(err error) error {
	if err == nil {
		return nil
	}
	code := collection.RefusedInvalid
	if refused := new(collection.Refusal); errors.As(err, &refused) {
		code = refused.Code
	}
	return temporal.NewNonRetryableApplicationError(err.Error(), ErrorRefused, nil, code)
}
