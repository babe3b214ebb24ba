package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the host the configuration is checked on

	"relance/identifiers"
)

var (
	creditorID   = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	strategyName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	countryCode  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
	phoneNumber  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
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
	c.IBAN, c.BIC = identifiers.Compact(c.IBAN), identifiers.Compact(c.BIC)
	if c.SEPAIdentifier != "" {
		if _, err := identifiers.ParseCreditorIdentifier(c.SEPAIdentifier); err != nil {
			k.refuse(at+"sepa_identifier", "%s", err)
		}
		c.SEPAIdentifier = identifiers.Compact(c.SEPAIdentifier)
	}
	c.SIREN, c.VATID = identifiers.Compact(c.SIREN), identifiers.Compact(c.VATID)

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
	k.whatsApp(at+"whatsapp.", c.WhatsApp)
	if c.Website != "" {
		k.webAddress(at+"website", c.Website)
	}
	k.registrations(at, c)
	k.account(at, c)
	k.habits(at, c, ownTemplates)
	k.lateFees(at+"late_fees.", c.LateFees)
	for i, colleague := range c.Colleagues {
		field := fmt.Sprintf("%scolleagues[%d].", at, i+1)
		if k.given(field+"role", colleague.Role); colleague.Role != "" {
			k.oneOf(field+"role", colleague.Role, "salesperson", "accountant", "manager", "owner")
		}
		k.given(field+"email", colleague.Email)
		k.mailAddress(field+"email", colleague.Email)
	}
	k.mediators(at, c.Mediators)
	if c.Sells != "" {
		k.oneOf(at+"sells", c.Sells, "perishable-food", "perishable-food-periodic", "live-cattle-fresh-meat", "alcohol", "wine", "road-freight")
	}
}

var (
	whatsAppFrom    = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|MG[0-9a-f]{32})$`)
	contentTemplate = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*/[a-z]{2}$`)
	contentSID      = regexp.MustCompile(`^HX[0-9a-f]{32}$`)
)

func (k *checker) whatsApp(at string, w WhatsApp) {
	k.matches(at+"from", w.From, whatsAppFrom, "a WhatsApp sender: use a number like +33612345678, or a messaging service")
	for _, name := range slices.Sorted(maps.Keys(w.ContentSIDs)) {
		if !contentTemplate.MatchString(name) {
			k.refuse(at+"content_sids", "%q is not a text: write template/language, such as reminder-firm/fr", name)
		}
		if !contentSID.MatchString(w.ContentSIDs[name]) {
			k.refuse(at+"content_sids", "%q of %s is not a content template: it is HX and 32 hexadecimal digits", w.ContentSIDs[name], name)
		}
	}
	if len(w.ContentSIDs) > 0 && w.From == "" {
		k.refuse(at+"from", "is missing: the content templates are sent from it")
	}
}

var (
	lateFeeRate = regexp.MustCompile(`^(legal x |ecb \+ )?[0-9]{1,4}(\.[0-9]{1,4})?$`)
	toleration  = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,3})?$`)
)

func (k *checker) lateFees(at string, f LateFees) {
	for _, choice := range []struct {
		key, value string
		known      []string
	}{
		{"claim_from", f.ClaimFrom, []string{"courteous", "firm", "final", "formal", "never"}},
		{"day_count", f.DayCount, []string{"ACT/365F", "ACT/ACT"}},
		{"part_payment", f.PartPayment, []string{"INTEREST_FIRST", "PRINCIPAL_FIRST"}},
		{"credit_notes", f.CreditNotes, []string{"FROM_ITS_DATE", "RETROACTIVE"}},
		{"payment_day", f.PaymentDay, []string{"COUNTED", "NOT_COUNTED"}},
	} {
		if choice.value != "" {
			k.oneOf(at+choice.key, choice.value, choice.known...)
		}
	}
	k.matches(at+"rate", f.Rate, lateFeeRate, `a rate: write it like "12.5", "legal x 3" or "ecb + 10"`)
	k.matches(at+"tolerance", f.Tolerance, toleration, "an amount like 0.50")
}

func (k *checker) registrations(at string, c *Creditor) {
	if c.SIREN != "" && !identifiers.ValidSIREN(c.SIREN) {
		k.refuse(at+"siren", "%q is not a SIREN: 9 digits with a check digit", c.SIREN)
	}
	vat, valid := identifiers.ParseVAT(c.VATID)
	if valid {
		c.VATID = vat
	}
	switch {
	case c.VATID == "":
	case frenchVAT.MatchString(c.VATID) && c.SIREN != "" && c.SIREN != c.VATID[4:]:
		k.refuse(at+"vat_id", "%s is that of another company than the SIREN %s", c.VATID, c.SIREN)
	case frenchVAT.MatchString(c.VATID) && !valid:
		k.refuse(at+"vat_id", "%s does not exist: the two digits after FR do not fit the SIREN %s", c.VATID, c.VATID[4:])
	case !valid:
		k.refuse(at+"vat_id", "%q is not a VAT number: it begins with the country, such as FR40303265045", c.VATID)
	}
}

func (k *checker) account(at string, c *Creditor) {
	if c.IBAN != "" {
		if _, err := identifiers.ParseIBAN(c.IBAN); err != nil {
			k.refuse(at+"iban", "%q is not an IBAN: check it against the bank's document", c.IBAN)
		}
	}
	if c.BIC != "" {
		if _, err := identifiers.ParseBIC(c.BIC); err != nil {
			k.refuse(at+"bic", "%s", err)
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
	k.contact(at, c)
}

func (k *checker) contact(at string, c *Creditor) {
	k.days(at+"contact.spacing", c.Contact.Spacing, 31)
	k.days(at+"contact.per_week", c.Contact.PerWeek, 7)
	for i, country := range c.Contact.Countries {
		here := fmt.Sprintf("%scontact.countries[%d].", at, i+1)
		k.given(here+"country", country.Country)
		k.matches(here+"country", country.Country, countryCode, "a country: use two capital letters such as DE")
		k.days(here+"spacing", country.Spacing, 31)
		k.days(here+"per_week", country.PerWeek, 7)
		from, fromRead := k.hour(here+"from", country.From, cmp.Or(c.ContactFrom, defaultContactFrom))
		until, untilRead := k.hour(here+"until", country.Until, cmp.Or(c.ContactUntil, defaultContactUntil))
		if fromRead && untilRead && from >= until {
			k.refuse(here+"until", "the contact hours end at %s, before they begin at %s", clock(until), clock(from))
		}
	}
}

func (k *checker) days(key string, n, most int) {
	if n < 0 || n > most {
		k.refuse(key, "%d is not a number of days from 1 to %d", n, most)
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
