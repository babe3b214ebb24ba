// Package einvoice reads electronic invoices: UBL 2.1 invoices and credit notes,
// UN/CEFACT Cross Industry Invoices (D16B and later, and with them every profile
// of Factur-X and ZUGFeRD 2), and the PDF files that carry such an XML.
//
// It reads the header only: who owes what to whom, and when. The amounts are the
// ones the document states; lines and taxes are not looked at.
package einvoice

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"relance/imports/invoice"
)

// DefaultMaxBytes is the largest file read when Options does not say otherwise.
const DefaultMaxBytes = 20 << 20

// Options are the limits of the reader.
type Options struct {
	// MaxBytes is the largest file, and the largest XML inside a PDF, that is
	// read. Default: DefaultMaxBytes.
	MaxBytes int64
}

// Namespaces and roots that are read.
const (
	spaceUBLInvoice    = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
	spaceUBLCreditNote = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
	spaceCII           = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
	rootEnvelope       = "StandardBusinessDocument" // the envelope of Peppol
)

// Read reads the one document of a file. The error is a *invoice.Refusal, which
// wraps invoice.ErrTooLarge, ErrUnsafeXML, ErrUnreadable or ErrNotAnInvoice when
// the file as a whole is refused.
func Read(file string, data []byte, rules invoice.Rules, options Options) (invoice.Document, error) {
	if options.MaxBytes == 0 {
		options.MaxBytes = DefaultMaxBytes
	}
	sum := sha256.Sum256(data)
	source := invoice.Source{File: file, SHA256: hex.EncodeToString(sum[:])}
	if int64(len(data)) > options.MaxBytes {
		return invoice.Document{}, TooLarge(source, int64(len(data)), options.MaxBytes)
	}
	if IsPDF(data) {
		attachment, err := extractInvoice(data, options.MaxBytes)
		if err != nil {
			return invoice.Document{}, refuse(source, err)
		}
		source.Attachment, source.Format, data = attachment.name, invoice.FormatFacturXPDF, attachment.data
	}
	return readXML(source, data, rules)
}

// refuse turns a fault of the file into a refusal.
func refuse(source invoice.Source, err error) *invoice.Refusal {
	fault := &fileFault{cause: invoice.ErrUnreadable, reason: err.Error()}
	errors.As(err, &fault)
	return invoice.RefuseFile(source, fault.line, fault.cause, fault.reason)
}

// TooLarge is the refusal of a file beyond its limit.
func TooLarge(source invoice.Source, size, limit int64) error {
	return invoice.RefuseFile(source, 0, invoice.ErrTooLarge,
		fmt.Sprintf("the file has %d bytes, more than the %d allowed; an invoice rarely has one million", size, limit))
}

// IsPDF recognises a PDF by its first bytes. Some writers put a few bytes before
// the mark.
func IsPDF(head []byte) bool {
	return bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-"))
}

func readXML(source invoice.Source, data []byte, rules invoice.Rules) (invoice.Document, error) {
	root, err := parseTree(data)
	if err != nil {
		return invoice.Document{}, refuse(source, err)
	}
	if root.name == rootEnvelope {
		root = insideEnvelope(root)
	}
	source.Line = root.line
	switch {
	case root.name == "Invoice" && root.space == spaceUBLInvoice:
		return readUBL(source, root, rules)
	case root.name == "CreditNote" && root.space == spaceUBLCreditNote:
		return readUBL(source, root, rules)
	case root.name == "CrossIndustryInvoice" && root.space == spaceCII:
		return readCII(source, root, rules)
	case root.name == "CrossIndustryDocument":
		return invoice.Document{}, invoice.RefuseFile(source, root.line, invoice.ErrNotAnInvoice,
			"this is ZUGFeRD 1, which is not read; ask for ZUGFeRD 2 or Factur-X")
	default:
		return invoice.Document{}, invoice.RefuseFile(source, root.line, invoice.ErrNotAnInvoice, fmt.Sprintf(
			"the root element is %s of namespace %q; UBL 2.1 invoices and credit notes and UN/CEFACT CII are read", root.name, root.space))
	}
}

// insideEnvelope finds the business document of a Standard Business Document.
func insideEnvelope(envelope *element) *element {
	for _, c := range envelope.children {
		if c.name != "StandardBusinessDocumentHeader" {
			return c
		}
	}
	return envelope
}
