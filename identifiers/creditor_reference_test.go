package identifiers_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/identifiers"
)

func TestAnInvoiceNumberInCapitalsAndDigitsIsItsOwnReference(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]identifiers.CreditorReference{
		"539007547034":          "RF18539007547034",
		"FA20260042":            "RF83FA20260042",
		"INV000123":             "RF73INV000123",
		"2026118":               "RF052026118", // the check digits keep their zero
		"ABCDEFGHIJ12345678901": "RF07ABCDEFGHIJ12345678901",
	} {
		require.Equal(t, want, identifiers.NewCreditorReference(number))
		require.Equal(t, want, identifiers.NewCreditorReference("atelier-durand", number), "the creditor only enters the fingerprint")
	}
}

// References are printed on letters and stand in bank orders: these must be the
// same in every version.
func TestReferencesNeverChange(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"FA-2026-0042":                        "RF09 FA20 2600 42IH UILA",
		"2026/118":                            "RF86 2026 118T 1BNA K",
		"fa 2026 42":                          "RF47 FA20 2642 WUBL Y8",
		"SUCCURSALE-LYON/2026/FACTURE/000123": "RF08 CTUR E000 1233 KYXX R7XS L",
		"請求書-7":                               "RF58 7XWV IYSA GPG",
		"":                                    "RF13 FYLD 9YIV PG",
	} {
		require.Equal(t, want, identifiers.NewCreditorReference("atelier-durand", number).Print())
	}
}

var referenceForm = regexp.MustCompile(`^RF[0-9]{2}[A-Z0-9]{1,21}$`)

// Whatever a number is made of, there is a reference for it, and it is valid
// however it is written down.
func TestEveryInvoiceHasAValidReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		creditor, number := rapid.String().Draw(t, "creditor"), rapid.String().Draw(t, "number")
		reference := identifiers.NewCreditorReference(creditor, number)
		require.Regexp(t, referenceForm, string(reference))
		require.Equal(t, reference, identifiers.NewCreditorReference(creditor, number), "the same for ever")
		for _, written := range []string{string(reference), reference.Print(), strings.ToLower(reference.Print())} {
			read, err := identifiers.ParseCreditorReference(written)
			require.NoError(t, err)
			require.Equal(t, reference, read)
		}
	})
}

// Numbers that differ in what a reference cannot carry only are the danger: they
// have the same capitals and digits.
func TestTwoInvoicesNeverShareAReference(t *testing.T) {
	t.Parallel()
	invoice := rapid.StringOf(rapid.SampledFrom([]rune("A1a-/ .é中")))
	rapid.Check(t, func(t *rapid.T) {
		first, second := invoice.Draw(t, "first"), invoice.Draw(t, "second")
		if first == second {
			return
		}
		require.NotEqual(t, identifiers.NewCreditorReference("acme", first), identifiers.NewCreditorReference("acme", second))
	})
}

func TestTenThousandInvoicesOfEveryPatternKeepTheirOwnReferences(t *testing.T) {
	t.Parallel()
	seen := map[identifiers.CreditorReference]string{}
	for _, pattern := range []string{
		"FA-2026-%04d", "FA/2026/%04d", "FA2026%04d", "fa2026%04d", "2026-1-%d", "2026-11-%d", "20261-%d", "%d-2026-1", "é%d", "%dé",
		"%04d/SUCCURSALE DE LYON/ANNEE 2026", "SUCCURSALE DE LYON/ANNEE 2026/%04d",
	} {
		for i := range 10_000 {
			number := fmt.Sprintf(pattern, i)
			reference := identifiers.NewCreditorReference("acme", number)
			require.Equal(t, number, valueOr(seen, reference, number), "both have %s", reference)
			seen[reference] = number
		}
	}
}

func valueOr(m map[identifiers.CreditorReference]string, key identifiers.CreditorReference, unset string) string {
	if value, ok := m[key]; ok {
		return value
	}
	return unset
}

func TestPartsDoNotRunIntoEachOther(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, identifiers.NewCreditorReference("a", "b-1"), identifiers.NewCreditorReference("ab", "-1"))
	require.NotEqual(t, identifiers.NewCreditorReference("acme", "F-1"), identifiers.NewCreditorReference("other", "F-1"))
}

func TestAWrongReferenceIsExplained(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"":                            "it begins with RF",
		"FA20260042":                  "it begins with RF",
		"RF83":                        "two check digits and at least one letter or digit",
		"RFA3FA20260042":              "two check digits",
		"RF83FA20260043":              "its check digits do not fit",
		"RF83FA20206042":              "two are swapped",
		"RF83FA-20260042":             "other than letters without accents and digits",
		"RF83É":                       "other than letters",
		"RF061234567890123456789012X": "it has 27 characters: at most 25 are allowed",
	} {
		_, err := identifiers.ParseCreditorReference(text)
		require.ErrorContains(t, err, reason, text)
	}
}

// 00, 01 and 99 leave the same remainder as 97, 98 and 02 but are never given.
func TestCheckDigitsThatAreNeverGivenAreRefused(t *testing.T) {
	t.Parallel()
	count := 0
	for i := range 2000 {
		reference := string(identifiers.NewCreditorReference(fmt.Sprintf("%d", i)))
		twin, ok := map[string]string{"97": "00", "98": "01", "02": "99"}[reference[2:4]]
		if !ok {
			continue
		}
		count++
		_, err := identifiers.ParseCreditorReference("RF" + twin + reference[4:])
		require.ErrorContains(t, err, "check digits", reference)
	}
	require.Greater(t, count, 10)
}

// A slip of the hand is what check digits are for: one character wrong or two
// neighbours swapped.
func TestASlipOfTheHandIsNoticed(t *testing.T) {
	t.Parallel()
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	rapid.Check(t, func(t *rapid.T) {
		reference := []byte(identifiers.NewCreditorReference(rapid.StringMatching(`[A-Z0-9]{2,21}`).Draw(t, "number")))
		at := rapid.IntRange(4, len(reference)-1).Draw(t, "at")
		slipped := []byte(string(reference))
		if rapid.Bool().Draw(t, "swap") && at+1 < len(slipped) {
			slipped[at], slipped[at+1] = slipped[at+1], slipped[at]
		} else {
			slipped[at] = characters[rapid.IntRange(0, len(characters)-1).Draw(t, "typed")]
		}
		if string(slipped) == string(reference) || unicode.IsDigit(rune(slipped[at])) != unicode.IsDigit(rune(reference[at])) {
			return // a letter counts as two digits: mixing them up may escape
		}
		_, err := identifiers.ParseCreditorReference(string(slipped))
		require.Error(t, err)
	})
}
