package collection

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Events is a list of events that can be written as JSON: each as an object with
// one member, named after the event's type.
type Events []Event

// eventTypes lists every event, by the name it is written with.
func eventTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, event := range append(handoffEvents(), []Event{
		PositionTaken{}, WindowTaken{}, LateFeesTaskOpened{}, LimitationReckoned{}, LimitationTold{}, HoldPlaced{}, HoldReleased{}, StopTaken{}, StepAttempted{}, AttemptFailed{}, AttemptProven{}, TaskOpened{}, ApprovalAsked{}, DeputyAsked{}, ApprovalRefused{}, ApprovalLapsed{}, StepAnnounced{}, NoticeServed{}, NoticeReplaced{}, ProofAsked{},
		StepApproved{}, StepWaived{}, StepRetried{}, Postponed{}, CaseEnded{}, StrategyMigrated{},
		PromiseMade{}, PromiseConcluded{}, DisputeRaised{}, DisputeAssigned{}, DisputeEscalated{}, DisputeResolved{}, DisputeCredited{},
		StandingTaken{}, InsolvencyTold{},
		MediationProposed{}, MediationJoined{}, MediationMet{}, MediationEnded{}, MediationTaskOpened{}, AgreementConcluded{}, AgreementBroken{},
		PlanFollowed{}, PlanLeft{},
	}...) {
		types[EventName(event)] = reflect.TypeOf(event)
	}
	return types
}

// EventName is the name an event is recorded with: "HoldPlaced".
func EventName(e Event) string { return reflect.TypeOf(e).Name() }

// MarshalJSON writes [{"HoldPlaced": {…}}, …].
func (events Events) MarshalJSON() ([]byte, error) {
	written := make([]map[string]Event, 0, len(events))
	for _, event := range events {
		written = append(written, map[string]Event{EventName(event): event})
	}
	return json.Marshal(written)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (events *Events) UnmarshalJSON(data []byte) error {
	var written []map[string]json.RawMessage
	if err := json.Unmarshal(data, &written); err != nil {
		return err
	}
	types := eventTypes()
	read := make(Events, 0, len(written))
	for _, member := range written {
		for name, body := range member {
			eventType, known := types[name]
			if !known {
				return fmt.Errorf("the event %q is not known to this version", name)
			}
			event := reflect.New(eventType)
			if err := json.Unmarshal(body, event.Interface()); err != nil {
				return fmt.Errorf("reading the event %s: %w", name, err)
			}
			read = append(read, event.Elem().Interface().(Event)) //nolint:forcetypeassert // eventTypes lists events only
		}
	}
	*events = read
	return nil
}
