package messaging

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// e164 is the international form of ITU-T E.164: a plus sign and at most 15 digits.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// ParsePhone reads a telephone number as people write it and returns its E.164 form: "06 12 34 56 78" with
// the country "FR" gives "+33612345678". defaultCountry is the ISO 3166-1 alpha-2 code used when the number has
// no international prefix; it may be empty when all numbers have one. Numbers that the country's numbering
// plan does not know are refused. The error is an [*AddressError].
func ParsePhone(raw, defaultCountry string) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", &AddressError{Value: raw, Reason: fmt.Sprintf(format, args...)}
	}
	text := strings.TrimSpace(raw)
	country := strings.ToUpper(strings.TrimSpace(defaultCountry))
	international := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "＋")
	switch {
	case text == "":
		return refuse("is empty: give a telephone number such as +33 1 99 00 12 34")
	case strings.ContainsFunc(text, unicode.IsLetter):
		return refuse("contains letters: give the number alone")
	case !international && country == "":
		return refuse("has no international prefix and no country is known for it: start it with + and the country code")
	case !international && !phonenumbers.GetSupportedRegions()[country]:
		return refuse("cannot be read: %q is not a known country code", defaultCountry)
	}
	number, err := phonenumbers.Parse(text, country)
	if err != nil {
		return refuse("is not a telephone number: check for missing or stray characters")
	}
	// Parse is content with far too short numbers; only the numbering plan tells.
	formatted := phonenumbers.Format(number, phonenumbers.E164)
	if !phonenumbers.IsValidNumber(number) && !isFiction(formatted) {
		return refuse("%s", whyInvalid(number))
	}
	return formatted, nil
}

// PrintPhone writes an E.164 number the way its reader would dial it: nationally
// ("06 39 98 00 00") for a reader in the number's own country, given as an ISO
// 3166-1 alpha-2 code, otherwise with the international prefix
// ("+33 6 39 98 00 00"). A text that is not an international number, such as
// one already written for people, comes back unchanged.
func PrintPhone(e164, readerCountry string) string {
	number, err := phonenumbers.Parse(e164, phonenumbers.UNKNOWN_REGION)
	if err != nil || strings.ContainsFunc(e164, unicode.IsLetter) || !phonenumbers.IsPossibleNumber(number) {
		return e164
	}
	if phonenumbers.GetRegionCodeForNumber(number) == strings.ToUpper(strings.TrimSpace(readerCountry)) {
		return phonenumbers.Format(number, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// isFiction recognises +33 6 39 98 xx xx, which the French numbering plan
// reserves for works of fiction (ARCEP decision 2018-0881, annex 1). They ring
// nobody, so that demonstrations and tests can use them; libraries of assigned
// numbers do not know them.
func isFiction(number string) bool {
	return len(number) == len("+33639980000") && strings.HasPrefix(number, "+3363998")
}

func whyInvalid(number *phonenumbers.PhoneNumber) string {
	where := "its country"
	if region := phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode())); region != phonenumbers.UNKNOWN_REGION {
		where = region
	}
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.TOO_SHORT:
		return "has too few digits for a telephone number of " + where
	case phonenumbers.TOO_LONG:
		return "has too many digits for a telephone number of " + where
	case phonenumbers.INVALID_COUNTRY_CODE:
		return "starts with a country code that does not exist"
	default:
		return "is not a number in use in " + where + ": check the digits"
	}
}

// MayReceiveSMS reports whether the numbering plan allows that this E.164 number receives an SMS. False is
// sure (a landline, a premium or toll-free number); true is a possibility, as in countries where landlines
// and mobiles share their ranges.
func MayReceiveSMS(number string) bool {
	if isFiction(number) {
		return true
	}
	parsed, err := phonenumbers.Parse(number, phonenumbers.UNKNOWN_REGION)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return false
	}
	switch phonenumbers.GetNumberType(parsed) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.PERSONAL_NUMBER, phonenumbers.UNKNOWN:
		return true
	default:
		return false
	}
}
