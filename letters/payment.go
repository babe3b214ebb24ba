package letters

import (
	"github.com/carlos7ags/folio/layout"

	"relance/epcqr"
	"relance/messaging/compose"
)

// The panel with all that is needed to pay, in points.
const (
	panelPadding = 10
	panelWidth   = bodyWidth - 2*panelPadding

	// codeSide is the side of a payment code with its quiet zone: an ordinary code
	// has modules of half a millimetre, which any telephone reads.
	codeSide   = 30 * millimetre
	codeGap    = 6 * millimetre
	labelWidth = 36 * millimetre
	rowAfter   = 2
)

// payment is the panel, with the code to scan beside the lines where there is one.
func (t typography) payment(letter compose.Letter) layout.Element {
	panel := layout.NewDiv().SetKeepTogether(true)
	if letter.PaymentCode != nil {
		panel.Add(t.paymentBesideCode(letter, *letter.PaymentCode))
	} else {
		panel.Add(newText(t.heading(), letter.PaymentHeading)).Add(t.paymentLines(letter.Payment))
	}
	panel.SetBackground(pale).SetPaddingAll(layout.Padding{Top: 8, Right: panelPadding, Bottom: 7, Left: panelPadding})
	return panel
}

func (t typography) label() style { return style{face: t.regular, size: 9.5, color: soft, tag: "P"} }
func (t typography) value() style { return style{face: t.bold, size: 9.5, color: ink, tag: "P"} }

// paymentLines sets two lines side by side: the account to the left, date and
// reference right.
func (t typography) paymentLines(lines []compose.Line) layout.Element {
	table := layout.NewTable()
	table.SetColumnUnitWidths([]layout.UnitValue{
		layout.Pt(0.16 * panelWidth), layout.Pt(0.40 * panelWidth), layout.Pt(0.22 * panelWidth), layout.Pt(0.22 * panelWidth),
	})
	half := (len(lines) + 1) / 2
	for i := range half {
		pair := []compose.Line{lines[i], {}}
		if half+i < len(lines) {
			pair[1] = lines[half+i]
		}
		row := table.AddRow()
		for _, line := range pair {
			label, value := t.label(), t.value()
			label.tag, value.tag = "", ""
			for _, c := range []*layout.Cell{row.AddCellElement(newText(label, line.Label)), row.AddCellElement(newText(value, line.Value))} {
				c.SetPaddingSides(layout.Padding{Top: 1.5, Bottom: 1.5, Right: 6}).SetBorders(layout.NoBorders())
			}
		}
	}
	return table
}

// paymentBesideCode sets the lines one below the other and the code to their right
// with its caption.
func (t typography) paymentBesideCode(letter compose.Letter, code compose.LetterCode) layout.Element {
	const codeLeft = panelWidth - codeSide
	const valueWidth = codeLeft - codeGap - labelWidth
	area := &sheet{}
	end := area.put(0, 0, codeLeft-codeGap, newText(t.heading(), letter.PaymentHeading))
	for _, line := range letter.Payment {
		labelEnd := area.put(0, end, labelWidth, newText(t.label(), line.Label))
		valueEnd := area.put(labelWidth, end, valueWidth, newText(t.value(), line.Value))
		end = max(labelEnd, valueEnd) + rowAfter
	}
	caption := style{face: t.bold, size: 8.5, color: ink, tag: "P", align: layout.AlignCenter}
	codeEnd := area.put(codeLeft, 0, codeSide, codePicture{code: code.Code, description: code.Description}, space(3), newText(caption, code.Caption))
	area.height = max(end-rowAfter, codeEnd)
	return area
}

// codePicture is a payment code drawn as lines and squares, sharp at any size.
type codePicture struct {
	code        epcqr.Code
	description string
}

// PlanLayout places the picture, as wide as the area and square.
func (p codePicture) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	side := area.Width
	if side > area.Height {
		return layout.LayoutPlan{Status: layout.LayoutNothing}
	}
	return layout.LayoutPlan{
		Status: layout.LayoutFull, Consumed: side,
		Blocks: []layout.PlacedBlock{{
			Width: side, Height: side, Tag: "Figure", AltText: p.description,
			Draw: func(ctx layout.DrawContext, x, top float64) { p.draw(ctx, x, top, side) },
		}},
	}
}

// draw fills a white square and the dark modules on it, all of one path: drawn one
// by one, their edges would show as hairlines.
func (p codePicture) draw(ctx layout.DrawContext, x, top, side float64) {
	size := p.code.Size()
	module := side / float64(size+2*epcqr.QuietZone)
	ctx.Stream.SaveState()
	// From here on a module is one unit, and the bottom left corner is the origin.
	ctx.Stream.ConcatMatrix(module, 0, 0, module, x, top-side)
	ctx.Stream.SetFillColorRGB(1, 1, 1)
	ctx.Stream.Rectangle(0, 0, float64(size+2*epcqr.QuietZone), float64(size+2*epcqr.QuietZone))
	ctx.Stream.Fill()
	ctx.Stream.SetFillColorRGB(0, 0, 0)
	for row := range size {
		for column := 0; column < size; column++ {
			start := column
			for p.code.Dark(column, row) {
				column++
			}
			if column > start {
				bottom := size + epcqr.QuietZone - 1 - row
				ctx.Stream.Rectangle(float64(epcqr.QuietZone+start), float64(bottom), float64(column-start), 1)
			}
		}
	}
	ctx.Stream.Fill()
	ctx.Stream.RestoreState()
}
