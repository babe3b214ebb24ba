package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"relance/calendar"
	"relance/collection"
)

// Stop is a stop with whom it is about, who set it and who lifted it.
type Stop struct {
	collection.Stop
	// Creditor is empty for a stop of everything; Debtor and Invoice are set as far as
	// the scope goes.
	Creditor string
	Debtor   string
	Invoice  string
	Author   string
	LiftedBy string
	// Changes counts what the cases in scope are to be told: that it was set, and that
	// it was lifted. All of them were told of the first Told changes, and of the one
	// under way those until a case.
	Changes      int
	Told         int
	ToldCreditor string
	ToldInvoice  string
}

// ErrUnknownStop: there is no stop of that ID.
var ErrUnknownStop = errors.New("the stop is not known")

// IsInForce reports whether the stop holds on a day.
func (s Stop) IsInForce(today calendar.Date) bool {
	return s.Lifted.IsZero() && (s.Until.IsZero() || today <= s.Until)
}

// isOver reports whether the last day of a stop that is set is past wherever a debtor
// may be: it would keep nothing back.
func (s Stop) isOver() bool {
	return !s.Until.IsZero() && s.Until < calendar.DateOf(s.At.Add(-behindUTC))
}

// behindUTC is how far the clock of a debtor may be behind UTC.
const behindUTC = 12 * time.Hour

// SetStop sets a stop. It waits for what is just beginning to leave: once it returns,
// no message in its scope begins to leave, whatever the cases know yet, and a case
// opened from then on is born stopped.
//
// The same ID with the same facts changes nothing and returns false; with others it is
// a *ConflictError. A stop that makes no sense is a *collection.Refusal; a creditor,
// debtor or invoice that is not there is ErrUnknownCreditor, ErrUnknownDebtor or
// ErrUnknownCase.
func (s *Store) SetStop(ctx context.Context, stop Stop) (Stop, bool, error) {
	stop.At, stop.Lifted = businessTime(stop.At), time.Time{}
	if err := stop.validate(); err != nil {
		return Stop{}, false, err
	}
	fresh := false
	err := s.changingStops(ctx, stop.ID, func(tx *transaction, known found[Stop]) error {
		if err := s.findDebtor(ctx, tx, &stop); err != nil {
			return err
		}
		if known.is {
			err := known.value.agrees(stop)
			stop = known.value
			return err
		}
		if stop.isOver() {
			return refuse(collection.RefusedInvalid, "the %s %s would end on %s, before it begins on %s", stop.Kind, stop.ID, stop.Until, calendar.DateOf(stop.At))
		}
		fresh = true
		stop.Changes = 1
		var writes batch
		writes.exec(s.sql.InsertStop, stop)
		s.noteStop(&writes, stop, "set", stop.Author, stop.At, fmt.Sprintf("%s set%s: %s", stop.describe(), stop.untilInWords(), stop.Reason))
		return unknownParty(writes.run(ctx, tx), stop)
	})
	if err != nil {
		return Stop{}, false, err
	}
	return stop, fresh, nil
}

// LiftStop ends a stop. What was lifted, or has ended by itself, stays as it is. An
// unknown ID is ErrUnknownStop.
func (s *Store) LiftStop(ctx context.Context, id, by string, at time.Time) (Stop, error) {
	var stop Stop
	err := s.changingStops(ctx, id, func(tx *transaction, known found[Stop]) error {
		if !known.is {
			return fmt.Errorf("%w: %q", ErrUnknownStop, id)
		}
		stop = known.value
		if !stop.Lifted.IsZero() {
			return nil
		}
		stop.Lifted, stop.LiftedBy = businessTime(at), by
		if stop.Lifted.Before(stop.At) {
			stop.Lifted = stop.At
		}
		stop.Changes++
		stop.ToldCreditor, stop.ToldInvoice = "", ""
		var writes batch
		writes.exec(s.sql.LiftStop, stop)
		s.noteStop(&writes, stop, "lifted", by, stop.Lifted, stop.describe()+" lifted: "+stop.Reason)
		return writes.run(ctx, tx)
	})
	return stop, err
}

// changingStops runs a transaction on a stop while nothing leaves.
func (s *Store) changingStops(ctx context.Context, id string, change func(tx *transaction, known found[Stop]) error) error {
	return s.writing(ctx, func(tx *transaction) error {
		var known found[Stop]
		var reads batch
		reads.exec(s.sql.LockStops)
		one(&reads, &known, s.sql.LoadStop, named{"id": id})
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the stop %s: %w", id, err)
		}
		return change(tx, known)
	})
}

// validate refuses a stop that does not say whom it is about.
func (s Stop) validate() error {
	if err := s.Stop.Validate(); err != nil {
		return err
	}
	wants := map[collection.StopScope][3]bool{
		collection.ScopeInvoice: {true, false, true}, collection.ScopeDebtor: {true, true, false},
		collection.ScopeCreditor: {true, false, false}, collection.ScopeEverything: {false, false, false},
	}[s.Scope]
	for i, part := range []struct{ name, given string }{{"creditor", s.Creditor}, {"debtor", s.Debtor}, {"invoice", s.Invoice}} {
		debtorOfInvoice := s.Scope == collection.ScopeInvoice && part.name == "debtor"
		switch {
		case wants[i] && part.given == "":
			return refuse(collection.RefusedInvalid, "the %s %s is for one %s: say which %s", s.Kind, s.ID, s.Scope, part.name)
		case !wants[i] && part.given != "" && !debtorOfInvoice:
			return refuse(collection.RefusedInvalid, "the %s %s is for the scope %q and names the %s %s as well: leave that out, or choose a narrower scope",
				s.Kind, s.ID, s.Scope, part.name, part.given)
		}
	}
	return nil
}

