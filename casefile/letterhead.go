package casefile

import (
	"cmp"
	"strings"

	textlanguage "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"relance/messaging"
	"relance/messaging/compose"
)

// Letterhead is the creditor as its letters show it to a debtor.
func (c Creditor) Letterhead(to Debtor) compose.Creditor {
	return compose.Creditor{
		ID: c.ID, Name: c.Name, Legal: c.LegalMentions, Address: c.lines(), City: c.City, SIREN: c.SIREN, VAT: c.VATID, IBAN: c.IBAN, BIC: c.BIC,
		Phone: messaging.PrintPhone(c.Phone, to.Country), Email: cmp.Or(c.ReplyTo, c.Email), Website: c.Website,
		SignatoryName: c.SignatoryName, SignatoryTitle: c.SignatoryTitle, Language: c.Language, ConsumerMediator: c.ConsumerMediator,
	}
}

// Addressee is the debtor as letters of a creditor address it. Abroad, the country
// is the last line, in capitals, as postal services ask for.
func (d Debtor) Addressee(of Creditor, language string) compose.Debtor {
	lines := d.lines()
	if len(lines) > 0 && d.Country != "" && d.Country != of.Country {
		lines = append(lines, strings.ToUpper(countryName(d.Country, language)))
	}
	return compose.Debtor{Name: d.Name, Address: lines, Kind: compose.DebtorKind(d.ActsAs()), Account: d.account()}
}

// countryName is the name of a country in a language, its code where it has none.
func countryName(code, language string) string {
	region, err := textlanguage.ParseRegion(code)
	if err != nil {
		return code
	}
	return cmp.Or(display.Regions(textlanguage.Make(language)).Name(region), code)
}

// account is the debtor's customer number, unless the creditor gave it none and
// its ID was made of something else: a number of the state's, or its name.
func (d Debtor) account() string {
	fromName := strings.HasPrefix(d.ID, "d-") || !strings.ContainsAny(d.ID, "0123456789")
	if fromName || d.ID == d.SIREN || d.ID == d.VATID {
		return ""
	}
	return d.ID
}

// lines are those of the address that are not empty.
func (a Address) lines() []string {
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, strings.TrimSpace(a.Postcode + " " + a.City)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Lines are those of the address that are not empty.
func (a Address) Lines() []string { return a.lines() }
