package invoice

import "strings"

// SetCountry records the country of an address: an ISO 3166-1 alpha-2 code, or
// the name of a country near France in French, English or its own language.
func (d *Draft) SetCountry(address *Address, cell Cell) {
	if cell.Empty() {
		return
	}
	code, ok := ParseCountry(cell.Value)
	if !ok {
		d.Warn(AboutDebtor, cell, "not a country; use an ISO 3166-1 code such as FR")
		return
	}
	address.Country = code
}

// ParseCountry reads a country as an ISO 3166-1 alpha-2 code, or by the name of one near
// France in French, English or its own language, and returns the code.
func ParseCountry(text string) (code string, ok bool) {
	text = Tidy(text)
	if len(text) == 2 {
		code := strings.ToUpper(text)
		if code == "UK" {
			return "GB", true
		}
		return code, isTwoLetters(code)
	}
	code, ok = countryNames[Fold(text)]
	return code, ok
}

var countryNames = map[string]string{
	"france": "FR", "fra": "FR",
	"belgique": "BE", "belgium": "BE", "belgie": "BE", "bel": "BE",
	"allemagne": "DE", "germany": "DE", "deutschland": "DE", "deu": "DE",
	"luxembourg": "LU", "luxemburg": "LU",
	"suisse": "CH", "switzerland": "CH", "schweiz": "CH",
	"espagne": "ES", "spain": "ES", "espana": "ES",
	"italie": "IT", "italy": "IT", "italia": "IT",
	"pays-bas": "NL", "netherlands": "NL", "nederland": "NL", "the netherlands": "NL",
	"royaume-uni": "GB", "united kingdom": "GB", "great britain": "GB",
	"irlande": "IE", "ireland": "IE",
	"autriche": "AT", "austria": "AT", "osterreich": "AT",
	"portugal": "PT", "monaco": "MC",
}

// SetLanguage records the language to write to the debtor in: a BCP 47 tag, or
// the name of a language in French, English or itself.
func (d *Draft) SetLanguage(cell Cell) {
	if cell.Empty() {
		return
	}
	tag, ok := ParseLanguage(cell.Value)
	if !ok {
		d.Warn(AboutDebtor, cell, "not a language; use a code such as fr or en")
		return
	}
	d.Buyer.Language = tag
}

// ParseLanguage reads a language as a BCP 47 tag, or by its name in French, English
// or itself, and returns the tag.
func ParseLanguage(text string) (tag string, ok bool) {
	text = Tidy(text)
	if tag, ok = parseLanguageTag(text); ok {
		return tag, true
	}
	tag, ok = languageNames[Fold(text)]
	return tag, ok
}

// parseLanguageTag accepts "fr", "FR", "fr-BE" and "fr_BE".
func parseLanguageTag(text string) (string, bool) {
	language, region, regional := strings.Cut(strings.ReplaceAll(text, "_", "-"), "-")
	if !isTwoLetters(strings.ToUpper(language)) {
		return "", false
	}
	if !regional {
		return strings.ToLower(language), true
	}
	if !isTwoLetters(strings.ToUpper(region)) {
		return "", false
	}
	return strings.ToLower(language) + "-" + strings.ToUpper(region), true
}

func isTwoLetters(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

var languageNames = map[string]string{
	"francais": "fr", "french": "fr", "fra": "fr",
	"anglais": "en", "english": "en", "eng": "en",
	"allemand": "de", "german": "de", "deutsch": "de", "deu": "de",
	"neerlandais": "nl", "dutch": "nl", "nederlands": "nl",
	"espagnol": "es", "spanish": "es", "espanol": "es",
	"italien": "it", "italian": "it", "italiano": "it",
}
