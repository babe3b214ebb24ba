package casefile

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// caseRecord is the row of a case with its invoice and its strategy.
type caseRecord struct {
	Creditor string
	Invoice  string
	Debtor   string
	claimDates
	Total money.Amount
	// Open, LateFees are as projected; what counts is the ledger.
	Open         money.Amount
	LateFees     money.Amount
	LateFeesTask bool
	liability
	calendar.Window
	Strategy        string
	StrategyVersion int
	Round           int
	ResumeAt        string
	NotBefore       time.Time
	// ContactPolicy bounds how often the creditor contacts the debtor.
	ContactPolicy collection.ContactPolicies
	// Terms are what the creditor said of promises and disputes when the case was opened.
	Terms collection.CreditorTerms
	// Rules is the version of the rules the case was opened under.
	Rules int
	// Arrangements is what each role at the creditor may grant.
	Arrangements arrangements.Policy
	PostponedFor collection.PostponedFor
	Outcome      collection.Stage
	limitationColumns
	// Standing is what is known of the debtor, whichever of its claims it concerns.
	Standing       collection.Standing
	InsolvencyTold calendar.Date
	Handoffs       []collection.Handoff
	Projection
	// Heard: an answer was taken in whose hold the case does not have yet; HeardUntil is
	// the last day of that hold once it is ordered.
	Heard      bool
	HeardUntil calendar.Date
	// ReplacedUntil is the day to pay by that a letter in place of another names, where it is
	// later than the one the case knows.
	ReplacedUntil calendar.Date
	// HasMore: there may be something that readRest reads.
	HasMore  bool
	OpenedAt time.Time
	ClosedAt time.Time
	Wall     time.Time // the wall time of the transaction
}

// caseRows are the rows a case is rebuilt from.
type caseRows struct {
	record found[caseRecord]
	// strategy is the version that the record names.
	strategy collection.Strategy
	entries  []LedgerEntry
	notices  []Notice
	holds    []collection.Hold
	// promises and disputes are as the rows have them: see promisesAsKept.
	promises []collection.Promise
	disputes []collection.Dispute
	// mediations are in the order they were proposed.
	mediations []collection.Mediation
	stops      []collection.Stop
	plans      []collection.FollowedPlan
}

// readCase queues the reads of what every case has. Once they have run, readRest reads
// what few have.
func (s *Store) readCase(b *batch, rows *caseRows, creditor, invoice string) {
	key := named{"creditor": creditor, "invoice": invoice}
	one(b, &rows.record, s.sql.LoadCase, key)
	all(b, &rows.entries, s.sql.LoadEntries, key)
	all(b, &rows.notices, s.sql.LoadNotices, key)
}

// readRest reads of cases what few of them have and the strategies that are not in
// memory, and asks nothing when there is nothing to ask.
func (s *Store) readRest(ctx context.Context, tx *transaction, cases ...*caseRows) error {
	var b batch
	for _, rows := range cases {
		record := rows.record.value
		s.readStrategy(&b, rows)
		if !record.HasMore {
			continue
		}
		key := named{"creditor": record.Creditor, "invoice": record.Invoice}
		all(&b, &rows.holds, s.sql.LoadHolds, key)
		all(&b, &rows.promises, s.sql.LoadPromises, key)
		all(&b, &rows.disputes, s.sql.LoadDisputes, key)
		all(&b, &rows.mediations, s.sql.LoadMediations, key)
		all(&b, &rows.stops, s.sql.LoadStopsOfCase, key, named{"debtor": "", "at": time.Time{}})
		all(&b, &rows.plans, s.sql.LoadCasePlans, key)
	}
	return b.run(ctx, tx)
}

func pointersTo[T any](list []T) []*T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return pointers
}

