package evidence

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"relance/calendar"
	"relance/messaging/compose"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// Languages are those a case file can be written in.
func Languages() []string { return []string{"fr", "en"} }

// words are the texts of a case file in one language. Amounts and days are worded as
// in the statement of account.
type words struct {
	compose.StatementWording
	texts map[string]string
	zone  *time.Location
}

// readWords reads the words of a language.
func readWords(language string) (map[string]string, error) {
	content, err := wordFiles.ReadFile("words/" + language + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("a case file cannot be written in %q: it can in %s", language, strings.Join(Languages(), " and "))
	}
	texts := map[string]string{}
	if err := yaml.Unmarshal(content, &texts); err != nil {
		return nil, fmt.Errorf("the words of the language %s cannot be read: %w", language, err)
	}
	return texts, nil
}

// say is a text with what stands in braces filled in: pairs of a name and what to put
// in its place. A text that is not known is its name, which is at least a word.
func (w words) say(name string, filled ...string) string {
	text, known := w.texts[name]
	if !known {
		_, last, _ := strings.Cut(name, ".")
		return last
	}
	pairs := make([]string, 0, len(filled))
	for i := 0; i+1 < len(filled); i += 2 {
		pairs = append(pairs, "{"+filled[i]+"}", filled[i+1])
	}
	return w.spaced(strings.NewReplacer(pairs...).Replace(text))
}

// spaced puts the no-break spaces of French where they belong.
func (w words) spaced(text string) string {
	if w.Lang() != "fr" {
		return text
	}
	return frenchSpaces.Replace(text)
}

const noBreak = "\u00a0"

var frenchSpaces = strings.NewReplacer(
	" :", noBreak+":", " ;", noBreak+";", " ?", noBreak+"?", " !", noBreak+"!", "« ", "«"+noBreak, " »", noBreak+"»",
	"n° ", "n°"+noBreak, "N° ", "N°"+noBreak, " –", noBreak+"–",
)

// day is the day of an instant, minute the instant, where the case is.
func (w words) day(at time.Time) string { return w.ShortDate(calendar.DateOf(at.In(w.zone))) }

func (w words) minute(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return w.day(at) + noBreak + at.In(w.zone).Format("15:04")
}
