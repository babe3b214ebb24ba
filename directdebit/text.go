package directdebit

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relance/identifiers"
)

// The longest parts of an address.
const (
	maxStreet   = 70
	maxPostcode = 16
	maxTown     = 35
)

// allowed are the characters that every bank in SEPA takes, beside letters and digits
// (EPC217-08).
const allowed = "/-?:().,'+ "

// fold writes a text with the characters that every bank takes, cut to a length:
// "Société Lœuf & Fils" is "Societe Loeuf + Fils".
func fold(text string, longest int) string {
	text = strings.NewReplacer("œ", "oe", "Œ", "OE", "æ", "ae", "Æ", "AE", "ß", "ss", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "’", "'", "&", "+", "_", "-", "–", "-", "—", "-").Replace(text)
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1 // an accent
		case isPlain(r) || strings.ContainsRune(allowed, r):
			return r
		default:
			return ' '
		}
	}, norm.NFD.String(text))
	folded = strings.Join(strings.Fields(folded), " ")
	return strings.TrimSpace(folded[:min(len(folded), longest)])
}

func isPlain(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// CheckReference refuses an ID that banks do not carry unchanged.
func CheckReference(id string) error {
	switch {
	case id == "" || len(id) > maxID:
		return fmt.Errorf("%q has %d characters where 1 to %d are possible", id, len(id), maxID)
	case fold(id, maxID) != id:
		return fmt.Errorf("%q has characters that banks do not carry: use letters, digits and %s", id, strings.TrimSpace(allowed))
	case strings.HasPrefix(id, "/") || strings.HasSuffix(id, "/") || strings.Contains(id, "//"):
		return errors.New("a slash stands neither first nor last in it, nor twice in a row")
	default:
		return nil
	}
}

func partyOf(p Party) party {
	return party{Name: fold(p.Name, maxName), Address: address{
		Street: fold(p.Street, maxStreet), Postcode: fold(p.Postcode, maxPostcode), Town: fold(p.Town, maxTown), Country: p.Country,
	}}
}

func accountOf(p Party) account {
	var made account
	made.ID.IBAN = identifiers.Compact(p.IBAN)
	return made
}

func agentOf(p Party) agent {
	if p.BIC == "" {
		return agent{Institution: institution{Other: &other{ID: "NOTPROVIDED"}}}
	}
	return agent{Institution: institution{BIC: identifiers.Compact(p.BIC)}}
}
