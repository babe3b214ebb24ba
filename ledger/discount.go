package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// A discount for quick payment is an offer until its condition is met: it counts as a
// credit from the day on which, with it, nothing is owed any more, if that day is not
// after its last. Value dates decide, whenever the news of a payment comes. A reversal
// of such a payment takes the discount away again. None of this is recorded: it follows
// from the offer and the other facts, as everything on an account does.

// DiscountState is how an offer of a discount stands on a day.
type DiscountState string

// How an offer of a discount can stand.
const (
	DiscountOpen    DiscountState = "open"
	DiscountApplied DiscountState = "applied"
	DiscountExpired DiscountState = "expired"
	DiscountRevoked DiscountState = "revoked"
)

// Discount is an offer of a discount and how it stands.
type Discount struct {
	Entry

	State DiscountState
	// AppliedOn is the value date on which its condition was met.
	AppliedOn calendar.Date
	// ToPay is what is to be paid to have it, while it is open.
	ToPay money.Amount
}

// Discounts lists the offers of discounts with how they stand at the end of a day,
// in the order they were made.
func (a Account) Discounts(day calendar.Date) ([]Discount, error) {
	var discounts []Discount
	reduced, met, err := a.withDiscounts(day)
	if err != nil {
		return nil, err
	}
	for _, offer := range a.offers() {
		d := Discount{Entry: offer, State: DiscountOpen, ToPay: offer.Amount.Zero()}
		switch applied, isMet := met[offer.ID]; {
		case isMet:
			d.State, d.AppliedOn = DiscountApplied, applied
		case !a.revokedOn(offer.ID).IsZero():
			d.State = DiscountRevoked
		case day > offer.Until:
			d.State = DiscountExpired
		default:
			s, err := reduced.settleFacts(day)
			if err != nil {
				return nil, err
			}
			d.ToPay = money.FromMinor(max(0, s.rest(offer)-offer.Amount.Minor()), offer.Amount.Currency())
		}
		discounts = append(discounts, d)
	}
	return discounts, nil
}

// OpenDiscount is the offer that can still be taken on a day; found is false when
// there is none.
func (a Account) OpenDiscount(day calendar.Date) (open Discount, found bool) {
	discounts, err := a.Discounts(day)
	if err != nil {
		return Discount{}, false
	}
	i := slices.IndexFunc(discounts, func(d Discount) bool { return d.State == DiscountOpen && d.ValueDate <= day })
	if i < 0 {
		return Discount{}, false
	}
	return discounts[i], true
}

// offers are the discounts that were offered, in the order of time.
func (a Account) offers() []Entry {
	var offers []Entry
	for _, e := range a.entries {
		if e.Kind == EntryDiscount {
			offers = append(offers, e)
		}
	}
	slices.SortFunc(offers, inTime)
	return offers
}

// revokedOn is the first day on which an offer was revoked, not set when it was not.
func (a Account) revokedOn(id string) calendar.Date {
	first := calendar.Date(0)
	for _, e := range a.entries {
		if e.Kind == EntryDiscountRevoked && e.Reverses == id && (first.IsZero() || e.ValueDate < first) {
			first = e.ValueDate
		}
	}
	return first
}

// withDiscounts is the account on which the offers are replaced by the credits that
// those come to whose condition is met by a day; met says on which day each was.
func (a Account) withDiscounts(day calendar.Date) (Account, map[string]calendar.Date, error) {
	offers := a.offers()
	if len(offers) == 0 {
		return a, nil, nil
	}
	reduced := Account{claim: a.claim, entries: maps.Clone(a.entries)}
	maps.DeleteFunc(reduced.entries, func(k entryKey, _ Entry) bool { return k.kind == EntryDiscount })
	met := map[string]calendar.Date{}
	for _, offer := range offers {
		credit, isMet, err := reduced.creditOf(offer, day, a.revokedOn(offer.ID))
		if err != nil {
			return a, nil, err
		}
		if !isMet {
			continue
		}
		met[offer.ID] = credit.ValueDate
		reduced.entries[entryKey{EntryDiscount, offer.ID}] = credit
		if !offer.KeepsLateFees {
			given := Entry{Kind: EntryWaiver, ID: "discount/" + offer.ID, ValueDate: credit.ValueDate, Note: "given up with the discount " + offer.ID}
			reduced.entries[entryKey{EntryWaiver, given.ID}] = given
		}
	}
	return reduced, met, nil
}

