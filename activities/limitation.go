package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/deadlines"
)

// NameRecordLimitationEvent is registered for RecordLimitationEvent.
const NameRecordLimitationEvent = "record-limitation-event"

// LimitationOrder asks to record what happened to a claim and to reckon its
// limitation anew.
type LimitationOrder struct {
	CaseKey
	ID     string                        `json:"id"`
	Event  deadlines.LimitationEventKind `json:"event,omitempty"`
	On     calendar.Date                 `json:"on,omitzero"`
	Ended  calendar.Date                 `json:"ended,omitzero"`
	Result deadlines.VoidBy              `json:"result,omitempty"`
	By     string                        `json:"by,omitempty"`
	At     time.Time                     `json:"at"`
}

// LimitationRecorded is what an event did.
type LimitationRecorded struct {
	Limitation collection.Limitation `json:"limitation,omitzero"`
	Effect     deadlines.EffectKind  `json:"effect,omitempty"`
	// PossibleDay is a later last day that holds only if a court takes the event
	// for an interruption.
	PossibleDay calendar.Date `json:"possible_day,omitzero"`
	Words       string        `json:"words,omitempty"`
	WordsFR     string        `json:"words_fr,omitempty"`
	// Refused says why the event cannot be; nothing was recorded.
	Refused string `json:"refused,omitempty"`
}

// RecordLimitationEvent records what happened to a claim.
func (f *CaseFile) RecordLimitationEvent(ctx context.Context, order LimitationOrder) (LimitationRecorded, error) {
	recorded, err := f.Store.RecordLimitationEvent(ctx, casefile.LimitationReport{
		Creditor: order.Creditor, Invoice: order.Invoice, ID: order.ID, Actor: plainText(order.By), At: order.At,
		LimitationEvent: deadlines.LimitationEvent{Kind: order.Event, On: order.On, Until: order.Ended, Void: order.Result},
	})
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return LimitationRecorded{Refused: refused.Message}, nil
	}
	if err != nil {
		return LimitationRecorded{}, refusedForGood(err)
	}
	answer := LimitationRecorded{
		Limitation: recorded.Limitation, Effect: recorded.Effect.Kind,
		Words: recorded.Effect.Because.String(), WordsFR: recorded.Effect.Because.French(),
	}
	for _, possible := range recorded.Reckoned.Possible {
		if possible.Event == recorded.Effect.Event {
			answer.PossibleDay = possible.LastDay
			answer.Words += "; " + possible.Because.String()
			answer.WordsFR += " ; " + possible.Because.French()
		}
	}
	return answer, nil
}

// limitationTask is what a person is told, on the day the limitation order tells
// of.
func limitationTask(order TaskOrder) casefile.TaskOrder {
	task := casefile.TaskOrder{
		Key:   fmt.Sprintf("%s/%d/%s/%d", order.Task, order.Round, order.Day, order.Reckoning),
		DueOn: order.LastDay,
		Title: fmt.Sprintf("Act before the claim is barred by limitation: the last day is %s", order.LastDay),
		Detail: "The last day is reckoned with prudence. Have the debtor acknowledge the debt in writing, bring the claim to court or have a payment order " +
			"served, or let it lapse and close the case. A formal notice does not interrupt the limitation, nor does a payment order that is filed and not " +
			"served. Record what was done as a limitation event.",
	}
	if order.Day > order.LastDay {
		task.DueOn = order.Day.AddDays(taskDays)
		task.Title = fmt.Sprintf("The limitation has passed: the last day was %s", order.LastDay)
		task.Detail = "Nothing leaves by itself any more, because a barred claim must not be dunned as if it were due. Close the case, or record the event " +
			"that shows that the limitation has not passed: the case then goes on. The last day was reckoned with prudence; whether the claim is lost is " +
			"for a lawyer to say."
	}
	return task
}
