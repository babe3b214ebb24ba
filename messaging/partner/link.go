package partner

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// FilePath is where the links to case files lead, below the public address.
const FilePath = "/handoffs/"

// Links makes the links by which a partner downloads a case file. A link holds the
// reference, the how-manieth file of the handoff it is, the moment after which it is dead,
// and a signature over all.
type Links struct {
	base string
	key  []byte
}

// NewLinks makes links below a public address, "https://relance.example", signed with
// a key.
func NewLinks(publicURL string, key []byte) Links {
	return Links{base: strings.TrimRight(publicURL, "/"), key: key}
}

// Linked is the file that a link leads to.
type Linked struct {
	Reference string
	// Attempt is the approval that the file was built for; AnyAttempt in a link of before
	// links named it.
	Attempt int
}

// AnyAttempt stands for the only file of a handoff.
const AnyAttempt = -1

// URL is the link to a file of a handoff, good until a moment of the wall clock; empty
// when there is no public address or no key.
func (l Links) URL(to Linked, until time.Time) string {
	if l.base == "" || len(l.key) == 0 {
		return ""
	}
	text := to.Reference + "." + strconv.Itoa(to.Attempt) + "." + strconv.FormatInt(until.Unix(), 10)
	return l.base + FilePath + text + "." + l.sign(text)
}

// Read is the file that a link, without the address and FilePath, leads to. It is not
// genuine when it was not made here, and expired after its moment.
func (l Links) Read(token string, now time.Time) (to Linked, expired, genuine bool) {
	i := strings.LastIndexByte(token, '.')
	if i <= 0 || len(l.key) == 0 || !hmac.Equal([]byte(token[i+1:]), []byte(l.sign(token[:i]))) {
		return Linked{}, false, false
	}
	reference, rest, _ := strings.Cut(token[:i], ".")
	attempt, until, names := strings.Cut(rest, ".")
	to = Linked{Reference: reference, Attempt: AnyAttempt}
	if !names {
		until = rest
	} else if number, err := strconv.Atoi(attempt); err == nil {
		to.Attempt = number
	}
	seconds, err := strconv.ParseInt(until, 10, 64)
	return to, err != nil || now.Unix() > seconds, true
}

// sign is a signature that is good for nothing else.
func (l Links) sign(text string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte("handoff\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
