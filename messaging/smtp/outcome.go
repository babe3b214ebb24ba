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
//	5xx while connecting, to sender  NotSent: server, password or sender are set wrongly; nothing is lost while it is put right
//	5xx for want of authentication   the same, whenever it comes
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
	case at == connecting, at == naming && !isTooLarge(reply), wantsAuthentication[reply.Code]:
		return messaging.Outcome{
			Verdict: messaging.NotSent, Cause: messaging.CauseConfiguration, Code: code(reply),
			Reason: fmt.Sprintf("the mail server said no, %s: check host, user, password and the address mails come from; %s", phases[at], words(reply)),
		}
	}
	cause := refusal(reply)
	if at == addressing && cause == messaging.CauseContent && !isTooLarge(reply) {
		cause = messaging.CauseRecipient
	}
	return messaging.Outcome{
		Verdict: messaging.Rejected, Cause: cause, Code: code(reply),
		Reason: fmt.Sprintf("the mail server said no, %s: %s", phases[at], words(reply)),
	}
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

// isTooLarge recognises the two ways of RFC 1870 section 6 and RFC 3463 to refuse a size.
func isTooLarge(reply *textproto.Error) bool {
	subject, detail := status(reply)
	return reply.Code == 552 || subject == "3" && detail == "4" || subject == "2" && detail == "3"
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

// refusal reads what was refused for good: the address (RFC 3463 section 3.2) or the mailbox behind it (3.3), the way
// to it (3.5, 3.8), or the message (3.4, 3.7, and the size).
func refusal(reply *textproto.Error) messaging.Cause {
	subject, _ := status(reply)
	switch {
	case isTooLarge(reply):
		return messaging.CauseContent
	case subject == "1", subject == "2", subject == "" && (reply.Code == 550 || reply.Code == 551 || reply.Code == 553):
		return messaging.CauseRecipient
	case subject == "4", subject == "7":
		return messaging.CauseRoute
	default:
		return messaging.CauseContent
	}
}
