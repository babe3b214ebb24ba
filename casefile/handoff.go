package casefile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/collection"
	"relance/handoff"
	"relance/law"
)

// ErrUnknownHandoff: there is no handoff of that reference.
var ErrUnknownHandoff = errors.New("the handoff is not known")

// Partner is a professional of the configuration, without its secrets.
type Partner struct {
	ID   string
	Kind handoff.PartnerKind
	Name string
	// Delivery is how it gets the files: "email" or "api".
	Delivery string
	// Fees is what it asks for, in words.
	Fees string
}

// SavePartners writes the professionals of the configuration. Those that are not in it
// any more stay with the cases they have.
func (s *Store) SavePartners(ctx context.Context, partners []Partner) error {
	ids := []string{}
	var b batch
	for _, partner := range partners {
		ids = append(ids, partner.ID)
		b.exec(s.sql.SavePartner, partner)
	}
	b.exec(s.sql.RetirePartners, named{"ids": ids})
	if err := s.writing(ctx, func(tx *transaction) error { return b.run(ctx, tx) }); err != nil {
		return fmt.Errorf("saving the partners: %w", err)
	}
	return nil
}

// Partners lists the professionals of the configuration.
func (s *Store) Partners(ctx context.Context) ([]Partner, error) {
	var partners []Partner
	var b batch
	all(&b, &partners, s.sql.LoadPartners)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the partners: %w", err)
	}
	return partners, nil
}

// HandoffKey names a handoff.
type HandoffKey struct {
	Creditor string
	Invoice  string
	ID       string
}

// Reference is the UUID of the handoff of the key at the partner (RFC 9562, version 8,
// over SHA-256): the same one whoever asks, which makes every call to the partner
// count once.
func (k HandoffKey) Reference() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"handoff", k.Creditor, k.Invoice, k.ID}, "\x00")))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	text := hex.EncodeToString(sum[:16])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// HandoffRow is what is recorded of a handoff beside what its case knows.
type HandoffRow struct {
	Creditor    string
	Invoice     string
	ID          string
	Reference   string
	Partner     string
	PartnerName string
	Route       handoff.Route
	Despite     string
	ProposedBy  string
	ProposedAt  time.Time
	// Delivery is how far giving the file to the partner has come: empty, sending,
	// delivered, declined or doubtful. Attempt counts the approvals.
	Delivery string
	Attempt  int
	// PartnerCase is the partner's own number.
	PartnerCase string
	Reason      string
	RecalledAt  time.Time
}

// Key names the handoff.
func (h HandoffRow) Key() HandoffKey {
	return HandoffKey{Creditor: h.Creditor, Invoice: h.Invoice, ID: h.ID}
}

// HandoffOfReference is the handoff that a partner knows under a reference. One that
// is not known is ErrUnknownHandoff.
func (s *Store) HandoffOfReference(ctx context.Context, reference string) (HandoffRow, error) {
	if !isMessageID(reference) {
		return HandoffRow{}, fmt.Errorf("%w: %q", ErrUnknownHandoff, reference)
	}
	var row found[HandoffRow]
	var b batch
	one(&b, &row, s.sql.LoadHandoffOfReference, named{"reference": reference})
	if err := b.run(ctx, s.pool); err != nil {
		return HandoffRow{}, fmt.Errorf("reading the handoff %s: %w", reference, err)
	}
	if !row.is {
		return HandoffRow{}, fmt.Errorf("%w: %s", ErrUnknownHandoff, reference)
	}
	return row.value, nil
}

// CheckHandoff puts the facts of a case beside the rules of the law on a day: what
// stands against handing it over, and how each route looks.
func (s *Store) CheckHandoff(ctx context.Context, creditor, invoice string, at time.Time) (handoff.Check, error) {
	file, err := s.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return handoff.Check{}, err
	}
	return s.checkFile(file, at)
}

