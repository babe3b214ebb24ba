package arrangements

import (
	"cmp"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// A plan tells the debtor of an instalment before it is due, after it was missed, and
// when the plan is broken. The messages leave as those of any case; this is what they
// say and how.

// The keys of the texts.
const (
	TemplateDue        = "instalment-due"
	TemplateCollection = "instalment-collection"
	TemplateMissed     = "instalment-missed"
	TemplateDefault    = "plan-default"
)

// usualCollectionNotice is how many calendar days before a direct debit its debtor is
// told of it, unless another time was agreed (EPC016-06, SEPA Direct Debit Core
// rulebook, pre-notification).
const usualCollectionNotice = 14

// daysOfWeek bounds how far back a day on which notices leave is looked for.
const daysOfWeek = 7

// isAnnounced reports whether the debtor is told of an instalment before it is due.
func (p Plan) isAnnounced(i Instalment) bool {
	if p.Terms.Mandate != "" {
		return !p.collectOn(i).IsZero()
	}
	return p.Terms.RemindDays > 0
}

// announceOn is the day to tell the debtor of an instalment before it is due.
func (p Plan) announceOn(i Instalment) calendar.Date {
	if p.Terms.Mandate == "" {
		return i.DueOn.AddDays(-p.Terms.RemindDays)
	}
	on := i.DueOn.AddDays(-max(p.Terms.RemindDays, cmp.Or(p.Terms.CollectionNoticeDays, usualCollectionNotice)))
	for range daysOfWeek { // on a day on which it can leave, and no later
		if p.Window.IsOpen(on) {
			break
		}
		on = on.AddDays(-1)
	}
	return on
}

// Notice is what the debtor is to be told of a plan.
type Notice struct {
	// Step stands for the step of a strategy: its key, tone, channels and template.
	Step collection.Step
	Kind collection.InstalmentNotice
	// Instalment is what it is about.
	Instalment Instalment
	// Amount is what it asks for, or announces.
	Amount money.Amount
	// Deadline is the last day to pay; not set when a direct debit is announced.
	Deadline calendar.Date
	// Grace is the last day to pay what was missed before all is due.
	Grace calendar.Date
	// CollectOn is the day of the direct debit that is announced; not set when the debtor
	// is to pay.
	CollectOn calendar.Date
	// ForPerson: nobody but a person can tell the debtor, because the creditor has not
	// collected what it was to collect.
	ForPerson bool
	// Unresolved: its direct debit has neither brought money nor come back.
	Unresolved bool
}

// NoticeOf is the notice of a kind about the instalment of a number, on a day; found is
// false when there is nothing to tell: no such instalment, or nothing due of it.
func (p Plan) NoticeOf(kind collection.InstalmentNotice, number int, today calendar.Date) (notice Notice, found bool) {
	place := p.placeOf(number)
	if place < 0 {
		return Notice{}, false
	}
	instalment := p.Schedule[place]
	collectOn := calendar.Date(0)
	if on := p.collectOn(instalment); p.Terms.Mandate != "" && on >= today {
		collectOn = on
	}
	if kind == collection.InstalmentDue && !collectOn.IsZero() {
		kind = collection.InstalmentCollection
	}
	notice = Notice{Kind: kind, Instalment: instalment, Amount: p.StillDue(place), Step: p.stepOf(kind, number)}
	switch kind {
	case collection.InstalmentDue:
		notice.Deadline = instalment.DueOn
	case collection.InstalmentCollection:
		notice.CollectOn = collectOn
	case collection.InstalmentMissed:
		notice.Unresolved = p.isBeingCollected(instalment)
		notice.ForPerson = p.isForCreditor(instalment, today)
		notice.Grace = p.graceEnd(instalment, cmp.Or(instalment.Missed, today))
		if notice.CollectOn = collectOn; collectOn.IsZero() {
			notice.Deadline = notice.Grace
		}
	case collection.PlanDefault:
		notice.Amount, notice.Grace = p.BalanceOn(today), p.GraceEnd(instalment)
		notice.Deadline = p.balanceDays(cmp.Or(p.EndedOn, today))
	}
	isCollected := kind != collection.InstalmentCollection || !collectOn.IsZero()
	return notice, notice.Amount.Sign() > 0 && isCollected
}

// daysForBalance is how many days a debtor has to pay the balance of a broken plan before
// the collection of its invoices goes on: a reasonable time (C. civ. 1231), and a choice of
// the product.
const daysForBalance = 8

func (p Plan) balanceDays(from calendar.Date) calendar.Date {
	return workingDay(from.AddDays(daysForBalance), p.Window)
}

// BalanceDueBy is the day by which the debtor of a broken plan is asked to pay its balance;
// not set while the plan is not broken.
func (p Plan) BalanceDueBy() calendar.Date {
	if p.State != StateDefaulted {
		return 0
	}
	return p.balanceDays(p.EndedOn)
}

func (p Plan) stepOf(kind collection.InstalmentNotice, number int) collection.Step {
	step := collection.Step{
		Key:       collection.InstalmentStep(p.ID, p.Version, number, kind),
		Channels:  []collection.Channel{collection.ChannelEmail},
		Fallbacks: []collection.Channel{collection.ChannelSMS, collection.ChannelLetter},
	}
	switch kind {
	case collection.InstalmentDue:
		step.Tone, step.Template = collection.ToneCourteous, TemplateDue
	case collection.InstalmentCollection:
		step.Tone, step.Template = collection.ToneCourteous, TemplateCollection
	case collection.InstalmentMissed:
		step.Tone, step.Template = collection.ToneFirm, TemplateMissed
		if p.Consumer {
			step.Key = collection.InstalmentStepAgain(step.Key, p.demandsOver(number))
			step.Fallbacks = []collection.Channel{collection.ChannelLetter} // it demands: see consumers.go
		}
	case collection.PlanDefault:
		step.Tone, step.Template = collection.ToneFormal, TemplateDefault
		step.Fallbacks = []collection.Channel{collection.ChannelLetter}
	}
	return step
}
