package activities

import (
	"context"
	"errors"
	"fmt"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

// maxAttached is the most that documents of invoices add to an e-mail, in bytes:
// many mail servers take 20 MB, and the encoding of the mail adds a third.
const maxAttached = 10 << 20

// invoiceDocuments are the documents of invoices to attach to a notice, in the
// order of the invoices: those that there are, as far as they fit together.
// Nothing is attached unless the step asks for it.
func (n *Notices) invoiceDocuments(ctx context.Context, order NoticeOrder, invoices ...string) ([]messaging.Attachment, error) {
	if !order.AttachInvoice || order.Channel != collection.ChannelEmail {
		return nil, nil
	}
	var files []messaging.Attachment
	size := 0
	for _, invoice := range invoices {
		document, err := n.Store.InvoiceDocument(ctx, order.Creditor, invoice)
		switch {
		case errors.Is(err, casefile.ErrNoInvoiceDocument):
			continue
		case err != nil:
			return nil, fmt.Errorf("reading the document to attach: %w", err)
		}
		if size += document.Size; size > maxAttached {
			break
		}
		files = append(files, messaging.Attachment{Filename: document.Name, ContentType: document.ContentType, Content: document.Bytes})
	}
	return files, nil
}

// withFiles adds files to a composed e-mail. An e-mail that cannot carry them goes
// as it is: the reminder matters more than its attachment.
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
