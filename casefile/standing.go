package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// knownStanding is what is known of a debtor, as the row of the debtor has it.
type knownStanding struct {
	Creditor        string
	Debtor          string
	Kind            DebtorKind
	Standing        collection.Standing
	Revision        int
	CreditorCountry string
	CreditorZone    string
}

// knownDebtor is a debtor with what is known of it.
type knownDebtor struct {
	Debtor
	Standing         collection.Standing
	StandingRevision int
}

// standing is what of its debtor's standing concerns this claim.
func (r caseRecord) standing() collection.Standing {
	concerning := r.Standing
	if !concerning.Insolvency.ConcernsClaim(r.CompletedOn, r.IssueDate, r.DueDate) {
		concerning.Insolvency = collection.Insolvency{}
	}
	if concerning.Insolvency.IsKnown() {
		concerning.Insolvency.Told = r.InsolvencyTold
	}
	return concerning
}

// changingStanding changes what is known of a debtor and has all of its cases take
// it, in one transaction: from its end on no message about a frozen claim can leave,
// whatever the workflows know. change returns the new standing, and false when
// nothing has changed.
func (s *Store) changingStanding(
	ctx context.Context, creditor, debtor string, why because, change func(*transaction, knownStanding, *batch) (collection.Standing, bool, error),
) error {
	return s.writing(ctx, func(tx *transaction) error {
		var known found[knownStanding]
		var lock batch
		one(&lock, &known, s.sql.LockStanding, named{"creditor": creditor, "debtor": debtor})
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("reading what is known of the debtor %s of %s: %w", debtor, creditor, err)
		}
		if !known.is {
			return fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
		}
		revision := known.value.Revision
		var writes batch
		standing, changed, err := change(tx, known.value, &writes)
		if err != nil {
			return err
		}
		if !changed {
			return writes.run(ctx, tx)
		}
		revision++
		cases, err := s.lockAllOfDebtor(ctx, tx, creditor, debtor, why)
		if err != nil {
			return err
		}
		writes.exec(s.sql.SaveStanding, named{"creditor": creditor, "debtor": debtor, "standing": standing, "revision": revision})
		if err := writes.run(ctx, tx); err != nil {
			return fmt.Errorf("recording what is known of the debtor %s of %s: %w", debtor, creditor, err)
		}
		for _, c := range cases {
			c.record.value.Standing = standing
			if c.before.Insolvency.Proceeding != standing.Insolvency.Proceeding {
				c.record.value.InsolvencyTold = 0
			}
			if err := c.takeStanding(); err != nil {
				return err
			}
		}
		return cases.save(ctx)
	})
}

func (s *Store) lockAllOfDebtor(ctx context.Context, tx *transaction, creditor, debtor string, why because) (lockedCases, error) {
	var names []caseName
	var locks batch
	all(&locks, &names, s.sql.LockAllCasesOfDebtor, named{"creditor": creditor, "debtor": debtor})
	if err := locks.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("locking the cases of the debtor %s of %s: %w", debtor, creditor, err)
	}
	return s.readLocked(ctx, tx, names, why, nil)
}

// takeStanding has a locked case take what its row says of the debtor, and stops the
// interest of a claim that the proceedings concern.
func (c *lockedCase) takeStanding() error {
	standing := c.record.value.standing()
	before := c.now
	c.report(collection.TakeStanding{Standing: standing})
	c.tellConclusion(before)
	c.reproject = true
	if c.now.Insolvency != before.Insolvency && standing.Insolvency.IsKnown() {
		c.noteAs(c.cause+"/taken", "insolvency", c.now.Insolvency.Words(c.day()))
	}
	if err := c.stopInterest(standing.Insolvency); err != nil {
		return err
	}
	return c.pauseInterest(standing.Hardship)
}

// stopInterest posts the opening of proceedings to the account of a claim that they
// concern, and takes it back when they were lifted. Both count once.
func (c *lockedCase) stopInterest(i collection.Insolvency) error {
	if !i.IsKnown() {
		return nil
	}
	entry := ledger.Entry{Kind: ledger.EntryInsolvency, ID: i.Proceeding + "/" + c.record.value.Invoice, ValueDate: i.Judgment}
	if err := c.postOf(entry); err != nil {
		return err
	}
	if i.End != collection.InsolvencyLifted {
		return nil
	}
	entry.Kind, entry.ValueDate = ledger.EntryInsolvencyLifted, i.EndedOn
	return c.postOf(entry)
}

func (c *lockedCase) postOf(entry ledger.Entry) error {
	err := c.postFact(entry, "insolvency")
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return nil // another entry says so already
	}
	return err
}

// postFact posts an entry that is no money and came from a source.
func (c *lockedCase) postFact(entry ledger.Entry, source string) error {
	cause := c.cause
	c.cause = entryKey(entry)
	defer func() { c.cause = cause }()
	_, err := c.post(Posting{Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Entry: entry, Source: source, Actor: c.actor, At: c.at})
	return err
}

