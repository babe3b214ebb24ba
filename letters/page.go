package letters

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/layout"

	"relance/messaging/compose"
)

const millimetre = 72 / 25.4

// The window of French envelopes, measured on the sheet folded in three. DL (110 ×
// 220 mm) and C5/6 (114 × 229 mm) have it 20 mm from the right and from the bottom
// edge, 100 mm wide and 45 or 35 mm high. The folded sheet slides in the envelope by
// as much as it is smaller than that; what shows in every place it can have is what
// both windows have in common: 109 to 190 mm from the left and, in the higher window,
// 49 to 79 mm from the top, in the lower one 55 to 79 mm. The address keeps a
// millimetre from each side. Print shops ask for the same frame, 55 mm from the top
// and 110 mm from the left; La Poste for 9 to 12 points, aligned to the left, six lines
// and a seventh for the country (NF Z 10-011).
const (
	windowLeftEdge   = 110 * millimetre
	windowRightEdge  = 189 * millimetre
	windowTopEdge    = 50 * millimetre
	lowWindowTopEdge = 55 * millimetre
	windowBottomEdge = 79 * millimetre

	// windowLines is how many lines of an address show in the window.
	windowLines     = 7
	largestAddress  = 10.5
	smallestAddress = 8
	// addressLeading is the distance between two lines of it, in font sizes: at ten
	// points six lines fit the low window.
	addressLeading = 1.12
)

// The page, in points.
const (
	marginTop    = 15 * millimetre
	marginLeft   = 22 * millimetre
	marginRight  = 20 * millimetre
	marginBottom = 9 * millimetre

	pageWidth   = 210 * millimetre
	bodyWidth   = pageWidth - marginLeft - marginRight
	windowLeft  = windowLeftEdge - marginLeft
	dateTop     = 86*millimetre - marginTop
	bodyTop     = 95*millimetre - marginTop
	windowWidth = windowRightEdge - windowLeftEdge
	leftColumn  = windowLeft - 6*millimetre
	signing     = 12 * millimetre
)

var (
	ink    = layout.Hex("#1a1f24")
	soft   = layout.Hex("#5a646e")
	accent = layout.Hex("#1d4f73")
	pale   = layout.Hex("#f2f5f8")
	rule   = layout.Hex("#c3ccd4")
)

func (t typography) text() style {
	return style{face: t.regular, size: t.plain(), color: ink, tag: "P", after: t.gap(5.5)}
}

// plain is the size of running text.
func (t typography) plain() float64 {
	if t.dense {
		return 9
	}
	return 9.5
}

// gap is a distance between two parts, less where the letter is set densely.
func (t typography) gap(points float64) float64 {
	if t.dense {
		return 0.6 * points
	}
	return points
}
func (t typography) small() style {
	return style{face: t.regular, size: 8.5, color: soft, tag: "P"}
}
func (t typography) strong() style {
	return style{face: t.bold, size: 9.5, color: ink, tag: "P"}
}

// address is the recipient's block and where it starts: in the low window while it
// fits there, higher and then smaller where it has many lines or long ones, broken in
// two. It refuses what no window shows.
func (t typography) address(recipient []string) (*text, float64, error) {
	s := style{face: t.regular, size: largestAddress, color: ink, tag: "P", leading: addressLeading}
	const most = windowBottomEdge - windowTopEdge
	for s.size > smallestAddress && newText(s, recipient...).height(windowWidth) > most {
		s.size -= 0.5
	}
	block := newText(s, recipient...)
	height := block.height(windowWidth)
	if len(recipient) > windowLines || height > most {
		return nil, 0, fmt.Errorf("the address has %d lines and the envelope's window shows %d of ordinary length",
			len(block.wrapped(windowWidth)), windowLines)
	}
	return block, min(lowWindowTopEdge, windowBottomEdge-height) - marginTop, nil
}
func (t typography) letterhead() style {
	return style{face: t.bold, size: 14, color: accent, tag: "P", after: 3}
}
func (t typography) title() style {
	return style{face: t.bold, size: 15, color: ink, tag: "H1", after: t.gap(4)}
}
func (t typography) subject() style {
	return style{face: t.bold, size: 10, color: ink, tag: "P", after: t.gap(9)}
}
func (t typography) heading() style {
	return style{face: t.bold, size: 10, color: ink, tag: "H2", after: 4}
}

