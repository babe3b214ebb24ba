package config

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checker gathers what is wrong with values that could be read.
type checker struct {
	origin
	unreadable Problems
	problems   Problems
}

// check gives what is wrong with the meaning of a configuration, and brings
// account numbers to their electronic form.
func check(c *Config, source origin, unreadable Problems) Problems {
	k := checker{origin: source, unreadable: unreadable}
	k.database(c.Database)
	k.http(c.HTTP)
	k.mail(c.Mail)
	k.mailProvider(c.Mail, c.Worker)
	k.sms(c.SMS)
	k.letters(c.Letters)
	k.sending(c.Sending)
	k.inbound(c.Inbound)
	k.handoff(c.Handoff)
	k.worker(c.Worker)
	k.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	k.oneOf("log.format", c.Log.Format, "text", "json")
	k.folder("strategies_dir", c.StrategiesDir)
	k.folder("templates_dir", c.TemplatesDir)
	k.folder("law.folder", c.Law.Folder)
	k.creditors(c)
	return k.problems
}

// refuse reports a value, unless it could not even be read.
func (k *checker) refuse(key, format string, args ...any) {
	problem := k.problem(key, format, args...)
	covers := func(p Problem) bool {
		return p.File == problem.File && (p.Field == problem.Field || strings.HasPrefix(problem.Field, p.Field+"."))
	}
	if !slices.ContainsFunc(k.unreadable, covers) {
		k.problems = append(k.problems, problem)
	}
}

func (k *checker) oneOf(key, value string, known ...string) {
	if !slices.Contains(known, value) {
		k.refuse(key, "%q is not known: use %s", value, strings.Join(known, ", "))
	}
}

// database never repeats the URL, which holds a password.
func (k *checker) database(d Database) {
	text := d.URL.Reveal()
	if text == "" {
		return
	}
	scheme, _, isURL := strings.Cut(text, "://")
	_, err := url.Parse(text)
	isKeywords := !isURL && strings.Contains(text, "=") // host=… dbname=…, as libpq also takes it
	if isURL && (err != nil || scheme != "postgres" && scheme != "postgresql") || !isURL && !isKeywords {
		k.refuse("database.url", "is not the address of a PostgreSQL database: write it like postgres://user:password@host:5432/relance")
	}
}

func (k *checker) http(h HTTP) {
	_, port, err := net.SplitHostPort(h.Listen)
	if err != nil || !isPort(port) {
		k.refuse("http.listen", "%q is not an address to listen on: write it like 127.0.0.1:8080", h.Listen)
	}
	if h.PublicURL != "" {
		k.webAddress("http.public_url", h.PublicURL)
	}
	owners := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(h.APIKeys)) {
		k.apiKey(name, h.APIKeys[name], owners)
	}
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

var keyName = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

const (
	shortestAPIKey = 16
	hashedAPIKey   = "sha256:"
)

func (k *checker) apiKey(name string, secret Secret, owners map[string]string) {
	key := "http.api_keys." + name
	if !keyName.MatchString(name) {
		k.refuse(key, "%q is not a name for a caller: use letters, digits and hyphens", name)
	}
	digits, isHash := strings.CutPrefix(secret.Reveal(), hashedAPIKey)
	hash, err := hex.DecodeString(digits)
	switch {
	case isHash && (err != nil || len(hash) != sha256.Size):
		k.refuse(key, "the key of %s: sha256: is followed by 64 hexadecimal digits", name)
	case !isHash && len(secret) < shortestAPIKey:
		k.refuse(key, "the key of %s is shorter than %d characters: use a random one", name, shortestAPIKey)
	case owners[secret.Reveal()] != "":
		k.refuse(key, "%s has the same key as %s: give each caller its own, so that one can be withdrawn", name, owners[secret.Reveal()])
	}
	owners[secret.Reveal()] = name
}

func (k *checker) mail(m Mail) {
	k.rate("mail.per_second", m.PerSecond)
	k.provider("mail.sendgrid.base_url", m.SendGrid.BaseURL)
	if strings.ContainsAny(m.SendGrid.APIKey.Reveal(), " \t\r\n") {
		k.refuse("mail.sendgrid.api_key", "has a space or a line break in it: copy it again")
	}
	if m.SendGrid.WebhookPublicKey != "" && !isECDSAKey(m.SendGrid.WebhookPublicKey) {
		k.refuse("mail.sendgrid.webhook_public_key", "is not the verification key of a signed event webhook: copy it from SendGrid's mail settings")
	}
}

