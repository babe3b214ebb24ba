package compose

import "fmt"

// CallKey is the key of the script of a telephone call.
const CallKey = "call"

// callBlocks are the parts of a script.
var callBlocks = []string{"opening", "request", "answers", "closing"}

// Script is what the person who calls a debtor has before them.
type Script struct {
	// Lang is the language it is written in: the debtor's, who is spoken to.
	Lang string
	// Opening asks for the right person, Request says what the call is about,
	// Answers tells how to go on, Closing ends it.
	Opening, Request, Answers, Closing []string
}

// Script writes the script of a telephone call. Languages and errors are as in
// Email.
func (t *Templates) Script(lang string, f Facts) (Script, error) {
	p, f, err := t.prepare(CallKey, lang, ChannelCall, f)
	if err != nil {
		return Script{}, err
	}
	return p.script(f)
}

func (p *piece) script(f Facts) (Script, error) {
	w := wording{piece: p, facts: f}
	script := Script{
		Lang: p.language.tag, Opening: w.paragraphs("opening"), Request: w.paragraphs("request"),
		Answers: w.paragraphs("answers"), Closing: w.paragraphs("closing"),
	}
	if w.err != nil {
		return Script{}, fmt.Errorf("%s: %w", p.path, w.err)
	}
	return script, nil
}
