package letters

import (
	"github.com/carlos7ags/folio/layout"
)

// The sizes of the text of a table, from the one it has to the one it may shrink
// to where its numbers are long.
const (
	largestFigure  = 8.5
	smallestFigure = 5
	cellGap        = 4
	// leastTextColumn is what a column of texts takes at least.
	leastTextColumn = 60
)

// figures sets a table whose numbers are never broken: their columns are as wide
// as they need, and the texts share the rest. It stays together with what stands
// above it.
func (t typography) figures(above []layout.Element, of Table) layout.Element {
	size := float64(largestFigure)
	widths := t.widths(of, size)
	for size > smallestFigure && widths == nil {
		size -= 0.5
		widths = t.widths(of, size)
	}
	table := layout.NewTable()
	units := make([]layout.UnitValue, len(of.Columns))
	for i := range units {
		width := bodyWidth / float64(len(units))
		if widths != nil {
			width = widths[i]
		}
		units[i] = layout.Pt(width)
	}
	table.SetColumnUnitWidths(units)
	header := table.AddHeaderRow()
	for i, column := range of.Columns {
		s := style{face: t.regular, size: size - 1, color: soft, align: column.align()}
		t.tight(header, newText(s, column.Heading), i, len(of.Columns)).SetVAlign(layout.VAlignBottom).SetBorders(bottomBorder(0.8, accent))
	}
	for _, row := range of.Rows {
		line := table.AddRow()
		for i, value := range row {
			s := style{face: t.regular, size: size, color: ink, align: of.Columns[i].align()}
			if i == len(row)-1 && of.Columns[i].IsNumber {
				s.face = t.bold
			}
			t.tight(line, newText(s, value), i, len(row)).SetBorders(bottomBorder(0.4, rule))
		}
	}
	return &titled{above: above, table: table}
}

func (c Column) align() layout.Align {
	if c.IsNumber && !c.LeftAligned {
		return layout.AlignRight
	}
	return layout.AlignLeft
}

// tight adds a cell with narrow gaps, its outer edges at the margins of the page.
func (t typography) tight(row *layout.Row, element layout.Element, column, columns int) *layout.Cell {
	padding := layout.Padding{Top: 1.8, Bottom: 1.8, Left: cellGap, Right: cellGap}
	if column == 0 {
		padding.Left = 0
	}
	if column == columns-1 {
		padding.Right = 0
	}
	return row.AddCellElement(element).SetPaddingSides(padding)
}

// widths are those of the columns with text of a size, nil when the numbers leave
// too little to the texts.
func (t typography) widths(of Table, size float64) []float64 {
	plain, bold := style{face: t.regular, size: size}, style{face: t.bold, size: size}
	heading := style{face: t.regular, size: size - 1}
	widths := make([]float64, len(of.Columns))
	rest, texts, wanted := bodyWidth, 0, 0.0
	for i, column := range of.Columns {
		widest := longestWord(heading, column.Heading)
		for _, row := range of.Rows {
			widest = max(widest, plain.width(row[i]), bold.width(row[i]))
		}
		widths[i] = widest + 2*cellGap
		if column.IsNumber {
			rest -= widths[i]
			continue
		}
		texts++
		wanted += widths[i]
	}
	if texts == 0 || rest < float64(texts)*leastTextColumn {
		return nil
	}
	// Short texts take what they need, and the last column what is left; long ones
	// wrap.
	if wanted <= rest {
		for i := len(widths) - 1; i >= 0; i-- {
			if !of.Columns[i].IsNumber {
				widths[i] += rest - wanted
				break
			}
		}
		return widths
	}
	share := rest / float64(texts)
	short, long := 0.0, 0
	for i, column := range of.Columns {
		switch {
		case column.IsNumber:
		case widths[i] <= share:
			short += widths[i]
		default:
			long++
		}
	}
	for i, column := range of.Columns {
		if !column.IsNumber && widths[i] > share {
			widths[i] = (rest - short) / float64(long)
		}
	}
	return widths
}

// longestWord is the width of the longest word, where a heading may be broken.
func longestWord(s style, text string) float64 {
	longest := 0.0
	start := 0
	for i, r := range text + " " {
		if r == ' ' {
			longest = max(longest, s.width(text[start:i]))
			start = i + 1
		}
	}
	return longest
}

// titled is a table with what stands above it. It begins on a page only if the
// first rows fit there too.
type titled struct {
	above []layout.Element
	table *layout.Table
}

// leastRows is the height of a heading and two rows.
const leastRows = 48

// PlanLayout places what stands above and the rows that fit.
func (e *titled) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	top := &sheet{}
	height := 0.0
	if len(e.above) > 0 {
		height = top.put(0, 0, area.Width, e.above...)
		top.height = height
	}
	if area.Height < height+leastRows && area.Height < boundless/2 {
		return layout.LayoutPlan{Status: layout.LayoutNothing}
	}
	plan := e.table.PlanLayout(layout.LayoutArea{Width: area.Width, Height: area.Height - height})
	for i := range plan.Blocks {
		plan.Blocks[i].Y += height
	}
	if height > 0 {
		plan.Blocks = append(top.PlanLayout(layout.LayoutArea{Width: area.Width, Height: boundless}).Blocks, plan.Blocks...)
	}
	plan.Consumed += height
	if rest, isTable := plan.Overflow.(*layout.Table); isTable {
		plan.Overflow = &titled{table: rest}
	}
	return plan
}