// account is the account that the entries make.
func account(claim ledger.Claim, recorded []LedgerEntry) (ledger.Account, error) {
	entries := make([]ledger.Entry, 0, len(recorded))
	for _, entry := range recorded {
		entries = append(entries, entry.Entry)
	}
	a, err := ledger.AccountOf(claim, entries)
	if err != nil {
		return a, fmt.Errorf("the ledger has an entry that cannot be: %w", err)
	}
	return a, nil
}

// rebuild is the case that the rows tell of, with its account.
func (s *Store) rebuild(r caseRows) (collection.Case, ledger.Account, ledger.Position, error) {
	record := r.record.value
	a, err := account(s.tariffs.Load().claim(record.liability, record.Total, record.DueDate), r.entries)
	if err != nil {
		return collection.Case{}, a, ledger.Position{}, err
	}
	position, err := a.Position()
	if err != nil {
		return collection.Case{}, a, ledger.Position{}, err
	}
	c := collection.Case{
		Creditor: record.Creditor, Invoice: record.Invoice, Debtor: record.Debtor,
		DueDate: record.DueDate, Open: position.Open, LateFees: money.OmitNothing(a.LateFeesAlone(position)), LateFeesTask: record.LateFeesTask,
		Window: record.Window, Strategy: r.strategy, Terms: record.Terms, Rules: record.Rules,
		Round: record.Round, Holds: r.holds, Stops: r.stops, ResumeAt: record.ResumeAt, NotBefore: record.NotBefore, PostponedFor: record.PostponedFor, Outcome: record.Outcome,
		Limitation: record.limitation(), Mediations: asInCase(r.mediations), Plans: r.plans,
		Promises: promisesAsKept(r.promises), Disputes: disputesAsKept(r.disputes), Settled: settled(position),
	}
	standing := record.standing()
	c.Insolvency, c.Hardship = standing.Insolvency, standing.Hardship
	if len(record.Handoffs) > 0 {
		c.Handoffs = record.Handoffs
	}
	for _, notice := range r.notices {
		if notice.Round == record.Round {
			c.Steps = append(c.Steps, notice.StepRecord)
		}
	}
	return c, a, position, nil
}

// project is what others must know of a case at an instant.
func project(c collection.Case, at time.Time) Projection {
	next := collection.Next(c, at)
	if c.IsClosed() {
		next.At = time.Time{} // a partner is told to stop at once, which is no date of the case
	}
	return Projection{Stage: c.Stage(at), NextStep: next.Step.Key, NextAt: businessTime(next.At), Why: next.Because.String()}
}

// lockedCase is one case under the lock of its row: what it was, what it has
// become, and the writes that will make the rows say so.
type lockedCase struct {
	store *Store
	tx    *transaction
	caseRows

	// at is the business time of the writes, actor who they are due to, and cause
	// the natural key of what happened, which prefixes the keys of the history.
	at    time.Time
	actor string
	cause string

	before   collection.Case
	now      collection.Case
	account  ledger.Account
	position ledger.Position
	writes   batch
	// reproject has the projection written though nothing happened.
	reproject bool
	// onLetters: the writes change letters that may be about other cases as well.
	onLetters bool
	// posted: the account has changed, by an entry of a value date.
	posted    bool
	valueDate calendar.Date
	// partnerFees are the legs of what a partner kept, to be booked.
	partnerFees []ledger.Leg
}

// because names what happened, for the history.
type because struct {
	at    time.Time
	actor string
	cause string
}

// newCase is a case that nothing is known of yet.
func (s *Store) newCase(tx *transaction, why because) *lockedCase {
	return &lockedCase{store: s, tx: tx, at: businessTime(why.at), actor: authorOf(why.actor), cause: why.cause}
}

