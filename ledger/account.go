// Package ledger is the money of a claim: the facts that change what is owed, the
// account they make, and how it stands. It is pure: what is owed follows from the
// set of facts alone, whatever the order in which they came and however often.
package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// EntryKind says what an entry does to what is owed.
type EntryKind string

// The kinds of entry on an account.
const (
	EntryPayment    EntryKind = "payment"
	EntryReversal   EntryKind = "reversal"
	EntryCreditNote EntryKind = "credit-note"
)

// Entry is one fact about the money of an invoice, under its own natural key:
// the payment's ID, the reversal's ID, the credit note's number.
type Entry struct {
	Kind EntryKind
	ID   string
	// Amount is positive for every kind; a reversal takes back its whole payment
	// and has none.
	Amount money.Amount
	// Reverses is the ID of the payment a reversal takes back.
	Reverses string
	// ValueDate is the day the funds were available, the payment bounced, or the
	// credit note was issued.
	ValueDate calendar.Date
}

// EntryOutcome is what became of an entry that was posted.
type EntryOutcome string

// What can become of an entry.
const (
	// EntryApplied: it counts towards the claim, wholly or in part.
	EntryApplied EntryOutcome = "applied"
	// EntryDuplicate: the same entry was known already; nothing changed.
	EntryDuplicate EntryOutcome = "duplicate"
	// EntryOverpaid: it settled the claim and left money over.
	EntryOverpaid EntryOutcome = "overpaid"
	// EntryUnmatched: it is kept, but does not count: another currency, or a
	// reversal whose payment is not known yet.
	EntryUnmatched EntryOutcome = "unmatched"
)

type entryKey struct {
	kind EntryKind
	id   string
}

// Account is what is owed on one invoice: its total and the set of entries on
// it. It is a value; the position follows from the set alone, whatever the order
// in which the entries came and however often.
type Account struct {
	total   money.Amount
	entries map[entryKey]Entry
}

// NewAccount is the account of an invoice of a total.
func NewAccount(total money.Amount) Account {
	return Account{total: total}
}

// AccountOf is the account of a total and the entries on it, as they were
// recorded: each valid and under its own key.
func AccountOf(total money.Amount, entries []Entry) (Account, error) {
	a := Account{total: total, entries: make(map[entryKey]Entry, len(entries))}
	for _, e := range entries {
		if err := e.Validate(); err != nil {
			return Account{}, err
		}
		key := entryKey{e.Kind, e.ID}
		if known, found := a.entries[key]; found && !known.sameFact(e) {
			return Account{}, collection.Refuse(collection.RefusedConflict, "the %s %s is recorded twice, as %s and as %s", e.Kind, e.ID, known.describe(), e.describe())
		}
		a.entries[key] = e
	}
	return a, nil
}

// Position is how an account stands: Total + Overpaid = Paid + Credited + Open.
type Position struct {
	Total    money.Amount `json:"total"`
	Paid     money.Amount `json:"paid"`
	Credited money.Amount `json:"credited"`
	// Open is what is still owed, never negative.
	Open money.Amount `json:"open"`
	// Overpaid is what was received beyond the claim and belongs to the debtor.
	Overpaid money.Amount `json:"overpaid"`
}

// Allocation is the part of a payment or credit note that pays the invoice.
type Allocation struct {
	Kind   EntryKind
	ID     string
	Amount money.Amount
}

// Post adds an entry. The same entry again changes nothing and is a duplicate;
// another entry under a known key is refused, because one of them is wrong.
func (a Account) Post(e Entry) (Account, EntryOutcome, error) {
	if err := e.Validate(); err != nil {
		return a, "", err
	}
	key := entryKey{e.Kind, e.ID}
	if known, found := a.entries[key]; found {
		if !known.sameFact(e) {
			return a, "", collection.Refuse(collection.RefusedConflict, "the %s %s is already recorded as %s and cannot be recorded again as %s",
				e.Kind, e.ID, known.describe(), e.describe())
		}
		return a, EntryDuplicate, nil
	}
	before, err := a.Position()
	if err != nil {
		return a, "", err
	}
	posted := Account{total: a.total, entries: maps.Clone(a.entries)}
	if posted.entries == nil {
		posted.entries = map[entryKey]Entry{}
	}
	posted.entries[key] = e
	after, err := posted.Position()
	if err != nil {
		return a, "", err
	}
	return posted, posted.outcome(e, before, after), nil
}

