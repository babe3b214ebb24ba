package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relance/collection"
)

// MaxScan is the largest scan of what came back, in bytes.
const MaxScan = 5 << 20

// LetterScan is a picture of what came back: the acknowledgement of receipt, the
// envelope.
type LetterScan struct {
	SHA256      string
	ContentType string
	Bytes       []byte
}

// scanTypes are the files a scan may be, by how they begin.
var scanTypes = []struct{ magic, contentType string }{
	{"%PDF-", "application/pdf"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"},
}

// newScan is a scan of a content, which says itself what it is.
func newScan(content []byte) (LetterScan, error) {
	scan := LetterScan{SHA256: hashOf(content), Bytes: content}
	for _, known := range scanTypes {
		if strings.HasPrefix(string(content[:min(len(content), len(known.magic))]), known.magic) {
			scan.ContentType = known.contentType
		}
	}
	switch {
	case len(content) > MaxScan:
		return LetterScan{}, refuse(collection.RefusedInvalid, "the scan is larger than %d MiB: scan it coarser", MaxScan>>20)
	case scan.ContentType == "":
		return LetterScan{}, refuse(collection.RefusedInvalid, "the scan is neither a PDF nor a PNG nor a JPEG")
	default:
		return scan, nil
	}
}

// SaveLetterScan keeps a scan of what came back. Its content says what it is: a PDF, a
// PNG or a JPEG of at most MaxScan bytes; anything else is a *collection.Refusal. The
// same scan again changes nothing.
func (s *Store) SaveLetterScan(ctx context.Context, creditor, number string, content []byte, actor string, at time.Time) (LetterScan, error) {
	scan, err := newScan(content)
	if err != nil {
		return LetterScan{}, err
	}
	letter, err := s.Letter(ctx, creditor, number)
	if err != nil {
		return LetterScan{}, err
	}
	err = s.changingLetter(ctx, letter.Message, at, func(c *lockedCase, l *Letter) error {
		if l.PostedOn.IsZero() {
			return refuse(collection.RefusedNotNow, "letter %s is %s: nothing can have come back of it", l.Number, l.State)
		}
		c.actor = actor
		c.writes.exec(s.sql.InsertLetterScan, scan, named{"message": l.Message, "actor": actor, "at": c.at})
		c.noteOnBytes(*l, "scan/"+scan.SHA256, "letter-scanned", "a scan of what came back of letter "+l.Number+" was kept; SHA-256 "+scan.SHA256, scan.SHA256)
		return nil
	})
	return scan, err
}

// LetterScan is the newest scan of what came back of a letter. Without one the error is
// ErrUnknownLetter.
func (s *Store) LetterScan(ctx context.Context, creditor, number string) (LetterScan, error) {
	letter, err := s.Letter(ctx, creditor, number)
	if err != nil {
		return LetterScan{}, err
	}
	var scan found[LetterScan]
	var b batch
	one(&b, &scan, s.sql.LoadLetterScan, letter)
	if err := b.run(ctx, s.pool); err != nil {
		return LetterScan{}, fmt.Errorf("reading the scan of letter %s: %w", number, err)
	}
	if !scan.is {
		return LetterScan{}, fmt.Errorf("%w: nothing that came back of %s was scanned", ErrUnknownLetter, number)
	}
	if is := hashOf(scan.value.Bytes); is != scan.value.SHA256 {
		return LetterScan{}, fmt.Errorf("the scan of letter %s was altered: its hash is %s, recorded is %s", number, is, scan.value.SHA256)
	}
	return scan.value, nil
}