// lockCase locks the row of a case and reads it, with what else is queued in the
// same round trip. Without a case the error is ErrUnknownCase, and the entries
// that name the invoice are read all the same.
func (s *Store) lockCase(ctx context.Context, tx *transaction, creditor, invoice string, why because, also func(*batch)) (*lockedCase, error) {
	c := s.newCase(tx, why)
	var reads batch
	reads.exec(s.sql.LockCase, named{"creditor": creditor, "invoice": invoice})
	s.readCase(&reads, &c.caseRows, creditor, invoice)
	if also != nil {
		also(&reads)
	}
	if err := reads.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, creditor, err)
	}
	if !c.record.is {
		return c, unknownCase(creditor, invoice)
	}
	err := s.readRest(ctx, tx, &c.caseRows)
	if err != nil {
		return nil, fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, creditor, err)
	}
	c.before, c.account, c.position, err = s.rebuild(c.caseRows)
	c.now = c.before
	return c, err
}

func unknownCase(creditor, invoice string) error {
	return fmt.Errorf("%w: %s", ErrUnknownCase, collection.WorkflowID(creditor, invoice))
}

// changing runs a transaction on a case and writes what became of it.
func (s *Store) changing(ctx context.Context, creditor, invoice string, why because, also func(*batch), change func(*lockedCase) error) error {
	return s.writing(ctx, func(tx *transaction) error {
		c, err := s.lockCase(ctx, tx, creditor, invoice, why, also)
		if err != nil {
			return err
		}
		if err := change(c); err != nil {
			return err
		}
		return c.save(ctx)
	})
}

// report tells the case what happened and applies what the core makes of it. A
// fact stays a fact when the case has no use for it (a step of a strategy that it
// no longer follows): a refusal changes nothing.
func (c *lockedCase) report(command collection.Command) {
	events, err := collection.Decide(c.now, command)
	if err == nil {
		c.now = collection.ApplyAll(c.now, events)
	}
}

// note queues a line of the history under the cause, or the cause and a part.
func (c *lockedCase) note(part, kind, summary string) {
	c.noteAs(c.cause+part, kind, summary)
}

func (c *lockedCase) noteAs(key, kind, summary string) {
	c.noteOn(key, kind, summary, basis{})
}

// noteOn queues a line of the history with what the act rested on.
func (c *lockedCase) noteOn(key, kind, summary string, on basis) {
	c.writes.exec(c.store.sql.InsertHistory, c.key(), c.based(on), named{
		"key": key, "kind": kind, "actor": c.actor, "summary": summary, "at": c.at,
	})
}

func (c *lockedCase) key() named {
	return named{"creditor": c.record.value.Creditor, "invoice": c.record.value.Invoice}
}

// save writes what changed of the case, its projection, and all that was queued,
// together with the commit. A transaction that changed nothing writes nothing.
func (c *lockedCase) save(ctx context.Context) error { return lockedCases{c}.save(ctx) }

