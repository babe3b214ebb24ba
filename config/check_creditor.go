package config

import (
	"cmp"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the host the configuration is checked on

	"github.com/jacoelho/banking/bic"
	"github.com/jacoelho/banking/iban"
)

var (
	creditorID   = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	strategyName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	countryCode  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
	phoneNumber  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	vatNumber    = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z+*]{2,13}$`)
	frenchVAT    = regexp.MustCompile(`^FR[0-9]{11}$`)
	senderName   = regexp.MustCompile(`^[A-Za-z0-9 ]{1,11}$`)
	hasLetter    = regexp.MustCompile(`[A-Za-z]`)
)

// builtInLanguages are those every built-in template is written in.
var builtInLanguages = []string{"fr", "en"}

const longestID = 60

func (k *checker) creditors(c *Config) {
	first := map[string]int{}
	for i := range c.Creditors {
		creditor, at := &c.Creditors[i], fmt.Sprintf("creditors[%d].", i+1)
		if before, taken := first[creditor.ID]; taken && creditor.ID != "" {
			k.refuse(at+"id", "%q is the ID of creditor %d already", creditor.ID, before)
		}
		first[creditor.ID] = i + 1
		k.creditor(at, creditor, c.TemplatesDir != "")
	}
}

func (k *checker) creditor(at string, c *Creditor, ownTemplates bool) {
	c.IBAN, c.BIC = electronic(c.IBAN), electronic(c.BIC)
	c.SIREN, c.VATID = electronic(c.SIREN), electronic(c.VATID)

	k.given(at+"id", c.ID)
	k.matches(at+"id", c.ID, creditorID, "an ID: use letters, digits and single hyphens")
	if len(c.ID) > longestID {
		k.refuse(at+"id", "is longer than %d characters", longestID)
	}
	k.given(at+"name", c.Name)
	k.given(at+"address.country", c.Address.Country)
	k.matches(at+"address.country", c.Address.Country, countryCode, "a country: use an ISO 3166-1 code such as FR")
	k.given(at+"sender_email", c.SenderEmail)
	k.mailAddress(at+"email", c.Email)
	k.mailAddress(at+"sender_email", c.SenderEmail)
	k.mailAddress(at+"reply_to", c.ReplyTo)
	k.matches(at+"phone", c.Phone, phoneNumber, "a telephone number: write it like +33123456789")
	if c.SMSSender != "" && !phoneNumber.MatchString(c.SMSSender) && (!senderName.MatchString(c.SMSSender) || !hasLetter.MatchString(c.SMSSender)) {
		k.refuse(at+"sms_sender", "%q is not a sender: use a number like +33612345678 or a name of 1 to 11 letters and digits", c.SMSSender)
	}
	if c.Website != "" {
		k.webAddress(at+"website", c.Website)
	}
	k.registrations(at, c)
	k.account(at, c)
	k.habits(at, c, ownTemplates)
}

func (k *checker) registrations(at string, c *Creditor) {
	if c.SIREN != "" && !isSIREN(c.SIREN) {
		k.refuse(at+"siren", "%q is not a SIREN: 9 digits with a check digit", c.SIREN)
	}
	k.matches(at+"vat_id", c.VATID, vatNumber, "a VAT number: it begins with the country, such as FR40303265045")
	if !frenchVAT.MatchString(c.VATID) {
		return
	}
	siren := c.VATID[4:]
	switch key, _ := strconv.Atoi(c.VATID[2:4]); {
	case c.SIREN != "" && c.SIREN != siren:
		k.refuse(at+"vat_id", "%s is that of another company than the SIREN %s", c.VATID, c.SIREN)
	case key != frenchVATKey(siren):
		k.refuse(at+"vat_id", "%s does not exist: the two digits after FR do not fit the SIREN %s", c.VATID, siren)
	}
}

func (k *checker) account(at string, c *Creditor) {
	if c.IBAN != "" {
		if err := iban.Validate(c.IBAN); err != nil {
			k.refuse(at+"iban", "%q is not an IBAN: check it against the bank's document", c.IBAN)
		}
	}
	if c.BIC != "" {
		if _, err := bic.Parse(c.BIC); err != nil {
			k.refuse(at+"bic", "%q is not a BIC: it has 8 or 11 characters, such as AGRIFRPPXXX", c.BIC)
		}
	}
}

func (k *checker) habits(at string, c *Creditor, ownTemplates bool) {
	switch {
	case c.Language != "" && !languageCode.MatchString(c.Language):
		k.refuse(at+"language", "%q is not a language: use two letters such as fr", c.Language)
	case c.Language != "" && !ownTemplates && !slices.Contains(builtInLanguages, c.Language):
		k.refuse(at+"language", "there are no texts in %q: use %s, or write templates (templates_dir)", c.Language, strings.Join(builtInLanguages, " or "))
	}
	if c.Zone != "" {
		if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "Local" {
			k.refuse(at+"zone", "%q is not a time zone: use an IANA name such as Europe/Paris", c.Zone)
		}
	}
	const aStrategy = "the name of a strategy, such as fr-b2b-standard"
	k.matches(at+"strategies.business", c.Strategies.Business, strategyName, aStrategy)
	k.matches(at+"strategies.consumer", c.Strategies.Consumer, strategyName, aStrategy)
	k.matches(at+"strategies.public", c.Strategies.Public, strategyName, aStrategy)
	from, fromRead := k.hour(at+"contact_from", c.ContactFrom, defaultContactFrom)
	until, untilRead := k.hour(at+"contact_until", c.ContactUntil, defaultContactUntil)
	if fromRead && untilRead && from >= until {
		k.refuse(at+"contact_until", "the contact hours end at %s, before they begin at %s", clock(until), clock(from))
	}
}

func (k *checker) hour(key, text, unset string) (minutes int, ok bool) {
	minutes, err := parseHour(cmp.Or(text, unset))
	if err != nil {
		k.refuse(key, "%s", err)
	}
	return minutes, err == nil
}

func (k *checker) given(key, value string) {
	if strings.TrimSpace(value) == "" {
		k.refuse(key, "is missing")
	}
}

func (k *checker) matches(key, value string, pattern *regexp.Regexp, what string) {
	if value != "" && !pattern.MatchString(value) {
		k.refuse(key, "%q is not %s", value, what)
	}
}

func (k *checker) mailAddress(key, text string) {
	if text == "" {
		return
	}
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		k.refuse(key, "%q is not an e-mail address: write it alone, like accounts@example.com", text)
	}
}

// electronic is a number as machines write it, without the spaces of paper.
func electronic(number string) string {
	return strings.ToUpper(strings.Join(strings.Fields(number), ""))
}

// isSIREN checks the Luhn digit of a French company number.
func isSIREN(number string) bool {
	const length = 9
	if len(number) != length {
		return false
	}
	sum := 0
	for i, digit := range number {
		n := int(digit - '0')
		if n < 0 || n > 9 {
			return false
		}
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// frenchVATKey is the two digits after FR: (12 + 3 x (SIREN mod 97)) mod 97.
func frenchVATKey(siren string) int {
	n, err := strconv.Atoi(siren)
	if err != nil {
		return -1
	}
	return (12 + 3*(n%97)) % 97
}
