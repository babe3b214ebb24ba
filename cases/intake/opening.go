package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/deadlines"
	"relance/imports/invoice"
)

// opening is what a case begins with, as the document and the creditor say.
func (i *Intake) opening(creditor Creditor, doc invoice.Document) (casefile.Opening, error) {
	strategy, err := i.strategyFor(creditor, doc)
	if err != nil {
		return casefile.Opening{}, err
	}
	claimed, err := doc.AmountDue.Add(doc.Prepaid)
	if err != nil {
		return casefile.Opening{}, fmt.Errorf("adding the prepaid amount: %w", err)
	}
	debtor := debtorOf(creditor, doc)
	zone := zoneOf(creditor, debtor)
	var claim deadlines.ClaimKind
	if creditor.Carriage {
		claim = deadlines.CarriageOfGoods
	}
	debtor.Zone = zone.String()
	return casefile.Opening{
		Debtor: debtor, Contacts: contactsOf(doc), Strategy: strategy, Actor: i.Actor, Claim: claim,
		Window: windowOf(creditor, debtor, zone),
		Invoice: casefile.Invoice{
			Creditor: creditor.ID, Number: doc.Number, Debtor: debtor.ID, IssueDate: doc.Issued, DueDate: doc.Due, CompletedOn: doc.Delivered,
			DueDateSource: string(doc.DueDateSource), Total: claimed, Prepaid: doc.Prepaid,
			Reference: cmp.Or(doc.OrderReference, doc.BuyerReference), PaymentReference: doc.PaymentReference,
			SourceFormat: string(doc.Source.Format), SourceFile: baseName(doc.Source.File), SourceSHA256: doc.Source.SHA256,
		},
	}, nil
}

// strategyFor is the strategy the document asks for, or the creditor's default
// for the kind of debtor; a debtor of unknown kind without a business's number
// is treated as a consumer, who has the most protection.
func (i *Intake) strategyFor(creditor Creditor, doc invoice.Document) (collection.Strategy, error) {
	kind := doc.Buyer.Kind
	if kind == invoice.KindUnknown {
		kind = invoice.KindConsumer
		if doc.Buyer.SIREN != "" || doc.Buyer.SIRET != "" || doc.Buyer.VAT != "" {
			kind = invoice.KindBusiness
		}
	}
	name := cmp.Or(doc.Strategy, creditor.Strategies[kind])
	if name == "" {
		return collection.Strategy{}, fmt.Errorf("the creditor %s has no strategy for debtors of the kind %s: configure one", creditor.ID, kind)
	}
	definition, err := i.Strategies.Newest(name)
	if err == nil && !definition.For.Suits(strategyfile.Audience(kind)) {
		err = fmt.Errorf("the strategy %s is made for debtors of the kind %s, and this one is of the kind %s: choose another", name, definition.For, kind)
	}
	return definition.Strategy, err
}

func debtorOf(creditor Creditor, doc invoice.Document) casefile.Debtor {
	buyer := doc.Buyer
	debtor := casefile.Debtor{
		Creditor: creditor.ID, Name: cmp.Or(buyer.Name, buyer.TradingName), Kind: casefile.DebtorKind(buyer.Kind),
		Language: buyer.Language, SIREN: buyer.SIREN, SIRET: buyer.SIRET, VATID: buyer.VAT,
		Address: casefile.Address{Postcode: buyer.Address.Postcode, City: buyer.Address.City, Country: buyer.Address.Country},
	}
	if buyer.Kind == invoice.KindUnknown {
		debtor.Kind = casefile.DebtorUnknown
	}
	if debtor.Parent = buyer.Parent; buyer.BillToParent {
		debtor.BillTo = casefile.BillToParent
	}
	if lines := buyer.Address.Lines; len(lines) > 0 {
		debtor.Line1, debtor.Line2 = lines[0], strings.Join(lines[1:], ", ")
	}
	debtor.ID = cmp.Or(buyer.Ref, buyer.SIREN, buyer.VAT, idFromName(debtor, buyer.Contacts))
	return debtor
}

func zoneOf(creditor Creditor, debtor casefile.Debtor) calendar.Zone {
	if zone, found := calendar.ZoneOf(debtor.Country, debtor.Postcode); found {
		return zone
	}
	return creditor.Zone
}

func contactsOf(doc invoice.Document) []casefile.Contact {
	var contacts []casefile.Contact
	for _, contact := range doc.Buyer.Contacts {
		contacts = append(contacts, casefile.Contact{
			Name: contact.Name, Email: contact.Email, Phone: contact.Phone, Role: strings.ReplaceAll(string(contact.Role), " ", "-"),
			Language: contact.Language, Preferred: contact.Preferred,
		})
	}
	return contacts
}

// idFromName is an ID for a debtor without any number. A company's name may be
// shown; a person's may not, because IDs travel to the workflow engine. Two
// persons of one name are told apart by their address: rather one person with
// two IDs than two persons with one, who would get each other's mail.
func idFromName(debtor casefile.Debtor, contacts []invoice.Contact) string {
	if debtor.Kind == casefile.DebtorBusiness || debtor.Kind == casefile.DebtorPublic {
		return slug(debtor.Name)
	}
	parts := []string{slug(debtor.Name), debtor.Postcode, slug(debtor.Line1)}
	if len(contacts) > 0 {
		parts = append(parts, contacts[0].Email, contacts[0].Phone)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return "d-" + hex.EncodeToString(sum[:6])
}

// slug is an ID made of a name: "Société Générale" becomes "societe-generale".
func slug(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		plain = name
	}
	words := strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

func baseName(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		return path[i+1:]
	}
	return path
}

// windowOf is when a debtor may be contacted: on working days of its own place.
func windowOf(creditor Creditor, debtor casefile.Debtor, zone calendar.Zone) calendar.Window {
	place := placeOf(creditor, debtor.Country, debtor.Postcode)
	return calendar.Window{Country: place, Zone: zone}.During(creditor.Hours.In(place))
}

// placeOf names the public holidays of an address; without a country they are those of
// the creditor's.
func placeOf(creditor Creditor, country, postcode string) string {
	return cmp.Or(calendar.HolidaysOf(country, postcode), calendar.HolidaysOf(creditor.Country, ""))
}
