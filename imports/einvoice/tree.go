package einvoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"relance/imports/invoice"
)

// element is an XML element reduced to what an invoice header needs. A tree,
// rather than structs, because every value must be reported with its line.
type element struct {
	name     string // local name
	space    string // namespace
	line     int
	attrs    []xml.Attr
	text     []byte
	children []*element
}

// Invoices stay far below these: the deepest UBL or CII document nests about
// twenty elements, and a header without its lines has a few hundred.
const (
	maxDepth    = 64
	maxElements = 100_000
)

// skipped are the parts that say nothing about what is owed, when and by whom;
// invoice lines and embedded files are most of the bytes of an invoice. They are
// read, so that a broken file is refused, but not kept.
var skipped = []string{
	"InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem",
	"AdditionalDocumentReference", "AdditionalReferencedDocument",
	"AllowanceCharge", "SpecifiedTradeAllowanceCharge", "TaxTotal", "ApplicableTradeTax",
	"UBLExtensions", "Signature",
}

// fileFault is why a file is refused as a whole. line is 0 when unknown.
type fileFault struct {
	line   int
	cause  error
	reason string
}

func (e *fileFault) Error() string { return e.reason }
func (e *fileFault) Unwrap() error { return e.cause }

// parseTree reads one XML document. It refuses document type declarations, and
// with them every entity that a document could define: the known ways to make a
// small file expand without end, or to make the reader open other files.
func parseTree(data []byte) (*element, error) {
	data, err := toUTF8(data)
	if err != nil {
		return nil, &fileFault{line: 1, cause: invoice.ErrUnreadable, reason: err.Error()}
	}
	p := treeParser{decoder: xml.NewDecoder(bytes.NewReader(data))}
	p.decoder.Strict = true
	p.decoder.CharsetReader = charsetReader
	return p.parse()
}

type treeParser struct {
	decoder *xml.Decoder
	root    *element
	open    []*element // kept elements from the root to where the parser is
	kept    int
	line    int // of the current token
	depth   int
	skipAt  int // depth of the skipped element the parser is in, or 0
}

func (p *treeParser) parse() (*element, error) {
	for {
		p.line, _ = p.decoder.InputPos() // where the last token ended is where the next begins
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, p.fail(invoice.ErrUnreadable, "this is not well-formed XML: "+plainReason(err))
		}
		if err := p.take(token); err != nil {
			return nil, err
		}
	}
	if p.root == nil {
		return nil, p.fail(invoice.ErrNotAnInvoice, "there is no XML element in this file")
	}
	return p.root, nil
}

func (p *treeParser) take(token xml.Token) error {
	switch token := token.(type) {
	case xml.Directive:
		return p.fail(invoice.ErrUnsafeXML, "document type declarations (DOCTYPE, ENTITY) are refused; invoices have none")
	case xml.StartElement:
		return p.start(token)
	case xml.EndElement:
		p.end()
	case xml.CharData:
		if n := len(p.open); p.skipAt == 0 && n > 0 {
			p.open[n-1].text = append(p.open[n-1].text, token...)
		} else if n == 0 && len(bytes.TrimSpace(bytes.TrimPrefix(token, []byte("\ufeff")))) > 0 {
			return p.fail(invoice.ErrUnreadable, "there is text outside the XML document")
		}
	}
	return nil
}

func (p *treeParser) start(token xml.StartElement) error {
	p.depth++
	if p.depth > maxDepth {
		return p.fail(invoice.ErrUnsafeXML, fmt.Sprintf("elements are nested more than %d deep", maxDepth))
	}
	if p.skipAt > 0 {
		return nil
	}
	if slices.Contains(skipped, token.Name.Local) {
		p.skipAt = p.depth
		return nil
	}
	if p.kept++; p.kept > maxElements {
		return p.fail(invoice.ErrUnsafeXML, fmt.Sprintf("there are more than %d elements outside the invoice lines", maxElements))
	}
	e := &element{name: token.Name.Local, space: token.Name.Space, line: p.line, attrs: slices.Clone(token.Attr)}
	switch n := len(p.open); {
	case n > 0:
		p.open[n-1].children = append(p.open[n-1].children, e)
	case p.root != nil:
		return p.fail(invoice.ErrUnreadable, "there is a second XML document in this file")
	default:
		p.root = e
	}
	p.open = append(p.open, e)
	return nil
}

func (p *treeParser) end() {
	switch {
	case p.skipAt == 0:
		p.open = p.open[:len(p.open)-1]
	case p.skipAt == p.depth:
		p.skipAt = 0
	}
	p.depth--
}

func (p *treeParser) fail(cause error, reason string) error {
	line, _ := p.decoder.InputPos()
	return &fileFault{line: line, cause: cause, reason: reason}
}

// plainReason drops the position that encoding/xml puts before its message.
func plainReason(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Msg
	}
	return strings.TrimPrefix(err.Error(), "xml: ")
}

// toUTF8 handles what must be known before the first tag: a byte order mark.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, fmt.Errorf("the file begins as UTF-16 but is not: %w", err)
		}
		return decoded, nil
	default:
		return data, nil
	}
}

// charsetReader decodes the encoding that the XML declaration names, in the names
// that the WHATWG standard knows (iso-8859-1 then means Windows-1252, which is
// what writers of euro signs mean).
func charsetReader(label string, input io.Reader) (io.Reader, error) {
	label = strings.ToLower(strings.TrimSpace(label))
	if strings.HasPrefix(label, "utf-16") || label == "us-ascii" {
		return input, nil // decoded already by its byte order mark, or a subset of UTF-8
	}
	encoding, err := htmlindex.Get(label)
	if err != nil {
		return nil, fmt.Errorf("the encoding %q is not known", label)
	}
	return encoding.NewDecoder().Reader(input), nil
}

// child is the first child with a local name, or nil; safe on nil.
func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// at follows first children by local names, or is nil.
func (e *element) at(path ...string) *element {
	for _, name := range path {
		e = e.child(name)
	}
	return e
}

// each lists the children with a local name.
func (e *element) each(name string) []*element {
	if e == nil {
		return nil
	}
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// value is the text of an element without surrounding space; empty on nil.
func (e *element) value() string {
	if e == nil {
		return ""
	}
	return string(bytes.TrimSpace(e.text))
}

// attr is an attribute by local name, trimmed; empty when absent or on nil.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// cell is the element as a stated value under a field name.
func (e *element) cell(field string) invoice.Cell {
	if e == nil {
		return invoice.Cell{Field: field}
	}
	return invoice.Cell{Field: field, Value: e.value(), Line: e.line}
}
