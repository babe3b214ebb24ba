package collection

import (
	"fmt"
	"time"
)

// PassedOver is a step of the ladder that was not taken, and is not going to be.
type PassedOver struct {
	Step    string
	Because PassedOverReason
}

// PassedOverReason is why a step was not taken.
type PassedOverReason string

// Why a step was not taken.
const (
	// PassedOverByPerson: a person decided so.
	PassedOverByPerson PassedOverReason = "person"
	// PassedOverForDueDate: a courtesy notice had not left when its due date came.
	PassedOverForDueDate PassedOverReason = "due-date"
	// PassedOverForMediation: a mediation of its kind was tried before.
	PassedOverForMediation PassedOverReason = "mediation"
	// PassedOverForLaterStep: the case went on with a later one, after a broken promise,
	// under another strategy, or where a person had it begin.
	PassedOverForLaterStep PassedOverReason = "later-step"
)

// StepsPassedOver lists the steps that are behind the case at an instant and reached
// nobody in this round, in the order of the ladder. A case that is paid or closed passes
// over no more of them.
func StepsPassedOver(c Case, now time.Time) []PassedOver {
	today := c.Window.DateOf(now)
	behind := c.Strategy.Steps
	if next, found := c.nextStep(today); found {
		behind = behind[:c.Strategy.index(next.Key)]
	}
	if c.IsClosed() || c.isPrincipalPaid() {
		last := -1
		for _, record := range c.Steps {
			last = max(last, c.Strategy.index(record.Key))
		}
		behind = behind[:min(len(behind), last+1)]
	}
	var passed []PassedOver
	for _, step := range behind {
		record := c.record(step.Key)
		because := PassedOverForLaterStep
		switch {
		case record.anyAccepted() || record.Completed:
			continue
		case record.Waived:
			because = PassedOverByPerson
		case c.isOvertaken(step, record, today):
			because = PassedOverForDueDate
		case c.wasMediated(step):
			because = PassedOverForMediation
		}
		passed = append(passed, PassedOver{Step: step.Key, Because: because})
	}
	return passed
}

// String is the reason as an English sentence.
func (r PassedOverReason) String() string {
	switch r {
	case PassedOverByPerson:
		return "a person decided that it is not taken"
	case PassedOverForDueDate:
		return "it speaks of a due date to come, and that day came first"
	case PassedOverForMediation:
		return "a mediation was tried before"
	case PassedOverForLaterStep:
		return "the case went on with a later step"
	default:
		return fmt.Sprintf("for a reason that is not known here (%s)", string(r))
	}
}

// French is the reason as a French sentence.
func (r PassedOverReason) French() string {
	switch r {
	case PassedOverByPerson:
		return "une personne a décidé de ne pas l’exécuter"
	case PassedOverForDueDate:
		return "elle annonce une échéance à venir, et ce jour est arrivé avant"
	case PassedOverForMediation:
		return "une médiation a déjà été tentée"
	case PassedOverForLaterStep:
		return "le dossier a repris à une étape ultérieure"
	default:
		return fmt.Sprintf("pour une raison inconnue ici (%s)", string(r))
	}
}
