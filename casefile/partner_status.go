package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/handoff"
	"relance/ledger"
)

// PartnerStatus is what a partner told once.
type PartnerStatus struct {
	// Handoff is the ID of the handoff, Event the report's own ID.
	Handoff string
	Event   string
	Status  handoff.Status
	On      calendar.Date
	Actor   string
	At      time.Time
}

// PartnerReport is what a partner tells.
type PartnerReport struct {
	HandoffKey
	Event  string
	Status handoff.Status
	On     calendar.Date
	Actor  string
	At     time.Time
}

// PartnerReported is what a report did.
type PartnerReported struct {
	// Command is what the case was told: give it to collection.Decide so that the
	// workflow's case stays equal to the stored one.
	Command collection.TakePartnerStatus
	// Unknown are the keys of time limits that the tables do not have on that day.
	Unknown []string
	// Limitation is how the limitation was reckoned after an order was served; not known
	// otherwise.
	Limitation collection.Limitation
}

// RecordPartnerStatus records what a partner told and takes it into the case, in one
// transaction: the time limits that it sets running, and for an order that was served
// the interruption of the limitation. The same report again changes nothing; one that
// makes no sense is a *collection.Refusal.
func (s *Store) RecordPartnerStatus(ctx context.Context, report PartnerReport) (PartnerReported, error) {
	var reported PartnerReported
	var known []PartnerStatus
	var events []LimitationEvent
	why := because{at: report.At, actor: report.Actor, cause: "partner-status/" + report.ID + "/" + report.Event}
	err := s.changing(ctx, report.Creditor, report.Invoice, why, func(b *batch) {
		all(b, &known, s.sql.LoadPartnerStatuses, report.HandoffKey)
		all(b, &events, s.sql.LoadLimitationEvents, report.HandoffKey)
	}, func(c *lockedCase) error {
		var err error
		reported, err = c.hearPartner(report, known, events)
		return err
	})
	return reported, err
}

func (c *lockedCase) hearPartner(report PartnerReport, known []PartnerStatus, events []LimitationEvent) (PartnerReported, error) {
	h, found := c.now.Handoff(report.ID)
	if !found {
		return PartnerReported{}, refuse(collection.RefusedInvalid, "the case %s has no handoff %q", c.now.ID(), report.ID)
	}
	told := collection.TakePartnerStatus{ID: report.ID, Status: report.Status, On: report.On, Today: c.now.Window.DateOf(c.at)}
	var reported PartnerReported
	record := c.record.value
	debtor := inLaw(actsAs(record.DebtorKind, record.DebtorHasNumber))
	told.Limits, reported.Unknown = handoff.LimitsOf(h.Route, report.Status, report.On, debtor, c.store.book(), c.now.Window.Country)
	if told.Earlier = report.Status.IsEarlier(report.On, h.Status, h.StatusOn); told.Earlier {
		told.Limits = handoff.Unsettled(told.Limits, toldSince(report, known))
	}
	reported.Command = told
	for _, earlier := range known {
		if earlier.Handoff == report.ID && earlier.Event == report.Event {
			if earlier.Status != report.Status || earlier.On != report.On {
				return reported, refuse(collection.RefusedConflict, "the report %s of the handoff %s is recorded as %s on %s already", report.Event, report.ID, earlier.Status, earlier.On)
			}
			reported.Limitation = c.now.Limitation
			return reported, nil
		}
	}
	decided, err := collection.Decide(c.now, told)
	if err != nil {
		return reported, err
	}
	key := HandoffKey{Creditor: record.Creditor, Invoice: record.Invoice, ID: report.ID}
	c.writes.exec(c.store.sql.InsertPartnerStatus, named{"reference": key.Reference(), "at": c.at}, report)
	c.note("", "partner-status", statusSummary(report, told.Limits, reported.Unknown))
	c.now = collection.ApplyAll(c.now, decided)
	for _, event := range decided {
		c.answerHandoffTasks(event)
	}
	if len(reported.Unknown) > 0 {
		c.askForTimeLimit(report, reported.Unknown)
	}
	reported.Limitation = c.interruptBy(report, h.Route, events)
	return reported, nil
}

// toldSince are the statuses that are known of the day of a report or later.
func toldSince(report PartnerReport, known []PartnerStatus) []handoff.Status {
	var since []handoff.Status
	for _, told := range known {
		if told.Handoff == report.ID && told.Event != report.Event && told.On >= report.On {
			since = append(since, told.Status)
		}
	}
	return since
}

