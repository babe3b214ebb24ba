package inbound

import (
	"regexp"
	"strings"
)

// Lines after which a mail program puts what is answered, and the mark of a
// signature.
var quoteBegins = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^\s*le .{4,120} a écrit\s*:\s*$`),
	regexp.MustCompile(`(?i)^\s*on .{4,120} wrote\s*:\s*$`),
	regexp.MustCompile(`(?i)^\s*(am|op|il|el) .{4,120} (schrieb|schreef|ha scritto|escribió).{0,60}:\s*$`),
	regexp.MustCompile(`(?i)^\s*-{2,}\s*(message d.origine|message original|message transféré|original message|forwarded message|message transmis)\s*-{2,}`),
	regexp.MustCompile(`(?i)^\s*(de|from)\s*:\s.*[@<].*$`),
	regexp.MustCompile(`(?i)^\s*(begin forwarded message|début du message réexpédié)\s*:`),
	regexp.MustCompile(`^_{20,}\s*$`),
	regexp.MustCompile(`^-- ?$`),
}

// headerOfQuote and secondOfQuote are the first lines of the header that Outlook
// puts before what is answered.
var (
	headerOfQuote = regexp.MustCompile(`(?i)^\s*\*{0,2}(de|from|von)\s?:\*{0,2}\s`)
	secondOfQuote = regexp.MustCompile(`(?i)^\s*\*{0,2}(envoyé|sent|date|à|to|gesendet)\s?:\*{0,2}\s`)
)

// splitIntroduction is the line before a quotation when the mail program broke it
// in two.
var splitIntroduction = regexp.MustCompile(`(?i)^\s*(le|on) .{4,120}[^.!?]$`)

// said is what the sender wrote without what it quotes; all of it when nothing
// else is left.
func said(text string) string {
	lines := strings.Split(text, "\n")
	var kept []string
	for i, one := range lines {
		if i+1 < len(lines) && headerOfQuote.MatchString(one) && secondOfQuote.MatchString(lines[i+1]) {
			break
		}
		if beginsQuote(one) || splitIntroduction.MatchString(one) && i+1 < len(lines) && beginsQuote(strings.TrimSpace(one)+" "+strings.TrimSpace(lines[i+1])) {
			break
		}
		if !strings.HasPrefix(strings.TrimSpace(one), ">") {
			kept = append(kept, one)
		}
	}
	own := strings.TrimSpace(strings.Join(kept, "\n"))
	if own == "" {
		return text
	}
	return own
}

func beginsQuote(line string) bool {
	for _, begins := range quoteBegins {
		if begins.MatchString(line) {
			return true
		}
	}
	return false
}
