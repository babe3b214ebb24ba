package letters

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/carlos7ags/folio/content"
	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/font"
	"github.com/carlos7ags/folio/layout"
	"github.com/go-fonts/liberation/liberationmonoregular"

	"relance/calendar"
	"relance/messaging/compose"
)

// Dossier is a case file, every text ready to print: a cover, sections of tables, a
// numbered list of documents, and the documents themselves.
type Dossier struct {
	// Title and Subject are the head of the cover, Running the head of the other pages.
	Title, Subject, Author, Running string
	Date                            calendar.Date
	// PageOf has {page} and {pages} filled in; Foot stands beside it on every page.
	PageOf, Foot string
	// Parties stand side by side on the cover.
	Parties []DossierParty
	// Figures are labels and values on the cover, the last ones strong.
	FiguresTitle string
	Figures      []compose.Line
	Strong       int
	// Remarks stand at the foot of the cover, below the table of contents.
	ContentsTitle string
	Remarks       []string
	Sections      []DossierSection
	// List is the section of the numbered list: the page of each document is filled in
	// as the last column of its table, which has a row for each of Documents.
	List      DossierSection
	Documents []DossierDocument
}

// DossierParty is who a claim is of, or against.
type DossierParty struct {
	Role  string
	Name  string
	Lines []string
}

// DossierSection is one part of a case file. It begins on a page of its own.
type DossierSection struct {
	Heading string
	// Introduction is said below the heading.
	Introduction []string
	Sections     []Section
}

// DossierDocument is one document of a case file. It begins on a page of its own.
type DossierDocument struct {
	// Number is its name in the list, "Pièce n° 3".
	Number string
	Title  string
	// Lines are facts about it: from, to, sent on.
	Lines []compose.Line
	// Text are its paragraphs, for what has no pages: a mail, a short message. They are
	// set in letters of one width, as they were written.
	Text []string
	// Pages are those of a file that has some; nil when it has none.
	Pages *Pages
	// Remark is said below: that the file is too large to be printed here.
	Remark string
}

// PrintDossier sets a case file on paper, on as many pages as it needs. The same
// dossier always gives the same bytes. Characters that the font does not have come
// out as "?": what others wrote is shown as far as it can be.
func PrintDossier(d Dossier) ([]byte, error) {
	// The first time tells on which page everything begins.
	_, places, err := d.printed(places{})
	if err != nil {
		return nil, err
	}
	file, _, err := d.printed(places)
	return file, err
}

// places are the pages, from 1, on which sections and documents begin.
type places map[string]int

func (p places) of(name string) string {
	if page, known := p[name]; known {
		return strconv.Itoa(page)
	}
	return "00" // as wide as it will be
}

func (d Dossier) printed(at places) ([]byte, places, error) {
	t, err := newTypography()
	if err != nil {
		return nil, nil, err
	}
	typed, err := font.ParseTTF(liberationmonoregular.TTF)
	if err != nil {
		return nil, nil, fmt.Errorf("the font of what was typed cannot be read: %w", err)
	}
	t.typed = font.NewEmbeddedFont(typed)
	d = d.printable(t)
	doc := document.NewDocument(document.PageSizeA4)
	written := d.Date.Time(time.UTC)
	doc.Info = document.Info{
		Title: pdfString(d.Title + " – " + d.Subject), Author: pdfString(d.Author), Subject: pdfString(d.Subject),
		Producer: "Relance", CreationDate: written, ModDate: written,
	}
	doc.SetTagged(true)
	doc.SetAutoBookmarks(true)
	book := &bookmarks{at: map[*content.Stream][]string{}, pages: map[*content.Stream]*PageOfFile{}}
	foot := foot{style: style{face: t.regular, size: 7, color: soft}, mentions: []string{d.Foot}, pageOf: d.PageOf}
	doc.SetMargins(layout.Margins{Top: dossierTop, Right: marginRight, Bottom: marginBottom + foot.height(), Left: marginLeft})
	found := places{}
	var failed error
	doc.SetFooter(func(ctx document.PageContext, page *document.Page) {
		for _, name := range book.at[page.ContentStream()] {
			found[name] = ctx.PageIndex + 1
		}
		if shown := book.pages[page.ContentStream()]; shown != nil {
			failed = cmp.Or(failed, shown.draw(page, frame{marginLeft, marginBottom + foot.height() + 2*millimetre, bodyWidth, fileHeight}))
		}
		if ctx.PageIndex > 0 {
			d.head(t, page)
		}
		foot.draw(ctx, page)
	})
	for _, element := range d.elements(t, book, at) {
		doc.Add(element)
	}
	// Making equal objects one would break the pages of files (folio v0.7.1).
	file, err := doc.ToBytesWithOptions(document.WriteOptions{RecompressStreams: true})
	if err = cmp.Or(failed, err); err != nil {
		return nil, nil, fmt.Errorf("the case file %q cannot be written as PDF: %w", d.Subject, err)
	}
	return file, found, nil
}

