package inbound

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// autoSign is the sign by which an automatic reply is known, empty for a mail of a
// person (RFC 3834 and the headers that mail programs used before it).
func autoSign(header message.Header, subject string) string {
	value := func(name string) string { return strings.ToLower(line(header.Get(name))) }
	if submitted := value("Auto-Submitted"); submitted != "" && submitted != "no" && !strings.HasPrefix(submitted, "no;") {
		return "Auto-Submitted"
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress"} {
		if is := value(name); is != "" && is != "no" && is != "none" {
			return name
		}
	}
	switch value("Precedence") {
	case "auto_reply", "bulk", "junk", "list":
		return "Precedence"
	}
	if header.Has("Return-Path") && value("Return-Path") == "<>" {
		return "Return-Path"
	}
	if automaticSubject.MatchString(subject) {
		return "Subject"
	}
	return ""
}

var automaticSubject = regexp.MustCompile(`(?i)^\s*((re|tr|fw|fwd)\s*:\s*)?(réponse automatique|reponse automatique|message automatique|automatic reply|auto[- ]?reply|auto[- ]?response|` +
	`autoreply|out of office|out of the office|absent(e|\(e\))? du bureau|absence du bureau|notification d.absence|message d.absence|je suis absent|abwesenheitsnotiz|automatische antwort|respuesta automática)`)
