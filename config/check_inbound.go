package config

import "regexp"

const (
	shortestInboundSecret = 16
	longestAnswerHold     = 60
)

var (
	parseToken  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	replyDomain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
)

// inbound never repeats the secrets.
func (k *checker) inbound(i Inbound) {
	if token := i.ParseToken.Reveal(); token != "" && (len(token) < shortestInboundSecret || !parseToken.MatchString(token)) {
		k.refuse("inbound.parse_token", "is not %d letters and digits or more: it stands in an address", shortestInboundSecret)
	}
	if i.ParsePublicKey != "" && !isECDSAKey(i.ParsePublicKey) {
		k.refuse("inbound.parse_public_key", "is not the verification key of a security policy of Inbound Parse: copy it from SendGrid")
	}
	k.matches("inbound.reply_domain", i.ReplyDomain, replyDomain, "a domain: write it in small letters, like answers.example.com")
	if key := i.ReplyKey.Reveal(); key != "" && len(key) < shortestInboundSecret {
		k.refuse("inbound.reply_key", "is shorter than %d characters: use a random one", shortestInboundSecret)
	}
	if i.HoldDays < 1 || i.HoldDays > longestAnswerHold {
		k.refuse("inbound.hold_days", "is %d: it must be 1 to %d working days", i.HoldDays, longestAnswerHold)
	}
}
