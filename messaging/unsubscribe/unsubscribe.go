// Package unsubscribe makes and checks the links by which the reader of an e-mail
// asks for no more of them: RFC 2369 for the header, RFC 8058 for the one click.
// A link holds the ID of the message and a signature, and nothing personal.
package unsubscribe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Path is where the links lead, below the public address.
const Path = "/unsubscribe/"

// OneClick is the body that a mail program posts for its reader (RFC 8058, section 3.1).
const (
	OneClickField = "List-Unsubscribe"
	OneClickValue = "One-Click"
)

// ChoiceField is the field of the page's form that says which address of several.
const ChoiceField = "address"

// Links makes the links of an installation.
type Links struct {
	base string
	key  []byte
}

// New makes links below a public address, "https://relance.example", signed with a key.
func New(publicURL string, key []byte) Links {
	return Links{base: strings.TrimRight(publicURL, "/"), key: key}
}

// URL is the link of a message, empty when there is no public address or no key.
func (l Links) URL(messageID string) string {
	if l.base == "" || len(l.key) == 0 {
		return ""
	}
	return l.base + Path + messageID + "." + l.sign(messageID)
}

// Headers are those of a mail with the link. The header for the one click is only
// there when the link is an https one, as RFC 8058 demands.
func (l Links) Headers(messageID string) map[string]string {
	url := l.URL(messageID)
	if url == "" {
		return nil
	}
	headers := map[string]string{"List-Unsubscribe": "<" + url + ">"}
	if strings.HasPrefix(url, "https://") {
		headers["List-Unsubscribe-Post"] = OneClickField + "=" + OneClickValue
	}
	return headers
}

// MessageOf is the ID of the message that a link, without the address and Path, was
// made for; false when it was not made here.
func (l Links) MessageOf(token string) (messageID string, genuine bool) {
	i := strings.LastIndexByte(token, '.')
	if i <= 0 || len(l.key) == 0 {
		return "", false
	}
	messageID = token[:i]
	return messageID, hmac.Equal([]byte(token[i+1:]), []byte(l.sign(messageID)))
}

// Choice stands for one of the addresses that a message was sent to, on the page that
// asks which: it tells nobody the address, and stays its own when the message is
// composed anew. Letters are compared without their case.
func (l Links) Choice(messageID, address string) string {
	return l.sign(messageID + "\x00" + strings.ToLower(address))
}

// sign is a signature that is good for nothing else.
func (l Links) sign(messageID string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte("unsubscribe\x00" + messageID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
