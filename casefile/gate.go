package casefile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/recipients"
)

// GateCode says why a message may not go.
type GateCode string

// The reasons of the gate.
const (
	// GateClosed: the principal is paid, or a person closed the case.
	GateClosed GateCode = "closed"
	// GateHeld: the case is on hold, or follows an instalment plan.
	GateHeld GateCode = "held"
	// GateDisputed: all that is open is disputed.
	GateDisputed GateCode = "disputed"
	// GatePromised: a promised payment is waited for.
	GatePromised GateCode = "promised"
	// GateMediation: a mediation is under way, or what was agreed there is still to be
	// kept.
	GateMediation GateCode = "mediation"
	// GateWaived: a person decided that the step is not taken.
	GateWaived GateCode = "waived"
	// GateUnapproved: a person must approve the claim as it is first.
	GateUnapproved GateCode = "unapproved"
	// GateBarred: the limitation of the claim has passed.
	GateBarred GateCode = "barred"
	// GateInsolvent: the debtor is in insolvency proceedings, and the claim was born
	// before.
	GateInsolvent GateCode = "insolvent"
	// GateHandedOver: a professional has the claim, or is about to.
	GateHandedOver GateCode = "handed-over"
	// GatePostponed: the debtor may not be contacted today; Gate.For says why.
	GatePostponed GateCode = "postponed"
	// GateNotDue: the case has nothing to send now.
	GateNotDue GateCode = "not-due"
	// GateExcluded: the invoice or its debtor is excluded from reminders.
	GateExcluded GateCode = "excluded"
	// GateBlocked: nothing may leave to the debtor.
	GateBlocked GateCode = "blocked"
	// GateKillSwitch: nothing may leave at all.
	GateKillSwitch GateCode = "kill-switch"
	// GateRecipient: the debtor can be written to by none of the channels.
	GateRecipient GateCode = "recipient"
	// GateOutdated: the ladder was begun anew since, or the open amount changed
	// after the message was composed: reserve it again to compose it anew.
	GateOutdated GateCode = "outdated"
)

// gateOfStop is what a stop of a kind closes the gate as.
var gateOfStop = map[collection.StopKind]GateCode{
	collection.StopHold: GateHeld, collection.StopExclusion: GateExcluded, collection.StopBlock: GateBlocked, collection.StopKillSwitch: GateKillSwitch,
}

// Gate is the last check before a message may leave, made under the lock of its
// case.
type Gate struct {
	Passes bool
	Code   GateCode
	// Reason is a sentence in English, ReasonFR in French; both are empty when the
	// message may go.
	Reason   string
	ReasonFR string
	// Until is when a gate that is closed for a time opens: the end of the hold, the
	// next day on which the debtor may be contacted.
	Until time.Time
	// For says why the notice is put off, when Code is GatePostponed.
	For      collection.PostponedFor
	Stage    collection.Stage
	Position ledger.Position
	// LateFees is what is asked for beside the principal once that is paid.
	LateFees money.Amount
}

// gate checks whether a message of the case may leave now: nothing keeps the case from
// it, and what the rows say of its step still asks for it. What became of an earlier
// message is in the rows before the workflow hears of it.
func (c *lockedCase) gate(key MessageKey) Gate {
	gate := c.gateOfCase(key)
	if gate.Passes && key.Channel != "" && !collection.IsInstalmentStep(key.Step) && !c.now.StillAsks(key.Step, key.Channel, key.Try) {
		gate.refuse(GateNotDue, "step "+key.Step+" asks for no "+string(key.Channel)+" any more: it has reached the debtor, or is tried anew",
			"l’étape "+key.Step+" ne demande plus d’envoi par ce canal : elle a atteint le débiteur, ou un nouvel essai la reprend")
	}
	return gate
}

