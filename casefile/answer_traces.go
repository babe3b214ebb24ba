package casefile

import (
	"context"
	"fmt"

	"relance/inbound"
)

// Whereabouts is a place an answer may belong to.
type Whereabouts struct {
	Creditor string
	Debtor   string
	// Parent is the debtor that receives its messages; empty: the debtor itself.
	Parent string
	// Invoice is empty where only the debtor is known.
	Invoice string
	// Message is the one of ours, by our ID, that is about the invoice; empty where none
	// led here.
	Message string
}

// Traces are what the case file knows of the clues of an answer.
type Traces struct {
	// Answered and Thread are the invoices of the messages it names.
	Answered []Whereabouts
	Thread   []Whereabouts
	// Message is the first message it answers, by our ID; empty when none is known.
	Message string
	// Written are the invoices whose number or reference stands in it.
	Written []Whereabouts
	// Contacts are the debtors with a contact at the sender's address.
	Contacts []Whereabouts
	// Billed are the debtors whose messages one of those receives as their parent.
	Billed []Whereabouts
	// Creditors are those it was sent to.
	Creditors []string
}

type messageAnswered struct {
	ID         string
	ProviderID string
	Creditor   string
	Invoice    string
	Debtor     string
	Parent     string
}

func (m messageAnswered) whereabouts() Whereabouts {
	return Whereabouts{Creditor: m.Creditor, Debtor: m.Debtor, Parent: m.Parent, Invoice: m.Invoice, Message: m.ID}
}

// TracesOf looks up the clues of an answer.
func (s *Store) TracesOf(ctx context.Context, clues inbound.Clues) (Traces, error) {
	var traces Traces
	var answered, thread []messageAnswered
	var creditors []struct{ Creditor string }
	var written []struct{ Creditor, Invoice, Debtor, Parent string }
	var contacts, billed []struct{ Creditor, Debtor, Parent string }
	var b batch
	all(&b, &answered, s.sql.MessagesAnswered, lookUp(clues.Answered))
	all(&b, &thread, s.sql.MessagesAnswered, lookUp(clues.Thread))
	all(&b, &written, s.sql.InvoicesWritten, named{"numbers": orEmpty(clues.Numbers), "references": orEmpty(clues.References)})
	all(&b, &contacts, s.sql.ContactsAt, named{"address": clues.From})
	all(&b, &billed, s.sql.BilledToContactsAt, named{"address": clues.From})
	all(&b, &creditors, s.sql.CreditorsAt, named{"addresses": orEmpty(clues.To)})
	if err := b.run(ctx, s.pool); err != nil {
		return traces, fmt.Errorf("looking up what an answer names: %w", err)
	}
	for _, message := range answered {
		traces.Answered = append(traces.Answered, message.whereabouts())
		if traces.Message == "" {
			traces.Message = message.ID
		}
	}
	for _, message := range thread {
		traces.Thread = append(traces.Thread, message.whereabouts())
	}
	for _, one := range written {
		traces.Written = append(traces.Written, Whereabouts{Creditor: one.Creditor, Debtor: one.Debtor, Parent: one.Parent, Invoice: one.Invoice})
	}
	for _, one := range contacts {
		traces.Contacts = append(traces.Contacts, Whereabouts{Creditor: one.Creditor, Debtor: one.Debtor, Parent: one.Parent})
	}
	for _, one := range billed {
		traces.Billed = append(traces.Billed, Whereabouts{Creditor: one.Creditor, Debtor: one.Debtor, Parent: one.Parent})
	}
	for _, one := range creditors {
		traces.Creditors = append(traces.Creditors, one.Creditor)
	}
	return traces, nil
}

func lookUp(n inbound.Named) named {
	return named{"message_ids": orEmpty(n.MessageIDs), "provider_ids": orEmpty(n.ProviderIDs)}
}

// CaseOfDebtor is a case of a debtor, in the order in which it matters.
type CaseOfDebtor struct {
	Debtor  string
	Invoice string
	Closed  bool
}

// CasesOfDebtors lists the cases of some debtors together: the open ones first, by due
// date.
func (s *Store) CasesOfDebtors(ctx context.Context, creditor string, debtors ...string) ([]CaseOfDebtor, error) {
	var cases []CaseOfDebtor
	var b batch
	all(&b, &cases, s.sql.CasesOfDebtor, named{"creditor": creditor, "debtors": orEmpty(debtors)})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases of %d debtors of %s: %w", len(debtors), creditor, err)
	}
	return cases, nil
}
