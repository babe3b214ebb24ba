package casefile

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile/chain"
	"relance/collection"
)

// Anchor is one hash over the ends of all chains on a day, and over the anchor before.
// Kept outside of the database it proves that the histories were as they are.
type Anchor struct {
	// Day is the wall day in UTC.
	Day calendar.Date `json:"day"`
	// Cases is how many chains had moved since the anchor before, Lines how many lines
	// they have.
	Cases int   `json:"cases"`
	Lines int64 `json:"lines"`
	// Previous is the root of the anchor before, empty for the first; Root is its own.
	// SHA-256 in lower-case hexadecimal.
	Previous   string    `json:"previous,omitempty"`
	Root       string    `json:"root"`
	Actor      string    `json:"actor"`
	RecordedAt time.Time `json:"recorded_at"`
}

// AnchorDay makes the anchor of a day, once: a day that has one keeps it, and made is
// false. Cases that go on meanwhile are in it as they were at one moment.
func (s *Store) AnchorDay(ctx context.Context, day calendar.Date, actor string) (anchor Anchor, made bool, err error) {
	if day.IsZero() {
		return Anchor{}, false, errNoDay
	}
	err = s.writing(ctx, func(tx *transaction) error {
		var known, last found[Anchor]
		var b batch
		b.exec(s.sql.LockAnchors)
		one(&b, &known, s.sql.LoadAnchor, named{"day": day})
		one(&b, &last, s.sql.LastAnchor)
		if err := b.run(ctx, tx); err != nil {
			return err
		}
		if known.is {
			anchor = known.value
			return nil
		}
		if last.is && last.value.Day > day {
			return refuse(collection.RefusedInvalid, "the anchor of %s is made already: an anchor of %s would come before it", last.value.Day, day)
		}
		made = true
		anchor, err = s.anchor(ctx, tx, day, last.value.Root, authorOf(actor))
		return err
	})
	if err != nil {
		return Anchor{}, false, fmt.Errorf("anchoring the case files on %s: %w", day, err)
	}
	return anchor, made, nil
}

func (s *Store) anchor(ctx context.Context, tx *transaction, day calendar.Date, previous, actor string) (Anchor, error) {
	var moved []chain.AnchoredHead
	var reads batch
	all(&reads, &moved, s.sql.HeadsThatMoved)
	if err := reads.run(ctx, tx); err != nil {
		return Anchor{}, err
	}
	made := Anchor{Day: day, Cases: len(moved), Previous: previous, Actor: actor}
	root := chain.NewAnchor(day.String(), previous)
	creditors, invoices, counts, hashes := make([]string, len(moved)), make([]string, len(moved)), make([]int, len(moved)), make([][]byte, len(moved))
	for i, head := range moved {
		root.Add(head)
		made.Lines += int64(head.Lines)
		hash, err := hex.DecodeString(head.Hash)
		if err != nil {
			return Anchor{}, fmt.Errorf("the head of invoice %s of %s is no hash: %w", head.Invoice, head.Creditor, err)
		}
		creditors[i], invoices[i], counts[i], hashes[i] = head.Creditor, head.Invoice, head.Lines, hash
	}
	made.Root = root.Root()
	var kept found[Anchor]
	var writes batch
	writes.exec(s.sql.InsertAnchor, made)
	writes.exec(s.sql.InsertAnchoredHead, named{"day": day, "creditors": creditors, "invoices": invoices, "counts": counts, "hashes": hashes})
	one(&writes, &kept, s.sql.LoadAnchor, named{"day": day})
	err := writes.run(ctx, tx)
	return kept.value, err
}

// Anchors lists the anchors, the oldest first.
func (s *Store) Anchors(ctx context.Context) ([]Anchor, error) {
	var anchors []Anchor
	var b batch
	all(&b, &anchors, s.sql.ListAnchors)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the anchors: %w", err)
	}
	return anchors, nil
}

// VerifyAnchors counts the roots of all anchors again and says which is the first that
// differs, and how; empty when all hold. It cannot know of anchors that were removed
// at the end: compare the last one with the copy that you keep elsewhere.
func (s *Store) VerifyAnchors(ctx context.Context) (string, error) {
	anchors, err := s.Anchors(ctx)
	if err != nil {
		return "", err
	}
	previous := ""
	for _, anchor := range anchors {
		if anchor.Previous != previous {
			return "the anchor of " + anchor.Day.String() + " does not follow the one before it: an anchor was removed or changed", nil
		}
		var heads []chain.AnchoredHead
		var b batch
		all(&b, &heads, s.sql.LoadAnchoredHeads, named{"day": anchor.Day})
		if err := b.run(ctx, s.pool); err != nil {
			return "", fmt.Errorf("reading the anchor of %s: %w", anchor.Day, err)
		}
		root := chain.NewAnchor(anchor.Day.String(), anchor.Previous)
		for _, head := range heads {
			root.Add(head)
		}
		if is := root.Root(); is != anchor.Root {
			return fmt.Sprintf("the anchor of %s does not have its recorded root: what it covers was changed (counted %s, recorded %s)", anchor.Day, is, anchor.Root), nil
		}
		previous = anchor.Root
	}
	return "", nil
}