func (a Account) outcome(e Entry, before, after Position) EntryOutcome {
	switch {
	case e.Kind == EntryReversal && a.entries[entryKey{EntryPayment, e.Reverses}].ID == "",
		e.Kind != EntryReversal && e.Amount.Currency() != a.total.Currency():
		return EntryUnmatched
	case after.Overpaid.Minor() > before.Overpaid.Minor():
		return EntryOverpaid
	default:
		return EntryApplied
	}
}

// Position is how the account stands now. It fails only when the amounts are
// too large to add.
func (a Account) Position() (Position, error) {
	zero := a.total.Zero()
	position := Position{Total: a.total, Paid: zero, Credited: zero, Open: zero, Overpaid: zero}
	var err error
	for _, e := range a.counting() {
		if e.Kind == EntryCreditNote {
			position.Credited, err = position.Credited.Add(e.Amount)
		} else {
			position.Paid, err = position.Paid.Add(e.Amount)
		}
		if err != nil {
			return Position{}, fmt.Errorf("adding the %s %s: %w", e.Kind, e.ID, err)
		}
	}
	received, err := position.Paid.Add(position.Credited)
	if err != nil {
		return Position{}, err
	}
	rest, err := a.total.Sub(received)
	if err != nil {
		return Position{}, err
	}
	if rest.Sign() >= 0 {
		position.Open = rest
	} else {
		position.Overpaid = rest.Neg()
	}
	return position, nil
}

// Allocations says which part of each counting entry pays the invoice: credit
// notes first, then payments by value date. What is left of a payment is the
// debtor's credit.
func (a Account) Allocations() []Allocation {
	rest := a.total.Minor()
	var allocations []Allocation
	for _, e := range a.counting() {
		part := min(rest, e.Amount.Minor())
		rest -= part
		allocations = append(allocations, Allocation{Kind: e.Kind, ID: e.ID, Amount: money.FromMinor(part, a.total.Currency())})
	}
	return allocations
}

// counting lists the entries that count towards the claim, in the order of
// allocation.
func (a Account) counting() []Entry {
	reversed := map[string]bool{}
	for _, e := range a.entries {
		if e.Kind == EntryReversal {
			reversed[e.Reverses] = true
		}
	}
	var counting []Entry
	for _, e := range a.entries {
		isMoney := e.Kind == EntryCreditNote || e.Kind == EntryPayment && !reversed[e.ID]
		if isMoney && e.Amount.Currency() == a.total.Currency() {
			counting = append(counting, e)
		}
	}
	slices.SortFunc(counting, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ValueDate, y.ValueDate), cmp.Compare(x.ID, y.ID))
	})
	return counting
}

// Validate refuses an entry that cannot be a fact: no ID, no positive amount, an
// amount beyond any invoice, a reversal of nothing.
func (e Entry) Validate() error {
	if err := collection.CheckID("the "+string(e.Kind), e.ID); err != nil && e.Kind != "" {
		return err
	}
	switch {
	case !slices.Contains([]EntryKind{EntryPayment, EntryReversal, EntryCreditNote}, e.Kind):
		return collection.Refuse(collection.RefusedInvalid, "%q is no kind of entry: it is a %s, a %s or a %s", e.Kind, EntryPayment, EntryReversal, EntryCreditNote)
	case e.Kind == EntryReversal && e.Reverses != "" && collection.CheckID("the payment", e.Reverses) != nil:
		return collection.CheckID("the payment", e.Reverses)
	case e.Kind == EntryReversal && e.Reverses == "":
		return collection.Refuse(collection.RefusedInvalid, "the reversal %s does not name the payment it takes back", e.ID)
	case e.Kind != EntryReversal && e.Amount.Currency() == "":
		return collection.Refuse(collection.RefusedInvalid, "the %s %s has no amount with a currency", e.Kind, e.ID)
	case e.Kind != EntryReversal && e.Amount.Sign() <= 0:
		return collection.Refuse(collection.RefusedInvalid, "the %s %s is of %s: it must be more than nothing", e.Kind, e.ID, e.Amount)
	case e.Amount.Minor() > maxMinor:
		return collection.Refuse(collection.RefusedInvalid, "the %s %s is of %s, which is beyond any invoice: check the amount", e.Kind, e.ID, e.Amount)
	default:
		return nil
	}
}

// maxMinor bounds one entry, so that typing errors are caught and thousands of
// entries still add up without overflow.
const maxMinor = 1_000_000_000_000_00

// sameFact compares what makes two entries the same; a duplicate may carry
// another value date (the day a webhook was received, say) and stays one.
func (e Entry) sameFact(other Entry) bool {
	return e.Amount == other.Amount && e.Reverses == other.Reverses
}

func (e Entry) describe() string {
	if e.Kind == EntryReversal {
		return "the reversal of payment " + e.Reverses
	}
	return e.Amount.String()
}
