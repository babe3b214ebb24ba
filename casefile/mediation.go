package casefile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/law"
	"relance/money"
)

// Mediator is a third person a creditor works with, from its configuration.
type Mediator struct {
	// Key names the mediator in strategies and commands.
	Key  string                   `json:"key"`
	Kind collection.MediationKind `json:"kind"`
	Name string                   `json:"name"`
	// Contact is how to reach it: an address, a number or a website.
	Contact string `json:"contact,omitempty"`
	// Fee says what it costs and who pays, in words.
	Fee string `json:"fee,omitempty"`
	// LongestDays is after how many days a person is asked how a mediation stands; 0
	// leaves it to the law or to practice.
	LongestDays int `json:"longest_days,omitempty"`
}

// Mediator is the creditor's mediator of a key.
func (c Creditor) Mediator(key string) (Mediator, bool) {
	for _, mediator := range c.Mediators {
		if mediator.Key == key {
			return mediator, true
		}
	}
	return Mediator{}, false
}

func (c *lockedCase) saveMediations() {
	for i, mediation := range c.now.Mediations {
		if i < len(c.before.Mediations) && reflect.DeepEqual(mediation, c.before.Mediations[i]) {
			continue
		}
		if mediation.Sessions == nil {
			mediation.Sessions = []collection.MediationSession{}
		}
		c.writes.exec(c.store.sql.UpsertMediation, c.key(), named{"ordinal": i}, mediation)
	}
}

// asInCase is the mediations as a case carries them.
func asInCase(rows []collection.Mediation) []collection.Mediation {
	for i := range rows {
		if len(rows[i].Sessions) == 0 {
			rows[i].Sessions = nil
		}
	}
	return rows
}

// takeMediation does the tasks that an event of a mediation answers.
func (c *lockedCase) takeMediation(event collection.Event) {
	switch event := event.(type) {
	case collection.MediationProposed:
		if _, known := c.now.Mediation(event.Mediation.ID); known {
			return
		}
		c.finishTasksOf("the mediation is proposed", collection.TaskMediation)
	case collection.MediationJoined:
		c.finishTasksOf("the mediation is accepted", collection.TaskMediation, collection.TaskMediationAnswer, collection.TaskMediationLapsed)
	case collection.MediationEnded:
		c.finishTasksOf("the mediation is over: "+string(event.Outcome),
			collection.TaskMediation, collection.TaskMediationAnswer, collection.TaskMediationOverdue)
	}
	c.now = collection.Apply(c.now, event)
}

// overtake does the tasks that have lost their purpose because another one tells that
// nobody answered an invitation.
func (c *lockedCase) overtake(kind collection.TaskKind) {
	if kind == collection.TaskMediationLapsed {
		c.finishTasksOf("nobody answered in time", collection.TaskMediation, collection.TaskMediationAnswer)
	}
}

func (c *lockedCase) finishTasksOf(note string, kinds ...collection.TaskKind) {
	c.writes.exec(c.store.sql.FinishTasksOfKinds, c.key(), c.causes(), named{"note": note, "kinds": kinds})
}

// MediationFacts are what the case file and the law know about a mediation before it
// is decided on.
type MediationFacts struct {
	// Longest is the last day by which it should have ended; not set where neither the
	// mediator nor the law says so.
	Longest calendar.Date
	// Received is the money that came in and was not taken back.
	Received money.Amount
	// Closed is why this kind of mediation does not take a dispute with such a debtor;
	// empty when it does.
	Closed law.Words
	// Unknown: the creditor has no mediator of that key, or one of another kind.
	Unknown bool
	// Consumer: the debtor is dealt with as a consumer.
	Consumer bool
}

// MediationFacts looks up what decides on a mediation of a kind by a mediator of a key,
// or by nobody in particular, that begins on a day.
func (s *Store) MediationFacts(ctx context.Context, creditor, invoice string, kind collection.MediationKind, mediator string, on calendar.Date) (MediationFacts, error) {
	file, err := s.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return MediationFacts{}, err
	}
	facts := MediationFacts{Received: file.Position.Paid, Consumer: file.Debtor.ActsAs() == DebtorConsumer}
	known, found := file.Creditor.Mediator(mediator)
	facts.Unknown = mediator != "" && (!found || known.Kind != kind)
	tariffs := s.tariffs.Load()
	if known.LongestDays > 0 {
		facts.Longest = on.AddDays(known.LongestDays)
	} else if limit, err := deadlines.LimitOf(tariffs.limits, mediationLimits+string(kind), on); err == nil {
		facts.Longest = limit.Period.End(on)
	}
	for _, verdict := range tariffs.book.Routes(limitationCountry, inLaw(file.Debtor.ActsAs()), money.FromMinor(0, money.EUR), on) {
		if verdict.Route.Key == string(kind) {
			facts.Closed = verdict.Closed
		}
	}
	return facts, nil
}

// mediationLimits begins the keys of the time limits of mediations, by kind.
const mediationLimits = "mediation-"

// ErrUnknownMediation: no mediation of that ID was proposed in the case.
var ErrUnknownMediation = errors.New("no such mediation was proposed")

func unknownMediation(creditor, invoice, id string) error {
	return fmt.Errorf("%w: %s of %s", ErrUnknownMediation, id, collection.WorkflowID(creditor, invoice))
}

// MediationAttempt is a mediation as one who goes to court has to show it (CPC 750-1):
// its kind, days and outcome, and the certificate of its failure.
type MediationAttempt struct {
	collection.Mediation
	// CertificateSHA256 is the hash of the certificate's document, empty when none is
	// kept; see MediationCertificate.
	CertificateSHA256 string
}

// MediationAttempts lists the mediations of a case, in the order they were proposed.
// An invoice without a case is ErrUnknownCase.
func (s *Store) MediationAttempts(ctx context.Context, creditor, invoice string) ([]MediationAttempt, error) {
	c, err := s.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return nil, err
	}
	var kept []MediationCertificate
	var b batch
	all(&b, &kept, s.sql.LoadMediationCertificates, named{"creditor": creditor, "invoice": invoice})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the mediations of invoice %s of %s: %w", invoice, creditor, err)
	}
	attempts := make([]MediationAttempt, 0, len(c.Mediations))
	for _, mediation := range c.Mediations {
		attempt := MediationAttempt{Mediation: mediation}
		for _, certificate := range kept {
			if certificate.Mediation == mediation.ID && attempt.CertificateSHA256 == "" {
				attempt.CertificateSHA256 = certificate.SHA256
			}
		}
		attempts = append(attempts, attempt)
	}
	return attempts, nil
}

// MediationNote is what somebody noted of what was said in a mediation. It is
// confidential: it stands in no other table, message, task or history.
type MediationNote struct {
	// Key names the note within its mediation, so that it counts once.
	Key        string
	Author     string
	At         time.Time
	Text       string
	RecordedAt time.Time
}