// creditOf is what an offer comes to by a day, on an account without it.
func (a Account) creditOf(offer Entry, day, revoked calendar.Date) (credit Entry, isMet bool, err error) {
	last := min(day, offer.Until)
	if !revoked.IsZero() {
		last = min(last, revoked.AddDays(-1))
	}
	if offer.ValueDate > day {
		return Entry{}, false, nil
	}
	inTime := a.asKnownOn(day, last)
	for _, on := range inTime.daysFrom(offer.ValueDate, last) {
		s, err := inTime.settleFacts(on)
		if err != nil {
			return Entry{}, false, err
		}
		if rest := s.rest(offer); rest <= offer.Amount.Minor() && s.position.Paid.Sign() > 0 {
			credit = offer
			// The discount is due as it was offered: what was paid beyond the rest is the debtor's.
			credit.Amount, credit.ValueDate = money.FromMinor(s.toCredit(offer)+offer.Amount.Minor()-rest, offer.Amount.Currency()), on
			return credit, true, nil
		}
	}
	return Entry{}, false, nil
}

// rest is what is missing for nothing to be owed.
func (s *settlement) rest(offer Entry) int64 {
	p := s.position
	if offer.KeepsLateFees {
		return p.Open.Minor() + p.LateFees.Open(p.Total.Currency()).Minor()
	}
	// Money that paid late fees counts for the principal: they are given up.
	return max(0, p.Total.Minor()-p.Credited.Minor()-p.Paid.Minor())
}

// toCredit is what must be credited so that nothing is owed.
func (s *settlement) toCredit(offer Entry) int64 {
	if offer.KeepsLateFees {
		return s.rest(offer)
	}
	return s.position.Open.Minor()
}

// asKnownOn is the account with what came by the last day, as it is known on a day:
// without the payments that were taken back since.
func (a Account) asKnownOn(day, last calendar.Date) Account {
	known := Account{claim: a.claim, entries: map[entryKey]Entry{}}
	reversed := map[string]bool{}
	for _, e := range a.entries {
		if e.Kind == EntryReversal && e.ValueDate <= day {
			reversed[e.Reverses] = true
		}
	}
	for key, e := range a.entries {
		if e.ValueDate <= last && e.Kind != EntryReversal && (e.Kind != EntryPayment || !reversed[e.ID]) {
			known.entries[key] = e
		}
	}
	return known
}

// daysFrom are the days from the first to the last on which something happened, and
// the first itself.
func (a Account) daysFrom(first, last calendar.Date) []calendar.Date {
	if first > last {
		return nil
	}
	days := []calendar.Date{first}
	for _, e := range a.entries {
		if e.ValueDate > first && e.ValueDate <= last {
			days = append(days, e.ValueDate)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// refuseDiscount refuses an offer that would be no offer.
func (a Account) refuseDiscount(e Entry) error {
	position, err := a.Position()
	if err != nil {
		return err
	}
	open := position.Open.Minor() + position.LateFees.Open(position.Total.Currency()).Minor()
	switch {
	case e.Amount.Currency() != a.claim.Total.Currency():
		return collection.Refuse(collection.RefusedInvalid, "the discount %s is in %s and the invoice in %s", e.ID, e.Amount.Currency(), a.claim.Total.Currency())
	case open == 0:
		return collection.Refuse(collection.RefusedNotNow, "nothing is open: there is nothing to give a discount on")
	case e.Amount.Minor() >= min(open, cmp.Or(position.Open.Minor(), open)):
		return collection.Refuse(collection.RefusedInvalid, "the discount %s of %s is all of the %s that is open: issue a credit note, or close the case", e.ID, e.Amount, position.Open)
	}
	for _, offer := range a.offers() {
		if a.revokedOn(offer.ID).IsZero() && offer.Until >= e.ValueDate {
			return collection.Refuse(collection.RefusedConflict, "the discount %s can be taken until %s: revoke it before another is offered", offer.ID, offer.Until)
		}
	}
	return nil
}

// refuseRevocation refuses to revoke what was not offered.
func (a Account) refuseRevocation(e Entry) error {
	if _, known := a.entries[entryKey{EntryDiscount, e.Reverses}]; !known {
		return collection.Refuse(collection.RefusedInvalid, "no discount %s was offered", e.Reverses)
	}
	return nil
}

// isCredit reports whether entries of the kind lower the price.
func (k EntryKind) isCredit() bool { return k == EntryCreditNote || k == EntryDiscount }

// discountMovement begins the ID of a discount among the movements of the tariff,
// where it is a credit note like any other. The control character keeps it apart from
// every number of a credit note.
const discountMovement = "\x00discount/"

func (e Entry) movementID() string {
	if e.Kind == EntryDiscount {
		return discountMovement + e.ID
	}
	return e.ID
}

// entryOfMovement is the entry that a movement of the tariff stands for.
func entryOfMovement(kind EntryKind, id string) (EntryKind, string) {
	if discount, is := strings.CutPrefix(id, discountMovement); is && kind == EntryCreditNote {
		return EntryDiscount, discount
	}
	return kind, id
}