// body is the letter below its head, to the signature.
func (t typography) body(letter compose.Letter) []layout.Element {
	elements := []layout.Element{
		newText(t.title(), letter.Title),
		newText(t.subject(), letter.Subject),
		newText(t.text(), letter.Salutation),
	}
	elements = append(elements, t.paragraphs(letter.Opening)...)
	elements = append(elements, space(t.gap(2)), t.invoices(letter.Invoices), space(t.gap(4)))
	if len(letter.LateFees) > 0 {
		elements = append(elements, t.lines(letter.LateFees), space(t.gap(4)))
	}
	if len(letter.Interest) > 0 {
		elements = append(elements, newText(t.small(), letter.Interest...), space(t.gap(4)))
	}
	elements = append(elements, space(t.gap(4)))
	request := t.paragraphs(letter.Request)
	return append(elements, t.ending(request, t.payment(letter), t.signed(letter.Closing, letter.Signature))...)
}

// tallest is the height of what may stay together on a page.
const tallest = 220 * millimetre

// ending lets the last paragraphs of the request, the panel for paying and the
// signature stay together, so that nobody signs, and nobody scans, a page that does
// not say what it is about.
func (t typography) ending(request []layout.Element, panel, signed layout.Element) []layout.Element {
	for kept := min(2, len(request)); kept >= 0; kept-- {
		begun := len(request) - kept
		last := together(append(slices.Clone(request[begun:]), space(t.gap(3)), panel, space(t.gap(6)), signed))
		if last.height <= tallest {
			return append(request[:begun:begun], last)
		}
	}
	return append(request, space(t.gap(3)), panel, space(t.gap(6)), signed)
}

// head is the top of the first page, everything at its fixed place.
func (t typography) head(letter compose.Letter) (layout.Element, error) {
	address, addressTop, err := t.address(letter.Recipient)
	if err != nil {
		return nil, err
	}
	head := &sheet{height: bodyTop}
	sender := []layout.Element{newText(t.letterhead(), letter.Author)}
	if len(letter.Sender) > 0 {
		sender = append(sender, newText(t.small(), letter.Sender...))
	}
	head.put(0, 0, leftColumn, sender...)
	head.put(windowLeft, addressTop, windowWidth, address)

	var references []layout.Element
	if letter.Sending != "" {
		sending := t.strong()
		sending.after = 5
		references = append(references, newText(sending, letter.Sending))
	}
	if letter.PostingNumber != "" {
		number := t.small()
		number.after = 5
		references = append(references, newText(number, letter.PostingNumber+" "+strings.Repeat(".", 44)))
	}
	for _, line := range letter.References {
		references = append(references, newText(t.small(), line))
	}
	head.put(0, t.referencesTop(references), leftColumn, references...)
	head.put(windowLeft, dateTop, windowWidth, newText(t.text(), letter.PlaceAndDate))
	return head, nil
}

// referencesTop lets the references end on the line of the date.
func (t typography) referencesTop(references []layout.Element) float64 {
	height := 0.0
	for _, element := range references {
		height += element.PlanLayout(layout.LayoutArea{Width: leftColumn, Height: boundless}).Consumed
	}
	return dateTop + t.text().lineHeight() - height
}

func (t typography) paragraphs(paragraphs []string) []layout.Element {
	elements := make([]layout.Element, len(paragraphs))
	for i, paragraph := range paragraphs {
		elements[i] = newText(t.text(), paragraph)
	}
	return elements
}

// invoices is the table: texts to the left, amounts to the right.
func (t typography) invoices(invoices compose.InvoiceTable) layout.Element {
	widths := []float64{0.22, 0.13, 0.13, 0.17, 0.17, 0.18}
	table := layout.NewTable()
	columns := make([]layout.UnitValue, len(widths))
	for i, share := range widths {
		columns[i] = layout.Pt(share * bodyWidth)
	}
	table.SetColumnUnitWidths(columns)

	header := table.AddHeaderRow()
	for i, heading := range invoices.Headings {
		s := t.small()
		s.align = columnAlign(i)
		t.cell(header, newText(s, heading), i, len(invoices.Headings)).
			SetVAlign(layout.VAlignBottom).SetBorders(bottomBorder(1, accent))
	}
	for _, row := range invoices.Rows {
		line := table.AddRow()
		for i, value := range row {
			s := style{face: t.regular, size: 9.5, color: ink, align: columnAlign(i)}
			if i == 0 || i == len(row)-1 {
				s.face = t.bold
			}
			t.cell(line, newText(s, value), i, len(row)).SetBorders(bottomBorder(0.5, rule))
		}
	}
	total := table.AddRow()
	s := style{face: t.bold, size: 10.5, color: ink, align: layout.AlignRight}
	t.cell(total, newText(s, invoices.Total.Label), 0, len(widths)).
		SetColspan(len(widths) - 1).SetBorders(layout.NoBorders())
	t.cell(total, newText(s, invoices.Total.Value), len(widths)-1, len(widths)).SetBorders(layout.NoBorders())
	return table
}

