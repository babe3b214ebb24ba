package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relance/calendar"
	"relance/casefile/chain"
	"relance/collection"
	"relance/ledger"
)

// Verification is what counting the hashes of a case again has found.
type Verification struct {
	Creditor string `json:"creditor"`
	// Invoice is empty for what the history says of the creditor as a whole.
	Invoice string `json:"invoice"`
	// Head is how far the chain holds.
	Head chain.Head `json:"head"`
	// Broken is the first line at which it does not, nil when all hold.
	Broken *chain.Break `json:"broken,omitempty"`
	// Bytes are the stored bytes that are not those of the history.
	Bytes []ByteFault `json:"bytes,omitempty"`
	// Unexplained are the keys of lines by the product itself that give no reason.
	Unexplained []string `json:"unexplained,omitempty"`
}

// ByteFault is stored bytes that differ from what the history says of them.
type ByteFault struct {
	// Kind is message, unproven-message, document, scan, answer, handoff-file, mediation-certificate,
	// dispute-document or entry (of the ledger); Name the ID, the file or the number.
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Problem string `json:"problem"`
}

// Holds reports whether nothing was tampered with, as far as the chain can tell.
func (v Verification) Holds() bool { return v.Broken == nil && len(v.Bytes) == 0 }

// VerifyCase counts the hashes of the history of a case again, compares the end with
// the head and with the anchors, and the stored bytes of messages and documents with
// the hashes that the history has of them. Without a case and without a history it is
// ErrUnknownCase.
func (s *Store) VerifyCase(ctx context.Context, creditor, invoice string) (Verification, error) {
	v := Verification{Creditor: creditor, Invoice: invoice}
	err := s.reading(ctx, func(tx *transaction) error {
		var err error
		v, err = s.verify(ctx, tx, creditor, invoice)
		return err
	})
	if err == nil && v.Head.Lines == 0 && v.Broken == nil {
		return v, unknownCase(creditor, invoice)
	}
	return v, err
}

// anchoredHead is the head of a case in an anchor.
type anchoredHead struct {
	Day   calendar.Date
	Lines int
	Hash  string
}

// binding is bytes of a case, by the line that names their hash.
type binding struct {
	Kind     string
	Name     string
	Key      string
	Recorded string
	Counted  string
}

func (s *Store) verify(ctx context.Context, tx *transaction, creditor, invoice string) (Verification, error) {
	key := named{"creditor": creditor, "invoice": invoice}
	var (
		head     found[chain.Head]
		anchors  []anchoredHead
		bindings []binding
		entries  []LedgerEntry
		reads    batch
	)
	one(&reads, &head, s.sql.LoadHeads, key)
	all(&reads, &entries, s.sql.LoadEntries, key)
	all(&reads, &anchors, s.sql.LoadAnchorsOfCases, key)
	all(&reads, &bindings, s.sql.LoadBindings, key)
	if err := reads.run(ctx, tx); err != nil {
		return Verification{}, fmt.Errorf("verifying the case file of invoice %s of %s: %w", invoice, creditor, err)
	}
	v := verifier{Verification: Verification{Creditor: creditor, Invoice: invoice}, anchors: anchors, named: map[string]string{}, said: map[string]bool{}, booked: map[string]string{}, taken: map[string]bool{}}
	var lines batch
	each(&lines, v.add, s.sql.LoadChain, key)
	if err := lines.run(ctx, tx); err != nil {
		return Verification{}, fmt.Errorf("reading the history of invoice %s of %s: %w", invoice, creditor, err)
	}
	v.end(head.value, bindings)
	v.checkEntries(entries)
	return v.Verification, nil
}

// verifier looks at the lines of a case as they come.
type verifier struct {
	Verification
	checker chain.Checker
	anchors []anchoredHead
	// offAnchor is the first line that is not as it was anchored.
	offAnchor *chain.Break
	// named are the hashes of messages and scans by the key of their line, said all
	// hashes that the history names.
	named map[string]string
	said  map[string]bool
	// booked are the entries of the ledger that lines tell of: the key of the line by the
	// hash of the entry. taken are the keys of those of which a line of an earlier version
	// says only that they were there.
	booked map[string]string
	taken  map[string]bool
}

func (v *verifier) add(line chain.Entry) {
	v.checker.Add(line)
	for len(v.anchors) > 0 && v.anchors[0].Lines <= line.Line {
		if anchored := v.anchors[0]; v.offAnchor == nil && (anchored.Lines < line.Line || anchored.Hash != line.Hash) {
			v.offAnchor = &chain.Break{Line: anchored.Lines, At: line.At, Problem: "the line is not the one that was anchored on " + anchored.Day.String() + ": the history was written anew"}
		}
		v.anchors = v.anchors[1:]
	}
	hash := line.SHA256
	if hash == "" { // lines of before say it in words
		_, hash, _ = strings.Cut(line.Summary, "SHA-256 ")
	}
	if hash != "" {
		v.named[line.Key], v.said[hash] = hash, true
	}
	switch {
	case line.SHA256 == "" && strings.HasPrefix(line.Key, entryPrefix):
		v.taken[line.Key] = true
	case line.SHA256 != "" && isOfEntry(line.Kind):
		v.booked[line.SHA256] = line.Key
	}
	if line.Reason == "" && isAutomatic(line.Actor) && line.Strategy+line.Law != "" {
		v.Unexplained = append(v.Unexplained, line.Key)
	}
}

