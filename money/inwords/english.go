package inwords

import "relance/money"

// English writes an amount of euros in English: "one thousand two hundred and eighty
// euros and one cent".
func English(amount money.Amount) (string, error) {
	whole, cents, err := euros(amount)
	if err != nil {
		return "", err
	}
	if whole == 0 && cents > 0 {
		return joined(EnglishNumber(cents), englishPlural("cent", cents)), nil
	}
	written := joined(EnglishNumber(whole), englishPlural("euro", whole))
	if cents > 0 {
		written = joined(written, "and", EnglishNumber(cents), englishPlural("cent", cents))
	}
	return written, nil
}

func englishPlural(noun string, n int64) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func englishUnits() []string {
	return []string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
		"fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
}

func englishTens() []string {
	return []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
}

// EnglishNumber writes a number from 0 to below Limit in English.
func EnglishNumber(n int64) string {
	if n == 0 {
		return englishUnits()[0]
	}
	var words []string
	for _, scale := range []struct {
		size int64
		noun string
	}{{milliard, "billion"}, {million, "million"}, {thousand, "thousand"}} {
		if count := n / scale.size; count > 0 {
			words = append(words, englishBelowThousand(count), scale.noun)
			n %= scale.size
		}
	}
	const hundred = 100
	if n > 0 {
		if len(words) > 0 && n < hundred {
			words = append(words, "and")
		}
		words = append(words, englishBelowThousand(n))
	}
	return joined(words...)
}

func englishBelowThousand(n int64) string {
	const hundred = 100
	var words []string
	if n >= hundred {
		words = append(words, englishUnits()[n/hundred], "hundred")
		if n%hundred > 0 {
			words = append(words, "and")
		}
		n %= hundred
	}
	units := englishUnits()
	switch {
	case n == 0:
	case n < int64(len(units)):
		words = append(words, units[n])
	case n%10 == 0:
		words = append(words, englishTens()[n/10])
	default:
		words = append(words, englishTens()[n/10]+"-"+units[n%10])
	}
	return joined(words...)
}