// gateOfCase is the gate but for what was done about the step: for a letter in place of
// another, which was counted.
func (c *lockedCase) gateOfCase(key MessageKey) Gate {
	gate := Gate{Stage: c.now.Stage(c.at), Position: c.position, LateFees: c.now.LateFees}
	skipped := slices.ContainsFunc(c.now.Steps, func(r collection.StepRecord) bool { return r.Key == key.Step && r.Waived })
	stop, isStopped := c.now.StoppedBy(c.at)
	balanceBy, awaitsBalance := c.now.AwaitsBalance(c.day())
	switch next := collection.Next(c.now, c.at); {
	case c.now.Insolvency.Freezes() && !gate.Stage.IsClosed():
		gate.refuse(GateInsolvent, next.Because.String(), next.Because.French())
	case gate.Stage.IsClosed(), gate.Stage == collection.StageLateFees:
		gate.refuse(GateClosed, next.Because.String(), next.Because.French())
	case c.now.Limitation.HasPassed(c.now.Window.DateOf(c.at)):
		gate.refuse(GateBarred, next.Because.String(), next.Because.French())
	case isStopped:
		gate.refuse(gateOfStop[stop.Kind], next.Because.String(), next.Because.French())
		gate.Until = next.At
	case c.isHandedOver():
		gate.refuse(GateHandedOver, next.Because.String(), next.Because.French())
	case gate.Stage == collection.StageOnHold:
		gate.refuse(GateHeld, next.Because.String(), next.Because.French())
		gate.Until = next.At
	case c.awaitsHold():
		gate.refuse(GateHeld, "an answer has come in and its hold is about to begin", "une réponse est arrivée et la suspension qu’elle entraîne va commencer")
	case gate.Stage == collection.StageDisputed:
		gate.refuse(GateDisputed, next.Because.String(), next.Because.French())
	case gate.Stage == collection.StagePromised:
		gate.refuse(GatePromised, next.Because.String(), next.Because.French())
		gate.Until = next.At
	case collection.IsInvitationStep(key.Step) && !c.now.IsInvitedBy(key.Step):
		gate.refuse(GateNotDue, "the invitation to the mediation is not to leave any more", "l’invitation à la médiation n’est plus à envoyer")
	case c.now.RestsForMediation() && !c.now.IsInvitedBy(key.Step):
		gate.refuse(GateMediation, next.Because.String(), next.Because.French())
		gate.Until = next.At
	case gate.Stage == collection.StagePlan && !collection.IsInstalmentStep(key.Step):
		gate.refuse(GateHeld, next.Because.String(), next.Because.French())
	case key.Round != c.now.Round:
		gate.refuse(GateOutdated, "the ladder was begun anew since", "le scénario a été repris depuis le début entre-temps")
	case skipped:
		gate.refuse(GateWaived, "a person decided to skip step "+key.Step, "une personne a décidé de passer l’étape "+key.Step)
	case c.awaitsReplaced(key.Step):
		until := c.record.value.ReplacedUntil
		gate.refuse(GateNotDue, "a letter in place of another gives the debtor until "+until.String(), "une lettre qui en remplace une autre laisse au débiteur jusqu’au "+until.French())
		gate.Until = c.now.Window.Instant(until.AddDays(1), c.now.Debtor)
	case awaitsBalance && !collection.IsInstalmentStep(key.Step):
		gate.refuse(GateNotDue, "the debtor was asked to pay the balance of a broken plan by "+balanceBy.String(), "le débiteur doit régler le solde d’un échéancier rompu au plus tard le "+balanceBy.French())
		gate.Until = c.now.Window.Instant(balanceBy.AddDays(1), c.now.Debtor)
	case c.now.AwaitsApproval(key.Step, c.now.Window.DateOf(c.at)):
		claim := c.now.ClaimToApprove()
		gate.refuse(GateUnapproved, "a person must approve step "+key.Step+" for the claim as it is: "+claim,
			"une personne doit donner son accord pour l’étape "+key.Step+" et la créance telle qu’elle est : "+claim)
	default:
		gate.Passes = true
	}
	return gate
}

// awaitsHold reports whether an answer was taken in whose hold the case does not have yet:
// what was written in reply to a message is heard before the next one, whenever the case
// gets to know.
func (c *lockedCase) awaitsHold() bool {
	heard := c.record.value
	return heard.Heard && (heard.HeardUntil.IsZero() || heard.HeardUntil >= c.now.Window.DateOf(c.at))
}

// awaitsReplaced reports whether a step is to wait for the day that a letter in place of
// another names, which the case has not been told of yet: no later step begins before it.
func (c *lockedCase) awaitsReplaced(step string) bool {
	isLater := step != "" && !c.now.HasBegun(step) && !collection.IsInstalmentStep(step) && !collection.IsInvitationStep(step)
	return isLater && c.record.value.ReplacedUntil >= c.day()
}

func (c *lockedCase) isHandedOver() bool {
	_, live := c.now.LiveHandoff()
	return live
}

func (g *Gate) refuse(code GateCode, english, french string) {
	g.Passes, g.Code, g.Reason, g.ReasonFR = false, code, english, french
}

// outdated closes a gate for a message that must be composed anew.
func (g Gate) outdated(why string) Gate {
	g.Passes, g.Code, g.Reason = false, GateOutdated, why
	return g
}

// checkContact checks whether a message may reach the debtor today, given the
// moments at which others did or will: the contact policy is counted over all its
// invoices and channels. What has effects in law is not kept back.
func (c *lockedCase) checkContact(gate Gate, notice collection.Notice, contacts []contactMoment) Gate {
	switch {
	case !gate.Passes, notice.IsLegal():
		return gate
	case c.hasBegun(notice.Step.Key):
		return c.checkGoingOn(gate, notice, contacts)
	}
	today := c.now.Window.DateOf(c.at)
	var days []calendar.Date
	for _, contact := range contacts {
		day := c.now.Window.DateOf(contact.At)
		if day != today || notice.Grouping != collection.GroupInvoice {
			days = append(days, day)
		}
	}
	earliest, why := c.contactPolicy().Earliest(today, days)
	if why == "" {
		return gate
	}
	return c.postponed(gate, earliest, why)
}