func (v *verifier) end(recorded chain.Head, bindings []binding) {
	v.Broken = v.checker.End(recorded)
	v.Head = v.checker.Head()
	if v.offAnchor == nil && len(v.anchors) > 0 {
		last := v.anchors[len(v.anchors)-1]
		v.offAnchor = &chain.Break{Line: v.Head.Lines + 1, Problem: fmt.Sprintf("%d lines were anchored on %s, and there are %d: the end was cut off", last.Lines, last.Day, v.Head.Lines)}
	}
	if v.offAnchor != nil && (v.Broken == nil || v.offAnchor.Line < v.Broken.Line) {
		v.Broken = v.offAnchor
	}
	for _, b := range bindings {
		if problem := v.compare(b); problem != "" {
			v.Bytes = append(v.Bytes, ByteFault{Kind: b.Kind, Name: b.Name, Problem: problem})
		}
	}
	slices.SortFunc(v.Bytes, func(a, b ByteFault) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
}

// hashOfEntry is the hash of what an entry of the ledger says.
func hashOfEntry(e ledger.Entry) string {
	return chain.Hash("relance-entry-1", string(e.Kind), e.ID, e.Amount.String(), e.Reverses, e.ValueDate.String(), string(e.Part), e.Note)
}

// isOfEntry reports whether a line of the history of a kind tells of an entry of the
// ledger, so that its hash is that of the entry.
func isOfEntry(kind string) bool {
	return kind == historyKind(ledger.Entry{}, ledger.EntryUnmatched) || slices.ContainsFunc(ledger.EntryKinds(), func(k ledger.EntryKind) bool {
		return kind == historyKind(ledger.Entry{Kind: k}, ledger.EntryApplied)
	})
}

// checkEntries finds what was booked and is not in the ledger any more as it was, and
// what is in the ledger and was never booked.
func (v *verifier) checkEntries(entries []LedgerEntry) {
	fault := func(key, problem string) {
		v.Bytes = append(v.Bytes, ByteFault{Kind: "entry", Name: strings.TrimPrefix(key, entryPrefix), Problem: problem})
	}
	for _, entry := range entries {
		hash, key := hashOfEntry(entry.Entry), entryKey(entry.Entry)
		if _, booked := v.booked[hash]; !booked && !v.taken[key] {
			fault(key, "it is in the ledger as no line of the history tells of it: it was put in or changed")
		}
		delete(v.booked, hash)
	}
	for _, key := range v.booked {
		fault(key, "the ledger does not have it as the history says it was booked: it was changed or removed")
	}
	slices.SortFunc(v.Bytes, func(a, b ByteFault) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
}

// needsLine reports whether the history has always named bytes of the kind.
func needsLine(kind string) bool {
	return kind == "document" || kind == "mediation-certificate" || kind == "dispute-document"
}

// compare says what is wrong with stored bytes; empty when nothing is.
func (v *verifier) compare(b binding) string {
	said := v.named[b.Key]
	switch {
	case b.Counted == "":
		return "its bytes are gone"
	case b.Counted != b.Recorded:
		return "its bytes were changed: they have SHA-256 " + b.Counted + ", recorded is " + b.Recorded
	case b.Key != "" && said != b.Counted:
		return "its bytes are not those of the history: they have SHA-256 " + b.Counted + ", the history has " + orNothing(said)
	case b.Key == "" && needsLine(b.Kind) && !v.said[b.Counted]:
		return "no line of the history knows these bytes, which have SHA-256 " + b.Counted
	default:
		return ""
	}
}

// VerifyAll verifies every case of the case file and tells each as it is done. It reads
// one case at a time, and counts the roots of all anchors again first: what is wrong
// with them is told as the case of no creditor.
func (s *Store) VerifyAll(ctx context.Context, tell func(Verification)) error {
	broken, err := s.VerifyAnchors(ctx)
	if err != nil {
		return err
	}
	if broken != "" {
		tell(Verification{Broken: &chain.Break{Problem: broken}})
	}
	var cases []struct{ Creditor, Invoice string }
	var b batch
	all(&b, &cases, s.sql.ListChains)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("listing the cases to verify: %w", err)
	}
	for _, c := range cases {
		var v Verification
		err := s.reading(ctx, func(tx *transaction) error {
			var err error
			v, err = s.verify(ctx, tx, c.Creditor, c.Invoice)
			return err
		})
		if err != nil {
			return err
		}
		if v.Broken == nil && v.Head.Lines == 0 {
			v.Broken = &chain.Break{Line: 1, Problem: "the case has no history: it was removed"}
		}
		tell(v)
	}
	return nil
}

// errNoDay refuses an anchor of no day.
var errNoDay = collection.Refuse(collection.RefusedInvalid, "an anchor needs its day")
