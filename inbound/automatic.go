package inbound

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// autoSign is the sign by which an automatic reply is known, empty for a mail of a
// person (RFC 3834 and the headers that mail programs used before it).
//
// Precedence: list, bulk or junk and X-Auto-Response-Suppress are no signs. They ask
// that a mail not be replied to automatically, which nothing here ever does, and say
// nothing of who wrote it: mailing lists and group addresses put the first on the mails
// of their members, ticket tools and mail servers the second on those of their users.
func autoSign(header message.Header, subject string) string {
	value := func(name string) string { return strings.ToLower(line(header.Get(name))) }
	if submitted := keywordOf(value("Auto-Submitted")); submitted != "" && submitted != "no" {
		return "Auto-Submitted"
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder"} {
		if is := value(name); is != "" && is != "no" && is != "none" {
			return name
		}
	}
	if value("Precedence") == "auto_reply" {
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

// keywordOf is the value of a field without the parameters and the comment after it.
func keywordOf(value string) string {
	keyword, _, _ := strings.Cut(value, ";")
	keyword, _, _ = strings.Cut(keyword, "(")
	return strings.TrimSpace(keyword)
}

// automaticSubject is how the subject of an automatic reply begins. After "Re:" or "Fwd:"
// it is that of a person who answers or passes on an automatic reply.
var automaticSubject = regexp.MustCompile(`(?i)^\s*(réponse automatique|reponse automatique|message automatique|automatic reply|auto[- ]?reply|auto[- ]?response|` +
	`autoreply|out of office|out of the office|absent(e|\(e\))? du bureau|absence du bureau|notification d.absence|message d.absence|je suis absent|abwesenheitsnotiz|automatische antwort|respuesta automática)`)
