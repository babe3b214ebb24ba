package ledger

import (
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
	// EntryClaim: from its value date on the debtor is asked for the late fees as
	// well as for the principal. Until then a payment pays the principal, because
	// nothing else was asked for.
	EntryClaim EntryKind = "late-fees-claim"
	// EntryCost is a cost of recovery that the creditor can prove and claims.
	EntryCost EntryKind = "cost"
	// EntryWaiver: the creditor gives up late fees that were claimed, all that is
	// open of a part unless it has an amount.
	EntryWaiver EntryKind = "waiver"
	// EntryDiscount offers a discount for payment in full by a day, Until; it counts
	// once that condition is met, and EntryDiscountRevoked ends the offer before.
	EntryDiscount        EntryKind = "discount"
	EntryDiscountRevoked EntryKind = "discount-revoked"
	// EntryNoticeReceived, EntryJudgment and EntryInsolvency are no money but days
	// that change the interest: the debtor received a formal notice, a judgment
	// became enforceable, insolvency proceedings were opened.
	EntryNoticeReceived EntryKind = "formal-notice-received"
	EntryJudgment       EntryKind = "judgment-enforceable"
	EntryInsolvency     EntryKind = "insolvency-opened"
	// EntryInsolvencyLifted takes back the opening of the same ID: the judgment was
	// annulled, or the notice of it was mistaken, so that interest never stopped.
	EntryInsolvencyLifted EntryKind = "insolvency-lifted"
	// EntryInterestPaused: no interest runs from its value date to Until, or until
	// further notice, by the law that its Note names. EntryInterestPauseLifted takes
	// back the pause of the same ID, as if it had never been: one that ends on another
	// day, or was a mistake.
	EntryInterestPaused      EntryKind = "interest-paused"
	EntryInterestPauseLifted EntryKind = "interest-pause-lifted"
)

// EntryKinds lists the kinds of entry.
func EntryKinds() []EntryKind {
	return []EntryKind{
		EntryPayment, EntryReversal, EntryCreditNote, EntryClaim, EntryCost, EntryWaiver, EntryDiscount, EntryDiscountRevoked,
		EntryNoticeReceived, EntryJudgment, EntryInsolvency, EntryInsolvencyLifted, EntryInterestPaused, EntryInterestPauseLifted,
	}
}

// IsKept reports whether an entry is recorded though its invoice is not known yet:
// money that came, went back or was credited must not be lost.
func (k EntryKind) IsKept() bool {
	return k == EntryPayment || k == EntryReversal || k == EntryCreditNote
}

// hasAmount reports whether every entry of the kind has one.
func (k EntryKind) hasAmount() bool {
	return k == EntryPayment || k == EntryCreditNote || k == EntryCost || k == EntryDiscount
}

// Part is a part of what is owed, each on its own line of the ledger.
type Part string

// The parts of what is owed. The fixed sum is the indemnity for recovery costs.
const (
	PartPrincipal Part = "principal"
	PartInterest  Part = "interest"
	PartIndemnity Part = "indemnity"
	PartCosts     Part = "costs"
)

// LateFeeParts lists the parts that are not principal.
func LateFeeParts() []Part { return []Part{PartInterest, PartIndemnity, PartCosts} }

// Entry is one fact about the money of an invoice, under its own natural key:
// the payment's ID, the reversal's ID, the credit note's number.
type Entry struct {
	Kind EntryKind
	ID   string
	// Amount is positive for every kind that has one; a reversal takes back its
	// whole payment and has none, nor has a claim, and a waiver need not.
	Amount money.Amount
	// Reverses is the ID of the payment a reversal takes back, or of the discount that
	// is revoked.
	Reverses string
	// ValueDate is the day the funds were available, the payment bounced, the
	// credit note was issued, the late fees were claimed or waived.
	ValueDate calendar.Date
	// Part is what a waiver gives up; all late fees when it is empty.
	Part Part `json:",omitempty"`
	// Note says why something was waived, what a cost was for, or by which law the
	// interest pauses.
	Note string `json:",omitempty"`
	// Until is the last value date of the payment that earns a discount, or the last day
	// of a pause of the interest.
	Until calendar.Date `json:",omitzero"`
	// KeepsLateFees: a discount is earned only when the late fees that were claimed are
	// paid as well; else they are given up with it.
	KeepsLateFees bool `json:",omitempty"`
}

