package casefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"relance/collection"
)

// MaxInvoiceDocument is the largest document that is kept, in bytes.
const MaxInvoiceDocument = 10 << 20

// ErrNoInvoiceDocument: nobody gave the document of this invoice.
var ErrNoInvoiceDocument = errors.New("the invoice has no document")

// InvoiceDocument is an invoice as its creditor sent it.
type InvoiceDocument struct {
	Creditor string
	Invoice  string
	// Name is the file's name.
	Name        string
	ContentType string // application/pdf
	SHA256      string // in lower-case hexadecimal
	Size        int    // in bytes
	// Bytes are the document; nil in lists.
	Bytes []byte
	// Actor gave it at the business time At.
	Actor string
	At    time.Time
}

// SaveInvoiceDocument keeps the document of an invoice whose case is known, and
// reports whether it is new: the one that was given last, given again, changes
// nothing. The last one given counts. What is no PDF, is empty or is larger than
// MaxInvoiceDocument is a *collection.Refusal.
func (s *Store) SaveInvoiceDocument(ctx context.Context, document InvoiceDocument) (fresh bool, err error) {
	if document, err = document.complete(); err != nil {
		return false, err
	}
	var known []InvoiceDocument
	why := because{at: document.At, actor: document.Actor, cause: "invoice-document/" + document.SHA256}
	err = s.changing(ctx, document.Creditor, document.Invoice, why, func(b *batch) {
		all(b, &known, s.sql.LoadInvoiceDocuments, document)
	}, func(c *lockedCase) error {
		if len(known) > 0 && known[0].SHA256 == document.SHA256 {
			return nil
		}
		fresh = true
		c.keepDocument(document, len(known)+1)
		return nil
	})
	return fresh, err
}

// Check refuses what cannot be attached to a reminder.
func (d InvoiceDocument) Check() error {
	_, err := d.complete()
	return err
}

// complete fills in what follows from the bytes, and refuses what cannot be
// attached.
func (d InvoiceDocument) complete() (InvoiceDocument, error) {
	d.At, d.SHA256 = businessTime(d.At), hashOf(d.Bytes)
	d.ContentType, d.Name = contentPDF, documentName(d)
	switch {
	case !bytes.Contains(d.Bytes[:min(len(d.Bytes), 1024)], []byte("%PDF-")):
		return d, refuse(collection.RefusedInvalid, "%s is not a PDF: invoices are attached as PDF", d.Name)
	case len(d.Bytes) > MaxInvoiceDocument:
		return d, refuse(collection.RefusedInvalid, "%s has %d bytes: at most %d MiB can be attached to e-mails", d.Name, len(d.Bytes), MaxInvoiceDocument>>20)
	default:
		return d, nil
	}
}

// keepDocument queues a document, the how-manieth of its invoice it is.
func (c *lockedCase) keepDocument(document InvoiceDocument, number int) {
	c.writes.exec(c.store.sql.InsertInvoiceDocument, document)
	c.noteOn(fmt.Sprintf("invoice-document/%s/%d", document.SHA256, number), "invoice-attached",
		fmt.Sprintf("the document of the invoice is kept: %d bytes, SHA-256 %s", len(document.Bytes), document.SHA256), basis{SHA256: document.SHA256})
}

const contentPDF = "application/pdf"

// documentName is the last part of the name given, or one made of the invoice's
// number, fit for a header of a mail.
func documentName(document InvoiceDocument) string {
	name := document.Name[strings.LastIndexAny(document.Name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	const longest = 120
	if runes := []rune(name); len(runes) > longest {
		name = string(runes[len(runes)-longest:]) // with its extension
	}
	if name == "" || name == "." || name == ".." {
		return strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || r == '/' || r == '\\' {
				return '-'
			}
			return r
		}, document.Invoice) + ".pdf"
	}
	return name
}

// InvoiceDocument reads the document of an invoice that was given last. Without
// one it is ErrNoInvoiceDocument. It refuses bytes that do not have the recorded
// hash.
func (s *Store) InvoiceDocument(ctx context.Context, creditor, invoice string) (InvoiceDocument, error) {
	var document found[InvoiceDocument]
	var b batch
	one(&b, &document, s.sql.LoadInvoiceDocument, named{"creditor": creditor, "invoice": invoice})
	if err := b.run(ctx, s.pool); err != nil {
		return InvoiceDocument{}, fmt.Errorf("reading the document of invoice %s of %s: %w", invoice, creditor, err)
	}
	if !document.is {
		return InvoiceDocument{}, fmt.Errorf("%w: %s", ErrNoInvoiceDocument, collection.WorkflowID(creditor, invoice))
	}
	if is := hashOf(document.value.Bytes); is != document.value.SHA256 {
		return InvoiceDocument{}, fmt.Errorf("the document of invoice %s of %s was altered: its hash is %s, recorded is %s", invoice, creditor, is, document.value.SHA256)
	}
	return document.value, nil
}
