package collection

import (
	"slices"

	"relance/calendar"
	"relance/money"
)

// ProposeMediation asks for a mediation, on demand of either side.
type ProposeMediation struct {
	ID       string
	Kind     MediationKind
	Mediator string
	AskedBy  Party
	// RespondBy is the last day to answer; fifteen days later when it is not set.
	RespondBy calendar.Date
	Author    string
	On        calendar.Date
	// Invite has the invitation leave by itself where the creditor asks; without it a
	// person sends it. Consumer chooses the text for one.
	Invite   bool
	Consumer bool
	// UnknownMediator: the creditor has no mediator of that key and kind.
	UnknownMediator bool
	// Closed is why the law does not open this kind of mediation against the debtor;
	// empty when it does, or when nobody looked it up.
	Closed string
}

// AnswerMediation says whether the other side takes part.
type AnswerMediation struct {
	ID       string
	Accepted bool
	// InWriting: both sides agreed to it in writing.
	InWriting bool
	On        calendar.Date
	// EndBy is the day by which both sides want it to have ended. When it is not set,
	// the step that invited says so, else the law or the mediator (Longest), else
	// practice.
	EndBy   calendar.Date
	Longest calendar.Date
	Author  string
	Today   calendar.Date
}

// ReportSession says that the parties met the mediator, or that a meeting was missed.
type ReportSession struct {
	ID   string
	On   calendar.Date
	Held bool
	// EndBy prolongs the mediation; not set when it does not.
	EndBy  calendar.Date
	Author string
	Today  calendar.Date
}

// EndMediation says how a mediation ended.
type EndMediation struct {
	ID          string
	Outcome     MediationOutcome
	On          calendar.Date
	Certificate string
	// Agreement is what was agreed; only with OutcomeAgreement.
	Agreement Agreement
	Author    string
	Today     calendar.Date
}

// ConcludeAgreement says that what was agreed in a mediation was concluded apart, as
// a plan or a discount: the mediation keeps the ladder still no longer.
type ConcludeAgreement struct {
	Mediation string
	On        calendar.Date
}

// BreakAgreement says that what was agreed in a mediation is not kept, or cannot be
// carried out.
type BreakAgreement struct {
	Mediation string
	On        calendar.Date
}

func (ProposeMediation) command()  {}
func (AnswerMediation) command()   {}
func (ReportSession) command()     {}
func (EndMediation) command()      {}
func (ConcludeAgreement) command() {}
func (BreakAgreement) command()    {}

const (
	// answerDays is how long an invitation waits for its answer where nothing else is
	// said, in days.
	answerDays = 15
	// longestAnswer is how many days ahead an answer may be asked for.
	longestAnswer = 366
	// mediationDays is after how many days of mediation a person is asked how it
	// stands where neither the law nor the mediator knows better: most take less than
	// three months.
	mediationDays = 90
	// longestMediation is how many days ahead a mediation may be planned to end.
	longestMediation = 2 * 366
)

func (c Case) proposeMediation(command ProposeMediation) ([]Event, error) {
	if err := CheckID("the mediation", command.ID); err != nil {
		return nil, err
	}
	if known, found := c.Mediation(command.ID); found {
		if known.Kind != command.Kind || known.AskedBy != command.AskedBy {
			return nil, Refuse(RefusedConflict, "the mediation %s is known: it is a %s that the %s asked for", known.ID, known.Kind, known.AskedBy)
		}
		return nil, nil
	}
	respondBy := command.RespondBy
	if respondBy.IsZero() {
		respondBy = command.On.AddDays(answerDays)
	}
	switch {
	case !slices.Contains(MediationKinds(), command.Kind):
		return nil, Refuse(RefusedInvalid, "the mediation %s is of the kind %q: the kinds are %v", command.ID, command.Kind, MediationKinds())
	case command.AskedBy != PartyCreditor && command.AskedBy != PartyDebtor:
		return nil, Refuse(RefusedInvalid, "the mediation %s does not say who asks for it: the creditor or the debtor", command.ID)
	case command.Kind == MediationConsumer && command.AskedBy != PartyDebtor:
		return nil, Refuse(RefusedInvalid, "only the consumer can turn to a consumer mediator (Code de la consommation, art. L612-1): record it as asked by the debtor once it has")
	case command.Mediator != "" && CheckID("the mediator", command.Mediator) != nil:
		return nil, CheckID("the mediator", command.Mediator)
	case command.UnknownMediator:
		return nil, Refuse(RefusedInvalid, "the creditor has no mediator %q of the kind %s: configure it, or leave it out", command.Mediator, command.Kind)
	case command.Closed != "" && command.AskedBy == PartyCreditor:
		return nil, Refuse(RefusedInvalid, "%s takes no dispute of this claim: %s", command.Kind.English(), command.Closed)
	case respondBy < command.On || respondBy > command.On.AddDays(longestAnswer):
		return nil, Refuse(RefusedInvalid, "the mediation %s is to be answered by %s: that day is past, or more than a year ahead", command.ID, respondBy)
	case c.IsClosed() || c.isPrincipalPaid():
		return nil, c.refuseClosed("mediated")
	case c.Insolvency.Freezes():
		return nil, c.refuseFrozen("mediated")
	}
	if open, found := c.OpenMediation(); found {
		return nil, Refuse(RefusedNotNow, "the mediation %s of %s is not over: end it before another is proposed", open.ID, c.ID())
	}
	return []Event{MediationProposed{Mediation: Mediation{
		ID: command.ID, Kind: command.Kind, Mediator: command.Mediator, AskedBy: command.AskedBy, Proposed: command.On, RespondBy: respondBy,
		Invitation: command.newInvitation(respondBy),
	}}}, nil
}

