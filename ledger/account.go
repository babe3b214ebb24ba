// Package ledger is the money of a claim: the facts that change what is owed, the
// account they make, and how it stands. It is pure: what is owed follows from the
// set of facts alone, whatever the order in which they came and however often.
package ledger

import (
	"maps"

	"relance/calendar"
	"relance/collection"
	"relance/latefees"
	"relance/money"
)

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

// Claim is what an account is about: an invoice and how the law and the contract
// see it.
type Claim struct {
	// Total is what the invoice claims.
	Total money.Amount
	// Due is its due date. It may be missing where there are no late fees.
	Due calendar.Date
	// Tariff prices late payment; nil when no late fees are counted.
	Tariff *latefees.Tariff
	// Consumer: no costs of recovery may be claimed (CPCE L111-8).
	Consumer bool
	// Tolerance is the rest below which a claim counts as paid once something was
	// paid or credited.
	Tolerance money.Amount
}

// Account is what is owed on one invoice: its claim and the set of entries on
// it. It is a value; the position follows from the set alone, whatever the order
// in which the entries came and however often.
type Account struct {
	claim   Claim
	entries map[entryKey]Entry
}

// NewAccount is an account without entries.
func NewAccount(claim Claim) Account { return Account{claim: claim} }

// AccountOf is the account of a claim and the entries on it, as they were
// recorded: each valid and under its own key.
func AccountOf(claim Claim, entries []Entry) (Account, error) {
	a := Account{claim: claim, entries: make(map[entryKey]Entry, len(entries))}
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

// Claim is what the account is about.
func (a Account) Claim() Claim { return a.claim }

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
	if err := a.refuseFor(e); err != nil {
		return a, "", err
	}
	before, err := a.Position()
	if err != nil {
		return a, "", err
	}
	posted := Account{claim: a.claim, entries: maps.Clone(a.entries)}
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

// refuseFor refuses an entry that this claim cannot have.
func (a Account) refuseFor(e Entry) error {
	switch {
	case e.Kind == EntryCost && a.claim.Consumer:
		return collection.Refuse(collection.RefusedInvalid,
			"the cost %s cannot be claimed: the costs of recovery without an enforceable title stay with the creditor of a consumer (CPCE L111-8)", e.ID)
	case e.Kind == EntryClaim && a.claim.Tariff == nil:
		return collection.Refuse(collection.RefusedInvalid,
			"there are no late fees to claim: none are configured for this creditor, or no rule is known for this debtor")
	case e.Kind == EntryCost && e.Amount.Currency() != a.claim.Total.Currency():
		return collection.Refuse(collection.RefusedInvalid, "the cost %s is in %s and the invoice in %s", e.ID, e.Amount.Currency(), a.claim.Total.Currency())
	case e.Kind == EntryDiscount:
		return a.refuseDiscount(e)
	case e.Kind == EntryDiscountRevoked:
		return a.refuseRevocation(e)
	default:
		return nil
	}
}

func (a Account) outcome(e Entry, before, after Position) EntryOutcome {
	switch {
	case e.Kind == EntryReversal && a.entries[entryKey{EntryPayment, e.Reverses}].ID == "",
		(e.Kind == EntryPayment || e.Kind == EntryCreditNote) && e.Amount.Currency() != a.claim.Total.Currency():
		return EntryUnmatched
	case after.Overpaid.Minor() > before.Overpaid.Minor():
		return EntryOverpaid
	default:
		return EntryApplied
	}
}
