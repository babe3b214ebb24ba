package workflows

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// LateFeesClaim says that from a day on the debtor is asked for the late fees as
// well. The notices of a strategy claim them by themselves where the creditor's
// configuration says so.
type LateFeesClaim struct {
	ID string `json:"id"`
	// ClaimedOn is the day, YYYY-MM-DD; today when it is missing.
	ClaimedOn calendar.Date `json:"claimed_on,omitzero"`
	By        string        `json:"by,omitempty"`
}

// LateFeesWaiver gives up late fees: all of them, all of a part, or an amount of
// a part (interest, indemnity or costs). It needs a Reason.
type LateFeesWaiver struct {
	ID       string        `json:"id"`
	Part     ledger.Part   `json:"part,omitempty"`
	Amount   Decimal       `json:"amount,omitempty"`
	Currency string        `json:"currency,omitempty"`
	Reason   string        `json:"reason"`
	WaivedOn calendar.Date `json:"waived_on,omitzero"`
	By       string        `json:"by,omitempty"`
}

// CostClaim adds a cost of recovery that the creditor can prove; What says what
// it was for. It is refused for consumers.
type CostClaim struct {
	ID         string        `json:"id"`
	Amount     Decimal       `json:"amount"`
	Currency   string        `json:"currency"`
	What       string        `json:"what"`
	IncurredOn calendar.Date `json:"incurred_on,omitzero"`
	By         string        `json:"by,omitempty"`
}

// LegalEvent is a day that changes the interest: formal-notice-received,
// judgment-enforceable or insolvency-opened.
type LegalEvent struct {
	ID    string           `json:"id"`
	Event ledger.EntryKind `json:"event"`
	On    calendar.Date    `json:"on"`
	By    string           `json:"by,omitempty"`
}

func (LateFeesClaim) name() string  { return CommandClaimLateFees }
func (LateFeesWaiver) name() string { return CommandWaiveLateFees }
func (CostClaim) name() string      { return CommandClaimCost }
func (LegalEvent) name() string     { return CommandLegalEvent }

func (c LateFeesClaim) author() string  { return c.By }
func (w LateFeesWaiver) author() string { return w.By }
func (c CostClaim) author() string      { return c.By }
func (e LegalEvent) author() string     { return e.By }

// Entry is the claim as an entry of the account.
func (c LateFeesClaim) Entry(today calendar.Date) (ledger.Entry, error) {
	return validEntry(ledger.Entry{Kind: ledger.EntryClaim, ID: strings.TrimSpace(c.ID), ValueDate: orToday(c.ClaimedOn, today)}, today)
}

// Entry is the waiver as an entry of the account.
func (w LateFeesWaiver) Entry(today calendar.Date) (ledger.Entry, error) {
	e := ledger.Entry{
		Kind: ledger.EntryWaiver, ID: strings.TrimSpace(w.ID), Part: w.Part, Note: strings.TrimSpace(w.Reason), ValueDate: orToday(w.WaivedOn, today),
	}
	if w.Amount != "" {
		given, err := amount(w.Amount, w.Currency)
		if err != nil {
			return ledger.Entry{}, fmt.Errorf("waiver %s: %w", w.ID, err)
		}
		if given.Sign() <= 0 {
			return ledger.Entry{}, fmt.Errorf("waiver %s: the amount is %s: leave it out to waive all that is open", w.ID, given)
		}
		e.Amount = given
	}
	return validEntry(e, today)
}

// Entry is the cost as an entry of the account.
func (c CostClaim) Entry(today calendar.Date) (ledger.Entry, error) {
	cost, err := amount(c.Amount, c.Currency)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("cost %s: %w", c.ID, err)
	}
	return validEntry(ledger.Entry{
		Kind: ledger.EntryCost, ID: strings.TrimSpace(c.ID), Amount: cost, Note: strings.TrimSpace(c.What), ValueDate: orToday(c.IncurredOn, today),
	}, today)
}

// Entry is the event as an entry of the account.
func (e LegalEvent) Entry(today calendar.Date) (ledger.Entry, error) {
	switch e.Event {
	case ledger.EntryNoticeReceived, ledger.EntryJudgment, ledger.EntryInsolvency:
	default:
		return ledger.Entry{}, collection.Refuse(collection.RefusedInvalid, "%q is no legal event: it is %s, %s or %s",
			e.Event, ledger.EntryNoticeReceived, ledger.EntryJudgment, ledger.EntryInsolvency)
	}
	if e.On.IsZero() {
		return ledger.Entry{}, collection.Refuse(collection.RefusedInvalid, "the event %s does not say on which day", e.ID)
	}
	return validEntry(ledger.Entry{Kind: e.Event, ID: strings.TrimSpace(e.ID), ValueDate: e.On, Amount: money.Amount{}}, today)
}
