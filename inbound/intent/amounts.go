package intent

import (
	"regexp"
	"strings"

	"relance/money"
)

var (
	amountBefore = regexp.MustCompile(`(\d[\d .,']*\d|\d)\s*(€|eur\b|euros?\b|£|gbp\b|\$|usd\b)`)
	amountAfter  = regexp.MustCompile(`(€|£|\$)\s*(\d[\d.,']*\d|\d)`)
	cents        = regexp.MustCompile(`[.,](\d{1,2})$`)
	payReference = regexp.MustCompile(`(?i)\b(?:r[ée]f(?:[ée]rence)?s?|virement|transaction|transfer|wire)\.?\s*(?:du virement\s*)?(?:n°|nº|no\.?|num[ée]ro|number|:|#|est|is)*\s*([A-Z0-9][A-Z0-9/_-]{4,34})\b`)
)

// amountIn is the first amount with a currency in a sentence; without one it is the
// zero Amount.
func amountIn(sentence string) money.Amount {
	digits, unit := "", ""
	if m := amountBefore.FindStringSubmatch(sentence); m != nil {
		digits, unit = m[1], m[2]
	} else if m := amountAfter.FindStringSubmatch(sentence); m != nil {
		digits, unit = m[2], m[1]
	}
	if digits == "" {
		return money.Amount{}
	}
	fraction := "00"
	if m := cents.FindStringSubmatch(digits); m != nil {
		fraction = (m[1] + "0")[:2]
		digits = digits[:len(digits)-len(m[0])]
	}
	whole := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, digits)
	amount, err := money.Parse(whole+"."+fraction, currencyOf(unit))
	if err != nil {
		return money.Amount{}
	}
	return amount
}

func currencyOf(unit string) money.Currency {
	switch unit {
	case "£", "gbp":
		return "GBP"
	case "$", "usd":
		return "USD"
	default:
		return money.EUR
	}
}

// referenceIn is the reference of a payment that is named as such.
func referenceIn(text string) string {
	for _, m := range payReference.FindAllStringSubmatch(text, -1) {
		if strings.ContainsAny(m[1], "0123456789") {
			return m[1]
		}
	}
	return ""
}
