package inbound

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// Bounce is what a mail server reports about a mail of ours (RFC 3464).
type Bounce struct {
	// Action is failed, delayed, delivered, relayed or expanded.
	Action string
	// Status is the enhanced status code, "5.1.1" (RFC 3463).
	Status string
	// Diagnostic are the words of the server that refused; they may hold an address.
	Diagnostic string
	// Returned are the message IDs of the mail that came back, without brackets.
	Returned []string
}

// IsZero reports whether nothing is known of it.
func (b Bounce) IsZero() bool {
	return b.Action == "" && b.Status == "" && b.Diagnostic == "" && len(b.Returned) == 0
}

// IsPermanent reports whether the mail will never arrive at the address.
func (b Bounce) IsPermanent() bool {
	return strings.HasPrefix(b.Status, "5.") || b.Status == "" && b.Action == "failed"
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

var enhancedStatus = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)

func (r *deliveryReport) bounce(answered ...[]string) Bounce {
	var b Bounce
	for _, block := range blocksOf(r.status) {
		header := message.Header{Header: block}
		if b.Action == "" {
			b.Action = strings.ToLower(line(header.Get("Action")))
		}
		if b.Status == "" {
			b.Status = enhancedStatus.FindString(header.Get("Status"))
		}
		if b.Diagnostic == "" {
			b.Diagnostic = line(header.Get("Diagnostic-Code"))
		}
	}
	for _, block := range blocksOf(r.returned)[:min(1, len(blocksOf(r.returned)))] {
		header := message.Header{Header: block}
		for _, name := range []string{"X-Relance-Message", "Message-Id"} {
			b.Returned = append(b.Returned, messageIDs(header.Get(name))...)
		}
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
