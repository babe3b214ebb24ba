package activities

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/money"
)

// NameMediationFacts is registered for MediationFacts.
const NameMediationFacts = "mediation-facts"

// MediationQuestion asks what decides on a mediation.
type MediationQuestion struct {
	CaseKey
	Kind     collection.MediationKind `json:"kind"`
	Mediator string                   `json:"mediator,omitempty"`
	// On is the day it begins, or is said to end.
	On calendar.Date `json:"on"`
	At time.Time     `json:"at"`
}

// MediationFacts are what the case file and the law say of a mediation.
type MediationFacts struct {
	// Longest is the last day by which it should have ended; not set where neither the
	// mediator nor the law says so.
	Longest calendar.Date `json:"longest,omitzero"`
	// Received is the money that came in and was not taken back.
	Received money.Amount `json:"received,omitzero"`
	// Closed is why this kind of mediation does not take a dispute with the debtor.
	Closed string `json:"closed,omitempty"`
	// UnknownMediator: the creditor has no mediator of that key and kind.
	UnknownMediator bool `json:"unknown_mediator,omitempty"`
	// Consumer: the debtor reads the texts for consumers.
	Consumer bool `json:"consumer,omitempty"`
}

// MediationFacts looks up what decides on a mediation. It writes nothing.
func (f *CaseFile) MediationFacts(ctx context.Context, question MediationQuestion) (MediationFacts, error) {
	facts, err := f.Store.MediationFacts(ctx, question.Creditor, question.Invoice, question.Kind, question.Mediator, question.On)
	if err != nil {
		return MediationFacts{}, err
	}
	return MediationFacts{Longest: facts.Longest, Received: facts.Received, Closed: facts.Closed.EN, UnknownMediator: facts.Unknown, Consumer: facts.Consumer}, nil
}

// mediationTask is what a person is asked about a mediation. Its day names it, so that
// one that was prolonged is asked about anew.
func mediationTask(order TaskOrder) casefile.TaskOrder {
	title, detail := mediationTexts(order)
	task := casefile.TaskOrder{
		Key: fmt.Sprintf("%s/%s/%s", order.Task, order.Mediation, order.Day), Title: title, Detail: detail,
		DueOn: calendar.DateOf(order.At).AddDays(taskDays),
	}
	if order.Task == collection.TaskMediation || order.Task == collection.TaskMediationAnswer {
		task.DueOn = order.Day
	}
	return task
}

func mediationTexts(order TaskOrder) (title, detail string) {
	switch order.Task {
	case collection.TaskMediationAnswer:
		return "Answer the debtor, who asks for a mediation",
			fmt.Sprintf("The mediation %s is to be answered by %s; no answer counts as declining it. Record the answer: relance mediation answer. "+
				"Nothing leaves meanwhile.", order.Mediation, order.Day)
	case collection.TaskMediation:
		return "Invite the debtor to the mediation",
			fmt.Sprintf("The mediation %s was proposed, and no invitation to it has reached the debtor by itself: write to the debtor, who has until %s to answer, "+
				"and record the answer: relance mediation answer. Nothing else leaves meanwhile.", order.Mediation, order.Day)
	case collection.TaskMediationLapsed:
		return "Nobody answered the invitation to the mediation",
			fmt.Sprintf("The invitation to the mediation %s counts as declined, and the case goes on where it stood. An answer that came late can still be "+
				"recorded. Keep the proof of the invitation: a court may ask for it.", order.Mediation)
	case collection.TaskMediationOverdue:
		return "Find out how the mediation stands",
			fmt.Sprintf("The mediation %s should have ended. Nothing leaves until its end is recorded (relance mediation end), or a later day by which it will "+
				"(relance mediation session with a day).", order.Mediation)
	case collection.TaskAgreementBroken:
		return "What was agreed in the mediation was not kept",
			fmt.Sprintf("The agreement of the mediation %s was to be kept by now. The whole claim is due again, and the case goes on where it stood. "+
				"If the money is only late, put the case on hold.", order.Mediation)
	default:
		return string(order.Task), ""
	}
}
