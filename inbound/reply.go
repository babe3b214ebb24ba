package inbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

const (
	replyPrefix = "reply+"
	replyProof  = 10 // bytes of the HMAC that a token carries
)

var replyAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ReplyAddress is the address at which an answer to a message comes in and tells
// by itself what it answers: reply+<token>@domain. The token is the message's ID
// and a proof, under the installation's key, that it was given out here. It is
// empty without a domain or a key, or for an ID that is not a UUID.
func ReplyAddress(messageID, domain string, key []byte) string {
	id, err := hex.DecodeString(strings.ReplaceAll(messageID, "-", ""))
	if err != nil || len(id) != 16 || domain == "" || len(key) == 0 {
		return ""
	}
	return replyPrefix + replyAlphabet.EncodeToString(append(id, proofOf(id, key)...)) + "@" + strings.ToLower(domain)
}

// ReadReplyAddress gives the message an answer's address was made for. Not ok is
// an address of another kind; forged one of ours whose proof is wrong.
func ReadReplyAddress(address, domain string, key []byte) (messageID string, ok, forged bool) {
	local, host, found := strings.Cut(strings.ToLower(address), "@")
	token, ours := strings.CutPrefix(local, replyPrefix)
	if !found || !ours || domain == "" || len(key) == 0 || host != strings.ToLower(domain) {
		return "", false, false
	}
	content, err := replyAlphabet.DecodeString(token)
	if err != nil || len(content) != 16+replyProof || !hmac.Equal(content[16:], proofOf(content[:16], key)) {
		return "", false, true
	}
	text := hex.EncodeToString(content[:16])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-"), true, false
}

func proofOf(id, key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("reply\x00"))
	mac.Write(id)
	return mac.Sum(nil)[:replyProof]
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
