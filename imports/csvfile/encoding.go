package csvfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"relance/imports/invoice"
)

// Encoding is how the characters of a file are written.
type Encoding string

// The encodings that are read. Latin-1 is read as Windows-1252, which adds the
// euro sign and typographic quotes in places Latin-1 does not use.
const (
	UTF8        Encoding = "UTF-8"
	Windows1252 Encoding = "Windows-1252"
	UTF16       Encoding = "UTF-16"
)

// probe is what one look over the whole file finds out.
type probe struct {
	sha256   string
	encoding Encoding
}

var (
	bomUTF8    = []byte("\xEF\xBB\xBF")
	bomUTF16LE = []byte("\xFF\xFE")
	bomUTF16BE = []byte("\xFE\xFF")
)

// damageTolerated is how many valid characters beyond ASCII stand against one
// invalid byte for a file to be damaged UTF-8 rather than another encoding. In
// Windows-1252 hardly any pair of accented letters looks like UTF-8.
const damageTolerated = 10

// examine reads the whole file once, for its hash and its encoding: whether a file
// is UTF-8 is only known at its last byte.
func examine(ctx context.Context, file invoice.File) (probe, error) {
	hash := sha256.New()
	var counts characterCounts
	buffer := make([]byte, 256<<10)
	content := io.NewSectionReader(file.Content, 0, file.Size)
	var head []byte
	for {
		if err := ctx.Err(); err != nil {
			return probe{}, err
		}
		n, err := content.Read(buffer)
		if head == nil && n > 0 {
			head = bytes.Clone(buffer[:min(n, 4096)])
		}
		hash.Write(buffer[:n])
		counts.add(buffer[:n])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return probe{}, err
		}
	}
	found := probe{sha256: hex.EncodeToString(hash.Sum(nil))}
	switch {
	case bytes.HasPrefix(head, bomUTF16LE), bytes.HasPrefix(head, bomUTF16BE):
		found.encoding = UTF16
	case bytes.IndexByte(head, 0) >= 0:
		return found, &unreadable{"the file is not text; if it is UTF-16, save it with a byte order mark, or as UTF-8"}
	case counts.invalid == 0, counts.beyondASCII > damageTolerated*counts.invalid, bytes.HasPrefix(head, bomUTF8):
		found.encoding = UTF8
	default:
		found.encoding = Windows1252
	}
	return found, nil
}

// unreadable is a file that no row can be read from.
type unreadable struct{ reason string }

func (e *unreadable) Error() string { return e.reason }
func (e *unreadable) Unwrap() error { return invoice.ErrUnreadable }

// characterCounts counts UTF-8 characters over chunks that may split one.
type characterCounts struct {
	beyondASCII int
	invalid     int
	rest        []byte
}

func (c *characterCounts) add(chunk []byte) {
	if len(c.rest) > 0 {
		chunk = append(c.rest, chunk...)
	}
	c.rest = nil
	for i := 0; i < len(chunk); {
		if chunk[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(chunk[i:]) {
			c.rest = bytes.Clone(chunk[i:])
			return
		}
		r, size := utf8.DecodeRune(chunk[i:])
		if r == utf8.RuneError && size == 1 {
			c.invalid++
		} else {
			c.beyondASCII++
		}
		i += size
	}
}

// text is the content of the file as UTF-8, without a byte order mark.
func (p probe) text(file invoice.File, progress func(read, size int64)) io.Reader {
	var content io.Reader = io.NewSectionReader(file.Content, 0, file.Size)
	if progress != nil {
		content = &progressReader{Reader: content, size: file.Size, report: progress}
	}
	switch p.encoding {
	case UTF16:
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(content)
	case Windows1252:
		return charmap.Windows1252.NewDecoder().Reader(content)
	default:
		return withoutMark(content)
	}
}

// withoutMark drops a UTF-8 byte order mark. It leaves damaged characters as they
// are, so that their row can be refused.
func withoutMark(content io.Reader) io.Reader {
	head := make([]byte, len(bomUTF8))
	n, _ := io.ReadFull(content, head) // a short or failing read shows again in the next one
	if bytes.Equal(head[:n], bomUTF8) {
		return content
	}
	return io.MultiReader(bytes.NewReader(head[:n]), content)
}

type progressReader struct {
	io.Reader
	read, size int64
	report     func(read, size int64)
}

func (r *progressReader) Read(buffer []byte) (int, error) {
	n, err := r.Reader.Read(buffer)
	r.read += int64(n)
	r.report(r.read, r.size)
	return n, err
}