func (s *Store) checkFile(file File, at time.Time) (handoff.Check, error) {
	circumstances, err := circumstancesOf(file, at)
	if err != nil {
		return handoff.Check{}, err
	}
	return handoff.CheckOf(s.book(), circumstances), nil
}

// book is the law of the store; an empty one when it has none.
func (s *Store) book() law.Book { return s.tariffs.Load().book }

// HandoffProposal asks to announce a handoff.
type HandoffProposal struct {
	HandoffKey
	Partner        string
	Route          handoff.Route
	CoolingOffDays int
	// Despite is why it is proposed though a rule of the route says no.
	Despite string
	Actor   string
	At      time.Time
}

// ProposeHandoff announces a handoff: the facts are checked, it is recorded and the
// case takes it, in one transaction. It returns the events for the workflow's case.
// The same proposal again changes nothing. What stands against it is a
// *collection.Refusal that lists all of it.
func (s *Store) ProposeHandoff(ctx context.Context, p HandoffProposal) ([]collection.Event, error) {
	var events []collection.Event
	var partners []Partner
	why := because{at: p.At, actor: p.Actor, cause: "handoff/" + p.ID}
	err := s.changing(ctx, p.Creditor, p.Invoice, why, func(b *batch) {
		all(b, &partners, s.sql.LoadPartners)
	}, func(c *lockedCase) error {
		var err error
		events, err = c.propose(ctx, p, partners)
		return err
	})
	return events, err
}

func (c *lockedCase) propose(ctx context.Context, p HandoffProposal, partners []Partner) ([]collection.Event, error) {
	events, err := collection.Decide(c.now, collection.ProposeHandoff{
		ID: p.ID, Partner: p.Partner, Route: p.Route, CoolingOffDays: p.CoolingOffDays, On: c.now.Window.DateOf(c.at),
	})
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		known, _ := c.now.Handoff(p.ID) // proposed before: the workflow may not know of it yet
		return []collection.Event{collection.HandoffProposed{Handoff: known}}, nil
	}
	if err := c.mayHandOver(ctx, p, partners); err != nil {
		return nil, err
	}
	c.writes.exec(c.store.sql.InsertHandoff, named{"reference": p.Reference(), "at": c.at}, p.HandoffKey, p)
	c.note("", "handoff-proposed", fmt.Sprintf("the handoff %s to %s by %s is announced; it can be approved after %d days", p.ID, p.Partner, p.Route, p.CoolingOffDays)+despite(p.Despite))
	c.now = collection.ApplyAll(c.now, events)
	return events, nil
}

func despite(reason string) string {
	if reason == "" {
		return ""
	}
	return "; decided although a rule says no: " + reason
}

// mayHandOver lists all that stands against a proposal.
func (c *lockedCase) mayHandOver(ctx context.Context, p HandoffProposal, partners []Partner) error {
	partner := slices.IndexFunc(partners, func(known Partner) bool { return known.ID == p.Partner })
	switch {
	case partner < 0:
		return refuse(collection.RefusedInvalid, "there is no partner %q in the configuration: add it under handoff.partners", p.Partner)
	case !partners[partner].Kind.Works(p.Route):
		return refuse(collection.RefusedInvalid, "the partner %s is of the kind %s, which does not work the route %s", p.Partner, partners[partner].Kind, p.Route)
	}
	file, err := c.store.readFile(ctx, c.tx, p.Creditor, p.Invoice)
	if err != nil {
		return err
	}
	check, err := c.store.checkFile(file, c.at)
	if err != nil {
		return err
	}
	against := check.Missing()
	assessment, known := check.Of(p.Route)
	if !known {
		return refuse(collection.RefusedNotNow, "the tables of the law know no route %s on %s", p.Route, check.On)
	}
	if p.Despite == "" {
		against = append(against, assessment.Against()...)
	}
	if len(against) > 0 {
		return refuse(collection.RefusedNotNow, "the case %s cannot be handed over yet: %s", c.now.ID(), handoff.List(against))
	}
	return nil
}