// Columns up to the due date hold texts, the following amounts.
func columnAlign(column int) layout.Align {
	if column < 3 {
		return layout.AlignLeft
	}
	return layout.AlignRight
}

// cell adds a cell whose outer edges meet the margins of the page.
func (t typography) cell(row *layout.Row, element layout.Element, column, columns int) *layout.Cell {
	padding := layout.Padding{Top: t.gap(3.5), Bottom: t.gap(3.5), Left: 3, Right: 3}
	if column == 0 {
		padding.Left = 0
	}
	if column == columns-1 {
		padding.Right = 0
	}
	return row.AddCellElement(element).SetPaddingSides(padding)
}

func bottomBorder(width float64, color layout.Color) layout.CellBorders {
	return layout.CellBorders{Bottom: layout.SolidBorder(width, color)}
}

// lines is a list of labels and values, the values to the right, the last one in
// bold.
func (t typography) lines(lines []compose.Line) layout.Element {
	table := layout.NewTable()
	table.SetColumnUnitWidths([]layout.UnitValue{layout.Pt(0.82 * bodyWidth), layout.Pt(0.18 * bodyWidth)})
	for i, line := range lines {
		row := table.AddRow()
		s := style{face: t.regular, size: 9.5, color: ink, align: layout.AlignRight}
		if i == len(lines)-1 {
			s.face, s.size = t.bold, 10.5
		}
		t.cell(row, newText(s, line.Label), 0, 2).SetBorders(layout.NoBorders())
		t.cell(row, newText(s, line.Value), 1, 2).SetBorders(layout.NoBorders())
	}
	return table
}

// signed is the closing with room for a hand below it; the two never part, so
// that nobody signs an otherwise empty page.
func (t typography) signed(closing, signature []string) layout.Element {
	area := &sheet{}
	end := area.put(0, 0, bodyWidth, t.paragraphs(closing)...) + t.gap(signing)
	for i, line := range signature {
		s := t.text()
		s.after = 0
		if i == 0 {
			s = t.strong()
		}
		end = area.put(windowLeft, end, windowWidth, newText(s, line))
	}
	area.height = end
	return area
}

// foot is the bottom of every page: the sender's legal mentions and the number.
type foot struct {
	style    style
	mentions []string
	pageOf   string
}

const (
	footTop     = 6 // between the rule and the text
	numberWidth = 22 * millimetre
)

func (t typography) foot(letter compose.Letter) foot {
	s := style{face: t.regular, size: 7, color: soft}
	return foot{style: s, mentions: s.wrap(letter.Mentions, bodyWidth-numberWidth), pageOf: letter.PageOf}
}

// height is what the body must leave free above the bottom margin.
func (f foot) height() float64 {
	return footTop + float64(len(f.mentions))*f.style.lineHeight() + 3*millimetre
}

// draw prints the foot once the number of pages is known. It draws on the page
// itself, where the fonts of the body are reused instead of embedded again.
func (f foot) draw(ctx document.PageContext, page *document.Page) {
	top := marginBottom + footTop + float64(len(f.mentions))*f.style.lineHeight()
	page.AddLine(marginLeft, top, marginLeft+bodyWidth, top, 0.5, [3]float64{rule.R, rule.G, rule.B})
	page.ContentStream().SetFillColorRGB(f.style.color.R, f.style.color.G, f.style.color.B)
	baseline := top - footTop - f.style.size
	number := strings.NewReplacer(
		"{page}", strconv.Itoa(ctx.PageIndex+1), "{pages}", strconv.Itoa(ctx.TotalPages),
	).Replace(f.pageOf)
	page.AddTextEmbedded(number, f.style.face, f.style.size, marginLeft+bodyWidth-f.style.width(number), baseline)
	for i, line := range f.mentions {
		page.AddTextEmbedded(line, f.style.face, f.style.size, marginLeft, baseline-float64(i)*f.style.lineHeight())
	}
}
