package casefile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// Posting is an entry on its way to the ledger.
type Posting struct {
	Creditor string
	// Invoice is the number the entry names; it need not be known.
	Invoice string
	Entry   ledger.Entry
	// Source is where the entry comes from: "signal", "import", "bank".
	Source string
	Actor  string
	At     time.Time
	// Role is that of the person who offers a discount, and ApprovedBy who released one
	// beyond what the role may grant, with a role of its own.
	Role       collection.Role
	ApprovedBy string
}

// Posted is what became of an entry.
type Posted struct {
	Outcome ledger.EntryOutcome
	// Position is zero while the invoice is not known.
	Position ledger.Position
	// LateFees is what is asked for beside the principal once that is paid.
	LateFees money.Amount
	// Settled is what was received on the account.
	Settled collection.Settled
	// KnownInvoice is false when the entry is kept until its invoice arrives.
	KnownInvoice bool
	// WasClosed and IsClosed say whether the case was closed before and after.
	WasClosed bool
	IsClosed  bool
	// ReopenedPlan is the ID of the instalment plan that the entry, a reversal, has go on
	// again; Plan is the one that the case of a reversal follows.
	ReopenedPlan string
	Plan         collection.FollowedPlan
	// Concluded is the ID of the mediation in which the discount was agreed on that the
	// entry offers.
	Concluded string
}

// PostEntry records a payment, a reversal or a credit note, rewrites the
// allocations and takes the new position into the case, in one transaction.
//
// The same entry again is ledger.EntryDuplicate and changes nothing. An
// entry that contradicts a known one (another amount, another invoice) is a
// *collection.Refusal with RefusedConflict. An entry for an unknown invoice, or
// in another currency, is kept as ledger.EntryUnmatched with a match-payment
// task.
func (s *Store) PostEntry(ctx context.Context, posting Posting) (Posted, error) {
	return s.postEntry(ctx, posting, s.writing)
}

// postEntry posts an entry in a transaction that lasts, or in one that is taken back.
func (s *Store) postEntry(ctx context.Context, posting Posting, within transacting) (Posted, error) {
	if err := posting.Entry.Validate(); err != nil {
		return Posted{}, err
	}
	var posted Posted
	why := because{at: posting.At, actor: posting.Actor, cause: entryKey(posting.Entry)}
	again := false
	post := func(tx *transaction) error {
		c, kept, err := s.lockForEntry(ctx, tx, posting, why, again)
		if errors.Is(err, ErrUnknownCase) {
			c, err = s.awaitInvoice(ctx, tx, posting, why)
		}
		switch {
		case errors.Is(err, ErrUnknownCase):
			posted, err = c.keep(posting)
		case err == nil:
			posted, err = c.post(posting)
		}
		if err == nil && kept != nil {
			posted.ReopenedPlan, err = kept.reopen(ctx, c)
		}
		if err != nil {
			return err
		}
		if posting.Entry.Kind == ledger.EntryReversal {
			posted.Plan, _ = c.now.ActivePlan()
		}
		return c.saveEntry(ctx)
	}
	err := within(ctx, post)
	if errors.Is(err, errPlanKeptMeanwhile) {
		again = true
		err = within(ctx, post)
	}
	if errors.Is(err, errEntryElsewhere) {
		err = s.refuseElsewhere(ctx, posting)
	}
	return posted, err
}

// errEntryElsewhere: the entry's key is taken by an entry of another invoice.
var errEntryElsewhere = errors.New("the entry is recorded for another invoice")

func (s *Store) refuseElsewhere(ctx context.Context, posting Posting) error {
	var known found[struct{ Invoice string }]
	var b batch
	one(&b, &known, s.sql.InvoiceOfEntry, posting, posting.Entry)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("finding the invoice of the %s %s: %w", posting.Entry.Kind, posting.Entry.ID, err)
	}
	return refuse(collection.RefusedConflict, "the %s %s is already recorded for invoice %s and cannot count for invoice %s as well",
		posting.Entry.Kind, posting.Entry.ID, orNothing(known.value.Invoice), orNothing(posting.Invoice))
}

// awaitInvoice looks again once nobody can be opening the case.
func (s *Store) awaitInvoice(ctx context.Context, tx *transaction, posting Posting, why because) (*lockedCase, error) {
	var lock batch
	var owner found[Creditor]
	lock.exec(s.sql.LockInvoiceNumber, posting)
	one(&lock, &owner, s.sql.LoadCreditor, posting)
	if err := lock.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("recording the %s %s: %w", posting.Entry.Kind, posting.Entry.ID, err)
	}
	if !owner.is {
		return nil, fmt.Errorf("%w: %s", ErrUnknownCreditor, posting.Creditor)
	}
	return s.lockCase(ctx, tx, posting.Creditor, posting.Invoice, why, nil)
}

