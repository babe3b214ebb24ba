package casefile

import (
	"context"
	"fmt"
	"math"
	"time"

	"relance/casefile/chain"
	"relance/collection"
	"relance/deadlines"
	"relance/latefees"
	"relance/ledger"
)

// File is everything known and done about one invoice.
type File struct {
	Row      CaseRow
	Case     collection.Case
	Creditor Creditor
	Debtor   Debtor
	Contacts []Contact
	// People are all who may take part in a notice: see Question.
	People   People
	Invoice  Invoice
	Position ledger.Position
	// Account is what Position is of: it tells positions on other days.
	Account ledger.Account
	Entries []LedgerEntry
	// Allocations say which part of each entry pays the invoice.
	Allocations []ledger.Allocation
	Notices     []Notice
	// Messages come without their bytes: see MessageBytes.
	Messages []Message
	// Texts say what worded the messages: see TextOf.
	Texts      []MessageText
	Deliveries []DeliveryEvent
	Tasks      []Task
	// Documents are those of the invoice, the newest first, without their bytes: see
	// InvoiceDocument.
	Documents []InvoiceDocument
	// ManualContacts are how people got in touch beside the messages.
	ManualContacts []ManualContact
	// Limitation is how the limitation was reckoned; zero when it is not watched.
	Limitation       deadlines.Limitation
	LimitationEvents []LimitationEvent
	History          []HistoryEntry
	// Handoffs are what is recorded of the case's handoffs beside what it carries.
	Handoffs        []HandoffRow
	PartnerStatuses []PartnerStatus
	Remittances     []Remittance
}

// Today is how the account stands at an instant, late fees counted to its day.
func (f File) Today(at time.Time) (ledger.Position, error) {
	return f.Account.Today(f.Case.Window.DateOf(at))
}

// Warnings are what the creditor should know before it claims the late fees of an
// instant: a clause below the least the law allows, a source that is uncertain.
func (f File) Warnings(at time.Time) ([]latefees.Warning, error) {
	explained, err := f.Account.Explain(f.Case.Window.DateOf(at))
	return explained.Warnings, err
}

// LedgerEntry is an entry as it is recorded.
type LedgerEntry struct {
	ledger.Entry
	Invoice    string
	Source     string
	Actor      string
	At         time.Time
	RecordedAt time.Time
	// Place counts entries in the order in which those of a case were recorded.
	Place int64
}

// Notice is what was done about one step in one round.
type Notice struct {
	Round int
	collection.StepRecord
}

// HistoryEntry is one line of the append-only history, without personal data.
type HistoryEntry struct {
	ID int64
	chain.Entry
}

// CaseFile reads everything about one invoice, at one moment. An invoice without
// a case is ErrUnknownCase.
func (s *Store) CaseFile(ctx context.Context, creditor, invoice string) (File, error) {
	var file File
	err := s.reading(ctx, func(tx *transaction) error {
		var err error
		file, err = s.readFile(ctx, tx, creditor, invoice)
		return err
	})
	return file, err
}

