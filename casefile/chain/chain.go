// Package chain counts the hashes that make the history of a case tamper-evident:
// each line is bound to the line before it, so that a line that was changed, removed,
// put in or moved is found. It is pure; the database counts the same when it writes
// a line (migration 00130), and whoever has an exported case file counts it again.
//
// The hash of a line is SHA-256 over its fields in the order of Entry.fields, each
// written as its length in bytes (UTF-8), a colon, the text and a comma: a netstring.
package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Entry is one line of the history of a case. Times are kept to the microsecond.
type Entry struct {
	// Line is its number within its case, from 1.
	Line     int    `json:"line"`
	Creditor string `json:"-"`
	Invoice  string `json:"-"`
	// Key names what happened within the case, Kind is what it is in one word.
	Key  string `json:"key"`
	Kind string `json:"kind"`
	// Actor is who did it: a person, or the part of the product that did by itself.
	Actor   string `json:"actor"`
	Summary string `json:"summary"`
	// Reason is why it was done, where no person decided it.
	Reason string `json:"reason,omitempty"`
	// Strategy and its version were in force for the case.
	Strategy        string `json:"strategy,omitempty"`
	StrategyVersion int    `json:"strategy_version,omitempty"`
	// Law is the version of the tables of the law that were in use.
	Law string `json:"law,omitempty"`
	// Template worded a message, in this version (SHA-256 of its file).
	Template        string `json:"template,omitempty"`
	TemplateVersion string `json:"template_version,omitempty"`
	// SHA256 is of the bytes the line is about: a message, a document.
	SHA256 string `json:"sha256,omitempty"`
	// At is business time, RecordedAt wall time.
	At         time.Time `json:"at"`
	RecordedAt time.Time `json:"recorded_at"`
	// Hash is the recorded hash in lower-case hexadecimal.
	Hash string `json:"hash"`
}

// scheme names how hashes are counted; another way has another name.
const scheme = "relance-history-1"

const instant = "2006-01-02T15:04:05.000000Z"

func (l Entry) fields(previous string) []string {
	return []string{
		scheme, previous, strconv.Itoa(l.Line), l.Creditor, l.Invoice, l.Key, l.Kind, l.Actor, l.Summary, l.Reason,
		l.Strategy, strconv.Itoa(l.StrategyVersion), l.Law, l.Template, l.TemplateVersion, l.SHA256,
		l.At.UTC().Format(instant), l.RecordedAt.UTC().Format(instant),
	}
}

// HashAfter is the hash the line has after a line of the previous hash, which is
// empty for the first line.
func (l Entry) HashAfter(previous string) string { return hashOf(l.fields(previous)...) }

// Hash is SHA-256 over texts, each as a netstring, in lower-case hexadecimal.
func Hash(texts ...string) string { return hashOf(texts...) }

func hashOf(fields ...string) string {
	var all strings.Builder
	for _, field := range fields {
		all.WriteString(strconv.Itoa(len(field)))
		all.WriteByte(':')
		all.WriteString(field)
		all.WriteByte(',')
	}
	sum := sha256.Sum256([]byte(all.String()))
	return hex.EncodeToString(sum[:])
}

// Head is the end of a chain: how many lines it has, and the hash of the last one.
type Head struct {
	Lines int    `json:"lines"`
	Hash  string `json:"hash"`
}

// Break is the first place where a chain does not hold.
type Break struct {
	// Line is the number of the line at which it shows.
	Line int `json:"line"`
	// At is the business time of the line, not set when the line is missing.
	At time.Time `json:"at,omitzero"`
	// Problem says what differs.
	Problem string `json:"problem"`
}

// Error tells the line, its time and what differs.
func (b *Break) Error() string {
	if b.At.IsZero() {
		return fmt.Sprintf("line %d: %s", b.Line, b.Problem)
	}
	return fmt.Sprintf("line %d of %s: %s", b.Line, b.At.UTC().Format("2006-01-02 15:04:05 MST"), b.Problem)
}

// Checker checks the lines of one case as they come, oldest first. The zero value is
// ready.
type Checker struct {
	head   Head
	broken *Break
}

// Add checks the next line. After the first break the rest proves nothing, and is
// not looked at.
func (c *Checker) Add(l Entry) {
	if c.broken != nil {
		return
	}
	next := c.head.Lines + 1
	switch {
	case l.Line > next:
		c.broken = &Break{Line: next, Problem: missing(next, l.Line-1)}
	case l.Line < next:
		c.broken = &Break{Line: l.Line, At: l.At, Problem: fmt.Sprintf("there is a second line of this number (%q): one was put in", l.Key)}
	default:
		if is := l.HashAfter(c.head.Hash); is != l.Hash {
			c.broken = &Break{Line: l.Line, At: l.At, Problem: fmt.Sprintf(
				"the %s %q does not have its recorded hash: the line, or the order of the lines, was changed (counted %s, recorded %s)", l.Kind, l.Key, short(is), short(l.Hash))}
		}
		c.head = Head{Lines: l.Line, Hash: l.Hash}
	}
}

func missing(first, last int) string {
	if first == last {
		return "the line is missing: it was removed"
	}
	return fmt.Sprintf("the lines %d to %d are missing: they were removed", first, last)
}

// Head is how far the chain holds.
func (c *Checker) Head() Head { return c.head }

// End compares the end of the lines with what is recorded of it, and returns the first
// break; nil means that the chain holds.
func (c *Checker) End(recorded Head) *Break {
	switch {
	case c.broken != nil:
	case recorded.Lines > c.head.Lines:
		c.broken = &Break{Line: c.head.Lines + 1, Problem: missing(c.head.Lines+1, recorded.Lines) + " at the end"}
	case recorded.Lines < c.head.Lines:
		c.broken = &Break{Line: recorded.Lines + 1, Problem: fmt.Sprintf("the chain ends at line %d, and there are %d lines: lines were put in at the end", recorded.Lines, c.head.Lines)}
	case recorded.Hash != c.head.Hash:
		c.broken = &Break{Line: c.head.Lines, Problem: fmt.Sprintf("the last line is not the one recorded as the end (it has %s, recorded is %s)", short(c.head.Hash), short(recorded.Hash))}
	}
	return c.broken
}

// Check checks the lines of one case against the recorded end of its chain.
func Check(lines []Entry, recorded Head) *Break {
	var c Checker
	for _, line := range lines {
		c.Add(line)
	}
	return c.End(recorded)
}

func short(hash string) string {
	if len(hash) > 12 {
		return hash[:12] + "…"
	}
	return hash
}

// AnchoredHead is the end of the chain of a case as an anchor covers it.
type AnchoredHead struct {
	Creditor string
	Invoice  string
	Lines    int
	Hash     string
}

// Anchor counts the root of an anchor, head by head, in the order of creditor and
// invoice (byte order).
type Anchor struct{ fields []string }

// NewAnchor begins the anchor of a day (YYYY-MM-DD) after one of the previous root,
// which is empty for the first.
func NewAnchor(day, previous string) *Anchor {
	return &Anchor{fields: []string{"relance-anchor-1", day, previous}}
}

// Add takes a head in.
func (a *Anchor) Add(h AnchoredHead) {
	a.fields = append(a.fields, h.Creditor, h.Invoice, strconv.Itoa(h.Lines), h.Hash)
}

// Root is the hash of the anchor in lower-case hexadecimal.
func (a *Anchor) Root() string { return hashOf(a.fields...) }