// maxMinor bounds one entry, so that typing errors are caught and thousands of
// entries still add up without overflow.
const maxMinor = 1_000_000_000_000_00

// Validate refuses an entry that cannot be a fact: no ID, no positive amount, an
// amount beyond any invoice, a reversal of nothing, a waiver without a reason.
func (e Entry) Validate() error {
	invalid := func(format string, args ...any) error {
		return collection.Refuse(collection.RefusedInvalid, format, args...)
	}
	if !slices.Contains(EntryKinds(), e.Kind) {
		return invalid("%q is no kind of entry: the kinds are %s", e.Kind, EntryKinds())
	}
	if err := collection.CheckID("the "+string(e.Kind), e.ID); err != nil {
		return err
	}
	if err := e.validateAmount(invalid); err != nil {
		return err
	}
	switch {
	case e.Kind == EntryReversal && e.Reverses == "":
		return invalid("the reversal %s does not name the payment it takes back", e.ID)
	case e.Kind == EntryReversal:
		return collection.CheckID("the payment", e.Reverses)
	case e.Kind == EntryDiscountRevoked:
		return collection.CheckID("the discount", e.Reverses)
	case e.Kind == EntryDiscount && (e.ValueDate.IsZero() || e.Until < e.ValueDate):
		return invalid("the discount %s is offered on %q and ends on %q: it must end on that day or later", e.ID, e.ValueDate, e.Until)
	case e.Kind == EntryWaiver && e.Part != "" && !slices.Contains(LateFeeParts(), e.Part):
		return invalid("the waiver %s is of %q: what can be waived are %s", e.ID, e.Part, LateFeeParts())
	case e.Kind == EntryWaiver && e.Part == "" && !e.Amount.IsZero():
		return invalid("the waiver %s of %s does not say of what: name one of %s", e.ID, e.Amount, LateFeeParts())
	case e.Kind == EntryWaiver && e.Note == "":
		return invalid("the waiver %s has no reason", e.ID)
	case e.Kind == EntryInterestPaused && (e.ValueDate.IsZero() || !e.Until.IsZero() && e.Until < e.ValueDate):
		return invalid("the pause %s of the interest begins on %q and ends on %q: it must have a first day, and end on that day or later", e.ID, e.ValueDate, e.Until)
	case e.Kind == EntryCost && e.Note == "":
		return invalid("the cost %s does not say what it was for", e.ID)
	case !collection.IsPlainText(e.Note):
		return invalid("the note of the %s %s is too long or has control characters in it", e.Kind, e.ID)
	default:
		return nil
	}
}

func (e Entry) validateAmount(invalid func(string, ...any) error) error {
	switch {
	case e.Kind.hasAmount() && e.Amount.Currency() == "":
		return invalid("the %s %s has no amount with a currency", e.Kind, e.ID)
	case e.Kind.hasAmount() && e.Amount.Sign() <= 0:
		return invalid("the %s %s is of %s: it must be more than nothing", e.Kind, e.ID, e.Amount)
	case e.Kind == EntryWaiver && e.Amount.Sign() < 0:
		return invalid("the waiver %s is of %s: it must be more than nothing", e.ID, e.Amount)
	case e.Amount.Minor() > maxMinor:
		return invalid("the %s %s is of %s, which is beyond any invoice: check the amount", e.Kind, e.ID, e.Amount)
	default:
		return nil
	}
}

// sameFact compares what makes two entries the same; a duplicate may carry
// another value date (the day a webhook was received, say) and stays one.
func (e Entry) sameFact(other Entry) bool {
	return e.Amount == other.Amount && e.Reverses == other.Reverses && e.Part == other.Part &&
		e.Until == other.Until && e.KeepsLateFees == other.KeepsLateFees
}

func (e Entry) describe() string {
	switch e.Kind {
	case EntryReversal:
		return "the reversal of payment " + e.Reverses
	case EntryClaim, EntryNoticeReceived, EntryJudgment, EntryInsolvency, EntryInsolvencyLifted, EntryInterestPaused, EntryInterestPauseLifted:
		return string(e.Kind)
	case EntryDiscount:
		return e.Amount.String() + " until " + e.Until.String()
	case EntryDiscountRevoked:
		return "the revocation of discount " + e.Reverses
	case EntryWaiver:
		if e.Part == "" {
			return "a waiver of all late fees"
		}
		return "a waiver of " + string(e.Part) + " " + e.Amount.String()
	default:
		return e.Amount.String()
	}
}