// findDebtor fills in the debtor of an invoice.
func (s *Store) findDebtor(ctx context.Context, on runner, stop *Stop) error {
	if stop.Scope != collection.ScopeInvoice {
		return nil
	}
	var owes found[struct{ Debtor string }]
	var b batch
	one(&b, &owes, s.sql.DebtorOfInvoice, *stop)
	if err := b.run(ctx, on); err != nil {
		return fmt.Errorf("finding invoice %s of %s: %w", stop.Invoice, stop.Creditor, err)
	}
	if !owes.is {
		return unknownCase(stop.Creditor, stop.Invoice)
	}
	stop.Debtor = owes.value.Debtor
	return nil
}

// unknownParty makes the error of a reference that leads nowhere readable.
func unknownParty(err error, stop Stop) error {
	var database *pgconn.PgError
	if !errors.As(err, &database) || database.Code != "23503" { // foreign_key_violation
		return err
	}
	if stop.Debtor == "" || database.ConstraintName == "stop_creditor_fkey" {
		return fmt.Errorf("%w: %s", ErrUnknownCreditor, stop.Creditor)
	}
	return fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, stop.Debtor, stop.Creditor)
}

// agrees is a *ConflictError unless the stop was set before with the same facts.
func (s Stop) agrees(again Stop) error {
	for _, fact := range []struct{ field, known, given string }{
		{"kind", string(s.Kind), string(again.Kind)}, {"scope", string(s.Scope), string(again.Scope)},
		{"creditor", s.Creditor, again.Creditor}, {"debtor", s.Debtor, again.Debtor}, {"invoice", s.Invoice, again.Invoice},
		{"reason", s.Reason, again.Reason}, {"last day", s.Until.String(), again.Until.String()},
	} {
		if fact.known != fact.given {
			return &ConflictError{Subject: "the stop " + s.ID, Field: fact.field, Known: fact.known, Given: fact.given}
		}
	}
	return nil
}

// describe is the stop in words, without personal data.
func (s Stop) describe() string {
	about := map[collection.StopScope]string{
		collection.ScopeInvoice: "invoice " + s.Invoice, collection.ScopeDebtor: "debtor " + s.Debtor,
		collection.ScopeCreditor: "the creditor", collection.ScopeEverything: "everybody",
	}[s.Scope]
	return fmt.Sprintf("%s %s of %s", s.Kind, s.ID, about)
}

func (s Stop) untilInWords() string {
	if s.Until.IsZero() {
		return ""
	}
	return " until " + s.Until.String()
}

// noteStop queues the journal entry of a stop: in the file of its invoice, else with
// the creditor, or with every creditor.
func (s *Store) noteStop(writes *batch, stop Stop, what, by string, at time.Time, summary string) {
	writes.exec(s.sql.NoteStop, named{
		"key": "stop/" + stop.ID + "/" + what, "kind": "stop-" + what, "actor": by, "summary": summary, "at": at,
	}, stop)
}

// CaseName names a case.
type CaseName = caseName

// StopFilter selects stops; empty fields select all.
type StopFilter struct {
	// Creditor and Debtor select what concerns them: also what is wider.
	Creditor string
	Debtor   string
	// InForce leaves out stops that are lifted or ended before Today.
	InForce bool
	Today   calendar.Date
	// ToTell leaves out stops of which all cases were told.
	ToTell bool
	// Limit is 100 unless given; After is the ID of the last stop seen.
	Limit int
	After string
}

// Stops lists stops in the order they were set.
func (s *Store) Stops(ctx context.Context, filter StopFilter) ([]Stop, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var stops []Stop
	var b batch
	all(&b, &stops, s.sql.ListStops, filter)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the stops: %w", err)
	}
	return stops, nil
}

// CasesOfStop lists the open cases in the scope of a stop that were not told of its
// last change yet, by creditor and invoice.
func (s *Store) CasesOfStop(ctx context.Context, stop Stop, limit int) ([]CaseName, error) {
	var names []CaseName
	var b batch
	all(&b, &names, s.sql.ListCasesOfStop, stop, named{"after_creditor": stop.ToldCreditor, "after_invoice": stop.ToldInvoice, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases of the stop %s: %w", stop.ID, err)
	}
	return names, nil
}

// MarkStopTold records that the cases in the scope of a stop were told of its last
// change: all of them, or those until one (ToldCreditor, ToldInvoice). If the stop has
// changed meanwhile it records nothing.
func (s *Store) MarkStopTold(ctx context.Context, stop Stop, all bool) error {
	var b batch
	b.exec(s.sql.MarkStopTold, stop, named{"all": all})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("recording who was told of the stop %s: %w", stop.ID, err)
	}
	return nil
}

// checkStops refuses a stop that a case was told of and that was never set: what is
// wider than a case is not its to decide.
func (c *lockedCase) checkStops(events []collection.Event) error {
	for _, event := range events {
		taken, isStop := event.(collection.StopTaken)
		known := slices.ContainsFunc(c.stops, func(s collection.Stop) bool { return s.ID == taken.Stop.ID })
		if isStop && !known {
			return refuse(collection.RefusedConflict, "no stop %q concerns the case %s: set it with relance stop, or by POST /v1/stops", taken.Stop.ID, c.now.ID())
		}
	}
	return nil
}

// NarrowestScope is the scope that whom the stop names stands for.
func (s Stop) NarrowestScope() collection.StopScope {
	switch {
	case s.Invoice != "":
		return collection.ScopeInvoice
	case s.Debtor != "":
		return collection.ScopeDebtor
	case s.Creditor != "":
		return collection.ScopeCreditor
	default:
		return collection.ScopeEverything
	}
}