// beginStanding has a new case know what is known of its debtor.
func (c *lockedCase) beginStanding(o Opening, owner Creditor, debtor found[knownDebtor]) error {
	if !debtor.is {
		return nil
	}
	known := caseRecord{Standing: debtor.value.Standing}
	known.claimDates = claimDates{IssueDate: o.Invoice.IssueDate, DueDate: o.Invoice.DueDate, CompletedOn: o.Invoice.CompletedOn}
	standing := known.standing()
	c.report(collection.TakeStanding{Standing: standing})
	if pause, found := c.store.interestPause(standing.Hardship, known.claimDates, o.liability(owner)); found {
		pause.ID = pauseID(standing.Hardship, o.Invoice.Number, 1)
		if err := c.beginWith(o, pause, "hardship"); err != nil {
			return err
		}
	}
	if !standing.Insolvency.IsKnown() {
		return nil
	}
	c.noteAs(c.cause+"/insolvency", "insolvency", c.now.Insolvency.Words(c.day()))
	entry := ledger.Entry{Kind: ledger.EntryInsolvency, ID: standing.Insolvency.Proceeding + "/" + o.Invoice.Number, ValueDate: standing.Insolvency.Judgment}
	if standing.Insolvency.End == collection.InsolvencyLifted {
		return nil
	}
	return c.beginWith(o, entry, "insolvency")
}

// beginWith puts an entry that is no money on the account of a new case.
func (c *lockedCase) beginWith(o Opening, entry ledger.Entry, source string) error {
	opened, outcome, err := c.account.Post(entry)
	if err != nil || outcome == ledger.EntryDuplicate {
		return err
	}
	c.account = opened
	c.insertEntry(Posting{Creditor: o.Invoice.Creditor, Invoice: o.Invoice.Number, Entry: entry, Source: source, Actor: o.Actor})
	if c.position, err = c.account.Position(); err != nil {
		return err
	}
	c.noteEntry(entryKey(entry), entry, outcome)
	return nil
}

// stillness says in words what keeps a case still for good, "" when nothing does.
func stillness(c collection.Case, today calendar.Date) string {
	switch {
	case c.Insolvency.Freezes():
		return "the debtor is in insolvency proceedings"
	case c.Hardship.Kind == collection.OverIndebtedness && c.Hardship.Holds(today):
		return "the debtor's over-indebtedness is being dealt with"
	default:
		return ""
	}
}

// thaw withholds what was about to leave when the claim is frozen, and brings back
// what people had to do when it is not any more.
func (c *lockedCase) thaw() {
	if !isDunned(c.before) || !isDunned(c.now) {
		return
	}
	switch before, now := stillness(c.before, c.day()), stillness(c.now, c.day()); {
	case before == "" && now != "":
		why := named{"why": now, "day": c.day(), "owner_roles": collection.TaskPullLetter.TaskOwners()}
		c.writes.exec(c.store.sql.FreezeTasks, c.key(), c.causes(), why)
		c.writes.exec(c.store.sql.FreezeMessages, c.key(), c.causes(), why)
		c.writes.exec(c.store.sql.FreezeLetters, c.key(), c.causes(), why)
	case before != "" && now == "":
		c.writes.exec(c.store.sql.ReopenTasks, c.key(), c.causes())
		c.requeueLetters("what kept the claim still is over")
	}
}

// StandingTaken is what a case must know of its debtor, and how its account stands
// with it; Limitation is that of the claim, not known where it is not watched, and Place is
// where the debtor is, by whose days and hours it is contacted.
type StandingTaken struct {
	Place      collection.Place
	Standing   collection.Standing
	Open       money.Amount
	LateFees   money.Amount
	Limitation collection.Limitation
}

// TakeStanding reads what a case must know of its debtor. A case that was opened at
// the same moment as its debtor's proceedings were recorded learns of them here, the claim on
// a debtor that is of another kind by now has the limitation of that, and the case of one
// that is at another place the days and hours of that.
func (s *Store) TakeStanding(ctx context.Context, creditor, invoice string, at time.Time) (StandingTaken, error) {
	var taken StandingTaken
	var events []LimitationEvent
	var debtor found[Debtor]
	key := named{"creditor": creditor, "invoice": invoice}
	err := s.changing(ctx, creditor, invoice, because{at: at, actor: keeper, cause: "standing"}, func(b *batch) {
		all(b, &events, s.sql.LoadLimitationEvents, key)
		one(b, &debtor, s.sql.LoadDebtor, key)
	}, func(c *lockedCase) error {
		c.reckonForKind(events)
		c.takePlace(debtor.value)
		if err := c.stopInterest(c.now.Insolvency); err != nil {
			return err
		}
		if err := c.pauseInterest(c.now.Hardship); err != nil {
			return err
		}
		c.reproject = true
		taken = StandingTaken{
			Standing: collection.Standing{Insolvency: c.now.Insolvency, Hardship: c.now.Hardship}, Open: c.now.Open, LateFees: c.now.LateFees,
			Limitation: c.now.Limitation, Place: collection.Place{Holidays: c.now.Window.Country, Zone: c.now.Window.Zone.String()},
		}
		return nil
	})
	return taken, err
}

// CaseToTell is an open case whose workflow does not know yet what is known of its
// debtor in a revision.
type CaseToTell struct {
	Creditor string
	Invoice  string
	Revision int
}

// CasesToTell lists the open cases whose workflows are to be told of their debtor.
func (s *Store) CasesToTell(ctx context.Context, limit int) ([]CaseToTell, error) {
	var rows []CaseToTell
	var b batch
	all(&b, &rows, s.sql.ListCasesToTell, named{"limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases to be told of their debtor: %w", err)
	}
	return rows, nil
}

// MarkTold notes that the workflow of a case has been told.
func (s *Store) MarkTold(ctx context.Context, told CaseToTell) error {
	var b batch
	b.exec(s.sql.MarkTold, told)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("noting that %s/%s was told of its debtor: %w", told.Creditor, told.Invoice, err)
	}
	return nil
}

// day is the date of the write, where the debtor is.
func (c *lockedCase) day() calendar.Date { return c.now.Window.DateOf(c.at) }
