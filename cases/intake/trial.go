package intake

import (
	"context"
	"fmt"
	"sync"

	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/imports/invoice"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// DryRun is this intake for one run that changes nothing and tells of each document
// what the import would. The case file is asked, and what the run itself would have
// recorded before is remembered.
func (i *Intake) DryRun() *Intake {
	dry := *i
	dry.trial = &trial{opened: map[key]tried{}, credited: map[key]note{}}
	return &dry
}

// IsDryRun reports whether nothing is changed.
func (i *Intake) IsDryRun() bool { return i.trial != nil }

// trial remembers what a dry run would have recorded.
type trial struct {
	mu       sync.Mutex
	opened   map[key]tried
	credited map[key]note
}

// key names an invoice or a credit note.
type key struct{ creditor, number string }

// tried is a case that the run would have opened.
type tried struct {
	invoice casefile.Invoice
	opened  collection.Case
}

// note is a credit note that the run would have posted.
type note struct {
	invoice string
	amount  money.Amount
}

// open tells how a case would begin, and whether it would be new.
func (t *trial) open(ctx context.Context, service *cases.Service, opening casefile.Opening) (workflows.Status, bool, error) {
	at := key{opening.Invoice.Creditor, opening.Invoice.Number}
	if before, is := t.find(at); is {
		err := opening.Invoice.AgreesWith(before.invoice)
		if err != nil {
			err = fmt.Errorf("opening the case of invoice %s of %s: %w", at.number, at.creditor, err)
		}
		return workflows.NewStatus(before.opened, service.Clock().Now()), false, err
	}
	opened, created, err := service.TryOpen(ctx, opening)
	if err != nil {
		return workflows.Status{}, false, err
	}
	if created {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.opened[at] = tried{opening.Invoice, opened}
	}
	return workflows.NewStatus(opened, service.Clock().Now()), created, nil
}

func (t *trial) find(at key) (tried, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, is := t.opened[at]
	return found, is
}

// wouldCollect reports whether the run would have opened the case of an invoice that is
// still to be paid.
func (t *trial) wouldCollect(creditor, number string) bool {
	found, is := t.find(key{creditor, number})
	return is && !found.opened.IsClosed()
}

// credit tells what would become of a credit note, given what the case file says.
func (t *trial) credit(creditor, number string, doc invoice.Document, posted casefile.Posted) (Outcome, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if claimed, is := t.opened[key{creditor, number}]; is {
		posted.KnownInvoice = true // by then
		if posted.Outcome == ledger.EntryUnmatched && doc.Currency == claimed.invoice.Total.Currency() {
			posted.Outcome = ledger.EntryApplied
		}
	}
	at, given := key{creditor, doc.Number}, note{number, doc.Credit()}
	before, again := t.credited[at]
	switch {
	case again && before != given:
		return "", collection.Refuse(collection.RefusedConflict, "the credit note %s stands before in this import with %s for invoice %s and cannot count with %s for invoice %s as well",
			doc.Number, before.amount, before.invoice, given.amount, given.invoice)
	case again:
		posted.Outcome = ledger.EntryDuplicate
	default:
		t.credited[at] = given
	}
	return creditOutcome(posted), nil
}
