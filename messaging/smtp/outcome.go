package smtp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// phase is how far a transaction had got when it failed.
type phase int

const (
	connecting  phase = iota // connection, greeting, encryption, authentication
	naming                   // MAIL FROM
	addressing               // RCPT TO
	offering                 // DATA and the message, without its final dot
	handingOver              // the final dot was or may have been written
)

var phases = [...]string{
	connecting: "while connecting", naming: "to the sender", addressing: "to the recipient", offering: "to the message", handingOver: "to the message",
}

// failed turns what ended a transaction into an outcome.
//
//	no reply, before the final dot   NotSent
//	no reply to the final dot        Unknown: the server may have the message
//	4xx                              NotSent: the server asks to come again
//	5xx about what this account may  NotSent, whenever it comes: it may send more in a while
//	5xx while connecting, to sender  NotSent: server, password or sender are set wrongly; nothing is lost while it is put right
//	5xx about this client or sender  the same, whenever it comes: servers often say it only to the recipient
//	other 5xx                        Rejected
func failed(at phase, err error) messaging.Outcome {
	var reply *textproto.Error
	switch {
	case !errors.As(err, &reply) || reply.Code < 400 || reply.Code > 599:
		return unanswered(at, err)
	case reply.Code < 500:
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: deferral(reply), Code: code(reply),
			Reason: fmt.Sprintf("the mail server asked to come again, %s: %s", phases[at], words(reply)),
		}
	case isUsedUp(reply):
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseRateLimited, Code: code(reply), RetryAfter: usedUpFor,
			Reason: fmt.Sprintf("the account has sent as much as it may for now, the mail server said %s: %s", phases[at], words(reply)),
		}
	case at == connecting, at == naming && !isTooLarge(reply), isAboutUs(reply):
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration, Code: code(reply),
			Reason: fmt.Sprintf("the mail server said no, %s: check host, user, password and the address mails come from; %s", phases[at], words(reply)),
		}
	}
	cause := refusal(reply)
	if at == addressing && cause == messaging.CauseContent && !isTooLarge(reply) {
		cause = messaging.CauseRoute // there is no message yet that could be refused
	}
	return messaging.Outcome{
		Verdict: messaging.Rejected, Cause: cause, Code: code(reply),
		Reason: fmt.Sprintf("the mail server said no, %s: %s", phases[at], words(reply)),
	}
}

// failedForAll is failed for a reply that is given once for all recipients: of several it does not say whose address is
// bad.
func failedForAll(at phase, err error, isForMore bool) messaging.Outcome {
	outcome := failed(at, err)
	if isForMore && outcome.Cause == messaging.CauseRecipient {
		outcome.Cause = messaging.CauseRoute
	}
	return outcome
}

// refusesRecipient reports whether a server that goes on with the transaction refused one recipient of it. After 421 it
// closes the connection (RFC 5321 section 3.8), which says nothing about the recipient.
func refusesRecipient(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code >= 400 && reply.Code <= 599 && reply.Code != 421
}

// refusedCopy is somebody who gets no copy, by the reply to its RCPT.
func refusedCopy(address string, err error) messaging.RefusedCopy {
	outcome := failed(addressing, err)
	return messaging.RefusedCopy{Address: address, Cause: outcome.Cause, Code: outcome.Code, Permanent: outcome.Verdict == messaging.Rejected}
}

// wantsAuthentication are the codes of RFC 4954 section 6.
var wantsAuthentication = map[int]bool{530: true, 534: true, 535: true, 538: true}

// isAboutUs recognises a reply about this client or its sender, and not about whom the message is for: RFC 4954
// section 6, the statuses of RFC 3463 about the sender's address, and the words of those who give no better status.
// Postfix by default tells a client so only in the reply to the recipient (smtpd_delay_reject).
func isAboutUs(reply *textproto.Error) bool {
	subject, detail := status(reply)
	return wantsAuthentication[reply.Code] || subject == "1" && (detail == "7" || detail == "8") || aboutUs.MatchString(words(reply))
}

var aboutUs = regexp.MustCompile(`(?i)\b(?:sender address rejected|client host rejected|helo command rejected|relay access denied|unable to relay|` +
	`relaying denied|relay not permitted|bad outbound sender)\b`)

// usedUpFor is when to try an account again that may send no more. Quotas are counted by the hour or over the last day,
// and come back little by little.
const usedUpFor = time.Hour