// post puts an entry on the account of a known case.
func (c *lockedCase) post(p Posting) (Posted, error) {
	posted, err := c.postAs(p, "", func(position collection.TakePosition) collection.Command { return position })
	if err == nil && c.posted {
		c.tellPartnerOfPayment(p.Entry)
	}
	if err == nil {
		posted.Concluded = c.concludeByDiscount(p.Entry)
	}
	return posted, err
}

// postAs is post, with a part of the key of its history and the command by which the
// case takes the new position.
func (c *lockedCase) postAs(p Posting, part string, taken func(collection.TakePosition) collection.Command) (Posted, error) {
	account, outcome, err := c.account.Post(p.Entry)
	if err != nil {
		return Posted{}, err
	}
	posted := Posted{Outcome: outcome, KnownInvoice: true, WasClosed: c.before.IsClosed()}
	if outcome != ledger.EntryDuplicate {
		if err := c.refuseDiscount(p); err != nil {
			return Posted{}, err
		}
		surplus := c.position.Overpaid
		c.account, c.posted, c.valueDate = account, true, p.Entry.ValueDate
		if c.position, err = account.Position(); err != nil {
			return Posted{}, err
		}
		c.insertEntry(p)
		if err := c.reallocate(); err != nil {
			return Posted{}, err
		}
		c.noteEntry(c.cause+part, p.Entry, outcome)
		if outcome == ledger.EntryUnmatched && p.Entry.Kind != ledger.EntryReversal {
			c.askToMatch(p.Entry, "the invoice is in "+string(c.position.Total.Currency()))
		}
		before := c.now
		c.report(taken(collection.TakePosition{
			Open: c.position.Open, LateFees: account.LateFeesAlone(c.position), Settled: settled(c.position), On: c.now.Window.DateOf(c.at),
		}))
		c.tellConclusion(before)
		c.askAboutMoney(p.Entry, surplus)
	}
	posted.Settled = settled(c.position)
	posted.Position, posted.LateFees, posted.IsClosed = c.position, c.now.LateFees, c.now.IsClosed()
	return posted, nil
}

// settled is what a position has received, as the core counts it.
func settled(p ledger.Position) collection.Settled { return collection.NewSettled(p.Paid, p.Credited) }

// keep records an entry whose invoice is not known. What is no money waits for
// nothing: it is refused.
func (c *lockedCase) keep(p Posting) (Posted, error) {
	if !p.Entry.Kind.IsKept() {
		return Posted{}, unknownCase(p.Creditor, p.Invoice)
	}
	c.record.value = caseRecord{Creditor: p.Creditor, Invoice: p.Invoice}
	known, err := account(ledger.Claim{Total: p.Entry.Amount.Zero()}, c.entries)
	if err != nil {
		return Posted{}, err
	}
	_, outcome, err := known.Post(p.Entry)
	if err != nil {
		return Posted{}, err
	}
	if outcome == ledger.EntryDuplicate {
		return Posted{Outcome: outcome}, nil
	}
	c.insertEntry(p)
	c.noteOn(c.cause, "entry-unmatched", fmt.Sprintf("%s is kept: the invoice %s is not known", describe(p.Entry), orNothing(p.Invoice)), basis{SHA256: hashOfEntry(p.Entry)})
	c.askToMatch(p.Entry, "the invoice "+orNothing(p.Invoice)+" is not known")
	return Posted{Outcome: ledger.EntryUnmatched}, nil
}

// saveEntry writes the case, or only the entry when there is no case.
func (c *lockedCase) saveEntry(ctx context.Context) error {
	if c.record.is {
		return c.save(ctx)
	}
	c.tx.later(&c.writes)
	return nil
}

func (c *lockedCase) insertEntry(p Posting) {
	c.writes.execCounted(func(rows int64) error {
		if rows == 0 {
			return errEntryElsewhere
		}
		return nil
	}, c.store.sql.InsertEntry, c.key(), named{"at": c.at}, p, p.Entry)
}

// reallocate rewrites which part of each entry pays the invoice.
func (c *lockedCase) reallocate() error {
	c.writes.exec(c.store.sql.DeleteAllocations, c.key())
	return c.allocate()
}

// allocate writes which part of each entry pays the invoice, for the first time.
func (c *lockedCase) allocate() error {
	allocations, err := c.account.Allocations()
	if err != nil {
		return err
	}
	var kinds, entries, parts []string
	var amounts []int64
	for _, a := range allocations {
		kinds, entries, parts = append(kinds, string(a.Kind)), append(entries, a.ID), append(parts, string(a.Part))
		amounts = append(amounts, a.Amount.Minor())
	}
	if len(kinds) > 0 {
		c.writes.exec(c.store.sql.InsertAllocations, c.key(), named{
			"currency": string(c.position.Total.Currency()), "kinds": kinds, "entries": entries, "parts": parts, "amounts": amounts,
		})
	}
	return nil
}

