package einvoice

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/carlos7ags/folio/core"
	"github.com/carlos7ags/folio/reader"

	"relance/imports/invoice"
)

// pdfObjects are the objects of a PDF that embedded files hang on.
//
// They are collected by going through the file once from the first byte to the
// last, with the object parser of the PDF library but not with its document
// reader: that one follows the page tree and repairs broken indexes, and files
// exist that make it recurse without end or never come back. An invoice needs
// neither pages nor indexes, and files whose index is broken are read too.
type pdfObjects struct {
	data           []byte
	limit          int64
	plain          map[int]core.PdfObject // by object number; the last revision counts
	streams        map[int]pdfStream
	specifications []*core.PdfDictionary // file specifications with an embedded file, in order
	encrypted      bool
	work           int // bytes parsed, objects that failed to parse included
}

// pdfStream is a stream object before decoding.
type pdfStream struct {
	dictionary *core.PdfDictionary
	raw        []byte
}

// Limits that files which are not attacks stay far below.
const (
	mostObjects    = 500_000
	mostWork       = 4 // bytes parsed for each byte of the file
	deepestNesting = 8 // of a file specification inside another object
)

func readObjects(data []byte, limit int64) (*pdfObjects, error) {
	o := &pdfObjects{data: data, limit: limit, plain: map[int]core.PdfObject{}, streams: map[int]pdfStream{}}
	o.encrypted = bytes.Contains(data, []byte("/Encrypt"))
	keyword := []byte("obj")
	for at := 0; ; {
		found := bytes.Index(data[at:], keyword)
		if found < 0 {
			break
		}
		at += found + len(keyword)
		number, ok := objectNumber(data[:at-len(keyword)])
		if !ok {
			continue
		}
		at += o.readObject(number, data[at:])
		if len(o.plain)+len(o.streams) > mostObjects || o.work > mostWork*len(data)+1<<20 {
			return nil, &fileFault{cause: invoice.ErrTooLarge, reason: "the PDF has more objects than an invoice needs"}
		}
	}
	if err := o.readObjectStreams(); err != nil {
		return nil, err
	}
	return o, nil
}

// objectNumber reads the "12 0 " that stands before the word obj.
func objectNumber(before []byte) (int, bool) {
	generation := bytes.TrimRight(before, "\x00\t\n\f\r ")
	rest := bytes.TrimRight(generation, "0123456789")
	if len(generation) == len(before) || len(rest) == len(generation) {
		return 0, false
	}
	number := bytes.TrimRight(rest, "\x00\t\n\f\r ")
	digits := number[len(bytes.TrimRight(number, "0123456789")):]
	if len(number) == len(rest) || len(digits) == 0 || len(digits) > 9 {
		return 0, false
	}
	n := 0
	for _, digit := range digits {
		n = 10*n + int(digit-'0')
	}
	return n, true
}

// readObject records the object that begins with body, and answers how many bytes
// it takes; 0 when it is none.
func (o *pdfObjects) readObject(number int, body []byte) int {
	size := o.extent(body)
	object, err := reader.NewParser(reader.NewTokenizer(body[:size])).ParseObject()
	if err != nil {
		return 0
	}
	dictionary, _ := object.(*core.PdfDictionary)
	raw, length, isStream := o.streamAfter(dictionary, body[size:])
	if isStream {
		o.streams[number] = pdfStream{dictionary: dictionary, raw: raw}
		return size + length
	}
	o.plain[number] = object
	o.collect(object, 0)
	return size
}

// extent is the number of bytes of the object: one token, or a dictionary or an
// array up to where it closes.
func (o *pdfObjects) extent(body []byte) int {
	tokens := reader.NewTokenizer(body)
	depth := 0
	for {
		before := tokens.Pos()
		token := tokens.Next()
		o.work += tokens.Pos() - before
		switch token.Type {
		case reader.TokenDictOpen, reader.TokenArrayOpen:
			depth++
		case reader.TokenDictClose, reader.TokenArrayClose:
			depth--
		case reader.TokenEOF:
			return len(body)
		case reader.TokenKeyword:
			if depth > 0 && token.Value != "R" {
				return tokens.Pos() // a keyword inside an object: it is broken
			}
		}
		if depth <= 0 {
			return tokens.Pos()
		}
	}
}

