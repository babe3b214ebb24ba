package messaging

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Address is an e-mail address with the name shown beside it.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// IsZero reports whether there is no address.
func (a Address) IsZero() bool { return a == Address{} }

// String returns the address as it stands in a header: "Jeanne Martin" <jeanne@example.fr>.
func (a Address) String() string {
	return (&mail.Address{Name: a.Name, Address: a.Email}).String()
}

// AddressError says why an e-mail address or telephone number cannot be used. Error repeats the value for
// the person who typed it; Reason alone has no personal data.
type AddressError struct {
	Value  string // as it was given
	Reason string // what is wrong and what to do
}

func (e *AddressError) Error() string { return fmt.Sprintf("%q %s", e.Value, e.Reason) }

const (
	maxLocalPart = 64  // RFC 5321 section 4.5.3.1.1
	maxAddress   = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
)

// Mail that must arrive everywhere uses the plain form of the local part: dot-atom of RFC 5322 section 3.2.3.
var dotAtom = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")

// ValidateEmailAddress reads "jeanne@example.fr" or "Jeanne Martin <jeanne@example.fr>". The domain comes
// back in lower case and, when it has accents, in its ASCII form; the part before the @ is left as it is. It is a
// check of form: whether the mailbox exists only a delivery can tell. The error is an [*AddressError].
func ValidateEmailAddress(raw string) (Address, error) {
	refuse := func(format string, args ...any) (Address, error) {
		return Address{}, &AddressError{Value: raw, Reason: fmt.Sprintf(format, args...)}
	}
	text := strings.TrimSpace(raw)
	switch {
	case text == "":
		return refuse("is empty: give an address such as comptabilite@example.fr")
	case !utf8.ValidString(text):
		return refuse("is not valid UTF-8 text")
	case strings.ContainsFunc(text, unicode.IsControl):
		return refuse("contains a control character or a line break")
	case !strings.Contains(text, "@"):
		return refuse("has no @")
	}
	if several, err := mail.ParseAddressList(text); err == nil && len(several) > 1 {
		return refuse("holds %d addresses: give one only", len(several))
	}
	if strings.Contains(text, ";") {
		return refuse("contains a semicolon: give one address only")
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil {
		return refuse("is not an e-mail address: check for spaces, missing parts or stray characters")
	}
	at := strings.LastIndexByte(parsed.Address, '@')
	local, domain := parsed.Address[:at], parsed.Address[at+1:]
	if len(local) > maxLocalPart {
		return refuse("has %d characters before the @: at most %d are allowed", len(local), maxLocalPart)
	}
	if !dotAtom.MatchString(local) {
		return refuse("has characters before the @ that mail servers do not accept everywhere: use letters without accents, digits and . _ + -")
	}
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return refuse("has no full domain after the @, such as example.fr")
	}
	ascii, err := idna.Lookup.ToASCII(strings.ToLower(domain))
	if err != nil || !hostname(ascii) {
		return refuse("has a domain after the @ that cannot exist: check its spelling")
	}
	address := local + "@" + ascii
	if len(address) > maxAddress {
		return refuse("is longer than %d characters", maxAddress)
	}
	return Address{Name: strings.Join(strings.Fields(parsed.Name), " "), Email: address}, nil
}

var (
	domainLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	topLevel    = regexp.MustCompile(`^([a-z]{2,}|xn--[a-z0-9-]+)$`)
)

func hostname(ascii string) bool {
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if !domainLabel.MatchString(label) {
			return false
		}
	}
	return topLevel.MatchString(labels[len(labels)-1])
}
