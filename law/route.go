package law

import (
	"fmt"
	"slices"
	"strings"

	"relance/calendar"
	"relance/money"
)

// Route is a way to recover a claim that reminders did not bring in.
type Route struct {
	Key     string `json:"key"`
	Country string `json:"country"`
	Title   Words  `json:"title"`
	// Debtors are the kinds of debtors it is open against. The creditor is always
	// a business here; a business debtor is taken for a merchant.
	Debtors []Debtor `json:"debtors"`
	// Most is the largest claim it takes, in euros; zero when there is no limit.
	Most money.Amount `json:"most,omitzero"`
	// Before is who works it.
	Before Words `json:"before"`
	// Terms are the conditions and costs that a person has to weigh.
	Terms Words `json:"terms"`
	Dated
}

func (r Route) key() string  { return r.Country + "/" + r.Key }
func (r Route) dated() Dated { return r.Dated }
func (r Route) bare() Route  { r.Dated = Dated{}; return r }

// RouteVerdict says whether a route is open to a claim.
type RouteVerdict struct {
	Route Route `json:"route"`
	// Closed is why it is not open; empty when it is.
	Closed Words `json:"closed,omitzero"`
}

// IsOpen reports whether the law lets the claim take the route. Whether it is
// wise, and whether the debtor disputes the claim, is for a person to say.
func (v RouteVerdict) IsOpen() bool { return v.Closed == Words{} }

// Routes are the ways to recover a claim of a business that a country has on a
// day, each with the verdict on it, the open ones first.
func (b Book) Routes(country string, debtor Debtor, claimed money.Amount, on calendar.Date) []RouteVerdict {
	var open, closed []RouteVerdict
	for _, key := range sortedKeys(b.routes) {
		route, found := inForce(b.routes[key], on)
		if !found || route.Country != country {
			continue
		}
		if verdict := route.verdict(debtor, claimed); verdict.IsOpen() {
			open = append(open, verdict)
		} else {
			closed = append(closed, verdict)
		}
	}
	return append(open, closed...)
}

func (r Route) verdict(debtor Debtor, claimed money.Amount) RouteVerdict {
	verdict := RouteVerdict{Route: r}
	switch {
	case !slices.Contains(r.Debtors, debtor):
		verdict.Closed = Words{
			EN: "not against a debtor of the kind " + debtorWords[debtor].EN,
			FR: "pas contre un débiteur de la catégorie " + debtorWords[debtor].FR,
		}
	case r.Most.IsZero():
	case claimed.Currency() != r.Most.Currency():
		verdict.Closed = Words{
			EN: fmt.Sprintf("its limit is %s, and the claim is in %s", r.Most, claimed.Currency()),
			FR: fmt.Sprintf("sa limite est de %s € et la créance est en %s", comma(r.Most.Decimal()), claimed.Currency()),
		}
	case claimed.Minor() > r.Most.Minor():
		verdict.Closed = Words{
			EN: fmt.Sprintf("the claim of %s is above %s", claimed, r.Most),
			FR: fmt.Sprintf("la créance de %s € dépasse %s €", comma(claimed.Decimal()), comma(r.Most.Decimal())),
		}
	}
	return verdict
}

var debtorWords = map[Debtor]Words{
	Business: {"business", "professionnel"},
	Consumer: {"consumer", "consommateur"},
	Public:   {"public body", "personne publique"},
}

func routeColumns() []string {
	return originColumns("key", "country", "title_en", "title_fr", "debtors", "most", "before_en", "before_fr", "terms_en", "terms_fr")
}

func readRoute(r row) Route {
	return Route{
		Key: r.text("key"), Country: r.country(), Title: r.words("title"), Debtors: r.debtors(), Most: r.euros("most"),
		Before: r.words("before"), Terms: r.words("terms"), Dated: r.origin(),
	}
}

// debtors are kinds of debtors with spaces between them.
func (r row) debtors() []Debtor {
	var kinds []Debtor
	for _, name := range strings.Fields(r.text("debtors")) {
		kind := Debtor(name)
		switch _, known := debtorWords[kind]; {
		case !known:
			r.refuse("debtors", "%q is not a kind of debtor: write %s, %s or %s, with spaces between them", name, Business, Consumer, Public)
		case slices.Contains(kinds, kind):
			r.refuse("debtors", "%s is given twice", kind)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

func (r Route) words() Words {
	en, fr := make([]string, len(r.Debtors)), make([]string, len(r.Debtors))
	for n, kind := range r.Debtors {
		en[n], fr[n] = debtorWords[kind].EN, debtorWords[kind].FR
	}
	words := Words{EN: "against: " + strings.Join(en, ", "), FR: "contre : " + strings.Join(fr, ", ")}
	if !r.Most.IsZero() {
		words.EN, words.FR = words.EN+"; up to EUR "+r.Most.Decimal(), words.FR+" ; jusqu’à "+comma(r.Most.Decimal())+" €"
	}
	return words
}
