// Package handoff is what the law and the trade say about giving a claim to a
// professional: which ways there are, who works them, whether a claim may take one
// and why, and what time limits run once it has. It is pure: it looks at facts and
// tables of the law, and lets a person decide.
package handoff

import "slices"

// Route is the way a professional recovers a claim. Its conditions stand in the
// table config/law/recovery_routes.csv under the same key.
type Route string

// The routes.
const (
	// CollectionAgency is amicable recovery for others: CPCE R124-1 to R124-7.
	CollectionAgency Route = "collection-agency"
	// SmallClaims is the simplified procedure of a commissaire de justice: CPCE L125-1.
	SmallClaims Route = "small-claims"
	// UndisputedClaim is that for claims between merchants: CPCE L126-1 to L126-5.
	UndisputedClaim Route = "undisputed-commercial-claim"
	// PaymentOrder is the injonction de payer: CPC 1405 to 1422.
	PaymentOrder Route = "payment-order"
	// EuropeanOrder is the European order for payment: Regulation 1896/2006.
	EuropeanOrder Route = "european-payment-order"
	// Lawyer is whatever a lawyer advises: a summons, an interim order.
	Lawyer Route = "lawyer"
)

// Routes lists the routes, the amicable one first.
func Routes() []Route {
	return []Route{CollectionAgency, SmallClaims, UndisputedClaim, PaymentOrder, EuropeanOrder, Lawyer}
}

// PartnerKind is what a professional is.
type PartnerKind string

// The kinds of partners.
const (
	Agency       PartnerKind = "agency"
	Commissaire  PartnerKind = "commissaire-de-justice"
	LawyerOffice PartnerKind = "lawyer"
	Court        PartnerKind = "court"
)

// PartnerKinds lists the kinds of partners.
func PartnerKinds() []PartnerKind { return []PartnerKind{Agency, Commissaire, LawyerOffice, Court} }

// Works reports whether a partner of the kind can work a route.
func (k PartnerKind) Works(route Route) bool {
	switch k {
	case Agency:
		return route == CollectionAgency
	case Commissaire:
		return slices.Contains([]Route{CollectionAgency, SmallClaims, UndisputedClaim, PaymentOrder}, route)
	case LawyerOffice:
		return slices.Contains([]Route{PaymentOrder, EuropeanOrder, Lawyer}, route)
	case Court:
		return route == PaymentOrder || route == EuropeanOrder
	default:
		return false
	}
}