const (
	dossierTop = 24 * millimetre
	// fileHeight is what a page of a file may take of a page, below what is said of it.
	fileHeight = 232 * millimetre
)

// head is the running head.
func (d Dossier) head(t typography, page *document.Page) {
	s := style{face: t.regular, size: 7.5, color: soft}
	const baseline = 297*millimetre - 14*millimetre
	page.ContentStream().SetFillColorRGB(s.color.R, s.color.G, s.color.B)
	page.AddTextEmbedded(d.Running, s.face, s.size, marginLeft, baseline)
	page.AddTextEmbedded(d.Author, s.face, s.size, marginLeft+bodyWidth-s.width(d.Author), baseline)
	page.AddLine(marginLeft, baseline-4, marginLeft+bodyWidth, baseline-4, 0.5, [3]float64{rule.R, rule.G, rule.B})
}

// bookmarks are what begins on the pages, and the pages of files that are drawn on
// them, by the stream of the page.
type bookmarks struct {
	at    map[*content.Stream][]string
	pages map[*content.Stream]*PageOfFile
}

// marked is an element that is found again on its page.
type marked struct {
	layout.Element
	// name is what begins with it, heading what the outline says.
	name, heading string
	file          *PageOfFile
	book          *bookmarks
}

// PlanLayout has the first block tell its page when it is drawn.
func (m *marked) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	plan := m.Element.PlanLayout(area)
	if len(plan.Blocks) == 0 || plan.Status == layout.LayoutNothing {
		return plan
	}
	plan.Blocks = slices.Clone(plan.Blocks)
	first := &plan.Blocks[0]
	first.HeadingText = m.heading
	draw := first.Draw
	first.Draw = func(ctx layout.DrawContext, x, top float64) {
		if m.name != "" {
			m.book.at[ctx.Stream] = append(m.book.at[ctx.Stream], m.name)
		}
		if m.file != nil {
			m.book.pages[ctx.Stream] = m.file
		}
		if draw != nil {
			draw(ctx, x, top)
		}
	}
	return plan
}

func (d Dossier) elements(t typography, book *bookmarks, at places) []layout.Element {
	elements := d.cover(t, at)
	for i, section := range d.Sections {
		elements = append(elements, layout.NewAreaBreak())
		elements = append(elements, t.dossierSection(book, sectionName(i), section)...)
	}
	if d.List.Heading != "" {
		elements = append(elements, layout.NewAreaBreak())
		elements = append(elements, t.dossierSection(book, listName, d.listed(at))...)
	}
	for i, piece := range d.Documents {
		elements = append(elements, t.dossierDocument(book, documentName(i), piece)...)
	}
	return elements
}

const listName = "list"

func sectionName(i int) string  { return "section/" + strconv.Itoa(i) }
func documentName(i int) string { return "document/" + strconv.Itoa(i) }

// listed is the numbered list with the pages.
func (d Dossier) listed(at places) DossierSection {
	list := d.List
	if len(list.Sections) == 0 || len(list.Sections[0].Blocks) == 0 {
		return list
	}
	block := list.Sections[0].Blocks[0]
	rows := make([][]string, len(block.Table.Rows))
	for i, row := range block.Table.Rows {
		rows[i] = append(slices.Clone(row[:len(row)-1]), at.of(documentName(i)))
	}
	block.Table.Rows = rows
	list.Sections = []Section{{Blocks: []Block{block}}}
	return list
}

func (d Dossier) cover(t typography, at places) []layout.Element {
	title := style{face: t.bold, size: 24, color: accent, tag: "H1", after: 4}
	subject := style{face: t.regular, size: 12, color: ink, tag: "P", after: 6}
	elements := []layout.Element{space(18 * millimetre), newText(title, d.Title), newText(subject, d.Subject), ruleLine{}, space(14), t.parties(d.Parties), space(18)}
	if len(d.Figures) > 0 {
		elements = append(elements, newText(t.sectionHeading(), d.FiguresTitle), space(2), t.sums(d.Figures, d.Strong), space(16))
	}
	elements = append(elements, newText(t.sectionHeading(), d.ContentsTitle), space(2), t.contents(d.contents(at)), space(16))
	remark := t.small()
	remark.after = 3
	for _, text := range d.Remarks {
		elements = append(elements, newText(remark, text))
	}
	return elements
}