// askToMatch opens a task about an entry that counts for nothing yet.
func (c *lockedCase) askToMatch(e ledger.Entry, why string) {
	c.insertTask(&Task{
		Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Kind: collection.TaskMatchPayment, Key: matchingKey(e),
		Title: "Find out what " + describe(e) + " is for", Detail: why, State: TaskOpen, OpenedAt: c.at,
	})
}

// tell says in the history what an entry did.
func (c *lockedCase) tell(e ledger.Entry, outcome ledger.EntryOutcome) string {
	what := describe(e)
	switch {
	case outcome == ledger.EntryUnmatched && e.Kind == ledger.EntryReversal:
		return what + " is kept until the payment is known"
	case outcome == ledger.EntryUnmatched:
		return what + " is kept and does not count: the invoice is in " + string(c.position.Total.Currency())
	case outcome == ledger.EntryOverpaid:
		return fmt.Sprintf("%s: nothing is open, and %s beyond the claim belongs to the debtor", what, c.position.Overpaid)
	default:
		return fmt.Sprintf("%s: %s is open%s", what, c.position.Open, c.lateFeesInWords())
	}
}

// lateFeesInWords says what is asked for beside the principal.
func (c *lockedCase) lateFeesInWords() string {
	fees := c.position.LateFees
	switch {
	case fees.Unknown != "":
		return "; the interest is not counted: " + fees.Unknown
	case fees.ClaimedFrom.IsZero():
		return ""
	default:
		return fmt.Sprintf(", and %s of late fees", fees.Open(c.position.Total.Currency()))
	}
}

func describe(e ledger.Entry) string {
	switch e.Kind {
	case ledger.EntryReversal:
		return fmt.Sprintf("the reversal %s of payment %s", e.ID, e.Reverses)
	case ledger.EntryClaim:
		return fmt.Sprintf("the late fees are claimed from %s on", e.ValueDate)
	case ledger.EntryNoticeReceived:
		return fmt.Sprintf("the debtor received a formal notice on %s", e.ValueDate)
	case ledger.EntryJudgment:
		return fmt.Sprintf("a judgment became enforceable on %s", e.ValueDate)
	case ledger.EntryInsolvencyLifted:
		return fmt.Sprintf("the opening of insolvency proceedings counts no more, from %s on", e.ValueDate)
	case ledger.EntryInsolvency:
		return fmt.Sprintf("insolvency proceedings were opened on %s", e.ValueDate)
	case ledger.EntryInterestPaused:
		if e.Until.IsZero() {
			return fmt.Sprintf("no interest runs from %s on (%s)", e.ValueDate, e.Note)
		}
		return fmt.Sprintf("no interest ran from %s to %s (%s)", e.ValueDate, e.Until, e.Note)
	case ledger.EntryInterestPauseLifted:
		return fmt.Sprintf("the pause of the interest from %s on counts no more", e.ValueDate)
	case ledger.EntryDiscount:
		return "the discount " + discountInWords(e)
	case ledger.EntryDiscountRevoked:
		return "the discount " + e.Reverses + " is revoked"
	case ledger.EntryWaiver:
		return "the waiver " + e.ID + " of " + waivedInWords(e)
	default:
		return fmt.Sprintf("the %s %s of %s", strings.ReplaceAll(string(e.Kind), "-", " "), e.ID, e.Amount)
	}
}

func waivedInWords(e ledger.Entry) string {
	switch {
	case e.Part == "":
		return "all late fees"
	case e.Amount.IsZero():
		return "the whole " + string(e.Part)
	default:
		return fmt.Sprintf("%s of %s", e.Amount, e.Part)
	}
}

// noteEntry queues the line of the history that binds an entry of the ledger: one
// without a line was put in (verifier.checkEntries).
func (c *lockedCase) noteEntry(key string, e ledger.Entry, outcome ledger.EntryOutcome) {
	c.noteOn(key, historyKind(e, outcome), c.tell(e, outcome), basis{SHA256: hashOfEntry(e)})
}

func historyKind(e ledger.Entry, outcome ledger.EntryOutcome) string {
	if outcome == ledger.EntryUnmatched {
		return "entry-unmatched"
	}
	switch e.Kind {
	case ledger.EntryReversal:
		return "payment-reversed"
	case ledger.EntryCreditNote:
		return "credit-note-issued"
	case ledger.EntryPayment:
		return "payment-received"
	case ledger.EntryClaim:
		return "late-fees-claimed"
	case ledger.EntryWaiver:
		return "late-fees-waived"
	case ledger.EntryCost:
		return "cost-claimed"
	case ledger.EntryDiscount:
		return "discount-offered"
	default:
		return string(e.Kind)
	}
}

// entryPrefix begins the keys of the lines of the history that tell of entries.
const entryPrefix = "entry/"

func entryKey(e ledger.Entry) string    { return fmt.Sprintf(entryPrefix+"%s/%s", e.Kind, e.ID) }
func matchingKey(e ledger.Entry) string { return fmt.Sprintf("match/%s/%s", e.Kind, e.ID) }