// finish queues what changed of the case and its projection.
func (c *lockedCase) finish(ctx context.Context) error {
	if c.reproject || !reflect.DeepEqual(c.before, c.now) {
		if err := c.saveStrategy(ctx); err != nil {
			return err
		}
		c.saveSteps()
		c.saveHolds()
		c.savePromises()
		c.saveDisputes()
		c.saveMediations()
		c.savePlans()
		c.saveCase()
	} else if c.lateFeesChanged() || c.offerChanged() {
		c.keepLettersTrue()
	}
	if c.posted || len(c.partnerFees) > 0 || c.before.Outcome != c.now.Outcome {
		if err := c.rebook(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *lockedCase) saveSteps() {
	for i, record := range c.now.Steps {
		if i < len(c.before.Steps) && reflect.DeepEqual(record, c.before.Steps[i]) {
			continue
		}
		if record.Attempts == nil {
			record.Attempts = []collection.Attempt{}
		}
		c.writes.exec(c.store.sql.UpsertNotice, c.key(), named{"round": c.now.Round, "ordinal": i, "at": record.At}, record)
	}
}

func (c *lockedCase) saveHolds() {
	for i, hold := range c.now.Holds {
		if i < len(c.before.Holds) && hold == c.before.Holds[i] {
			continue
		}
		c.writes.exec(c.store.sql.UpsertHold, c.key(), named{"ordinal": i}, hold)
	}
}

func (c *lockedCase) saveStrategy(ctx context.Context) error {
	if reflect.DeepEqual(c.before.Strategy, c.now.Strategy) {
		return nil
	}
	return c.store.keepStrategy(ctx, c.tx, c.now.Strategy)
}

// saveCase writes the row of the case and, when the case was closed or reopened,
// what follows from it.
func (c *lockedCase) saveCase() {
	was, is := c.record.value, project(c.now, c.at)
	closedAt := was.ClosedAt
	switch closed := c.now.IsClosed(); {
	case closed && was.ClosedAt.IsZero():
		closedAt = c.at
		c.note("/closed", "case-closed", "the case is closed: "+string(is.Stage))
	case !closed && !was.ClosedAt.IsZero():
		closedAt = time.Time{}
		c.note("/reopened", "case-reopened", "the case is open again: "+c.owedInWords()+" is owed")
	}
	// Reminders, and what people do about them, are for the principal: they end with
	// it, whatever is open of the late fees.
	c.thaw()
	wasDunned := was.ClosedAt.IsZero() && was.Open.Sign() > 0 // what is owed can change by the law alone
	switch before, now := wasDunned, isDunned(c.now); {
	case before && !now:
		c.writes.exec(c.store.sql.CancelTasks, c.key(), c.causes())
		c.writes.exec(c.store.sql.WithholdMessages, c.key(), c.causes())
		c.writes.exec(c.store.sql.CancelLetters, c.key(), c.causes(), c.today(), named{"why": "nothing is left to collect", "owner_roles": collection.TaskPullLetter.TaskOwners()})
	case !before && now:
		c.writes.exec(c.store.sql.ReopenTasks, c.key(), c.causes())
		if !isKeptBack(c.now) {
			c.requeueLetters("the case is open again")
		}
	case c.now.IsClosed() && was.ClosedAt.IsZero():
		c.writes.exec(c.store.sql.CancelTasks, c.key(), c.causes())
	}
	c.keepLettersTrue()
	unchanged := is == was.Projection && closedAt.Equal(was.ClosedAt) && c.now.Open == was.Open &&
		c.now.LateFees.Minor() == was.LateFees.Minor() && c.now.LateFeesTask == was.LateFeesTask &&
		reflect.DeepEqual(c.now.Limitation, c.before.Limitation) && c.now.Insolvency.Told == was.InsolvencyTold && reflect.DeepEqual(c.now.Handoffs, c.before.Handoffs) &&
		c.now.ResumeAt == was.ResumeAt && c.now.NotBefore.Equal(was.NotBefore) && c.now.PostponedFor == was.PostponedFor && c.now.Outcome == was.Outcome && c.now.Window == was.Window &&
		c.now.Strategy.Name == was.Strategy && c.now.Strategy.Version == was.StrategyVersion
	if unchanged {
		return
	}
	c.writes.exec(c.store.sql.UpdateCase, c.key(), is, c.now.Window, columnsOf(c.now.Limitation), named{
		"strategy": c.now.Strategy.Name, "strategy_version": c.now.Strategy.Version,
		"round": c.now.Round, "resume_at": c.now.ResumeAt, "not_before": c.now.NotBefore, "postponed_for": c.now.PostponedFor, "outcome": c.now.Outcome,
		"open": c.now.Open, "late_fees": c.now.LateFees, "late_fees_task": c.now.LateFeesTask, "closed_at": closedAt, "insolvency_told": c.now.Insolvency.Told, "handoffs": orEmpty(c.now.Handoffs),
	})
}

// isDunned reports whether the principal of a case is being collected.
func isDunned(c collection.Case) bool { return !c.IsClosed() && c.Open.Sign() > 0 }

func (c *lockedCase) owedInWords() string {
	if c.now.Open.Sign() > 0 {
		return c.now.Open.String()
	}
	return c.now.LateFees.String() + " of late fees"
}

func (c *lockedCase) causes() named {
	return named{"actor": c.actor, "cause": c.cause, "at": c.at}
}
