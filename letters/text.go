package letters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/carlos7ags/folio/font"
	"github.com/carlos7ags/folio/layout"
)

// style is how a piece of text looks. Sizes are in points.
type style struct {
	face  *font.EmbeddedFont
	size  float64
	color layout.Color
	align layout.Align
	// tag is the structure element a screen reader announces: "P", "H1".
	tag string
	// after is the space below the text.
	after float64
	// leading is the distance between two lines in font sizes, 0 for the usual one.
	leading float64
}

// usualLeading is the distance between two lines, in font sizes.
const usualLeading = 1.3

func (s style) lineHeight() float64 { return s.size * cmp.Or(s.leading, usualLeading) }

// width is the length of a text in points.
func (s style) width(text string) float64 {
	face := s.face.Face()
	units := 0
	for _, r := range text {
		units += face.GlyphAdvance(face.GlyphIndex(r))
	}
	return float64(units) / float64(face.UnitsPerEm()) * s.size
}

// text is an element of flowing text. Unlike the library's own paragraph it
// breaks lines at ordinary spaces only and prints no-break spaces as they are,
// so that "1 234,56 €" stays in one piece with the thin space French asks for.
type text struct {
	style style
	lines []string // each starts on a new line and wraps where it must
}

func newText(s style, lines ...string) *text { return &text{style: s, lines: lines} }

// minLines is how many lines of a paragraph may stand alone at the end of a page.
const minLines = 2

// wrapped are the lines as they are printed in a width.
func (t *text) wrapped(width float64) []string {
	var lines []string
	for _, line := range t.lines {
		lines = append(lines, t.style.wrap(line, width)...)
	}
	return lines
}

// height is what the lines take in a width, without the space below them.
func (t *text) height(width float64) float64 {
	return float64(len(t.wrapped(width))) * t.style.lineHeight()
}

// PlanLayout places the lines that fit and leaves the others to the next page.
func (t *text) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	lines := t.wrapped(area.Width)
	height := t.style.lineHeight()
	fit := int(area.Height/height + 1e-6)
	switch {
	case fit >= len(lines):
		fit = len(lines)
	case fit < minLines:
		return layout.LayoutPlan{Status: layout.LayoutNothing}
	case len(lines)-fit < minLines:
		fit = max(len(lines)-minLines, 1)
	}
	plan := layout.LayoutPlan{
		Status:   layout.LayoutFull,
		Consumed: float64(fit)*height + t.style.after,
		Blocks:   []layout.PlacedBlock{t.style.block(lines[:fit], area.Width)},
	}
	if fit < len(lines) {
		plan.Status = layout.LayoutPartial
		plan.Overflow = newText(t.style, lines[fit:]...)
	}
	return plan
}

// wrap breaks a text into lines at ordinary spaces, and inside a word only when
// the word alone is too long.
func (s style) wrap(line string, width float64) []string {
	var lines []string
	current := ""
	for word := range strings.SplitSeq(line, " ") {
		candidate := word
		if current != "" {
			candidate = current + " " + word
		}
		if s.width(candidate) <= width {
			current = candidate
			continue
		}
		if current != "" {
			lines = append(lines, current)
		}
		pieces := s.chop(word, width)
		lines = append(lines, pieces[:len(pieces)-1]...)
		current = pieces[len(pieces)-1]
	}
	return append(lines, current)
}

// chop cuts a word that is longer than a line.
func (s style) chop(word string, width float64) []string {
	var pieces []string
	piece := ""
	for _, r := range word {
		if piece != "" && s.width(piece+string(r)) > width {
			pieces = append(pieces, piece)
			piece = ""
		}
		piece += string(r)
	}
	return append(pieces, piece)
}

// block draws lines at the place the layout gives them.
func (s style) block(lines []string, width float64) layout.PlacedBlock {
	lines = slices.Clone(lines)
	height := s.lineHeight()
	return layout.PlacedBlock{
		Width: width, Height: float64(len(lines)) * height, Tag: s.tag,
		Draw: func(ctx layout.DrawContext, x, top float64) {
			name := resource(ctx.Page, s.face)
			for i, line := range lines {
				left := x
				switch s.align {
				case layout.AlignRight:
					left = x + width - s.width(line)
				case layout.AlignCenter:
					left = x + (width-s.width(line))/2
				default:
				}
				baseline := top - float64(i)*height - s.size*1.02
				ctx.Stream.BeginText()
				ctx.Stream.SetFillColorRGB(s.color.R, s.color.G, s.color.B)
				ctx.Stream.SetFont(name, s.size)
				ctx.Stream.MoveText(left, baseline)
				ctx.Stream.ShowTextHex(s.face.EncodeString(line))
				ctx.Stream.EndText()
			}
		},
	}
}

// resource is the name a page knows the font by.
func resource(page *layout.PageResult, face *font.EmbeddedFont) string {
	for _, entry := range page.Fonts {
		if entry.Embedded == face {
			return entry.Name
		}
	}
	name := fmt.Sprintf("L%d", len(page.Fonts)+1)
	page.Fonts = append(page.Fonts, layout.FontEntry{Name: name, Embedded: face})
	return name
}

// sheet is an area of fixed height in which elements have fixed places, measured
// from its top left corner.
type sheet struct {
	height float64
	placed []placed
}

type placed struct {
	x, y, width float64
	element     layout.Element
}

// put places elements one below the other and returns where they end.
func (s *sheet) put(x, y, width float64, elements ...layout.Element) float64 {
	for _, element := range elements {
		s.placed = append(s.placed, placed{x, y, width, element})
		y += element.PlanLayout(layout.LayoutArea{Width: width, Height: boundless}).Consumed
	}
	return y
}

// boundless is a height that holds anything.
const boundless = 1e6

// PlanLayout places every element; a sheet never breaks, it goes to the next page.
func (s *sheet) PlanLayout(area layout.LayoutArea) layout.LayoutPlan {
	if s.height > area.Height {
		return layout.LayoutPlan{Status: layout.LayoutNothing}
	}
	plan := layout.LayoutPlan{Status: layout.LayoutFull, Consumed: s.height}
	for _, p := range s.placed {
		for _, block := range p.element.PlanLayout(layout.LayoutArea{Width: p.width, Height: boundless}).Blocks {
			block.X += p.x
			block.Y += p.y
			plan.Blocks = append(plan.Blocks, block)
		}
	}
	return plan
}

// space is blank height.
func space(points float64) *layout.Div { return layout.NewDiv().SetHeightUnit(layout.Pt(points)) }