// streamAfter is the raw content of the stream that follows a dictionary, if one
// does, and how many bytes the whole takes. The stated length is believed where
// the stream really ends there; it may be wrong, or given by another object.
func (o *pdfObjects) streamAfter(dictionary *core.PdfDictionary, rest []byte) (raw []byte, length int, ok bool) {
	trimmed := bytes.TrimLeft(rest, "\x00\t\n\f\r ")
	body, ok := bytes.CutPrefix(trimmed, []byte("stream"))
	if dictionary == nil || !ok {
		return nil, 0, false
	}
	body = bytes.TrimPrefix(body, []byte("\r"))
	body = bytes.TrimPrefix(body, []byte("\n"))
	start := len(rest) - len(body)
	end := []byte("endstream")
	if stated, ok := dictionary.Get("Length").(*core.PdfNumber); ok {
		n := stated.IntValue()
		if n >= 0 && n <= len(body) && bytes.HasPrefix(bytes.TrimLeft(body[n:min(len(body), n+64)], "\r\n "), end) {
			return body[:n], start + n, true
		}
	}
	n := bytes.Index(body, end)
	if n < 0 {
		return nil, 0, false
	}
	return bytes.TrimRight(body[:n], "\r\n"), start + n, true
}

// collect keeps the file specifications found in an object. They may stand by
// themselves or inside the name tree.
func (o *pdfObjects) collect(object core.PdfObject, depth int) {
	if depth > deepestNesting {
		return
	}
	switch object := object.(type) {
	case *core.PdfDictionary:
		if object.Get("EF") != nil {
			o.specifications = append(o.specifications, object)
			return
		}
		for _, value := range object.All() {
			o.collect(value, depth+1)
		}
	case *core.PdfArray:
		for _, value := range object.All() {
			o.collect(value, depth+1)
		}
	}
}

// readObjectStreams unpacks the streams that hold other objects (ISO 32000-1,
// 7.5.7), which most PDF writers use for everything that is no stream itself.
func (o *pdfObjects) readObjectStreams() error {
	unpacked := int64(0)
	for _, number := range slices.Sorted(maps.Keys(o.streams)) {
		stream := o.streams[number]
		if kind, ok := stream.dictionary.Get("Type").(*core.PdfName); !ok || kind.Value != "ObjStm" {
			continue
		}
		content, err := o.decode(stream)
		if err != nil {
			if o.encrypted {
				continue
			}
			return err
		}
		if unpacked += int64(len(content)); unpacked > 4*o.limit {
			return unpacksTooLarge()
		}
		o.readPacked(stream.dictionary, content)
	}
	return nil
}

// readPacked reads the objects of one object stream: pairs of number and offset,
// then the objects.
func (o *pdfObjects) readPacked(dictionary *core.PdfDictionary, content []byte) {
	first, ok := dictionary.Get("First").(*core.PdfNumber)
	if !ok || first.IntValue() < 0 || first.IntValue() > len(content) {
		return
	}
	index := reader.NewTokenizer(content[:first.IntValue()])
	objects := content[first.IntValue():]
	for len(o.plain) <= mostObjects && o.work <= mostWork*(len(o.data)+len(content)) {
		number, offset := index.Next(), index.Next()
		if number.Type != reader.TokenNumber || offset.Type != reader.TokenNumber || offset.Int < 0 || offset.Int > int64(len(objects)) {
			return
		}
		tokens := reader.NewTokenizer(objects[offset.Int:])
		object, err := reader.NewParser(tokens).ParseObject()
		o.work += tokens.Pos()
		if err != nil {
			return
		}
		if _, known := o.plain[int(number.Int)]; !known {
			o.plain[int(number.Int)] = object
			o.collect(object, 0)
		}
	}
}

// resolve follows one reference; what it leads to is no reference again in any
// file that follows the standard.
func (o *pdfObjects) resolve(object core.PdfObject) core.PdfObject {
	if reference, ok := object.(*core.PdfIndirectReference); ok {
		return o.plain[reference.Num()]
	}
	return object
}

// decode unpacks a stream, up to the limit.
func (o *pdfObjects) decode(stream pdfStream) ([]byte, error) {
	filter := o.resolve(stream.dictionary.Get("Filter"))
	if list, ok := filter.(*core.PdfArray); ok {
		switch list.Len() {
		case 0:
			filter = nil
		case 1:
			filter = o.resolve(list.At(0))
		}
	}
	name, ok := filter.(*core.PdfName)
	switch {
	case filter == nil:
		return stream.raw, nil
	case !ok || name.Value != "FlateDecode":
		return nil, &fileFault{cause: invoice.ErrUnreadable, reason: "the PDF packs its files in an unusual way that is not read"}
	}
	unpacker, err := zlib.NewReader(bytes.NewReader(stream.raw))
	if err != nil {
		return nil, damagedPDF("a stream cannot be unpacked")
	}
	content, err := io.ReadAll(io.LimitReader(unpacker, o.limit+1))
	switch {
	case int64(len(content)) > o.limit:
		return nil, unpacksTooLarge()
	case err != nil && !errors.Is(err, zlib.ErrChecksum):
		return nil, damagedPDF("a stream cannot be unpacked")
	default:
		return content, nil
	}
}

func unpacksTooLarge() *fileFault {
	return &fileFault{cause: invoice.ErrTooLarge, reason: "the PDF unpacks to more than is allowed"}
}