func (s *Store) readFile(ctx context.Context, tx *transaction, creditor, invoice string) (File, error) {
	key := named{"creditor": creditor, "invoice": invoice}
	var (
		file  File
		rows  caseRows
		row   found[CaseRow]
		party found[Creditor]
		owes  found[Debtor]
		claim found[Invoice]
		who   found[People]
		reads batch
	)
	s.readCase(&reads, &rows, creditor, invoice)
	one(&reads, &row, s.sql.LoadCaseRow, key)
	one(&reads, &party, s.sql.LoadCreditor, key)
	one(&reads, &owes, s.sql.LoadDebtor, key)
	one(&reads, &claim, s.sql.LoadInvoice, key)
	all(&reads, &file.Contacts, s.sql.LoadContacts, key)
	one(&reads, &who, s.sql.LoadPeople, key)
	all(&reads, &file.Allocations, s.sql.LoadAllocations, key)
	all(&reads, &file.Messages, s.sql.LoadMessages, key)
	all(&reads, &file.Texts, s.sql.LoadMessageTexts, key)
	all(&reads, &file.Deliveries, s.sql.LoadDeliveryEvents, key)
	all(&reads, &file.Tasks, s.sql.LoadTasks, TaskFilter{Creditor: creditor, Invoice: invoice, Limit: math.MaxInt32})
	all(&reads, &file.Documents, s.sql.LoadInvoiceDocuments, key)
	all(&reads, &file.ManualContacts, s.sql.LoadManualContacts, key)
	all(&reads, &file.LimitationEvents, s.sql.LoadLimitationEvents, key)
	all(&reads, &file.History, s.sql.LoadHistory, key)
	all(&reads, &file.Handoffs, s.sql.LoadHandoffRows, key)
	all(&reads, &file.PartnerStatuses, s.sql.LoadPartnerStatuses, key)
	all(&reads, &file.Remittances, s.sql.LoadRemittances, key)
	if err := reads.run(ctx, tx); err != nil {
		return File{}, fmt.Errorf("reading the case file of invoice %s of %s: %w", invoice, creditor, err)
	}
	if !rows.record.is {
		return File{}, unknownCase(creditor, invoice)
	}
	if err := s.readRest(ctx, tx, &rows); err != nil {
		return File{}, fmt.Errorf("reading the case file of invoice %s of %s: %w", invoice, creditor, err)
	}
	file.Row, file.Creditor, file.Debtor, file.Invoice = row.value, party.value, owes.value, claim.value
	file.Entries, file.Notices, file.People = rows.entries, rows.notices, who.value
	var err error
	file.Case, file.Account, file.Position, err = s.rebuild(rows)
	if file.Case.Limitation.IsKnown() {
		record := rows.record.value
		// What the tables do not hold any more cannot be explained; the case keeps its last day.
		file.Limitation, _ = s.tariffs.Load().limitationOf(record.liability, record.LimitationKind, record.claimDates, file.LimitationEvents)
	}
	return file, err
}

// LoadCase rebuilds the case from its rows, as its workflow knows it. An invoice
// without a case is ErrUnknownCase.
func (s *Store) LoadCase(ctx context.Context, creditor, invoice string) (collection.Case, error) {
	var loaded collection.Case
	err := s.reading(ctx, func(tx *transaction) error {
		var rows caseRows
		var reads batch
		s.readCase(&reads, &rows, creditor, invoice)
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, creditor, err)
		}
		if !rows.record.is {
			return unknownCase(creditor, invoice)
		}
		err := s.readRest(ctx, tx, &rows)
		if err != nil {
			return fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, creditor, err)
		}
		loaded, _, _, err = s.rebuild(rows)
		return err
	})
	return loaded, err
}

// MessagesOf are the messages that carry a notice of an invoice, as CaseFile tells them;
// none for an invoice without a case.
func (s *Store) MessagesOf(ctx context.Context, creditor, invoice string) ([]Message, error) {
	var messages []Message
	var b batch
	all(&b, &messages, s.sql.LoadMessages, named{"creditor": creditor, "invoice": invoice})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading the messages about invoice %s of %s: %w", invoice, creditor, err)
	}
	return messages, nil
}

// MessageBytes reads the exact bytes of a message and their content type; it
// refuses bytes that do not have the recorded hash.
func (s *Store) MessageBytes(ctx context.Context, id string) ([]byte, string, error) {
	if !isMessageID(id) {
		return nil, "", fmt.Errorf("%w: %s", ErrUnknownMessage, id)
	}
	var content found[struct {
		Bytes       []byte
		ContentType string
		SHA256      string
	}]
	var b batch
	one(&b, &content, s.sql.LoadMessageBytes, named{"id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, "", fmt.Errorf("reading the message %s: %w", id, err)
	}
	if !content.is {
		return nil, "", fmt.Errorf("%w: %s", ErrUnknownMessage, id)
	}
	if is := hashOf(content.value.Bytes); is != content.value.SHA256 {
		return nil, "", fmt.Errorf("the bytes of message %s were altered: their hash is %s, recorded is %s", id, is, content.value.SHA256)
	}
	return content.value.Bytes, content.value.ContentType, nil
}