func isECDSAKey(text string) bool {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(der)
	_, isECDSA := key.(*ecdsa.PublicKey)
	return err == nil && isECDSA
}

var accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)

func (k *checker) sms(s SMS) {
	k.rate("sms.per_second", s.PerSecond)
	k.provider("sms.twilio.base_url", s.Twilio.BaseURL)
	switch {
	case s.Twilio.AccountSID == "" && s.Twilio.AuthToken != "":
		k.refuse("sms.twilio.account_sid", "is missing: the auth token belongs to an account")
	case s.Twilio.AccountSID != "" && s.Twilio.AuthToken == "":
		k.refuse("sms.twilio.auth_token", "is missing: the account is called with it")
	case s.Twilio.AccountSID != "" && !accountSID.MatchString(s.Twilio.AccountSID):
		k.refuse("sms.twilio.account_sid", "%q is not an account: it is AC and 32 hexadecimal digits", s.Twilio.AccountSID)
	}
}

// The providers of letters.
const (
	LettersByQueue        = "queue"
	LettersByPrintAndPost = "print-and-post"
)

func (k *checker) letters(l Letters) {
	k.oneOf("letters.provider", l.Provider, LettersByQueue, LettersByPrintAndPost)
	k.provider("letters.print_and_post.base_url", l.PrintAndPost.BaseURL)
	service := l.PrintAndPost
	if secret := service.WebhookSecret.Reveal(); secret != "" && len(secret) < shortestAPIKey {
		k.refuse("letters.print_and_post.webhook_secret", "is shorter than %d characters: use a random one", shortestAPIKey)
	}
	if l.Provider != LettersByPrintAndPost {
		return
	}
	for _, needed := range []struct {
		key     string
		isGiven bool
	}{
		{"base_url", service.BaseURL != ""}, {"key", service.Key != ""}, {"webhook_secret", service.WebhookSecret != ""},
	} {
		if !needed.isGiven {
			k.refuse("letters.print_and_post."+needed.key, "is missing: letters.provider is %s", LettersByPrintAndPost)
		}
	}
}

// mostPerSecond is beyond what any provider takes from one account.
const mostPerSecond = 10_000

func (k *checker) rate(key string, perSecond float64) {
	if perSecond < 0 || perSecond > mostPerSecond {
		k.refuse(key, "is %g: it must be 0 (no limit) to %d", perSecond, mostPerSecond)
	}
}

// provider checks the address of a provider: secrets go there.
func (k *checker) provider(key, address string) {
	if address == "" {
		return
	}
	parsed := k.webAddress(key, address)
	if parsed != nil && parsed.Scheme == "http" && !isThisMachine(parsed.Hostname()) {
		k.refuse(key, "%s would carry the account's secret in clear: use https", address)
	}
}

// webAddress reports an address that is not one; then the result is nil.
func (k *checker) webAddress(key, address string) *url.URL {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" ||
		parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		k.refuse(key, "%q is not a web address: write it like https://relance.example.com", address)
		return nil
	}
	return parsed
}

func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

const (
	longestProof     = 7 * 24 * time.Hour
	shortestStopping = 20 * time.Second
	longestStopping  = time.Hour
	mostCached       = 1_000_000
	mostConcurrent   = 10_000
)

func (k *checker) sending(s Sending) {
	if s.AmbiguousAfter <= 0 || s.AmbiguousAfter > longestProof {
		k.refuse("sending.ambiguous_after", "is %s: it must be more than nothing and at most %s", s.AmbiguousAfter, shortDuration(longestProof))
	}
}

func (k *checker) worker(w Worker) {
	if w.CachedCases < 0 || w.CachedCases > mostCached {
		k.refuse("worker.cached_cases", "is %d: it must be 0 (the SDK's default) to %d", w.CachedCases, mostCached)
	}
	if w.ConcurrentSends < 0 || w.ConcurrentSends > mostConcurrent {
		k.refuse("worker.concurrent_sends", "is %d: it must be 0 (the default) to %d", w.ConcurrentSends, mostConcurrent)
	}
	if w.StopTimeout < shortestStopping || w.StopTimeout > longestStopping {
		k.refuse("worker.stop_timeout", "is %s: it must be %s to %s, so that sends under way are not cut off", w.StopTimeout,
			shortDuration(shortestStopping), shortDuration(longestStopping))
	}
}

func (k *checker) folder(key, path string) {
	if path == "" {
		return
	}
	switch info, err := os.Stat(path); {
	case err != nil:
		k.refuse(key, "the folder %s cannot be read: %s", path, err)
	case !info.IsDir():
		k.refuse(key, "%s is not a folder", path)
	}
}
