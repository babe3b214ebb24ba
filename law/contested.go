package law

import "slices"

// ContestedOption is one answer to a question that the law does not settle.
type ContestedOption struct {
	Point    string `json:"point"`
	Option   string `json:"option"`
	Default  bool   `json:"default" doc:"The answer the product takes when nobody chose."`
	Offered  bool   `json:"offered" doc:"One can choose it."`
	Question Words  `json:"question"`
	Answer   Words  `json:"answer"`
	Reason   Words  `json:"reason"`
	Dated
}

func (c ContestedOption) key() string           { return c.Point + "/" + c.Option }
func (c ContestedOption) dated() Dated          { return c.Dated }
func (c ContestedOption) bare() ContestedOption { c.Dated = Dated{}; return c }

// ContestedPoint is a question that the law does not settle, with the answers
// there are, the default first.
type ContestedPoint struct {
	Point    string            `json:"point"`
	Question Words             `json:"question"`
	Options  []ContestedOption `json:"options" nullable:"false"`
}

// Contested lists the points the law does not settle.
func (b Book) Contested() []ContestedPoint {
	var points []ContestedPoint
	for _, key := range sortedKeys(b.contested) {
		for _, option := range b.contested[key] {
			at := slices.IndexFunc(points, func(p ContestedPoint) bool { return p.Point == option.Point })
			switch {
			case at < 0:
				points = append(points, ContestedPoint{Point: option.Point, Question: option.Question, Options: []ContestedOption{option}})
			case option.Default:
				points[at].Options = slices.Insert(points[at].Options, 0, option)
			default:
				points[at].Options = append(points[at].Options, option)
			}
		}
	}
	return points
}

func contestedColumns() []string {
	return originColumns("point", "option", "default", "offered", "question_en", "question_fr", "option_en", "option_fr", "reason_en", "reason_fr")
}

func readContested(r row) ContestedOption {
	return ContestedOption{
		Point: r.text("point"), Option: r.text("option"),
		Default: choice(r, "default", "yes", "no") == "yes", Offered: choice(r, "offered", "yes", "no") == "yes",
		Question: r.words("question"), Answer: r.words("option"), Reason: r.words("reason"), Dated: r.origin(),
	}
}

// checkDefaults reports points without exactly one default that is offered.
func (t *tables) checkDefaults(b Book) {
	for _, point := range b.Contested() {
		defaults := 0
		for _, option := range point.Options {
			if option.Default && option.Offered {
				defaults++
			}
		}
		if defaults != 1 {
			first := point.Options[0].Dated
			t.problems = append(t.problems, Problem{File: first.File, Line: first.Line, Field: "default",
				Reason: "exactly one option of " + point.Point + " must be the default, and be offered"})
		}
	}
}
