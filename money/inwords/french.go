package inwords

import "relance/money"

// French writes an amount of euros in French: "mille deux cent quatre-vingts euros et
// un centime". The spelling is the traditional one, with hyphens below a hundred only.
func French(amount money.Amount) (string, error) {
	whole, cents, err := euros(amount)
	if err != nil {
		return "", err
	}
	written := FrenchNumber(whole)
	switch {
	case whole == 0 && cents > 0:
		return joined(FrenchNumber(cents), plural("centime", cents)), nil
	case whole >= million && whole%million == 0:
		written += " d’euros" // million and milliard are nouns
	default:
		written = joined(written, plural("euro", whole))
	}
	if cents > 0 {
		written = joined(written, "et", FrenchNumber(cents), plural("centime", cents))
	}
	return written, nil
}

// plural is a French noun after a number: from two on it is in the plural.
func plural(noun string, n int64) string {
	if n >= 2 {
		return noun + "s"
	}
	return noun
}

func frenchUnits() []string {
	return []string{
		"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze",
		"seize", "dix-sept", "dix-huit", "dix-neuf",
	}
}

func frenchTens() []string {
	return []string{"", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"}
}

// FrenchNumber writes a number from 0 to below Limit in French.
func FrenchNumber(n int64) string {
	if n == 0 {
		return frenchUnits()[0]
	}
	var words []string
	for _, scale := range []struct {
		size int64
		noun string
	}{{milliard, "milliard"}, {million, "million"}} {
		if count := n / scale.size; count > 0 {
			words = append(words, joined(belowThousand(count, true), plural(scale.noun, count)))
			n %= scale.size
		}
	}
	if count := n / thousand; count == 1 {
		words = append(words, "mille") // never "un mille", and without a plural
	} else if count > 1 {
		words = append(words, belowThousand(count, false)+" mille")
	}
	if rest := n % thousand; rest > 0 {
		words = append(words, belowThousand(rest, true))
	}
	return joined(words...)
}

// belowThousand writes 1 to 999. At the end of a number, and before the nouns million
// and milliard, vingt and cent that are multiplied take an s; before mille they do not.
func belowThousand(n int64, ends bool) string {
	const hundred = 100
	hundreds, rest := n/hundred, n%hundred
	var words []string
	switch {
	case hundreds == 1:
		words = append(words, "cent")
	case hundreds > 1 && rest == 0 && ends:
		words = append(words, frenchUnits()[hundreds]+" cents")
	case hundreds > 1:
		words = append(words, frenchUnits()[hundreds]+" cent")
	}
	if rest > 0 {
		words = append(words, belowHundred(rest, ends))
	}
	return joined(words...)
}

// belowHundred writes 1 to 99: "soixante et onze", "quatre-vingts", "quatre-vingt-un".
func belowHundred(n int64, ends bool) string {
	units := frenchUnits()
	if n < int64(len(units)) {
		return units[n]
	}
	ten, unit := n/10, n%10
	stem := frenchTens()[ten]
	if ten == 7 || ten == 9 { // counted on from sixty and eighty
		unit += 10
	}
	switch {
	case n == 80 && ends:
		return stem + "s"
	case unit == 0:
		return stem
	case unit%10 == 1 && ten < 8:
		return stem + " et " + units[unit]
	default:
		return stem + "-" + units[unit]
	}
}