// answerMediation takes a late answer too, as long as nothing else was proposed.
func (c Case) answerMediation(command AnswerMediation) ([]Event, error) {
	m, err := c.mediation(command.ID, command.On, command.Today)
	if err != nil {
		return nil, err
	}
	isLast := m.ID == c.Mediations[len(c.Mediations)-1].ID
	switch answered := m.Phase() == MediationInvited || m.Outcome == OutcomeUnanswered && isLast; {
	case command.Accepted && !m.Accepted.IsZero(), !command.Accepted && m.Outcome == OutcomeDeclined:
		return nil, nil
	case !answered:
		return nil, Refuse(RefusedNotNow, "the mediation %s of %s waits for no answer: %s", m.ID, c.ID(), m.inWords())
	case !command.Accepted:
		return []Event{MediationEnded{ID: m.ID, On: command.On, Outcome: OutcomeDeclined}}, nil
	case c.Insolvency.Freezes():
		return nil, c.refuseFrozen("mediated")
	}
	endBy := c.endBy(m, command)
	if err := checkEndBy(m.ID, endBy, command.On); err != nil {
		return nil, err
	}
	return []Event{MediationJoined{ID: m.ID, On: command.On, InWriting: command.InWriting, EndBy: endBy}}, nil
}

// endBy is the day by which a mediation that begins should have ended.
func (c Case) endBy(m Mediation, command AnswerMediation) calendar.Date {
	step, _ := c.Strategy.Step(m.Step)
	switch {
	case !command.EndBy.IsZero():
		return command.EndBy
	case step.Mediation.LongestDays > 0:
		return command.On.AddDays(step.Mediation.LongestDays)
	case !command.Longest.IsZero():
		return command.Longest
	default:
		return command.On.AddDays(mediationDays)
	}
}

func checkEndBy(id string, endBy, on calendar.Date) error {
	if endBy < on || endBy > on.AddDays(longestMediation) {
		return Refuse(RefusedInvalid, "the mediation %s would end by %s: that is before %s, or more than two years after it", id, endBy, on)
	}
	return nil
}

// mediation is the one of a command, on a day that can be.
func (c Case) mediation(id string, on, today calendar.Date) (Mediation, error) {
	m, found := c.Mediation(id)
	switch {
	case !found:
		return m, Refuse(RefusedNotNow, "no mediation %q was proposed in %s", id, c.ID())
	case on.IsZero():
		return m, Refuse(RefusedInvalid, "what is said of the mediation %s does not say on which day", id)
	case on > today:
		return m, Refuse(RefusedInvalid, "what is said of the mediation %s is dated %s, which is to come", id, on)
	case on < m.Proposed:
		return m, Refuse(RefusedInvalid, "the mediation %s was proposed on %s: nothing can have come of it on %s", id, m.Proposed, on)
	default:
		return m, nil
	}
}

