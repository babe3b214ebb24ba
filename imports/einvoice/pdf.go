package einvoice

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/carlos7ags/folio/core"

	"relance/imports/invoice"
)

// attachment is a file embedded in a PDF.
type attachment struct {
	name string
	data []byte
}

// invoiceNames are the names that Factur-X, ZUGFeRD and XRechnung prescribe for
// the embedded invoice, in lower case, the current one first.
var invoiceNames = []string{"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}

// extractInvoice finds the XML invoice inside a PDF: under a prescribed name, or
// else the only XML file that is embedded. limit is the largest XML, in bytes,
// once decompressed.
func extractInvoice(data []byte, limit int64) (found attachment, err error) {
	// The objects are parsed by a library that reads files from anyone; one that
	// makes it panic is an unreadable file, not a reason to stop the import.
	defer func() {
		if cause := recover(); cause != nil {
			found, err = attachment{}, damagedPDF(fmt.Sprint(cause))
		}
	}()
	objects, err := readObjects(data, limit)
	if err != nil {
		return attachment{}, err
	}
	specification, name, err := objects.chooseInvoice()
	if err != nil {
		return attachment{}, err
	}
	content, err := objects.embeddedFile(specification)
	return attachment{name: name, data: content}, err
}

// chooseInvoice picks the file specification (ISO 32000-1, 7.11.3) of the invoice
// and tells its name. Where a file was revised, the latest counts.
func (o *pdfObjects) chooseInvoice() (*core.PdfDictionary, string, error) {
	byName := map[string]*core.PdfDictionary{}
	for _, specification := range o.specifications {
		name := o.text(specification.Get("UF"))
		if name == "" {
			name = o.text(specification.Get("F"))
		}
		if strings.HasSuffix(strings.ToLower(name), ".xml") {
			byName[name] = specification
		}
	}
	names := slices.Sorted(maps.Keys(byName))
	for _, prescribed := range invoiceNames {
		for _, name := range names {
			if strings.EqualFold(name, prescribed) {
				return byName[name], name, nil
			}
		}
	}
	switch {
	case len(names) == 1:
		return byName[names[0]], names[0], nil
	case len(names) > 1:
		return nil, "", &fileFault{cause: invoice.ErrNotAnInvoice, reason: "the PDF carries several XML files and none is named " + invoiceNames[0]}
	case o.encrypted:
		return nil, "", &fileFault{cause: invoice.ErrUnreadable, reason: "the PDF is encrypted; save it without a password"}
	default:
		return nil, "", &fileFault{cause: invoice.ErrNotAnInvoice, reason: "the PDF carries no XML invoice: it is a picture of one, which cannot be read"}
	}
}

func damagedPDF(what string) *fileFault {
	return &fileFault{cause: invoice.ErrUnreadable, reason: "the PDF is damaged: " + what}
}

// embeddedFile is the content of the file that a specification embeds.
func (o *pdfObjects) embeddedFile(specification *core.PdfDictionary) ([]byte, error) {
	streams, _ := o.resolve(specification.Get("EF")).(*core.PdfDictionary)
	if streams == nil {
		return nil, damagedPDF("an embedded file is missing")
	}
	for _, key := range []string{"F", "UF"} {
		if reference, ok := streams.Get(key).(*core.PdfIndirectReference); ok {
			if stream, ok := o.streams[reference.Num()]; ok {
				return o.decode(stream)
			}
		}
	}
	return nil, damagedPDF("an embedded file is missing")
}

// text is a PDF string, which may be in UTF-16 with a byte order mark.
func (o *pdfObjects) text(object core.PdfObject) string {
	value, ok := o.resolve(object).(*core.PdfString)
	if !ok {
		return ""
	}
	decoded, err := toUTF8([]byte(value.Text()))
	if err != nil {
		return value.Text()
	}
	return string(decoded)
}
