// Package letters prints letters as PDF: A4, set for the window of a French
// envelope, with embedded fonts and tagged for screen readers. The wording comes
// from package compose; the same wording always gives the same bytes, so that the
// hash kept of a letter can be checked against the letter made again.
package letters

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/font"
	"github.com/carlos7ags/folio/layout"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"

	"relance/messaging/compose"
)

// The template keys of the formal notice.
const (
	FormalNoticeKey         = "formal-notice"
	ConsumerFormalNoticeKey = "consumer-formal-notice"
)

// Printer prints the letters of a set of templates. It is safe for concurrent
// use.
type Printer struct {
	templates *compose.Templates
}

// NewPrinter makes a Printer of letters worded by the templates.
func NewPrinter(templates *compose.Templates) *Printer { return &Printer{templates: templates} }

// FormalNotice prints the formal notice (mise en demeure) in the wording that
// the law allows for the debtor's kind. The language falls back as for mails.
func (p *Printer) FormalNotice(f compose.Facts, lang string) ([]byte, error) {
	key := FormalNoticeKey
	if f.Debtor.Kind == compose.Consumer {
		key = ConsumerFormalNoticeKey
	}
	return p.Letter(key, lang, f)
}

// Letter prints the letter of any template that has one.
func (p *Printer) Letter(key, lang string, f compose.Facts) ([]byte, error) {
	letter, err := p.templates.Letter(key, lang, f)
	if err != nil {
		return nil, err
	}
	return Print(letter)
}

// Print sets a letter on paper. It refuses an address too long for the window
// and texts with characters the letter's font does not have, which would come
// out as empty boxes.
func Print(letter compose.Letter) ([]byte, error) {
	body := func(t typography) []layout.Element { return t.body(letter) }
	file, pages, err := printed(letter, nil, false, body)
	if err != nil || pages == 1 {
		return file, err
	}
	// A little closer, it may need a page less.
	if dense, fewer, err := printed(letter, nil, true, body); err == nil && fewer < pages {
		return dense, nil
	}
	return file, nil
}

// printed sets a letter with a body of its own, which shows more texts than those of
// the letter, and tells how many pages it takes.
func printed(letter compose.Letter, more []string, dense bool, body func(typography) []layout.Element) ([]byte, int, error) {
	t, err := newTypography()
	if err != nil {
		return nil, 0, err
	}
	t.dense = dense
	if err := t.checkPrintable(letter, more); err != nil {
		return nil, 0, fmt.Errorf("the letter %q cannot be printed: %w", letter.Subject, err)
	}
	head, err := t.head(letter)
	if err != nil {
		return nil, 0, fmt.Errorf("the letter to %s cannot be printed: %w", letter.Recipient[0], err)
	}
	doc := document.NewDocument(document.PageSizeA4)
	// The dates are the letter's own and no random file identifier is written:
	// nothing in the file depends on when it was made.
	written := letter.Date.Time(time.UTC)
	doc.Info = document.Info{
		Title: pdfString(letter.Title), Author: pdfString(letter.Author), Subject: pdfString(letter.Subject),
		Producer: "Relance", CreationDate: written, ModDate: written,
	}
	doc.SetTagged(true)
	foot := t.foot(letter)
	doc.SetMargins(layout.Margins{Top: marginTop, Right: marginRight, Bottom: marginBottom + foot.height(), Left: marginLeft})
	pages := 0
	doc.SetFooter(func(ctx document.PageContext, page *document.Page) {
		pages = ctx.TotalPages
		foot.draw(ctx, page)
	})
	doc.Add(head)
	for _, element := range body(t) {
		doc.Add(element)
	}
	file, err := doc.ToBytes()
	if err != nil {
		return nil, 0, fmt.Errorf("the letter %q cannot be written as PDF: %w", letter.Subject, err)
	}
	return file, pages, nil
}

// typography is the set of styles of one letter. Embedded fonts remember the
// glyphs used, so every letter has its own.
type typography struct {
	regular, bold *font.EmbeddedFont
	// typed has letters of one width; nil but in case files.
	typed *font.EmbeddedFont
	// dense sets the text smaller and its parts closer.
	dense bool
}

func newTypography() (typography, error) {
	regular, err := font.ParseTTF(liberationsansregular.TTF)
	if err != nil {
		return typography{}, fmt.Errorf("the letter's font cannot be read: %w", err)
	}
	bold, err := font.ParseTTF(liberationsansbold.TTF)
	if err != nil {
		return typography{}, fmt.Errorf("the letter's bold font cannot be read: %w", err)
	}
	return typography{regular: font.NewEmbeddedFont(regular), bold: font.NewEmbeddedFont(bold)}, nil
}

// checkPrintable refuses characters the font has no glyph for.
func (t typography) checkPrintable(letter compose.Letter, more []string) error {
	texts := slices.Concat(letter.Sender, letter.Recipient, letter.References, letter.Interest, letter.Opening, letter.Request, letter.Closing, letter.Signature, more,
		letter.Invoices.Headings, []string{
			letter.Author, letter.Sending, letter.PostingNumber, letter.PlaceAndDate, letter.Title, letter.Subject, letter.Salutation,
			letter.PaymentHeading, letter.Mentions, letter.Invoices.Total.Label, letter.Invoices.Total.Value,
		})
	for _, row := range letter.Invoices.Rows {
		texts = append(texts, row...)
	}
	for _, line := range slices.Concat(letter.LateFees, letter.Payment) {
		texts = append(texts, line.Label, line.Value)
	}
	if letter.PaymentCode != nil {
		texts = append(texts, letter.PaymentCode.Caption)
	}
	for _, content := range texts {
		for _, r := range content {
			if t.regular.Face().GlyphIndex(r) == 0 {
				return fmt.Errorf("the font has no character %q, which is in %q", r, content)
			}
		}
	}
	return nil
}

// pdfString encodes a text for the document information, where anything but
// ASCII must be UTF-16 (ISO 32000-1, 7.9.2).
func pdfString(content string) string {
	if isASCII(content) {
		return content
	}
	var out strings.Builder
	out.WriteString("\xfe\xff")
	for _, unit := range utf16.Encode([]rune(content)) {
		out.WriteByte(byte(unit >> 8))
		out.WriteByte(byte(unit & 0xff))
	}
	// A line end byte inside a character would be normalised away by readers.
	if strings.ContainsAny(out.String(), "\r\n") {
		return strings.Map(func(r rune) rune {
			if r > 0x7e {
				return '?'
			}
			return r
		}, content)
	}
	return out.String()
}

func isASCII(content string) bool {
	return !strings.ContainsFunc(content, func(r rune) bool { return r > 0x7e })
}