func (d Dossier) contents(at places) []compose.Line {
	var lines []compose.Line
	for i, section := range d.Sections {
		lines = append(lines, compose.Line{Label: section.Heading, Value: at.of(sectionName(i))})
	}
	if d.List.Heading != "" {
		lines = append(lines, compose.Line{Label: d.List.Heading, Value: at.of(listName)})
	}
	return lines
}

// contents are headings with their pages.
func (t typography) contents(lines []compose.Line) layout.Element {
	table := layout.NewTable()
	table.SetColumnUnitWidths([]layout.UnitValue{layout.Pt(0.9 * bodyWidth), layout.Pt(0.1 * bodyWidth)})
	for _, line := range lines {
		row := table.AddRow()
		for column, text := range []string{line.Label, line.Value} {
			s := style{face: t.regular, size: 9.5, color: ink}
			if column == 1 {
				s.align = layout.AlignRight
			}
			t.tight(row, newText(s, text), column, 2).SetBorders(bottomBorder(0.4, rule))
		}
	}
	return table
}

// parties are set side by side.
func (t typography) parties(parties []DossierParty) layout.Element {
	const gap = 8 * millimetre
	width := (bodyWidth - gap*float64(max(len(parties)-1, 0))) / float64(max(len(parties), 1))
	area := &sheet{}
	for i, party := range parties {
		name := t.strong()
		name.size, name.after = 11, 2
		role := t.blockTitle()
		role.after = 3
		end := area.put(float64(i)*(width+gap), 0, width, newText(role, party.Role), newText(name, party.Name))
		if len(party.Lines) > 0 {
			lines := t.text()
			lines.size, lines.after = 9, 0
			end = area.put(float64(i)*(width+gap), end, width, newText(lines, party.Lines...))
		}
		area.height = max(area.height, end)
	}
	return area
}

func (t typography) dossierSection(book *bookmarks, name string, s DossierSection) []layout.Element {
	heading := style{face: t.bold, size: 15, color: accent, tag: "H1", after: 4}
	elements := []layout.Element{&marked{Element: newText(heading, s.Heading), name: name, heading: s.Heading, book: book}, ruleLine{}, space(8)}
	for _, text := range s.Introduction {
		elements = append(elements, newText(t.text(), text))
	}
	for _, section := range s.Sections {
		elements = append(elements, t.dossierBlocks(section)...)
	}
	return elements
}

func (t typography) dossierBlocks(section Section) []layout.Element {
	var elements, above []layout.Element
	if section.Heading != "" {
		elements = append(elements, space(6))
		above = append(above, newText(t.sectionHeading(), section.Heading), space(3))
	}
	if len(section.Lines) > 0 {
		above = append(above, t.sums(section.Lines, 0), space(3))
	}
	for _, block := range section.Blocks {
		for _, part := range block.inParts() {
			if !part.isEmpty() {
				elements = append(elements, t.block(above, part)...)
				above = nil
			}
		}
	}
	return append(elements, above...)
}

// mostRows is how many rows one table has: the time to set a table grows with the
// square of them.
const mostRows = 150

// inParts divides a long table.
func (b Block) inParts() []Block {
	if len(b.Table.Rows) <= mostRows {
		return []Block{b}
	}
	var parts []Block
	for rows := range slices.Chunk(b.Table.Rows, mostRows) {
		parts = append(parts, Block{Table: Table{Columns: b.Table.Columns, Rows: rows}})
	}
	parts[0].Title = b.Title
	last := &parts[len(parts)-1]
	last.Lines, last.Strong, last.Remarks = b.Lines, b.Strong, b.Remarks
	return parts
}

// dossierDocument is a document: what is said of it, then its text or its pages.
func (t typography) dossierDocument(book *bookmarks, name string, piece DossierDocument) []layout.Element {
	heading := style{face: t.bold, size: 11, color: accent, tag: "H2", after: 2}
	title := piece.Number + " – " + piece.Title
	elements := []layout.Element{layout.NewAreaBreak()}
	first := &marked{Element: newText(heading, title), name: name, heading: title, book: book}
	if piece.Pages != nil {
		for i := range piece.Pages.pages {
			if i > 0 {
				elements = append(elements, layout.NewAreaBreak())
				first = &marked{Element: newText(t.small(), fmt.Sprintf("%s (%d/%d)", piece.Number, i+1, len(piece.Pages.pages))), book: book}
			}
			first.file = &piece.Pages.pages[i]
			elements = append(elements, first)
		}
		return elements
	}
	elements = append(elements, first, ruleLine{}, space(5))
	if len(piece.Lines) > 0 {
		elements = append(elements, t.facts(piece.Lines), space(7))
	}
	for _, paragraph := range piece.Text {
		typed := style{face: t.typed, size: 8.5, color: ink, tag: "P", after: 5}
		elements = append(elements, newText(typed, strings.Split(paragraph, "\n")...))
	}
	if piece.Remark != "" {
		elements = append(elements, space(4), newText(t.small(), piece.Remark))
	}
	return elements
}

