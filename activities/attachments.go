package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

// maxAttached is the most that documents of invoices add to an e-mail, in bytes:
// many mail servers take 20 MB, and the encoding of the mail adds a third.
const maxAttached = 10 << 20

// documents are the documents of invoices that were looked for, by invoice; one that
// there is not has no content.
type documents map[string]messaging.Attachment

// missingDocumentsError says which documents a message wants that were not looked for
// yet: they are read outside of the transaction that composes, which must not wait for
// another connection to the database.
type missingDocumentsError struct{ invoices []string }

func (e *missingDocumentsError) Error() string {
	return "the documents of the invoices " + strings.Join(e.invoices, ", ") + " are to be read first"
}

// reserve is Store.ReserveAndBegin with the documents its message carries: which
// invoices it is about, and whether its step attaches them, only composing tells.
func (n *Notices) reserve(ctx context.Context, reservation casefile.Reservation, compose func(casefile.MessageContext) (groupDraft, error)) (casefile.Sending, error) {
	known := documents{}
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
		if err := n.readDocuments(ctx, reservation.Creditor, missing.invoices, known); err != nil {
			return reserved, err
		}
	}
}

func (n *Notices) readDocuments(ctx context.Context, creditor string, invoices []string, into documents) error {
	for _, invoice := range invoices {
		document, err := n.Store.InvoiceDocument(ctx, creditor, invoice)
		if err != nil && !errors.Is(err, casefile.ErrNoInvoiceDocument) {
			return fmt.Errorf("reading the document to attach: %w", err)
		}
		into[invoice] = messaging.Attachment{Filename: document.Name, ContentType: document.ContentType, Content: document.Bytes}
	}
	return nil
}

// attach adds the documents of its invoices to a composed e-mail, in the order of the
// invoices and as far as they fit together. An e-mail that cannot carry them goes as
// it is: the reminder matters more than its attachment.
func (d documents) attach(draft groupDraft) (casefile.Draft, error) {
	var missing []string
	var files []messaging.Attachment
	size := 0
	for _, invoice := range draft.attaches {
		file, known := d[invoice]
		if !known {
			missing = append(missing, invoice)
			continue
		}
		if len(file.Content) > 0 && size+len(file.Content) <= maxAttached {
			size += len(file.Content)
			files = append(files, file)
		}
	}
	if len(missing) > 0 {
		return draft.Draft, &missingDocumentsError{invoices: missing}
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
