// Package imports brings invoices in. It finds out what a file is from its
// content and hands it to the reader of that format; every reader yields the same
// invoice.Document.
//
// An import never loses a debt over a detail: a wrong phone number, e-mail
// address or tax identifier is a warning on the document, for a person to look
// at. It never guesses a debt either: a number, date or amount that is missing,
// malformed or ambiguous refuses the document, with file, line, field and reason,
// and the other documents go through.
package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"

	"relance/imports/csvfile"
	"relance/imports/einvoice"
	"relance/imports/invoice"
)

// Options are the settings of all readers. The zero Options are the usual ones.
type Options struct {
	Rules    invoice.Rules
	EInvoice einvoice.Options
	CSV      csvfile.Options // its Rules are replaced by the Rules above
}

// Open reads the file at a path. See Read.
func Open(ctx context.Context, path string, options Options) iter.Seq2[invoice.Document, error] {
	return func(yield func(invoice.Document, error) bool) {
		file, size, err := openFile(path)
		if err != nil {
			yield(invoice.Document{}, invoice.RefuseFile(invoice.Source{File: path}, 0, err, err.Error()))
			return
		}
		defer file.Close() //nolint:errcheck // only read from
		for document, err := range Read(ctx, invoice.File{Name: path, Content: file, Size: size}, options) {
			if !yield(document, err) {
				return
			}
		}
	}
}

func openFile(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err // the path is named already
		}
		return nil, 0, fmt.Errorf("%w: %w", invoice.ErrUnreadable, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: it is not a file but a %s", invoice.ErrUnreadable, kindOfNode(info))
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

func kindOfNode(info fs.FileInfo) string {
	if info.IsDir() {
		return "folder"
	}
	return "device"
}

// Read yields the documents of a file in order: each with its warnings, or the
// *invoice.Refusal that explains why there is none. A file that is refused as a
// whole yields one refusal, and errors.Is tells why: invoice.ErrTooLarge,
// ErrUnsafeXML, ErrNotAnInvoice or ErrUnreadable. A cancelled context yields its
// error.
func Read(ctx context.Context, file invoice.File, options Options) iter.Seq2[invoice.Document, error] {
	options.CSV.Rules = options.Rules
	head := make([]byte, headSize)
	n, err := file.Content.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return refused(file, fmt.Errorf("%w: %w", invoice.ErrUnreadable, err))
	}
	switch content := Detect(head[:n]); content {
	case ContentXML, ContentPDF:
		return readEInvoice(ctx, file, options)
	case ContentCSV:
		return csvfile.Read(ctx, file, options.CSV)
	default:
		return refused(file, fmt.Errorf("%w: it is %s; CSV, UBL, CII and Factur-X are read", invoice.ErrNotAnInvoice, content))
	}
}

// readEInvoice reads a file that holds one document. The size is checked before
// a byte of it is in memory.
func readEInvoice(ctx context.Context, file invoice.File, options Options) iter.Seq2[invoice.Document, error] {
	limit := options.EInvoice.MaxBytes
	if limit == 0 {
		limit = einvoice.DefaultMaxBytes
	}
	return func(yield func(invoice.Document, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(invoice.Document{}, err)
			return
		}
		if file.Size > limit {
			yield(invoice.Document{}, einvoice.TooLarge(invoice.Source{File: file.Name}, file.Size, limit))
			return
		}
		data, err := io.ReadAll(io.NewSectionReader(file.Content, 0, file.Size))
		if err != nil {
			err = fmt.Errorf("%w: %w", invoice.ErrUnreadable, err)
			yield(invoice.Document{}, invoice.RefuseFile(invoice.Source{File: file.Name}, 0, err, err.Error()))
			return
		}
		document, err := einvoice.Read(file.Name, data, options.Rules, options.EInvoice)
		if document.Source.Format == invoice.FormatFacturXPDF {
			document.Original = data
		}
		yield(document, err)
	}
}

func refused(file invoice.File, err error) iter.Seq2[invoice.Document, error] {
	return func(yield func(invoice.Document, error) bool) {
		yield(invoice.Document{}, invoice.RefuseFile(invoice.Source{File: file.Name}, 0, err, err.Error()))
	}
}