// facts are labels and values, the values beside the labels.
func (t typography) facts(lines []compose.Line) layout.Element {
	table := layout.NewTable()
	table.SetColumnUnitWidths([]layout.UnitValue{layout.Pt(0.24 * bodyWidth), layout.Pt(0.76 * bodyWidth)})
	for _, line := range lines {
		row := table.AddRow()
		for column, text := range []string{line.Label, line.Value} {
			s := style{face: t.regular, size: 9, color: soft}
			if column == 1 {
				s.color = ink
			}
			t.cell(row, newText(s, text), column, 2).SetBorders(layout.NoBorders()).SetPaddingSides(layout.Padding{Top: 1, Bottom: 1, Right: 4})
		}
	}
	return table
}

// printable replaces the characters that the font does not have.
func (d Dossier) printable(t typography) Dossier {
	f, typed := printer{t.regular, t.bold}, printer{t.typed}
	for _, text := range []*string{&d.Title, &d.Subject, &d.Author, &d.Running, &d.Foot, &d.FiguresTitle, &d.ContentsTitle} {
		*text = f.text(*text)
	}
	d.Figures, d.Remarks = f.lines(d.Figures), f.texts(d.Remarks)
	d.Parties = slices.Clone(d.Parties)
	for i, party := range d.Parties {
		d.Parties[i] = DossierParty{Role: f.text(party.Role), Name: f.text(party.Name), Lines: f.texts(party.Lines)}
	}
	d.Sections = slices.Clone(d.Sections)
	for i, section := range d.Sections {
		d.Sections[i] = f.section(section)
	}
	d.List = f.section(d.List)
	d.Documents = slices.Clone(d.Documents)
	for i, piece := range d.Documents {
		piece.Number, piece.Title, piece.Remark = f.text(piece.Number), f.text(piece.Title), f.text(piece.Remark)
		piece.Lines, piece.Text = f.lines(piece.Lines), typed.texts(piece.Text)
		d.Documents[i] = piece
	}
	return d
}

// printer replaces characters that one of its fonts does not have.
type printer []*font.EmbeddedFont

func (p printer) lacks(r rune) bool {
	return slices.ContainsFunc(p, func(face *font.EmbeddedFont) bool { return face.Face().GlyphIndex(r) == 0 })
}

func (p printer) text(content string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r < ' ' || r == '\u200b' || r == '\ufeff' || r == '\u00ad':
			return -1
		case !p.lacks(r):
			return r
		case r == '\u2011': // a hyphen at which no line ends
			return '-'
		case unicode.IsSpace(r): // the narrow one within amounts
			return '\u00a0'
		default:
			return '?'
		}
	}, content)
}

func (p printer) texts(texts []string) []string {
	shown := make([]string, len(texts))
	for i, content := range texts {
		shown[i] = p.text(content)
	}
	return shown
}

func (p printer) lines(lines []compose.Line) []compose.Line {
	shown := make([]compose.Line, len(lines))
	for i, line := range lines {
		shown[i] = compose.Line{Label: p.text(line.Label), Value: p.text(line.Value)}
	}
	return shown
}

func (p printer) section(s DossierSection) DossierSection {
	s.Heading, s.Introduction = p.text(s.Heading), p.texts(s.Introduction)
	s.Sections = slices.Clone(s.Sections)
	for i, section := range s.Sections {
		section.Heading, section.Lines = p.text(section.Heading), p.lines(section.Lines)
		section.Blocks = slices.Clone(section.Blocks)
		for j, block := range section.Blocks {
			block.Title, block.Lines, block.Remarks = p.text(block.Title), p.lines(block.Lines), p.texts(block.Remarks)
			rows := make([][]string, len(block.Table.Rows))
			for k, row := range block.Table.Rows {
				rows[k] = p.texts(row)
			}
			block.Table.Rows = rows
			section.Blocks[j] = block
		}
		s.Sections[i] = section
	}
	return s
}
