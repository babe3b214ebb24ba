package inbound

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// readBounce reads what a mail server reports: in the form of RFC 3464, or as servers write
// that know no such form. It leaves other mails alone.
func (a *Answer) readBounce(header message.Header, report deliveryReport) {
	told := a.failuresOfQmail()
	if len(told) == 0 {
		told = a.failuresOfExim(header)
	}
	if a.Kind != BounceMail && len(told) == 0 && !isOfMailSystem(header, a.From) {
		return
	}
	a.Kind = BounceMail
	a.Bounce = report.bounce(a.References, a.InReplyTo)
	if len(a.Bounce.Recipients) == 0 && len(told) > 0 {
		a.Bounce.Recipients = told
		a.Bounce.Action, a.Bounce.Status = told[0].Action, told[0].Status
	}
	if report.returned == nil {
		a.Bounce.Returned = distinct(append(a.Bounce.Returned, returnedIn(a.Text)...))
	}
}

// failuresOfQmail are the recipients of the qmail-send Bounce Message Format, which always
// is about failures for good: after its greeting a paragraph for each, which begins with the
// address, and then the mail itself (cr.yp.to/proto/qsbmf.txt).
func (a *Answer) failuresOfQmail() []BounceRecipient {
	if !strings.HasPrefix(a.Text, "Hi. This is the") {
		return nil
	}
	var failures []BounceRecipient
	for _, paragraph := range strings.Split(a.Text, "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if strings.HasPrefix(paragraph, "-") || len(failures) == maxIDs {
			break
		}
		if match := failedOfQmail.FindStringSubmatch(paragraph); match != nil {
			failures = append(failures, BounceRecipient{Address: lowered(match[1]), Action: "failed", Status: statusIn(paragraph)})
		}
	}
	return failures
}

var failedOfQmail = regexp.MustCompile(`^<([^<>\s]{1,250})>:`)

// failuresOfExim are the recipients that Exim names in the header of a mail that failed for
// good, or that it still tries to deliver to, of which it warns by the subject alone.
func (a *Answer) failuresOfExim(header message.Header) []BounceRecipient {
	var failures []BounceRecipient
	for _, address := range anyAddress.FindAllString(strings.Join(header.Values("X-Failed-Recipients"), ","), maxIDs) {
		failures = append(failures, BounceRecipient{Address: lowered(address), Action: "failed", Status: statusAbout(address, a.Text)})
	}
	if len(failures) == 0 && isOfMailSystem(header, a.From) && delayedByExim.MatchString(a.Subject) {
		failures = append(failures, BounceRecipient{Action: "delayed"})
	}
	return failures
}

var delayedByExim = regexp.MustCompile(`(?i)^warning: message \S+ delayed\b`)

// statusAbout is the enhanced status in the paragraph of a text that begins with an address.
func statusAbout(address, text string) string {
	text = "\n" + strings.ToLower(text)
	for _, indent := range []string{"\n", "\n  "} {
		if _, after, found := strings.Cut(text, indent+strings.ToLower(address)+"\n"); found {
			paragraph, _, _ := strings.Cut(after, "\n\n")
			return statusIn(paragraph)
		}
	}
	return ""
}

// isOfMailSystem reports whether a mail server wrote a mail of its own. A postmaster is often a
// person, whose mails have somewhere to be returned to.
func isOfMailSystem(header message.Header, from string) bool {
	returnsTo := line(header.Get("Return-Path"))
	if returnsTo != "" && returnsTo != "<>" {
		return false
	}
	local, _, _ := strings.Cut(from, "@")
	return local == "mailer-daemon" || strings.HasPrefix(strings.ToLower(line(header.Get("From"))), "mailer-daemon") ||
		local == "postmaster" && returnsTo == "<>"
}

// returnedIn are the IDs of a mail whose header stands in a text.
func returnedIn(text string) []string {
	var ids []string
	for _, match := range returnedID.FindAllStringSubmatch(text, maxIDs) {
		ids = append(ids, match[1])
	}
	return ids
}

var returnedID = regexp.MustCompile(`(?im)^[> \t]*(?:X-Relance-Message|Message-ID):[ \t]*<?([^<>\s]{1,250})>?`)
