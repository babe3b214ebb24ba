package handoff

import (
	"fmt"

	"relance/law"
	"relance/money"
)

// assess is what the law and the data say to a route; false when the tables do not
// know it on that day.
func (k checking) assess(route Route) (Assessment, bool) {
	verdict, known := k.row(route)
	if !known {
		return Assessment{}, false
	}
	row := verdict.Route
	a := Assessment{Route: route, Title: row.Title, Before: row.Before, Terms: row.Terms}
	a.Findings = append([]Finding{k.open(verdict)}, k.conditions(route)...)
	a.Verdict = Yes
	for _, finding := range a.Findings {
		switch {
		case finding.Verdict == No:
			a.Verdict = No
		case finding.Verdict == Unknown && a.Verdict == Yes:
			a.Verdict = Unknown
		}
	}
	return a, true
}

// row is the row of the table for a route, with the verdict on the kind of debtor and
// the amount.
func (k checking) row(route Route) (law.RouteVerdict, bool) {
	country := france
	if route == EuropeanOrder {
		country = union
	}
	return k.routeOf(country, string(route))
}

func (k checking) routeOf(country, key string) (law.RouteVerdict, bool) {
	for _, verdict := range k.book.Routes(country, k.c.Debtor, k.c.Claimed, k.c.On) {
		if verdict.Route.Key == key {
			return verdict, true
		}
	}
	return law.RouteVerdict{}, false
}

// open is the finding about the kind of debtor and the amount.
func (k checking) open(verdict law.RouteVerdict) Finding {
	row := verdict.Route
	finding := Finding{Key: "route", Rule: law.Words{
		EN: "Open against this kind of debtor and for this amount", FR: "Ouverte contre ce type de débiteur et pour ce montant",
	}, Dated: row.Dated, Verdict: verdictOf(verdict.IsOpen()), Saw: verdict.Closed}
	if verdict.IsOpen() {
		finding.Saw = law.Words{EN: "the claim is " + k.c.Claimed.String(), FR: "la créance est de " + k.c.Claimed.French()}
	}
	return finding
}

func (k checking) conditions(route Route) []Finding {
	switch route {
	case SmallClaims:
		return []Finding{k.domicile()}
	case UndisputedClaim:
		return []Finding{k.domicile(), k.merchants()}
	case PaymentOrder:
		return []Finding{k.domicile(), k.amicableAttempt()}
	case EuropeanOrder:
		return []Finding{k.crossBorder()}
	default:
		return nil
	}
}

func (k checking) domicile() Finding {
	country := k.c.DebtorCountry
	if country == "" {
		return k.find("domicile", Unknown, "the debtor's country is not known", "le pays du débiteur n’est pas connu")
	}
	return k.find("domicile", verdictOf(country == france), "the debtor's country is "+country, "le pays du débiteur est "+country)
}

func (k checking) merchants() Finding {
	switch {
	case k.c.Debtor != law.Business:
		return k.find("merchants", No, "the debtor is no business", "le débiteur n’est pas un professionnel")
	case k.c.CompanyNumber:
		return k.find("merchants", Yes, "the debtor has a company number; a business is taken for a merchant", "le débiteur a un numéro d’entreprise ; un professionnel est tenu pour commerçant")
	default:
		return k.find("merchants", Unknown, "the debtor's company number is not known", "le numéro d’entreprise du débiteur n’est pas connu")
	}
}

// amicableAttempt is CPC 750-1: before the civil court a claim up to the limit of the
// conciliator needs an attempt first. Whether it binds an order for payment is not
// settled, so that a request without one is not prepared.
func (k checking) amicableAttempt() Finding {
	limit, known := k.routeOf(france, "conciliator")
	switch attempt := k.c.AmicableAttempt; {
	case k.c.Debtor == law.Business:
		return k.find("amicable-attempt", Yes, "the commercial court asks for no attempt", "le tribunal de commerce n’exige pas de tentative")
	case !attempt.IsZero():
		return k.find("amicable-attempt", Yes, fmt.Sprintf("an attempt of %s is recorded", attempt), fmt.Sprintf("une tentative du %s est enregistrée", attempt.French()))
	case !known || limit.Route.Most.IsZero():
		return k.find("amicable-attempt", Unknown, "the amount up to which an attempt is needed is not in the tables", "le montant jusqu’auquel une tentative est exigée n’est pas dans les tables")
	case isAbove(k.c.Claimed, limit.Route.Most):
		return k.find("amicable-attempt", Yes, fmt.Sprintf("the claim is above %s", limit.Route.Most), "la créance dépasse "+limit.Route.Most.French())
	default:
		return k.find("amicable-attempt", No, fmt.Sprintf("the claim is not above %s, and no amicable attempt is recorded", limit.Route.Most),
			"la créance ne dépasse pas "+limit.Route.Most.French()+" et aucune tentative amiable n’est enregistrée")
	}
}

// isAbove reports whether an amount is above a limit; another currency is not.
func isAbove(amount, limit money.Amount) bool {
	compared, err := amount.Cmp(limit)
	return err == nil && compared > 0
}

func (k checking) crossBorder() Finding {
	debtor, creditor := k.c.DebtorCountry, k.c.CreditorCountry
	saw := law.Words{EN: fmt.Sprintf("the creditor is in %s, the debtor in %s", orUnknown(creditor), orUnknown(debtor)), FR: fmt.Sprintf("le créancier est en %s, le débiteur en %s", orUnknown(creditor), orUnknown(debtor))}
	verdict := verdictOf(debtor != creditor && isBound(debtor) && isBound(creditor))
	if debtor == "" || creditor == "" {
		verdict = Unknown
	}
	return k.find("cross-border", verdict, saw.EN, saw.FR)
}

func orUnknown(country string) string {
	if country == "" {
		return "?"
	}
	return country
}

// members are the member states that the regulation binds: all but Denmark.
var members = map[string]bool{
	"AT": true, "BE": true, "BG": true, "CY": true, "CZ": true, "DE": true, "EE": true, "ES": true, "FI": true, "FR": true, "GR": true, "HR": true, "HU": true,
	"IE": true, "IT": true, "LT": true, "LU": true, "LV": true, "MT": true, "NL": true, "PL": true, "PT": true, "RO": true, "SE": true, "SI": true, "SK": true,
}

func isBound(country string) bool { return members[country] }
