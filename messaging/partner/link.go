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
// reference, the moment after which it is dead, and a signature over both.
type Links struct {
	base string
	key  []byte
}

// NewLinks makes links below a public address, "https://relance.example", signed with
// a key.
func NewLinks(publicURL string, key []byte) Links {
	return Links{base: strings.TrimRight(publicURL, "/"), key: key}
}

// URL is the link to the file of a handoff, good until a moment of the wall clock; empty
// when there is no public address or no key.
func (l Links) URL(reference string, until time.Time) string {
	if l.base == "" || len(l.key) == 0 {
		return ""
	}
	text := reference + "." + strconv.FormatInt(until.Unix(), 10)
	return l.base + FilePath + text + "." + l.sign(text)
}

// ReferenceOf is the handoff whose file a link, without the address and FilePath, leads
// to. It is not genuine when it was not made here, and expired after its moment.
func (l Links) ReferenceOf(token string, now time.Time) (reference string, expired, genuine bool) {
	i := strings.LastIndexByte(token, '.')
	if i <= 0 || len(l.key) == 0 || !hmac.Equal([]byte(token[i+1:]), []byte(l.sign(token[:i]))) {
		return "", false, false
	}
	reference, until, _ := strings.Cut(token[:i], ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	return reference, err != nil || now.Unix() > seconds, true
}

// sign is a signature that is good for nothing else.
func (l Links) sign(text string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte("handoff\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
