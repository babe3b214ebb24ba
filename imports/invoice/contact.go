package invoice

import (
	"errors"
	"slices"
	"strings"

	"relance/messaging"
)

// ContactCells are the cells that state one contact.
type ContactCells struct {
	Name  Cell
	Email Cell // may hold several addresses, separated by ";" or ","
	Phone Cell
	Role  Role
	// Language is a tag that was read already.
	Language string
	// Preferred: it is the one to write to among those of its role.
	Preferred bool
}

// AddContact records a contact of the buyer. An invoice must not be lost because
// of a bad address: one that fails its check is left out with a warning, from
// which a person can be asked for a better one. Set the buyer's country before:
// it decides how a national phone number is read.
func (d *Draft) AddContact(cells ContactCells) {
	contact := Contact{Name: Tidy(cells.Name.Value), Role: cells.Role, Phone: d.phone(cells.Phone), Language: cells.Language, Preferred: cells.Preferred}
	addresses := d.emails(cells.Email)
	if len(addresses) == 0 {
		d.addContact(contact)
		return
	}
	contact.Email = addresses[0]
	contact.Preferred = contact.Preferred || len(addresses) > 1 // whoever lists several names the usual one first
	d.addContact(contact)
	for _, address := range addresses[1:] {
		d.addContact(Contact{Email: address, Role: cells.Role, Language: cells.Language})
	}
}

// addContact passes over a contact that says nothing, or nothing new.
func (d *Draft) addContact(contact Contact) {
	if contact.Name+contact.Email+contact.Phone == "" {
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

// ParseEmail checks one plain address, "name@example.com", and returns it with
// its domain in lower case and ASCII. It is messaging.ValidateEmailAddress for
// what ledgers hold: an address without a display name.
func ParseEmail(text string) (string, error) {
	address, err := messaging.ValidateEmailAddress(strings.TrimPrefix(strings.TrimFunc(text, isBlank), "mailto:"))
	if err != nil {
		return "", reasonOf(err)
	}
	if address.Name != "" {
		return "", errors.New("is more than an e-mail address: write it like name@example.com")
	}
	return address.Email, nil
}

// ParsePhone reads a phone number as written in a country (ISO 3166-1 alpha-2)
// or with an international prefix, and returns it in E.164 form: see
// messaging.ParsePhone.
func ParsePhone(text, country string) (string, error) {
	number, err := messaging.ParsePhone(Tidy(text), country)
	return number, reasonOf(err)
}

// reasonOf is the reason without the value, which warnings show beside it.
func reasonOf(err error) error {
	if refused := new(messaging.AddressError); errors.As(err, &refused) {
		return errors.New(refused.Reason)
	}
	return err
}
