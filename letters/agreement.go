package letters

import (
	"github.com/carlos7ags/folio/layout"

	"relance/messaging/compose"
)

// Agreement is an agreement for both parties to sign, every text ready to print.
type Agreement struct {
	// Letter is what stands around it: letterhead and recipient, title and subject,
	// opening, how to pay.
	Letter   compose.Letter
	Sections []Section
	// Clauses are numbered as they stand.
	Clauses []Clause
	// Signatures are what is printed above the room for each hand, side by side.
	Signatures [2][]string
}

// Clause is a heading and its paragraphs.
type Clause struct {
	Heading    string
	Paragraphs []string
}

// PrintAgreement sets an agreement on paper, on as many pages as it needs. It refuses
// what Print refuses.
func PrintAgreement(a Agreement) ([]byte, error) {
	texts := Statement{Sections: a.Sections}.texts()
	for _, clause := range a.Clauses {
		texts = append(append(texts, clause.Heading), clause.Paragraphs...)
	}
	texts = append(append(texts, a.Signatures[0]...), a.Signatures[1]...)
	file, _, err := printed(a.Letter, texts, false, func(t typography) []layout.Element { return t.agreement(a) })
	return file, err
}

func (t typography) agreement(a Agreement) []layout.Element {
	elements := []layout.Element{newText(t.title(), a.Letter.Title), newText(t.subject(), a.Letter.Subject)}
	elements = append(elements, t.paragraphs(a.Letter.Opening)...)
	// The tables are those of a statement; its title is empty here.
	elements = append(elements, t.statement(Statement{Sections: a.Sections})[2:]...)
	for _, clause := range a.Clauses {
		elements = append(elements, space(6), together(append([]layout.Element{newText(t.heading(), clause.Heading)}, t.paragraphs(clause.Paragraphs)...)))
	}
	if len(a.Letter.Payment) > 0 {
		elements = append(elements, space(8), t.payment(a.Letter))
	}
	return append(elements, space(10), t.signatures(a.Signatures))
}

// roomToSign is the height that a signature needs below its texts.
const roomToSign = 22 * millimetre

// signatures are two blocks side by side, which never part.
func (t typography) signatures(blocks [2][]string) layout.Element {
	area := &sheet{}
	const half = bodyWidth / 2
	end := 0.0
	for i, lines := range blocks {
		end = max(end, area.put(half*float64(i), 0, half-6*millimetre, t.paragraphs(lines)...))
	}
	area.height = end + roomToSign
	return area
}
