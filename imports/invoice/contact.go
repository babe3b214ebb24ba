package invoice

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
)

// ContactCells are the cells that state one contact.
type ContactCells struct {
	Name  Cell
	Email Cell // may hold several addresses, separated by ";" or ","
	Phone Cell
	Role  Role
}

// AddContact records a contact of the buyer. An invoice must not be lost because
// of a bad address: one that fails its check is left out with a warning, from
// which a person can be asked for a better one. Set the buyer's country before:
// it decides how a national phone number is read.
func (d *Draft) AddContact(cells ContactCells) {
	contact := Contact{Name: Tidy(cells.Name.Value), Role: cells.Role, Phone: d.phone(cells.Phone)}
	addresses := d.emails(cells.Email)
	if len(addresses) == 0 {
		d.addContact(contact)
		return
	}
	contact.Email = addresses[0]
	d.addContact(contact)
	for _, address := range addresses[1:] {
		d.addContact(Contact{Email: address, Role: cells.Role})
	}
}

// addContact passes over a contact that says nothing, or nothing new.
func (d *Draft) addContact(contact Contact) {
	if contact == (Contact{Role: contact.Role}) {
		return
	}
	known := func(c Contact) bool {
		return c.Email == contact.Email && (contact.Phone == "" || c.Phone == contact.Phone) && (contact.Name == "" || c.Name == contact.Name)
	}
	if !slices.ContainsFunc(d.Buyer.Contacts, known) {
		d.Buyer.Contacts = append(d.Buyer.Contacts, contact)
	}
}

func (d *Draft) emails(cell Cell) []string {
	var addresses []string
	for _, part := range strings.FieldsFunc(cell.Value, func(r rune) bool { return r == ';' || r == ',' }) {
		if part = strings.TrimFunc(part, isBlank); part == "" {
			continue
		}
		address, err := ParseEmail(part)
		if err != nil {
			d.Warn(AboutContact, Cell{Field: cell.Field, Value: part, Line: cell.Line}, err.Error()+"; it is left out")
			continue
		}
		addresses = append(addresses, address)
	}
	return addresses
}

func (d *Draft) phone(cell Cell) string {
	if cell.Empty() {
		return ""
	}
	country := d.Buyer.Address.Country
	if country == "" {
		country = d.rules.Country
	}
	number, err := ParsePhone(cell.Value, country)
	if err != nil {
		d.Warn(AboutContact, cell, err.Error()+"; it is left out")
		return ""
	}
	return number
}

// The lengths that RFC 5321 allows (4.5.3.1).
const (
	longestAddress   = 254
	longestLocalPart = 64
)

// ParseEmail checks one plain address, "name@example.com", and returns it with
// its domain in lower case and ASCII. Display names, quoted local parts, domains
// without a dot and accents before the @ are refused: the first three are never
// what a ledger means, and mail providers do not deliver to the last.
func ParseEmail(text string) (string, error) {
	text = strings.TrimFunc(text, isBlank)
	text = strings.TrimPrefix(text, "mailto:")
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text {
		return "", errors.New("not an e-mail address; write it like name@example.com")
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := text[:at], text[at+1:]
	for i := range len(local) {
		if local[i] >= 0x80 {
			return "", errors.New("an e-mail address has no accents before the @")
		}
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") || !isDomain(ascii) {
		return "", errors.New("what follows the @ is not a domain")
	}
	if len(local) > longestLocalPart || len(local)+1+len(ascii) > longestAddress {
		return "", errors.New("longer than an e-mail address can be")
	}
	return local + "@" + ascii, nil
}

func isDomain(ascii string) bool {
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isDigit(c) && !('a' <= c && c <= 'z') && c != '-' {
				return false
			}
		}
	}
	return !onlyDigits(labels[len(labels)-1]) // an IP address is not a company's domain
}

// ParsePhone reads a phone number as written in a country (ISO 3166-1 alpha-2)
// or with an international prefix, and returns it in E.164 form. It must be a
// number that the country's numbering plan assigns, which is more than having
// the right length, or a French mobile number reserved for fiction.
func ParsePhone(text, country string) (string, error) {
	number, err := phonenumbers.Parse(Tidy(text), country)
	if err != nil {
		return "", errors.New("not a phone number; write it like +33 1 23 45 67 89")
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if !phonenumbers.IsValidNumber(number) && !isFiction(e164) {
		return "", fmt.Errorf("not a number that exists in %s", phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode())))
	}
	return e164, nil
}

// isFiction recognises +33 6 39 98 xx xx, which the French numbering plan
// reserves for works of fiction (ARCEP decision 2018-0881, annex 1). They ring
// nobody, so that demonstrations and tests can use them; libraries of assigned
// numbers do not know them.
func isFiction(e164 string) bool {
	return len(e164) == len("+33639980000") && strings.HasPrefix(e164, "+3363998")
}