// checkGoingOn is checkContact for a notice that was begun and goes on over its next
// channel: to the debtor it is no further contact on the day of another, and on a day of
// its own it keeps its distance from all but what the notice itself has sent.
func (c *lockedCase) checkGoingOn(gate Gate, notice collection.Notice, contacts []contactMoment) Gate {
	today := c.now.Window.DateOf(c.at)
	var days []calendar.Date
	isOneMore := true
	for _, contact := range contacts {
		day := c.now.Window.DateOf(contact.At)
		isOneMore = isOneMore && day != today
		if !slices.Contains(contact.Steps, notice.Step.Key) {
			days = append(days, day)
		}
	}
	if !isOneMore {
		_, bound := c.contactPolicy().Earliest(today, []calendar.Date{today})
		if bound != "" && notice.Grouping != collection.GroupInvoice && c.isContactedBy(notice.Channel, today, contacts) {
			return c.postponed(gate, today.AddDays(1), bound)
		}
		return gate
	}
	if earliest, why := c.contactPolicy().Earliest(today, days); why != "" {
		return c.postponed(gate, earliest, why)
	}
	return gate
}

// isContactedBy reports whether the debtor has had another message over a channel on a day.
func (c *lockedCase) isContactedBy(channel collection.Channel, day calendar.Date, contacts []contactMoment) bool {
	return slices.ContainsFunc(contacts, func(contact contactMoment) bool {
		return contact.Channel == channel && c.now.Window.DateOf(contact.At) == day
	})
}

// postponed closes a gate until the debtor's moment of a day.
func (c *lockedCase) postponed(gate Gate, day calendar.Date, why collection.PostponedFor) Gate {
	gate.For, gate.Until = why, c.now.Window.Instant(day, c.now.Debtor)
	because := collection.Next(collection.Apply(c.now, collection.Postponed{Until: gate.Until, For: why}), c.at).Because
	gate.refuse(GatePostponed, because.String(), because.French())
	return gate
}

func (c *lockedCase) contactPolicy() collection.ContactPolicy {
	return c.record.value.ContactPolicy.In(c.now.Window.Country)
}

func (c *lockedCase) hasBegun(step string) bool {
	return c.now.HasBegun(step)
}

// CheckGate says whether the next notice of a case may leave at an instant, and if
// not, why and until when: for people, who are bound by the same gate as the machine.
// A case that has nothing to send is closed until its next action. Nothing changes.
func (s *Store) CheckGate(ctx context.Context, creditor, invoice string, at time.Time) (Gate, error) {
	at = businessTime(at)
	var c *lockedCase
	err := s.reading(ctx, func(tx *transaction) error {
		cases, err := s.readLocked(ctx, tx, []caseName{{Creditor: creditor, Invoice: invoice}}, because{at: at}, nil)
		if err == nil {
			c = cases[0]
		}
		return err
	})
	if err != nil {
		return Gate{}, err
	}
	next := collection.Next(c.now, at)
	if gate := c.gateOfNext(next); !gate.Passes {
		return gate, nil
	}
	message, gate, err := s.PreviewMessage(ctx, Reservation{
		MessageKey: MessageKey{Creditor: creditor, Invoice: invoice, Round: c.now.Round, Step: next.Step.Key, Channel: next.Channel, Try: next.Try},
		At:         at, Deadline: next.Deadline, Step: next.Step,
	})
	if err == nil && gate.Passes {
		gate = gate.unreachable(message, next)
	}
	return gate, err
}

// gateOfNext is the gate of a case on its own.
func (c *lockedCase) gateOfNext(next collection.Action) Gate {
	gate := c.gateOfCase(MessageKey{Round: c.now.Round, Step: next.Step.Key})
	if gate.Passes && next.Kind != collection.ActionNotify {
		gate.refuse(GateNotDue, next.Because.String(), next.Because.French())
		gate.Until = next.At
	}
	return gate
}

// unreachable closes the gate for a notice that can be written to nobody, by its channel
// or any that comes after it.
func (g Gate) unreachable(m MessageContext, next collection.Action) Gate {
	channels := slices.Concat(next.Step.Channels, next.Step.Fallbacks)
	channels = channels[max(0, slices.Index(channels, next.Channel)):]
	var first *recipients.Refusal
	for _, channel := range channels {
		var refusal *recipients.Refusal
		if _, err := recipients.Choose(m.Question(next.Step.Key, channel)); !errors.As(err, &refusal) {
			return g
		}
		first = cmp.Or(first, refusal)
	}
	if first != nil {
		g.refuse(GateRecipient, first.Error(), first.French())
	}
	return g
}
