package imports

import (
	"bytes"

	"relance/imports/einvoice"
)

// Content is what a file holds, as its first bytes show; the name of a file
// proves nothing.
type Content string

// The contents that are told apart. What is none of the others is tried as CSV.
const (
	ContentXML         Content = "XML"
	ContentPDF         Content = "PDF"
	ContentCSV         Content = "CSV"
	ContentSpreadsheet Content = "a spreadsheet or an archive (save it as CSV)"
	ContentEmpty       Content = "empty"
)

// headSize is how much of a file Detect needs.
const headSize = 1024

// Detect recognises the content of a file from its first kilobyte.
func Detect(head []byte) Content {
	// In UTF-16 every ASCII character has a NUL beside it.
	text := bytes.ReplaceAll(head, []byte{0}, nil)
	for _, mark := range []string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"} {
		text = bytes.TrimPrefix(text, []byte(mark))
	}
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return ContentEmpty
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return ContentSpreadsheet
	case text[0] == '<':
		return ContentXML
	case einvoice.IsPDF(head):
		return ContentPDF
	default:
		return ContentCSV
	}
}
