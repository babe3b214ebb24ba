package letters

import (
	"github.com/carlos7ags/folio/layout"

	"relance/messaging/compose"
)

// Statement is a statement of account, every text ready to print.
type Statement struct {
	// Letter is what stands around the tables: letterhead and recipient, title and
	// subject, how to pay. There is no panel for paying when it has no such lines.
	Letter compose.Letter
	// Summary is said first: the total to be paid.
	Summary  []string
	Sections []Section
}

// Section is one invoice, or the totals of a currency.
type Section struct {
	Heading string
	// Lines stand below the heading, and stay with the first table.
	Lines  []compose.Line
	Blocks []Block
}

// Block is a table under its title with lines and remarks below it. All parts may
// be missing.
type Block struct {
	Title string
	Table Table
	// Lines are labels and values to the right, the last ones in bold where Strong
	// says so.
	Lines   []compose.Line
	Strong  int
	Remarks []string
}

func (b Block) isEmpty() bool {
	return len(b.Table.Rows) == 0 && len(b.Lines) == 0 && len(b.Remarks) == 0
}

// Table is a table of texts and numbers.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Column is a column of a table. Numbers stand to the right and are never broken.
type Column struct {
	Heading  string
	IsNumber bool
	// LeftAligned: it is never broken, but stands to the left: dates, short codes.
	LeftAligned bool
}

// PrintStatement sets a statement on paper, on as many pages as it needs. It
// refuses what Print refuses.
func PrintStatement(s Statement) ([]byte, error) {
	file, _, err := printed(s.Letter, s.texts(), false, func(t typography) []layout.Element { return t.statement(s) })
	return file, err
}

// texts are all texts that are not of the letter.
func (s Statement) texts() []string {
	texts := append([]string{}, s.Summary...)
	for _, section := range s.Sections {
		texts = append(texts, section.Heading)
		for _, line := range section.Lines {
			texts = append(texts, line.Label, line.Value)
		}
		for _, block := range section.Blocks {
			texts = append(texts, block.Title)
			texts = append(texts, block.Remarks...)
			for _, line := range block.Lines {
				texts = append(texts, line.Label, line.Value)
			}
			for _, column := range block.Table.Columns {
				texts = append(texts, column.Heading)
			}
			for _, row := range block.Table.Rows {
				texts = append(texts, row...)
			}
		}
	}
	return texts
}

// statement is what stands below the head, to the panel for paying.
func (t typography) statement(s Statement) []layout.Element {
	elements := []layout.Element{newText(t.title(), s.Letter.Title), newText(t.subject(), s.Letter.Subject)}
	for _, line := range s.Summary {
		strong := t.strong()
		strong.size, strong.after = 11, 4
		elements = append(elements, newText(strong, line))
	}
	for _, section := range s.Sections {
		elements = append(elements, space(8))
		var above []layout.Element
		if section.Heading != "" {
			above = append(above, newText(t.sectionHeading(), section.Heading), ruleLine{}, space(3))
		}
		if len(section.Lines) > 0 {
			above = append(above, t.sums(section.Lines, 0), space(3))
		}
		for _, block := range section.Blocks {
			if block.isEmpty() {
				continue
			}
			elements = append(elements, t.block(above, block)...)
			above = nil
		}
		elements = append(elements, above...)
	}
	if len(s.Letter.Payment) > 0 {
		elements = append(elements, space(8), t.payment(s.Letter))
	}
	return elements
}

func (t typography) sectionHeading() style {
	return style{face: t.bold, size: 11, color: accent, tag: "H2", after: 2}
}

func (t typography) blockTitle() style {
	return style{face: t.bold, size: 8.5, color: soft, tag: "H3", after: 1}
}

// block is a table with what belongs above it, which never parts from its first
// rows, and the lines and remarks below.
func (t typography) block(above []layout.Element, b Block) []layout.Element {
	if b.Title != "" {
		above = append(above, newText(t.blockTitle(), b.Title))
	}
	var elements []layout.Element
	if len(b.Table.Rows) > 0 {
		elements = append(elements, t.figures(above, b.Table), space(5))
		above = nil
	}
	if len(b.Lines) > 0 {
		elements = append(elements, together(append(above, t.sums(b.Lines, b.Strong))), space(3))
		above = nil
	}
	if len(b.Remarks) > 0 {
		remark := t.small()
		remark.after = 2
		for _, text := range b.Remarks {
			above = append(above, newText(remark, text))
		}
		elements = append(elements, together(above), space(2))
		above = nil
	}
	return append(elements, above...)
}

// together is a sheet: elements one below the other that stay on one page.
func together(elements []layout.Element) *sheet {
	area := &sheet{}
	area.height = area.put(0, 0, bodyWidth, elements...)
	return area
}

// sums are labels and values to the right; the last ones are strong.
func (t typography) sums(lines []compose.Line, strong int) layout.Element {
	table := layout.NewTable()
	table.SetColumnUnitWidths([]layout.UnitValue{layout.Pt(0.78 * bodyWidth), layout.Pt(0.22 * bodyWidth)})
	for i, line := range lines {
		s := style{face: t.regular, size: 9, color: ink, align: layout.AlignRight}
		if i >= len(lines)-strong {
			s.face, s.size = t.bold, 10
		}
		row := table.AddRow()
		for column, text := range []string{line.Label, line.Value} {
			t.cell(row, newText(s, text), column, 2).SetBorders(layout.NoBorders()).
				SetPaddingSides(layout.Padding{Top: 1.5, Bottom: 1.5, Left: 3 * float64(column)})
		}
	}
	return table
}

// ruleLine is a line across the page.
type ruleLine struct{}

// PlanLayout draws it at the top of the area.
func (ruleLine) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	const height = 1
	if area.Height < height {
		return layout.LayoutPlan{Status: layout.LayoutNothing}
	}
	return layout.LayoutPlan{Status: layout.LayoutFull, Consumed: height, Blocks: []layout.PlacedBlock{{
		Width: area.Width, Height: height,
		Draw: func(ctx layout.DrawContext, x, top float64) {
			ctx.Stream.SaveState()
			ctx.Stream.SetStrokeColorRGB(accent.R, accent.G, accent.B)
			ctx.Stream.SetLineWidth(height)
			ctx.Stream.MoveTo(x, top-height/2.0)
			ctx.Stream.LineTo(x+area.Width, top-height/2.0)
			ctx.Stream.Stroke()
			ctx.Stream.RestoreState()
		},
	}}}
}
