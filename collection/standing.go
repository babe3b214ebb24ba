package collection

// Standing is what is known of a debtor beyond one invoice that bears on all of
// its cases: insolvency proceedings and hardship.
type Standing struct {
	Insolvency Insolvency `json:"insolvency,omitzero"`
	Hardship   Hardship   `json:"hardship,omitzero"`
}

// TakeStanding tells a case what is known of its debtor now.
type TakeStanding struct{ Standing Standing }

func (TakeStanding) command() {}

// StandingTaken: what is known of the debtor has changed.
type StandingTaken struct{ Standing Standing }

func (e StandingTaken) apply(c Case) Case {
	c.Insolvency, c.Hardship = e.Standing.Insolvency, e.Standing.Hardship
	return c
}

// takeStanding takes what is known of the debtor. Proceedings that begin to freeze the
// claim end what was arranged about it (overtakenByInsolvency). A case whose claim nothing will
// ever be paid of is closed with it.
func (c Case) takeStanding(command TakeStanding) ([]Event, error) {
	taken := command.Standing
	if err := taken.Insolvency.validate(); err != nil {
		return nil, err
	}
	if err := taken.Hardship.validate(); err != nil {
		return nil, err
	}
	if known := c.Insolvency; known.Proceeding == taken.Insolvency.Proceeding {
		taken.Insolvency.Told = max(known.Told, taken.Insolvency.Told)
	}
	var events []Event
	if taken != (Standing{Insolvency: c.Insolvency, Hardship: c.Hardship}) {
		events = append(events, StandingTaken{Standing: taken})
	}
	if taken.Insolvency.Freezes() && !c.Insolvency.Freezes() {
		events = append(events, ApplyAll(c, events).overtakenByInsolvency()...)
	}
	if taken.Insolvency.End == InsolvencyWithoutAssets && !c.IsClosed() {
		events = append(events, CaseEnded{Outcome: StageWrittenOff})
	}
	return events, nil
}
