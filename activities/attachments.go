package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

// maxAttached is the most that documents of invoices add to an e-mail, in bytes:
// many mail servers take 20 MB, and the encoding of the mail adds a third.
const maxAttached = 10 << 20

// StatementOrder asks for the statement of account of a debtor.
type StatementOrder struct {
	Creditor string
	Debtor   string
	On       calendar.Date
	Language string
}

// documents are what was looked for to be attached: the documents of invoices by
// invoice, and statements. One that there is not has no content.
type documents struct {
	invoices   map[string]messaging.Attachment
	statements map[wantedStatement]messaging.Attachment
}

// wantedStatement is a statement for a message. One that was written before a payment
// that the message knows of is not the one it wants.
type wantedStatement struct {
	StatementOrder
	// claims are what the message asks for, invoice by invoice.
	claims string
}

// missingDocumentsError says which documents a message wants that were not looked for
// yet: they are read outside of the transaction that composes, which must not wait for
// another connection to the database.
type missingDocumentsError struct {
	invoices   []string
	statements []wantedStatement
}

func (e *missingDocumentsError) Error() string {
	return "the documents of the invoices " + strings.Join(e.invoices, ", ") + " and the statements are to be read first"
}

// reserve is Store.ReserveAndBegin with the documents its message carries: which
// invoices it is about, and whether its step attaches them, only composing tells.
func (n *Notices) reserve(ctx context.Context, reservation casefile.Reservation, compose func(casefile.MessageContext) (groupDraft, error)) (casefile.Sending, error) {
	known := documents{invoices: map[string]messaging.Attachment{}, statements: map[wantedStatement]messaging.Attachment{}}
	for {
		reserved, err := n.Store.ReserveAndBegin(ctx, reservation, func(m casefile.MessageContext) (casefile.Draft, error) {
			draft, err := compose(m)
			if err != nil {
				return casefile.Draft{}, err
			}
			return known.attach(draft)
		})
		var missing *missingDocumentsError
		if !errors.As(err, &missing) {
			return reserved, err
		}
		if err := n.readDocuments(ctx, reservation.Creditor, missing, known); err != nil {
			return reserved, err
		}
	}
}

func (n *Notices) readDocuments(ctx context.Context, creditor string, missing *missingDocumentsError, into documents) error {
	for _, invoice := range missing.invoices {
		document, err := n.Store.InvoiceDocument(ctx, creditor, invoice)
		if err != nil && !errors.Is(err, casefile.ErrNoInvoiceDocument) {
			return fmt.Errorf("reading the document to attach: %w", err)
		}
		into.invoices[invoice] = messaging.Attachment{Filename: document.Name, ContentType: document.ContentType, Content: document.Bytes}
	}
	for _, statement := range missing.statements {
		written, err := n.Statement(ctx, statement.StatementOrder)
		var refused *collection.Refusal
		if err != nil && !errors.As(err, &refused) { // one that cannot be printed is not attached
			return fmt.Errorf("writing the statement of account to attach: %w", err)
		}
		into.statements[statement] = written
	}
	return nil
}

// attach adds the documents to a composed e-mail, the statements first, then those of
// its invoices in their order, as far as they fit together. An e-mail that cannot carry
// them goes as it is: the reminder matters more than its attachment.
func (d documents) attach(draft groupDraft) (casefile.Draft, error) {
	missing := &missingDocumentsError{}
	var wanted []messaging.Attachment
	for _, statement := range draft.states {
		file, known := d.statements[statement]
		if !known {
			missing.statements = append(missing.statements, statement)
		}
		wanted = append(wanted, file)
	}
	for _, invoice := range draft.attaches {
		file, known := d.invoices[invoice]
		if !known {
			missing.invoices = append(missing.invoices, invoice)
		}
		wanted = append(wanted, file)
	}
	if len(missing.invoices)+len(missing.statements) > 0 {
		return draft.Draft, missing
	}
	var files []messaging.Attachment
	size := 0
	for _, file := range wanted {
		if len(file.Content) > 0 && size+len(file.Content) <= maxAttached {
			size += len(file.Content)
			files = append(files, file)
		}
	}
	return withFiles(draft.Draft, files), nil
}

func withFiles(draft casefile.Draft, files []messaging.Attachment) casefile.Draft {
	if len(files) == 0 {
		return draft
	}
	email, err := messaging.DecodeEmail(draft.Bytes)
	if err != nil {
		return draft
	}
	email.Attachments = append(files, email.Attachments...)
	encoded, err := email.Encode()
	if err != nil {
		return draft
	}
	draft.Bytes = encoded
	return draft
}

// attaches are the invoices whose documents a notice carries.
func attaches(order NoticeOrder, group messageGroup) []string {
	if !order.AttachInvoice || order.Channel != collection.ChannelEmail {
		return nil
	}
	var invoices []string
	for _, notice := range group.due {
		invoices = append(invoices, notice.Invoice.Number)
	}
	return invoices
}

// states are the statements of account that a message carries: one by e-mail, about
// several invoices; a statement for each debtor.
func (n *Notices) states(order NoticeOrder, m casefile.MessageContext, language string) []wantedStatement {
	if !order.AttachStatement || n.Statement == nil || order.Channel != collection.ChannelEmail || len(m.Siblings) == 0 {
		return nil
	}
	claims := map[string]string{}
	var debtors []string
	group := groupOf(m)
	for _, notice := range append(group.due, group.upcoming...) {
		if _, known := claims[notice.Debtor.ID]; !known {
			debtors = append(debtors, notice.Debtor.ID)
		}
		claims[notice.Debtor.ID] += notice.Key.Invoice + " " + notice.Position.Open.String() + "\n"
	}
	wanted := make([]wantedStatement, len(debtors))
	for i, debtor := range debtors {
		wanted[i] = wantedStatement{claims: claims[debtor], StatementOrder: StatementOrder{
			Creditor: m.Creditor.ID, Debtor: debtor, On: m.Case.Window.DateOf(m.At), Language: language,
		}}
	}
	return wanted
}