func (c Case) reportSession(command ReportSession) ([]Event, error) {
	m, err := c.mediation(command.ID, command.On, command.Today)
	if err != nil {
		return nil, err
	}
	session := MediationSession{On: command.On, Held: command.Held}
	isKnown := slices.Contains(m.Sessions, session)
	switch {
	case isKnown && (command.EndBy.IsZero() || command.EndBy == m.EndBy):
		return nil, nil
	case m.Phase() != MediationAccepted:
		return nil, Refuse(RefusedNotNow, "the mediation %s of %s is not under way: %s", m.ID, c.ID(), m.inWords())
	}
	if !command.EndBy.IsZero() {
		if err := checkEndBy(m.ID, command.EndBy, command.On); err != nil {
			return nil, err
		}
	}
	return []Event{MediationMet{ID: m.ID, Session: session, EndBy: command.EndBy}}, nil
}

func (c Case) endMediation(command EndMediation) ([]Event, error) {
	m, err := c.mediation(command.ID, command.On, command.Today)
	if err != nil {
		return nil, err
	}
	if m.Outcome == command.Outcome && m.Ended == command.On && m.Agreement.Kind == command.Agreement.Kind {
		return nil, nil
	}
	if err := c.checkEnd(m, command); err != nil {
		return nil, err
	}
	ended := MediationEnded{ID: m.ID, On: command.On, Outcome: command.Outcome, Certificate: command.Certificate, Agreement: command.Agreement}
	if ended.Agreement.Kind == AgreementSettlement {
		if ended.Agreement.Before.Currency() == "" {
			ended.Agreement.Before = money.FromMinor(0, c.Open.Currency())
		}
		ended.Agreement.Received = ended.Agreement.Before
	}
	events := []Event{ended}
	if ended.Agreement.Kind == AgreementWithdrawal {
		events = append(events, CaseEnded{Outcome: StageWithdrawn})
	}
	return events, nil
}

func (c Case) checkEnd(m Mediation, command EndMediation) error {
	phase := m.Phase()
	switch {
	case !slices.Contains([]MediationOutcome{OutcomeAgreement, OutcomeFailure, OutcomeWithdrawn}, command.Outcome):
		return Refuse(RefusedInvalid, "the mediation %s ends with %q: it ends with an agreement, a failure, or is withdrawn", m.ID, command.Outcome)
	case phase == MediationInvited && command.Outcome != OutcomeWithdrawn:
		return Refuse(RefusedNotNow, "nobody has answered the invitation to the mediation %s yet: record the answer first", m.ID)
	case phase != MediationInvited && phase != MediationAccepted:
		return Refuse(RefusedNotNow, "the mediation %s of %s is over: %s", m.ID, c.ID(), m.inWords())
	case c.Outcome != "":
		return c.refuseClosed("mediated")
	case command.On < m.Accepted || len(m.Sessions) > 0 && command.On < m.lastSession():
		return Refuse(RefusedInvalid, "the mediation %s cannot have ended on %s: it was going on later", m.ID, command.On)
	case !IsPlainText(command.Certificate) || len(command.Certificate) > maxID:
		return Refuse(RefusedInvalid, "the reference of the certificate is too long or cannot be printed")
	case command.Certificate != "" && command.Outcome != OutcomeFailure:
		return Refuse(RefusedInvalid, "a certificate states the failure of a mediation: this one ends with %q", command.Outcome)
	case command.Outcome == OutcomeAgreement:
		return command.Agreement.check(c, command.On)
	case command.Agreement != Agreement{}:
		return Refuse(RefusedInvalid, "a mediation that ends with %q has no agreement", command.Outcome)
	default:
		return nil
	}
}

func (m Mediation) lastSession() calendar.Date {
	last := m.Sessions[0].On
	for _, session := range m.Sessions {
		last = max(last, session.On)
	}
	return last
}

func (c Case) concludeAgreement(command ConcludeAgreement) ([]Event, error) {
	m, found := c.Mediation(command.Mediation)
	switch {
	case !found || m.Outcome != OutcomeAgreement:
		return nil, Refuse(RefusedNotNow, "the mediation %q of %s came to no agreement", command.Mediation, c.ID())
	case !m.Agreement.Concluded.IsZero():
		return nil, nil
	case m.Agreement.Kind != AgreementPlan && m.Agreement.Kind != AgreementDiscount:
		return nil, Refuse(RefusedInvalid, "a %s is kept by a payment, not concluded apart", m.Agreement.Kind)
	default:
		return []Event{AgreementConcluded{ID: m.ID, On: command.On}}, nil
	}
}

func (c Case) breakAgreement(command BreakAgreement) ([]Event, error) {
	m, found := c.Mediation(command.Mediation)
	if _, _, unsettled := c.settled(); !found || m.Phase() != MediationAgreed && !unsettled {
		return nil, nil
	}
	return []Event{AgreementBroken{ID: m.ID, On: command.On}}, nil
}