// isUsedUp recognises that the account may send no more for now: the statuses of Google and Microsoft, and the words of
// others. A full mailbox is the recipient's (5.2.2), and so is a quota of which nothing tells whose it is.
func isUsedUp(reply *textproto.Error) bool {
	subject, detail := status(reply)
	switch {
	case subject == "4" && detail == "5", subject == "1" && detail == "90":
		return true
	case subject == "2", isTooLarge(reply), !exceeded.MatchString(words(reply)), ofOthers.MatchString(words(reply)):
		return false
	}
	return ofSending.MatchString(words(reply)) || subject == "7" && quota.MatchString(words(reply))
}

var (
	exceeded  = regexp.MustCompile(`(?i)\b(?:quota|limit)s?\b.*\b(?:exceeded|reached)\b|\bexceed(?:s|ed|ing)?\b.*\b(?:quota|limit|max(?:imum)?)\b`)
	ofSending = regexp.MustCompile(`(?i)\b(?:send|sending|sent|sender|daily|hourly|outgoing|outbound|per (?:hour|day|minute))\b`)
	quota     = regexp.MustCompile(`(?i)\bquota\b`)
	ofOthers  = regexp.MustCompile(`(?i)\b(?:mailbox|inbox|storage|disk|over ?quota|size|length|spam|score)\b`) // the recipient's, or the message's
)

// isTooLarge recognises the two ways of RFC 1870 section 6 and RFC 3463 to refuse a size; 552 is also that of a full
// mailbox.
func isTooLarge(reply *textproto.Error) bool {
	subject, detail := status(reply)
	return reply.Code == 552 && (subject != "2" || detail != "2") || subject == "3" && detail == "4" || subject == "2" && detail == "3"
}

func unanswered(at phase, err error) messaging.Outcome {
	said := exchange.Describe(err)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		said = exchange.Describe(context.DeadlineExceeded)
	}
	switch at {
	case handingOver:
		return messaging.Outcome{
			Verdict: messaging.Unknown, Cause: messaging.CauseInterrupted,
			Reason: "the mail server has the whole message and its answer did not come: " + said,
		}
	case connecting:
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseUnreachable, Reason: "no connection to the mail server: " + said,
		}
	default:
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseInterrupted,
			Reason: "the connection to the mail server broke before the message was whole: " + said,
		}
	}
}

// enhanced is the status of RFC 3463 at the begin of a reply: class, subject and detail.
var enhanced = regexp.MustCompile(`^([245])\.(\d{1,3})\.(\d{1,3})(?:\s|$)`)

// status is the subject and detail of a reply's enhanced status, "1.1" of 5.1.1; empty when it has none.
func status(reply *textproto.Error) (subject, detail string) {
	match := enhanced.FindStringSubmatch(reply.Msg)
	if match == nil {
		return "", ""
	}
	return match[2], match[3]
}

// code is the enhanced status, or the three digits of a server that gives none.
func code(reply *textproto.Error) string {
	return cmp.Or(strings.TrimSpace(enhanced.FindString(reply.Msg)), strconv.Itoa(reply.Code))
}

func words(reply *textproto.Error) string {
	return strconv.Itoa(reply.Code) + " " + strings.Join(strings.Fields(reply.Msg), " ")
}

// deferral tells a server that slows us down (policy, RFC 3463 section 3.8; 421) from one with trouble of its own.
func deferral(reply *textproto.Error) messaging.Cause {
	if subject, _ := status(reply); subject == "7" || reply.Code == 421 {
		return messaging.CauseRateLimited
	}
	return messaging.CauseProviderFault
}

// refusal reads what was refused for good: the address (messaging.CondemnsAddress), the way to it or the mailbox for
// another reason (RFC 3463 sections 3.2, 3.3, 3.5, 3.8), or the message (3.4, 3.7, and the size).
func refusal(reply *textproto.Error) messaging.Cause {
	subject, _ := status(reply)
	bare := subject == ""
	switch {
	case isTooLarge(reply):
		return messaging.CauseContent
	case messaging.CondemnsAddress(code(reply)), bare && noMailbox.MatchString(words(reply)):
		return messaging.CauseRecipient
	case subject == "1", subject == "2", subject == "4", subject == "7", bare && (reply.Code == 550 || reply.Code == 551 || reply.Code == 553):
		return messaging.CauseRoute
	default:
		return messaging.CauseContent
	}
}

// noMailbox are the plain words of servers that give no enhanced status. The three digits alone are also those of
// filters and policies.
var noMailbox = regexp.MustCompile(`(?i)\b(?:(?:unknown|no such|invalid) (?:user|recipient|mailbox)|no such address|no mailbox|` +
	`(?:user|recipient|mailbox) (?:unknown|not found|does(?: not|n't) exist))\b`)
