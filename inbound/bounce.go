package inbound

import (
	"bufio"
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// Bounce is what a mail server reports about a mail of ours (RFC 3464).
type Bounce struct {
	// Action and Status are those of the first recipient.
	Action string
	Status string
	// Diagnostic are the words of the server that refused; they may hold an address.
	Diagnostic string
	// Recipients is what it reports on each recipient: whom the mail is for, those who get a
	// copy, and whom it was passed on to.
	Recipients []BounceRecipient
	// Returned are the message IDs of the mail that came back, without brackets.
	Returned []string
}

// BounceRecipient is what a mail server reports about one recipient of a mail.
type BounceRecipient struct {
	// Address is where we sent it, as far as the server tells, in lower case; empty when it
	// names none.
	Address string `json:"address,omitempty"`
	// Action is failed, delayed, delivered, relayed or expanded.
	Action string `json:"action,omitempty"`
	// Status is the enhanced status code, "5.1.1" (RFC 3463).
	Status string `json:"status,omitempty"`
}

// IsZero reports whether nothing is known of it.
func (b Bounce) IsZero() bool {
	return b.Action == "" && b.Status == "" && b.Diagnostic == "" && len(b.Recipients) == 0 && len(b.Returned) == 0
}

// IsPermanent reports whether the mail will never arrive at the address.
func (b Bounce) IsPermanent() bool {
	return strings.HasPrefix(b.Status, "5.") || b.Status == "" && b.Action == "failed"
}

// SaysWhatBecame reports whether it says of a recipient what became of the mail.
func (b Bounce) SaysWhatBecame() bool {
	return slices.ContainsFunc(b.Recipients, func(one BounceRecipient) bool { return one.Action != "" || one.Status != "" })
}

// deliveryReport gathers the parts of a notification.
type deliveryReport struct {
	status   []byte
	returned []byte
}

func (r *deliveryReport) read(kind string, content []byte) {
	switch {
	case kind == "message/delivery-status" && r.status == nil:
		r.status = content
	case (kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/rfc822-headers") && r.returned == nil:
		r.returned = content
	}
}

var (
	enhancedStatus = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)
	// saidStatus is a status among words, where an IP address may stand as well.
	saidStatus = regexp.MustCompile(`(?:^|[\s;:(#-])([245]\.\d{1,3}\.\d{1,3})(?:[\s;:),-]|$)`)
)

// statusIn is the enhanced status in the words of a server.
func statusIn(words string) string {
	if match := saidStatus.FindStringSubmatch(words); match != nil {
		return match[1]
	}
	return ""
}

// statusOf is the enhanced status of a recipient. Where it says only whether the failure is for good, the words of the
// server that refused may say more: Exim reports 5.0.0 for all of them.
func statusOf(block message.Header) string {
	status := enhancedStatus.FindString(block.Get("Status"))
	if status == "" || strings.HasSuffix(status, ".0.0") {
		if said := statusIn(line(block.Get("Diagnostic-Code"))); said != "" && (status == "" || said[0] == status[0]) {
			return said
		}
	}
	return status
}

// recipientOf is the address that a block is about: where we sent the mail to, else where the server that reports sent
// it at last (RFC 3464 section 2.3.1, RFC 6533).
func recipientOf(block message.Header) string {
	for _, field := range []string{"Original-Recipient", "Final-Recipient"} {
		kind, address, _ := strings.Cut(line(block.Get(field)), ";")
		if kind = strings.ToLower(strings.TrimSpace(kind)); kind == "rfc822" || kind == "utf-8" {
			if address = lowered(strings.Trim(strings.TrimSpace(address), "<>")); strings.Contains(address, "@") {
				return address
			}
		}
	}
	return ""
}

// isOfRecipient reports whether a block is about a recipient, and not about the message.
func isOfRecipient(block message.Header) bool {
	return block.Has("Action") || block.Has("Status") || block.Has("Final-Recipient") || block.Has("Original-Recipient")
}

func (r *deliveryReport) bounce(answered ...[]string) Bounce {
	var b Bounce
	for _, block := range blocksOf(r.status) {
		header := message.Header{Header: block}
		if !isOfRecipient(header) {
			continue
		}
		one := BounceRecipient{Address: recipientOf(header), Action: strings.ToLower(line(header.Get("Action"))), Status: statusOf(header)}
		b.Recipients = append(b.Recipients, one)
		if b.Diagnostic == "" {
			b.Diagnostic = line(header.Get("Diagnostic-Code"))
		}
	}
	if len(b.Recipients) > 0 {
		b.Action, b.Status = b.Recipients[0].Action, b.Recipients[0].Status
	}
	for _, block := range blocksOf(r.returned)[:min(1, len(blocksOf(r.returned)))] {
		header := message.Header{Header: block}
		b.Returned = append(b.Returned, strings.Trim(line(header.Get("X-Relance-Message")), "<>")) // our ID, without brackets
		b.Returned = append(b.Returned, messageIDs(header.Get("Message-Id"))...)
	}
	for _, ids := range answered {
		b.Returned = append(b.Returned, ids...)
	}
	b.Returned = distinct(b.Returned)
	return b
}

// blocksOf are the blocks of header fields in a content, as far as it has them.
func blocksOf(content []byte) []textproto.Header {
	reader := bufio.NewReader(bytes.NewReader(append(bytes.Clone(content[:min(len(content), maxHeader)]), "\r\n\r\n"...)))
	var blocks []textproto.Header
	for len(blocks) < maxIDs {
		block, err := textproto.ReadHeader(reader)
		if err != nil {
			return blocks
		}
		if block.Len() == 0 {
			if reader.Buffered() == 0 {
				return blocks
			}
			continue
		}
		blocks = append(blocks, block)
	}
	return blocks
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func distinct(list []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, one := range list {
		if one != "" && !seen[one] {
			seen[one] = true
			kept = append(kept, one)
		}
	}
	return kept
}

func each(list []string, change func(string) string) []string {
	changed := make([]string, 0, len(list))
	for _, one := range list {
		changed = append(changed, change(one))
	}
	return changed
}