// interruptBy records that a served order interrupts the limitation: C. civ. 2241 and
// 2244. Where the limitation is not watched nothing is reckoned.
func (c *lockedCase) interruptBy(report PartnerReport, route handoff.Route, events []LimitationEvent) collection.Limitation {
	if route != handoff.PaymentOrder || report.Status != handoff.Served || !c.now.Limitation.IsKnown() {
		return c.now.Limitation
	}
	_, err := c.learn(events, LimitationReport{
		Creditor: report.Creditor, Invoice: report.Invoice, ID: "handoff/" + report.ID, Actor: report.Actor, At: report.At,
		LimitationEvent: deadlines.LimitationEvent{Kind: deadlines.PaymentOrderServed, On: report.On},
	})
	if err != nil {
		c.noteOnce("limitation-not-reckoned", err.Error())
	}
	return c.now.Limitation
}

func statusSummary(report PartnerReport, limits []handoff.TimeLimit, unknown []string) string {
	words := fmt.Sprintf("the partner of the handoff %s reports %s on %s", report.ID, report.Status, report.On)
	for _, limit := range limits {
		words += fmt.Sprintf("; %s: last day %s (%s)", limit.Title.EN, limit.Last, limit.Article)
	}
	if len(unknown) > 0 {
		words += "; the tables do not have the time limits " + strings.Join(unknown, ", ") + " on that day: a person must look"
	}
	return words
}

// askForTimeLimit has a person look where the tables do not say how long something
// may take: nothing is taken from another date.
func (c *lockedCase) askForTimeLimit(report PartnerReport, unknown []string) {
	c.insertTask(&Task{
		Creditor: report.Creditor, Invoice: report.Invoice, Round: c.now.Round, Kind: collection.TaskTimeLimit,
		Key:   fmt.Sprintf("%s/%s/unknown/%s", collection.TaskTimeLimit, report.ID, report.Event),
		Title: fmt.Sprintf("Find out which time limit runs since %s", report.On),
		Detail: fmt.Sprintf("The tables of the law do not have %s on the day of the report %s of the handoff %s. Look it up, watch it yourself, and add the row.",
			strings.Join(unknown, ", "), report.Event, report.ID),
		State: TaskOpen, DueOn: report.On, OpenedAt: c.at,
	})
}

// tellPartnerOfPayment asks a person to tell the partner that it must recover less.
func (c *lockedCase) tellPartnerOfPayment(e ledger.Entry) {
	h, live := c.now.LiveHandoff()
	if !live || h.Phase != handoff.WithPartner || c.now.Open == c.before.Open || c.now.Open.Sign() <= 0 {
		return
	}
	c.insertTask(&Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Round: c.now.Round, Kind: collection.TaskHandoff,
		Key:    fmt.Sprintf("%s/%s/%s", collection.TaskHandoff, h.ID, entryKey(e)),
		Title:  fmt.Sprintf("Tell %s that %s is open now", h.Partner, c.now.Open),
		Detail: fmt.Sprintf("While the partner has the handoff %s, %s came in at the creditor. The partner must recover less.", h.ID, describe(e)),
		State:  TaskOpen, DueOn: c.now.Window.DateOf(c.at), OpenedAt: c.at,
	})
}

// answerHandoffTasks finishes the tasks that an event about a handoff answers.
func (c *lockedCase) answerHandoffTasks(event collection.Event) {
	switch event := event.(type) {
	case collection.HandoffApproved:
		c.finishTasks("", "approved: "+event.Amount.String(), collection.TaskHandoffApproval)
	case collection.HandoffDelivered:
		c.finishTasks("", "the partner has the case", collection.TaskHandoffApproval)
		for _, step := range c.now.Strategy.Steps {
			if step.Opens == collection.TaskHandoff {
				c.finishTasks(step.Key, "the partner has the case", collection.TaskHandoff)
			}
		}
	case collection.PartnerReported:
		c.finishTasks("", "the partner reports "+string(event.Status), collection.TaskTimeLimit)
	case collection.HandoffEnded:
		c.finishTasks("", "the handoff ended: "+string(event.End), collection.TaskHandoffApproval, collection.TaskTimeLimit)
	}
}

// noteOnce is a line of the history that may be queued again under the same cause.
func (c *lockedCase) noteOnce(kind, summary string) {
	c.noteOnceOn(c.cause+"/"+kind, kind, summary, basis{})
}

func (c *lockedCase) noteOnceOn(key, kind, summary string, on basis) {
	c.writes.exec(c.store.sql.InsertHistoryUnlessKnown, c.key(), c.based(on), named{
		"key": key, "kind": kind, "actor": c.actor, "summary": summary, "at": c.at,
	})
}
